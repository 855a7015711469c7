package emulator

import (
	"fmt"
	"mime"
	"net/http"
	"strings"
)

// param returns a parameter of a call; "" when it is not given.
func (c *call) param(name string) string { return c.params[name] }

func (c *call) has(name string) bool {
	_, ok := c.params[name]
	return ok
}

// numbered returns the values of NAME.1, NAME.2, ...
func (c *call) numbered(name string) []string {
	var out []string
	for n := 1; c.has(fmt.Sprintf("%s.%d", name, n)); n++ {
		out = append(out, c.param(fmt.Sprintf("%s.%d", name, n)))
	}
	return out
}

// fresh makes the tail of a new id. purpose tells apart what one write creates.
func (e *edit) fresh(purpose string) string { return "bp1" + digest(e.id + purpose)[:17] }

// routeChange finds out which instance an ROA write is about, and what it does.
// A path that the vendor has and this package does not know keeps the name that
// the client gives it.
func (c *call) routeChange(r *http.Request, path, rest string, body []byte) *refusal {
	c.write = true
	if head, tail, cut := strings.Cut(rest, "/"); cut && r.Method == http.MethodDelete {
		rest, c.params["EndpointId"] = head, tail
	}
	if c.operation = clusterWrites()[r.Method+" "+rest]; c.operation == "" {
		if c.operation = r.Header.Get("X-Acs-Action"); c.operation == "" {
			c.operation = r.Method + " " + path
		}
		return nil
	}
	c.body = body
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	c.json = err == nil && kind == "application/json"
	return nil
}
