package main

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"
)

// A program is named by what its linker calls it; what is no program is not.
func TestLinked(t *testing.T) {
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if id := linked(bytes.NewReader(program)); runtime.GOOS == "linux" && id == "" {
		t.Error("this program has no id")
	}
	if id := linked(bytes.NewReader(program[:len(program)/1000])); id != "" {
		t.Errorf("the beginning of a program is called %q", id)
	}
	if id := linked(strings.NewReader("no program")); id != "" {
		t.Errorf("a text is called %q", id)
	}
}
