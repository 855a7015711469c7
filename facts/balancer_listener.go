package facts

import (
	"strings"
	"sync"

	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// describe adds what a listener says of itself and, when the load balancer is on
// a path, what stands before and behind it.
func describe(f *Listener, b *graph.Balancer, l *graph.Listener, paths *scope, onPath bool) {
	status, protocol := l.Node.Get("Status"), l.Node.Get("ListenerProtocol")
	if b.IsNetwork() {
		status = l.Node.Get("ListenerStatus")
	}
	f.Status, f.Protocol, f.Running = ref(nilEmpty(status), status, l.Node), ref(nilEmpty(protocol), protocol, l.Node), running(b, status)
	for _, holder := range []*snapshot.Node{l.Node, l.Node.Get("HTTPListenerConfig")} {
		f.Redirect = f.Redirect || strings.EqualFold(holder.Get("ListenerForward").Text(), "on")
	}
	if onPath {
		group, filter := serverGroup(b, l, paths), filter(b, l)
		f.Group, f.Filter = &group, &filter
	}
}

// running reads a listener's status (SEMANTICS 5, P5.2).
func running(b *graph.Balancer, status *snapshot.Node) string {
	want := "running"
	if b.IsNetwork() {
		want = "Running"
	}
	switch status.Text() {
	case "":
		return "unknown"
	case want:
		return "yes"
	}
	return "no"
}

// Filter is what stands between a listener and whoever asks: the access control
// of a CLB's listener, the security groups of an NLB.
type Filter struct {
	Status   Ref          `json:"status"` // of access control: true (on), false (off)
	Type     Ref          `json:"type"`   // white or black
	CIDRs    []string     `json:"cidrs"`  // the minimal list of what its lists hold, as far as they were read
	Settle   []Call       `json:"settle"` // lists that were not read
	Private  Private      `json:"private"`
	Internet FromInternet `json:"from_internet"`
}

// Private says whether a filter admits whatever address it sees through
// PrivateLink (SEMANTICS 6, E1.5).
type Private struct {
	Answer
	Why    string `json:"why"`
	Settle []Call `json:"settle"`
}

// FromInternet is what of the internet a filter admits: minimal CIDRs.
type FromInternet struct {
	Admitted []string `json:"admitted"`
	Unknown  []string `json:"unknown"`
	Settle   []Call   `json:"settle"`
}

func filter(b *graph.Balancer, l *graph.Listener) Filter {
	status, kind := l.Node.Get("AclStatus"), l.Node.Get("AclType")
	c := l.PrivateFilter()
	f := Filter{
		Status: onOff(status, l.Node), Type: ref(nilEmpty(kind), kind, l.Node),
		Private: Private{Answer: Answer{Value: word(c.Verdict), At: ref(nil, c.At, l.Node).At}, Why: c.Why, Settle: calls(b.Account, c.Settle)},
	}
	if b.IsNetwork() && b.Attr("SecurityGroupIds").Kind() != snapshot.Array {
		f.Private.Settle = calls(b.Account, b.Self())
	}
	lists, unread := netset.Set{}, []snapshot.Call(nil)
	if !b.IsNetwork() {
		lists, unread = l.AccessLists()
	}
	f.CIDRs, f.Settle = texts(lists), calls(b.Account, unread)
	admitted, unknown, settle := l.FromInternet()
	f.Internet = FromInternet{texts(admitted), texts(unknown), calls(b.Account, settle)}
	return f
}

// texts is the minimal list of a set's CIDRs; never nil. The caller must not change it.
func texts(s netset.Set) []string {
	if s.Equal(netset.Internet()) {
		return everybody() // most listeners admit all of it
	}
	return s.Strings()
}

// everybody is the internet.
var everybody = sync.OnceValue(func() []string { return netset.Internet().Strings() })
