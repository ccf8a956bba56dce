package tink

import (
	"crypto/ed25519"
	"fmt"
	"maps"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

const (
	// auditSeedPurpose separates the seeds of audit keys from all tags of the same MAC key. No tag for it is ever stored or sent.
	auditSeedPurpose = "audit checkpoint Ed25519 seed 1"
	// auditTagPurpose is the purpose of the tags that signed checkpoints before migration 17.
	auditTagPurpose = "audit_head"
)

// auditSigner is a ports.AuditSigner: Ed25519 (RFC 8032). The private key of each MAC key is derived from it: HMAC-SHA-256 is a
// pseudorandom function, and its 32 bytes are the seed. So a keyset needs no further key, and the audit keys rotate with it.
type auditSigner struct {
	mac     tagger
	primary string
	private ed25519.PrivateKey
	public  map[string]ed25519.PublicKey // by the name of the MAC key
}

func newAuditSigner(mac tagger) (auditSigner, error) {
	tags, err := mac.Tags(auditSeedPurpose, nil)
	if err != nil {
		return auditSigner{}, err
	}
	s := auditSigner{mac: mac, public: map[string]ed25519.PublicKey{}}
	for i, tag := range tags {
		prefix, seed := tag[:ports.KeyPrefixSize], tag[ports.KeyPrefixSize:]
		if len(seed) != ed25519.SeedSize {
			return auditSigner{}, fmt.Errorf("derive an audit key: a tag has %d bytes", len(seed))
		}
		private, name := ed25519.NewKeyFromSeed(seed), domain.KeysetMAC+parsePrefix(prefix)
		if i == 0 {
			s.primary, s.private = name, private
		}
		s.public[name] = private.Public().(ed25519.PublicKey) //nolint:forcetypeassert // documented by package ed25519
	}
	return s, nil
}

// Sign signs with the key that is derived from the primary MAC key.
func (s auditSigner) Sign(c domain.AuditCheckpoint) domain.AuditCheckpoint {
	c.Signature.Key = s.primary
	c.Signature.Value = ed25519.Sign(s.private, c.Payload())
	return c
}

// Verify verifies a signature with the key that the checkpoint names, and a tag with the MAC key of its prefix.
func (s auditSigner) Verify(c domain.AuditCheckpoint) error {
	if !c.HasTag() {
		return PublicAuditKeys(s.public).Verify(c)
	}
	if s.mac.Verify(auditTagPurpose, c.TagPayload(), c.Signature.Value) {
		return nil
	}
	if _, ok := s.public[domain.KeysetMAC+parsePrefix(c.Signature.Value)]; !ok {
		return ports.ErrUnknownAuditKey
	}
	return ports.ErrInvalidAuditSignature
}

// PublicKeys returns the public keys by name.
func (s auditSigner) PublicKeys() map[string][]byte {
	keys := map[string][]byte{}
	for name, key := range maps.All(s.public) {
		keys[name] = key
	}
	return keys
}

// PublicAuditKeys verifies checkpoints without a keyset. The keys are by the names that checkpoints give them. A tag of an older
// release cannot be verified without the keyset.
type PublicAuditKeys map[string]ed25519.PublicKey

// Verify verifies a signature with the key that the checkpoint names.
func (k PublicAuditKeys) Verify(c domain.AuditCheckpoint) error {
	key, ok := k[c.Signature.Key]
	switch {
	case !ok || len(key) != ed25519.PublicKeySize:
		return ports.ErrUnknownAuditKey
	case !ed25519.Verify(key, c.Payload(), c.Signature.Value):
		return ports.ErrInvalidAuditSignature
	}
	return nil
}
