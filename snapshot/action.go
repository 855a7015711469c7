package snapshot

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
	if c.Product == "elasticsearch" && (operation == "ListPlugins" || operation == "ListKibanaPlugins") {
		operation = "ListPlugin"
	}
	return code + ":" + operation
}

// String names the call for people: "elasticsearch:DescribeInstance es-cn-1 in
// cn-hangzhou".
func (c Call) String() string {
	space, in, region := "", "", ""
	if c.Subject != "" {
		space = " "
	}
	if c.Region != Global {
		in, region = " in ", c.Region
	}
	return c.Product + ":" + c.Operation + space + c.Subject + in + region
}
