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

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// forger knows a good token and, where it helps, the key that signed it.
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

// signed is any header and payload, signed with a key.
func (f forger) signed(key ed25519.PrivateKey, header, payload string) string {
	input := f.input(header, payload)
	return input + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(input)))
}

// head is another header, tail another payload, signed with the service's own key.
func (f forger) head(name string, value any) string {
	return f.signed(f.private, f.text(with(f.header, name, value)), f.text(f.payload))
}

func (f forger) tail(name string, value any) string {
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

// forgeries are tokens that must all be refused. lure is an address that none of them may make the service call.
func (f forger) forgeries(good, lure string) map[string]string {
	f.t.Helper()
	_, strange, errEd := ed25519.GenerateKey(rand.Reader)
	rsaKey, errRSA := rsa.GenerateKey(rand.Reader, 2048)
	ecKey, errEC := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if errEd != nil || errRSA != nil || errEC != nil {
		f.t.Fatal(errEd, errRSA, errEC)
	}
	public := f.private.Public().(ed25519.PublicKey)
	jwk := m{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(strange.Public().(ed25519.PublicKey))}
	header, payload := f.text(f.header), f.text(f.payload)
	carrying := func(name string, value any) string {
		return f.signed(strange, f.text(with(f.header, name, value)), payload)
	}
	future := time.Now().Add(time.Minute).Unix()
	return map[string]string{
		"nothing": "", "no token": "x", "none": f.by("none", func([]byte) ([]byte, error) { return nil, nil }),
		"HS256 with the public key": f.by("HS256", hmacWith(public)),
		"HS256 with the key's text": f.by("HS256", hmacWith([]byte(base64.RawURLEncoding.EncodeToString(public)))),
		"RS256": f.by("RS256", func(b []byte) ([]byte, error) {
			return rsa.SignPKCS1v15(rand.Reader, rsaKey, stdcrypto.SHA256, digest(b))
		}),
		"ES256":  f.by("ES256", func(b []byte) ([]byte, error) { return ecKey.Sign(rand.Reader, digest(b), stdcrypto.SHA256) }),
		"no kid": f.head("kid", nil), "a foreign kid": f.head("kid", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		"a foreign key": f.signed(strange, header, payload), "a kid as a path": carrying("kid", "../../dev/null"), "a kid as an address": carrying("kid", lure),
		"jku": carrying("jku", lure), "jku, well signed": f.head("jku", lure), "jwk": carrying("jwk", jwk), "jwk, well signed": f.head("jwk", jwk),
		"x5u": carrying("x5u", lure), "x5u, well signed": f.head("x5u", lure), "x5c": carrying("x5c", []string{"MIIB"}), "x5c, well signed": f.head("x5c", []string{"MIIB"}),
		"crit": f.head("crit", []string{"exp"}), "an unknown crit": f.head("crit", []string{"x"}), "b64": f.head("b64", false), "zip": f.head("zip", "DEF"),
		"typ JWT": f.head("typ", "JWT"), "no typ": f.head("typ", nil), "typ of a logout token": f.head("typ", "logout+jwt"),
		"another aud": f.tail("aud", "other"), "a further aud": f.tail("aud", []string{"siriusys", "other"}), "no aud": f.tail("aud", nil),
		"another iss": f.tail("iss", "https://evil.example"), "no iss": f.tail("iss", nil), "no exp": f.tail("exp", nil),
		"expired": f.tail("exp", time.Now().Unix()-1), "future nbf": f.tail("nbf", future), "future iat": f.tail("iat", future), "no sub": f.tail("sub", nil),
		"alg twice":      f.signed(f.private, `{"alg":"none",`+header[1:], payload),
		"sub twice":      f.signed(f.private, header, `{"sub":"admin",`+payload[1:]),
		"trailing data":  f.signed(f.private, header, payload+"{}"),
		"trailing space": f.signed(f.private, header, payload+"\n"),
		"leading space":  f.signed(f.private, "\t"+header, payload),
		"padded":         good + "=", "a line break within": good[:20] + "%0A" + good[20:], "a space within": good[:20] + " " + good[20:],
		"two tokens": good + "." + good, "cut off": good[:len(good)-4], "unsigned": good[:strings.LastIndex(good, ".")+1],
	}
}

func TestForgedAccessTokensAreRefusedWithoutACall(t *testing.T) {
	t.Parallel()
	called := make(chan struct{}, 100)
	lure := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called <- struct{}{} }))
	t.Cleanup(lure.Close)
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	keyset := devKeyset(t)
	s := startOn(t, pgtest.New(t), keyset, inbox)
	good := s.user(t, "ada@example.com").AccessToken
	store, err := postgres.Open(context.Background(), s.databaseURL, keyset.Sealer())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	keys, err := store.SigningKeys().All(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	f := newForger(t, good, keys[0].Seed)
	s.me(t, f.signed(f.private, f.text(f.header), f.text(f.payload))).want(t, http.StatusOK) // the forger's tools work
	for name, token := range f.forgeries(good, lure.URL) {
		a := s.me(t, token)
		if a.status != http.StatusUnauthorized || a.problem(t).Code != "invalid_access_token" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	s.me(t, good).want(t, http.StatusOK)
	if len(called) > 0 {
		t.Errorf("%d calls went out", len(called))
	}
}
