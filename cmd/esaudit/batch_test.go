package main

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A line that is read the short way is read as every other one.
func TestPlainQuestionsAreQuestions(t *testing.T) {
	short := 0
	rapid.Check(t, func(t *rapid.T) {
		fields := rapid.SliceOfN(rapid.SampledFrom([]string{
			`"id":"q1"`, `"from":"internet:1.2.3.4"`, ` "to" : "es:x:9200" `, `"id":""`, "\t\"from\":\"a\"\n", `"to":"b"`, `"id":"\u0041"`, `"id":7`,
			`"x":"y"`, `"to":null`, `"from":"é"`, "\"to\":\"\xff\"", "\"to\":\"\x00\"", `"from":"a`, `"from"`, ``, `"to":"b"}`,
		}), 0, 4).Draw(t, "fields")
		open, closed := rapid.SampledFrom([]string{"{", " {", "", "{{", "["}).Draw(t, "open"), rapid.SampledFrom([]string{"}", "} \n", "", "}}", "}x"}).Draw(t, "close")
		line := []byte(open + strings.Join(fields, rapid.SampledFrom([]string{",", ",", " ", ""}).Draw(t, "between")) + closed)
		if rapid.IntRange(0, 3).Draw(t, "plain") == 0 {
			inner := rapid.SampledFrom([]string{"a", "a", `\u0041`, `\`, "é", "\xff", "\x00", "\x7f"}).Draw(t, "inner")
			line = []byte(`{"from":"` + inner + `" , "to":"es:x:9200"}`)
		}
		got, ok := parsePlain(line)
		if !ok {
			return
		}
		short++
		if want, err := parseAny(line); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: %+v, else %+v %v", line, got, want, err)
		}
	})
	if short == 0 {
		t.Error("no line was read the short way")
	}
}
