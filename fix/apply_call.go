package fix

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// verdict is what an answer says of a call.
type verdict uint8

const (
	lost     verdict = iota // nothing: whether the call had its effect is open
	taken                   // it was accepted
	busy                    // it was refused, for a reason that passes
	noEffect                // it was refused, and had no effect
)

// judge reads an answer by its status and its raw body: typed responses of the
// vendor's SDK do not decode. A success without a body says nothing.
func judge(a api.Answer) verdict {
	body, err := snapshot.ParseJSON(a.Body)
	if err != nil {
		body = nil
	}
	switch code := errorCode(body); {
	case a.Status >= 200 && a.Status < 300:
		result, isSwitch := body.Get("Result").Bool()
		if body.Get("RequestId").Text() == "" || isSwitch && !result {
			return lost
		}
		return taken
	case a.Status == -1:
		return noEffect
	case a.Status < 400 || a.Status >= 500 || code == "" || code == "TokenPreviousRequestProcessError":
		return lost
	case passing(code) || a.Status == http.StatusTooManyRequests || strings.Contains(body.Get("Message").Text(), "QPS Limit Exceeded"):
		return busy
	}
	return noEffect
}

// passing reports whether a vendor's error code says "not now": the codes that the
// vendor's own tools wait for, of all products that are written to.
func passing(code string) bool {
	if strings.Contains(code, "Throttling") || strings.HasPrefix(code, "IncorrectStatus.") {
		return true
	}
	return slices.Contains([]string{
		"InstanceStatusNotSupportCurrentAction", "TargetInstanceStatusNotSupportCurrentAction", "ConcurrencyUpdateInstanceConflict",
		"InstanceDuplicateScheduledTask", "InstanceActivating", // Elasticsearch
		"OperationFailed.TokenIsProcessing", "ServiceIsConfiguring", "SystemBusy", "OperationBusy", "ServiceIsStopping",
		"BackendServer.configuring", "OperationFailed.ListenerStatusNotSupport", "AclEntryProcessing", // CLB
		"Conflict.Lock", "OperationFailed.ResourceIsConfiguring", // NLB
		"ConcurrentCallNotSupported", "EndpointServiceOperationDenied", "EndpointServiceLocked", "EndpointOperationDenied", "EndpointLocked",
		"EndpointConnectionOperationDenied", // PrivateLink
	}, code)
}

// denied reports whether an answer says that a permission is missing.
func denied(a api.Answer) bool {
	body, err := snapshot.ParseJSON(a.Body)
	if err != nil || a.Status < 400 || a.Status >= 500 {
		return false
	}
	code := errorCode(body)
	begins := func(p string) bool { return strings.HasPrefix(code, p) }
	if slices.ContainsFunc([]string{"InvalidSecurityToken", "InvalidAccessKey", "SecurityToken", "SignatureDoesNotMatch"}, begins) {
		return false // it is the key that is wrong
	}
	return a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden ||
		slices.ContainsFunc([]string{"Forbidden", "NoPermission", "NotAuthorized", "UnauthorizedOperation", "UserNotAuthorized", "ReadOnly"}, begins)
}

func errorCode(body *snapshot.Node) string {
	if code := body.Get("Code").Text(); code != "" {
		return code
	}
	return body.Get("code").Text()
}

// fault says for people what an answer says, without secrets.
func fault(a api.Answer) string {
	body, err := snapshot.ParseJSON(a.Body)
	switch {
	case a.Err != "":
		return a.Err
	case err == nil && errorCode(body) != "":
		return recording.RedactText(strings.TrimSpace(errorCode(body) + " " + body.Get("Message").Text()))
	case err != nil:
		return fmt.Sprintf("HTTP %d without a body that can be read", a.Status)
	}
	return fmt.Sprintf("HTTP %d", a.Status)
}

// write makes the write of a call: with parameters from the answer of the call
// that it undoes.
func (c Call) write(body []byte, answered map[string]string, token string) api.Write {
	w := api.Write{Region: c.Region, Product: c.Product, Operation: c.Operation, Params: map[string]string{}, Token: token}
	maps.Copy(w.Params, c.Params)
	maps.Copy(w.Params, answered)
	if len(body) > 0 && string(body) != "null" {
		w.Body = body
	}
	return w
}

// body returns the JSON body of a call, and the object in it that was made from
// the live value; nil where none is.
func (c Call) body(live reading) (body []byte, made *snapshot.Node, err error) {
	if c.Live == nil {
		return c.Body, nil, nil
	}
	if live.value.Exists() && live.value.Kind() != snapshot.Map {
		return nil, nil, fmt.Errorf("the live value is no object")
	}
	fields := map[string]*snapshot.Node{}
	for i, key := range live.value.Keys() {
		fields[key] = live.value.Items()[i].Clone(nil)
		if masked(live.value.Items()[i]) {
			return nil, nil, fmt.Errorf("the vendor does not show the value of %s: sending the rest back would overwrite it", key)
		}
	}
	for key, text := range c.Live.Set {
		fields[key] = snapshot.NewString(text)
	}
	for _, key := range c.Live.Unset {
		delete(fields, key)
	}
	made = snapshot.NewObject(fields)
	whole := map[string]*snapshot.Node{}
	if given, err := snapshot.ParseJSON(c.Body); err == nil {
		for i, key := range given.Keys() {
			whole[key] = given.Items()[i].Clone(nil)
		}
	}
	whole[c.Live.Into] = made.Clone(nil)
	return snapshot.NewObject(whole).AppendCompact(nil), made, nil
}

// masked reports whether a value stands for one that is not shown.
func masked(n *snapshot.Node) bool {
	text := n.Text()
	return text != "" && strings.Trim(text, "*") == "" && !recording.Redact(n.Parent()).Get(n.Key()).Equal(n)
}

// keeps reports whether a live object holds the secrets that were sent, which its
// digest does not show. It returns the name of one that it does not.
func keeps(live, sent *snapshot.Node) (name string, ok bool) {
	for i, key := range sent.Keys() {
		if item := sent.Items()[i]; !recording.Redact(sent).Get(key).Equal(item) && live.Get(key).Text() != item.Text() {
			return key, false
		}
	}
	return "", true
}

// takes returns the parameters that undoing an action takes: from the answer of
// its call, or, where that was lost, from the one item of the list that was not
// there before, which has a field of the same name. had are those before.
func (a Action) takes(answer api.Answer, live reading, had map[string][]string) map[string]string {
	if a.Inverse == nil || len(a.Inverse.Answered) == 0 {
		return nil
	}
	body, err := snapshot.ParseJSON(answer.Body)
	if err != nil {
		body = nil
	}
	out := map[string]string{}
	for param, values := range a.has(live) {
		values = slices.DeleteFunc(values, func(v string) bool { return slices.Contains(had[param], v) })
		if value := body.Resolve(a.Inverse.Answered[param]).Text(); value != "" {
			out[param] = value
		} else if len(values) == 1 {
			out[param] = values[0]
		}
	}
	return out
}

// has returns, for each parameter that undoing an action takes from an answer,
// what the items of the list have in the field of the same name.
func (a Action) has(live reading) map[string][]string {
	if a.Inverse == nil || len(a.Inverse.Answered) == 0 {
		return nil
	}
	out := map[string][]string{}
	for param, pointer := range a.Inverse.Answered {
		out[param] = []string{}
		for _, item := range live.items {
			if v := item.Get(pointer[strings.LastIndexByte(pointer, '/')+1:]).Text(); v != "" {
				out[param] = append(out[param], v)
			}
		}
	}
	return out
}
