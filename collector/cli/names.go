package cli

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"esaudit/collector"
	"esaudit/collector/api"
)

// file is one answer's file.
type file struct {
	name    string
	op      *collector.Op
	request api.Request
	page    int // 1-based
	failed  bool
}

// stem is the name of a request's file, without page and extension.
func stem(q api.Request) string {
	region := q.Region
	if region == "" {
		region = "global"
	}
	values := url.Values{}
	for name, value := range q.Params {
		values.Set(name, value)
	}
	text := region + "/" + q.Product + "/" + q.Operation
	if len(values) > 0 {
		text += "-" + values.Encode()
	}
	return text
}

// paged adds the number of a page to a name.
func paged(stem string, page int) string {
	if page > 1 {
		stem += "@" + strconv.Itoa(page)
	}
	return stem + ".json"
}

// clutter reports whether a name is of what systems leave in directories.
func clutter(name string) bool {
	base := path.Base(name)
	return base != "." && strings.HasPrefix(base, ".") || slices.Contains([]string{"Thumbs.db", "desktop.ini"}, base)
}

// parse reads the name of a file.
func parse(name string, ops map[string]*collector.Op) (file, error) {
	f := file{name: name, page: 1}
	parts := strings.Split(name, "/")
	if len(parts) != 3 {
		return f, fmt.Errorf("%s: not REGION/PRODUCT/OPERATION[-PARAMETERS][@PAGE].json", name)
	}
	base, extension := strings.TrimSuffix(parts[2], path.Ext(parts[2])), path.Ext(parts[2])
	switch extension {
	case ".json":
	case ".error":
		f.failed = true
	default:
		return f, fmt.Errorf("%s: neither .json nor .error", name)
	}
	if before, number, ok := strings.Cut(base, "@"); ok {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return f, fmt.Errorf("%s: %q is no number of a page", name, number)
		}
		base, f.page = before, n
	}
	operation, parameters, _ := strings.Cut(base, "-")
	op, known := ops[parts[1]+"."+operation]
	if !known {
		return f, fmt.Errorf("%s: no operation %s of product %s is read (%s)", name, operation, parts[1], nearby(parts[1], ops))
	}
	f.op = op
	f.request = api.Request{Region: parts[0], Product: parts[1], Operation: operation, Params: map[string]string{}}
	if (parts[0] == "global") != op.Global {
		return f, fmt.Errorf("%s: %s", name, map[bool]string{true: "the service has no regions: its directory is global", false: "the service has regions: its directory is that of one"}[op.Global])
	}
	if op.Global {
		f.request.Region = ""
	}
	return f, f.parameters(parameters, op)
}

// parameters reads the parameters in a file's name.
func (f *file) parameters(text string, op *collector.Op) error {
	if text == "" {
		return nil
	}
	if !strings.Contains(text, "=") {
		if len(op.Subjects) == 0 || len(op.Subjects[0].ID) != 1 {
			return fmt.Errorf("%s: write the parameters as NAME=VALUE&NAME=VALUE", f.name)
		}
		value, err := url.PathUnescape(text)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		f.request.Params[op.Subjects[0].ID[0]] = value
		return nil
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	for name, list := range values {
		if len(list) != 1 {
			return fmt.Errorf("%s: parameter %s stands twice", f.name, name)
		}
		f.request.Params[name] = list[0]
	}
	return nil
}

// nearby names the operations of a product, or the products.
func nearby(product string, ops map[string]*collector.Op) string {
	var operations, products []string
	for _, op := range ops {
		products = append(products, op.Product)
		if op.Product == product {
			operations = append(operations, op.Operation)
		}
	}
	what, list := "operations", operations
	if len(operations) == 0 {
		what, list = "products", products
	}
	slices.Sort(list)
	return what + ": " + strings.Join(slices.Compact(list), ", ")
}
