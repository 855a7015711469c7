package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"esaudit/audit"
	"esaudit/finding"
	"esaudit/lang"
	"esaudit/report"
)

// destination is where the bytes of one format go. The file "" or "-" is
// standard output.
type destination struct {
	format, file string
}

func (d destination) isStdout() bool { return d.file == "" || d.file == "-" }

// place is the file that is written, behind links, and whether it is there and can
// only be written to: a pipe, a terminal. A directory is refused.
func (d destination) place() (name string, streams bool, err error) {
	name = d.file
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return name, false, nil
	case info.IsDir():
		return "", false, usagef("write %s: it is a directory; name a file", d.file)
	}
	return name, !info.Mode().IsRegular(), nil
}

// mistaken reports whether a table goes to a file that is named as other formats are.
func (d destination) mistaken() bool {
	return d.format == "table" && slices.Contains([]string{".csv", ".dot", ".htm", ".html", ".json", ".md", ".sarif", ".svg", ".xml"}, filepath.Ext(d.file))
}

// parseReports reads values of --report.
func parseReports(values, formats []string) ([]destination, error) {
	var out []destination
	for _, v := range values {
		format, file, ok := strings.Cut(v, "=")
		if !ok || file == "" {
			return nil, fmt.Errorf("%q is not FORMAT=FILE", v)
		}
		if !slices.Contains(formats, format) {
			return nil, fmt.Errorf("unknown format %q (one of %s)", format, strings.Join(formats, ", "))
		}
		out = append(out, destination{format, file})
	}
	return out, nil
}

// ownerMark stands in the name of a report that is written for each owner.
const ownerMark = "{owner}"

// routedReport is a report with its place.
type routedReport struct {
	destination
	report *finding.Report
}

// routed gives every destination its report: one that is named for owners
// becomes one for each of them.
func routed(list []destination, result *audit.Result, read string) ([]routedReport, error) {
	var out []routedReport
	var places []destination
	for _, d := range list {
		if !strings.Contains(d.file, ownerMark) {
			of := result.Report
			if report.Whole(d.format) {
				of = result.ReportOf(func(string) bool { return true }, true)
			}
			out = append(out, routedReport{d, of})
			places = append(places, d)
			continue
		}
		for _, owner := range result.Owners() {
			of := destination{d.format, strings.ReplaceAll(d.file, ownerMark, fileName(owner))}
			theirs := result.ReportOf(func(of string) bool { return of == owner }, report.Whole(d.format))
			theirs.Scope = theirs.Scope.Of(owner)
			out = append(out, routedReport{of, theirs})
			places = append(places, of)
		}
	}
	return out, apart(places, read)
}

// fileName makes an owner's name part of a file's.
func fileName(owner string) string {
	if owner == "" {
		return "unowned"
	}
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '-'
	}, owner)
}

// apart refuses destinations of which one would overwrite another or what is
// being read.
func apart(list []destination, read string) error {
	seen := map[string]string{}
	for _, d := range list {
		place := "standard output"
		if !d.isStdout() {
			place = filepath.Clean(d.file)
		}
		if other, twice := seen[place]; twice {
			return usagef("write output: %s and %s both go to %s", other, d.format, place)
		}
		seen[place] = d.format
		if !d.isStdout() && sameFile(d.file, read) {
			return usagef("write output: %s is the estate itself; name another file", d.file)
		}
	}
	return nil
}

// ready refuses destinations that nothing can be written to, before an estate is
// collected for them: minutes of calls would be lost.
func ready(list []destination) error {
	if err := apart(list, ""); err != nil {
		return err
	}
	for _, d := range list {
		if d.isStdout() || strings.Contains(filepath.Dir(d.file), ownerMark) {
			continue
		}
		name, streams, err := d.place()
		if err != nil {
			return err
		}
		if streams {
			continue
		}
		probe, err := os.CreateTemp(filepath.Dir(name), ".esaudit-")
		if err == nil {
			err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
		if p, ok := errors.AsType[*os.PathError](err); ok {
			err = p.Err // its path is the temporary one
		}
		if err != nil {
			return usagef("write %s: %w", d.file, err)
		}
	}
	return nil
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && x.Mode().IsRegular() && os.SameFile(x, y)
}

// write puts data where it belongs.
func (a *app) write(d destination, data []byte) error {
	out, err := a.begin(context.Background(), d)
	if err != nil {
		return err
	}
	defer out.abandon()
	if _, err := out.Write(data); err != nil {
		return err
	}
	return out.finish()
}

// output is what is being written to a destination. A file appears whole or not at
// all; for everything else the data is kept until it is finished.
type output struct {
	destination
	ctx  context.Context
	file pending       // nil for what is no file, or streams
	soon *bufio.Writer // to file
	data bytes.Buffer
	to   io.Writer // where data goes; nil for the file at place
	name string    // the place
}

// pending is a file that is not there yet.
type pending interface {
	io.Writer
	CloseAtomicallyReplace() error
	Cleanup() error
}

// begin begins to write to a destination. What is written after ctx has ended is
// refused, so that nothing is left behind.
func (a *app) begin(ctx context.Context, d destination) (*output, error) {
	o := &output{destination: d, ctx: ctx}
	if d.isStdout() {
		o.to = a.stdout
		return o, nil
	}
	name, streams, err := d.place()
	if err != nil {
		return nil, err
	}
	if d.mistaken() {
		a.note("write %s: a table, whatever its name says; -f FORMAT writes another format", d.file)
	}
	if o.name = name; !streams {
		o.file, err = newPending(name)
		o.soon = bufio.NewWriter(o.file)
	}
	return o, o.failed(err)
}

// Write takes what comes next.
func (o *output) Write(p []byte) (int, error) {
	if err := o.ctx.Err(); err != nil {
		return 0, err
	}
	if o.file == nil {
		return o.data.Write(p)
	}
	n, err := o.soon.Write(p)
	return n, o.failed(err)
}

// finish has everything that was written stand where it belongs.
func (o *output) finish() (err error) {
	switch {
	case o.file != nil:
		if err = o.soon.Flush(); err == nil {
			err = o.file.CloseAtomicallyReplace()
		}
	case o.to == nil:
		err = stream(o.name, o.data.Bytes())
	default:
		if _, err = o.to.Write(o.data.Bytes()); err != nil {
			return fmt.Errorf("write output: %w", err)
		}
	}
	return o.failed(err)
}

// abandon leaves nothing of what was not finished.
func (o *output) abandon() {
	if o.file != nil {
		_ = o.file.Cleanup() // nothing is left to be told
	}
}

// failed says what could not be written.
func (o *output) failed(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		err = p.Err // its path is the temporary one
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", o.destination.file, err)
	}
	return nil
}

// stream writes to what cannot be replaced: a pipe, a terminal.
func stream(name string, data []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}

// screen says how text for people is shown.
type screen struct {
	width          int
	color, unicode bool
	texts          *lang.Texts // of the language; nil is English
}

// screenFor returns the screen of a destination.
func (a *app) screenFor(d destination) screen {
	file, ok := a.terminal(d)
	if !ok {
		return a.screen(0, false)
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		width = 0
	}
	return a.screen(width, true)
}

// terminal returns the terminal that a destination is.
func (a *app) terminal(d destination) (*os.File, bool) {
	file, ok := a.stdout.(*os.File)
	return file, ok && d.isStdout() && term.IsTerminal(int(file.Fd()))
}

// screen returns how text is shown on a terminal of a width (0: not known), or
// in a file: COLUMNS is its width then, and there are no colours.
func (a *app) screen(width int, terminal bool) screen {
	s := screen{width: 80, unicode: a.speaksUnicode() || a.lang.value == lang.Chinese}
	if n, err := strconv.Atoi(a.getenv("COLUMNS")); err == nil && n > 0 {
		s.width = n
	}
	if terminal && width > 0 {
		s.width = width
	}
	s.color = terminal && !a.noColor && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
	return s
}

// speaksUnicode reports whether the locale has more than ASCII (POSIX: the
// first of these that is set decides).
func (a *app) speaksUnicode() bool {
	locale := cmp.Or(a.getenv("LC_ALL"), a.getenv("LC_CTYPE"), a.getenv("LANG"))
	locale = strings.ReplaceAll(strings.ToLower(locale), "-", "")
	return strings.Contains(locale, "utf8")
}
