package jwt_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

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
		"HMAC with the JWK":             signHMAC(input(with(header, "alg", "HS256")), publicJWK(t, tokens.PublicKeys)),
		"ES256":                         signES256(t, input(with(header, "alg", "ES256"))),
		"RS256":                         signRS256(t, input(with(header, "alg", "RS256"))),
		"alg in lower case":             signEdDSA(t, key, with(header, "alg", "eddsa"), payload),
		"a strange key":                 signEdDSA(t, strange, header, payload),
		"a strange key, named":          signEdDSA(t, strange, with(header, "kid", strange.ID), payload),
		"no kid":                        signEdDSA(t, key, with(header, "kid", nil), payload),
		"kid as a path":                 signEdDSA(t, strange, with(header, "kid", "../../dev/null"), payload),
		"a key in the header":           signEdDSA(t, strange, with(header, "jwk", object{"kty": "OKP", "crv": "Ed25519", "x": strangePublic}), payload),
		"a key in the header, its own":  signEdDSA(t, key, with(header, "jwk", object{"kty": "OKP", "crv": "Ed25519", "x": strangePublic}), payload),
		"a certificate":                 signEdDSA(t, strange, with(header, "x5c", []string{"MIIB"}), payload),
		"a certificate's thumbprint":    signEdDSA(t, key, with(header, "x5t#S256", strange.ID), payload),
		"an address of keys":            signEdDSA(t, strange, with(header, "jku", lure.URL), payload),
		"an address of keys, well made": signEdDSA(t, key, with(header, "jku", lure.URL), payload),
		"an address of a certificate":   signEdDSA(t, strange, with(header, "x5u", lure.URL), payload),
		"crit":                          signEdDSA(t, key, with(header, "crit", []string{"exp"}), payload),
		"b64 false":                     signEdDSA(t, key, with(header, "b64", false), payload),
		"an ID token":                   signEdDSA(t, key, with(header, "typ", "JWT"), payload),
		"no typ":                        signEdDSA(t, key, with(header, "typ", nil), payload),
		"another issuer":                signEdDSA(t, key, header, with(payload, "iss", "https://evil.example")),
		"another audience":              signEdDSA(t, key, header, with(payload, "aud", "other")),
		"a further audience":            signEdDSA(t, key, header, with(payload, "aud", []string{"siriusys", "other"})),
		"its audience twice":            signEdDSA(t, key, header, with(payload, "aud", []string{"siriusys", "siriusys"})),
		"no audience":                   signEdDSA(t, key, header, with(payload, "aud", []string{})),
		"exp as a text":                 signEdDSA(t, key, header, with(payload, "exp", "tomorrow")),
		"expired":                       signEdDSA(t, key, header, with(payload, "exp", now.Unix())),
		"not yet":                       signEdDSA(t, key, header, with(payload, "nbf", now.Add(time.Minute).Unix())),
		"issued in the future":          signEdDSA(t, key, header, with(payload, "iat", now.Add(time.Minute).Unix())),
		"sub is no user":                signEdDSA(t, key, header, with(payload, "sub", "admin")),
		"sid is no session":             signEdDSA(t, key, header, with(payload, "sid", 7)),
		"too long":                      signEdDSA(t, key, header, with(payload, "x", strings.Repeat("x", 5000))),
		"a member twice in the header":  signText(key, `{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"`+key.ID+`"}`, text(t, payload)),
		"a claim twice":                 signText(key, text(t, header), `{"sub":"admin",`+text(t, payload)[1:]),
		"something after the claims":    signText(key, text(t, header), text(t, payload)+`{}`),
		"a space after the claims":      signText(key, text(t, header), text(t, payload)+" "),
		"a space before the header":     signText(key, " "+text(t, header), text(t, payload)),
		"a list of claims":              signText(key, text(t, header), "["+text(t, payload)+"]"),
		"claims that are not UTF-8":     signText(key, text(t, header), strings.Replace(text(t, payload), `"sid":"`, "\"x\":\"\xff\",\"sid\":\"", 1)),
		"padded":                        good + "=",
		"padded in the middle":          strings.Replace(good, ".", "=.", 1),
		"in base64's other alphabet":    otherAlphabet(t, key, header, payload),
		"the last bits changed":         lastBitsChanged(t, good),
		"a space in front":              " " + good,
		"a tab behind":                  good + "\t",
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

func signRS256(t *testing.T, input string) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// text is an object as it would be signed.
func text(t *testing.T, o object) string {
	t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// signText makes a token of any text.
func signText(key domain.SigningKey, header, payload string) string {
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	return input + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(key.Seed), []byte(input)))
}

// publicJWK is the one key of a JWK Set, as it is written there.
func publicJWK(t *testing.T, publicKeys func() ([]byte, error)) []byte {
	t.Helper()
	b, err := publicKeys()
	if err != nil {
		t.Fatal(err)
	}
	var set struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(b, &set); err != nil || len(set.Keys) != 1 {
		t.Fatalf("%s: %v", b, err)
	}
	return set.Keys[0]
}

// otherAlphabet writes a well signed token with + and / where base64url has - and _.
func otherAlphabet(t *testing.T, key domain.SigningKey, header, payload object) string {
	t.Helper()
	for i := range 1000 {
		token := signEdDSA(t, key, header, with(payload, "jti", strings.Repeat("?>", i)))
		if other := strings.NewReplacer("-", "+", "_", "/").Replace(token); other != token {
			return other
		}
	}
	t.Fatal("no token has - or _")
	return ""
}

// lastBitsChanged writes the same signature with other bits where its last character has unused ones.
func lastBitsChanged(t *testing.T, token string) string {
	t.Helper()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	changed := token[:len(token)-1] + string(alphabet[last|1])
	if changed == token {
		t.Fatal("the unused bits are set already")
	}
	return changed
}
