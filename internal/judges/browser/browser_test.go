package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a tab of a browser that keeps what the page complains about and asks
// for.
type tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	troubles []string
	requests []string
}

// open starts a browser on a page. It is closed with the test, which fails when
// the page complained or asked for anything but itself.
func open(t testing.TB, address string, before ...chromedp.Action) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-dev-shm-usage", true))
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	b := &tab{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, b.listen)
	b.run(network.Enable())
	b.run(before...)
	b.run(chromedp.Navigate(address))
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, trouble := range b.troubles {
			t.Errorf("the page complains: %s", trouble)
		}
		for _, r := range b.requests {
			if plain, _, _ := strings.Cut(r, "#"); plain != strings.Split(address, "#")[0] && r != "data:," {
				t.Errorf("the page asks for %s", r)
			}
		}
		if len(b.requests) == 0 {
			t.Error("no request was seen, not even the page's own")
		}
	})
	return b
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.troubles = append(b.troubles, e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		b.troubles = append(b.troubles, fmt.Sprint("console.", e.Type))
	case *log.EventEntryAdded: // also what the policy refuses
		b.troubles = append(b.troubles, e.Entry.Text)
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

func (b *tab) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// eval returns what an expression of JavaScript is.
func eval[T any](b *tab, expression string) (out T) {
	b.t.Helper()
	b.run(chromedp.Evaluate(expression, &out, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return out
}

// click clicks the first element of a selector, which has to be there to be
// seen.
func (b *tab) click(selector string) {
	b.t.Helper()
	if !eval[bool](b, fmt.Sprintf(`(n => { const ok = n !== null && n.checkVisibility(); if (ok) n.click(); return ok })(document.querySelector(%s))`, quoted(selector))) {
		b.t.Fatalf("no %s to click", selector)
	}
}

// choose sets a control as a user does.
func (b *tab) choose(selector, value, event string) {
	b.t.Helper()
	if !eval[bool](b, fmt.Sprintf(`(n => { n.value = %s; n.dispatchEvent(new Event(%s)); return n.checkVisibility() })(document.querySelector(%s))`, quoted(value), quoted(event), quoted(selector))) {
		b.t.Fatalf("no %s to be seen", selector)
	}
}

// until waits for an expression to hold.
func (b *tab) until(expression string) {
	b.t.Helper()
	var ok bool
	if err := chromedp.Run(b.ctx, chromedp.Poll(expression, &ok, chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
}

// visible are the findings that can be seen.
const visible = `[...document.querySelectorAll('#findings .finding')].filter(n => n.checkVisibility())`

func theme(name string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}})
}

func TestSearchAndFilter(t *testing.T) {
	r := made(100)
	b := open(t, address(t, r))
	if n := eval[int](b, visible+".length"); n != 100 {
		t.Fatalf("%d findings before filtering", n)
	}
	b.choose("#q", "203.0.0.42/32", "input")
	b.until(visible + ".length === 1")
	if text := eval[string](b, visible+"[0].textContent"); !strings.Contains(text, "203.0.0.42/32") {
		t.Errorf("found %q", text)
	}
	if said := eval[string](b, "document.querySelector('#shown').textContent"); said != "1 of 100 shown" {
		t.Errorf("it says %q", said)
	}
	b.choose("#q", "nothing like this", "input")
	b.until(visible + ".length === 0 && document.querySelector('#none').checkVisibility()")
	b.click(".filter [type=reset]")
	b.until(visible + ".length === 100")
	if hash := eval[string](b, "location.hash"); strings.Contains(hash, "=") {
		t.Errorf("after a reset the address has %q", hash)
	}
	b.click(`.tiles [data-tone="critical"]`)
	b.click(`.tiles [data-tone="waived"]`)
	want := 0
	for _, f := range r.Findings {
		if f.Waived != nil || f.Status.String() == "fail" && f.Severity.String() == "critical" {
			want++
		}
	}
	if n := eval[int](b, visible+".length"); n != want || want == 0 {
		t.Errorf("%d critical and waived findings, want %d", n, want)
	}
	b.click("#chosen button")
	if n := eval[int](b, visible+"[0].classList.contains('t-waived') && document.querySelectorAll('.tiles [aria-pressed=true]').length"); n != 1 {
		t.Error("a chip does not take its tone away")
	}
	b.choose("#by-rule", "r0", "change")
	if n := eval[int](b, "new Set("+visible+".map(n => n.querySelector('.rule').textContent)).size"); n > 1 {
		t.Errorf("%d rules are shown", n)
	}
}

func TestGroupAndSort(t *testing.T) {
	b := open(t, address(t, made(100))+"#group=rule&sort=subject")
	order := `[...document.querySelectorAll('#findings .group')].filter(g => g.checkVisibility()).map(g => g.querySelector('h3').textContent)`
	titles := eval[[]string](b, order)
	if len(titles) != 12 || !slices.IsSorted(titles) || !strings.HasPrefix(titles[0], "ES-NET-000 Rule 0 must hold") {
		t.Errorf("groups: %q", titles)
	}
	if !eval[bool](b, `[...document.querySelectorAll('#findings .made')].every(g => { const s = [...g.querySelectorAll('.subject')].map(n => n.textContent.replace(/\s+/g, ' ').trim()); return s.every((x, i) => !i || s[i-1].localeCompare(x) <= 0) })`) {
		t.Error("a group is not sorted by subject")
	}
	for group, want := range map[string]int{"owner": 3, "subject": 20} {
		b.choose("#group", group, "change")
		titles := eval[[]string](b, order)
		if len(titles) < want || eval[int](b, visible+".length") != 100 {
			t.Errorf("by %s: %d groups, want %d", group, len(titles), want)
		}
		if hash := eval[string](b, "location.hash"); !strings.Contains(hash, "group="+group) {
			t.Errorf("the address is %q", hash)
		}
	}
	b.click(".filter [type=reset]")
	if !eval[bool](b, `document.querySelectorAll('.made').length === 0 && [...document.querySelectorAll('#findings .finding')].every((n, i, all) => !i || n.closest('.group') === all[i-1].closest('.group') || n.parentNode.firstElementChild.localName === 'h3')`) {
		t.Error("after a reset the findings are not where they were")
	}
}

func TestDeepLink(t *testing.T) {
	r := made(300)
	f := r.Findings[len(r.Findings)-1]
	b := open(t, address(t, r)+"#f-"+f.Fingerprint)
	shown := fmt.Sprintf(`(n => n.closest('details').open && n.closest('details').classList.contains('found') && n.getBoundingClientRect().top < innerHeight && n.getBoundingClientRect().top > 0)(document.getElementById('f-%s'))`, f.Fingerprint)
	b.until(shown)
	b.run(chromedp.Evaluate("location.hash = '#show=critical'", nil))
	b.until(visible + ".every(n => n.classList.contains('t-critical')) && " + visible + ".length > 0")
	b.run(chromedp.Evaluate("location.hash = '#f-"+f.Fingerprint+"'", nil))
	b.until(shown)
}

func TestHighlight(t *testing.T) {
	b := open(t, address(t, made(100)))
	b.run(chromedp.Evaluate(`document.querySelector('.finding:has(.step)').open = true`, nil))
	b.click(".finding[open] .step")
	lit := eval[[]string](b, `[...document.querySelectorAll('.lit')].map(n => n.id || n.localName + ' ' + n.dataset.hop)`)
	if want := []string{"li 0", "g 0", "t-p0", "t-p2", "t-w0-2"}; !same(lit, want) {
		t.Errorf("lit: %q, want %q", lit, want)
	}
	if !eval[bool](b, `document.querySelector('#t-map').classList.contains('dimmed') && document.querySelector('.step').getAttribute('aria-pressed') === 'true'`) {
		t.Error("the topology is not dimmed, or the step not pressed")
	}
	b.click(".finding[open] .step")
	if n := eval[int](b, `document.querySelectorAll('.lit, .dimmed').length`); n != 0 {
		t.Errorf("%d parts are lit after a second click", n)
	}
}

func same(got, want []string) bool {
	slices.Sort(got)
	slices.Sort(want)
	return slices.Equal(got, want)
}

func TestCopy(t *testing.T) {
	r := made(100)
	b := open(t, address(t, r))
	b.run(chromedp.Evaluate(`document.querySelector('.finding:has(.copy)').open = true; window.kept = ''; navigator.clipboard.writeText = async text => { window.kept = text }`, nil))
	b.click(".finding[open] .copy")
	b.until("window.kept !== ''")
	if got := eval[string](b, "window.kept"); got != "esaudit fix plan --finding "+r.Findings[0].Fingerprint+" -o fix.plan" {
		t.Errorf("copied %q", got)
	}
	b.run(chromedp.Evaluate(`navigator.clipboard.writeText = async () => { throw new Error('refused') }`, nil))
	b.click(".finding[open] .copy")
	b.until(`getSelection().toString().includes('fix plan')`)
}

func TestThemes(t *testing.T) {
	paper := `getComputedStyle(document.documentElement).backgroundColor`
	b := open(t, address(t, made(20)), theme("light"))
	light := eval[string](b, paper)
	b.click("#theme")
	dark := eval[string](b, paper)
	b.run(theme("dark"))
	if again := eval[string](b, paper); dark == light || again != dark {
		t.Errorf("light %s, toggled %s, then dark %s", light, dark, again)
	}
	b.click("#theme")
	if again := eval[string](b, paper); again != light {
		t.Errorf("toggled back %s, want %s", again, light)
	}
}

// Printed, everything that is folded is there.
func TestPrint(t *testing.T) {
	b := open(t, address(t, made(40)))
	var pdf []byte
	b.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPrintBackground(false).Do(ctx)
		return err
	}))
	if len(pdf) < 50_000 || !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Errorf("a PDF of %d bytes", len(pdf))
	}
	b.run(emulation.SetEmulatedMedia().WithMedia("print"))
	if n := eval[int](b, `[...document.querySelectorAll('.finding .body')].filter(n => n.checkVisibility({contentVisibilityAuto: true})).length`); n != 40 {
		t.Errorf("%d of 40 findings are unfolded on paper", n)
	}
	if eval[bool](b, `document.querySelector('.filter').checkVisibility()`) {
		t.Error("the filter is printed")
	}
}

// A page of many findings keeps folded bodies as texts. They are found, and there
// when they are led to, unfolded and printed.
func TestManyFindings(t *testing.T) {
	r := made(600)
	f := r.Findings[len(r.Findings)-1]
	at := address(t, r)
	b := open(t, at+"#f-"+f.Fingerprint)
	body := fmt.Sprintf(`document.getElementById('f-%s')`, f.Fingerprint)
	b.until(body + ".checkVisibility() && " + body + ".querySelector('.self') !== null")
	const packed = `document.querySelectorAll('.body > noscript').length`
	whole := eval[int](b, packed)
	if whole < 590 {
		t.Fatalf("%d bodies are texts", whole)
	}
	b.choose("#q", "an entry of the list "+breakout[:12], "input")
	b.until(visible + ".length > 0 && " + visible + ".length < 600")
	b.choose("#q", r.Findings[300].Fingerprint, "input") // stands in a body alone
	b.until(visible + ".length === 1")
	b.run(chromedp.Evaluate(visible+"[0].querySelector('summary').click()", nil))
	b.until(visible + "[0].querySelector('.body .copy:not([hidden])') !== null")
	if left := eval[int](b, packed); left != whole-1 {
		t.Errorf("%d bodies are texts after one was unfolded, of %d", left, whole)
	}
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		_, _, err := page.PrintToPDF().Do(ctx)
		return err
	}))
	if left := eval[int](b, packed); left != 0 {
		t.Errorf("%d bodies are not printed", left)
	}
	if title := eval[string](b, "document.title + document.querySelectorAll('img').length"); !strings.HasSuffix(title, "0") || strings.Contains(title, "owned") {
		t.Errorf("a name did something: %q", title)
	}
	b = open(t, at)
	b.click("#unfold")
	b.until(packed + " === 0")
	plain := open(t, at, emulation.SetScriptExecutionDisabled(true))
	var nodes []*cdp.Node
	plain.run(chromedp.Nodes(".body > noscript > .part", &nodes, chromedp.ByQueryAll))
	if len(nodes) < 600 {
		t.Errorf("%d parts of bodies without a script", len(nodes))
	}
}

// Names of strangers show themselves and do nothing, with and without a script.
func TestHostileNamesAreInert(t *testing.T) {
	b := open(t, address(t, made(100)))
	for _, group := range []string{"owner", "subject"} {
		b.choose("#group", group, "change")
	}
	b.click("#unfold")
	b.until("document.readyState === 'complete'")
	if title := eval[string](b, "document.title"); title == "owned" {
		t.Error("a name ran as a script")
	}
	if n := eval[int](b, "document.querySelectorAll('img, iframe, [onerror]').length + document.scripts.length"); n != 1 {
		t.Errorf("%d scripts and images", n)
	}
	if !eval[bool](b, fmt.Sprintf("document.body.textContent.includes(%s)", quoted(breakout))) {
		t.Error("the name is not shown as it is")
	}
}

func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestWithoutScript(t *testing.T) {
	b := open(t, address(t, made(50)), emulation.SetScriptExecutionDisabled(true))
	seen := 0
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		for _, selector := range []string{"#findings .finding", "#topology svg", ".tiles a", "#by-status"} {
			var nodes []*cdp.Node
			if err := chromedp.Nodes(selector, &nodes, chromedp.ByQueryAll).Do(ctx); err != nil {
				return err
			}
			if len(nodes) > 0 {
				seen++
			}
		}
		return nil
	}))
	if seen != 4 {
		t.Errorf("%d of 4 parts are there without a script", seen)
	}
}

// No violation of axe-core's rules, in both themes, unfolded, grouped, and at
// the width of a phone.
func TestAccessible(t *testing.T) {
	axe := script(t, "axe-core/axe.min.js")
	for _, c := range []struct {
		theme    string
		width    int64
		findings int // of more than 500 each body is unpacked when it is opened: some are
		opened   int
	}{{"light", 1280, 30, 1000}, {"dark", 1280, 30, 1000}, {"dark", 390, 30, 1000}, {"light", 1280, 600, 40}} {
		b := open(t, address(t, made(c.findings)), theme(c.theme), page.SetBypassCSP(true), chromedp.EmulateViewport(c.width, 900))
		b.run(chromedp.Evaluate(fmt.Sprintf(`[...document.querySelectorAll('details')].slice(0, %d).forEach(d => d.open = true); `, c.opened)+`document.querySelector('.step')?.click(); document.querySelector('.tiles button').click(); document.querySelector('.tiles button').click()`, nil), chromedp.Evaluate(axe, nil))
		for _, trouble := range eval[[]string](b, `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 4).map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; ')))`) {
			t.Errorf("%s, %d wide, %d findings: %s", c.theme, c.width, c.findings, trouble)
		}
	}
}

// worked is how long the page's own thread has been at work, in milliseconds of
// processor time: what others do on the machine is not in it.
func (b *tab) worked() (ms float64) {
	b.t.Helper()
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		metrics, err := performance.GetMetrics().Do(ctx)
		for _, m := range metrics {
			if m.Name == "TaskDuration" {
				ms = m.Value * 1000
			}
		}
		return err
	}))
	if ms == 0 {
		b.t.Error("the browser does not say how long the page worked")
	}
	return ms
}

// The page can be used within a second of what it takes to read it, and says how
// long either takes. On a busy machine that is also the time of others: the best
// of three counts.
func TestLoadTime(t *testing.T) {
	for _, n := range []int{100, 5000} {
		at := address(t, made(n))
		best := []float64{math.Inf(1)}
		for range 3 {
			b := open(t, at, performance.Enable().WithTimeDomain(performance.EnableTimeDomainThreadTicks))
			b.until("document.documentElement.dataset.ready !== undefined")
			worked := b.worked()
			times := eval[[]float64](b, `(() => {
				const read = performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd, from = performance.now();
				document.querySelector('#q').value = '203.0.9.';
				document.querySelector('#by-change').dispatchEvent(new Event('change'));
				document.body.getBoundingClientRect();
				return [Number(document.documentElement.dataset.ready), read, performance.now() - from];
			})()`)
			if times[0] < best[0] {
				best = append(times, worked)
			}
			if best[0] <= 1000 {
				break
			}
		}
		fmt.Printf("HTML report of %d findings: loaded in %.0f ms, interactive %.0f ms after, %.0f ms of processor time until then, filtered in %.0f ms\n", n, best[1], best[0], best[3], best[2])
		if best[0] > 1000 {
			t.Errorf("%d findings: interactive %.0f ms after they were read", n, best[0])
		}
	}
}
