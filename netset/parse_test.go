package netset

import (
	"net/netip"
	"strings"
	"testing"
	"unicode"
)

func TestParseWhitelist(t *testing.T) {
	for element, want := range map[string]string{
		"":                             "",
		" , ,":                         "",
		"10.0.0.1":                     "10.0.0.1/32",
		"10.0.0.9/24":                  "10.0.0.0/24",
		"0.0.0.0":                      "0.0.0.0/0",
		"0.0.0.0/0":                    "0.0.0.0/0",
		"0.0.0.0/32":                   "0.0.0.0/32",
		"::":                           "::/0",
		"::/0":                         "::/0",
		"::/128":                       "::/128",
		"::ffff:0.0.0.0":               "0.0.0.0/32",
		"::ffff:10.1.2.3":              "10.1.2.3/32",
		"::ffff:10.1.2.3/104":          "10.0.0.0/8",
		"::ffff:10.1.2.3/96":           "0.0.0.0/0",
		"::ffff:10.1.2.3/95":           "::fffe:0:0/95",
		"127.0.0.1":                    "loopback",
		"127.9.9.9/9":                  "loopback",
		"127.0.0.0/7":                  "126.0.0.0/7",
		"::1":                          "loopback",
		"::1/127":                      "::/127",
		"::ffff:127.0.0.1":             "loopback",
		"127.0.0.1,::1":                "loopback loopback",
		"10.0.0.1, 10.0.0.2\t10.0.0.3": "10.0.0.1/32 10.0.0.2/32 10.0.0.3/32",
		"10.0.0.1\u00a010.0.0.2\u3000": "10.0.0.1/32 10.0.0.2/32",
		"10.0.0.0/08":                  "error",
		"10.0.0.0/+8":                  "error",
		"10.0.0.0/":                    "error",
		"10.0.0.0/33":                  "error",
		"10.0.0.0/255.0.0.0":           "error",
		"10.0.0.*":                     "error",
		"10.0.0.1-10.0.0.9":            "error",
		"010.0.0.1":                    "error",
		"fe80::1%eth0":                 "error",
		"10.0.0.1;10.0.0.2":            "error",
		"2001:db8::/32,nonsense":       "2001:db8::/32 error",
	} {
		var got []string
		for _, p := range ParseWhitelist(element) {
			switch {
			case p.Err != nil:
				got = append(got, "error")
			case p.Loopback:
				got = append(got, "loopback")
			default:
				got = append(got, p.Prefix.String())
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %s, want %s", element, s, want)
		}
	}
}

func TestParseCIDRHasNoBareAny(t *testing.T) {
	for text, want := range map[string]string{"0.0.0.0": "0.0.0.0/32", "::": "::/128", "127.0.0.1": "127.0.0.1/32", "10.1.1.1/8": "10.0.0.0/8"} {
		if p, err := ParseCIDR(text); err != nil || p.String() != want {
			t.Errorf("%q: %v, %v, want %s", text, p, err, want)
		}
	}
}

// FuzzWhitelist holds every piece against the standard library: what parses
// stands for the addresses netip says, but for the two bare forms.
func FuzzWhitelist(f *testing.F) {
	for _, seed := range []string{"10.0.0.0/8,::1", "0.0.0.0", "::ffff:1.2.3.4/97", "1.2.3.4/032", "::%a", "\u0085a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, element string) {
		for _, p := range ParseWhitelist(element) {
			if p.Text == "" || strings.ContainsFunc(p.Text, unicode.IsSpace) || strings.Contains(p.Text, ",") {
				t.Fatalf("%q: piece %q", element, p.Text)
			}
			text, bare := p.Text, !strings.Contains(p.Text, "/")
			if bare {
				if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
					text = netip.PrefixFrom(a, a.BitLen()).String()
				}
			}
			want, err := netip.ParsePrefix(text)
			if (err == nil) != (p.Err == nil) {
				t.Fatalf("%q: %v, netip says %v", p.Text, p.Err, err)
			}
			if err != nil || bare && want.Addr().IsUnspecified() {
				continue
			}
			probe := want.Masked().Addr()
			if !p.Loopback && !p.Set().Contains(probe) || p.Loopback && !p.Set().IsEmpty() {
				t.Fatalf("%q admits %v, not %v", p.Text, p.Set(), probe)
			}
		}
	})
}

func TestParseAddr(t *testing.T) {
	for text, want := range map[string]string{"10.0.0.1": "10.0.0.1", "::ffff:10.0.0.1": "10.0.0.1", "2001:DB8::1": "2001:db8::1", "": "", "10.0.0": "", "10.0.0.0/8": "", "fe80::1%eth0": ""} {
		a, err := ParseAddr(text)
		if (err == nil) != (want != "") || err == nil && a.String() != want {
			t.Errorf("%q is %v, %v, want %q", text, a, err, want)
		}
	}
}
