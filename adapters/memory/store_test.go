package memory_test

import (
	"context"
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	porttest.Store(t, func(*testing.T) porttest.StoreUnderTest {
		s := memory.NewStore()
		return porttest.StoreUnderTest{Store: s, Keys: s.SigningKeys(), Letters: func(*testing.T) []ports.Letter { return s.TakeLetters() }}
	})
}

// A closure that touches anything but its repositories does so twice, which a test of its use case then sees.
func TestEveryClosureRunsTwice(t *testing.T) {
	t.Parallel()
	runs := 0
	err := memory.NewStore().InTx(context.Background(), func(context.Context, ports.Repos) error {
		runs++
		return nil
	})
	if err != nil || runs != 2 {
		t.Errorf("%d runs, %v", runs, err)
	}
}
