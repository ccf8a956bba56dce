package jwt

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

var errForm = errors.New("not a JWT in compact form")

// checkForm refuses tokens that parsers of JWTs may interpret differently: base64url that is not canonical (RFC 7515, section 2,
// allows no padding, line breaks or spaces), and JSON that is not exactly one object or has duplicate members.
func checkForm(token string) error {
	if len(token) > maxSize {
		return errForm
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || strings.ContainsAny(token, "\r\n") { // package base64 ignores line breaks
		return errForm
	}
	for i, part := range parts {
		b, err := base64.RawURLEncoding.Strict().DecodeString(part)
		if err != nil {
			return errForm
		}
		if i < 2 && !isObject(b) {
			return errForm
		}
	}
	return nil
}

// isObject reports whether b is exactly one JSON object, in UTF-8, with unique member names and no surrounding white space.
func isObject(b []byte) bool {
	return len(b) > 1 && b[0] == '{' && b[len(b)-1] == '}' && jsontext.Value(b).IsValid()
}
