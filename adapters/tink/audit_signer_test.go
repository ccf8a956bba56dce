package tink_test

import (
	"errors"
	"testing"

	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

// The public keys alone verify signatures, and no tag.
func TestPublicAuditKeys(t *testing.T) {
	t.Parallel()
	keyset := generate(t)
	keys := tink.PublicAuditKeys{}
	for name, key := range keyset.AuditSigner().PublicKeys() {
		keys[name] = key
	}
	porttest.AuditVerifier(t, keys, keyset.AuditSigner(), generate(t).AuditSigner())
	if err := keys.Verify(tagged(t, keyset)); !errors.Is(err, ports.ErrUnknownAuditKey) {
		t.Errorf("a tag: %v", err)
	}
	keys["short"] = keys[""]
	if err := keys.Verify(domain.AuditCheckpoint{Signature: domain.AuditSignature{Key: "short", Value: make([]byte, 64)}}); err == nil {
		t.Error("an empty key verifies a signature")
	}
}

// tagged is a checkpoint with a tag, as releases before migration 17 signed it.
func tagged(t *testing.T, k ports.Keyset) domain.AuditCheckpoint {
	t.Helper()
	c := domain.AuditCheckpoint{Number: 2, Segment: 1, Position: 7, Chain: domain.AuditDigest{1}}
	var err error
	if c.Signature.Value, err = k.MAC().Tag("audit_head", c.TagPayload()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTagsOfOlderReleasesAreVerified(t *testing.T) {
	t.Parallel()
	keyset := generate(t)
	c := tagged(t, keyset)
	if err := keyset.AuditSigner().Verify(c); err != nil {
		t.Error(err)
	}
	if err := generate(t).AuditSigner().Verify(c); !errors.Is(err, ports.ErrUnknownAuditKey) {
		t.Errorf("a tag of another keyset: %v", err)
	}
	c.Position++
	if err := keyset.AuditSigner().Verify(c); !errors.Is(err, ports.ErrInvalidAuditSignature) {
		t.Errorf("a tag of another position: %v", err)
	}
}
