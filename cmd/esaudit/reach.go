package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"esaudit/graph"
)

// reachFlags are the flags of reach.
type reachFlags struct {
	from, to     string
	batch        string
	expect       choice
	format       choice
	output       string
	allowPartial bool
	live         *liveFlags
}

func (a *app) reachCommand() *cobra.Command {
	f := &reachFlags{
		live:   newLiveFlags(),
		expect: choice{allowed: []string{graph.Reachable.String(), graph.Blocked.String()}},
		format: choice{value: "table", allowed: []string{"table", "json"}, later: []string{"markdown", "dot", "svg", "graphml"}},
	}
	cmd := &cobra.Command{
		Use:   "reach [ESTATE] --from A --to X | --batch FILE",
		Short: "Say whether a source gets to a target, and why",
		Long: `reach says whether a source gets to a target, by which path, and which control
decides. A source is internet:IP, ecs:ID, vpc:VPC/IP, onprem:NAME or es:ID; a
target is es:ID:PORT, kibana:ID:PORT, lb:ID:PORT, or from es:ID a HOST:PORT.

--batch reads one question a line, {"id":"q1","from":"...","to":"..."}, and
answers each with one line, in the same order.`,
		Example: `  esaudit reach demo --from internet:203.0.113.9 --to es:es-cn-demo00001:9200
  esaudit reach recording/ --batch questions.jsonl -f json`,
		Args: arguments(1),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error { return a.reach(ctx, f, args) }),
	}
	flags := cmd.Flags()
	f.live.addRegions(flags)
	f.live.addCollect(flags)
	flags.StringVar(&f.from, "from", "", "`SOURCE`: internet:IP, ecs:ID, vpc:VPC/IP, onprem:NAME, es:ID")
	flags.StringVar(&f.to, "to", "", "`TARGET`: es:ID:PORT, kibana:ID:PORT, lb:ID:PORT, HOST:PORT")
	flags.StringVar(&f.batch, "batch", "", "answer the questions in `FILE`, JSON Lines; - is standard input")
	flags.Var(&f.expect, "expect", "end with 3 when the known verdict is not this one: reachable, blocked")
	flags.VarP(&f.format, "format", "f", "`FORMAT` of the answer: table, json")
	flags.StringVarP(&f.output, "output", "o", "", "write the answer to `FILE` (default standard output)")
	flags.BoolVar(&f.allowPartial, "allow-partial", false, "an unknown verdict is no reason to end with 4")
	return cmd
}

func (a *app) reach(ctx context.Context, f *reachFlags, args []string) error {
	if err := f.check(); err != nil {
		return usage(err)
	}
	e, err := a.load(ctx, args, f.live)
	if err != nil {
		return err
	}
	if err := apart([]destination{f.destination()}, e.file); err != nil {
		return err
	}
	g := graph.Build(e.snapshot, a.declared)
	if f.batch != "" {
		return a.answerBatch(ctx, f, g)
	}
	answer, err := g.Reach(f.from, f.to)
	if err != nil {
		return usagef("answer question: %w", err)
	}
	d := f.destination()
	text := reachText(f.from, f.to, answer, a.screenFor(d))
	if d.format == "json" {
		if text, err = answerLine(answer); err != nil {
			return err
		}
	}
	if err := a.write(d, text); err != nil {
		return err
	}
	return f.outcome(answer)
}

func (f *reachFlags) destination() destination { return destination{f.format.value, f.output} }

// check says which flags do not go together.
func (f *reachFlags) check() error {
	switch {
	case f.batch != "" && (f.from != "" || f.to != ""):
		return fmt.Errorf("reach: --batch excludes --from and --to: the questions are in the file")
	case f.batch != "" && f.expect.value != "":
		return fmt.Errorf("reach: --batch excludes --expect, which is for one question")
	case f.batch != "":
		return nil
	case f.from == "" && f.to == "":
		return fmt.Errorf("reach: what is asked? --from SOURCE --to TARGET, or --batch FILE")
	case f.from == "":
		return fmt.Errorf("reach: --from is missing; every source of a target at once is not in this version")
	case f.to == "":
		return fmt.Errorf("reach: --to is missing; every target of a source at once is not in this version")
	}
	return nil
}

// outcome turns a verdict into the exit code (CONTRACT 2).
func (f *reachFlags) outcome(answer graph.Answer) error {
	verdict := answer.Verdict.String()
	switch {
	case answer.Verdict == graph.Unknown && !f.allowPartial:
		return &ending{incomplete, fmt.Errorf("reach: it is unknown whether %s gets to %s; --allow-partial accepts that", f.from, f.to)}
	case answer.Verdict != graph.Unknown && f.expect.value != "" && f.expect.value != verdict:
		return &ending{found, fmt.Errorf("reach: %s is %s from %s, expected %s", f.to, verdict, f.from, f.expect.value)}
	}
	return nil
}

// answerLine is an answer as one line of JSON (CONTRACT 6). Lists are never
// null.
func answerLine(answer any) ([]byte, error) {
	if reached, ok := answer.(graph.Answer); ok {
		for _, list := range []*[]graph.Hop{&reached.Path, &reached.Blockers, &reached.Unknowns} {
			if *list == nil {
				*list = []graph.Hop{}
			}
		}
		answer = reached
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(answer); err != nil {
		return nil, fmt.Errorf("write answer: %w", err)
	}
	return b.Bytes(), nil
}

// reachText tells an answer to people: the verdict, the deciding path with its
// controls, and what else matters to the verdict.
func reachText(from, to string, answer graph.Answer, s screen) []byte {
	p := printer{screen: s}
	p.line("%s  %s", p.verdict(answer.Verdict), p.safe(from+" -> "+to+through(answer.Entry)))
	p.line("")
	title := ""
	for _, h := range answer.Path {
		title = p.hop(h, title)
	}
	p.more("also blocked by", answer.Blockers, answer.Path)
	p.more("also unknown", answer.Unknowns, answer.Path)
	if len(answer.Settle) > 0 {
		p.line("")
		p.line("what would settle it")
		for _, c := range answer.Settle {
			p.line("  %s (%s), needs %s", p.safe(c.Text), c.State, p.safe(c.RAM))
		}
	}
	return p.b.Bytes()
}

func through(entry string) string {
	if entry == "" {
		return ""
	}
	return " through " + entry
}

// printer writes text for people. Everything from an estate goes through safe.
type printer struct {
	screen
	b bytes.Buffer
}

func (p *printer) line(format string, args ...any) {
	p.b.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

// safe makes text harmless on a terminal, and readable where there is only
// ASCII.
func (p *printer) safe(text string) string {
	text = oneLine(text)
	if p.unicode {
		return text
	}
	return asciiOnly(text)
}

// verdict is a verdict in words and colour.
func (p *printer) verdict(v graph.Verdict) string {
	return p.paint(v, strings.ToUpper(v.String()))
}

func (p *printer) paint(v graph.Verdict, text string) string {
	if !p.color {
		return text
	}
	code := map[graph.Verdict]string{graph.Reachable: "1;32", graph.Blocked: "1;31"}[v]
	if code == "" {
		code = "1;33"
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// hop writes one control of a path, under a title when the way changed, and
// returns the title.
func (p *printer) hop(h graph.Hop, above string) string {
	title := fmt.Sprintf("%s  %s -> %s", h.Kind, h.From, h.To)
	if title != above {
		p.line("%s", p.safe(title))
	}
	word := map[graph.Verdict]string{graph.Reachable: "passes", graph.Blocked: "blocks"}[h.Verdict]
	if word == "" {
		word = "unsure"
	}
	p.line("  %s  %s", p.paint(h.Verdict, word), p.safe(h.Control))
	const indent = "          "
	if h.Why != "" {
		p.line("%s", wrap(p.safe(h.Why), p.width, indent))
	}
	if h.Pointer != "" {
		p.line("%s%s", indent, p.safe(place(h)))
	}
	return title
}

// place says where a value stands in the snapshot: an object is named by its id
// alone, /accounts/N/objects/KIND/REGION/ID.
func place(h graph.Hop) string {
	at := h.Pointer
	if steps := strings.SplitN(at, "/", 7); len(steps) == 7 && steps[1] == "accounts" && steps[3] == "objects" {
		at = steps[6]
	}
	if h.Line == 0 {
		return "at " + at
	}
	return fmt.Sprintf("line %d of the snapshot, %s", h.Line, at)
}

// more writes the hops of other paths that led to the same verdict.
func (p *printer) more(title string, hops, shown []graph.Hop) {
	above, first := "", true
	for _, h := range hops {
		if slices.Contains(shown, h) {
			continue
		}
		if first {
			p.line("")
			p.line("%s", title)
			first = false
		}
		above = p.hop(h, above)
	}
}
