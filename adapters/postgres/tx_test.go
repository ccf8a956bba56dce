package postgres_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Two transactions change two users in opposite order, each having changed one before it asks for the other.
func TestBothTransactionsOfADeadlockSucceed(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	s := openAt(t, url, memory.NewSealer())
	users := []domain.User{person(1), person(2)}
	for _, u := range users {
		add(t, s, u)
	}
	var runs atomic.Int32
	var bothHoldOne, done sync.WaitGroup
	bothHoldOne.Add(2)
	for i := range users {
		done.Go(func() {
			met := false
			if err := s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
				runs.Add(1)
				if err := touch(ctx, r, users[i].ID); err != nil {
					return err
				}
				if !met {
					met = true
					bothHoldOne.Done()
					bothHoldOne.Wait()
				}
				return touch(ctx, r, users[1-i].ID)
			}); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	for _, u := range users {
		if got := byID(t, s, u.ID).Version; got != u.Version+2 {
			t.Errorf("version %d: not each transaction took effect once", got)
		}
	}
	if n := runs.Load(); n < 3 { // more when the loser's second run is quick enough to take the released row again
		t.Errorf("%d runs: no transaction lost and ran again", n)
	}
}

// touch saves a user's profile as it is, which locks it, over again while the other transaction changes it in between.
func touch(ctx context.Context, r ports.Repos, id domain.UserID) error {
	for {
		u, err := r.Accounts.ByID(ctx, id)
		if err != nil {
			return err
		}
		if err = r.Accounts.SaveProfile(ctx, u); !errors.Is(err, ports.ErrConflict) {
			return err
		}
	}
}

func TestTransactionThatAlwaysLosesIsBusy(t *testing.T) {
	t.Parallel()
	runs := 0
	err := open(t).InTx(context.Background(), func(context.Context, ports.Repos) error {
		runs++
		return postgres.ErrLostRace
	})
	if runs != 5 {
		t.Errorf("%d runs", runs)
	}
	if !errors.Is(err, domain.ErrBusy) {
		t.Errorf("%v", err)
	}
}

func TestWhatNobodyWaitedForFailsTheTransaction(t *testing.T) {
	t.Parallel()
	s, u, e := open(t), person(1), happened()
	err := s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
		return errors.Join(r.Accounts.AddPending(ctx, u), r.Audit.Record(ctx, e), r.Audit.Record(ctx, e))
	})
	if err == nil {
		t.Error("one event was recorded twice")
	}
	if n := one[int](t, s.Pool(), `SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM audit_events)`); n != 0 {
		t.Errorf("%d rows of a transaction that failed", n)
	}
	add(t, s, u)
}

func TestTransactionOfAPanicIsRolledBack(t *testing.T) {
	t.Parallel()
	s, u := open(t), person(1)
	for range poolSize + 1 { // more often than there are connections to leak
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			_ = s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
				if err := r.Accounts.AddPending(ctx, u); err != nil {
					t.Error(err)
				}
				panic("a mistake in a use case")
			})
		}()
	}
	if n := s.Pool().Stat().AcquiredConns(); n != 0 {
		t.Errorf("%d connections are lost", n)
	}
	if n := one[int](t, s.Pool(), `SELECT count(*) FROM users`); n != 0 {
		t.Errorf("%d users of a transaction that panicked", n)
	}
}
