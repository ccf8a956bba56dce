package verifier

import (
	"errors"
	"testing"
)

// Only canonical, complete tokens pass the form check, and none makes it panic.
func FuzzParseToken(f *testing.F) {
	const valid = "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImEifQ.e30.AAAA"
	for _, seed := range []string{"", "..", valid, valid + "=", "a.b.c.d", "eyJhbGciOiJub25lIn0.e30."} {
		f.Add(seed)
	}
	if _, err := parseToken(valid); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, token string) {
		parsed, err := parseToken(token)
		if err != nil && !errors.Is(err, ErrInvalidToken) {
			t.Fatal(err)
		}
		if err == nil && (parsed.kid == "" || parsed.Headers[0].Algorithm != "EdDSA") {
			t.Fatalf("%q: %+v", token, parsed.Headers)
		}
		if err == nil {
			if _, err := parsed.verify(make([]byte, 32), &Config{}); err == nil {
				t.Fatalf("%q has a valid signature", token)
			}
		}
	})
}
