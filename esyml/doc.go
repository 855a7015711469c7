// Package esyml reads a cluster's elasticsearch.yml settings as the vendor
// returns them (DescribeInstance, esConfig).
//
// # What it answers
//
// Which features that need something outside the cluster are configured
// (Watcher, LDAP, Active Directory, reindex, SAML, OpenID Connect), and each
// outside dependency as host and port with the value that names it.
//
// # What it assumes
//
// esConfig is a map of dotted keys, sometimes nested; values are strings,
// numbers, switches, lists, or lists written as JSON or with commas. An absent
// key has the vendor's default ("Configure the YML file"): Watcher off,
// nothing in reindex.remote.whitelist.
//
// # Limits
//
// Watches, the keystore and dynamic settings are not here: a Watcher's own
// targets stay unseen.
package esyml
