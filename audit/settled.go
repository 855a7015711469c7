package audit

import (
	"encoding/binary"

	"esaudit/finding"
)

// settlements say which rules a subject passes in a lean audit, and which do not apply to
// it: what is not among the results. Of all for whom the same is settled it is the same text.
type settlements string

// appendSettled appends what a rule says, which is told by its number among those that are
// applied, to what becomes settlements.
func appendSettled(b []byte, rule int, status finding.Status) []byte {
	return binary.AppendUvarint(b, uint64(rule)<<statusBits|uint64(status))
}

const statusBits = 3

// each visits them, as long as they are about the first of so many rules: then ok is true.
func (s settlements) each(rules int, visit func(rule int, status finding.Status)) (ok bool) {
	for text := string(s); text != ""; {
		n, size := binary.Uvarint([]byte(text[:min(len(text), binary.MaxVarintLen64)]))
		rule, status := n>>statusBits, finding.Status(n&(1<<statusBits-1))
		if size <= 0 || rule >= uint64(rules) || status != finding.Pass && status != finding.NA {
			return false
		}
		visit(int(rule), status)
		text = text[size:]
	}
	return true
}

// settledOf is how many subjects of an owner have the same settlements.
type settledOf struct {
	settlements
	owner string
}

// countAll counts what is settled of subjects by rules. tag names owners; "" for none.
func (v *verdicts) countAll(subjects []*subject, rules []finding.Rule, tag string) {
	alike := map[settledOf]int{}
	for _, x := range subjects {
		same := settledOf{settlements: x.settled}
		if tag != "" {
			same.owner = x.Tags[tag]
		}
		alike[same]++
	}
	v.counted = map[tally]int{}
	for same, n := range alike {
		same.each(len(rules), func(rule int, status finding.Status) {
			v.counted[tally{rules[rule].ID, status, same.owner}] += n
		})
	}
}
