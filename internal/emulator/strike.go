package emulator

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// trouble is what faults do to one answer.
type trouble struct {
	fault   effect        // at most one that is no delay; its kind is "" for none
	latency time.Duration // before the work
	slow    time.Duration // of the body
}

func gather(effects []effect) trouble {
	var t trouble
	for _, e := range effects {
		switch e.kind {
		case "latency":
			t.latency += e.value
		case "slow":
			t.slow += e.value
		default:
			t.fault = e
		}
	}
	return t
}

// name lists the faults, for the log.
func (t trouble) name() string {
	name := t.fault.kind
	for kind, d := range map[string]time.Duration{"latency": t.latency, "slow": t.slow} {
		if d > 0 && name == "" {
			name = kind
		}
	}
	return name
}

// twist is the part of it that changes pages.
func (t trouble) twist() twist {
	return twist{endless: t.fault.kind == "endless", shrink: t.fault.kind == "shrink"}
}

// instead answers in place of the work; ok is false when the work is to be done.
func (t trouble) instead(c *call, id string) (response, bool) {
	switch t.fault.kind {
	case "throttle", "limit":
		return throttled(c).response(c.host, id), true
	case "later":
		r := throttled(c).response(c.host, id)
		r.after = t.fault.value
		return r, true
	case "403":
		return forbidden(c).response(c.host, id), true
	case "500":
		return internalError().response(c.host, id), true
	case "html":
		return response{status: http.StatusInternalServerError, kind: "text/html; charset=utf-8",
			body: []byte("<html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>\n")}, true
	case "bad-code":
		r := internalError().response(c.host, id)
		o, _ := parseObject(r.body) // made here: an object
		r.body = o.with("Code", []byte(strconv.Itoa(r.status))).bytes()
		return r, true
	case "reset":
		return response{broken: "reset"}, true
	case "expired":
		return badRequest("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.").response(c.host, id), true
	case "conflict":
		if c.write {
			return conflict(c).response(c.host, id), true
		}
	}
	return response{}, false
}

// conflict refuses a write because of another one, as each product says it.
func conflict(c *call) *refusal {
	code := map[string]string{
		"elasticsearch": "ConcurrencyUpdateInstanceConflict", "privatelink": "ConcurrentCallNotSupported",
		"nlb": "Conflict.Lock", "slb": "OperationBusy",
	}[c.product]
	return badRequest(orElse(code, "SystemBusy"), "Another operation is going on. Try again later.")
}

func internalError() *refusal {
	return &refusal{status: http.StatusInternalServerError, code: "InternalError",
		message: "The request processing has failed due to some unknown error, exception or failure."}
}

// throttled is flow control, as the two styles say it.
func throttled(c *call) *refusal {
	if c.roa {
		return &refusal{status: http.StatusTooManyRequests, code: "Throttling", message: "QPS Limit Exceeded"}
	}
	return badRequest("Throttling.User", "Request was denied due to user flow control.")
}

// after changes the answer once the work was done.
func (t trouble) after(r response, c *call, id string) response {
	switch t.fault.kind {
	case "503":
		return (&refusal{status: http.StatusServiceUnavailable, code: "ServiceUnavailable",
			message: "The request has failed due to a temporary failure of the server."}).response(c.host, id)
	case "timeout":
		return response{broken: "timeout", hang: t.fault.value}
	case "lost":
		return response{broken: "reset"}
	case "cut":
		r.body = r.body[:len(r.body)/2]
	case "empty":
		r.body = nil
	case "drop":
		r.drop = true
	case "wrong-types":
		r.body = wrongTypes(r.body, c.list)
	}
	r.slow = t.slow
	return r
}

// wrongTypes gives values other types than the documented ones: the operation's
// list, or, where there is none, everything but the request's id.
func wrongTypes(body []byte, l listing) []byte {
	o, err := parseObject(body)
	if err != nil {
		return body
	}
	if len(l.paths) > 0 && o.get(l.paths[0]) != nil {
		return o.with(l.paths[0], quote("no list")).bytes()
	}
	for i, m := range o {
		switch {
		case m.name == "RequestId":
		case m.value[0] == '"':
			o[i].value = []byte("[]")
		default:
			o[i].value = quote("not what it was")
		}
	}
	return o.bytes()
}

// pause waits, at most until the request is over.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
