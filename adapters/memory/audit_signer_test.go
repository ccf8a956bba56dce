package memory_test

import (
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestAuditSigner(t *testing.T) {
	t.Parallel()
	signer := memory.AuditSigner{{Name: "mac:1", Secret: "one"}, {Name: "mac:2", Secret: "two"}}
	porttest.AuditSigner(t, signer, memory.AuditSigner{{Name: "mac:3", Secret: "three"}})
	tagged := signer.SignWithTag(domain.AuditCheckpoint{Number: 1, Segment: 1, Position: 3})
	if err := signer.Verify(tagged); err != nil {
		t.Errorf("a tag: %v", err)
	}
	tagged.Position++
	if err := signer.Verify(tagged); err != ports.ErrInvalidAuditSignature { //nolint:errorlint // not wrapped
		t.Errorf("a tag of another position: %v", err)
	}
}

func TestAuditAnchors(t *testing.T) {
	t.Parallel()
	porttest.AuditAnchors(t, func(*testing.T) (ports.AuditAnchors, func() ports.AuditAnchors) {
		anchors := &memory.AuditAnchors{}
		return anchors, func() ports.AuditAnchors { return anchors }
	})
}
