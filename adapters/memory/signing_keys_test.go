package memory_test

import (
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestSigningKeyEvents(t *testing.T) {
	t.Parallel()
	porttest.SigningKeyEvents(t, func(*testing.T) (ports.SigningKeys, ports.Store) {
		s := memory.NewStore()
		return s.SigningKeys(), s
	})
}
