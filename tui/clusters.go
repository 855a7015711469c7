package tui

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"

	tea "charm.land/bubbletea/v2"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/netset"
)

const critical = finding.Critical

// clustersView is the first screen: every cluster with its exposure at a glance,
// the worst first.
type clustersView struct{ sieve }

// title says how many clusters were asked about, until all were.
func (v clustersView) title(e env) string {
	if asked, n := e.estate.Asked(), e.estate.Clusters(); asked < n {
		return e.texts.Clusters + e.glyphs().dot + fmt.Sprintf(e.texts.AskedOf, asked, n)
	}
	return e.texts.Clusters
}

func (v clustersView) size(e env) int { return v.of(e.estate.Clusters()) }

func (v clustersView) empty(e env) string {
	switch {
	case v.looking || !e.estate.About().Judged && v.words == "":
		return ""
	case v.words != "":
		return e.texts.NoMatch
	case len(e.estate.About().Accounts) == 0:
		return e.texts.NoAccounts
	case !e.estate.About().Complete:
		return e.texts.NoClustersRead
	}
	return e.texts.NoClusters
}

func (v clustersView) row(e env, i int, here bool) row {
	c := e.estate.Cluster(v.at(i))
	cols := clusterColumns(e)
	name := line{{cmp.Or(c.Name, c.ID), normal}}
	if here {
		name[0].style = chosen
	}
	if longer := name.with(styled(faint, "  "+c.ID)); c.Name != "" && c.Name != c.ID && e.painter.width(longer, e.width) <= cols[0] {
		name = longer
	}
	known := func(yes bool, l line) line { // what is not known yet is not nobody
		if !yes {
			return styled(faint, e.glyphs().more)
		}
		return l
	}
	r := row{lines: []string{e.beside(
		cell{name, cols[0]}, cell{known(c.Asked, e.internet(c.Internet)), cols[1]}, cell{known(c.Asked, e.tally(c.VPCs)), cols[2]},
		cell{known(c.Asked, e.tally(c.Hosts)), cols[3]}, cell{known(c.Counted, e.tally(c.Principals)), cols[4]},
		cell{known(e.estate.About().Judged, e.worst(c)), cols[5]}, cell{styled(faint, c.Region), cols[6]},
	)}}
	if i == 0 {
		t := e.texts
		var heads []cell
		for j, h := range []string{t.ColCluster, t.ColInternet, t.ColVPCs, t.ColHosts, t.ColConfig, t.ColFindings, ""} {
			heads = append(heads, cell{styled(faint, h), cols[j]})
		}
		r.above = []string{e.beside(heads...)}
	}
	return r
}

// clusterColumns shares the width: names take what is left, 16 columns at least
// where others than the internet's stand beside them, and columns that have no
// room are left out.
func clusterColumns(e env) [7]int {
	w := e.rowWidth()
	switch {
	case w < 16+14+18+4:
		return [7]int{max(w-14-2, 8), 14}
	case w < 16+14+5+6+6+18+10:
		return [7]int{w - 14 - 18 - 4, 14, 0, 0, 0, 18}
	case w < 16+16+6+8+8+20+16+12:
		return [7]int{w - 14 - 5 - 6 - 6 - 18 - 10, 14, 5, 6, 6, 18}
	}
	return [7]int{min(w-16-6-8-8-20-16-12, 70), 16, 6, 8, 8, 20, 16}
}

// internet says how much of the internet gets in.
func (e env) internet(a graph.Addresses) line {
	t := e.texts
	switch {
	case !a.Reachable.IsEmpty():
		return styled(bad, e.amount(a.Reachable))
	case !a.Unknown.IsEmpty():
		return styled(warning, t.Perhaps)
	}
	return styled(faint, t.None)
}

// amount is how many addresses a set has, in a word or two.
func (e env) amount(s netset.Set) string {
	t := e.texts
	v4, v6 := s.V4().ContainsSet(e.all4), s.V6().ContainsSet(e.all6)
	switch n := s.V4().Count(); {
	case v4 && v6:
		return t.Everybody
	case v4:
		return t.EverybodyV4
	case v6:
		return t.EverybodyV6
	case s.V6().IsEmpty() && n.Cmp(big.NewInt(1)) == 0:
		return t.Address
	case s.V6().IsEmpty():
		return fmt.Sprintf(t.Addresses, short(n))
	default:
		return fmt.Sprintf(t.Networks, len(s.Prefixes()))
	}
}

// short writes a number in a few characters: 512, 65.5k, 3.7G.
func short(n *big.Int) string {
	f, _ := new(big.Float).SetInt(n).Float64()
	for _, unit := range []string{"", "k", "M", "G"} {
		if f < 1000 {
			text := fmt.Sprintf("%.1f", f)
			if f >= 100 || unit == "" {
				text = fmt.Sprintf("%.0f", f)
			}
			return strings.TrimSuffix(text, ".0") + unit
		}
		f /= 1000
	}
	return fmt.Sprintf("%.0fT", f)
}

// tally is a number of those who get in; what is not known has a question mark.
func (e env) tally(t Tally) line {
	switch {
	case t.Sure == 0 && t.Unknown == 0:
		return styled(faint, e.texts.None)
	case t.Unknown == 0:
		return plainly(fmt.Sprint(t.Sure))
	case t.Sure == 0:
		return styled(warning, fmt.Sprintf("%d?", t.Unknown))
	}
	return plainly(fmt.Sprint(t.Sure)).with(styled(warning, fmt.Sprintf("+%d?", t.Unknown)))
}

// worst is how many findings a cluster has of its worst severity, how many more,
// and of how many rules it is unknown whether they hold, with a question mark.
func (e env) worst(c Cluster) line {
	total := 0
	var out line
	for _, s := range finding.Severities() {
		if n := c.Fail[s]; n > 0 && out == nil {
			out = styled(tone(s), fmt.Sprintf("%d %s", n, e.texts.SeverityWords[s]))
		} else {
			total += n
		}
	}
	switch {
	case out == nil && c.Unknown > 0:
		return styled(warning, fmt.Sprintf("%d %s", c.Unknown, e.texts.Unknown))
	case out == nil:
		return styled(faint, e.texts.None)
	}
	more := line{}
	if total > 0 {
		more = styled(faint, fmt.Sprintf("+%d", total))
	}
	if c.Unknown > 0 {
		more = more.with(styled(warning, fmt.Sprintf("+%d?", c.Unknown)))
	}
	if len(more) > 0 {
		out = out.with(plainly(" "), more)
	}
	return out
}

// tone is the style of a severity.
func tone(s finding.Severity) style {
	switch s {
	case finding.Critical:
		return bad
	case finding.High, finding.Medium:
		return warning
	}
	return normal
}

func (v clustersView) hints(e env) []hint { return []hint{{key: "enter", does: e.texts.KeyIn}} }

func (v clustersView) open(e env, i int) outcome {
	return outcome{push: clusterView{cluster: e.estate.Cluster(v.at(i))}}
}

func (v clustersView) copies(e env, i int) string { return e.estate.Cluster(v.at(i)).ARN }

func (v clustersView) exports(env, int) (Export, string) { return Export{All: true}, "esaudit.json" }

func (v clustersView) search(e env, id int, words string) (view, tea.Cmd) {
	return v.look(e, id, words, "")
}

// look looks for clusters; the cursor stays with one of them, by its id.
func (v clustersView) look(e env, id int, words, here string) (view, tea.Cmd) {
	var cmd tea.Cmd
	v.sieve, cmd = v.sieve.look(e, id, words, func() int { return e.estate.Place(here) }, e.estate.Search)
	return v, cmd
}

func (v clustersView) start(e env, id int) (view, tea.Cmd) { return v.search(e, id, v.words) }

func (v clustersView) receive(_ env, _ int, value any) (next view, o outcome) {
	v.sieve, o = v.sieve.take(value)
	return v, o
}
