package porttest

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// AccessTokens checks the contract of ports.AccessTokens. other signs for another service.
func AccessTokens(t *testing.T, tokens, other ports.AccessTokens) {
	t.Helper()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	claims := domain.AccessClaims{
		Caller: domain.Caller{UserID: domain.UserID{ID: domain.ID{1}}, SessionID: domain.SessionID{ID: domain.ID{2}}},
		ID:     domain.ID{3}.String(), IssuedAt: now, ExpiresAt: now.Add(5 * time.Minute),
	}
	sign := func(t *testing.T, by ports.AccessTokens) string {
		t.Helper()
		token, err := by.Sign(claims)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	t.Run("Verify returns the claims that a token was signed for, until it expires", func(t *testing.T) {
		t.Parallel()
		token := sign(t, tokens)
		for _, at := range []time.Time{now, claims.ExpiresAt.Add(-time.Second)} {
			got, err := tokens.Verify(token, at)
			if err != nil || got != claims {
				t.Errorf("at %v: %+v, %v; want %+v", at, got, err, claims)
			}
		}
	})
	t.Run("every other token is ErrInvalidAccessToken", func(t *testing.T) {
		t.Parallel()
		token := sign(t, tokens)
		bad := map[string]struct {
			token string
			at    time.Time
		}{
			"expired":               {token, claims.ExpiresAt},
			"from the future":       {token, now.Add(-time.Minute)},
			"of another service":    {sign(t, other), now},
			"empty":                 {"", now},
			"truncated":             {token[:len(token)-2], now},
			"with characters added": {token + "AA", now},
			"with a space":          {token + " ", now},
		}
		for name, b := range bad {
			got, err := tokens.Verify(b.token, b.at)
			if !errors.Is(err, domain.ErrInvalidAccessToken) || got != (domain.AccessClaims{}) {
				t.Errorf("%s: %+v, %v; want no claims and ErrInvalidAccessToken", name, got, err)
			}
		}
	})
	t.Run("the public keys are a JWK Set without private keys", func(t *testing.T) {
		t.Parallel()
		set, err := tokens.ReadPublicKeys()
		if err != nil || !bytes.Contains(set, []byte(`"keys":[`)) || bytes.Contains(set, []byte(`"d":`)) {
			t.Errorf("ReadPublicKeys = %s, %v", set, err)
		}
	})
}

// Sealer checks the contract of ports.Sealer. other has other keys.
func Sealer(t *testing.T, sealer, other ports.Sealer) {
	t.Helper()
	plaintext := []byte("ada@example.com")
	sealed, err := sealer.Seal(plaintext, "column:1")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("a sealed value opens in its context", func(t *testing.T) {
		t.Parallel()
		if got, err := sealer.Open(sealed, "column:1"); err != nil || !bytes.Equal(got, plaintext) {
			t.Errorf("Open = %q, %v; want %q", got, err, plaintext)
		}
	})
	t.Run("a sealed value does not contain the plaintext, and two of them differ", func(t *testing.T) {
		t.Parallel()
		again, err := sealer.Seal(plaintext, "column:1")
		if err != nil || bytes.Equal(again, sealed) || bytes.Contains(sealed, plaintext[:4]) {
			t.Errorf("sealed %q, then %q, %v", sealed, again, err)
		}
	})
	t.Run("a value that was changed, or sealed in another context or with another key, is ErrCannotOpen", func(t *testing.T) {
		t.Parallel()
		for i := range sealed {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1
			if _, err := sealer.Open(changed, "column:1"); !errors.Is(err, ports.ErrCannotOpen) {
				t.Errorf("with byte %d changed: %v", i, err)
			}
		}
		for _, context := range []string{"column:2", "column:", "", "column:11"} {
			if _, err := sealer.Open(sealed, context); !errors.Is(err, ports.ErrCannotOpen) {
				t.Errorf("in context %q: %v", context, err)
			}
		}
		if _, err := other.Open(sealed, "column:1"); !errors.Is(err, ports.ErrCannotOpen) {
			t.Errorf("with another key: %v", err)
		}
		if _, err := sealer.Open(nil, "column:1"); !errors.Is(err, ports.ErrCannotOpen) {
			t.Errorf("an empty value: %v", err)
		}
	})
}

// MAC checks the contract of ports.MAC. other has other keys.
func MAC(t *testing.T, mac, other ports.MAC) {
	t.Helper()
	tag := func(t *testing.T, by ports.MAC, purpose, message string) []byte {
		t.Helper()
		b, err := by.Tag(purpose, []byte(message))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	t.Run("the same purpose and message have the same tag, and it is valid", func(t *testing.T) {
		t.Parallel()
		first, second := tag(t, mac, "a", "message"), tag(t, mac, "a", "message")
		if !bytes.Equal(first, second) || !mac.Verify("a", []byte("message"), first) {
			t.Errorf("the tags are %x and %x, want one valid tag", first, second)
		}
	})
	t.Run("Tags returns the primary key's tag first, and each tag is valid", func(t *testing.T) {
		t.Parallel()
		primary := tag(t, mac, "a", "message")
		tags, err := mac.Tags("a", []byte("message"))
		if err != nil || len(tags) == 0 || !bytes.Equal(tags[0], primary) {
			t.Fatalf("Tags = %x, %v; want %x first", tags, err, primary)
		}
		for i, each := range tags {
			if !mac.Verify("a", []byte("message"), each) || i > 0 && bytes.Equal(each, primary) {
				t.Errorf("tag %d is invalid or repeated: %x", i, each)
			}
		}
	})
	t.Run("a tag is not valid for another purpose, message or key, and neither is a part of it", func(t *testing.T) {
		t.Parallel()
		good := tag(t, mac, "ab", "c")
		if mac.Verify("a", []byte("bc"), good) || mac.Verify("abc", nil, good) || mac.Verify("ab", []byte("d"), good) {
			t.Error("the tag is valid for another purpose or message")
		}
		if other.Verify("ab", []byte("c"), good) {
			t.Error("the tag is valid under another key")
		}
		if mac.Verify("ab", []byte("c"), good[:len(good)-1]) || mac.Verify("ab", []byte("c"), nil) {
			t.Error("a part of the tag is valid")
		}
	})
}
