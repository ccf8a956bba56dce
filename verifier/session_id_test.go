package verifier

import (
	"testing"
)

func TestSessionIDsAreCanonicalUUIDs(t *testing.T) {
	t.Parallel()
	const good = "0198f3c2-7a52-7d10-8c11-2b9e5a0c7d42"
	if id, err := parseSessionID(good); err != nil || id[0] != 0x01 || id[15] != 0x42 {
		t.Errorf("%x, %v", id, err)
	}
	for _, bad := range []string{
		"", good[:35], good + "0", "0198F3C2-7a52-7d10-8c11-2b9e5a0c7d42", "0198f3c2-7a52-7d10-8c112-b9e5a0c7d42",
		"{" + good[1:], "g198f3c2-7a52-7d10-8c11-2b9e5a0c7d42", "0198f3c2-7a52-7d10-8c11-2b9e5a0c7d-2",
	} {
		if _, err := parseSessionID(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
