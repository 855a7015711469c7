// Package diff says what changed between two pictures of an estate: who gained
// or lost reachability, then findings, then settings.
//
// # What it answers
//
// Which addresses, hosts and networks reach which entry of which cluster now
// and did not before, exactly and with what they come through; which findings
// are new, gone or changed; which settings differ; and which of the declared
// clients would be cut off.
//
// # What it assumes
//
// Both graphs were built with the same declarations. What is gained was not
// known to be reachable before, whatever the reason; what is lost is known to
// be blocked now. What only became unknown is neither, and listed apart.
//
// # Limits
//
// Objects are the same when account, region and id are. Reachability between
// other things than clusters is not compared.
package diff
