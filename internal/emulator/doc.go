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
// # What it assumes
//
// Requests are signed with HMAC-SHA1 as the vendor's SDK does, and checked
// against the local clock; the Date of answers is the recording's. The vendor's
// Host header tells the region of Elasticsearch calls; without one,
// x-acs-region-id does, or the only region that has an answer.
//
// # Limits
//
// It answers reads, and AssumeRole and AssumeRoleWithOIDC of sts; a call that
// would change something is refused with the code ReadOnly. It checks who asks,
// not what they may do. Answers are JSON whatever Format says; signatures of
// version 3 (ACS3-HMAC-SHA256) are refused. Where the vendor documents no limit
// for a page (unlimited in the table), a larger one is cut to 100.
//
// A recorded call without an HTTP answer breaks the connection. So that a client
// can tell one failure from another, which a shared port cannot show (refused,
// tls), an informational answer 103 with the header X-Esaudit-Error comes first.
package emulator
