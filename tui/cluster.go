package tui

import (
	"cmp"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"esaudit/finding"
	"esaudit/graph"
)

// clusterView is one cluster: its entries, and who gets in at each as sets that
// open to their hops; who could open it; what rules say of it.
type clusterView struct {
	cluster Cluster
	who     []Who
	ready   bool
}

func (v clusterView) title(env) string { return cmp.Or(v.cluster.Name, v.cluster.ID) }

func (v clusterView) size(env) int {
	if !v.ready {
		return 0
	}
	return len(v.who)
}

func (v clusterView) empty(e env) string {
	switch {
	case !v.ready:
		return ""
	case !e.estate.About().Judged:
		return e.texts.NobodyYet
	}
	return e.texts.NobodyAtAll
}

func (v clusterView) start(e env, id int) (view, tea.Cmd) {
	cluster := v.cluster.ID
	return v, fetch(id, func() any {
		who, err := e.estate.Who(e.ctx, cluster)
		if err != nil {
			return err
		}
		return who
	})
}

func (v clusterView) receive(_ env, _ int, value any) (view, outcome) {
	switch value := value.(type) {
	case []Who:
		again := v.ready
		v.who, v.ready = value, true
		return v, outcome{stay: again}
	case error:
		v.ready = true
		return v, outcome{say: value.Error(), stay: true}
	}
	return v, outcome{stay: true}
}

func (v clusterView) row(e env, i int, here bool) row {
	w := v.who[i]
	var r row
	if i == 0 || v.who[i-1].part() != w.part() {
		if i > 0 && e.height >= roomy {
			r.above = append(r.above, "")
		}
		r.above = append(r.above, e.paint(v.heading(e, w), e.rowWidth()))
	}
	if w.Kind == Finding {
		r.lines = []string{v.findingLine(e, w, here)}
		return r
	}
	left := min(max(e.rowWidth()/3, 16), 44)
	mark := min(12, e.rowWidth()/4)
	if e.rowWidth() < 60 {
		left, mark = min(22, e.rowWidth()/2), 0
	}
	name := e.who(w)
	if here && len(name) > 0 {
		name[len(name)-1].style = chosen
	}
	r.lines = []string{e.beside(cell{plainly("  ").with(name), left}, cell{e.verdictMark(w), mark}, cell{e.which(w), e.rowWidth() - left - mark - 4})}
	return r
}

// part is what a row stands under.
func (w Who) part() string {
	switch w.Kind {
	case Finding:
		return "finding"
	case Principal:
		return "principal"
	}
	return fmt.Sprint(w.Entry, ":", w.Port)
}

func (v clusterView) heading(e env, w Who) line {
	switch {
	case w.Kind == Finding:
		return styled(strong, e.texts.RulesSay)
	case w.Entry == "":
		return styled(strong, e.texts.ByConfig)
	}
	return line{{w.Entry, strong}, {" " + fmt.Sprint(w.Port), faint}}
}

func (v clusterView) findingLine(e env, w Who, here bool) string {
	f := e.estate.Finding(w.Finding)
	rule := line{{f.Rule, normal}}
	if here {
		rule[0].style = chosen
	}
	return e.beside(cell{plainly("  ").with(e.grade(f)), 11}, cell{rule, 11}, cell{plainly(f.Message), e.rowWidth() - 26})
}

// who names one of those who get in.
func (e env) who(w Who) line {
	t := e.texts
	named := func(word string) line {
		l := line{{cmp.Or(w.Name, w.ID), normal}}
		if word != "" {
			l = styled(faint, word+" ").with(l)
		}
		return l
	}
	switch w.Kind {
	case FromInternet:
		return plainly(t.Internet)
	case ViaBalancer:
		return named(t.Balancer)
	case ViaNAT:
		return named(t.NAT)
	case ViaProxy:
		return named(t.Proxy)
	case FromPremises:
		return named(t.OnPrem)
	case FromHost:
		return named(t.Host)
	case FromVPC:
		return named(t.VPC)
	case Nobody:
		return styled(faint, t.NobodyGetsIn)
	}
	return named("")
}

// arrowTo names the way from somebody to an entry.
func (e env) arrowTo(w Who) string {
	name := ""
	for _, s := range e.who(w) {
		name += s.text
	}
	return name + e.glyphs().arrow + w.Entry
}

// verdictMark says whether somebody gets in for sure.
func (e env) verdictMark(w Who) line {
	t := e.texts
	switch {
	case w.Kind == Nobody:
		return nil
	case w.Kind == Principal && w.Verdict == graph.Reachable:
		return plainly(t.CanOpen)
	case w.Kind == Principal:
		return styled(warning, t.MayOpen)
	case w.Verdict == graph.Reachable && w.Kind <= ViaProxy:
		return styled(bad, t.GetsIn)
	case w.Verdict == graph.Reachable:
		return plainly(t.GetsIn)
	}
	return styled(warning, t.MayGetIn)
}

// which says which addresses somebody has, or what grants a principal its power.
func (e env) which(w Who) line {
	switch {
	case w.Kind == Principal && w.Verdict != graph.Reachable && e.rowWidth() < 60:
		return styled(warning, e.texts.MayOpen)
	case w.Kind == Principal && len(w.Steps) > 0:
		return styled(faint, w.Steps[0].Control)
	case w.Set.IsEmpty():
		if w.Verdict != graph.Reachable && w.Kind != Nobody && e.rowWidth() < 60 {
			return styled(warning, e.texts.MayGetIn)
		}
		if w.Name != "" && w.Name != w.ID {
			return styled(faint, w.ID)
		}
		return nil
	}
	through := ""
	if w.Verdict != graph.Reachable && e.rowWidth() < 60 { // there is no column for it
		through = e.texts.MayGetIn + ": "
	}
	if w.Through > 0 {
		through += fmt.Sprintf(e.texts.At, w.Through) + "  "
	}
	out := plainly(through + e.amount(w.Set))
	if !w.Set.V4().ContainsSet(e.all4) {
		out = out.with(styled(faint, "  "+few(w.Blocks, w.More)))
	}
	return out
}

// few joins the first of a list, and says how many more there are.
func few(list []string, more int) string {
	out := strings.Join(list, ", ")
	if more > 0 {
		out += fmt.Sprintf(" +%d", more)
	}
	return out
}

func (v clusterView) hints(e env) []hint {
	return []hint{{key: "enter", does: e.texts.KeyIn}, {key: "m", does: e.texts.KeyMap}}
}

func (v clusterView) open(e env, i int) outcome {
	switch w := v.who[i]; w.Kind {
	case Nobody:
		return outcome{}
	case Finding:
		return outcome{push: findingView{number: w.Finding}}
	case Principal:
		return outcome{push: pathView{answer: Answer{
			Question: Question{From: w.ID, To: v.cluster.ID}, Verdict: w.Verdict, Steps: w.Steps, Kind: "ram", Paths: 1,
			Command: "esaudit reach --by-config --to es:" + v.cluster.ID,
		}, ready: true}}
	default:
		return outcome{push: pathView{ask: w.Ask, who: w, at: e.arrowTo(w)}}
	}
}

func (v clusterView) press(_ env, _, _ int, key string) (view, outcome, bool) {
	return v, outcome{push: mapView{cluster: v.cluster.ID, only: true}}, key == "m"
}

func (v clusterView) copies(e env, i int) string {
	if i >= len(v.who) {
		return v.cluster.ARN
	}
	switch w := v.who[i]; {
	case w.Kind == Finding:
		return e.estate.Finding(w.Finding).Fingerprint
	case w.ID != "":
		return w.ID
	case !w.Set.IsEmpty():
		return w.Set.String()
	}
	return v.cluster.ARN
}

func (v clusterView) exports(env, int) (Export, string) {
	return Export{Cluster: v.cluster.ID}, "reach-" + v.cluster.ID + ".json"
}

func (v clusterView) finding(_ env, i int) int {
	if i < len(v.who) && v.who[i].Kind == Finding {
		return v.who[i].Finding
	}
	return -1
}

// grade is the severity of a failure, or the status of another finding.
func (e env) grade(f *finding.Finding) line {
	t := e.texts
	switch {
	case f.Waived != nil:
		return styled(faint, t.Waived)
	case f.Status == finding.Fail:
		return styled(tone(f.Severity), t.SeverityWords[f.Severity])
	case f.Status == finding.Unknown:
		return styled(warning, t.Unknown)
	case f.Status == finding.Latent:
		return plainly(t.Latent)
	case f.Status == finding.Pass:
		return styled(good, t.Pass)
	}
	return styled(faint, t.NA)
}
