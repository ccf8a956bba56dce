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

// NewKey draws an Ed25519 key (RFC 8032) from entropy and names it by its JWK thumbprint (RFC 7638). It
// signs from the time given on.
func NewKey(entropy io.Reader, now, signsAt time.Time) (domain.SigningKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(entropy, seed); err != nil {
		return domain.SigningKey{}, fmt.Errorf("draw a signing key: %w", err)
	}
	public, err := jwk.FromRaw(ed25519.NewKeyFromSeed(seed).Public())
	if err != nil {
		return domain.SigningKey{}, fmt.Errorf("make a JWK: %w", err)
	}
	thumbprint, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return domain.SigningKey{}, fmt.Errorf("name a signing key: %w", err)
	}
	return domain.SigningKey{ID: base64.RawURLEncoding.EncodeToString(thumbprint), Seed: seed, CreatedAt: now, SignsAt: signsAt}, nil
}
