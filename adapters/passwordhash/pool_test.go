package passwordhash

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/domain"
)

// newTestPool returns a pool that computes two hashes concurrently and lets three wait.
func newTestPool() *pool {
	return newPool(2, 3, func() *argon2id.Memory { return argon2id.NewMemory(argon2id.Implementation{}, 8) }, noCounts{})
}

// anyone is the waiter of tests that need only one.
var anyone = domain.HashWaiter{Network: "network"}

func (p *pool) inQueue() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waiting.size
}

func TestAFullQueueRefusesHashesImmediately(t *testing.T) {
	t.Parallel()
	p := newTestPool()
	release, working := make(chan struct{}), make(chan struct{}, 5)
	done := make(chan error, 5)
	for range 2 {
		go func() {
			done <- p.run(context.Background(), anyone, func(*argon2id.Memory) { working <- struct{}{}; <-release })
		}()
	}
	<-working
	<-working
	waiting, cancel := context.WithCancel(context.Background())
	for range 3 {
		go func() {
			done <- p.run(waiting, anyone, func(*argon2id.Memory) { t.Error("the hash of a caller that stopped waiting was computed") })
		}()
	}
	for p.inQueue() < 3 {
		runtime.Gosched()
	}
	if err := p.ready(anyone); !errors.Is(err, domain.ErrBusy) {
		t.Errorf("with a full queue: %v", err)
	}
	excess := func(*argon2id.Memory) { t.Error("a hash beyond the queue was computed") }
	if err := p.run(context.Background(), anyone, excess); !errors.Is(err, domain.ErrBusy) {
		t.Errorf("beyond the queue: %v", err)
	}
	cancel()
	for range 3 {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("a caller that stopped waiting: %v", err)
		}
	}
	close(release)
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if err := errors.Join(p.ready(anyone), p.run(context.Background(), anyone, func(*argon2id.Memory) {})); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// What was computed counts, although the caller stopped waiting.
func TestAHashThatWasComputedIsReturnedAfterTheContextEnded(t *testing.T) {
	t.Parallel()
	p := newTestPool()
	ctx, cancel := context.WithCancel(context.Background())
	computed := false
	err := p.run(ctx, anyone, func(*argon2id.Memory) { cancel(); computed = true })
	if err != nil || !computed {
		t.Errorf("computed: %v, %v", computed, err)
	}
	late := func(*argon2id.Memory) { t.Error("computed after the context had ended") }
	if err := p.run(ctx, anyone, late); !errors.Is(err, context.Canceled) {
		t.Errorf("a further hash: %v", err)
	}
}

// A hash that loses its place in the full queue is refused while it waits.
func TestAWaitingHashOfTheLargestWaiterIsRefusedForAnother(t *testing.T) {
	t.Parallel()
	p := newTestPool()
	release, done := make(chan struct{}), make(chan error, 5)
	for range 5 { // two are computed, three wait
		go func() { done <- p.run(context.Background(), anyone, func(*argon2id.Memory) { <-release }) }()
	}
	for p.inQueue() < 3 {
		runtime.Gosched()
	}
	victim := domain.HashWaiter{Network: "another network"}
	if err := p.ready(victim); err != nil {
		t.Errorf("the queue is not ready for a smaller waiter: %v", err)
	}
	served := make(chan error, 1)
	go func() { served <- p.run(context.Background(), victim, func(*argon2id.Memory) {}) }()
	if err := <-done; !errors.Is(err, domain.ErrBusy) {
		t.Errorf("the first to return: %v", err)
	}
	close(release)
	if err := <-served; err != nil {
		t.Errorf("the smaller waiter: %v", err)
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestAPanicReachesTheCaller(t *testing.T) {
	t.Parallel()
	p := newTestPool()
	defer func() {
		if value := recover(); value != "broken" {
			t.Errorf("recovered %v", value)
		}
		if err := p.run(context.Background(), anyone, func(*argon2id.Memory) {}); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	}()
	_ = p.run(context.Background(), anyone, func(*argon2id.Memory) { panic("broken") })
	t.Error("the panic did not reach the caller")
}

func TestConsecutiveHashesUseOneMemory(t *testing.T) {
	t.Parallel()
	p := newTestPool()
	if first, second := memoryOf(t, p), memoryOf(t, p); first != second {
		t.Error("the second hash used another memory")
	}
}

// memoryOf returns the memory that a hash is computed in.
func memoryOf(t *testing.T, p *pool) (memory *argon2id.Memory) {
	t.Helper()
	if err := p.run(context.Background(), anyone, func(m *argon2id.Memory) { memory = m }); err != nil || memory == nil {
		t.Fatalf("memory %v, %v", memory, err)
	}
	return memory
}

// withClock runs a test with a synthetic clock, which stops with the test. The pool's threads have to stop before it.
func withClock(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		defer time.Sleep(2 * idleTimeout)
		test(t)
	})
}

func TestThreadsAndMemoryStayForAMinuteAfterTheLastHash(t *testing.T) {
	t.Parallel()
	withClock(t, func(t *testing.T) {
		p := newTestPool()
		kept := memoryOf(t, p)
		for range 3 {
			time.Sleep(idleTimeout - time.Nanosecond)
			if memoryOf(t, p) != kept {
				t.Fatal("the memory was released within a minute")
			}
		}
		time.Sleep(idleTimeout + time.Nanosecond)
		if synctest.Wait(); p.threads != 0 {
			t.Errorf("%d threads are left, want none", p.threads)
		}
		if memoryOf(t, p) == kept {
			t.Error("the memory was not released")
		}
	})
}

func TestMemoryIsWipedWhenNoHashWaits(t *testing.T) {
	t.Parallel()
	withClock(t, func(t *testing.T) {
		p := newPool(1, 0, func() *argon2id.Memory { return argon2id.NewMemory(argon2id.Available()[0], 8) }, noCounts{})
		var memory *argon2id.Memory
		if err := p.run(t.Context(), anyone, func(m *argon2id.Memory) {
			memory = m
			m.Key([]byte("password"), []byte("somesalt"), 2, 8, 1, 32)
		}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if kept := reflect.ValueOf(memory).Elem().FieldByName("kept"); !isZeroed(kept) {
			t.Errorf("the memory contains %v", kept)
		}
	})
}

// isZeroed reports whether all blocks contain only zeros. It uses reflection, because their type is private to their package.
func isZeroed(blocks reflect.Value) bool {
	for n := range blocks.Len() {
		if !blocks.Index(n).IsZero() {
			return false
		}
	}
	return true
}

// Threads stop and start at any moment, and every waiting hash is computed.
func TestNoHashIsForgottenWhenThreadsStop(t *testing.T) {
	t.Parallel()
	withClock(t, func(t *testing.T) {
		p := newTestPool()
		for n := range 200 {
			work := func(*argon2id.Memory) { time.Sleep(time.Duration(n%2) * idleTimeout) }
			var all sync.WaitGroup
			for range 1 + n%3 {
				all.Go(func() {
					if err := p.run(context.Background(), anyone, work); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			time.Sleep(idleTimeout - time.Duration(n%3)*time.Nanosecond)
		}
	})
}
