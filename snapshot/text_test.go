package snapshot

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// A text is the same in each encoding that has a mark.
func TestPlainText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		var little, big []byte
		for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
			little, big = binary.LittleEndian.AppendUint16(little, unit), binary.BigEndian.AppendUint16(big, unit)
		}
		for name, data := range map[string][]byte{"UTF-8": []byte("\ufeff" + text), "UTF-16LE": little, "UTF-16BE": big} {
			if got := string(PlainText(data)); got != text {
				t.Fatalf("%s: %q, want %q", name, got, text)
			}
		}
	})
	for _, text := range []string{"", "{}", "\xff", "\xfe\x00", "PK"} {
		if got := string(PlainText([]byte(text))); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := string(PlainText([]byte("\xff\xfea\x00b"))); got != "ab" {
		t.Errorf("half a character: %q", got)
	}
}
