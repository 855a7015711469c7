package emulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector/recording"
)

// naive is the vendor's rules of whitelist groups, as documented, in a map: by
// type and name, the addresses of a group.
type naive map[string][]string

func (m naive) key(kind, name string) string { return kind + "/" + name }

// change returns the error code, "" for none.
func (m naive) change(mode, kind, name string, ips []string) string {
	key := m.key(kind, name)
	old, known := m[key]
	switch {
	case mode == "Cover" && len(ips) > 0:
		m[key] = once(ips)
	case mode == "Cover" && name == "default":
		return "InvalidParameter"
	case mode == "Cover" && !known:
		return "NotFound"
	case mode == "Cover":
		delete(m, key)
	case !known:
		return "NotFound"
	case len(ips) == 0:
		return "MissingParameter"
	case mode == "Append":
		m[key] = once(append(slices.Clone(old), ips...))
	default:
		var left []string
		for _, ip := range old {
			if !slices.Contains(ips, ip) {
				left = append(left, ip)
			}
		}
		if left == nil {
			return "InvalidParameter"
		}
		m[key] = left
	}
	return ""
}

// once is a list without repetitions.
func once(ips []string) []string {
	var out []string
	for _, ip := range ips {
		if !slices.Contains(out, ip) {
			out = append(out, ip)
		}
	}
	return out
}

// seen is what an instance says: the groups, and the older form of the default
// ones.
func seen(t *rapid.T, instance any) (groups, flat naive) {
	groups, flat = naive{}, naive{}
	all, _ := at(instance, "networkConfig", "whiteIpGroupList").([]any)
	for _, g := range all {
		key := groups.key(at(g, "whiteIpType").(string), at(g, "groupName").(string))
		if _, twice := groups[key]; twice {
			t.Fatalf("two groups %s", key)
		}
		groups[key] = addresses(at(g, "ips"))
	}
	for kind, name := range map[string]string{"PUBLIC_ES": "publicIpWhitelist", "PRIVATE_ES": "privateNetworkIpWhiteList", "PUBLIC_KIBANA": "kibanaIPWhitelist"} {
		flat[flat.key(kind, "default")] = addresses(at(instance, name))
	}
	return groups, flat
}

func addresses(v any) []string {
	var out []string
	list, _ := v.([]any)
	for _, ip := range list {
		out = append(out, ip.(string))
	}
	return once(out)
}

// Random writes, restarts and repetitions: every read says what the naive model
// says, and every change is one effect.
func TestWhitelistsAreTheModel(t *testing.T) {
	parts := []recording.Part{writable()}
	parts[0].Answers = parts[0].Answers[:2] // the cluster, twice
	root := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		o := Options{Writable: true, Reads: -1}
		if rapid.IntRange(0, 9).Draw(r, "on disk") == 9 { // which takes most of the time
			dir, err := os.MkdirTemp(root, "")
			if err != nil {
				r.Fatal(err)
			}
			o = Options{State: dir, Reads: -1}
		}
		s, c := direct(t, parts, o)
		model, _ := seen(r, at(c.read(t, describeInstance, map[string]string{"InstanceId": cluster}), "Result"))
		changes, number := 0, 0
		ip := rapid.SampledFrom([]string{"10.0.0.0/8", "10.1.1.1", "203.0.113.9", "203.0.113.0/24", "0.0.0.0/0", "::1", "127.0.0.1"})
		write := func(r *rapid.T) {
			mode := rapid.SampledFrom([]string{"Cover", "Append", "Delete"}).Draw(r, "mode")
			kind := rapid.SampledFrom([]string{"PUBLIC_ES", "PRIVATE_ES", "PUBLIC_KIBANA"}).Draw(r, "type")
			name := rapid.SampledFrom([]string{"default", "office", "g1"}).Draw(r, "group")
			ips := rapid.SliceOfN(ip, 0, 3).Draw(r, "ips")
			number++
			token := map[string]string{"clientToken": fmt.Sprint("t-", number)}
			group := map[string]any{"groupName": name, "ips": append([]string{}, ips...)}
			body, rest := map[string]any{"whiteIpGroup": group}, ""
			switch rapid.IntRange(0, 2).Draw(r, "operation") {
			case 0:
				rest, group["whiteIpType"], body["modifyMode"] = "actions/modify-white-ips", kind, mode
			case 1:
				token["modifyMode"] = mode
				rest = map[string]string{"PUBLIC_ES": "public-white-ips", "PRIVATE_ES": "private-network-white-ips", "PUBLIC_KIBANA": "kibana-white-ips"}[kind]
			default: // the form that overwrites the default group
				mode, name, rest = "Cover", "default", "actions/modify-white-ips"
				body = map[string]any{"whiteIpList": group["ips"]}
				body["networkType"], body["nodeType"] = "PUBLIC", "WORKER"
				switch kind {
				case "PRIVATE_ES":
					body["networkType"] = "PRIVATE"
				case "PUBLIC_KIBANA":
					body["nodeType"] = "KIBANA"
				}
			}
			text, err := json.Marshal(body)
			if err != nil {
				r.Fatal(err)
			}
			before := maps.Clone(model)
			want := model.change(mode, kind, name, ips)
			for range rapid.IntRange(1, 2).Draw(r, "times") {
				if got := c.change(http.MethodPost, cluster, rest, token, string(text)); got.code() != want {
					r.Fatalf("%s %s %s %v: %s, not %q", mode, kind, name, ips, got.body, want)
				}
			}
			if !maps.EqualFunc(before, model, slices.Equal) {
				changes++
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"write":   write,
			"rewrite": write, // writes are more frequent than restarts
			"restart": func(r *rapid.T) {
				if o.State == "" {
					r.Skip("nothing is kept")
				}
				s, c = direct(t, parts, o)
			},
			"": func(r *rapid.T) {
				one := at(c.read(t, describeInstance, map[string]string{"InstanceId": cluster}), "Result")
				other := at(c.read(t, listInstance, nil), "Result", 0)
				for _, instance := range []any{one, other} {
					groups, flat := seen(r, instance)
					if !maps.EqualFunc(groups, model, slices.Equal) {
						r.Fatalf("the groups are %v, not %v", groups, model)
					}
					for key, ips := range flat {
						if !slices.Equal(ips, model[key]) {
							r.Fatalf("%s is %v in the older form, and %v", key, ips, model[key])
						}
					}
				}
				if n := len(s.Effects()); n != changes {
					r.Fatalf("%d effects of %d changes", n, changes)
				}
			},
		})
	})
}
