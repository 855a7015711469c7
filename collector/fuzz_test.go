package collector_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/snapshot"

	"pgregory.net/rapid"
)

const headOfRecording = `{"schema":"esaudit.recording/v1","account":"1","takenAt":"2026-11-22T00:00:00Z","regions":["cn-hangzhou"]}`

// FuzzAssemble: whatever lines a recording holds, it is refused with one line of
// text, or its snapshot is canonical, whatever the order of the lines.
func FuzzAssemble(f *testing.F) {
	for _, name := range []string{"paged", "half-blind"} {
		lines, err := os.ReadFile(filepath.Join(estates, name, "calls.jsonl"))
		if err != nil {
			f.Fatal(err)
		}
		seen := map[string]bool{}
		for line := range bytes.Lines(lines) {
			if key := string(line[:min(60, len(line))]); !seen[key] && len(line) < 4000 {
				f.Add(line)
				seen[key] = true
			}
		}
	}
	for _, line := range []string{
		`{"product":"slb","operation":"DescribeLoadBalancerListeners","region":"r","params":{"LoadBalancerId":["a","b"],"LoadBalancerIds":"[\"c\"]"},"status":200,"body":{"Listeners":[{"LoadBalancerId":"a","ListenerPort":"x/y","ListenerProtocol":""}],"TotalCount":-1}}`,
		`{"product":"ram","operation":"GetPolicy","region":"","params":{"PolicyType":"/","PolicyName":"//"},"status":200,"body":{"Policy":{"a":[[[]]]},"DefaultPolicyVersion":{"PolicyDocument":"{\"a\":{\"b\":[]}}"}}}`,
		`{"product":"privatelink","operation":"DescribeZones","region":"r","params":{"ServiceResourceType":"a/b~c"},"status":200,"body":{"Zones":{"Zone":[{}]}}}`,
		`{"product":"sts","operation":"GetCallerIdentity","region":"r","status":200,"body":{"AccountId":"http://a:b@c"}}` + "\n" + `{"product":"sts","operation":"GetCallerIdentity","region":"","status":404,"body":null}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, lines []byte) {
		r, err := recording.OpenFS(fstest.MapFS{"recording.json": {Data: []byte(headOfRecording)}, "calls.jsonl": {Data: lines}})
		if err != nil {
			if bytes.ContainsAny([]byte(err.Error()), "\n\r") {
				t.Fatalf("more than one line: %q", err)
			}
			return
		}
		s, err := collector.Assemble(r.Parts)
		if err != nil {
			t.Fatalf("a recording that was read: %v", err)
		}
		canonical := s.Canonical()
		again, err := snapshot.Parse(canonical)
		if err != nil || !bytes.Equal(again.Canonical(), canonical) {
			t.Fatalf("the canonical bytes are read as others: %v", err)
		}
		slices.Reverse(r.Parts[0].Answers)
		if got := bytesOf(t, r.Parts); !bytes.Equal(got, canonical) {
			t.Fatal(firstDifference(canonical, got))
		}
		r.Parts[0].Answers = append(r.Parts[0].Answers, r.Parts[0].Answers...)
		if got := bytesOf(t, r.Parts); !bytes.Equal(got, canonical) {
			t.Fatal(firstDifference(canonical, got))
		}
	})
}

// damage replaces, takes away, doubles or moves values of a body.
func damage(t *rapid.T, v any) any {
	switch rapid.IntRange(0, 30).Draw(t, "damage") {
	case 0:
		return rapid.SampledFrom([]any{nil, "", "x", "a/b,c", 0, -1, 1.5, true, "true", []any{}, []any{nil}, object{}, object{"": object{"": []any{[]any{}}}}, "http://a:b@c", "\u2028\x00"}).Draw(t, "value")
	case 1:
		return []any{v, v}
	case 2:
		return object{"Result": v, "in": []any{v}}
	}
	switch v := v.(type) {
	case object:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			switch rapid.IntRange(0, 40).Draw(t, "field") {
			case 0:
				delete(v, name)
			case 1:
				v[rapid.SampledFrom([]string{"NextToken", "TotalCount", "instanceId", "Code", ""}).Draw(t, "name")] = v[name]
			default:
				v[name] = damage(t, v[name])
			}
		}
	case []any:
		for i := range v {
			v[i] = damage(t, v[i])
		}
	}
	return v
}

// Damaged answers make a snapshot all the same, and the same one in any order.
func TestDamagedAnswers(t *testing.T) {
	recorded := opened(t, "paged")[0]
	rapid.Check(t, func(t *rapid.T) {
		p := recorded
		p.Answers = rapid.SliceOfN(rapid.SampledFrom(recorded.Answers), 1, 30).Draw(t, "answers")
		for i := range p.Answers {
			a := &p.Answers[i]
			var body any
			if err := json.Unmarshal(a.Body, &body); err != nil {
				t.Fatal(err)
			}
			a.Body = must(t, damage(t, body))
			if rapid.IntRange(0, 9).Draw(t, "status") == 0 {
				a.Status = rapid.SampledFrom([]int{-1, 0, 200, 403, 404, 429, 500}).Draw(t, "status")
			}
			params := object{}
			for name, value := range a.Params {
				params[name] = value
			}
			a.Params = map[string]string{}
			damaged, _ := damage(t, params).(object)
			for name, value := range damaged {
				a.Params[name] = fmt.Sprint(value)
			}
		}
		want := bytesOf(t, []recording.Part{p})
		if s, err := snapshot.Parse(want); err != nil || !bytes.Equal(s.Canonical(), want) {
			t.Fatalf("the canonical bytes are read as others: %v", err)
		}
		p.Answers = rapid.Permutation(p.Answers).Draw(t, "order")
		if got := bytesOf(t, []recording.Part{p}); !bytes.Equal(got, want) {
			t.Fatal(firstDifference(want, got))
		}
	})
}
