package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/pooler"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/wireproxy"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// inEachMode runs a test with one connection of each kind, on which it can count the round trips.
func inEachMode(t *testing.T, do func(t *testing.T, s *postgres.Store, counter *wireproxy.Proxy)) {
	t.Helper()
	type mode struct {
		isPooled bool
		options  []postgres.Option
	}
	unprepared := []postgres.Option{postgres.WithoutPreparedStatements()}
	modes := map[string]mode{
		"prepared statements": {}, "no prepared statements": {options: unprepared}, "a pooler": {isPooled: true, options: unprepared},
	}
	if pooler.PreparesStatements(t) {
		modes["a pooler with prepared statements"] = mode{isPooled: true}
	}
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.New(t)
			if mode.isPooled {
				url = pooler.Start(t, url).To(t, url)
			}
			counter, err := wireproxy.Start(context.Background(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(counter.Close)
			through := withSetting(counter.URL(), "pool_max_conns", "1")
			s, err := postgres.Open(context.Background(), through, memory.NewSealer(), mode.options...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			do(t, s, counter)
		})
	}
}

// Each of these calls is one round trip, whatever the number of its statements.
func TestOneCallIsOneRoundTrip(t *testing.T) {
	t.Parallel()
	inEachMode(t, wantOneTripEach)
}

func wantOneTripEach(t *testing.T, s *postgres.Store, counter *wireproxy.Proxy) {
	t.Helper()
	for _, call := range singleCalls(s) {
		if call.prepare != nil {
			if err := call.prepare(); err != nil {
				t.Fatalf("%s: prepare: %v", call.name, err)
			}
		}
		if err := call.do(); err != nil { // the first call also prepares or describes its statements
			t.Fatalf("%s: %v", call.name, err)
		}
		before := counter.Trips()
		if err := call.do(); err != nil {
			t.Fatalf("%s: %v", call.name, err)
		}
		if got := counter.Trips() - before; got != 1 {
			t.Errorf("%s: %d round trips, want 1", call.name, got)
		}
	}
}

// storeCall is a call of a store. prepare, if set, runs before it and is not counted.
type storeCall struct {
	name        string
	do, prepare func() error
}

// singleCalls are calls that each take one round trip, in this order. Each can be repeated.
func singleCalls(s *postgres.Store) []storeCall {
	ctx, u, r := context.Background(), person(1), s.Repos()
	policy, sessions := domain.DefaultRateLimitPolicy(), domain.DefaultSessionPolicy()
	limits := policy.PasswordAttempt(domain.PasswordAttempt{Account: "index 1", Networks: []string{"client", "network"}})
	var session domain.Session
	created := 0
	activate := func() error { return r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start) }
	logIn := func() error {
		created++
		id := domain.SessionID{ID: domain.ID{14: 1, 15: byte(created)}}
		session = sessions.NewSession(id, u.ID, domain.DeviceID{}, domain.SecretHash{}, start)
		return r.Sessions.Create(ctx, session, u.PasswordHash, limits, happened())
	}
	return []storeCall{
		{name: "Ping", do: func() error { return s.Ping(ctx) }},
		{name: "SignUp", do: func() error {
			u = person(created + 1)
			created++
			return r.Accounts.SignUp(
				ctx, u, domain.EmailIndexes{u.EmailIndex}, "network", happened(),
				ports.MessageRequest{Template: domain.MessageVerification, UserID: u.ID, At: start},
			)
		}},
		{name: "Enqueue", do: func() error {
			return r.Outbox.Enqueue(ctx, ports.MessageRequest{Template: domain.MessageVerification, UserID: u.ID, At: start})
		}},
		{name: "Spend", do: func() error {
			_, err := r.RateLimits.Spend(ctx, policy.Request([]string{"client", "network"}), start)
			return err
		}},
		{name: "SpendLogin", do: func() error {
			_, _, err := r.Accounts.SpendLogin(ctx, domain.EmailIndexes{"index 1"}, domain.KnownDevice{}, limits, start)
			return err
		}},
		{name: "Create", prepare: activate, do: logIn},
		{name: "ReadProfile", do: func() error {
			_, err := r.Accounts.ReadProfile(ctx, domain.Caller{UserID: u.ID, SessionID: session.ID}, start)
			return err
		}},
		{name: "RevokeSession", do: func() error {
			defer func() { session.ID = domain.SessionID{ID: domain.ID{14: 1, 15: byte(created - 1)}} }()
			return r.Sessions.RevokeSession(ctx, domain.Caller{UserID: u.ID, SessionID: session.ID}, happened(), start)
		}},
	}
}

// BEGIN is sent with the first statement, and deferred statements with the COMMIT.
func TestATransactionSendsDeferredStatementsWithTheCommit(t *testing.T) {
	t.Parallel()
	inEachMode(t, wantDeferredStatementsWithTheCommit)
}

func wantDeferredStatementsWithTheCommit(t *testing.T, s *postgres.Store, counter *wireproxy.Proxy) {
	t.Helper()
	ctx, u := context.Background(), person(1)
	add(t, s, u)
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
				r.Audit.Record(ctx, happened()),
				r.Sessions.RemoveDevicesOf(ctx, u.ID, domain.DeviceID{}), r.Links.RemoveAllOf(ctx, u.ID, l.Purpose),
				r.Outbox.Enqueue(ctx, ports.MessageRequest{Template: domain.MessagePasswordChanged, UserID: u.ID, At: start}))
		})
		if got := counter.Trips() - before; u.Version > 1 && got != 3 { // the first call also prepares or describes its statements
			t.Errorf("%d round trips, want 3", got)
		}
		u.Version++
		return err
	}
	if err := errors.Join(reset(), reset()); err != nil {
		t.Fatal(err)
	}
	events, messages := one[int](t, s.Pool(), `SELECT count(*) FROM audit_events`), one[int](t, s.Pool(), `SELECT count(*) FROM river_job`)
	if events != 2 || messages != 2 {
		t.Errorf("%d events, %d messages, want 2 of each", events, messages)
	}
}
