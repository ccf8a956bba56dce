package jwt_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/jwt"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports/porttest"
)

var (
	config = jwt.Config{Issuer: "https://accounts.example.com", Audience: "siriusys", ClientID: "siriusys"}
	now    = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	claims = domain.AccessClaims{
		Caller: domain.Caller{UserID: domain.UserID{ID: domain.ID{1}}, SessionID: domain.SessionID{ID: domain.ID{2}}},
		ID:     domain.ID{3}.String(), IssuedAt: now, ExpiresAt: now.Add(5 * time.Minute),
	}
)

func newKey(t testing.TB) domain.SigningKey {
	t.Helper()
	k, err := jwt.NewKey(rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newTokens(t testing.TB, keys ...domain.SigningKey) *jwt.AccessTokens {
	t.Helper()
	tokens, err := jwt.New(config, keys)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func TestAccessTokens(t *testing.T) {
	t.Parallel()
	porttest.AccessTokens(t, newTokens(t, newKey(t)), newTokens(t, newKey(t)))
}

type object = map[string]any

// parts are a token's header and claims, as anybody can read them.
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

func TestATokenSaysWhatRFC9068Asks(t *testing.T) {
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
			t.Errorf("%s is %v instead of %v", name, payload[name], value)
		}
	}
	if len(payload) != len(want)+1 { // and aud
		t.Errorf("claims: %v", payload)
	}
}

// signEdDSA makes a token of any header and claims.
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

func TestForgeriesAreRefusedWithoutACall(t *testing.T) {
	t.Parallel()
	called := make(chan struct{}, 100)
	lure := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called <- struct{}{} }))
	t.Cleanup(lure.Close)
	key, strange := newKey(t), newKey(t)
	tokens := newTokens(t, key)
	good, err := tokens.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	header, payload := parts(t, good)
	if _, err := tokens.Verify(signEdDSA(t, key, header, payload), now); err != nil {
		t.Fatalf("the forger's tools do not even make a good token: %v", err)
	}
	public := ed25519.NewKeyFromSeed(key.Seed).Public().(ed25519.PublicKey)
	strangePublic := base64.RawURLEncoding.EncodeToString(ed25519.NewKeyFromSeed(strange.Seed).Public().(ed25519.PublicKey))
	input := func(h object) string { return encode(t, h) + "." + encode(t, payload) }

	forgeries := map[string]string{
		"alg none":                      input(with(header, "alg", "none")) + ".",
		"alg none, signed":              signEdDSA(t, key, with(header, "alg", "none"), payload),
		"HMAC with the public key":      signHMAC(input(with(header, "alg", "HS256")), public),
		"ES256":                         signES256(t, input(with(header, "alg", "ES256"))),
		"alg in lower case":             signEdDSA(t, key, with(header, "alg", "eddsa"), payload),
		"a strange key":                 signEdDSA(t, strange, header, payload),
		"a strange key, named":          signEdDSA(t, strange, with(header, "kid", strange.ID), payload),
		"no kid":                        signEdDSA(t, key, with(header, "kid", nil), payload),
		"kid as a path":                 signEdDSA(t, strange, with(header, "kid", "../../dev/null"), payload),
		"a key in the header":           signEdDSA(t, strange, with(header, "jwk", object{"kty": "OKP", "crv": "Ed25519", "x": strangePublic}), payload),
		"an address of keys":            signEdDSA(t, strange, with(header, "jku", lure.URL), payload),
		"an address of keys, well made": signEdDSA(t, key, with(header, "jku", lure.URL), payload),
		"an address of a certificate":   signEdDSA(t, strange, with(header, "x5u", lure.URL), payload),
		"crit":                          signEdDSA(t, key, with(header, "crit", []string{"exp"}), payload),
		"b64 false":                     signEdDSA(t, key, with(header, "b64", false), payload),
		"an ID token":                   signEdDSA(t, key, with(header, "typ", "JWT"), payload),
		"no typ":                        signEdDSA(t, key, with(header, "typ", nil), payload),
		"another issuer":                signEdDSA(t, key, header, with(payload, "iss", "https://evil.example")),
		"another audience":              signEdDSA(t, key, header, with(payload, "aud", "other")),
		"expired":                       signEdDSA(t, key, header, with(payload, "exp", now.Unix())),
		"not yet":                       signEdDSA(t, key, header, with(payload, "nbf", now.Add(time.Minute).Unix())),
		"issued in the future":          signEdDSA(t, key, header, with(payload, "iat", now.Add(time.Minute).Unix())),
		"sub is no user":                signEdDSA(t, key, header, with(payload, "sub", "admin")),
		"sid is no session":             signEdDSA(t, key, header, with(payload, "sid", 7)),
		"too long":                      signEdDSA(t, key, header, with(payload, "x", strings.Repeat("x", 5000))),
		"padded":                        good + "=",
		"with a line break":             good[:20] + "\n" + good[20:],
		"two tokens":                    good + "." + good,
		"JSON serialisation":            `{"payload":"` + strings.Split(good, ".")[1] + `"}`,
	}
	for _, claim := range []string{"iss", "aud", "sub", "client_id", "sid", "jti", "iat", "nbf", "exp"} {
		forgeries["without "+claim] = signEdDSA(t, key, header, with(payload, claim, nil))
	}
	for name, token := range forgeries {
		if _, err := tokens.Verify(token, now); !errors.Is(err, domain.ErrInvalidAccessToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(called) > 0 {
		t.Errorf("%d calls went out", len(called))
	}
}

func signHMAC(input string, key []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func signES256(t *testing.T, input string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(input))
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func TestReplicasClocksMayDifferALittle(t *testing.T) {
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
		t.Error("the difference made the token live longer")
	}
}

func TestKeysCanBeReplacedWhileOldTokensLive(t *testing.T) {
	t.Parallel()
	first, second := newKey(t), newKey(t)
	tokens := newTokens(t, first)
	old, err := tokens.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	if err := tokens.Use([]domain.SigningKey{second, first}); err != nil {
		t.Fatal(err)
	}
	fresh, err := tokens.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	if header, _ := parts(t, fresh); header["kid"] != second.ID {
		t.Errorf("signed with %v", header["kid"])
	}
	for _, token := range []string{old, fresh} {
		if _, err := tokens.Verify(token, now); err != nil {
			t.Error(err)
		}
	}
	if err := tokens.Use([]domain.SigningKey{second}); err != nil {
		t.Fatal(err)
	}
	if _, err := tokens.Verify(old, now); err == nil {
		t.Error("a token of a dropped key is accepted")
	}
	if err := tokens.Use(nil); err == nil {
		t.Error("no key at all was accepted")
	}
}

func FuzzVerify(f *testing.F) {
	tokens := newTokens(f, newKey(f))
	good, err := tokens.Sign(claims)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{good, "", "..", "a.b.c", good[:len(good)-4], strings.Replace(good, ".", "..", 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		got, err := tokens.Verify(token, now)
		if (err == nil) != (token == good) || err == nil && got != claims {
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

func BenchmarkVerify(b *testing.B) {
	tokens := newTokens(b, newKey(b))
	token, err := tokens.Sign(claims)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := tokens.Verify(token, now); err != nil {
			b.Fatal(err)
		}
	}
}
