// Package config holds the settings that verdicts depend on: the declarations
// of esaudit.yaml (CONTRACT 1).
//
// # What it answers
//
// What the organisation declares about its estate that no API says: the
// architecture of a cluster, proxies, on-premises networks, known clients,
// partner accounts, administrators. Parse reads them from a file, together
// with the values that the file gives to flags.
//
// # What it assumes
//
// Ids are not checked against an estate here; a declaration about an object
// that is not there has no effect.
//
// # Limits
//
// Which flags there are, and their precedence, are the command line's own
// affair: a flag's value is text here. Anchors, aliases and tags of YAML are
// refused.
package config
