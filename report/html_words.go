package report

import (
	"reflect"

	"esaudit/lang"
)

// htmlWords are the texts of the page's controls and pictures, in one language.
// {n} and {all} stand for counts, {rule} for a rule's id.
type htmlWords struct {
	Search, SearchHint          string
	Show, Everything            string
	Rule, EveryRule             string
	Subject, EverySubject       string
	Change, EveryChange         string
	SortBy, BySeverity, ByRule  string
	BySubject, ByChange         string
	GroupBy, Owner, Unowned     string
	UnfoldAll, Reset            string
	Shown, NoneShown            string
	Copy, Copied, Marked, Theme string
	Without                     string // {tone} is not asked for any longer

	Topology, TopologyNote, TopologyText, InTopology string
	NotDrawn                                         string
	PathPicture                                      string

	PassesWhen, PathCloses, TakesEffect, SettledBy string
	RuleMends, CopyCommand                         string

	Accounts, Account, Worst, Read, NotRead, NeverMade string
	AsOf, Nothing                                      string
	Trend, TrendNote, Report, Total, Checks            string
}

func htmlEnglish() htmlWords {
	return htmlWords{
		Search: "Search", SearchHint: "Name, address, rule, setting …",
		Show: "Show", Everything: "everything",
		Rule: "Rule", EveryRule: "every rule",
		Subject: "Subject", EverySubject: "every subject",
		Change: "Since the baseline", EveryChange: "all",
		SortBy: "Sort by", BySeverity: "severity", ByRule: "rule", BySubject: "cluster or other subject", ByChange: "what is new",
		GroupBy: "Group by", Owner: "owner", Unowned: "nobody's",
		UnfoldAll: "Unfold all", Reset: "Reset",
		Shown: "{n} of {all} shown", NoneShown: "Nothing matches. Reset the filter to see everything.",
		Copy: "Copy", Copied: "Copied", Marked: "Selected: copy it with the keyboard", Theme: "Light or dark", Without: "Do not filter by {tone}",

		Topology:     "Topology",
		TopologyNote: "Who gets to which cluster, from the left to the right. A line says what was found between two places: full for reachable, dashed for unknown, dotted for blocked.",
		TopologyText: "The same as a list",
		InTopology:   "Where this is in the topology",
		NotDrawn:     "is not drawn: the pictures of reach show one cluster each.",
		PathPicture:  "The path as a picture",

		PassesWhen: "Passes when", PathCloses: "This path closes as soon as one of its controls refuses:",
		TakesEffect: "It has no effect as long as these refuse:", SettledBy: "Settled by",
		RuleMends: "Console and Terraform steps of {rule}", CopyCommand: "Plan the correction:",

		Accounts: "By account", Account: "Account", Worst: "Findings", Read: "Calls read", NotRead: "Not read", NeverMade: "never made", AsOf: "As of", Nothing: "nothing failed",
		Trend: "Trend", TrendNote: "What failed in earlier reports, by their date.", Report: "Taken at", Total: "all", Checks: "of checks",
	}
}

// in says the texts in another language, where it has them.
func (w htmlWords) in(t *lang.Texts) htmlWords {
	v := reflect.ValueOf(&w).Elem()
	for i := range v.NumField() {
		v.Field(i).SetString(t.T(v.Field(i).String()))
	}
	return w
}
