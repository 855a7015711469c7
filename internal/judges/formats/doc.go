// Package formats holds the tests that ask programs of others what they think of
// the reports: sarif-multitool of SARIF, Graphviz of DOT, xmllint of XML. They
// have to be there; make judges gets them.
package formats
