package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"esaudit/collector/api"
	builder "esaudit/internal/estate"
	"esaudit/internal/wild"
)

// answer is a good answer to a call without parameters.
func answer(region, product, operation, body string) api.Answer {
	return api.Answer{Request: api.Request{Region: region, Product: product, Operation: operation, Params: map[string]string{}}, Status: 200, Body: []byte(body)}
}

// organisationOf is the command of scripts
//
//	organisation DIR N
//
// which writes recordings of N random accounts, and roles.txt beside DIR, with a
// role in each account but the first.
func organisationOf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: organisation DIR N")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	dir, roles := ts.MkAbs(args[0]), ""
	for i := range n {
		account := fmt.Sprintf("10%014d", i)
		if i > 0 {
			roles += "acs:ram::" + account + ":role/audit\n"
		}
		part := wild.With(wild.Options{Seed: uint64(i), Account: account, Tag: fmt.Sprintf("w%d", i), Regions: []string{"cn-hangzhou"}, Rough: 0.02}).Part
		part.Answers = append(part.Answers, answer("", "sts", "GetCallerIdentity", `{"AccountId":"`+account+`","Arn":"acs:ram::`+account+`:user/esaudit","IdentityType":"RAMUser","RequestId":"0"}`),
			answer("cn-hangzhou", "elasticsearch", "DescribeRegions", `{"Result":[{"regionId":"cn-hangzhou"}],"RequestId":"0"}`))
		head, calls := builder.Encode(part)
		ts.Check(os.MkdirAll(filepath.Join(dir, account), 0o700))
		ts.Check(os.WriteFile(filepath.Join(dir, account, "recording.json"), head, 0o600))
		ts.Check(os.WriteFile(filepath.Join(dir, account, "calls.jsonl"), calls, 0o600))
	}
	ts.Check(os.WriteFile(filepath.Join(filepath.Dir(dir), "roles.txt"), []byte(roles), 0o600))
}
