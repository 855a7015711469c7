package policies

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/netset"

	"github.com/open-policy-agent/opa/v1/rego"
)

// edited compiles the rules with one file changed in memory.
func edited(t *testing.T, file string, replacements ...string) *Engine {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(builtin, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(builtin, name)
		files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text := string(files[file].Data)
	for i := 0; i < len(replacements); i += 2 {
		if !strings.Contains(text, replacements[i]) {
			t.Fatalf("%s does not hold %s", file, replacements[i])
		}
		text = strings.ReplaceAll(text, replacements[i], replacements[i+1])
	}
	files[file].Data = []byte(text)
	modules, err := load(files)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := describe(modules)
	if err != nil {
		t.Fatal(err)
	}
	e, err := newEngine(rules, modules)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// The judgement is in Rego: a threshold or a severity changed there alone
// changes what is said.
func TestTheJudgementIsInRego(t *testing.T) {
	public := func(list ...any) estate.Edit {
		return estate.Edit{Call: "elasticsearch.DescribeInstance es-cn-story000001", Set: map[string]any{"/Result/publicIpWhitelist": list}}
	}
	plain, err := New(t.Context(), Selection{})
	if err != nil {
		t.Fatal(err)
	}
	port := estate.Edit{Call: "elasticsearch.DescribeInstance es-cn-story000001", Set: map[string]any{"/Result/port": 9201}}
	for name, c := range map[string]struct {
		rule, story, subject string
		edits                []estate.Edit
		file                 string
		replace              []string
		before, after        string
	}{
		"how bad an open list is": {"ES-NET-001", "net-001-open-group", "es-cn-story000001", nil,
			"rules/es_net_001/es_net_001.rego", []string{"critical", "high"}, "fail critical", "fail high"},
		"what everybody is": {"ES-NET-001", "p1-office", "es-cn-story000001", []estate.Edit{public("2000::/4")},
			"lib/lib.rego", []string{`internet6 := ["2000::/3"]`, `internet6 := ["2000::/4"]`}, "pass info", "fail critical"},
		"which ports are right": {"ES-NET-002", "p1-office", "es-cn-story000001", []estate.Edit{port},
			"rules/es_net_002/es_net_002.rego", []string{"allowed := {9200, 9300}", "allowed := {9200, 9201, 9300}"}, "fail high", "pass info"},
		"which version closed 9300": {"ES-NET-002", "net-002-backend-ports", "nlb-archive00000001",
			[]estate.Edit{{Call: "nlb.ListListeners", Remove: []string{"/Listeners/ListenerPort=5601"}, Set: map[string]any{"/TotalCount": 1}}},
			"lib/lib.rego", []string{"version.major >= 6", "version.major >= 7", "version.major < 6", "version.major < 7"}, "fail medium", "pass info"},
		"how bad a backend elsewhere is": {"ES-NET-003", "net-003-backend-elsewhere", "ep-bp1ldap", nil,
			"rules/es_net_003/es_net_003.rego", []string{"medium", "low"}, "fail medium", "fail low"},
		"how bad a Watcher without endpoint is": {"ES-NET-004", "net-004-watcher", "es-cn-story000001", nil,
			"rules/es_net_004/es_net_004.rego", []string{"medium", "low"}, "fail medium", "fail low"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := factsOf(t, c.story, c.edits)
			if got := says(t, plain, doc, c.rule, c.subject); got != c.before {
				t.Errorf("the rules say %s, want %s", got, c.before)
			}
			if got := says(t, edited(t, c.file, c.replace...), doc, c.rule, c.subject); got != c.after {
				t.Errorf("after the change of %s they say %s, want %s", c.file, got, c.after)
			}
		})
	}
}

func factsOf(t *testing.T, story string, edits []estate.Edit) facts.Document {
	t.Helper()
	for _, s := range estate.Stories() {
		if s.Name != story {
			continue
		}
		part, err := estate.Apply(s.Accounts[0].Part(), edits)
		if err != nil {
			t.Fatal(err)
		}
		snap, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			t.Fatal(err)
		}
		return facts.Build(graph.Build(snap, config.Config{}))
	}
	t.Fatalf("no story %s", story)
	return facts.Document{}
}

func says(t *testing.T, e *Engine, doc facts.Document, rule, subject string) string {
	t.Helper()
	results, err := e.Eval(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Rule == rule && strings.HasSuffix(r.Subject, "/"+subject) {
			return r.Status.String() + " " + r.Severity.String()
		}
	}
	return "nothing"
}

// The library's address sets are those that reachability is decided with.
func TestTheInternetIsTheInternet(t *testing.T) {
	e, err := New(t.Context(), Selection{})
	if err != nil {
		t.Fatal(err)
	}
	compiler, err := e.compiler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]netset.Set{"internet4": netset.Internet4(), "internet6": netset.Internet6()} {
		set, err := rego.New(rego.Compiler(compiler), rego.Query("x := data.esaudit.lib."+name)).Eval(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, block := range set[0].Bindings["x"].([]any) {
			got = append(got, block.(string))
		}
		if !slices.Equal(got, want.Strings()) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}
