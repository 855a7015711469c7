package report

import (
	"io"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/report/topology"
)

// drawn is the map of the estate; without a view it is a map of nothing.
func drawn(o Options) *topology.Map {
	if o.View == nil {
		return topology.New(graph.NewView())
	}
	return topology.New(o.View)
}

func writeDOT(w io.Writer, _ *finding.Report, o Options) error {
	_, err := w.Write(drawn(o).DOT(topology.English()))
	return err
}

func writeSVG(w io.Writer, _ *finding.Report, o Options) error {
	_, err := w.Write(drawn(o).SVG(topology.English(), ""))
	return err
}
