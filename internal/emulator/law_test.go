package emulator

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
)

const estates = "../../testdata/estates"

// recordings are those of the project, and the ones of another hand where they
// stand beside the checkout: a tenth of them, ESAUDIT_LONG tries all.
func recordings(t *testing.T) []string {
	t.Helper()
	find := func(patterns ...string) (out []string) {
		for _, pattern := range patterns {
			found, err := filepath.Glob(pattern)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range found {
				out = append(out, filepath.Dir(name))
			}
		}
		return out
	}
	out := find(estates+"/*/recording.json", estates+"/*/*/recording.json")
	if len(out) < 20 {
		t.Fatalf("%d recordings found", len(out))
	}
	const others = "../../../shared/conformance/"
	for i, path := range find(others+"*/*/recording.json", others+"*/*/*/recording.json") {
		if os.Getenv("ESAUDIT_LONG") != "" || i%10 == 0 {
			out = append(out, path)
		}
	}
	return out
}

func open(t testing.TB, path string) []recording.Part {
	t.Helper()
	r, err := recording.OpenFS(os.DirFS(path))
	if err != nil {
		t.Fatal(err)
	}
	return r.Parts
}

func snapshotOf(t testing.TB, parts []recording.Part) []byte {
	t.Helper()
	s, err := collector.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(s.Source())
}

// record asks a server for everything that a part holds, each question once.
func record(c *client, p recording.Part, size int) recording.Part {
	out := recording.Part{Account: p.Account, Regions: p.Regions}
	asked := map[string]bool{}
	lists := listings()
	for _, a := range p.Answers {
		key := a.Region + " " + a.Product + "." + a.Operation + "\n" + ask(a.Params, lists[a.Product+"."+a.Operation]).key()
		if asked[key] {
			continue
		}
		asked[key] = true
		for _, r := range c.pages(a.Request, size) {
			if at, err := time.Parse(time.RFC1123, r.header.Get("Date")); err == nil {
				out.TakenAt = at
			}
			if line, made := r.answer(a.Request); made {
				out.Answers = append(out.Answers, line)
			}
		}
	}
	return out
}

// answer is a reply as it is recorded; made is false for a call that the
// recording does not hold.
func (r reply) answer(q api.Request) (line api.Answer, made bool) {
	line = api.Answer{Request: q, Status: r.status}
	switch {
	case r.err != nil:
		line.Err = r.hint
	case r.code() == NotRecorded && !strings.HasPrefix(r.message(), "skipped: "):
		return line, false
	case r.code() == NotRecorded:
		line.Status, line.Err = -1, r.message()
	case strings.HasPrefix(r.header.Get("Content-Type"), "application/json"):
		line.Body = r.body
	default:
		line.Text = string(r.body)
	}
	return line, true
}

// What the emulator says of a recording is the recording: its snapshot is the
// same, byte for byte.
func TestReplayIsTheRecording(t *testing.T) {
	for _, path := range recordings(t) {
		t.Run(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			parts := open(t, path)
			s, c := serve(t, parts, Options{})
			again := record(c, parts[0], 0)
			if want, got := snapshotOf(t, parts), snapshotOf(t, []recording.Part{again}); !bytes.Equal(want, got) {
				t.Errorf("the snapshots differ: %s", firstDifference(want, got))
			}
			if s.Asked() == 0 || s.Asked() != len(s.Requests()) {
				t.Errorf("%d requests counted, %d kept", s.Asked(), len(s.Requests()))
			}
		})
	}
}

func firstDifference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "\n- " + strings.Join(x[max(0, i-3):min(i+3, len(x))], "\n- ") + "\n+ " + strings.Join(y[max(0, i-3):min(i+3, len(y))], "\n+ ")
		}
	}
	return "one is longer"
}
