// Package cli reads a directory of answers of the vendor's command line
// (aliyun) as a recording, for people who may not run another binary against an
// account.
//
// # What it assumes
//
// One answer a file, the JSON that the command printed:
//
//	taken-at                                            an instant, RFC 3339 or as HTTP writes it
//	global/sts/GetCallerIdentity.json                   names the account
//	cn-hangzhou/slb/DescribeLoadBalancers.json          REGION/PRODUCT/OPERATION.json
//	cn-hangzhou/slb/DescribeLoadBalancers@2.json        its second page
//	cn-hangzhou/elasticsearch/DescribeInstance-InstanceId=es-cn-1.json
//	global/ram/GetPolicy-PolicyName=ops&PolicyType=Custom.json
//	cn-hangzhou/nlb/ListListeners.error                 what the command said instead
//
// Products are named as in recordings; "global" stands for services without
// regions. Parameters are those of the call, escaped as in a URL's query; of an
// operation with one parameter the value is enough (DescribeInstance-es-cn-1).
//
// # Limits
//
// What has no file was not asked. A file with a name that no call has is an
// error: it would be missing in the picture without a word.
package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// maxAnswer bounds one answer, in bytes.
const maxAnswer = 1 << 28

// identity is the answer that names the account.
const identity = "global/sts/GetCallerIdentity.json"

// Open reads the directory at the root of a file system. An error names the
// file.
func Open(fsys fs.FS) (*recording.Recording, error) {
	taken, err := takenAt(fsys)
	if err != nil {
		return nil, err
	}
	p := recording.Part{TakenAt: taken}
	if p.Account, err = account(fsys); err != nil {
		return nil, err
	}
	ops := map[string]collector.Op{}
	for _, op := range collector.Catalogue() {
		ops[op.Product+"."+op.Operation] = op
	}
	var files []file
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() || strings.Count(name, "/") == 0:
			return nil
		}
		f, err := parse(name, ops)
		if err != nil {
			return err
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Or(cmp.Compare(a.stem, b.stem), cmp.Compare(a.page, b.page)) })
	for _, f := range files {
		a, err := f.read(fsys)
		if err != nil {
			return nil, err
		}
		p.Answers = append(p.Answers, a)
		if f.request.Region != "" && !slices.Contains(p.Regions, f.request.Region) {
			p.Regions = append(p.Regions, f.request.Region)
		}
	}
	slices.Sort(p.Regions)
	return &recording.Recording{Parts: []recording.Part{p}}, nil
}

// takenAt reads when the answers were made. The commands do not show the API's
// clock, so that the directory says it.
func takenAt(fsys fs.FS) (time.Time, error) {
	data, err := fs.ReadFile(fsys, "taken-at")
	if err != nil {
		return time.Time{}, errors.New("taken-at is missing: a file with the instant of the answers (RFC 3339), by the vendor's clock")
	}
	text := strings.TrimSpace(string(data))
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	t, err := http.ParseTime(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("taken-at: %q is no instant (RFC 3339: 2026-11-22T00:00:00Z)", text)
	}
	return t.UTC(), nil
}

func account(fsys fs.FS) (string, error) {
	data, err := fs.ReadFile(fsys, identity)
	if err != nil {
		return "", fmt.Errorf("%s is missing: it names the account (aliyun sts GetCallerIdentity)", identity)
	}
	n, err := snapshot.ParseJSON(data)
	if err != nil {
		return "", fmt.Errorf("%s: %w", identity, err)
	}
	id := n.Get("AccountId").Text()
	if id == "" {
		return "", fmt.Errorf("%s: no AccountId", identity)
	}
	return id, nil
}

// file is one answer's file.
type file struct {
	name, stem string
	request    api.Request
	page       int
	failed     bool
}

// parse reads the name of a file.
func parse(name string, ops map[string]collector.Op) (file, error) {
	f := file{name: name}
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
	f.stem = parts[0] + "/" + parts[1] + "/" + base
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
func (f *file) parameters(text string, op collector.Op) error {
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
func nearby(product string, ops map[string]collector.Op) string {
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

// read reads an answer. What the command said instead is a refused call with the
// vendor's code.
func (f file) read(fsys fs.FS) (api.Answer, error) {
	info, err := fs.Stat(fsys, f.name)
	if err != nil {
		return api.Answer{}, err
	}
	if info.Size() > maxAnswer {
		return api.Answer{}, fmt.Errorf("%s: larger than %d bytes", f.name, maxAnswer)
	}
	data, err := fs.ReadFile(fsys, f.name)
	if err != nil {
		return api.Answer{}, err
	}
	a := api.Answer{Request: f.request, Status: http.StatusOK, Body: data}
	switch {
	case f.failed:
		a.Status, a.Body = refusal(string(data))
	case !json.Valid(data):
		a.Body, a.Text = nil, string(data)
	}
	clean := recording.NewEntry(a).Answer
	clean.Source = f.name
	return clean, nil
}

// refusal makes the vendor's error body of what the command printed: a line
// "ErrorCode: Forbidden.RAM", or "Code": "...".
func refusal(text string) (status int, body []byte) {
	code := "Unknown"
	for line := range strings.Lines(text) {
		for _, name := range []string{"ErrorCode:", "Code:", `"Code":`} {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(line), name); ok {
				code = strings.Trim(strings.TrimSpace(rest), `",`)
			}
		}
	}
	switch {
	case strings.HasPrefix(code, "EntityNotExist") || strings.HasSuffix(code, "NotFound"):
		status = http.StatusNotFound
	case strings.HasPrefix(code, "Throttling"):
		status = http.StatusTooManyRequests
	case strings.HasPrefix(code, "Forbidden") || strings.Contains(code, "NoPermission") || strings.Contains(code, "AccessDenied"):
		status = http.StatusForbidden
	default:
		status = http.StatusBadRequest
	}
	body, err := json.Marshal(map[string]string{"Code": code, "Message": "as the command line said"})
	if err != nil {
		return status, nil
	}
	return status, body
}
