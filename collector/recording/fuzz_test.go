package recording_test

import (
	"strings"
	"testing"

	"esaudit/collector/recording"
)

// FuzzOpen: whatever stands in the files, plain or compressed, it is a recording
// with whose it is and when, or refused in one line that names the file.
func FuzzOpen(f *testing.F) {
	f.Add([]byte(head), []byte(line), byte(0))
	f.Add([]byte(head), []byte(gzipped(line)), byte(1))
	f.Add([]byte(head), []byte(zstandard(line+"\n"+line)), byte(2))
	f.Add([]byte(`{"schema":"esaudit.recording/v2"}`), []byte{}, byte(0))
	f.Add([]byte(strings.Replace(head, "cn-beijing", "", 1)), []byte("\x1f\x8b\x08"), byte(1))
	f.Add([]byte(strings.Replace(head, `"account"`, `"acc\nount"`, 1)), []byte("\x28\xb5\x2f\xfd"), byte(2))
	f.Fuzz(func(t *testing.T, head, calls []byte, kind byte) {
		name := "calls.jsonl" + []string{"", ".gz", ".zst"}[kind%3]
		r, err := recording.OpenFS(files("recording.json", string(head), name, string(calls)))
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") || !strings.HasPrefix(err.Error(), "recording.json: ") && !strings.HasPrefix(err.Error(), name+":") {
				t.Fatalf("error %q", err)
			}
			return
		}
		if len(r.Parts) != 1 || r.Parts[0].Account == "" || r.Parts[0].TakenAt.Location().String() != "UTC" {
			t.Fatalf("%+v", r)
		}
	})
}

// FuzzRedactText: what is redacted stays as it is.
func FuzzRedactText(f *testing.F) {
	for _, seed := range []string{"http://a:b@c", `{"password":"x"}`, "password: 'x", `{\"token\":\"a b`, "Authorization: Basic x", "a:b@c,d:e@f", "acs:a:b:c:d", "[redacted]:[redacted]@"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := recording.RedactText(text)
		if twice := recording.RedactText(once); twice != once {
			t.Fatalf("%q -> %q -> %q", text, once, twice)
		}
	})
}
