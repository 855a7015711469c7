package house

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// A tracked file names no machine: no home or working directory of somebody,
// and no host that packages come from. The project is the same everywhere.
func TestNoMachineNames(t *testing.T) {
	names := files(t)
	if len(names) < 50 {
		t.Fatalf("%d files found", len(names))
	}
	for _, name := range names {
		if name == "go.sum" {
			continue
		}
		for _, found := range machineNames(read(t, name)) {
			t.Errorf("%s: %s", name, found)
		}
	}
}

// machinePatterns are put together so that this file does not match itself.
func machinePatterns() []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, pattern := range []string{
		`(^|[\s"'=(` + "`" + `])/(ho` + `me|ro` + `ot|Us` + `ers|wo` + `rk)/[A-Za-z0-9._-]+`,
		`(pro` + `xy|s` + `um)\.gol` + `ang\.org`,
		`reg` + `istry\.npmjs\.org|py` + `pi\.org|files\.pythonh` + `osted\.org`,
		`[a-z0-9.-]*(arti` + `factory|nex` + `us)\.[a-z0-9.-]+`,
	} {
		out = append(out, regexp.MustCompile(pattern))
	}
	return out
}

func machineNames(text string) []string {
	var out []string
	patterns := machinePatterns()
	number := 0
	for line := range strings.Lines(text) {
		number++
		for _, p := range patterns {
			if found := p.FindString(line); found != "" {
				out = append(out, fmt.Sprintf("line %d: %q", number, strings.TrimSpace(found)))
			}
		}
	}
	return out
}

func TestMachineNames(t *testing.T) {
	for _, bad := range []string{"see /ho" + "me/me/file", "`/wo" + "rk/x`", "GOPROXY=https://pro" + "xy.gol" + "ang.org"} {
		if len(machineNames(bad)) != 1 {
			t.Errorf("%q is accepted", bad)
		}
	}
	for _, good := range []string{"/etc/hosts", "frame/work/x", "arn .../home", "golang.org/x/term"} {
		if found := machineNames(good); len(found) > 0 {
			t.Errorf("%q is refused: %v", good, found)
		}
	}
}
