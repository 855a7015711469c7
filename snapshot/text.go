package snapshot

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// PlainText returns a text as UTF-8 without a byte order mark. What begins with
// one of UTF-16, as PowerShell redirects output into files, is decoded; bytes
// without a mark are returned as they are.
func PlainText(data []byte) []byte {
	if text, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); ok {
		return text
	}
	order, text := binary.ByteOrder(binary.LittleEndian), data
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return data
	}
	units := make([]uint16, 0, len(data)/2)
	for text = text[2:]; len(text) > 1; text = text[2:] {
		units = append(units, order.Uint16(text))
	}
	out := []byte(string(utf16.Decode(units)))
	if len(text) > 0 { // half a character
		out = append(out, text[0])
	}
	return out
}
