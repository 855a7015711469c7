package facts

import "esaudit/snapshot"

// labels are an object's tags, by key; never nil. The products write them as
// tags, Tags or Tags.Tag, of tagKey and tagValue, TagKey and TagValue, or Key
// and Value (facts of each product's API).
func labels(n snapshot.Glance) map[string]string {
	out := map[string]string{}
	for _, list := range [...]snapshot.Glance{n.Get("tags"), n.Get("Tags"), n.Get("Tags", "Tag")} {
		for item := range list.Each {
			for _, names := range [...][2]string{{"tagKey", "tagValue"}, {"TagKey", "TagValue"}, {"Key", "Value"}} {
				if key := item.Get(names[0]).Text(); key != "" {
					out[key] = item.Get(names[1]).Text()
				}
			}
		}
	}
	return out
}

// resourceGroup is the group an object belongs to; "" when nobody says.
func resourceGroup(n snapshot.Glance) string {
	if id := n.Get("resourceGroupId").Text(); id != "" {
		return id
	}
	return n.Get("ResourceGroupId").Text()
}
