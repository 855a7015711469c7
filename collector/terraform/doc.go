// Package terraform reads what `terraform show -json` says of resources of the
// provider aliyun/alicloud, plans and states, as objects of a snapshot.
//
// A plan has two sides: the resources as they are (prior) and as they shall be
// (planned). Each side becomes drafts of objects in the vendor's names. Alone, a
// plan is an estate of the planned side. With a live snapshot, what differs
// between the sides is made in the live picture, and nothing else: a plan that
// changes nothing changes no byte.
//
// A value that is "known after apply", or marked as sensitive, is unknown: the
// field is missing, and the coverage names the attribute. What a plan cannot
// speak of (other resources of the account, other entries of a list that several
// resources share) is not read.
//
// The formats are those of HashiCorp's "JSON Output Format" (format_version 0.x
// and 1.x); attributes and defaults are those of the provider's documentation
// (testdata/provider.json).
package terraform
