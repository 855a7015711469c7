package fix

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"esaudit/change"
	"esaudit/diff"
	"esaudit/graph"
	"esaudit/snapshot"
)

// Edits are the edits of a plan in memory, in the order of its actions.
func (p *Plan) Edits() ([]change.Edit, error) { return editsOf(p.Actions) }

func editsOf(actions []Action) ([]change.Edit, error) {
	var out []change.Edit
	for _, a := range actions {
		for _, text := range a.Edits {
			verb, rest, _ := strings.Cut(text, " ")
			v := change.Set
			switch verb {
			case "add":
				v = change.Add
			case "remove":
				v = change.Remove
			case "set":
			default:
				return nil, fmt.Errorf("action %s: edit %q: no such verb", a.ID, text)
			}
			e, err := change.Parse(v, rest)
			if err != nil {
				return nil, fmt.Errorf("action %s: %w", a.ID, err)
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// edited is the snapshot as the actions would leave it.
func (p *planner) edited(actions []Action) (*snapshot.Snapshot, error) {
	edits, err := editsOf(actions)
	if err != nil {
		return nil, err
	}
	return change.Apply(p.Snapshot, rounds(edits)...)
}

// rounds orders edits so that those of one subject keep their order, and as many
// as can be are made at once: the first edit of each subject, then the second.
func rounds(edits []change.Edit) []change.Edit {
	seen := map[string]int{}
	var out [][]change.Edit
	for _, e := range edits {
		n := seen[e.Subject()]
		seen[e.Subject()]++
		if n == len(out) {
			out = append(out, nil)
		}
		out[n] = append(out[n], e)
	}
	return slices.Concat(out...)
}

// preview judges the snapshot that the plan leaves, after leaving out what was
// not asked for.
func (p *planner) preview(ctx context.Context, before diff.Side) (diff.Side, error) {
	if !p.Restarts {
		p.leaveOut(func(a Action) string {
			if a.Restarts {
				return "it restarts the cluster; ask for it with --restarts, or by its rule"
			}
			return ""
		})
	}
	if p.Only != nil {
		n := 0
		p.leaveOut(func(Action) string {
			if n++; slices.Contains(p.Only, actionID(n)) {
				return ""
			}
			return NotChosen
		})
	}
	for {
		if err := p.at(ctx, Editing, 0, 0); err != nil {
			return diff.Side{}, err
		}
		edited, err := p.edited(p.actions)
		if err != nil {
			return diff.Side{}, err
		}
		cut := diff.CutOff(before.Graph, graph.Build(edited, p.Config))
		if len(cut) == 0 {
			return p.judge(ctx, edited)
		}
		i, err := p.culprit(ctx, before, cut[0])
		if err != nil {
			return diff.Side{}, err
		}
		if p.AcceptLockout {
			for _, name := range cut {
				if i, err = p.culprit(ctx, before, name); err != nil {
					return diff.Side{}, err
				}
				p.actions[i].Lockout = join(p.actions[i].Lockout, name)
			}
			return p.judge(ctx, edited)
		}
		blamed := text(p.actions[i])
		p.leaveOut(func(a Action) string {
			if text(a) == blamed {
				return "it would cut off declared client " + cut[0] + "; ask for it with --accept-lockout"
			}
			return ""
		})
	}
}

// judge judges what the plan leaves.
func (p *planner) judge(ctx context.Context, edited *snapshot.Snapshot) (diff.Side, error) {
	if err := p.at(ctx, Judging, 0, 0); err != nil {
		return diff.Side{}, err
	}
	return p.Judge(ctx, edited)
}

// NotChosen is why an action is left out that Input.Only does not keep.
const NotChosen = "it was not chosen"

// actionID names the nth action of a plan, counted from 1.
func actionID(n int) string { return fmt.Sprintf("a%d", n) }

func join(list, name string) string {
	if list == "" {
		return name
	}
	return list + ", " + name
}

// leaveOut takes actions out of the plan for a reason; "" keeps one.
func (p *planner) leaveOut(reason func(Action) string) {
	p.actions = slices.DeleteFunc(p.actions, func(a Action) bool {
		why := reason(a)
		if why != "" {
			p.left = append(p.left, Left{Title: a.Title, Subject: a.Subject, Why: a.Why, Reason: why})
		}
		return why != ""
	})
	p.relink()
}

// culprit is the place of the action that cuts a declared client off: the last
// of the shortest run of actions, from the first one, that does.
func (p *planner) culprit(ctx context.Context, before diff.Side, client string) (int, error) {
	cuts := func(n int) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		edited, err := p.edited(p.actions[:n])
		if err != nil {
			return false, err
		}
		return slices.Contains(diff.CutOff(before.Graph, graph.Build(edited, p.Config)), client), nil
	}
	low, high := 0, len(p.actions) // low does not cut off, high does
	for high-low > 1 {
		middle := (low + high) / 2
		yes, err := cuts(middle)
		switch {
		case err != nil:
			return 0, err
		case yes:
			high = middle
		default:
			low = middle
		}
	}
	return high - 1, nil
}

// previewOf says what changes from one picture to the other, and the clusters
// whose ways in change.
func previewOf(ctx context.Context, before, after diff.Side) (Preview, []string, error) {
	d, err := diff.CompareContext(ctx, before, after)
	if err != nil {
		return Preview{}, nil, err
	}
	out := Preview{Gained: d.Gained, Lost: d.Lost, Fixed: d.Findings.Gone, Raised: slices.Concat(d.Findings.New, d.Findings.Changed), CutOff: d.CutOff, Known: []string{}}
	if out.Raised == nil {
		out.Raised = []diff.Finding{}
	}
	var clusters []string
	for _, c := range slices.Concat(d.Gained, d.Lost) {
		if id, ok := strings.CutPrefix(c.To, "es:"); ok {
			clusters = append(clusters, id)
		}
	}
	for _, c := range d.Lost {
		for _, from := range c.From {
			switch c.Kind {
			case "host":
				out.Known = append(out.Known, "ecs:"+from+" -> "+c.To)
			case "onprem":
				out.Known = append(out.Known, "onprem:"+from+" -> "+c.To)
			case "outbound":
				out.Known = append(out.Known, from+" -> "+c.To)
			}
		}
	}
	slices.Sort(out.Known)
	out.Known = slices.Compact(out.Known)
	return out, clusters, nil
}
