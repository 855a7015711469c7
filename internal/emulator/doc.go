// Package emulator serves a recording as Alibaba Cloud's HTTP API, for tests and
// rehearsals: the vendor's SDK and command line talk to it.
//
// # What it answers
//
// Every call that the recording holds, for all products on one address, in the
// RPC and in the ROA style: with the recorded body, joined from its pages and
// paged anew as the request asks, within the vendor's limits. A call in another
// form than recorded (one object of a list, several of a batch) is answered when
// the recording tells it completely. Refused and failed calls are refused and
// fail again. A call that the recording does not hold gets 404 with the code
// NotRecorded; its message begins with "skipped: " when the recording says that
// the call was planned and not made.
//
// Asked to (Options.Writable, Options.State), it takes the writes that correct an
// estate: whitelists, networks and settings of clusters, private links, listeners
// and their access control, server groups, security groups. A write changes the
// recorded answers, so that every later read of any operation shows it; what the
// vendor refuses is refused, with its codes. A change is on its way for some
// requests (Options.Reads), not for some time: a cluster is activating, an
// endpoint connecting, a job processing; being refused for that counts too. A
// client token makes a write happen once. Effects are the changes that happened.
//
// # State
//
// Options.State is a directory that holds the recording as the writes have left
// it, and emulator.json: tokens, what is on its way, the effects, and what the
// last write changed. emulator.json is written first; with it the write has
// happened, and a server that finds the recording behind it finishes the write.
// What is on its way is complete in the recording. Secrets are not kept.
//
// # What it assumes
//
// Requests are signed with HMAC-SHA1 as the vendor's SDK does, and checked
// against the local clock; the Date of answers is the recording's. The vendor's
// Host header tells the region of Elasticsearch calls; without one,
// x-acs-region-id does, or the only region that has an answer.
//
// # Limits
//
// Beside reads and those writes it answers AssumeRole and AssumeRoleWithOIDC of
// sts. Other writes are refused with the code NotEmulated, and all of them with
// ReadOnly when it serves reads only. It checks who asks, not what they may do,
// but for keys that may only read (Key.ReadOnly). A directory has one server at a
// time; nothing checks that. Where no source says how the vendor answers, it is
// strict: PUBLIC lists take no writes while the network is closed, the default
// group is never emptied; and adding what is there, or removing what is not, is
// no error, but for servers, connections and rules that are named by id. Answers are JSON whatever Format says; signatures of
// version 3 (ACS3-HMAC-SHA256) are refused. Where the vendor documents no limit
// for a page (unlimited in the table), a larger one is cut to 100.
//
// A recorded call without an HTTP answer breaks the connection. So that a client
// can tell one failure from another, which a shared port cannot show (refused,
// tls), an informational answer 103 with the header X-Esaudit-Error comes first.
package emulator
