package domain

import (
	"encoding/base64"
	"fmt"
	"io"
)

// RandomPassword returns a password of 256 random bits, for an account whose password no user may know.
func RandomPassword(entropy io.Reader) (Password, error) {
	random := make([]byte, 32)
	if _, err := io.ReadFull(entropy, random); err != nil {
		return Password{}, fmt.Errorf("make a password: %w", err)
	}
	return Password{clear: base64.RawURLEncoding.EncodeToString(random)}, nil
}
