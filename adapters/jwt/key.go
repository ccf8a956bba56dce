package jwt

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwk"

	"github.com/siriusys/user-management-service/domain"
)

// NewKey generates an Ed25519 key (RFC 8032) from entropy. The key's ID is its JWK thumbprint (RFC 7638). It is
// active from activeAt on.
func NewKey(entropy io.Reader, now, activeAt time.Time) (domain.SigningKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(entropy, seed); err != nil {
		return domain.SigningKey{}, fmt.Errorf("generate a signing key: %w", err)
	}
	public, err := jwk.FromRaw(ed25519.NewKeyFromSeed(seed).Public())
	if err != nil {
		return domain.SigningKey{}, fmt.Errorf("make a JWK: %w", err)
	}
	thumbprint, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return domain.SigningKey{}, fmt.Errorf("compute the thumbprint of a signing key: %w", err)
	}
	return domain.SigningKey{ID: base64.RawURLEncoding.EncodeToString(thumbprint), Seed: seed, CreatedAt: now, ActiveAt: activeAt}, nil
}
