// Package naive hands recordings, and what is declared, to the naive evaluator
// (internal/oracle) in the shapes it reads: it imports nothing of ours.
package naive

import (
	"bytes"
	"encoding/json"
	"fmt"

	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/oracle"
)

// Config is what verdicts depend on of what is declared.
func Config(c config.Config) oracle.Config {
	out := oracle.Config{Architecture: c.Architecture}
	for _, p := range c.Proxies {
		out.Proxies = append(out.Proxies, oracle.Proxy(p))
	}
	for _, n := range c.OnPrem {
		out.OnPrem = append(out.OnPrem, oracle.OnPrem(n))
	}
	return out
}

// Recording is the answers of one account, bodies as JSON values that nothing
// else holds; an error when one is no JSON.
func Recording(part recording.Part) (oracle.Recording, error) {
	out := oracle.Recording{Account: part.Account, Regions: part.Regions}
	for _, a := range part.Answers {
		l := oracle.Line{Region: a.Region, Product: a.Product, Operation: a.Operation, Params: map[string]any{}, Status: a.Status}
		for k, v := range a.Params {
			l.Params[k] = v
		}
		if a.Body != nil {
			d := json.NewDecoder(bytes.NewReader(a.Body))
			d.UseNumber()
			if err := d.Decode(&l.Body); err != nil {
				return oracle.Recording{}, fmt.Errorf("%s.%s: %w", a.Product, a.Operation, err)
			}
		}
		out.Lines = append(out.Lines, l)
	}
	return out, nil
}
