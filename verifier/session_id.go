package verifier

import (
	"encoding/hex"
	"errors"
)

// sessionID is a UUID in binary form, a third of its text: revocations are kept by it.
type sessionID [16]byte

var errSessionID = errors.New("not a UUID in its canonical form")

// parseSessionID reads the canonical form of a UUID (RFC 9562, section 4), in lower case.
func parseSessionID(s string) (id sessionID, err error) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, errSessionID
	}
	var digits [32]byte
	n := 0
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			continue
		}
		if c := s[i]; c >= 'A' && c <= 'F' {
			return id, errSessionID
		}
		digits[n] = s[i]
		n++
	}
	if _, err := hex.Decode(id[:], digits[:]); err != nil {
		return sessionID{}, errSessionID
	}
	return id, nil
}
