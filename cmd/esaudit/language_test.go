package main

import "testing"

// The language that was asked for decides; else, for a table on a terminal, the
// locale, as far as it can show the letters (CONTRACT 5).
func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		asked     string
		localised bool
		env       map[string]string
		want      string
	}{
		{"", true, map[string]string{"LANG": "zh_CN.UTF-8"}, "zh"},
		{"", true, map[string]string{"LANG": "zh_TW.utf8"}, "zh"},
		{"", true, map[string]string{"LANG": "zh.UTF-8"}, "zh"},
		{"", true, map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"},
		{"", true, map[string]string{"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"},
		{"", true, map[string]string{"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"},
		{"", true, map[string]string{"LC_ALL": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "zh"},
		{"", true, map[string]string{"LANG": "zh_CN.GBK"}, "en"},
		{"", true, map[string]string{"LANG": "zhx_XX.UTF-8"}, "en"},
		{"", true, map[string]string{"LANG": "fr_FR.UTF-8"}, "en"},
		{"", true, nil, "en"},
		{"", false, map[string]string{"LANG": "zh_CN.UTF-8"}, "en"},
		{"en", true, map[string]string{"LANG": "zh_CN.UTF-8"}, "en"},
		{"zh", false, map[string]string{"LANG": "C"}, "zh"},
		{"zh", true, nil, "zh"},
	} {
		a := &app{getenv: func(name string) string { return c.env[name] }}
		a.lang.value = c.asked
		if got := a.language(c.localised); got != c.want {
			t.Errorf("%q asked, localised %v, with %v: %s, not %s", c.asked, c.localised, c.env, got, c.want)
		}
	}
}
