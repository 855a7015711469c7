package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2/maybe"

	"esaudit/collector/cloud"
)

// forgetful is the value of --rates that keeps nothing.
const forgetful = "none"

// ratesFile is where the rates of accounts are remembered; "" is nowhere. What is
// no file, such as /dev/null, is neither read nor replaced by one.
func (a *app) ratesFile(l *liveFlags) string {
	switch {
	case l.rates == forgetful:
		return ""
	case l.rates != "":
		if info, err := os.Stat(l.rates); err == nil && !info.Mode().IsRegular() {
			a.note("collect: %s is no file; rates are found out again, and not remembered", l.rates)
			return ""
		}
		return l.rates
	}
	dir := a.getenv("XDG_CACHE_HOME")
	if home := a.getenv("HOME"); dir == "" && home != "" {
		dir = filepath.Join(home, ".cache")
	}
	if dir == "" {
		dir = a.getenv("LocalAppData")
	}
	if !filepath.IsAbs(dir) {
		return ""
	}
	return filepath.Join(dir, "esaudit", "rates.json")
}

// readRates reads what is remembered. A file that cannot be used is as none: rates
// are found out again.
func (a *app) readRates(name string) *cloud.Rates {
	data, err := os.ReadFile(name)
	if name == "" || errors.Is(err, fs.ErrNotExist) {
		return cloud.NewRates()
	}
	rates, broken := cloud.NewRates(), err
	if err == nil {
		rates, broken = cloud.ParseRates(data, time.Now())
	}
	if broken != nil {
		a.note("collect: %s cannot be used: %v; rates are found out again", name, broken)
	}
	return rates
}

// keepRates writes what was found out, beside what other runs have written in the
// meantime. Of two runs that write at the same instant, one loses what it found.
func (a *app) keepRates(name string, rates *cloud.Rates) {
	if name == "" || !rates.Changed() {
		return
	}
	if data, err := os.ReadFile(name); err == nil {
		if other, err := cloud.ParseRates(data, time.Now()); err == nil {
			rates.Merge(other)
		}
	}
	data, err := rates.Encode()
	if err == nil {
		err = os.MkdirAll(filepath.Dir(name), 0o700)
	}
	if err == nil {
		err = maybe.WriteFile(name, data, 0o600)
	}
	if p, ok := errors.AsType[*os.PathError](err); ok {
		err = p.Err // its path is a temporary one
	}
	if err != nil {
		a.note("collect: rates are not remembered: %s: %v", name, err)
	}
}
