package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"

	"esaudit/collector"
	"esaudit/snapshot"
)

// progress tells how far a collection is: on a terminal one line that is
// rewritten, else a line for every product that is done and every call that was
// not read.
type progress struct {
	mu       sync.Mutex // of what follows: steps come from several goroutines
	out      io.Writer
	width    int // of the terminal; 0: plain lines
	products map[string]collector.Event
	done     map[string]int // calls of a product when it was last told to be done
	left     map[string]int // calls that were not made, by why
	shown    bool
	tell     func(string) // takes the line instead; nil for none
}

// newProgress chooses the way: auto is a line on a terminal and nothing where
// people are not told anything.
func (a *app) newProgress(how string) *progress {
	p := &progress{out: io.Discard, products: map[string]collector.Event{}, done: map[string]int{}, left: map[string]int{}, tell: a.tell}
	if how == "none" || a.quiet {
		return p
	}
	p.out = a.stderr
	if file, ok := a.stderr.(*os.File); ok && how == "auto" && term.IsTerminal(int(file.Fd())) && a.getenv("TERM") != "dumb" {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil {
			p.width = width
		}
	}
	return p
}

// show takes in one step. prefix tells accounts apart; it may be called for
// several of them at once.
func (p *progress) show(prefix string, e collector.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.Product = prefix + e.Product
	p.products[e.Product] = e
	if p.tell != nil {
		p.tell(p.text())
		return
	}
	if p.width > 0 {
		p.line()
		return
	}
	if e.Call.Operation != "" && e.State == snapshot.Skipped {
		p.left[e.Code]++
	} else if e.Call.Operation != "" && e.State != snapshot.Read {
		fmt.Fprintln(p.out, "esaudit: collect: "+oneLine(fmt.Sprintf("%s%s: %s %s", prefix, e.Call, e.State, e.Code)))
	}
	if e.Done == e.Expected && p.done[e.Product] != e.Done {
		p.done[e.Product] = e.Done
		fmt.Fprintf(p.out, "esaudit: collect: %s: %d of %d calls\n", oneLine(e.Product), e.Done, e.Expected)
	}
}

// line rewrites the line of a terminal.
func (p *progress) line() {
	fmt.Fprint(p.out, "\r"+ansi.Truncate(oneLine("esaudit: collect: "+p.text()), p.width-1, "")+ansi.EraseLineRight)
	p.shown = true
}

// text counts calls done and expected, those of products that are not done too.
func (p *progress) text() string {
	done, expected := 0, 0
	var open []string
	for _, name := range slices.Sorted(maps.Keys(p.products)) {
		e := p.products[name]
		done, expected = done+e.Done, expected+e.Expected
		if e.Done < e.Expected {
			open = append(open, fmt.Sprintf("%s %d/%d", name, e.Done, e.Expected))
		}
	}
	return fmt.Sprintf("%d/%d calls  %s", done, expected, strings.Join(open, "  "))
}

// end takes the line away, and tells what was not asked.
func (p *progress) end() {
	for _, why := range slices.Sorted(maps.Keys(p.left)) {
		fmt.Fprintln(p.out, "esaudit: collect: "+oneLine(fmt.Sprintf("%d %s not made: %s", p.left[why], plural(p.left[why], "call"), strings.TrimPrefix(why, "skipped: "))))
	}
	p.left = nil
	if p.shown {
		fmt.Fprint(p.out, "\r"+ansi.EraseLineRight)
		p.shown = false
	}
}
