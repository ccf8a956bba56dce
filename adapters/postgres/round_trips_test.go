package postgres_test

import (
	"context"
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
