package fix

// Standing is how far a journal's plan has come (esaudit.status/v1).
type Standing struct {
	Schema   string           `json:"schema"`
	Account  string           `json:"account"`
	At       string           `json:"at"`       // of the last line, by the API's clock; "" when nothing has happened
	Undone   bool             `json:"undone"`   // the plan was being undone, or was
	Verified bool             `json:"verified"` // the account was seen to be as promised
	Actions  []ActionStanding `json:"actions"`  // in the order of the plan
}

// ActionStanding is how far one action has come.
type ActionStanding struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	State State  `json:"state"`
	Note  string `json:"note,omitempty"` // what the state alone does not say
}

// StatusSchema is the version of a Standing.
const StatusSchema = "esaudit.status/v1"

// Status reads a journal, and asks nobody.
func Status(files Files, name string) (Standing, error) {
	j, err := openJournal(files, name)
	if err != nil {
		return Standing{}, err
	}
	s := Standing{Schema: StatusSchema, Account: j.plan.Account, Undone: j.undoing(), Actions: []ActionStanding{}}
	for _, e := range j.entries {
		if e.At != "" {
			s.At = e.At
		}
		s.Verified = e.What == verified
	}
	for _, a := range j.plan.Actions {
		s.Actions = append(s.Actions, ActionStanding{a.ID, a.Title, j.of(a.ID).state, j.note(a.ID)})
	}
	return s, nil
}

// note says of an action what its state alone does not.
func (j *journal) note(id string) string {
	note := ""
	for _, e := range j.entries {
		if e.Action != id {
			continue
		}
		switch {
		case e.What == intent && e.Undo:
			note = "it was being undone; `fix undo` finds out"
		case e.What == intent:
			note = "its call was about to be made; --resume or `fix undo` finds out"
		case e.What == refused:
			note = e.Why
		case e.Undo:
			note = "undone"
		default:
			note = ""
		}
	}
	return note
}

// PlanOf returns the plan of a journal.
func PlanOf(files Files, name string) (*Plan, error) {
	j, err := openJournal(files, name)
	if err != nil {
		return nil, err
	}
	return j.plan, nil
}
