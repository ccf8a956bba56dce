package jwt

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"

	"github.com/siriusys/user-management-service/domain"
)

// NewKey draws an Ed25519 key (RFC 8032) from entropy and names it by its JWK thumbprint (RFC 7638).
func NewKey(entropy io.Reader, now time.Time) (domain.SigningKey, error) {
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
	return domain.SigningKey{ID: base64.RawURLEncoding.EncodeToString(thumbprint), Seed: seed, CreatedAt: now}, nil
}

// keys are those in use at one time.
type keys struct {
	signing ed25519.PrivateKey
	kid     string
	public  map[string]ed25519.PublicKey
	set     []byte
}

// newKeys signs with the first key and verifies with all.
func newKeys(all []domain.SigningKey) (*keys, error) {
	k := &keys{public: make(map[string]ed25519.PublicKey, len(all))}
	set := jwk.NewSet()
	for i, key := range all {
		if len(key.Seed) != ed25519.SeedSize {
			return nil, fmt.Errorf("signing key %s is not of %d bytes", key.ID, ed25519.SeedSize)
		}
		private := ed25519.NewKeyFromSeed(key.Seed)
		if i == 0 {
			k.signing, k.kid = private, key.ID
		}
		public := private.Public().(ed25519.PublicKey)
		k.public[key.ID] = public
		if err := publish(set, key.ID, public); err != nil {
			return nil, err
		}
	}
	b, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("write the key set: %w", err)
	}
	k.set = b
	return k, nil
}

// publish adds a public key to a JWK Set (RFC 8037, section 2).
func publish(set jwk.Set, kid string, public ed25519.PublicKey) error {
	key, err := jwk.FromRaw(public)
	if err != nil {
		return fmt.Errorf("make a JWK: %w", err)
	}
	for name, value := range map[string]any{jwk.KeyIDKey: kid, jwk.AlgorithmKey: jwa.EdDSA, jwk.KeyUsageKey: jwk.ForSignature} {
		if err := key.Set(name, value); err != nil {
			return fmt.Errorf("set %s of a JWK: %w", name, err)
		}
	}
	if err := set.AddKey(key); err != nil {
		return fmt.Errorf("add a key to the key set: %w", err)
	}
	return nil
}
