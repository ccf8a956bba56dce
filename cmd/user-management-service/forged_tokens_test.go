package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	stdcrypto "crypto"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// forger makes tokens from a valid one, and from the key that signed it.
type forger struct {
	t       *testing.T
	header  m
	payload m
	private ed25519.PrivateKey
}

func newForger(t *testing.T, token string, seed []byte) forger {
	t.Helper()
	f := forger{t: t, private: ed25519.NewKeyFromSeed(seed)}
	for i, into := range []*m{&f.header, &f.payload} {
		b, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, into); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func with(o m, name string, value any) m {
	changed := maps.Clone(o)
	changed[name] = value
	if value == nil {
		delete(changed, name)
	}
	return changed
}

func (f forger) text(o m) string {
	f.t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		f.t.Fatal(err)
	}
	return string(b)
}

func (f forger) input(header, payload string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
}

// signed is a token with any header and payload, signed with a key.
func (f forger) signed(key ed25519.PrivateKey, header, payload string) string {
	input := f.input(header, payload)
	return input + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(input)))
}

// withHeader is a token with one header parameter changed, signed with the service's own key.
func (f forger) withHeader(name string, value any) string {
	return f.signed(f.private, f.text(with(f.header, name, value)), f.text(f.payload))
}

// withClaim is a token with one claim changed, signed with the service's own key.
func (f forger) withClaim(name string, value any) string {
	return f.signed(f.private, f.text(f.header), f.text(with(f.payload, name, value)))
}

// by is a token of another algorithm.
func (f forger) by(alg string, sign func(input []byte) ([]byte, error)) string {
	f.t.Helper()
	input := f.input(f.text(with(f.header, "alg", alg)), f.text(f.payload))
	signature, err := sign([]byte(input))
	if err != nil {
		f.t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func digest(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}

func hmacWith(key []byte) func([]byte) ([]byte, error) {
	return func(input []byte) ([]byte, error) {
		h := hmac.New(sha256.New, key)
		h.Write(input)
		return h.Sum(nil), nil
	}
}

// forgeries are tokens that must all be refused. lure is a URL that none of them may make the service call.
func (f forger) forgeries(good, lure string) map[string]string {
	f.t.Helper()
	all := map[string]string{}
	for _, some := range []map[string]string{f.algorithms(), f.headers(lure), f.claims(), f.encodings(good)} {
		maps.Copy(all, some)
	}
	return all
}

// algorithms are tokens of other algorithms.
func (f forger) algorithms() map[string]string {
	f.t.Helper()
	rsaKey, errRSA := rsa.GenerateKey(rand.Reader, 2048)
	ecKey, errEC := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if errRSA != nil || errEC != nil {
		f.t.Fatal(errRSA, errEC)
	}
	public := f.private.Public().(ed25519.PublicKey)
	return map[string]string{
		"none":                      f.by("none", func([]byte) ([]byte, error) { return nil, nil }),
		"HS256 with the public key": f.by("HS256", hmacWith(public)),
		"HS256 with the key's text": f.by("HS256", hmacWith([]byte(base64.RawURLEncoding.EncodeToString(public)))),
		"RS256": f.by("RS256", func(b []byte) ([]byte, error) {
			return rsa.SignPKCS1v15(rand.Reader, rsaKey, stdcrypto.SHA256, digest(b))
		}),
		"ES256": f.by("ES256", func(b []byte) ([]byte, error) { return ecKey.Sign(rand.Reader, digest(b), stdcrypto.SHA256) }),
	}
}

// headers are tokens with other header parameters, or of another key.
func (f forger) headers(lure string) map[string]string {
	f.t.Helper()
	_, otherKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	jwk := m{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(otherKey.Public().(ed25519.PublicKey))}
	payload := f.text(f.payload)
	carrying := func(name string, value any) string {
		return f.signed(otherKey, f.text(with(f.header, name, value)), payload)
	}
	return map[string]string{
		"no kid":          f.withHeader("kid", nil),
		"an unknown kid":  f.withHeader("kid", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		"another key":     f.signed(otherKey, f.text(f.header), payload),
		"a path as kid":   carrying("kid", "../../dev/null"),
		"a URL as kid":    carrying("kid", lure),
		"jku":             carrying("jku", lure),
		"jku, own key":    f.withHeader("jku", lure),
		"jwk":             carrying("jwk", jwk),
		"jwk, own key":    f.withHeader("jwk", jwk),
		"x5u":             carrying("x5u", lure),
		"x5u, own key":    f.withHeader("x5u", lure),
		"x5c":             carrying("x5c", []string{"MIIB"}),
		"x5c, own key":    f.withHeader("x5c", []string{"MIIB"}),
		"crit":            f.withHeader("crit", []string{"exp"}),
		"an unknown crit": f.withHeader("crit", []string{"x"}),
		"b64":             f.withHeader("b64", false),
		"zip":             f.withHeader("zip", "DEF"),
		"typ JWT":         f.withHeader("typ", "JWT"),
		"no typ":          f.withHeader("typ", nil),
		"a logout token":  f.withHeader("typ", "logout+jwt"),
	}
}

// claims are tokens with other claims.
func (f forger) claims() map[string]string {
	f.t.Helper()
	future := time.Now().Add(time.Minute).Unix()
	return map[string]string{
		"another aud":       f.withClaim("aud", "other"),
		"an additional aud": f.withClaim("aud", []string{"siriusys", "other"}),
		"no aud":            f.withClaim("aud", nil),
		"another iss":       f.withClaim("iss", "https://evil.example"),
		"no iss":            f.withClaim("iss", nil),
		"no exp":            f.withClaim("exp", nil),
		"expired":           f.withClaim("exp", time.Now().Unix()-1),
		"future nbf":        f.withClaim("nbf", future),
		"future iat":        f.withClaim("iat", future),
		"no sub":            f.withClaim("sub", nil),
	}
}

// encodings are the valid token in other JSON or text, and what is no token.
func (f forger) encodings(good string) map[string]string {
	f.t.Helper()
	header, payload := f.text(f.header), f.text(f.payload)
	return map[string]string{
		"no token":           "",
		"not a JWT":          "x",
		"repeated alg":       f.signed(f.private, `{"alg":"none",`+header[1:], payload),
		"repeated sub":       f.signed(f.private, header, `{"sub":"admin",`+payload[1:]),
		"trailing data":      f.signed(f.private, header, payload+"{}"),
		"trailing space":     f.signed(f.private, header, payload+"\n"),
		"leading space":      f.signed(f.private, "\t"+header, payload),
		"padded":             good + "=",
		"a line break in it": good[:20] + "%0A" + good[20:],
		"a space in it":      good[:20] + " " + good[20:],
		"two tokens":         good + "." + good,
		"truncated":          good[:len(good)-4],
		"unsigned":           good[:strings.LastIndex(good, ".")+1],
	}
}

func TestForgedAccessTokensAreRefusedWithoutAnOutboundRequest(t *testing.T) {
	t.Parallel()
	called := make(chan struct{}, 100)
	lure := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called <- struct{}{} }))
	t.Cleanup(lure.Close)
	inbox := newInbox(t)
	keyset := devKeyset(t)
	s := startOn(t, pgtest.New(t), keyset, inbox)
	good := s.user(t, "ada@example.com").AccessToken
	store, err := postgres.Open(context.Background(), s.databaseURL, keyset.Sealer(), postgres.WithConnectionTimeout(waitLimit))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	keys, err := store.SigningKeys().List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	f := newForger(t, good, keys[0].Seed)
	s.me(t, f.signed(f.private, f.text(f.header), f.text(f.payload))).want(t, http.StatusOK) // the forger can make a valid token
	for name, token := range f.forgeries(good, lure.URL) {
		a := s.me(t, token)
		if a.status != http.StatusUnauthorized || a.problem(t).Code != "invalid_access_token" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	s.me(t, good).want(t, http.StatusOK)
	if len(called) > 0 {
		t.Errorf("%d outbound requests", len(called))
	}
}
