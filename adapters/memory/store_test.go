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
		return porttest.StoreUnderTest{Store: s, Messages: func(*testing.T) []ports.MessageRequest { return s.TakeMessages() }}
	})
}

func TestSigningKeys(t *testing.T) {
	t.Parallel()
	porttest.SigningKeys(t, func(*testing.T) ports.SigningKeys { return memory.NewStore().SigningKeys() })
}

// A side effect of the function that InTx runs happens twice, so that the tests of its use case notice it.
func TestInTxRunsTheFunctionTwice(t *testing.T) {
	t.Parallel()
	s, runs := memory.NewStore(), 0
	err := s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
		runs++
		return r.Outbox.Enqueue(ctx, ports.MessageRequest{})
	})
	if err != nil || runs != 2 {
		t.Errorf("the function ran %d times with error %v, want 2 times without one", runs, err)
	}
	if due := len(s.TakeMessages()); due != 1 {
		t.Errorf("%d messages are due, want 1: the first run must have no effect", due)
	}
}

func TestTakeMessagesReturnsAMessageOnce(t *testing.T) {
	t.Parallel()
	s := memory.NewStore()
	if err := s.Repos().Outbox.Enqueue(context.Background(), ports.MessageRequest{}); err != nil {
		t.Fatal(err)
	}
	if first, second := len(s.TakeMessages()), len(s.TakeMessages()); first != 1 || second != 0 {
		t.Errorf("TakeMessages returned %d messages, then %d; want 1, then 0", first, second)
	}
}
