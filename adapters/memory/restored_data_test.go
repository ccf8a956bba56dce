package memory_test

import (
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestRestoredData(t *testing.T) {
	t.Parallel()
	porttest.RestoredData(t, func(*testing.T) porttest.RestoredDataUnderTest {
		store := memory.NewStore()
		return porttest.RestoredDataUnderTest{
			StoreUnderTest: porttest.StoreUnderTest{
				Store: store, Messages: func(*testing.T) []ports.MessageRequest { return store.TakeMessages() },
			},
			Data: store.RestoredData(),
		}
	})
}
