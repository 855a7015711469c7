// Package collector knows the vendor's read operations, asks them, and makes a
// snapshot of the answers.
//
// # What it answers
//
// Catalogue: which operations there are, where each keeps its payload, what
// gives the subject of an answer, how it is paged, and what its items become.
// Assemble: the snapshot that recorded answers describe, with the state of
// every call (SEMANTICS 2). Collect: the answers of an account, asked through an
// api.Caller by the plan: which calls are made, what for, and in which pages;
// Reads: what a caller has to be allowed for that.
//
// # What it assumes
//
// Answers come in any order and in any form of request. Lines with the same
// product, operation, region, subject and form of request are the pages of one
// answer; an answer counts as read when one of its forms was read completely.
// The vendor's field names are those of the operations' documentation.
//
// # Limits
//
// Operations that are not in the catalogue are ignored. Whether a page is
// missing shows only where the vendor tells a total or a next token. Two answers
// of equal rank that disagree on a field are settled by a fixed order of the
// values, not by time, because lines carry none. The plan asks what this version
// keeps or judges; the catalogue knows more. A run holds all answers in memory.
// With Options.Since, what an answer says of an object is taken over from an
// earlier run where the list of objects bears the same documented time of change;
// only DescribeInstance of Elasticsearch has one.
package collector
