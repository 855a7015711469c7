// Package browser holds the tests of the HTML report in a real browser. It is in
// a module of its own, so that what drives a browser is no dependency of the
// program's. Chromium and the npm packages beside it have to be there; make
// judges gets them.
package browser
