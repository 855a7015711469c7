package reach

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"esaudit/graph"
	"esaudit/report/plain"
)

// The elements of GraphML (http://graphml.graphdrawing.org/xmlns).
type (
	graphML struct {
		XMLName  xml.Name     `xml:"http://graphml.graphdrawing.org/xmlns graphml"`
		XSI      string       `xml:"xmlns:xsi,attr"`
		Location string       `xml:"xsi:schemaLocation,attr"`
		Keys     []graphMLKey `xml:"key"`
		Graph    graphMLGraph `xml:"graph"`
	}
	graphMLKey struct {
		ID   string `xml:"id,attr"`
		For  string `xml:"for,attr"`
		Name string `xml:"attr.name,attr"`
		Type string `xml:"attr.type,attr"`
	}
	graphMLGraph struct {
		ID      string        `xml:"id,attr"`
		Default string        `xml:"edgedefault,attr"`
		Nodes   []graphMLNode `xml:"node"`
		Edges   []graphMLEdge `xml:"edge"`
	}
	graphMLNode struct {
		ID   string        `xml:"id,attr"`
		Data []graphMLData `xml:"data"`
	}
	graphMLEdge struct {
		Source string        `xml:"source,attr"`
		Target string        `xml:"target,attr"`
		Data   []graphMLData `xml:"data"`
	}
	graphMLData struct {
		Key   string `xml:"key,attr"`
		Value string `xml:",chardata"`
	}
)

// nodeData and edgeData are the attributes of nodes and edges, in order.
func nodeData() []string {
	return []string{"kind", "id", "label", "name", "account", "region", "island"}
}

func edgeData() []string { return []string{"kind", "verdict", "reachable", "unknown"} }

// GraphML writes a view for programs that read graphs. An island is a part of
// the view that nothing joins with the others; reachable and unknown of an edge
// are CIDRs, separated by spaces.
func GraphML(v *graph.View) ([]byte, error) {
	doc := graphML{
		XSI:      "http://www.w3.org/2001/XMLSchema-instance",
		Location: "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd",
		Graph:    graphMLGraph{ID: "estate", Default: "directed"},
	}
	for _, part := range []struct {
		what  string
		names []string
	}{{"node", nodeData()}, {"edge", edgeData()}} {
		for _, name := range part.names {
			key := graphMLKey{ID: part.what + "-" + name, For: part.what, Name: name, Type: "string"}
			if name == "island" {
				key.Type = "int"
			}
			doc.Keys = append(doc.Keys, key)
		}
	}
	islands := v.Islands()
	for _, t := range v.Things() {
		doc.Graph.Nodes = append(doc.Graph.Nodes, graphMLNode{ID: nodeID(t), Data: data("node", nodeData(), map[string]string{
			"kind": t.Kind, "id": t.Key, "label": t.Label, "name": t.Name, "account": t.Account, "region": t.Region, "island": strconv.Itoa(islands[t]),
		})})
	}
	for _, j := range v.Joins() {
		from, to := j.Ends()
		doc.Graph.Edges = append(doc.Graph.Edges, graphMLEdge{Source: nodeID(from), Target: nodeID(to), Data: data("edge", edgeData(), map[string]string{
			"kind": j.Kind, "verdict": j.Verdict.String(),
			"reachable": strings.Join(j.Sources.Reachable.Strings(), " "), "unknown": strings.Join(j.Sources.Unknown.Strings(), " "),
		})})
	}
	b, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write graphml: %w", err)
	}
	return append([]byte(xml.Header), append(b, '\n')...), nil
}

func nodeID(t *graph.Thing) string { return "n" + strconv.FormatInt(t.ID(), 10) }

// data returns the attributes that have a value.
func data(what string, names []string, values map[string]string) []graphMLData {
	var out []graphMLData
	for _, name := range names {
		if values[name] != "" {
			out = append(out, graphMLData{Key: what + "-" + name, Value: plain.Text(values[name], true)})
		}
	}
	return out
}
