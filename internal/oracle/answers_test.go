package oracle

import (
	"io/fs"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// How the pages of an answer are judged (SEMANTICS 2).
func TestRead(t *testing.T) {
	vswitches := func(params, ids, rest string) string {
		var list []string
		for _, id := range strings.Fields(ids) {
			list = append(list, `{"VSwitchId":"`+id+`"}`)
		}
		return `{"region":"r","product":"vpc","operation":"DescribeVSwitches","params":` + params +
			`,"status":200,"body":{"VSwitches":{"VSwitch":[` + strings.Join(list, ",") + `]}` + rest + `}}`
	}
	refused := `{"region":"r","product":"vpc","operation":"DescribeVSwitches","params":{},"status":403,"body":{"Code":"Forbidden.RAM"}}`
	for name, c := range map[string]struct {
		lines []string
		count int
		read  bool
	}{
		"never asked":           {nil, 0, false},
		"one page":              {[]string{vswitches(`{}`, "a b", "")}, 2, true},
		"empty list":            {[]string{vswitches(`{}`, "", "")}, 0, true},
		"total reached":         {[]string{vswitches(`{}`, "a", `,"TotalCount":2`), vswitches(`{}`, "b", `,"TotalCount":2`)}, 2, true},
		"total not reached":     {[]string{vswitches(`{}`, "a", `,"TotalCount":2`)}, 1, false},
		"total as text":         {[]string{vswitches(`{}`, "a", `,"TotalCount":"2"`)}, 1, false},
		"one page twice":        {[]string{vswitches(`{}`, "a", `,"TotalCount":2`), vswitches(`{}`, "a", `,"TotalCount":2,"RequestId":"x"`)}, 1, false},
		"token left":            {[]string{vswitches(`{}`, "a", `,"NextToken":"t"`)}, 1, false},
		"last page first":       {[]string{vswitches(`{}`, "b", `,"NextToken":""`), vswitches(`{}`, "a", `,"NextToken":"t"`)}, 2, true},
		"one page refused":      {[]string{vswitches(`{}`, "a", ""), refused}, 1, false},
		"narrowed":              {[]string{vswitches(`{"VpcId":"vpc-1"}`, "a", "")}, 1, false},
		"narrowed by a tag":     {[]string{vswitches(`{"Tag.1.Key":"k"}`, "a", "")}, 1, false},
		"narrowed and whole":    {[]string{vswitches(`{"VpcId":"vpc-1"}`, "a", `,"TotalCount":1`), vswitches(`{}`, "a b", `,"TotalCount":2`)}, 2, true},
		"narrowed hides a page": {[]string{vswitches(`{"VpcId":"vpc-1"}`, "b", `,"TotalCount":1`), vswitches(`{}`, "a", `,"TotalCount":2`)}, 2, false},
		"empty parameter":       {[]string{vswitches(`{"VpcId":"","PageSize":50}`, "a", "")}, 1, true},
		"no payload":            {[]string{`{"region":"r","product":"vpc","operation":"DescribeVSwitches","params":{},"status":200,"body":{}}`}, 0, false},
		"half a payload":        {[]string{`{"region":"r","product":"vpc","operation":"DescribeVSwitches","params":{},"status":200,"body":{"VSwitches":{}}}`}, 0, false},
		"wrong type":            {[]string{`{"region":"r","product":"vpc","operation":"DescribeVSwitches","params":{},"status":200,"body":{"VSwitches":{"VSwitch":["a"]}}}`}, 0, false},
		"another region":        {[]string{strings.Replace(vswitches(`{}`, "a", ""), `"r"`, `"q"`, 1)}, 0, false},
	} {
		lines, err := ParseLines([]byte(strings.Join(c.lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		o := New(Config{}, Recording{Lines: lines})
		count, read := len(o.vswitches(scope{region: "r"})), o.ask(scope{region: "r"}, "vpc.DescribeVSwitches", "").read
		if count != c.count || read != c.read {
			t.Errorf("%s: %d objects, read %v; want %d, %v", name, count, read, c.count, c.read)
		}
	}
}

// A list of listeners covers the balancers that it names, or all.
func TestListenersRead(t *testing.T) {
	line := func(params, rest string) string {
		return `{"region":"r","product":"nlb","operation":"ListListeners","params":` + params + `,"status":200,"body":{"Listeners":[]` + rest + `}}`
	}
	for _, c := range []struct {
		lines string
		read  bool
	}{
		{line(`{}`, ""), true},
		{line(`{"LoadBalancerIds.1":"nlb-2","LoadBalancerIds.2":"nlb-1"}`, ""), true},
		{line(`{"LoadBalancerIds":["nlb-1"]}`, ""), true},
		{line(`{"LoadBalancerIds.1":"nlb-2"}`, ""), false},
		{line(`{"LoadBalancerIds.1":"nlb-1","ListenerProtocol":"TCP"}`, ""), false},
		{line(`{}`, `,"TotalCount":1`) + "\n" + line(`{"LoadBalancerIds.1":"nlb-1"}`, ""), true},
	} {
		lines, err := ParseLines([]byte(c.lines))
		if err != nil {
			t.Fatal(err)
		}
		o := New(Config{}, Recording{Lines: lines})
		if read := o.listenersRead(balancer{scope: scope{region: "r"}, id: "nlb-1", nlb: true}); read != c.read {
			t.Errorf("%s: read %v", c.lines, read)
		}
	}
}

// Per-object answers win over lists, and null is absent.
func TestMerge(t *testing.T) {
	list := object{"a": "list", "b": "list", "in": object{"x": "list"}}
	got := merge(list, object{"a": "own", "b": nil, "in": object{"y": "own"}})
	if want := `{"a":"own","b":"list","in":{"x":"list","y":"own"}}`; canonical(got) != want {
		t.Errorf("%s, want %s", canonical(got), want)
	}
}

func TestWhitelistPieces(t *testing.T) {
	for element, want := range map[string]string{
		"10.1.2.3":                            "10.1.2.3/32",
		"10.1.2.3/8,\u300010.2.0.0/16\tx":     "10.0.0.0/8 10.2.0.0/16",
		"0.0.0.0":                             "0.0.0.0/0",
		"0.0.0.0/32":                          "0.0.0.0/32",
		"::":                                  "::/0",
		"127.0.0.1 127.1.0.0/16 ::1 ::1/128":  "",
		"126.0.0.0/7 ::1/64":                  "126.0.0.0/7 ::/64",
		"::ffff:1.2.3.4 ::ffff:1.2.3.4/120":   "1.2.3.4/32 1.2.3.0/24",
		"::ffff:1.2.3.4/90":                   "::ffc0:0:0/90",
		"::ffff:127.0.0.1":                    "",
		"10.0.0.0/08 10.0.0.0/+8 010.0.0.1":   "",
		"10.0.0.0/255.0.0.0 1.2.3.4-5 1.2.3":  "",
		"fe80::1%eth0 fe80::1%eth0/64 2001::": "2001::/128",
	} {
		var got []string
		for _, p := range whitelistPieces(element) {
			got = append(got, p.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", element, got, want)
		}
	}
}

// split cuts so that each piece lies wholly inside or outside every cut, and
// loses nothing.
func TestSplit(t *testing.T) {
	whole := netip.MustParsePrefix("10.0.0.0/28")
	cuts := []netip.Prefix{netip.MustParsePrefix("10.0.0.5/32"), netip.MustParsePrefix("10.0.0.8/30"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::/1")}
	pieces := split(whole, cuts)
	for a := whole.Addr(); whole.Contains(a); a = a.Next() {
		i := slices.IndexFunc(pieces, func(p netip.Prefix) bool { return p.Contains(a) })
		if i < 0 {
			t.Fatalf("%s is in no piece", a)
		}
		for _, cut := range cuts {
			if cut.Contains(a) != cut.Contains(pieces[i].Addr()) {
				t.Errorf("%s and its piece %s differ about %s", a, pieces[i], cut)
			}
		}
	}
	if len(pieces) != 6 {
		t.Errorf("%d pieces: %v", len(pieces), pieces)
	}
}

// Security groups decide by priority, Drop first, and say Unknown only when
// what is missing changes the outcome (SEMANTICS 7).
func TestGroups(t *testing.T) {
	rule := func(policy, priority, rest string) string {
		return `{"Direction":"ingress","Policy":"` + policy + `","Priority":` + priority + `,"IpProtocol":"Tcp","PortRange":"80/90",` + rest + `}`
	}
	near, all := `"SourceCidrIp":"10.0.0.0/8"`, `"SourceCidrIp":"0.0.0.0/0"`
	for name, c := range map[string]struct {
		rules []string
		want  Verdict
	}{
		"nothing matches":                {nil, Blocked},
		"accept":                         {[]string{rule("Accept", `"1"`, near)}, Reachable},
		"another port":                   {[]string{strings.Replace(rule("Accept", "1", near), "80/90", "81/90", 1)}, Blocked},
		"another family":                 {[]string{rule("Accept", "1", `"Ipv6SourceCidrIp":"::/0"`)}, Blocked},
		"no address":                     {[]string{rule("Accept", "1", `"SourceCidrIp":""`)}, Blocked},
		"drop first when equal":          {[]string{rule("accept", "5", near), rule("drop", "5", all)}, Blocked},
		"lower number first":             {[]string{rule("Drop", "10", all), rule("Accept", "9", near)}, Reachable},
		"list not read":                  {[]string{rule("Accept", "1", `"SourcePrefixListId":"pl-1"`)}, Unknown},
		"list changes nothing":           {[]string{rule("Accept", "1", `"SourcePrefixListId":"pl-1"`), rule("Accept", "2", near)}, Reachable},
		"ports not read":                 {[]string{strings.Replace(rule("Accept", "1", near+`,"PortRangeListId":"prl-1"`), "80/90", "", 1)}, Unknown},
		"group of another":               {[]string{rule("Accept", "1", `"SourceGroupId":"sg-9"`)}, Blocked},
		"group of the peer":              {[]string{rule("Accept", "1", `"SourceGroupId":"sg-2"`)}, Reachable},
		"egress is no ingress":           {[]string{strings.Replace(rule("Accept", "1", `"DestCidrIp":"0.0.0.0/0"`), "ingress", "egress", 1)}, Blocked},
		"what cannot be parsed":          {[]string{rule("Accept", "1", `"SourceCidrIp":"10.0.0.0/255.0.0.0"`)}, Blocked},
		"a priority that is none":        {[]string{rule("Drop", `"x"`, all), rule("Accept", "1", near)}, Unknown},
		"which changes nothing":          {[]string{rule("Accept", `"2.5"`, all), rule("Accept", "1", near)}, Reachable},
		"an empty priority is the first": {[]string{rule("Drop", `""`, all), rule("Accept", "1", near)}, Blocked},
		"a policy that is absent":        {[]string{rule("", "1", near)}, Unknown},
	} {
		text := `{"region":"r","product":"ecs","operation":"DescribeSecurityGroups","params":{},"status":200,"body":{"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-1","SecurityGroupType":"normal"}]}}}
{"region":"r","product":"ecs","operation":"DescribeSecurityGroupAttribute","params":{"SecurityGroupId":"sg-1","Direction":"all"},"status":200,"body":{"InnerAccessPolicy":"Accept","Permissions":{"Permission":[` + strings.Join(c.rules, ",") + `]}}}`
		lines, err := ParseLines([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		o := New(Config{}, Recording{Lines: lines})
		p := peer{address: netip.MustParseAddr("10.1.2.3"), groups: []string{"sg-2"}}
		if got := o.groupsAdmit(scope{region: "r"}, []string{"sg-1"}, ingress, p, 80); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		p.groups = []string{"sg-1"}
		if got := o.groupsAdmit(scope{region: "r"}, []string{"sg-1"}, ingress, p, 80); got != Reachable {
			t.Errorf("%s: a peer in the group: %v", name, got)
		}
	}
}

// A directory may hold one recording, or one per account (CONTRACT 3).
func TestOpen(t *testing.T) {
	head := &fstest.MapFile{Data: []byte(`{"schema":"esaudit.recording/v1","account":"1","regions":["cn-hangzhou"]}`)}
	other := &fstest.MapFile{Data: []byte(`{"schema":"esaudit.recording/v1","account":"2","regions":["cn-hangzhou"]}`)}
	calls := &fstest.MapFile{Data: []byte(`{"region":"cn-hangzhou","product":"elasticsearch","operation":"ListInstance","params":{},"status":200,"body":{"Result":[{"instanceId":"es-1"}]}}`)}
	none := &fstest.MapFile{Data: []byte(`{"region":"cn-hangzhou","product":"elasticsearch","operation":"ListInstance","params":{},"status":200,"body":{"Result":[]}}`)}
	for name, c := range map[string]struct {
		dir  fs.FS
		good bool
	}{
		"one":         {fstest.MapFS{"recording.json": head, "calls.jsonl": calls}, true},
		"two":         {fstest.MapFS{"a/recording.json": other, "a/calls.jsonl": none, "b/recording.json": head, "b/calls.jsonl": calls}, true},
		"interrupted": {fstest.MapFS{"a/calls.jsonl": calls}, false},
		"no calls":    {fstest.MapFS{"recording.json": head}, false},
		"bad line":    {fstest.MapFS{"recording.json": head, "calls.jsonl": &fstest.MapFile{Data: []byte("{")}}, false},
		"empty":       {fstest.MapFS{}, false},
	} {
		o, err := Open(c.dir, Config{})
		if (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !c.good {
			continue
		}
		if got, err := o.Answer("internet:203.0.113.9", "es:es-1:9200"); err != nil || got.Verdict != Unknown {
			t.Errorf("%s: %v (%v)", name, got.Verdict, err)
		}
		if _, err := o.Answer("internet:203.0.113.9", "es:es-2:9200"); err == nil {
			t.Errorf("%s: es-2 is there", name)
		}
	}
}
