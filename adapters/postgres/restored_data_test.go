package postgres_test

import (
	"testing"

	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestRestoredData(t *testing.T) {
	t.Parallel()
	porttest.RestoredData(t, func(t *testing.T) porttest.RestoredDataUnderTest {
		s := open(t)
		return porttest.RestoredDataUnderTest{
			StoreUnderTest: porttest.StoreUnderTest{
				Store: s, Messages: func(t *testing.T) []ports.MessageRequest { return enqueued(t, s) },
			},
			Data: s.RestoredData(),
		}
	})
}
