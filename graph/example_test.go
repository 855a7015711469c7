package graph_test

import (
	"fmt"
	"log"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
)

// Ask whether an address gets to a cluster, and who does.
func ExampleGraph_Reach() {
	r, err := recording.Open("../testdata/estates/demo")
	if err != nil {
		log.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		log.Fatal(err)
	}
	g := graph.Build(s, config.Config{})
	for _, cluster := range []string{"es-cn-orderssearch1", "es-cn-identaudit01", "es-cn-partnerfeed1"} {
		answer, err := g.Reach("internet:203.0.113.9", "es:"+cluster+":9200")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(cluster, answer.Verdict, answer.Entry)
	}
	// Output:
	// es-cn-orderssearch1 reachable es-public
	// es-cn-identaudit01 blocked es-public
	// es-cn-partnerfeed1 unknown es-public
}
