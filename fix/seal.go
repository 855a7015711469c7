package fix

import (
	"encoding/json"
	"fmt"
)

// sealOf is what an action is recognised by once it stands in a file: the digest
// of everything it says but the seal. It shows what was edited by hand or by
// mistake; whoever can write a plan's file can make a plan.
func sealOf(a Action) (string, error) {
	a.Seal = ""
	text, err := json.Marshal(a)
	if err != nil {
		return "", fmt.Errorf("seal action %s: %w", a.ID, err)
	}
	return Digest(text, false)
}

// intact refuses an action that is not what fix plan wrote: another call, another
// value, a risk that is no longer named.
func (a Action) intact() error {
	seal, err := sealOf(a)
	if err != nil {
		return err
	}
	if seal != a.Seal {
		return fmt.Errorf("action %s was edited after it was planned; make the plan again", a.ID)
	}
	return nil
}
