package api

import "context"

// Write is one call that changes something: an operation of a product in a
// region.
type Write struct {
	Region    string // "" for global services
	Product   string // the SDK's service package name
	Operation string
	// Params are the operation's own parameters, with the names of the vendor's
	// reference, repeated ones as Name.1, Name.2.Field: in the path, the query or
	// the form, where the operation takes them.
	Params map[string]string
	// Body is the JSON body of a call to Elasticsearch; nil for none.
	Body []byte
	// Token is the value of the idempotency token, sent where the operation
	// takes one; the same token twice has the effect of once.
	Token string
	// DryRun asks whether the call would be made, and changes nothing. An operation
	// without a dry run is not sent then: Status -1.
	DryRun bool
}

// Writer changes something in the vendor's account. The answer holds whatever
// HTTP answer came; no HTTP answer (Status 0) leaves open whether the change
// was made. The error is for what was never sent.
type Writer interface {
	Write(ctx context.Context, w Write) (Answer, error)
}
