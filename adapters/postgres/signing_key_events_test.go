package postgres_test

import (
	"testing"

	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestSigningKeyEvents(t *testing.T) {
	t.Parallel()
	porttest.SigningKeyEvents(t, func(t *testing.T) (ports.SigningKeys, ports.Store) {
		s := open(t)
		return s.SigningKeys(), s
	})
}
