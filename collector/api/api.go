// Package api is the seam between esaudit and the vendor's API: what is asked,
// and what came back.
//
// # What it answers
//
// Nothing by itself. Packages that ask (a live client) or read (a recording)
// meet here, so that the rest cannot tell them apart.
//
// # What it assumes
//
// Bodies are the vendor's bytes, undecoded.
//
// # Limits
//
// It knows no operation; the catalogue of package collector does.
package api

import "context"

// Request is one question: an operation of a product in a region, with its own
// parameters (no paging, credentials, signature, region, format or client
// tokens).
type Request struct {
	Region    string // "" for global services
	Product   string // the SDK's service package name
	Operation string
	Params    map[string]string
	// Page holds the parameters of paging (PageNumber, NextToken, ...): they are
	// sent, and never recorded.
	Page map[string]string
}

// Answer is what came back for a Request (CONTRACT 3).
type Answer struct {
	Request
	// Status is the HTTP status; 0 when no HTTP answer came, -1 when a planned
	// call was not made.
	Status int
	Body   []byte // JSON; nil when there was none, or it is not JSON
	Text   string // the first 4 KiB of a body that is not JSON
	Date   string // the HTTP Date header: the API's own clock; "" when there was none
	Err    string // timeout, refused, reset, tls, canceled, or "skipped: why"
	// AsOf is the instant of an earlier run that read it, RFC 3339, where it was
	// not asked again; "" when it was asked now.
	AsOf string
	// Source says where the answer stands, for error messages:
	// "calls.jsonl:17", or "" when it came over the network.
	Source string
}

// Caller asks the vendor. The error is for what is no answer at all: the
// context ended, or the request cannot be made.
type Caller interface {
	Call(ctx context.Context, r Request) (Answer, error)
}
