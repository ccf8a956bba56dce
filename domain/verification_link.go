package domain

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// VerificationLink returns the stored form of a verification token that is mailed to an email address.
func (t LinkToken) VerificationLink(to Email, index EmailIndex, expiresAt time.Time) Link {
	return Link{Hash: t.Hash(), Purpose: VerifyEmail, EmailIndex: index, SealedEmail: t.seal(to.address), ExpiresAt: expiresAt}
}

var errSealedEmail = errors.New("the email address of a link was changed, or belongs to another link")

// OpenEmail returns the email address to which a verification link was mailed. Errors: one if the stored address was changed.
func (t LinkToken) OpenEmail(l Link) (Email, error) {
	aead := t.aead()
	address, err := aead.Open(nil, make([]byte, aead.NonceSize()), []byte(l.SealedEmail), []byte(l.Purpose))
	if err != nil {
		return Email{}, fmt.Errorf("%w: %w", errSealedEmail, err)
	}
	return RestoreEmail(string(address)), nil
}

// seal encrypts with a key that only the mailed token yields, so that no stored key reads the address. A token seals once, so the
// nonce may be constant (NIST SP 800-38D, section 8: a key must not be used twice with one nonce).
func (t LinkToken) seal(address string) string {
	aead := t.aead()
	nonce := make([]byte, aead.NonceSize())
	return string(aead.Seal(nil, nonce, []byte(address), []byte(VerifyEmail))) //nolint:gosec // the key is used once
}

// aead is AES-256-GCM under a hash of the token. The prefix separates the key from the token's stored Hash.
func (t LinkToken) aead() cipher.AEAD {
	key := sha256.Sum256([]byte("email of a verification link\x00" + t.clear))
	block, _ := aes.NewCipher(key[:]) // fails for a wrong size only, as does NewGCM
	aead, _ := cipher.NewGCM(block)
	return aead
}
