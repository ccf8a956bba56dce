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
		return porttest.StoreUnderTest{Store: s, Letters: func(*testing.T) []ports.Letter { return s.TakeLetters() }}
	})
}

func TestSigningKeys(t *testing.T) {
	t.Parallel()
	porttest.SigningKeys(t, func(*testing.T) ports.SigningKeys { return memory.NewStore().SigningKeys() })
}

// A closure that touches anything but its repositories does so twice, which a test of its use case then sees.
func TestEveryClosureRunsTwice(t *testing.T) {
	t.Parallel()
	s, runs := memory.NewStore(), 0
	err := s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
		runs++
		return r.Outbox.Enqueue(ctx, ports.Letter{})
	})
	if err != nil || runs != 2 {
		t.Errorf("%d runs, %v", runs, err)
	}
	if due := len(s.TakeLetters()); due != 1 {
		t.Errorf("%d letters are due: the first run took effect too", due)
	}
}

func TestALetterIsTakenOnce(t *testing.T) {
	t.Parallel()
	s := memory.NewStore()
	if err := s.Repos().Outbox.Enqueue(context.Background(), ports.Letter{}); err != nil {
		t.Fatal(err)
	}
	if first, second := len(s.TakeLetters()), len(s.TakeLetters()); first != 1 || second != 0 {
		t.Errorf("taken %d, then %d", first, second)
	}
}
