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
	text := append(make([]byte, 0, 256), "v1"...)
	text = appendPart(text, rule)
	text = appendPart(text, arn)
	for _, part := range identity {
		text = appendPart(text, part)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// appendPart appends a part after its separator, which no part holds then.
func appendPart(text []byte, part string) []byte {
	text = append(text, 0)
	if strings.ContainsAny(part, "\x00\x01") {
		part = strings.NewReplacer("\x00", "\x01\x30", "\x01", "\x01\x31").Replace(part)
	}
	return append(text, part...)
}
