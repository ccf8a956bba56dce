package verifier_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/verifier"
	"github.com/siriusys/user-management-service/verifier/verifiertest"
)

type object = verifiertest.Object

// with returns o with one member changed, or removed if the value is nil.
func with(o object, name string, value any) object {
	changed := maps.Clone(o)
	changed[name] = value
	if value == nil {
		delete(changed, name)
	}
	return changed
}

func text(o object) string {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func encode(o object) string { return base64.RawURLEncoding.EncodeToString([]byte(text(o))) }

func TestForgeriesAreRefusedWithoutACall(t *testing.T) {
	t.Parallel()
	lure := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the verifier called a URL of a token") }))
	t.Cleanup(lure.Close)
	f := start(t)
	for _, forged := range []map[string]string{f.forgedHeaders(lure.URL), f.forgedClaims(), f.forgedEncodings()} {
		for name, token := range forged {
			if err := f.verify(token); err == nil {
				t.Errorf("accepted: %s", name)
			} else if !strings.HasPrefix(err.Error(), verifier.ErrInvalidToken.Error()) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	f.want(f.service.Token(), nil)
	if n := f.service.Requests("/.well-known/jwks.json"); n != 1 {
		t.Errorf("%d reads of the keys, want 1", n)
	}
}

func (f *fixture) forgedHeaders(lure string) map[string]string {
	h, p := f.service.Parts()
	other := verifiertest.Start(f.t)
	hmacOf := func(h object) string {
		input := encode(h) + "." + encode(p)
		mac := hmac.New(sha256.New, f.service.PublicKey())
		mac.Write([]byte(input))
		return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	jwk := object{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(other.PublicKey())}
	return map[string]string{
		"alg none":                encode(with(h, "alg", "none")) + "." + encode(p) + ".",
		"alg none, signed":        f.service.Sign(with(h, "alg", "none"), p),
		"alg in lower case":       f.service.Sign(with(h, "alg", "eddsa"), p),
		"no alg":                  f.service.Sign(with(h, "alg", nil), p),
		"HMAC with the key":       hmacOf(with(h, "alg", "HS256")),
		"ES256":                   f.service.Sign(with(h, "alg", "ES256"), p),
		"another key":             other.Sign(h, p),
		"no kid":                  f.service.Sign(with(h, "kid", nil), p),
		"an empty kid":            f.service.Sign(with(h, "kid", ""), p),
		"kid as a number":         f.service.Sign(with(h, "kid", 7), p),
		"a key in the header":     other.Sign(with(h, "jwk", jwk), p),
		"a URL of keys":           other.Sign(with(h, "jku", lure), p),
		"a URL of a certificate":  other.Sign(with(h, "x5u", lure), p),
		"crit":                    f.service.Sign(with(h, "crit", []string{"exp"}), p),
		"crit b64":                f.service.Sign(with(with(h, "crit", []string{"b64"}), "b64", true), p),
		"b64 false":               f.service.Sign(with(h, "b64", false), p),
		"an ID token":             f.service.Sign(with(h, "typ", "JWT"), p),
		"no typ":                  f.service.Sign(with(h, "typ", nil), p),
		"typ as a list":           f.service.Sign(with(h, "typ", []string{"at+jwt"}), p),
		"a duplicate header name": f.service.SignText(`{"alg":"EdDSA","typ":"JWT",`+text(h)[1:], text(p)),
	}
}

func (f *fixture) forgedClaims() map[string]string {
	h, p := f.service.Parts()
	forged := map[string]string{
		"another issuer":          f.service.Sign(h, with(p, "iss", "https://evil.example")),
		"the issuer with a slash": f.service.Sign(h, with(p, "iss", f.service.URL+"/")),
		"another audience":        f.service.Sign(h, with(p, "aud", []string{"other"})),
		"no audiences":            f.service.Sign(h, with(p, "aud", []string{})),
		"exp as a string":         f.service.Sign(h, with(p, "exp", "tomorrow")),
		"exp as null":             f.service.SignText(text(h), strings.Replace(text(p), `"exp":`, `"exp":null,"x":`, 1)),
		"sid is no session":       f.service.Sign(h, with(p, "sid", "admin")),
		"sid in upper case":       f.service.Sign(h, with(p, "sid", strings.ToUpper(verifiertest.SessionID))),
		"sid as a number":         f.service.Sign(h, with(p, "sid", 7)),
		"claims in upper case":    f.service.SignText(text(h), strings.ToUpper(text(p))),
		"too long":                f.service.Sign(h, with(p, "x", strings.Repeat("x", 9000))),
	}
	for _, claim := range []string{"iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"} {
		forged["without "+claim] = f.service.Sign(h, with(p, claim, nil))
	}
	return forged
}

func (f *fixture) forgedEncodings() map[string]string {
	h, p := f.service.Parts()
	valid := f.service.Token()
	parts := strings.Split(valid, ".")
	return map[string]string{
		"empty":                       "",
		"points":                      "..",
		"one part":                    parts[0],
		"four parts":                  valid + ".",
		"no signature":                parts[0] + "." + parts[1] + ".",
		"a shorter signature":         valid[:len(valid)-4],
		"a duplicate claim":           f.service.SignText(text(h), `{"sub":"admin",`+text(p)[1:]),
		"an object after the claims":  f.service.SignText(text(h), text(p)+"{}"),
		"an array of claims":          f.service.SignText(text(h), "["+text(p)+"]"),
		"padded":                      valid + "==",
		"the last bits changed":       valid[:len(valid)-1] + string(alphabet[strings.IndexByte(alphabet, valid[len(valid)-1])^1]),
		"a leading space":             " " + valid,
		"a trailing tab":              valid + "\t",
		"a line break":                valid[:20] + "\n" + valid[20:],
		"two tokens":                  valid + "." + valid,
		"JSON serialization":          `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"signature of another token":  parts[0] + "." + encode(with(p, "sub", "admin")) + "." + parts[2],
		"the parts in another order":  parts[1] + "." + parts[0] + "." + parts[2],
		"a NUL":                       valid + "\x00",
		"the standard base64 letters": strings.NewReplacer("-", "+", "_", "/").Replace(valid) + "+",
	}
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func TestAcceptedVariantsOfATokenAreValid(t *testing.T) {
	t.Parallel()
	f := start(t)
	h, p := f.service.Parts()
	for name, token := range map[string]string{
		"typ with its full name":      f.service.Sign(with(h, "typ", "application/AT+JWT"), p),
		"an unknown header parameter": f.service.Sign(with(h, "x-new", 1), p),
		"an unknown claim":            f.service.Sign(h, with(p, "new", object{"a": 1})),
		"one audience as a string":    f.service.Sign(h, with(p, "aud", verifiertest.Audience)),
		"several audiences":           f.service.Sign(h, with(p, "aud", []string{"other", verifiertest.Audience})),
	} {
		if err := f.verify(token); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
