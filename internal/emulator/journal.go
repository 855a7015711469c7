package emulator

import "maps"

// Request is one request that was made, and what came of it.
type Request struct {
	Account, Region, Product, Operation string
	Params                              map[string]string // what was asked
	Page                                map[string]string // which page of it
	Attempt                             int               // how many times it was asked, from 1; 0 when it was not let in
	Status                              int               // the HTTP status; 0 when there was no answer
	Code                                string            // the vendor's error code
	Fault                               string            // the fault that hit it
	Write                               bool              // it is a write
	Body                                string            // of an ROA write, as it came: it may hold secrets
	Effect                              bool              // of a write: it changed something
}

// maxKept bounds the requests that are kept, by leaving out the oldest.
const maxKept = 1 << 16

// journal keeps what was asked.
type journal struct {
	kept        []Request
	all         int
	notRecorded int
}

// note keeps a request. One that was not understood is only counted.
func (s *Server) note(c *call, t trouble, status int, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.all++
	if code == NotRecorded {
		s.log.notRecorded++
	}
	if c == nil {
		return
	}
	if len(s.log.kept) >= maxKept {
		s.log.kept = append(s.log.kept[:0:0], s.log.kept[maxKept/2:]...)
	}
	r := c.request()
	r.Status, r.Code, r.Fault = status, code, t.name()
	s.log.kept = append(s.log.kept, r)
}

// request is a call as it is kept, without what came of it.
func (c *call) request() Request {
	params := maps.Clone(c.params)
	if params["OIDCToken"] != "" {
		params["OIDCToken"] = "[redacted]"
	}
	return Request{
		Account: c.account, Region: c.region, Product: c.product, Operation: c.operation,
		Params: params, Page: maps.Clone(c.page), Attempt: c.attempt, Write: c.write, Body: string(c.body), Effect: c.effect,
	}
}

// Requests returns the requests that were made, in the order in which they were
// answered; of very many, the last ones.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request{}, s.log.kept...)
}

// Asked returns how many requests were made.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.all
}

// NotRecorded returns how many requests asked for what the recording does not
// hold.
func (s *Server) NotRecorded() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.notRecorded
}
