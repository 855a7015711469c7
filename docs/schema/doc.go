// Package schema holds the tests of the JSON Schemas in its directory: what the
// program reads and writes validates, and what is broken does not. The schema of
// facts is written by them (-update), from the types of package facts.
package schema
