package redact

import (
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/netset"
	"esaudit/snapshot"
)

// shared counts the leading bits that two addresses have in common.
func shared(a, b netip.Addr) int {
	x, y := a.AsSlice(), b.AsSlice()
	for i := range len(x) * 8 {
		if (x[i/8]^y[i/8])>>(7-i%8)&1 == 1 {
			return i
		}
	}
	return len(x) * 8
}

func anyAddress(t *rapid.T) netip.Addr {
	n := 4
	if rapid.Bool().Draw(t, "six") {
		n = 16
	}
	raw := rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "address")
	if n == 16 && rapid.Bool().Draw(t, "global") {
		raw[0] = 0x20 | raw[0]&0x1f
	}
	a, _ := netip.AddrFromSlice(raw)
	return a
}

// Addresses keep how many bits they share, whether they are of the internet, and
// what is not of it stays.
func TestAddressesKeepTheirPlaces(t *testing.T) {
	r := New([]byte("a"))
	internet := netset.Internet()
	rapid.Check(t, func(t *rapid.T) {
		a := anyAddress(t)
		raw := a.AsSlice()
		flip := rapid.IntRange(0, len(raw)*8-1).Draw(t, "bit")
		raw[flip/8] ^= 1 << (7 - flip%8)
		b, _ := netip.AddrFromSlice(raw)
		x, y := r.address(a, 128), r.address(b, 128)
		if shared(x, y) != shared(a, b) {
			t.Fatalf("%s and %s share %d bits, %s and %s %d", a, b, shared(a, b), x, y, shared(x, y))
		}
		if internet.Contains(a) != internet.Contains(x) || !internet.Contains(a) && a != x {
			t.Fatalf("%s becomes %s", a, x)
		}
	})
}

// Two texts are two pseudonyms, of the same length; what begins alike begins
// alike; another key gives others.
func TestWordsAreOneToOne(t *testing.T) {
	r, other := New([]byte("a")), New([]byte("b"))
	text := rapid.OneOf(rapid.StringMatching(`[a-c0-2_-]{0,4}`), rapid.String())
	differ := 0
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		x, y := r.word("name", a), r.word("name", b)
		if (a == b) != (x == y) {
			t.Fatalf("%q and %q become %q and %q", a, b, x, y)
		}
		if both := r.word("name", a+b); !strings.HasPrefix(both, x) {
			t.Fatalf("%q becomes %q, and %q %q", a, x, a+b, both)
		}
		if other.word("name", a) != x {
			differ++
		}
	})
	if differ == 0 {
		t.Error("the key changes nothing")
	}
}

func TestTexts(t *testing.T) {
	r := New([]byte("a"))
	for _, same := range []string{
		"10.0.0.1", "192.168.0.0/16", "0.0.0.0/0", "::/0", "::1", "fe80::1", "100.64.0.0/10", "2026-10-01T08:12:07.310Z", "00:16:3e:0a:00:03", "7.10.0_with_X-Pack",
		"9200/9300", "vpc-bp1prod", "acs:elasticsearch:*:*:instances/*", "*", "128.0.0.0/1",
	} {
		if got := r.text(same); got != same {
			t.Errorf("%q becomes %q", same, got)
		}
	}
	for _, text := range []string{
		"203.0.113.9", "203.0.113.9/32", "2001:db8::1", "2001:DB8::1/64", "::ffff:203.0.113.9", "1234567890123456", "acs:ram::1234567890123456:user/jo",
		"LTAI5tDemoCiSearch000001", "59.0.0.0/8,120.0.0.0/8", "203.0.113.*", "203.0.113.256", "198.51.100.7/33", "http://203.0.113.9:9200",
	} {
		got := r.text(text)
		if got == text || r.text(text) != got {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	if a, b := r.text("acs:ram::1234567890123456:user/jo"), "acs:ram::"+r.text("1234567890123456")+":user/"+r.name("jo"); a != b {
		t.Errorf("%s, not %s", a, b)
	}
	for _, arn := range []string{"acs:vpc:cn-hangzhou:1:vpc/vpc-1", "acs:elasticsearch:*:*:instances/es-cn-1", "acs:ecs:*:*:securitygroup/sg-1"} {
		if got := r.text(arn); got != arn {
			t.Errorf("%s, which holds an id, becomes %s", arn, got)
		}
	}
	if a, b := r.text("203.0.113.0/24"), strings.TrimSuffix(r.text("203.0.113.*"), "*"); !strings.HasPrefix(a, b) {
		t.Errorf("%s and %s*", a, b)
	}
	for text, want := range map[string]string{
		"ldaps://dc.corp.example:636":                            "ldaps://" + r.domain("dc.corp.example") + ":636",
		"https://jo@[2001:db8::5]:636/corp":                      "https://" + r.name("jo") + "@" + r.text("[2001:db8::5]") + ":636" + r.word("path", "/corp"),
		`["https://[2001:db8::5]/corp","b.corp.example:9200"]`:   `["https://` + r.text("[2001:db8::5]") + r.word("path", "/corp") + `","` + r.domain("b.corp.example") + `:9200"]`,
		`["a.corp.example:9200","10.0.0.1"]`:                     `["` + r.domain("a.corp.example") + `:9200","10.0.0.1"]`,
		"cn=elastic,dc=example":                                  "cn=" + r.name("elastic") + ",dc=" + r.name("example"),
		"ldaps://知识.corp.中国:636":                                 "ldaps://" + r.domain("知识.corp.中国") + ":636",
		"es.公司.cn:9200,搜索.网络":                                    r.domain("es.公司.cn") + ":9200," + r.domain("搜索.网络"),
		"小王@公司.中国":                                               r.name("小王") + "@" + r.domain("公司.中国"),
		"jo@corp.example":                                        r.name("jo") + "@" + r.domain("corp.example"),
		"ep-1.epsrv-1.cn-hangzhou.privatelink.aliyuncs.com:9200": "ep-1.epsrv-1.cn-hangzhou.privatelink.aliyuncs.com:9200",
		"true": "true", "access_denied,run_as_denied": "access_denied,run_as_denied", "*:*": "*:*", "/https?:\\/\\/a.example/": "/https?:\\/\\/a.example/",
	} {
		if got := r.setting(text); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
	if sub, parent := r.domain("dc.corp.example"), r.domain("corp.example"); !strings.HasSuffix(sub, "."+parent) {
		t.Errorf("%s is not in %s", sub, parent)
	}
}

// Of a setting that holds what people call themselves all is replaced, but for what
// says nothing of anybody.
func TestPlainValuesOfPersonalSettings(t *testing.T) {
	r := New([]byte("a"))
	for text, stays := range map[string]bool{
		"true": true, "FALSE": true, "null": true, redacted: true, "9200": true, "10.0.0.1": true, "-1": true, "*": true,
		"jo": false, "yes": false, "203.0.113.9:9200": false, "123456789012345": false, "1-234-567-890-1": false, "a*": false,
	} {
		n, err := snapshot.ParseJSON([]byte(`{"attributes":{"esConfig":{"cluster.name":"` + text + `","xpack":{"x":{"username":["` + text + `"]}}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		got := r.value(n, place{kind: snapshot.Cluster}).Get("attributes", "esConfig")
		for _, value := range []*snapshot.Node{got.Get("cluster.name"), got.Get("xpack", "x", "username").Items()[0]} {
			if (value.Text() == text) != stays {
				t.Errorf("%q becomes %q", text, value.Text())
			}
		}
	}
}

// Nothing that was to be replaced is left, and doing it twice with one key gives
// the same bytes.
func TestNothingIsLeft(t *testing.T) {
	for _, story := range estate.Stories() {
		if story.Name != "demo" && story.Name != "ram-people" && story.Name != "ram-careless" && story.Name != "two-accounts" && story.Name != "who-opened" {
			continue
		}
		var parts []recording.Part
		for _, e := range story.Accounts {
			parts = append(parts, e.Part())
		}
		s, err := collector.Assemble(parts)
		if err != nil {
			t.Fatal(err)
		}
		out, err := New([]byte("a")).Snapshot(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := New([]byte("a")).Snapshot(s)
		if err != nil {
			t.Fatal(err)
		}
		if out.Digest() != again.Digest() {
			t.Errorf("%s: it is not stable", story.Name)
		}
		text := string(out.Canonical())
		for _, name := range telling(s) {
			if strings.Contains(text, `"`+name) {
				t.Errorf("%s: %s is left", story.Name, name)
			}
		}
	}
}

// telling lists what must not be left of a snapshot.
func telling(s *snapshot.Snapshot) []string {
	out := []string{"203.0.113.", "198.51.100."}
	for _, a := range s.Accounts() {
		out = append(out, a.ID, "acs:ram::"+a.ID)
		for _, kind := range []snapshot.Kind{snapshot.RAMUser, snapshot.RAMGroup, snapshot.RAMRole, snapshot.RAMPolicy} {
			for _, o := range a.Objects(kind) {
				if strings.HasPrefix(o.ID, "System/") || strings.HasPrefix(o.ID, "Aliyun") {
					continue
				}
				out = append(out, o.ID+`"`, o.ID+`@`)
			}
		}
		for _, o := range a.Objects(snapshot.Event) {
			out = append(out, o.ID, o.Attr("requestId").Text(), o.Attr("userIdentity", "principalId").Text())
			role, session, _ := strings.Cut(o.Attr("userIdentity", "userName").Text(), ":")
			if out = append(out, role); session != "" {
				out = append(out, session+`"`)
			}
		}
		for _, o := range a.Objects(snapshot.Cluster) {
			out = append(out, o.Attr("description").Text()+`"`)
		}
	}
	return out
}
