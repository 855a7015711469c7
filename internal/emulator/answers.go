package emulator

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"time"

	"esaudit/collector/api"
)

// response is what goes back for a request.
type response struct {
	status int
	code   string // the vendor's error code, for the log
	body   []byte
	kind   string        // of the content; "" is JSON
	broken string        // no HTTP answer at all: timeout, refused, reset, tls, canceled
	hang   time.Duration // how long a timeout lasts; 0 is as the options say
	drop   bool          // the connection ends in the middle of the body
	slow   time.Duration // how long the body takes
	after  time.Duration // when to come back, as Retry-After; 0 is not said
}

// refusal is an error of the vendor's gateway or of an operation.
type refusal struct {
	status        int
	code, message string
	detail        []byte // AccessDeniedDetail
}

// The code of a call that the recording does not hold, and of one that would
// change something.
const (
	NotRecorded = "NotRecorded"
	ReadOnly    = "ReadOnly"
)

func notRecorded(why string) *refusal {
	if why == "" {
		why = "The recording does not hold this call."
	}
	return &refusal{status: http.StatusNotFound, code: NotRecorded, message: why}
}

func readOnly(operation string) *refusal {
	return &refusal{status: http.StatusForbidden, code: ReadOnly,
		message: fmt.Sprintf("%s would change something, and this recording is served for reading only: esaudit emulate --state DIR keeps writes.", operation)}
}

func invalid(param, right string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "InvalidParameter",
		message: fmt.Sprintf("The specified parameter %q is not valid: %s.", param, right)}
}

func missing(param string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "MissingParameter",
		message: fmt.Sprintf("The input parameter %q that is mandatory for processing this request is not supplied.", param)}
}

func badRequest(code, message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: code, message: message}
}

// response is the refusal as the vendor writes it: the same names in both
// styles, which are those that the SDK reads (sdk/errors of v1.63.107).
func (f *refusal) response(host, id string) response {
	body := object{
		{"RequestId", quote(id)}, {"HostId", quote(host)}, {"Code", quote(f.code)}, {"Message", quote(f.message)},
	}
	if f.code != NotRecorded && f.code != ReadOnly { // codes that the vendor does not know
		body = append(body, member{"Recommend", quote("https://api.aliyun.com/troubleshoot?q=" + f.code)})
	}
	if f.detail != nil {
		body = append(body, member{"AccessDeniedDetail", f.detail})
	}
	return response{status: f.status, code: f.code, body: body.bytes()}
}

// requestID is a UUID made of texts.
func requestID(of ...string) string {
	s := fmt.Sprintf("%X", sha256.Sum256([]byte(strings.Join(of, "\n"))))
	return strings.Join([]string{s[:8], s[8:12], "5" + s[13:16], "A" + s[17:20], s[20:32]}, "-")
}

// recorded answers a call from the recording.
func (a *account) recorded(c *call, t twist) (response, *refusal) {
	f := a.find(c)
	if f == nil {
		return response{}, notRecorded("")
	}
	l := c.list
	if len(l.paths) == 0 {
		return replay(f.lines[f.turn(c.page)])
	}
	j := f.join(l)
	if len(j.pages) == 0 {
		return replay(j.after)
	}
	w, bad := l.window(c.page, c.identity(false))
	if bad != nil {
		return response{}, bad
	}
	body, ok := j.page(w, c.identity(false), t)
	switch {
	case ok:
		return response{status: http.StatusOK, body: body}, nil
	case j.after != nil:
		return replay(j.after)
	}
	return response{}, notRecorded("The recording does not hold this page.")
}

// turn chooses among several lines of an operation that is in no list here: by
// the number of the page, or by the token that the line before it gave.
func (f *form) turn(page map[string]string) int {
	for _, name := range []string{"PageNumber", "Page", "page"} {
		if n, bad := positive(page, name, 1); bad == nil && n > 1 {
			return min(n, len(f.lines)) - 1
		}
	}
	for i, line := range f.lines[:len(f.lines)-1] {
		o, _ := parseObject(line.Body) // no object: it gave no token
		for _, name := range []string{"NextToken", "Marker"} {
			if given := scalar(o.get(name)); given != "" && given == page[name] {
				return i + 1
			}
		}
	}
	return 0
}

// replay answers as recorded.
func replay(line *api.Answer) (response, *refusal) {
	switch {
	case line.Status == -1:
		return response{}, notRecorded(line.Err)
	case line.Status < http.StatusOK:
		broken := line.Err
		if broken == "" {
			broken = "reset"
		}
		return response{broken: broken}, nil
	}
	r := response{status: line.Status, body: line.Body}
	if o, err := parseObject(line.Body); err == nil && line.Status != http.StatusOK {
		r.code = scalar(o.get("Code"))
	}
	if line.Body == nil {
		r.body, r.kind = []byte(line.Text), "text/plain; charset=utf-8"
	}
	return r, nil
}
