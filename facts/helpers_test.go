package facts

import (
	"net/netip"
	"testing"

	"esaudit/graph"

	"pgregory.net/rapid"
)

// A prefix is inside when another one holds all of it and more.
func TestInside(t *testing.T) {
	prefix := rapid.Custom(func(t *rapid.T) netip.Prefix {
		a := netip.AddrFrom4([4]byte{byte(rapid.IntRange(0, 3).Draw(t, "a")) << 6, byte(rapid.IntRange(0, 3).Draw(t, "b"))})
		if rapid.Bool().Draw(t, "six") {
			a = netip.AddrFrom16([16]byte{byte(rapid.IntRange(0, 3).Draw(t, "c")) << 6})
		}
		return netip.PrefixFrom(a, rapid.IntRange(0, 16).Draw(t, "bits")).Masked()
	})
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(prefix, 1, 8).Draw(t, "all")
		entries := make([]graph.ListEntry, len(all))
		for i, p := range all {
			entries[i].Prefix = p
		}
		loop := rapid.IntRange(0, len(all)).Draw(t, "loopback") // it holds nothing, and nothing holds it
		if loop < len(all) {
			entries[loop].Loopback = true
		}
		got := inside(entries)
		for i, p := range all {
			want := false
			for j, q := range all {
				want = want || i != loop && j != loop && q.Bits() < p.Bits() && q.Contains(p.Addr())
			}
			if got[i] != want {
				t.Fatalf("%v inside %v but %d: not %v", p, all, loop, want)
			}
		}
	})
}

func TestLabelledRegion(t *testing.T) {
	for name, want := range map[string]string{
		"com.aliyuncs.privatelink.cn-shanghai.epsrv-bp1":            "cn-shanghai",
		"com.aliyuncs.privatelink.cn-hangzhou":                      "cn-hangzhou",
		"ep-bp1.epsrv-bp1.cn-beijing.privatelink.aliyuncs.com":      "cn-beijing",
		"ep-bp1-cn-x.epsrv-bp1.cn-gz.privatelink.aliyuncs.com":      "cn-gz",
		"epsrv-bp1.cn-beijing.privatelink.aliyuncs.com":             "",
		"com.example.privatelink.cn-beijing.epsrv-bp1":              "",
		"es-cn-1.elasticsearch.aliyuncs.com":                        "",
		"":                                                          "",
		"com.aliyuncs.privatelink.":                                 "",
		"ep-bp1.epsrv-bp1.cn-beijing.privatelink.aliyuncs.com.evil": "",
	} {
		if got := labelledRegion(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
