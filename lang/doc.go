// Package lang holds what people read in other languages than English.
//
// # What it answers
//
// What an English text, or a text that was made with an English format, is in
// another language. Programs are told English only: formats for them never ask.
//
// # What it assumes
//
// zh/*.yaml maps English texts to Chinese ones: report.yaml those that reports
// ask for, sentences.yaml those that are found in what was made with them. A text may be a format of
// package fmt; the other one then has the same verbs, in another order with
// explicit indexes (%[2]s). Tests find what is missing, what nobody asks for,
// and what does not agree.
//
// # Limits
//
// A text that has no other stays English. What rules say stands beside the rules
// (policies/rules/*/zh.yaml), because users write rules too.
package lang
