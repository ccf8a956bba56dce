package porttest

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// PasswordHasher checks the contract of ports.PasswordHasher. stale makes hashes that hasher should want to replace.
func PasswordHasher(t *testing.T, hasher, stale ports.PasswordHasher) {
	t.Helper()
	ctx := context.Background()
	right, wrong := password(t, "correct horse battery staple"), password(t, "correct horse battery stable")
	hash := func(t *testing.T, by ports.PasswordHasher) domain.PasswordHash {
		t.Helper()
		h, err := by.Hash(ctx, right)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	check := func(t *testing.T, p domain.Password, h domain.PasswordHash, want ports.Match) {
		t.Helper()
		got, err := hasher.Verify(ctx, p, h)
		if err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	t.Run("the password of a hash matches and no other", func(t *testing.T) {
		t.Parallel()
		h := hash(t, hasher)
		check(t, right, h, ports.Match{OK: true})
		check(t, wrong, h, ports.Match{})
	})
	t.Run("two hashes of one password differ", func(t *testing.T) {
		t.Parallel()
		first, second := hash(t, hasher), hash(t, hasher)
		if first == second {
			t.Error("they are the same")
		}
	})
	t.Run("a hash made with other parameters matches and is stale", func(t *testing.T) {
		t.Parallel()
		h := hash(t, stale)
		check(t, right, h, ports.Match{OK: true, Stale: true})
		check(t, wrong, h, ports.Match{})
	})
	t.Run("the zero hash matches nothing", func(t *testing.T) {
		t.Parallel()
		check(t, right, "", ports.Match{})
		check(t, domain.Password{}, "", ports.Match{})
	})
	t.Run("a hash that cannot be read is an error that does not show it", func(t *testing.T) {
		t.Parallel()
		_, err := hasher.Verify(ctx, right, "$nothing$known")
		if err == nil || bytes.Contains([]byte(err.Error()), []byte("known")) {
			t.Errorf("%v", err)
		}
	})
	t.Run("an ended context is its error", func(t *testing.T) {
		t.Parallel()
		ended, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := hasher.Hash(ended, right); !errors.Is(err, context.Canceled) {
			t.Errorf("Hash: %v", err)
		}
		if _, err := hasher.Verify(ended, right, ""); !errors.Is(err, context.Canceled) {
			t.Errorf("Verify: %v", err)
		}
	})
}

func password(t *testing.T, clear string) domain.Password {
	t.Helper()
	p, err := domain.ParsePassword(clear)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// AccessTokens checks the contract of ports.AccessTokens. foreign signs for another service.
func AccessTokens(t *testing.T, tokens, foreign ports.AccessTokens) {
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
	t.Run("a token gives back what it was signed for, until it expires", func(t *testing.T) {
		t.Parallel()
		token := sign(t, tokens)
		for _, at := range []time.Time{now, claims.ExpiresAt.Add(-time.Second)} {
			got, err := tokens.Verify(token, at)
			if err != nil || got != claims {
				t.Errorf("at %v: %v, %+v instead of %+v", at, err, got, claims)
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
			"expired":              {token, claims.ExpiresAt},
			"from the future":      {token, now.Add(-time.Minute)},
			"of another service":   {sign(t, foreign), now},
			"empty":                {"", now},
			"cut off":              {token[:len(token)-2], now},
			"with something added": {token + "AA", now},
			"with a space":         {token + " ", now},
		}
		for name, b := range bad {
			if got, err := tokens.Verify(b.token, b.at); !errors.Is(err, domain.ErrInvalidAccessToken) || got != (domain.AccessClaims{}) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
	})
	t.Run("the public keys are a JWK Set without a private part", func(t *testing.T) {
		t.Parallel()
		set, err := tokens.PublicKeys()
		if err != nil || !bytes.Contains(set, []byte(`"keys":[`)) || bytes.Contains(set, []byte(`"d":`)) {
			t.Errorf("%s, %v", set, err)
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
	t.Run("what was sealed opens in its context", func(t *testing.T) {
		t.Parallel()
		if got, err := sealer.Open(sealed, "column:1"); err != nil || !bytes.Equal(got, plaintext) {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("nothing of it shows, and two sealings differ", func(t *testing.T) {
		t.Parallel()
		again, err := sealer.Seal(plaintext, "column:1")
		if err != nil || bytes.Equal(again, sealed) || bytes.Contains(sealed, plaintext[:4]) {
			t.Errorf("%q, %q, %v", sealed, again, err)
		}
	})
	t.Run("what was changed, moved or sealed by others is ErrUnsealable", func(t *testing.T) {
		t.Parallel()
		for i := range sealed {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1
			if _, err := sealer.Open(changed, "column:1"); !errors.Is(err, ports.ErrUnsealable) {
				t.Errorf("byte %d changed: %v", i, err)
			}
		}
		for _, context := range []string{"column:2", "column:", "", "column:11"} {
			if _, err := sealer.Open(sealed, context); !errors.Is(err, ports.ErrUnsealable) {
				t.Errorf("in context %q: %v", context, err)
			}
		}
		if _, err := other.Open(sealed, "column:1"); !errors.Is(err, ports.ErrUnsealable) {
			t.Errorf("by others: %v", err)
		}
		if _, err := sealer.Open(nil, "column:1"); !errors.Is(err, ports.ErrUnsealable) {
			t.Errorf("nothing: %v", err)
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
	t.Run("the same purpose and message have the same tag, which verifies", func(t *testing.T) {
		t.Parallel()
		first, second := tag(t, mac, "a", "message"), tag(t, mac, "a", "message")
		if !bytes.Equal(first, second) || !mac.Verify("a", []byte("message"), first) {
			t.Errorf("%x, %x", first, second)
		}
	})
	t.Run("the tags under all keys begin with the current key's, and each verifies", func(t *testing.T) {
		t.Parallel()
		current := tag(t, mac, "a", "message")
		tags, err := mac.Tags("a", []byte("message"))
		if err != nil || len(tags) == 0 || !bytes.Equal(tags[0], current) {
			t.Fatalf("%x, %v", tags, err)
		}
		for i, each := range tags {
			if !mac.Verify("a", []byte("message"), each) || i > 0 && bytes.Equal(each, current) {
				t.Errorf("tag %d: %x", i, each)
			}
		}
	})
	t.Run("another purpose, message, key or tag does not verify", func(t *testing.T) {
		t.Parallel()
		good := tag(t, mac, "ab", "c")
		if mac.Verify("a", []byte("bc"), good) || mac.Verify("abc", nil, good) || mac.Verify("ab", []byte("d"), good) {
			t.Error("the tag of one purpose and message verifies for others")
		}
		if other.Verify("ab", []byte("c"), good) || mac.Verify("ab", []byte("c"), good[:len(good)-1]) || mac.Verify("ab", []byte("c"), nil) {
			t.Error("a tag of other keys, or a part of one, verifies")
		}
	})
}
