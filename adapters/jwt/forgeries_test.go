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

// forgery has a valid token, its parts and its key, and another key that signs nothing valid.
type forgery struct {
	key, other      domain.SigningKey
	valid           string
	header, payload object
}

func TestForgeriesAreRefusedWithoutACall(t *testing.T) {
	t.Parallel()
	called := make(chan struct{}, 100)
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called <- struct{}{} }))
	t.Cleanup(trap.Close)
	f := forgery{key: newKey(t), other: newKey(t)}
	tokens := newTokens(t, f.key)
	var err error
	if f.valid, err = tokens.Sign(claims); err != nil {
		t.Fatal(err)
	}
	f.header, f.payload = parts(t, f.valid)
	if _, err := tokens.Verify(signEdDSA(t, f.key, f.header, f.payload), now); err != nil {
		t.Fatalf("signEdDSA does not produce a valid token: %v", err)
	}
	for _, forged := range []map[string]string{
		f.headers(t, trap.URL, publicJWK(t, tokens.ReadPublicKeys)), f.claims(t), f.encodings(t),
	} {
		for name, token := range forged {
			if _, err := tokens.Verify(token, now); !errors.Is(err, domain.ErrInvalidAccessToken) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if len(called) > 0 {
		t.Errorf("Verify made %d requests, want none", len(called))
	}
}

// headers are tokens with another algorithm, key or header. lure is a URL that none of them may make Verify call.
func (f forgery) headers(t *testing.T, lure string, jwk []byte) map[string]string {
	t.Helper()
	public := ed25519.NewKeyFromSeed(f.key.Seed).Public().(ed25519.PublicKey)
	otherPublic := base64.RawURLEncoding.EncodeToString(ed25519.NewKeyFromSeed(f.other.Seed).Public().(ed25519.PublicKey))
	otherJWK := object{"kty": "OKP", "crv": "Ed25519", "x": otherPublic}
	input := func(h object) string { return encode(t, h) + "." + encode(t, f.payload) }
	return map[string]string{
		"alg none":                    input(with(f.header, "alg", "none")) + ".",
		"alg none, signed":            signEdDSA(t, f.key, with(f.header, "alg", "none"), f.payload),
		"HMAC with the public key":    signHMAC(input(with(f.header, "alg", "HS256")), public),
		"HMAC with the JWK":           signHMAC(input(with(f.header, "alg", "HS256")), jwk),
		"ES256":                       signES256(t, input(with(f.header, "alg", "ES256"))),
		"RS256":                       signRS256(t, input(with(f.header, "alg", "RS256"))),
		"alg in lower case":           signEdDSA(t, f.key, with(f.header, "alg", "eddsa"), f.payload),
		"another key":                 signEdDSA(t, f.other, f.header, f.payload),
		"another key with its kid":    signEdDSA(t, f.other, with(f.header, "kid", f.other.ID), f.payload),
		"no kid":                      signEdDSA(t, f.key, with(f.header, "kid", nil), f.payload),
		"kid as a path":               signEdDSA(t, f.other, with(f.header, "kid", "../../dev/null"), f.payload),
		"a key in the header":         signEdDSA(t, f.other, with(f.header, "jwk", otherJWK), f.payload),
		"a key in the header, unused": signEdDSA(t, f.key, with(f.header, "jwk", otherJWK), f.payload),
		"a certificate":               signEdDSA(t, f.other, with(f.header, "x5c", []string{"MIIB"}), f.payload),
		"a certificate's thumbprint":  signEdDSA(t, f.key, with(f.header, "x5t#S256", f.other.ID), f.payload),
		"a URL of keys":               signEdDSA(t, f.other, with(f.header, "jku", lure), f.payload),
		"a URL of keys, unused":       signEdDSA(t, f.key, with(f.header, "jku", lure), f.payload),
		"a URL of a certificate":      signEdDSA(t, f.other, with(f.header, "x5u", lure), f.payload),
		"crit":                        signEdDSA(t, f.key, with(f.header, "crit", []string{"exp"}), f.payload),
		"b64 false":                   signEdDSA(t, f.key, with(f.header, "b64", false), f.payload),
		"an ID token":                 signEdDSA(t, f.key, with(f.header, "typ", "JWT"), f.payload),
		"no typ":                      signEdDSA(t, f.key, with(f.header, "typ", nil), f.payload),
	}
}

// claims are tokens with other claims, or without one.
func (f forgery) claims(t *testing.T) map[string]string {
	t.Helper()
	forged := map[string]string{
		"another issuer":          signEdDSA(t, f.key, f.header, with(f.payload, "iss", "https://evil.example")),
		"another audience":        signEdDSA(t, f.key, f.header, with(f.payload, "aud", "other")),
		"a second audience":       signEdDSA(t, f.key, f.header, with(f.payload, "aud", []string{"siriusys", "other"})),
		"its audience twice":      signEdDSA(t, f.key, f.header, with(f.payload, "aud", []string{"siriusys", "siriusys"})),
		"no audience":             signEdDSA(t, f.key, f.header, with(f.payload, "aud", []string{})),
		"exp as a string":         signEdDSA(t, f.key, f.header, with(f.payload, "exp", "tomorrow")),
		"expired":                 signEdDSA(t, f.key, f.header, with(f.payload, "exp", now.Unix())),
		"not valid yet":           signEdDSA(t, f.key, f.header, with(f.payload, "nbf", now.Add(time.Minute).Unix())),
		"issued in the future":    signEdDSA(t, f.key, f.header, with(f.payload, "iat", now.Add(time.Minute).Unix())),
		"sub is not a user ID":    signEdDSA(t, f.key, f.header, with(f.payload, "sub", "admin")),
		"sid is not a session ID": signEdDSA(t, f.key, f.header, with(f.payload, "sid", 7)),
		"too long":                signEdDSA(t, f.key, f.header, with(f.payload, "x", strings.Repeat("x", 5000))),
	}
	for _, claim := range []string{"iss", "aud", "sub", "client_id", "sid", "jti", "iat", "nbf", "exp"} {
		forged["without "+claim] = signEdDSA(t, f.key, f.header, with(f.payload, claim, nil))
	}
	return forged
}

// encodings are tokens with the claims of a valid one in another JSON, base64 or form.
func (f forgery) encodings(t *testing.T) map[string]string {
	t.Helper()
	notUTF8 := strings.Replace(text(t, f.payload), `"sid":"`, "\"x\":\"\xff\",\"sid\":\"", 1)
	return map[string]string{
		"a duplicate header member":  signText(f.key, `{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"`+f.key.ID+`"}`, text(t, f.payload)),
		"a duplicate claim":          signText(f.key, text(t, f.header), `{"sub":"admin",`+text(t, f.payload)[1:]),
		"an object after the claims": signText(f.key, text(t, f.header), text(t, f.payload)+`{}`),
		"a space after the claims":   signText(f.key, text(t, f.header), text(t, f.payload)+" "),
		"a space before the header":  signText(f.key, " "+text(t, f.header), text(t, f.payload)),
		"an array of claims":         signText(f.key, text(t, f.header), "["+text(t, f.payload)+"]"),
		"claims that are not UTF-8":  signText(f.key, text(t, f.header), notUTF8),
		"padded":                     f.valid + "=",
		"padded in the middle":       strings.Replace(f.valid, ".", "=.", 1),
		"in standard base64":         otherAlphabet(t, f.key, f.header, f.payload),
		"the last bits changed":      lastBitsChanged(t, f.valid),
		"a leading space":            " " + f.valid,
		"a trailing tab":             f.valid + "\t",
		"with a line break":          f.valid[:20] + "\n" + f.valid[20:],
		"two tokens":                 f.valid + "." + f.valid,
		"JSON serialisation":         `{"payload":"` + strings.Split(f.valid, ".")[1] + `"}`,
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

// text encodes an object as JSON.
func text(t *testing.T, o object) string {
	t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// signText signs a token with any text as header and claims.
func signText(key domain.SigningKey, header, payload string) string {
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	return input + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(key.Seed), []byte(input)))
}

// publicJWK returns the only key of the JWK Set in its JSON form.
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

// otherAlphabet returns a correctly signed token with + and / where base64url has - and _.
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

// lastBitsChanged returns a token with the same signature, but with other unused bits in its last character.
func lastBitsChanged(t *testing.T, token string) string {
	t.Helper()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	changed := token[:len(token)-1] + string(alphabet[last|1])
	if changed == token {
		t.Fatal("the unused bits were already set")
	}
	return changed
}
