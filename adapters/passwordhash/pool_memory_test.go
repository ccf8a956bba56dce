package passwordhash

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
)

// blocked starts work that needs the memory and ends when the returned function is called.
func (p *pool) blocked(ctx context.Context, memory float64, started chan<- string, name string) (end func(), done <-chan error) {
	release, result := make(chan struct{}), make(chan error, 1)
	go func() {
		result <- p.runWith(ctx, anyone, memory, func(*argon2id.Memory) { started <- name; <-release })
	}()
	synctest.Wait()
	return func() { close(release); synctest.Wait() }, result
}

func wantStarted(t *testing.T, started <-chan string, want ...string) {
	t.Helper()
	for _, name := range want {
		select {
		case got := <-started:
			if got != name {
				t.Errorf("%s started, want %s", got, name)
			}
		default:
			t.Errorf("%s did not start", name)
		}
	}
	if len(started) > 0 {
		t.Errorf("%s started", <-started)
	}
}

// Hashes of other systems share maxCost.memory. One that does not fit waits, also if a thread is idle, and those behind it too.
func TestConcurrentHashesShareABoundedMemory(t *testing.T) {
	t.Parallel()
	withClock(t, func(t *testing.T) {
		p, started := newTestPool(), make(chan string, 9)
		endFirst, _ := p.blocked(t.Context(), maxCost.memory, started, "first")
		endSecond, _ := p.blocked(t.Context(), 20*maxCost.memory, started, "second")
		endThird, _ := p.blocked(t.Context(), 0, started, "third")
		wantStarted(t, started, "first")
		endFirst()
		wantStarted(t, started, "second", "third")
		endSecond()
		endThird()
		endFourth, _ := p.blocked(t.Context(), maxCost.memory/2, started, "fourth")
		endFifth, _ := p.blocked(t.Context(), maxCost.memory/2, started, "fifth")
		wantStarted(t, started, "fourth", "fifth")
		endFourth()
		endFifth()
	})
}

func TestAHashThatWaitsForMemoryCanBeCancelled(t *testing.T) {
	t.Parallel()
	withClock(t, func(t *testing.T) {
		p, started := newTestPool(), make(chan string, 9)
		endFirst, _ := p.blocked(t.Context(), maxCost.memory, started, "first")
		ctx, cancel := context.WithCancel(t.Context())
		_, cancelled := p.blocked(ctx, maxCost.memory, started, "cancelled")
		endThird, _ := p.blocked(t.Context(), 0, started, "third")
		wantStarted(t, started, "first")
		cancel()
		synctest.Wait()
		wantStarted(t, started, "third")
		select {
		case err := <-cancelled:
			if err != context.Canceled { //nolint:errorlint // exactly this
				t.Errorf("the cancelled hash returned %v", err)
			}
		default:
			t.Error("the cancelled hash still waits")
		}
		endFirst()
		endThird()
	})
}

// A hash that waits for memory keeps its place in the capacity of the queue.
func TestAHashThatWaitsForMemoryIsCounted(t *testing.T) {
	t.Parallel()
	withClock(t, func(t *testing.T) {
		p, started := newTestPool(), make(chan string, 9)
		ctx, cancel := context.WithCancel(t.Context())
		end, _ := p.blocked(ctx, maxCost.memory, started, "first")
		for range 4 { // one beside the first, and three that wait
			if err := p.ready(anyone); err != nil {
				t.Errorf("not ready: %v", err)
			}
			p.blocked(ctx, maxCost.memory, started, "others")
		}
		if p.ready(anyone) == nil {
			t.Error("ready beyond the capacity")
		}
		cancel()
		end()
	})
}
