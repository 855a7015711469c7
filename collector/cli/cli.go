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
// The directories of regions say which ones are collected. What a collection
// would ask there and no file answers was not asked, and the picture names the
// file; so it does for one that is empty, broken, or holds what the command said
// instead of an answer. A file with a name that no call has is an error: it would
// be missing in the picture without a word. Files that begin with a dot are none.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// maxAnswer bounds one answer, in bytes.
const maxAnswer = 1 << 28

// identity is the answer that names the account.
const identity = "global/sts/GetCallerIdentity.json"

// Open reads the directory at the root of a file system. What a collection would
// ask and no file answers is in the recording as a call that was not made. An
// error names the file.
func Open(fsys fs.FS) (*recording.Recording, error) {
	taken, err := takenAt(fsys)
	if err != nil {
		return nil, err
	}
	id, err := account(fsys)
	if err != nil {
		return nil, err
	}
	d := newDirectory(fsys)
	d.date = taken.Format(http.TimeFormat)
	if err := fs.WalkDir(fsys, ".", d.visit); err != nil {
		return nil, err
	}
	if len(d.regions) == 0 {
		return nil, errors.New("no directory of a region (cn-hangzhou/PRODUCT/OPERATION.json)")
	}
	part, err := collector.Collect(context.Background(), d, collector.Options{Account: id, Home: d.home(), Regions: d.regions, Workers: 1})
	switch {
	case d.err != nil:
		return nil, d.err
	case err != nil:
		return nil, err
	}
	rest, err := d.rest()
	if err != nil {
		return nil, err
	}
	part.Answers = append(part.Answers, rest...)
	return &recording.Recording{Parts: []recording.Part{part}}, nil
}

// takenAt reads when the answers were made. The commands do not show the API's
// clock, so that the directory says it.
func takenAt(fsys fs.FS) (time.Time, error) {
	data, err := read(fsys, "taken-at")
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return time.Time{}, err
	case err != nil:
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
	data, err := read(fsys, identity)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", err
	case err != nil:
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

// read reads a file; a text that PowerShell redirected is decoded.
func read(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: it is no plain file", name)
	case info.Size() > maxAnswer:
		return nil, fmt.Errorf("%s: larger than %d bytes", name, maxAnswer)
	}
	data, err := fs.ReadFile(fsys, name)
	return snapshot.PlainText(data), err
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
	body, err := json.Marshal(map[string]string{"Code": code, "Message": "as the command line said"})
	if err != nil {
		return statusOf(code), nil
	}
	return statusOf(code), body
}

// statusOf is the HTTP status that goes with a code of the vendor's.
func statusOf(code string) int {
	switch {
	case strings.HasPrefix(code, "EntityNotExist") || strings.HasSuffix(code, "NotFound"):
		return http.StatusNotFound
	case strings.HasPrefix(code, "Throttling"):
		return http.StatusTooManyRequests
	case strings.HasPrefix(code, "Forbidden") || strings.Contains(code, "NoPermission") || strings.Contains(code, "AccessDenied"):
		return http.StatusForbidden
	}
	return http.StatusBadRequest
}
