package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/wire"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Each of these calls is one round trip, whatever it does in it.
func TestOneCallIsOneRoundTrip(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	counter, err := wire.Start(ctx, pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(counter.Close)
	s, err := postgres.Open(ctx, withSetting(counter.URL(), "pool_max_conns", "1"), memory.NewSealer())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	policy, sessions := domain.DefaultThrottlePolicy(), domain.DefaultSessionPolicy()
	budgets := policy.Password(domain.Guess{Address: "index 1", Network: "network"})
	u, r := person(1), s.Repos()
	var open domain.Session
	opened := 0
	for _, call := range []struct {
		name string
		do   func() error
	}{
		{"Ping", func() error { return s.Ping(ctx) }},
		{"SignUp", func() error {
			u = person(opened + 1)
			opened++
			return r.Accounts.SignUp(ctx, u, happened(), ports.Letter{Template: domain.MailVerification, UserID: u.ID, At: start})
		}},
		{"Enqueue", func() error {
			return r.Outbox.Enqueue(ctx, ports.Letter{Template: domain.MailVerification, UserID: u.ID, At: start})
		}},
		{"Take", func() error {
			_, err := r.Throttle.Take(ctx, policy.Requests("network"), start)
			return err
		}},
		{"Guess", func() error {
			_, _, err := r.Accounts.Guess(ctx, domain.EmailIndexes{"index 1"}, budgets, start)
			return err
		}},
		{"Open", func() error {
			opened++
			open = sessions.Open(domain.SessionID{ID: domain.ID{14: 1, 15: byte(opened)}}, u.ID, domain.DeviceID{}, domain.SecretHash{}, start)
			return r.Sessions.Open(ctx, open, u.PasswordHash, budgets, happened())
		}},
		{"User", func() error {
			_, err := r.Sessions.User(ctx, domain.Caller{UserID: u.ID, SessionID: open.ID}, start)
			return err
		}},
		{"End", func() error {
			defer func() { open.ID = domain.SessionID{ID: domain.ID{14: 1, 15: byte(opened - 1)}} }()
			return r.Sessions.End(ctx, domain.Caller{UserID: u.ID, SessionID: open.ID}, happened(), start)
		}},
	} {
		if call.name == "Open" { // the account that signed up last can sign in
			if err := r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start); err != nil {
				t.Fatal(err)
			}
		}
		if err := call.do(); err != nil { // the first time, its statements are prepared too
			t.Fatalf("%s: %v", call.name, err)
		}
		before := counter.Trips()
		if err := call.do(); err != nil {
			t.Fatalf("%s: %v", call.name, err)
		}
		if got := counter.Trips() - before; got != 1 {
			t.Errorf("%s: %d round trips", call.name, got)
		}
	}
}

// What a new password brings with it travels with the end of the transaction, and the beginning with the first statement.
func TestATransactionSendsTogetherWhatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	ctx, u := context.Background(), person(1)
	url := pgtest.New(t)
	add(t, openAt(t, url, memory.NewSealer()), u)
	counter, err := wire.Start(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(counter.Close)
	s, err := postgres.Open(ctx, withSetting(counter.URL(), "pool_max_conns", "1"), memory.NewSealer())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := s.Repos().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start); err != nil {
		t.Fatal(err)
	}
	reset := func() error {
		l := domain.Link{Hash: domain.SecretHash{1}, Purpose: domain.ResetPassword, UserID: u.ID, ExpiresAt: start.AddDate(1, 0, 0)}
		if err := s.Repos().Links.Add(ctx, l); err != nil {
			return err
		}
		before := counter.Trips()
		err := s.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			if err := r.Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, u.PasswordHash, start); err != nil {
				return err
			}
			if _, err := r.Links.Use(ctx, l.Purpose, l.Hash, start); err != nil {
				return err
			}
			return errors.Join(
				r.Throttle.Restore(ctx, domain.EmailIndexes{u.EmailIndex}), r.Audit.Record(ctx, happened()),
				r.Sessions.EndAllOf(ctx, u.ID, domain.SessionID{}, start), r.Links.RemoveAllOf(ctx, u.ID, l.Purpose),
				r.Outbox.Enqueue(ctx, ports.Letter{Template: domain.MailPasswordChanged, UserID: u.ID, At: start}))
		})
		if taken := counter.Trips() - before; u.Version > 1 && taken != 3 { // the first time, statements are prepared too
			t.Errorf("%d round trips", taken)
		}
		u.Version++
		return err
	}
	if err := errors.Join(reset(), reset()); err != nil {
		t.Fatal(err)
	}
	if events, letters := one[int](t, s.Pool(), `SELECT count(*) FROM audit_events`), one[int](t, s.Pool(), `SELECT count(*) FROM river_job`); events != 2 || letters != 2 {
		t.Errorf("%d events, %d letters", events, letters)
	}
}
