package memory

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"github.com/siriusys/user-management-service/ports"
)

// Sealer is a ports.Sealer whose key exists only in memory. Make it with NewSealer.
type Sealer struct{ aead cipher.AEAD }

// NewSealer makes a Sealer with a random key.
func NewSealer() Sealer {
	key := make([]byte, 32)
	_, _ = rand.Read(key)          // never fails
	block, _ := aes.NewCipher(key) // fails for a wrong size only, as does NewGCM
	aead, _ := cipher.NewGCMWithRandomNonce(block)
	return Sealer{aead}
}

// Seal encrypts plaintext for context.
func (s Sealer) Seal(plaintext []byte, context string) ([]byte, error) {
	return s.aead.Seal(nil, nil, plaintext, []byte(context)), nil //nolint:gosec // the AEAD draws a random nonce itself
}

// Open decrypts a value that was sealed for context.
func (s Sealer) Open(sealed []byte, context string) ([]byte, error) {
	plaintext, err := s.aead.Open(nil, nil, sealed, []byte(context))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ports.ErrCannotOpen, err)
	}
	return plaintext, nil
}

// MAC is a ports.MAC. The string is its key.
type MAC string

// Tag computes the tag. The length of the purpose separates it from the message.
func (m MAC) Tag(purpose string, message []byte) ([]byte, error) {
	h := hmac.New(sha256.New, []byte(m))
	fmt.Fprintf(h, "%d:%s", len(purpose), purpose)
	h.Write(message)
	return h.Sum(nil), nil
}

// Tags computes the tag under the one key.
func (m MAC) Tags(purpose string, message []byte) ([][]byte, error) {
	tag, err := m.Tag(purpose, message)
	return [][]byte{tag}, err
}

// Verify computes the tag again and compares.
func (m MAC) Verify(purpose string, message, tag []byte) bool {
	expected, _ := m.Tag(purpose, message)
	return hmac.Equal(expected, tag)
}
