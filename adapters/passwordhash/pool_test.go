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

// newTestPool computes two at once and lets three wait.
func newTestPool() *pool {
	return newPool(2, 3, func() *argon2id.Memory { return argon2id.NewMemory(argon2id.Implementation{}, 8) })
}

func TestBeyondTheQueueAHashIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	p := newTestPool()
	release, working := make(chan struct{}), make(chan struct{}, 5)
	done := make(chan error, 5)
	for range 2 {
		go func() {
			done <- p.run(context.Background(), func(*argon2id.Memory) { working <- struct{}{}; <-release })
		}()
	}
	<-working
	<-working
	waiting, cancel := context.WithCancel(context.Background())
	for range 3 {
		go func() { done <- p.run(waiting, func(*argon2id.Memory) { t.Error("one that gave up was worked on") }) }()
	}
	for len(p.tickets) < 5 {
		runtime.Gosched()
	}
	if err := p.ready(); !errors.Is(err, domain.ErrBusy) {
		t.Errorf("with a full queue: %v", err)
	}
	if err := p.run(context.Background(), func(*argon2id.Memory) { t.Error("one too many was worked on") }); !errors.Is(err, domain.ErrBusy) {
		t.Errorf("beyond the queue: %v", err)
	}
	cancel()
	for range 3 {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("a waiter that gave up: %v", err)
		}
	}
	close(release)
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if err := errors.Join(p.ready(), p.run(context.Background(), func(*argon2id.Memory) {})); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestAFaultIsTheCallers(t *testing.T) {
	t.Parallel()
	p := newTestPool()
	defer func() {
		if fault := recover(); fault != "fault" {
			t.Errorf("recovered %v", fault)
		}
		if err := p.run(context.Background(), func(*argon2id.Memory) {}); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	}()
	_ = p.run(context.Background(), func(*argon2id.Memory) { panic("fault") })
	t.Error("the fault is lost")
}

func TestHashesOneAfterTheOtherTakeOneMemory(t *testing.T) {
	t.Parallel()
	p := newTestPool()
	if first, second := memoryOf(t, p), memoryOf(t, p); first != second {
		t.Error("the second hash has a memory of its own")
	}
}

// memoryOf is what a hash is computed in.
func memoryOf(t *testing.T, p *pool) (memory *argon2id.Memory) {
	t.Helper()
	if err := p.run(context.Background(), func(m *argon2id.Memory) { memory = m }); err != nil || memory == nil {
		t.Fatalf("memory %v, %v", memory, err)
	}
	return memory
}

// withClock runs a test under a clock of its own, which stops with the test: the pool's threads have to end before it.
func withClock(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		defer time.Sleep(2 * idle)
		test(t)
	})
}

func TestThreadAndMemoryStayForAMinuteAfterTheLastHash(t *testing.T) {
	t.Parallel()
	withClock(t, func(t *testing.T) {
		p := newTestPool()
		kept := memoryOf(t, p)
		for range 3 {
			time.Sleep(idle - time.Nanosecond)
			if memoryOf(t, p) != kept {
				t.Fatal("the memory is gone before its time")
			}
		}
		time.Sleep(idle + time.Nanosecond)
		if synctest.Wait(); p.threads != 0 {
			t.Errorf("%d threads are left", p.threads)
		}
		if memoryOf(t, p) == kept {
			t.Error("the memory is still there")
		}
	})
}

func TestOnceNobodyWaitsNothingOfAHashStaysInTheMemory(t *testing.T) {
	t.Parallel()
	withClock(t, func(t *testing.T) {
		p := newPool(1, 0, func() *argon2id.Memory { return argon2id.NewMemory(argon2id.Available()[0], 8) })
		var memory *argon2id.Memory
		if err := p.run(t.Context(), func(m *argon2id.Memory) {
			memory = m
			m.Key([]byte("password"), []byte("somesalt"), 2, 8, 1, 32)
		}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if kept := reflect.ValueOf(memory).Elem().FieldByName("kept"); !holdsZeros(kept) {
			t.Errorf("it holds %v", kept)
		}
	})
}

// holdsZeros reports whether all blocks hold only zeros, which are of a type that only their package knows.
func holdsZeros(blocks reflect.Value) bool {
	for n := range blocks.Len() {
		if !blocks.Index(n).IsZero() {
			return false
		}
	}
	return true
}

// Threads end and begin again at any moment, and none who waits is left waiting.
func TestNobodyIsForgottenWhenThreadsEnd(t *testing.T) {
	t.Parallel()
	withClock(t, func(t *testing.T) {
		p := newTestPool()
		for n := range 200 {
			var all sync.WaitGroup
			for range 1 + n%3 {
				all.Go(func() {
					if err := p.run(context.Background(), func(*argon2id.Memory) { time.Sleep(time.Duration(n%2) * idle) }); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			time.Sleep(idle - time.Duration(n%3)*time.Nanosecond)
		}
	})
}
