package jwt

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/domain"
)

var (
	checkedAt = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	good      = verified{kid: "known", at: checkedAt, claims: domain.AccessClaims{ID: "a", ExpiresAt: checkedAt.Add(5 * time.Minute)}}
)

func newCache(t *testing.T, size int, tokens ...string) verifiedTokens {
	t.Helper()
	v, err := newVerifiedTokens(size)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range tokens {
		v.add(sha256.Sum256([]byte(token)), good)
	}
	return v
}

// keysOf returns keys; the first one is active and the others are retired.
func keysOf(ids ...string) *keys {
	k := &keys{policy: domain.DefaultSigningKeyPolicy()}
	for _, id := range ids {
		k.all = append(k.all, domain.SigningKey{ID: id, ActiveAt: checkedAt.Add(-time.Hour)})
		k.private = append(k.private, make([]byte, 64))
	}
	return k
}

func TestACachedTokenIsValidatedAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		token string
		keys  *keys
		now   time.Time
		want  bool
	}{
		"immediately":            {"good", keysOf("known"), checkedAt, true},
		"just before it expires": {"good", keysOf("known"), good.claims.ExpiresAt.Add(-1), true},
		"expired":                {"good", keysOf("known"), good.claims.ExpiresAt, false},
		"its key was removed":    {"good", keysOf("other"), checkedAt, false},
		"the clock was set back": {"good", keysOf("known"), checkedAt.Add(-1), false},
		"another token":          {"gooe", keysOf("known"), checkedAt, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			claims, ok := newCache(t, 10, "good").find(sha256.Sum256([]byte(tt.token)), tt.keys, tt.now)
			if ok != tt.want || ok && claims != good.claims {
				t.Errorf("find returned %+v, %t; want %t", claims, ok, tt.want)
			}
		})
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	v := newCache(t, 2, "first", "second", "third")
	for token, want := range map[string]bool{"first": false, "second": true, "third": true} {
		if _, ok := v.find(sha256.Sum256([]byte(token)), keysOf("known"), checkedAt); ok != want {
			t.Errorf("the %s token: cached %t, want %t", token, ok, want)
		}
	}
}

func TestOnlyValidTokensAreCached(t *testing.T) {
	t.Parallel()
	key, err := NewKey(rand.Reader, checkedAt, checkedAt)
	if err != nil {
		t.Fatal(err)
	}
	keys := memory.NewStore().SigningKeys()
	if err := keys.Add(context.Background(), key, ""); err != nil {
		t.Fatal(err)
	}
	tokens, err := Open(context.Background(), Config{
		Issuer: "https://accounts.example.com", Audience: "siriusys", ClientID: "siriusys",
		Keys: keys, Policy: domain.DefaultSigningKeyPolicy(), Now: func() time.Time { return checkedAt },
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := tokens.Sign(domain.AccessClaims{ID: "a", IssuedAt: checkedAt, ExpiresAt: checkedAt.Add(time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tokens.Verify(token[:len(token)-2], checkedAt); err == nil || tokens.verified.byDigest.Len() != 0 {
		t.Errorf("an invalid token: %v, %d cached", err, tokens.verified.byDigest.Len())
	}
	first, err := tokens.Verify(token, checkedAt)
	if err != nil || tokens.verified.byDigest.Len() != 1 {
		t.Errorf("a valid token: %v, %d cached", err, tokens.verified.byDigest.Len())
	}
	if again, err := tokens.Verify(token, checkedAt); err != nil || again != first {
		t.Errorf("the second Verify returned %+v, %v; want %+v", again, err, first)
	}
}
