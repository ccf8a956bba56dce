package jwt

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

var errForm = errors.New("not a JWT in compact form")

// checkForm refuses what readers of JWTs may understand differently: another writing of the same base64url (RFC 7515,
// section 2, allows no padding, line break or space), and JSON that is not one object, or that names a member twice.
func checkForm(token string) error {
	if len(token) > maxSize {
		return errForm
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || strings.ContainsAny(token, "\r\n") { // package base64 skips line breaks
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

// isObject reports whether b is one JSON object, in UTF-8, with unique names, and nothing around it.
func isObject(b []byte) bool {
	return len(b) > 1 && b[0] == '{' && b[len(b)-1] == '}' && jsontext.Value(b).IsValid()
}
