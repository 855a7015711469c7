package cut_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"esaudit/change"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/cut"
	"esaudit/graph"
	"esaudit/internal/naive"
	"esaudit/internal/oracle"
	"esaudit/internal/wild"
)

// record is a recording as JSON values, to be edited in place; the naive
// evaluator reads it.
type record struct {
	oracle.Recording
	declared oracle.Config
}

func decoded(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// without is the recording after edits that take something away, made on the
// answers themselves and not by package change.
func (r record) without(t *testing.T, edits []string) record {
	t.Helper()
	r.Lines = slices.Clone(r.Lines)
	for _, edit := range edits {
		r.Lines = slices.DeleteFunc(r.Lines, func(l oracle.Line) bool { return describes(l, edit) })
		removed, about := 0, []int{}
		for i, l := range r.Lines {
			if l.Body == nil || !concerns(l, edit) {
				continue
			}
			text, err := json.Marshal(l.Body)
			if err != nil {
				t.Fatal(err)
			}
			r.Lines[i].Body = decoded(t, text)
			removed += take(r.Lines[i].Body, l, edit)
			about = append(about, i)
		}
		for _, i := range about { // every page says how many there are
			fewer(r.Lines[i].Body, removed)
		}
	}
	return r
}

// describes reports whether an answer is about the listener that an edit removes.
func describes(l oracle.Line, edit string) bool {
	part := strings.SplitN(edit, ":", 3)
	if part[0] != "listener" || !strings.Contains(l.Operation, "ListenerAttribute") {
		return false
	}
	body, _ := l.Body.(map[string]any)
	holder := fmt.Sprint(l.Params["LoadBalancerId"])
	port := l.Params["ListenerPort"]
	if l.Product == "nlb" {
		holder, port = fmt.Sprint(body["LoadBalancerId"]), body["ListenerPort"]
	}
	return holder == part[1] && fmt.Sprint(port) == part[2]
}

// concerns reports whether an answer may hold what an edit takes away.
func concerns(l oracle.Line, edit string) bool {
	operations := map[string][]string{
		"listener": {"DescribeLoadBalancerListeners", "ListListeners"}, "sg": {"DescribeSecurityGroupAttribute"},
		"acl": {"DescribeAccessControlListAttribute", "DescribeNetworkAclAttributes"}, "dnat": {"DescribeForwardTableEntries"},
	}
	kind, _, _ := strings.Cut(edit, ":")
	if of, ok := operations[kind]; ok {
		return slices.Contains(of, l.Operation)
	}
	return l.Product == "elasticsearch" && slices.Contains([]string{"ListInstance", "DescribeInstance"}, l.Operation)
}

// take makes one edit in an answer's body and returns how many objects left its
// lists; an answer about something else stays as it is.
func take(body any, l oracle.Line, edit string) int {
	if id, value, ok := strings.Cut(edit, ".enable"); ok {
		field, _, _ := strings.Cut("enable"+value, "=")
		each(body, func(o map[string]any) {
			if _, there := o[field]; there && o["instanceId"] == id {
				o[field] = false
			}
		})
		return 0
	}
	if id, place, ok := strings.Cut(edit, "/"); ok && strings.Contains(place, "_") {
		part := strings.SplitN(place, ":", 3)
		each(body, func(o map[string]any) {
			if o["instanceId"] == id {
				strike(o, part[0], part[1], part[2])
			}
		})
		return 0
	}
	part := strings.SplitN(edit, ":", 3)
	holder, entry := part[1], part[2]
	gone := func(operation, subject, field string) int {
		if l.Operation != operation || subject != "" && l.Params[subject] != holder {
			return 0
		}
		return drop(body, func(o map[string]any) bool {
			own := subject != "" || o["LoadBalancerId"] == holder || o["NatGatewayId"] == holder
			return own && o[field] != nil && fmt.Sprint(o[field]) == entry
		})
	}
	switch part[0] {
	case "listener":
		return gone("DescribeLoadBalancerListeners", "", "ListenerPort") + gone("ListListeners", "", "ListenerPort")
	case "acl":
		return gone("DescribeAccessControlListAttribute", "AclId", "AclEntryIP") + gone("DescribeNetworkAclAttributes", "NetworkAclId", "NetworkAclEntryId")
	case "sg":
		return gone("DescribeSecurityGroupAttribute", "SecurityGroupId", "SecurityGroupRuleId")
	case "dnat":
		return gone("DescribeForwardTableEntries", "", "ForwardEntryId")
	}
	panic("no such edit: " + edit)
}

// each visits every object of a body.
func each(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, e := range v {
			each(e, visit)
		}
	case []any:
		for _, e := range v {
			each(e, visit)
		}
	}
}

// drop takes the objects that match out of every list, and counts them.
func drop(body any, match func(map[string]any) bool) int {
	n := 0
	each(body, func(o map[string]any) {
		for field, v := range o {
			list, ok := v.([]any)
			if !ok {
				continue
			}
			kept := slices.DeleteFunc(slices.Clone(list), func(e any) bool { m, ok := e.(map[string]any); return ok && match(m) })
			n += len(list) - len(kept)
			o[field] = kept
		}
	})
	return n
}

// fewer lowers what an answer says of how many there are.
func fewer(body any, n int) {
	o, ok := body.(map[string]any)
	if !ok {
		return
	}
	for _, field := range []string{"TotalCount", "TotalAclEntry"} {
		var total int
		if _, err := fmt.Sscan(fmt.Sprint(o[field]), &total); err == nil {
			o[field] = json.Number(fmt.Sprint(total - n))
		}
	}
}

// strike takes an entry out of a cluster's lists: the group, and the flat list
// that mirrors the group default.
func strike(cluster map[string]any, list, group, entry string) {
	flat := map[string]string{
		"PUBLIC_ES": "publicIpWhitelist", "PRIVATE_ES": "privateNetworkIpWhiteList",
		"PUBLIC_KIBANA": "kibanaIPWhitelist", "PRIVATE_KIBANA": "kibanaPrivateIPWhitelist",
	}[list]
	less := func(v any) any {
		entries, ok := v.([]any)
		if !ok {
			return v
		}
		out := []any{}
		for _, e := range entries {
			text, ok := e.(string)
			if !ok {
				out = append(out, e)
				continue
			}
			pieces := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(", \t\r\n", c) })
			kept := slices.DeleteFunc(slices.Clone(pieces), func(p string) bool { return p == entry || network(p).IsValid() && network(p) == network(entry) })
			if len(kept) > 0 || len(pieces) == 0 {
				out = append(out, strings.Join(kept, ","))
			}
		}
		return out
	}
	if group == "default" && cluster[flat] != nil {
		cluster[flat] = less(cluster[flat])
	}
	config, _ := cluster["networkConfig"].(map[string]any)
	groups, _ := config["whiteIpGroupList"].([]any)
	for _, g := range groups {
		if g, ok := g.(map[string]any); ok && g["whiteIpType"] == list && g["groupName"] == group {
			g["ips"] = less(g["ips"])
		}
	}
}

// network is the network of an entry's text; the zero prefix for what is none.
func network(text string) netip.Prefix {
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a, a.BitLen())
	}
	p, _ := netip.ParsePrefix(text)
	return p.Masked()
}

// severed asks the naive evaluator whether from is kept from to.
func (r record) severed(from, to string) bool {
	o := oracle.New(r.declared, r.Recording)
	a, err := o.Answer(from, to)
	return err != nil || a.Verdict == oracle.Blocked
}

// The naive evaluator, which reads the recording, finds the same minimal sets:
// each that was found severs, no part of it does, and no other set of a few
// edits does.
func TestCutsAreMinimalForTheNaiveEvaluator(t *testing.T) {
	first, last, cuts, several := uint64(10), uint64(20), 0, 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		first, last = 0, 200
	}
	for seed := first; seed < last; seed++ {
		e := wild.With(wild.Options{Seed: seed, Account: "1234567890123456", Tag: "w", Rough: 0.01, Blind: 0})
		s, err := collector.Assemble([]recording.Part{e.Part})
		if err != nil {
			t.Fatal(err)
		}
		answers, err := naive.Recording(e.Part)
		if err != nil {
			t.Fatal(err)
		}
		g, r := graph.Build(s, e.Config), record{answers, naive.Config(e.Config)}
		asked := 0
		for _, q := range e.Questions(rand.New(rand.NewPCG(seed, 23)), 300) {
			if a, err := g.Reach(q[0], q[1]); err != nil || a.Verdict == graph.Blocked || strings.HasPrefix(q[0], "es:") {
				continue
			}
			if asked++; asked > 3 {
				break
			}
			d, err := cut.Find(t.Context(), g, q[0], q[1])
			if err != nil {
				t.Fatalf("seed %d, %s to %s: %v", seed, q[0], q[1], err)
			}
			var got []string
			for _, c := range d.Cuts {
				slices.Sort(c.Edits)
				got = append(got, strings.Join(c.Edits, " + "))
				if len(c.Edits) > 1 {
					several++
				}
			}
			slices.Sort(got)
			edits := slices.DeleteFunc(universe(t, s), func(e change.Edit) bool {
				_, err := change.Parse(change.Remove, e.String())
				return err != nil && !strings.Contains(e.String(), "=")
			})
			want := minimalSets(few(edits, got), func(edits []change.Edit) bool { return r.without(t, written(edits)).severed(q[0], q[1]) })
			cuts += len(got)
			if d.Complete && !slices.Equal(got, want) || !d.Complete && len(want) < len(got) {
				t.Errorf("seed %d, %s to %s:\n found %q\n the naive evaluator finds %q", seed, q[0], q[1], got, want)
			}
		}
	}
	t.Logf("%d cuts, %d of several edits", cuts, several)
	if cuts < 25 || several < 8 {
		t.Error("too few")
	}
}
