package snapshot

import "fmt"

// Action returns the RAM action a caller needs for the call. Most are the
// operation's own name under the product's RAM code; the exceptions are from
// the vendor's authorization pages (for Elasticsearch "Types of resources that
// can be authorized").
func (c Call) Action() string {
	code := c.Product
	switch c.Product {
	case "cbn":
		code = "cen"
	case "vpcpeer":
		code = "vpc"
	case "ims":
		code = "ram"
	}
	operation := c.Operation
	switch c.Product + "." + c.Operation {
	case "elasticsearch.ListPlugins", "elasticsearch.ListKibanaPlugins":
		operation = "ListPlugin"
	}
	return code + ":" + operation
}

// String names the call for people: "elasticsearch:DescribeInstance es-cn-1 in
// cn-hangzhou".
func (c Call) String() string {
	s := c.Product + ":" + c.Operation
	if c.Subject != "" {
		s += " " + c.Subject
	}
	if c.Region != Global {
		s = fmt.Sprintf("%s in %s", s, c.Region)
	}
	return s
}
