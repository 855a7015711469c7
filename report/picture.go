package report

import (
	"io"
	"slices"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/lang"
	"esaudit/report/topology"
)

// drawn is the map of the estate, without a view one of nothing. Where it has no
// room for everything, the subjects of the worst findings are drawn.
func drawn(r *finding.Report, view *graph.View) *topology.Map {
	if view == nil {
		view = graph.NewView()
	}
	list := slices.DeleteFunc(slices.Clone(r.Findings), func(f finding.Finding) bool { return !f.Stands() })
	finding.SortBySeverity(list)
	return topology.New(view, viewed(list, func(f finding.Finding) string { return f.Subject.ID }))
}

// pictureWords are the words of a picture in a language.
func pictureWords(t *lang.Texts) topology.Words {
	w := topology.English()
	for _, text := range []*string{&w.Title, &w.Outside, &w.Holds, &w.Left, &w.Open} {
		*text = t.T(*text)
	}
	for i := range w.Layers {
		w.Layers[i] = t.T(w.Layers[i])
	}
	for verdict, word := range w.Verdicts {
		w.Verdicts[verdict] = t.T(word)
	}
	for kind, word := range w.Kinds {
		w.Kinds[kind] = t.T(word)
	}
	return w
}

func writeDOT(w io.Writer, r *finding.Report, o Options) error {
	_, err := w.Write(drawn(r, o.View).DOT(pictureWords(o.Texts)))
	return err
}

func writeSVG(w io.Writer, r *finding.Report, o Options) error {
	_, err := w.Write(drawn(r, o.View).SVG(pictureWords(o.Texts), ""))
	return err
}
