package facts

import (
	"cmp"

	"esaudit/snapshot"
)

// labels are an object's tags, by key (never nil), and the resource group it belongs
// to; "" when nobody says. The products write tags as tags, Tags or Tags.Tag, of
// tagKey and tagValue, TagKey and TagValue, or Key and Value (facts of each product's
// API).
func labels(n snapshot.Glance) (tags map[string]string, group string) {
	var room [4]snapshot.Glance
	own := n.Fields(room[:0], "ResourceGroupId", "Tags", "resourceGroupId", "tags")
	tags = map[string]string{}
	for _, list := range [...]snapshot.Glance{own[3], own[1], own[1].Get("Tag")} {
		for item := range list.Each {
			for _, names := range [...][2]string{{"tagKey", "tagValue"}, {"TagKey", "TagValue"}, {"Key", "Value"}} {
				if key := item.Get(names[0]).Text(); key != "" {
					tags[key] = item.Get(names[1]).Text()
				}
			}
		}
	}
	return tags, cmp.Or(own[2].Text(), own[0].Text())
}
