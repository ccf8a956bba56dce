package jwt_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/jwt"
	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

var (
	config = jwt.Config{
		Issuer: "https://accounts.example.com", Audience: "siriusys", ClientID: "siriusys",
		Policy: domain.DefaultSigningKeyPolicy(), Now: func() time.Time { return now },
	}
	now    = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	claims = domain.AccessClaims{
		Caller: domain.Caller{UserID: domain.UserID{ID: domain.ID{1}}, SessionID: domain.SessionID{ID: domain.ID{2}}},
		ID:     domain.ID{3}.String(), IssuedAt: now, ExpiresAt: now.Add(5 * time.Minute),
	}
)

func newKey(t testing.TB) domain.SigningKey {
	t.Helper()
	k, err := jwt.NewKey(rand.Reader, now, now)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// newTokens returns tokens signed with the first key.
func newTokens(t testing.TB, keys ...domain.SigningKey) *jwt.AccessTokens {
	t.Helper()
	return openTokens(t, storeOf(t, keys...))
}

func openTokens(t testing.TB, keys ports.SigningKeys) *jwt.AccessTokens {
	t.Helper()
	c := config
	c.Keys = keys
	tokens, err := jwt.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// storeOf returns a store with keys, given in the order of All.
func storeOf(t testing.TB, keys ...domain.SigningKey) ports.SigningKeys {
	t.Helper()
	store, newest := memory.NewStore().SigningKeys(), ""
	for _, k := range slices.Backward(keys) {
		if err := store.Add(context.Background(), k, newest); err != nil {
			t.Fatal(err)
		}
		newest = k.ID
	}
	return store
}

func TestAccessTokens(t *testing.T) {
	t.Parallel()
	porttest.AccessTokens(t, newTokens(t, newKey(t)), newTokens(t, newKey(t)))
}

type object = map[string]any

// parts decodes a token's header and claims.
func parts(t *testing.T, token string) (header, payload object) {
	t.Helper()
	for i, into := range []*object{&header, &payload} {
		b, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, into); err != nil {
			t.Fatal(err)
		}
	}
	return header, payload
}

func TestATokenHasTheClaimsOfRFC9068(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	token, err := newTokens(t, key).Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	header, payload := parts(t, token)
	if len(header) != 3 || header["typ"] != "at+jwt" || header["alg"] != "EdDSA" || header["kid"] != key.ID {
		t.Errorf("header: %v", header)
	}
	want := object{
		"iss": config.Issuer, "sub": claims.UserID.String(), "client_id": config.ClientID, "sid": claims.SessionID.String(), "jti": claims.ID,
		"iat": float64(now.Unix()), "nbf": float64(now.Unix()), "exp": float64(claims.ExpiresAt.Unix()),
	}
	for name, value := range want {
		if payload[name] != value {
			t.Errorf("%s is %v, want %v", name, payload[name], value)
		}
	}
	if len(payload) != len(want)+1 { // and aud
		t.Errorf("claims: %v", payload)
	}
}

// signEdDSA signs a token with any header and claims.
func signEdDSA(t *testing.T, key domain.SigningKey, header, payload object) string {
	t.Helper()
	input := encode(t, header) + "." + encode(t, payload)
	return input + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(key.Seed), []byte(input)))
}

func encode(t *testing.T, o object) string {
	t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func with(o object, name string, value any) object {
	changed := maps.Clone(o)
	changed[name] = value
	if value == nil {
		delete(changed, name)
	}
	return changed
}

func TestTheClocksOfReplicasMayDiffer(t *testing.T) {
	t.Parallel()
	tokens := newTokens(t, newKey(t))
	token, err := tokens.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tokens.Verify(token, now.Add(-5*time.Second)); err != nil {
		t.Errorf("five seconds early: %v", err)
	}
	if _, err := tokens.Verify(token, claims.ExpiresAt); err == nil {
		t.Error("the clock skew extended the lifetime of the token")
	}
}

func FuzzVerify(f *testing.F) {
	tokens := newTokens(f, newKey(f))
	valid, err := tokens.Sign(claims)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{valid, "", "..", "a.b.c", valid[:len(valid)-4], strings.Replace(valid, ".", "..", 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		got, err := tokens.Verify(token, now)
		if (err == nil) != (token == valid) || err == nil && got != claims {
			t.Fatalf("%q: %+v, %v", token, got, err)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	tokens := newTokens(b, newKey(b))
	for b.Loop() {
		if _, err := tokens.Sign(claims); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify verifies a cached token and one that is not.
func BenchmarkVerify(b *testing.B) {
	tokens := newTokens(b, newKey(b))
	token, err := tokens.Sign(claims)
	if err != nil {
		b.Fatal(err)
	}
	verify := func(at time.Time) {
		if _, err := tokens.Verify(token, at); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("cached", func(b *testing.B) {
		for b.Loop() {
			verify(now)
		}
	})
	b.Run("first", func(b *testing.B) {
		at := now
		for b.Loop() {
			at = at.Add(-time.Microsecond) // before the cached time, so that the signature is checked
			verify(at)
		}
	})
}
