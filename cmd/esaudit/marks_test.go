package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"
)

// A file that PowerShell wrote is read like any other: UTF-16, or UTF-8 with a
// mark.
func TestByteOrderMarks(t *testing.T) {
	const plan = `{"format_version":"1.2","planned_values":{"root_module":{}}}` + "\r\n"
	var wide []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + plan)) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	for name, data := range map[string][]byte{"utf16": wide, "utf8": []byte("\ufeff" + plan)} {
		file := filepath.Join(t.TempDir(), name+".json")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if e, err := readEstate(file, nil); err != nil || e.plan == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
