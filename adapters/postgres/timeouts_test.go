package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// hang limits a wait that must end by itself. Only a wait without a bound reaches it.
const hang = 2 * time.Minute

func TestTheWaitForAConnectionIsBounded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	s, err := postgres.Open(ctx, withSetting(pgtest.New(t), "pool_max_conns", "1"), memory.NewSealer(),
		postgres.WithConnectionTimeout(50*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	conn, err := s.Pool().Acquire(ctx)
	for errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil { // to connect may take longer
		conn, err = s.Pool().Acquire(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range everyCall(ctx, s) {
		t.Run(name, func(t *testing.T) { wantMeaning(t, err, domain.ErrBusy) })
	}
	conn.Release()
	if ctx.Err() != nil {
		t.Error("the waits ended with the context only")
	}
}

// The wait for a lock is part of the statement's time.
func TestAStatementIsBounded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	url := pgtest.New(t)
	s, u, locker := openAt(t, url, memory.NewSealer()), person(1), connect(t, url)
	exec(t, locker, "BEGIN")
	exec(t, locker, "LOCK TABLE users")
	pooled := make(chan error, 1)
	go func() { _, err := s.Pool().Exec(ctx, "SELECT FROM users"); pooled <- err }() // as the job workers do
	_, err := s.Repos().Accounts.FindByID(ctx, u.ID)
	wantMeaning(t, err, domain.ErrBusy)
	if err := <-pooled; err == nil || ctx.Err() != nil {
		t.Errorf("a statement on the pool: %v", err)
	}
	exec(t, locker, "ROLLBACK")
	add(t, s, u)
}

// A job may raise the timeout. Here it lowers it, which shows that the server has it, and that the next statement has not.
func TestAJobHasAStatementTimeoutOfItsOwn(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	s, u, locker := openAt(t, url, memory.NewSealer()), person(1), connect(t, url)
	add(t, s, u)
	exec(t, locker, "BEGIN")
	exec(t, locker, "LOCK TABLE users")
	ctx := postgres.WithStatementTimeout(context.Background(), time.Second)
	find := func(ctx context.Context, r ports.Repos) error {
		_, err := r.Accounts.FindByID(ctx, u.ID)
		return err
	}
	for name, err := range map[string]error{"in a transaction": s.InTx(ctx, find), "outside": find(ctx, s.Repos())} {
		t.Run(name, func(t *testing.T) { wantMeaning(t, err, domain.ErrBusy) })
	}
	exec(t, locker, "ROLLBACK")
	if err := errors.Join(s.InTx(ctx, find), find(ctx, s.Repos())); err != nil {
		t.Error(err)
	}
	for range poolSize {
		if got := one[string](t, s.Pool(), "SHOW statement_timeout"); got != "5s" {
			t.Errorf("the next statement has a timeout of %s", got)
		}
	}
}

// The host of the database hangs: connections stay open, and no response arrives. What a client writes then may take effect.
func TestAServerThatHangsIsBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(s *postgres.Store, ctx context.Context, u domain.User) error
		want error
	}{
		"a read": {func(s *postgres.Store, ctx context.Context, u domain.User) error {
			_, err := s.Repos().Accounts.FindByID(ctx, u.ID)
			return err
		}, domain.ErrBusy},
		"a write": {func(s *postgres.Store, ctx context.Context, u domain.User) error {
			return s.Repos().Accounts.TerminateAccount(ctx, u.ID, start)
		}, domain.ErrOutcomeUnknown},
		"a commit": {func(s *postgres.Store, ctx context.Context, u domain.User) error {
			return s.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
				return errors.Join(r.Links.RemoveAllOf(ctx, u.ID, domain.ResetPassword), r.Audit.Record(ctx, happened()))
			})
		}, domain.ErrOutcomeUnknown},
		"before the commit": {func(s *postgres.Store, ctx context.Context, u domain.User) error {
			return s.InTx(ctx, func(ctx context.Context, r ports.Repos) error { return r.Accounts.TerminateAccount(ctx, u.ID, start) })
		}, domain.ErrBusy},
		"Ping": {func(s *postgres.Store, ctx context.Context, _ domain.User) error { return s.Ping(ctx) }, domain.ErrBusy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(context.Background(), hang)
			defer cancel()
			proxy := startProxy(t, pgtest.New(t))
			s, u := openAt(t, proxy.url(), memory.NewSealer()), person(1)
			add(t, s, u)
			if err := s.Repos().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start); err != nil {
				t.Fatal(err)
			}
			// A prepared statement is sent without a response in between, so that the server runs it.
			if err := c.do(s, ctx, domain.User{}); err != nil && !errors.Is(err, ports.ErrNotFound) {
				t.Fatal(err)
			}
			proxy.silence(true)
			wantMeaning(t, c.do(s, ctx, u), c.want)
			if ctx.Err() != nil {
				t.Error("the wait ended with the context only")
			}
			proxy.block() // the broken connection is not waited for
			proxy.silence(false)
			proxy.open(t)
			terminated := byID(t, s, u.ID).IsTerminated
			if name == "a write" && !terminated || name == "before the commit" && terminated {
				t.Errorf("terminated: %v", terminated)
			}
		})
	}
}
