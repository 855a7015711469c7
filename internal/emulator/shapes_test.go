package emulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/recording"
)

// What a recording shows of the whitelists, other programs' included: the older
// form alone, with all groups, with more than the groups, and no default group.
func TestWhitelistShapes(t *testing.T) {
	type lists struct{ flat, groups string }
	of := func(groups ...string) string {
		var out []string
		for _, g := range groups {
			name, ips, _ := strings.Cut(g, ":")
			out = append(out, `{"groupName":"`+name+`","ips":["`+strings.ReplaceAll(ips, " ", `","`)+`"],"whiteIpType":"PUBLIC_ES"}`)
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	for name, test := range map[string]struct {
		was         lists
		mode, group string
		ips         []string
		is          lists
	}{
		"the older form alone":           {lists{`["1.1.1.1","2.2.2.2"]`, ""}, "Delete", "default", []string{"1.1.1.1"}, lists{`["2.2.2.2"]`, ""}},
		"a first group":                  {lists{`["1.1.1.1"]`, ""}, "Cover", "new", []string{"3.3.3.3"}, lists{`["1.1.1.1"]`, of("new:3.3.3.3")}},
		"no default group":               {lists{`["1.1.1.1"]`, of("a:2.2.2.2")}, "Append", "default", []string{"3.3.3.3"}, lists{`["1.1.1.1","3.3.3.3"]`, of("a:2.2.2.2")}},
		"all groups in the older form":   {lists{`["1.1.1.1","2.2.2.2"]`, of("default:1.1.1.1", "a:2.2.2.2")}, "Append", "a", []string{"3.3.3.3"}, lists{`["1.1.1.1","2.2.2.2","3.3.3.3"]`, of("default:1.1.1.1", "a:2.2.2.2 3.3.3.3")}},
		"gone from all of it":            {lists{`["1.1.1.1","2.2.2.2"]`, of("default:1.1.1.1", "a:2.2.2.2")}, "Cover", "a", nil, lists{`["1.1.1.1"]`, of("default:1.1.1.1")}},
		"more than the groups":           {lists{`["1.1.1.1","9.9.9.9"]`, of("default:1.1.1.1", "a:2.2.2.2")}, "Delete", "default", []string{"9.9.9.9"}, lists{`["1.1.1.1"]`, of("default:1.1.1.1", "a:2.2.2.2")}},
		"groups alone":                   {lists{"", of("default:1.1.1.1")}, "Append", "default", []string{"3.3.3.3"}, lists{"", of("default:1.1.1.1 3.3.3.3")}},
		"the default group, overwritten": {lists{`["1.1.1.1","9.9.9.9"]`, of("default:1.1.1.1")}, "Cover", "default", []string{"3.3.3.3"}, lists{`["3.3.3.3"]`, of("default:3.3.3.3")}},
	} {
		t.Run(name, func(t *testing.T) {
			instance := object{{"instanceId", quote(cluster)}}
			for path, value := range map[string]string{"publicIpWhitelist": test.was.flat, groupsPath: test.was.groups} {
				if value != "" {
					instance = instance.with(path, []byte(value))
				}
			}
			w := readWhitelist(instance, "PUBLIC_ES", "publicIpWhitelist")
			if bad := w.change(test.mode, whiteGroup{test.group, test.ips, "PUBLIC_ES"}); bad != nil {
				t.Fatal(bad.message)
			}
			next := w.write(instance)
			if got := (lists{string(next.get("publicIpWhitelist")), string(next.get(groupsPath))}); got != test.is {
				t.Errorf("%+v, not %+v", got, test.is)
			}
		})
	}
}

// An access control list tells which listeners use it.
func TestRelatedListeners(t *testing.T) {
	s, c := serve(t, []recording.Part{writable()}, Options{Writable: true})
	set := rpc("slb.SetLoadBalancerTCPListenerAttribute", "LoadBalancerId", "lb-1", "ListenerPort", "9200", "AclStatus", "on", "AclType", "white", "AclId", "acl-1")
	set.send(t, c, s.Key()).want(t, 200, "")
	v := c.read(t, describeACL, map[string]string{"AclId": "acl-1"})
	if at(v, "RelatedListeners", "RelatedListener", 0, "ListenerPort") != 9200.0 || at(v, "RelatedListeners", "RelatedListener", 0, "AclType") != "white" {
		t.Errorf("%v", v)
	}
}

// Moving servers is a job.
func TestServersAreJobs(t *testing.T) {
	s, c := serve(t, []recording.Part{writable()}, Options{Writable: true, Reads: -1})
	for _, name := range []string{"RemoveServersFromServerGroup", "AddServersToServerGroup"} {
		r := rpc("nlb."+name, "ServerGroupId", "sgp-1", "Servers.1.ServerId", "10.0.0.9", "Servers.1.Port", "9200", "Servers.1.ServerType", "Ip").send(t, c, s.Key()).want(t, 200, "")
		var v any
		if err := json.Unmarshal([]byte(r.body), &v); err != nil {
			t.Fatal(err)
		}
		job, _ := at(v, "JobId").(string)
		if got := at(c.read(t, "nlb.GetJobStatus", map[string]string{"JobId": job}), "Status"); got != "Succeeded" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// However a recording is written, what is as it was is no change.
func TestSpacesAreNoChange(t *testing.T) {
	p := writable()
	for i := range p.Answers {
		p.Answers[i].Body = []byte(strings.ReplaceAll(strings.ReplaceAll(string(p.Answers[i].Body), `":`, `": `), `",`, `", `))
	}
	before := string(p.Answers[1].Body)
	s, c := direct(t, []recording.Part{p}, Options{Writable: true, Reads: 5})
	c.change(http.MethodPost, cluster, whiteIPs, nil, groupBody("Append", "office", `["198.51.100.1"]`)).want(t, 200, "")
	if n := len(s.Effects()); n != 0 || status(t, c) != "active" {
		t.Errorf("%d effects", n)
	}
	c.change(http.MethodPost, cluster, whiteIPs, nil, groupBody("Delete", "office", `["198.51.100.1"]`)).want(t, 200, "")
	if string(p.Answers[1].Body) != before {
		t.Error("the recording itself has changed")
	}
}

// A lost answer is none.
func TestLostAnswer(t *testing.T) {
	f, err := ParseFaults("lost:elasticsearch.ModifyWhiteIps")
	if err != nil {
		t.Fatal(err)
	}
	s, c := serve(t, []recording.Part{writable()}, Options{Writable: true, Faults: f})
	r := c.change(http.MethodPost, cluster, whiteIPs, nil, groupBody("Delete", "office", `["198.51.100.1"]`))
	if r.err == nil || r.hint != "reset" || len(s.Effects()) != 1 {
		t.Errorf("%v %q", r.err, r.hint)
	}
}

// From some request on, whichever it is.
func TestFaultsCountedTogether(t *testing.T) {
	f, err := ParseFaults("expired:*:#3-4")
	if err != nil {
		t.Fatal(err)
	}
	_, c := direct(t, []recording.Part{writable()}, Options{Faults: f})
	var got []string
	for range 2 {
		got = append(got, c.roa(region, "/openapi/instances", nil).code(), c.roa(region, "/openapi/instances/"+cluster, nil).code(), c.rpc("POST", "2014-05-15", "DescribeLoadBalancers", nil).code())
	}
	if want := []string{"", "", "InvalidSecurityToken.Expired", "InvalidSecurityToken.Expired", "", ""}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// The clock goes on from the last write.
func TestClockGoesOn(t *testing.T) {
	now := timeNow()
	o := Options{State: t.TempDir(), Clock: Advance, Now: now.read, Reads: -1}
	_, c := direct(t, []recording.Part{writable()}, o)
	now.forward(90e9)
	c.change(http.MethodPost, cluster, "actions/open-https", nil, "").want(t, 200, "")
	_, c = direct(t, []recording.Part{writable()}, o)
	if got := c.roa(region, "/openapi/instances", nil).header.Get("Date"); got != "Sun, 22 Nov 2026 00:01:30 GMT" {
		t.Errorf("%s", got)
	}
}
