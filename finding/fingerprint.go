package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Fingerprint is made of identity alone: the rule, the subject's ARN and, where
// these are not unique, what tells the finding or the evidence apart (a
// canonical CIDR, a pair, a port). Line, order, wording, severity and time are
// no part of it (CONTRACT 5). Different identities have different texts to
// hash, whatever characters they hold.
func Fingerprint(rule, arn string, identity ...string) string {
	parts := append([]string{"v1", rule, arn}, identity...)
	for i, part := range parts {
		parts[i] = strings.NewReplacer("\x00", "\x01\x30", "\x01", "\x01\x31").Replace(part)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
