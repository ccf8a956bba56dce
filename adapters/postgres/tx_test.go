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

// Two transactions change two users in opposite order. Each has locked its first user before it waits for the second.
func TestBothTransactionsOfADeadlockSucceed(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	s := openAt(t, url, memory.NewSealer())
	users := []domain.User{person(1), person(2)}
	for _, u := range users {
		add(t, s, u)
	}
	var runs atomic.Int32
	var bothLockedOne, done sync.WaitGroup
	bothLockedOne.Add(2)
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
					bothLockedOne.Done()
					bothLockedOne.Wait()
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
			t.Errorf("version %d: the two transactions did not take effect once each", got)
		}
	}
	if n := runs.Load(); n < 3 { // more if the second run of the aborted transaction locks the released row first
		t.Errorf("%d runs: no transaction was aborted and retried", n)
	}
}

// touch saves a user's profile unchanged, which locks it. It retries while the other transaction changes the user in between.
func touch(ctx context.Context, r ports.Repos, id domain.UserID) error {
	for {
		u, err := r.Accounts.FindByID(ctx, id)
		if err != nil {
			return err
		}
		if err = r.Accounts.ChangeProfile(ctx, u); !errors.Is(err, ports.ErrConflict) {
			return err
		}
	}
}

func TestTransactionThatIsAlwaysAbortedIsBusy(t *testing.T) {
	t.Parallel()
	runs := 0
	err := open(t).InTx(context.Background(), func(context.Context, ports.Repos) error {
		runs++
		return postgres.ErrTxAborted
	})
	if runs != 5 {
		t.Errorf("%d runs, want 5", runs)
	}
	if !errors.Is(err, domain.ErrBusy) {
		t.Errorf("error %v, want %v", err, domain.ErrBusy)
	}
}

// The statement that is sent with a failed one fails too, with the error of the failed one: never with ports.ErrNotFound.
func TestADeferredStatementThatFailsFailsTheTransaction(t *testing.T) {
	t.Parallel()
	s, u, e := open(t), person(1), happened()
	for name, next := range map[string]func(ctx context.Context, r ports.Repos) error{
		"before the commit": func(context.Context, ports.Repos) error { return nil },
		"before a query": func(ctx context.Context, r ports.Repos) error {
			_, err := r.Accounts.FindByID(ctx, person(2).ID)
			wantMeaning(t, err, nil)
			return nil
		},
		"before a query of many rows": func(ctx context.Context, r ports.Repos) error {
			_, err := r.Accounts.FindPending(ctx, domain.EmailIndexes{"no such index"}, 1)
			wantMeaning(t, err, nil)
			return nil
		},
		"before a statement": func(ctx context.Context, r ports.Repos) error {
			wantMeaning(t, r.Accounts.TerminateAccount(ctx, person(2).ID, start), nil)
			return nil
		},
		"before a batch": func(ctx context.Context, r ports.Repos) error {
			_, _, err := r.Accounts.SpendLogin(ctx, domain.EmailIndexes{u.EmailIndex}, domain.KnownDevice{}, []domain.RateLimit{{Limit: 1}}, start)
			wantMeaning(t, err, nil)
			return nil
		},
	} {
		err := s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
			if err := errors.Join(r.Accounts.AddPending(ctx, u), r.Audit.Record(ctx, e), r.Audit.Record(ctx, e)); err != nil {
				return err
			}
			return next(ctx, r)
		})
		if err == nil {
			t.Errorf("%s: the duplicate event caused no error", name)
		}
		n := one[int](t, s.Pool(), `
			SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM audit_events) + (SELECT count(*) FROM rate_limit_counters)`)
		if n != 0 {
			t.Errorf("%s: %d rows of a failed transaction", name, n)
		}
	}
	add(t, s, u)
}

func TestTransactionOfAPanicIsRolledBack(t *testing.T) {
	t.Parallel()
	s, u := open(t), person(1)
	for range poolSize + 1 { // more runs than the pool has connections to leak
		func() {
			defer func() {
				if recover() == nil {
					t.Error("did not panic")
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
		t.Errorf("%d connections leaked", n)
	}
	if n := one[int](t, s.Pool(), `SELECT count(*) FROM users`); n != 0 {
		t.Errorf("%d users of a transaction that panicked", n)
	}
}
