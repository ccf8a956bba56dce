package memory

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"strings"
	"sync"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// AuditKey is a key of AuditSigner.
type AuditKey struct{ Name, Secret string }

// AuditSigner is a ports.AuditSigner with the keys that it lists, the primary one first.
type AuditSigner []AuditKey

func (k AuditKey) private() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(k.Secret))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Sign signs with the first key.
func (s AuditSigner) Sign(c domain.AuditCheckpoint) domain.AuditCheckpoint {
	c.Signature.Key = s[0].Name
	c.Signature.Value = ed25519.Sign(s[0].private(), c.Payload())
	return c
}

// SignWithTag signs as releases before migration 17 did.
func (s AuditSigner) SignWithTag(c domain.AuditCheckpoint) domain.AuditCheckpoint {
	c.Signature.Key = ""
	tag, _ := MAC(s[0].Secret).Tag("audit_head", c.TagPayload()) // never fails
	c.Signature.Value = append([]byte(s[0].Name+" "), tag...)
	return c
}

// Verify verifies a signature with the key that the checkpoint names, a tag with the one that its beginning names.
func (s AuditSigner) Verify(c domain.AuditCheckpoint) error {
	for _, k := range s {
		switch {
		case c.HasTag() && strings.HasPrefix(string(c.Signature.Value), k.Name+" "):
			if !bytes.Equal(c.Signature.Value, (AuditSigner{k}).SignWithTag(c).Signature.Value) {
				return ports.ErrInvalidAuditSignature
			}
			return nil
		case !c.HasTag() && c.Signature.Key == k.Name:
			if !ed25519.Verify(k.public(), c.Payload(), c.Signature.Value) {
				return ports.ErrInvalidAuditSignature
			}
			return nil
		}
	}
	return ports.ErrUnknownAuditKey
}

func (k AuditKey) public() ed25519.PublicKey {
	return k.private().Public().(ed25519.PublicKey) //nolint:forcetypeassert // documented by package ed25519
}

// PublicKeys returns the public keys by name.
func (s AuditSigner) PublicKeys() map[string][]byte {
	keys := map[string][]byte{}
	for _, k := range s {
		keys[k.Name] = k.public()
	}
	return keys
}

// AuditAnchors is a ports.AuditAnchors. The zero value is empty.
type AuditAnchors struct {
	mu  sync.Mutex
	all []domain.AuditCheckpoint
}

// Append appends checkpoints.
func (a *AuditAnchors) Append(checkpoints ...domain.AuditCheckpoint) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, checkpoints...)
	return nil
}

// Newest returns the checkpoint that was appended last.
func (a *AuditAnchors) Newest() (domain.AuditCheckpoint, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.all) == 0 {
		return domain.AuditCheckpoint{}, nil
	}
	return a.all[len(a.all)-1], nil
}
