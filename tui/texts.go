package tui

// Texts are the sentences of the explorer in one language. Words that begin with
// % stand for values (package fmt); their comments say which.
type Texts struct {
	// The head.
	Clusters, Findings, Ask, Gaps, Changes, Map, Fix string // tabs
	AsOf                                             string // the instant
	ToAct, Critical                                  string // how many findings
	SumUnknown                                       string // how many findings
	Nothing, Partial                                 string
	Position                                         string // the row, of how many
	Filtered                                         string // the text
	AskedOf                                          string // how many, of how many

	// Where there is nothing.
	Opening, Reading, Comparing                                                       string
	Judging                                                                           string // how many clusters
	Working, NoMatch, NoAccounts, NoClusters, NoClustersRead, NobodyAtAll, NoFindings string
	NotJudged, JudgingShort, NobodyYet                                                string

	// Clusters.
	ColCluster, ColInternet, ColVPCs, ColHosts, ColConfig, ColFindings string
	Everybody, EverybodyV4, EverybodyV6                                string
	Addresses, Networks                                                string // how many
	Address, Perhaps, None                                             string

	// One cluster.
	ByConfig, RulesSay, NobodyGetsIn                  string
	Internet, Balancer, NAT, Proxy, OnPrem, Host, VPC string
	At                                                string // the port
	GetsIn, MayGetIn, CanOpen, MayOpen                string

	// A path.
	Path                               string
	Reachable, Blocked, UnknownVerdict string
	Through                            string     // the entry, and the kind of the path
	Tried                              string     // how many paths
	Kinds                              [10]string // of paths, as kindOf has them
	OneOf                              string     // an address, and of how many
	Folded                             string     // how many controls
	Passes, Blocks, Unsure             string
	Line                               string // its number
	Settles                            string
	NeedsAction                        string // the action

	// Findings.
	Latent, Unknown, Waived, Pass, NA string
	SeverityWords                     [6]string
	StatusWords                       [6]string // of StatusFilter
	AndWorse                          string    // the severity
	GroupOf                           string    // how many
	WaivedBecause                     string    // the reason
	Undecided                         string    // the cause
	Evidence, Do, Why, Missing        string

	// A question.
	AskTitle, From, To, FromHint, ToHint, Answered string

	// Gaps.
	Complete                         string
	GapDenied, GapFailed, GapSkipped string // how many calls
	GapAbsent                        string
	GapNeeds                         string // the action
	GapUnknown                       string // how many findings

	// Changes.
	NoBaseline                    string
	NoChange                      string    // the baseline
	FindingsOnly, NoFindingChange string    // the baseline, a report
	ChangeWords                   [7]string // of ChangeKind
	Before                        string    // the value before and after

	// The fix plan.
	MarkedOf                                       string // how many, of how many
	WaysIn, FindingsGo                             string // how many go, how many come
	TooMany                                        string // how many, and how many may be
	Planning, Foreseeing                           string
	NoPlan, Blind                                  string // the error
	AtFindings, AtClusters                         string // how many, of how many
	AtEditing, AtJudging, AtComparing              string
	Actions, WouldChange, ByHand, LeftOut          string
	NothingMarked, NothingChanges                  string
	CutsOff, RestartsAll                           string // who
	RestartsIt, NewAddresses, NotUndoable          string
	Costs                                          string // what
	WritePlanTo, PlanWritten                       string // the file, and the command
	NotLive                                        string // the command
	NotForeseen                                    string
	Corrects, ValueBefore, ValueAfter              string
	TheCall, NoCall, NoValue, KeptNowhere          string
	Undo, UndoneBy                                 string
	Applying, Checking                             string
	Account, AsWhom, TypeAccount                   string // the account, the ARN, the account
	HowToConfirm                                   string // the account
	HowToStop, NotConfirmed, Stopping              string
	NothingYet, UnderWay, Steps                    string
	Verified, VerifiedAs, NotVerified, NothingDone string
	JournalIn                                      string // its file
	GoOn, TakeBack, AuditAgain, Changing           string

	// What is done.
	Copied                       string // what
	ExportTo                     string
	Exported                     string // the file
	WaiveReason                  string // the rule and the subject
	WaivedIn                     string // the file
	WaiveNot, ReplaceWith        string
	StandsIn                     string // the file, and the reason
	Auditing, Audited, Cancelled string
	Failed                       string // the error
	FilterBy, NothingHere        string

	// Keys.
	Keys, MouseName                                                      string
	KeyMove, KeyPage, KeyEnds, KeyIn, KeyBack, KeyNext, KeyFilter        string
	KeyHelp, KeyQuit, KeyCopy, KeyExport, KeyWaive, KeyReload, KeyCancel string
	KeySeverity, KeyStatus, KeyRule, KeyGroup, KeyAll, KeyAnswer         string
	KeyMouse, KeyDone, KeyChoose, KeyFocus, KeyCluster, KeyMap           string
	KeyFix, KeyMark, KeyMarkAll, KeyApply, KeyWritePlan, KeyPlan         string
	KeyStop, KeyConfirm, KeyCopyUndo, KeyLast, KeySuspend                string
}

// English is the catalogue of English texts.
func English() *Texts {
	return &Texts{
		Clusters: "Clusters", Findings: "Findings", Ask: "Ask", Gaps: "Gaps", Changes: "Changes", Map: "Map", Fix: "Fix",
		AsOf: "as of %s", ToAct: "%d to act on", Critical: "%d critical", Nothing: "nothing to act on", Partial: "incomplete",
		SumUnknown: "%d unknown",
		Position:   "%d of %d", Filtered: `filtered by "%s"`, AskedOf: "who gets in: %d of %d asked",

		Opening: "One moment", Reading: "reading", Judging: "clusters to judge: %d", Comparing: "comparing",
		Working: "one moment", NoMatch: "Nothing matches the filter.", NoClusters: "There is no cluster.",
		NoAccounts:     "The estate holds no account: nothing was read.",
		NoClustersRead: "No cluster was read, which does not mean that there is none: Gaps says what was not read.",
		NotJudged:      "rules are being applied", JudgingShort: "judging", NobodyYet: "Nobody gets in; rules are being applied.",
		NobodyAtAll: "Nobody gets in, and nothing was found.", NoFindings: "No rule has found anything that stands.",

		ColCluster: "CLUSTER", ColInternet: "INTERNET", ColVPCs: "VPCS", ColHosts: "HOSTS", ColConfig: "CONFIG", ColFindings: "FINDINGS",
		Everybody: "everybody", EverybodyV4: "all of IPv4", EverybodyV6: "all of IPv6",
		Addresses: "%s addresses", Networks: "%d networks", Address: "1 address", Perhaps: "unknown", None: "none",

		ByConfig: "By configuration: who could open it", RulesSay: "What rules say", NobodyGetsIn: "nobody",
		Internet: "the internet", Balancer: "load balancer", NAT: "DNAT of", Proxy: "proxy", OnPrem: "on premises", Host: "host", VPC: "VPC",
		At: "at %d", GetsIn: "gets in", MayGetIn: "unknown", CanOpen: "can open", MayOpen: "unknown",

		Path: "The path", Reachable: "REACHABLE", Blocked: "BLOCKED", UnknownVerdict: "UNKNOWN",
		Through: "through %s, %s", Tried: "%d paths tried", OneOf: "as %s, which stands for %s", Folded: "and %d more",
		Kinds: [10]string{"the public endpoint", "inside one VPC", "a VPC peering", "a CEN", "a load balancer", "a DNAT entry", "a declared proxy",
			"a network on premises", "a private connection", "a host in the cluster's VPC"},
		Passes: "passes", Blocks: "blocks", Unsure: "unsure", Line: "snapshot line %d", Settles: "What would settle it", NeedsAction: "needs %s",

		Latent: "latent", Unknown: "unknown", Waived: "waived", Pass: "pass", NA: "n/a",
		SeverityWords: [6]string{"none", "info", "low", "medium", "high", "critical"},
		StatusWords:   [6]string{"standing", "failed", "latent", "unknown", "waived", "everything"},
		AndWorse:      "%s and worse", GroupOf: "(%d)", WaivedBecause: "Waived: %s", Undecided: "Could not be decided: %s.",
		Evidence: "Values", Do: "What to do", Why: "Why it matters", Missing: "missing",

		AskTitle: "Can A reach B?", From: "from", To: "to", Answered: "Answers",
		FromHint: "internet:IP, ecs:ID, vpc:VPC/IP, onprem:NAME, es:ID", ToHint: "es:ID:PORT, kibana:ID:PORT, lb:ID:PORT, HOST:PORT",

		Complete: "Everything that is needed was read.", GapDenied: "%d denied", GapFailed: "%d failed", GapSkipped: "%d skipped",
		GapAbsent: "never asked", GapNeeds: "needs %s", GapUnknown: "findings that hang on it: %d",

		NoBaseline: "Nothing to compare with: start with --baseline FILE, a report or an estate.", NoChange: "Nothing differs from %s.",
		FindingsOnly: "findings only", NoFindingChange: "No finding differs from %s, a report: reachability and settings were not compared. An earlier estate as --baseline has them.",
		ChangeWords: [7]string{"Gained reachability", "Lost reachability", "Not clear any more", "New findings", "Changed findings", "Findings that are gone", "Settings"},
		Before:      "%s, now %s",

		MarkedOf: "%d of %d marked", WaysIn: "ways in -%d +%d", FindingsGo: "findings -%d +%d", TooMany: "%d are marked, at most %d are applied at once: unmark some (space, x)",
		Planning: "planning corrections (esc stops)", Foreseeing: "looking at what the marked actions leave (esc stops)", NoPlan: "There is no plan: %s. p plans again.", Blind: "Not known what would change: %s. p looks again.",
		AtFindings: "findings: %d of %d", AtClusters: "ways in: %d of %d clusters", AtEditing: "the account as it would be", AtJudging: "what rules say of it", AtComparing: "what differs",
		Actions: "Actions", WouldChange: "What the marked actions would change", ByHand: "By hand", LeftOut: "Left out",
		NothingMarked: "Nothing is marked: nothing would change.", NothingChanges: "No way in and no finding would change.",
		CutsOff: "cuts off %s", RestartsAll: "restarts %s", RestartsIt: "restarts the cluster", NewAddresses: "changes addresses of nodes", NotUndoable: "cannot be undone",
		Costs: "costs: %s", WritePlanTo: "write the plan to", PlanWritten: "written to %s; next (y copies it): %s",
		NotLive:     "nothing is applied from a snapshot: write the plan with w, then: %s",
		NotForeseen: "what would change is not known yet: apply when it is",
		Corrects:    "Why", ValueBefore: "The value is", ValueAfter: "It would be", TheCall: "The call", NoCall: "made from the live value when it is sent",
		NoValue: "nothing", KeptNowhere: "kept nowhere, compared by its digest", Undo: "Taking it back", UndoneBy: "the inverse call, with the same checks",
		Applying: "Apply", Checking: "Asking who these credentials are of, and comparing each value; nothing is changed by that.",
		Account: "Account %s", AsWhom: "as %s", TypeAccount: "type %s:",
		HowToConfirm: "Press enter, then type %s and enter again: that changes the account. Each value is compared once more before it is written.",
		HowToStop:    "esc stops after the step that is under way; the journal knows what was done.", NotConfirmed: "not confirmed: nothing was changed", Stopping: "stopping",
		NothingYet: "Nothing was changed yet", UnderWay: "Changing the account", Steps: "Steps",
		Verified: "Verified", VerifiedAs: "Everybody gets in who should, and nobody else.", NotVerified: "Stopped: not verified", NothingDone: "Nothing was changed",
		JournalIn: "journal: %s", GoOn: "goes on:", TakeBack: "takes it back:", AuditAgain: "The screens show the account as it was before; r audits again.",
		Changing: "an account is being changed: wait for it, or stop it first",

		Copied: "copied: %s", ExportTo: "export to", Exported: "written to %s", WaiveReason: "why waive %s of %s?",
		WaivedIn: "waiver written to %s; r audits again with it", WaiveNot: "no waiver without a reason", ReplaceWith: "replace it with", StandsIn: "%s has a waiver for it already: %s",
		Auditing: "auditing again", Audited: "audited again", Cancelled: "cancelled", Failed: "failed: %s", FilterBy: "filter", NothingHere: "nothing here for that key",

		Keys: "Keys", MouseName: "mouse", KeyMove: "move", KeyPage: "move by pages", KeyEnds: "first, last", KeyIn: "open", KeyBack: "back", KeyNext: "next view",
		KeyFilter: "filter", KeyHelp: "keys", KeyQuit: "quit", KeyCopy: "copy", KeyExport: "export", KeyWaive: "waive", KeyReload: "audit again", KeyCancel: "cancel",
		KeySeverity: "severity", KeyStatus: "status", KeyRule: "this rule", KeyGroup: "group", KeyAll: "all controls", KeyAnswer: "type",
		KeyDone: "done", KeyChoose: "choose", KeyFocus: "along the lines", KeyCluster: "other cluster", KeyMap: "map",
		KeyFix: "fix", KeyMark: "mark", KeyMarkAll: "all, none", KeyApply: "apply", KeyWritePlan: "write plan", KeyPlan: "look again",
		KeyStop: "stop", KeyConfirm: "confirm", KeyCopyUndo: "copy undo", KeyLast: "view before", KeySuspend: "suspend",
		KeyMouse: "click chooses, again opens; wheel moves",
	}
}
