package cloud

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// RatesSchema is the schema of a file of rates.
const RatesSchema = "esaudit.rates/v1"

// stale is how long a rate is remembered: what slowed it may be gone.
const stale = 30 * 24 * time.Hour

// Lane is what the vendor limits the rate of.
type Lane struct {
	Account   string `json:"account"`
	Region    string `json:"region"` // "" for global services
	Product   string `json:"product"`
	Operation string `json:"operation"`
}

// Rates are the requests a second that the vendor was found to allow, where that
// is not what its documents say. They hold no secret. The nil pointer remembers
// nothing; it may be used by many goroutines.
type Rates struct {
	mu      sync.Mutex
	known   map[Lane]Rate
	changed map[Lane]bool // since they were read
}

// Rate is what was found for a lane, and when.
type Rate struct {
	Lane
	PerSecond float64   `json:"perSecond"`
	Seen      time.Time `json:"seen"`
}

type ratesFile struct {
	Schema string `json:"schema"`
	Rates  []Rate `json:"rates"`
}

// NewRates returns rates that remember nothing yet.
func NewRates() *Rates { return &Rates{known: map[Lane]Rate{}, changed: map[Lane]bool{}} }

// ParseRates reads a file of rates. What was seen long before now, and what is no
// rate, is left out. An error says that the file is none; the rates are empty then,
// not nil.
func ParseRates(data []byte, now time.Time) (*Rates, error) {
	r := NewRates()
	var file ratesFile
	if err := json.Unmarshal(data, &file); err != nil {
		return r, fmt.Errorf("read rates: %w", err)
	}
	if file.Schema != RatesSchema {
		return r, fmt.Errorf("read rates: schema %q is not %s", file.Schema, RatesSchema)
	}
	for _, rate := range file.Rates {
		if age := now.Sub(rate.Seen); rate.PerSecond > 0 && rate.PerSecond <= math.MaxInt32 && age < stale && age > -stale {
			r.known[rate.Lane] = rate
		}
	}
	return r, nil
}

// Merge takes over what another file of rates knows and this run has not found
// out itself.
func (r *Rates) Merge(other *Rates) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for lane, rate := range other.known {
		if !r.changed[lane] {
			r.known[lane] = rate
		}
	}
}

// Changed reports whether anything was found out since the rates were read.
func (r *Rates) Changed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.changed) > 0
}

// Encode returns the file of rates.
func (r *Rates) Encode() ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	file := ratesFile{RatesSchema, slices.SortedFunc(maps.Values(r.known), func(a, b Rate) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Operation, b.Operation))
	})}
	data, err := json.Marshal(file, jsontext.WithIndent("  "))
	if err != nil {
		return nil, fmt.Errorf("encode rates: %w", err)
	}
	return append(data, '\n'), nil
}

// of returns what is known of a lane; 0 for nothing.
func (r *Rates) of(lane Lane) float64 {
	if r == nil {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known[lane].PerSecond
}

// put remembers a rate; 0 forgets it.
func (r *Rates) put(lane Lane, perSecond float64, now time.Time) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed[lane] = true
	if perSecond == 0 {
		delete(r.known, lane)
		return
	}
	r.known[lane] = Rate{lane, math.Round(perSecond*100) / 100, now.UTC().Truncate(time.Second)}
}

// Learn lets an account's requests begin at the rates that are remembered for it,
// and what they find out be remembered.
func (c *Caller) Learn(account string, r *Rates) {
	c.limits.mu.Lock()
	defer c.limits.mu.Unlock()
	c.limits.account, c.limits.rates = account, r
}
