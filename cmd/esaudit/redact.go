package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"esaudit/redact"
)

// redactFlags say whether an estate is shown under pseudonyms.
type redactFlags struct {
	on  bool
	key string
}

func (f *redactFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.on, "redact", false, "put pseudonyms for account ids, public addresses, names and domains")
	flags.StringVar(&f.key, "redact-key", "", "make the pseudonyms of --redact by the secret in `FILE`, the same ones every time (default by the estate itself)")
}

// apply puts pseudonyms into an estate, and into what is declared of it. What
// it is then has no lines in a file any more.
func (f *redactFlags) apply(a *app, e estate) (estate, error) {
	switch {
	case !f.on && f.key != "":
		return e, usagef("read settings: --redact-key goes with --redact")
	case !f.on:
		return e, nil
	}
	key := redact.KeyOf(e.snapshot)
	if f.key != "" {
		data, err := readSecret(f.key)
		if err != nil {
			return e, usagef("read key of pseudonyms: %w", err)
		}
		if len(data) < 16 {
			return e, usagef("read key of pseudonyms: %s: %d bytes are too few to keep a secret; 32 random ones are right (head -c 32 /dev/urandom)", f.key, len(data))
		}
		key = data
	}
	r := redact.New(key)
	s, err := r.Snapshot(e.snapshot)
	if err != nil {
		return e, fmt.Errorf("%s: %w", e.file, err)
	}
	a.declared = r.Config(a.declared)
	return estate{snapshot: s}, nil
}
