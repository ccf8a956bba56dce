package jwt

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"

	"github.com/siriusys/user-management-service/domain"
)

// keys are all keys of the store, as of one read. The state of each depends on the time of use.
type keys struct {
	policy  domain.SigningKeyPolicy
	all     []domain.SigningKey
	private []ed25519.PrivateKey
	set     []byte // JWK Set
}

func newKeys(policy domain.SigningKeyPolicy, all []domain.SigningKey, now time.Time) (*keys, error) {
	if len(all) == 0 {
		return nil, errors.New("there is no signing key")
	}
	k := &keys{policy: policy, all: all, private: make([]ed25519.PrivateKey, len(all))}
	set := jwk.NewSet()
	for i, key := range all {
		if len(key.Seed) != ed25519.SeedSize {
			return nil, fmt.Errorf("the seed of signing key %s does not have %d bytes", key.ID, ed25519.SeedSize)
		}
		k.private[i] = ed25519.NewKeyFromSeed(key.Seed)
		if policy.State(all, i, now) == domain.KeyRemoved {
			continue
		}
		if err := publish(set, key.ID, k.publicAt(i)); err != nil {
			return nil, err
		}
	}
	b, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("encode the JWK Set: %w", err)
	}
	k.set = b
	return k, nil
}

// signing returns the key that is active at now.
func (k *keys) signing(now time.Time) (kid string, private ed25519.PrivateKey) {
	i := k.policy.Active(k.all, now)
	return k.all[i].ID, k.private[i]
}

// public returns the key with that kid, unless it is removed at now. A published key counts too, because the clock of another
// replica may be ahead.
func (k *keys) public(kid string, now time.Time) (public ed25519.PublicKey, known bool) {
	for i, key := range k.all {
		if key.ID == kid {
			return k.publicAt(i), k.policy.State(k.all, i, now) != domain.KeyRemoved
		}
	}
	return nil, false
}

func (k *keys) publicAt(i int) ed25519.PublicKey { return k.private[i].Public().(ed25519.PublicKey) }

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
		return fmt.Errorf("add a key to the JWK Set: %w", err)
	}
	return nil
}
