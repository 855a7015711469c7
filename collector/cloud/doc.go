// Package cloud asks the live vendor: an api.Caller that signs, sends,
// throttles, retries, cancels and assumes roles; and, for corrections alone, an
// api.Writer. It is the only package that imports the vendor's SDK.
//
// # What it answers
//
// Cloud holds what all accounts of a run share: the transport, the limits, the
// clock. Credentials finds who to be, the way the vendor's own tools do;
// Assume becomes a role from there; Caller asks, and WhoAmI says who it is.
// Whatever HTTP answer comes is an Answer, refusals and failures included; an
// error is only what is no answer at all.
//
// # What it assumes
//
// Every operation that a Caller sends is a read: it retries. What may be sent is
// decided twice: Options.Allowed lists it, and its name is that of a read.
// Anything else is refused before anything is sent. Only a Writer sends writes,
// those of a closed table; it is a type of its own, which a Caller cannot become,
// and tries again only what the vendor turned away.
//
// # How it uses the SDK
//
// The SDK signs and builds requests (docs/adr/0002-sdk-requests.md). It has no
// context, follows redirects with its token, reads without bound, panics on
// error bodies it does not expect and races when a client is shared. So each
// worker has a client of its own; under all of them lies one transport, which
// takes the context, the endpoint and the answer's bytes; and what the SDK is
// given back is an empty success.
//
// # Limits
//
// Bodies are read up to Options.MaxBody; a larger one keeps its status and the
// first 4 KiB as text, like any body that is not JSON. TLS is always verified.
// Plain HTTP is spoken to loopback addresses and to the ECS metadata service,
// which knows nothing else. External programs that print credentials are not
// run.
package cloud
