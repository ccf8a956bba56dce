package passwordhash

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/domain"
)

func TestAHashVerifiesWithEveryImplementation(t *testing.T) {
	t.Parallel()
	p, err := domain.ParsePassword("correct horse battery staple")
	if err != nil {
		t.Fatal(err)
	}
	var hashers []*Hasher
	for _, i := range argon2id.Available() {
		hashers = append(hashers, New(Config{Params: cheap, Implementation: i, Concurrency: 1, Queue: 64}))
	}
	for i, maker := range hashers {
		made, err := maker.Hash(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		for j, verifier := range hashers {
			if got, err := verifier.Verify(context.Background(), p, made); err != nil || !got.OK || got.Stale {
				t.Errorf("made by implementation %d, verified by %d: %+v, %v", i, j, got, err)
			}
		}
	}
}

func TestASlotTakesTheMemoryThatWasUsedLast(t *testing.T) {
	t.Parallel()
	m := newMemories(argon2id.Implementation{}, 8)
	first, second := m.take(), m.take()
	if first == second {
		t.Fatal("two slots have one memory")
	}
	m.put(first)
	m.put(second)
	if got := m.take(); got != second {
		t.Error("not the one used last")
	}
	if got := m.take(); got != first {
		t.Error("not the other one")
	}
}

func TestHashesOneAfterTheOtherTakeOneMemory(t *testing.T) {
	t.Parallel()
	p := newPool(2, 3, newMemories(argon2id.Implementation{}, 8))
	var taken []*argon2id.Memory
	for range 2 {
		if err := p.run(context.Background(), func(m *argon2id.Memory) { taken = append(taken, m) }); err != nil {
			t.Fatal(err)
		}
	}
	if taken[0] == nil || taken[0] != taken[1] {
		t.Error("the second hash has a memory of its own")
	}
}

func TestMemoryIsGivenBackAMinuteAfterTheLastHash(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemories(argon2id.Implementation{}, 8)
		kept := m.take()
		for range 3 {
			m.put(kept)
			time.Sleep(idleMemory - time.Nanosecond)
			if m.take() != kept {
				t.Fatal("the memory is gone before its time")
			}
		}
		m.put(kept)
		time.Sleep(idleMemory + time.Nanosecond)
		if m.take() == kept {
			t.Error("the memory is still there")
		}
	})
}
