// Package estate builds recordings of invented Alibaba Cloud accounts, for
// demonstrations and tests.
//
// # What it answers
//
// An estate is described by its objects (VPCs, clusters, load balancers, private
// connections, ECS, RAM); Part gives every read call a collector makes of it,
// answered with vendor bodies. Edits change a finished recording line by line:
// a case of a rule is a base estate and a few edits.
//
// # What it assumes
//
// Shapes and names of bodies are those of the vendor's API reference. Objects
// are good by default: HTTPS, tight whitelists, healthy backends, encrypted
// disks, fresh keys. A story says only what is wrong with it.
//
// # Limits
//
// It is a builder for people who know what they build: ids are not checked
// against each other, and a mistake in a story is a panic. The same estate gives
// the same bytes, request ids included.
package estate
