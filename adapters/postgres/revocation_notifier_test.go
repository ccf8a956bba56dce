package postgres_test

import (
	"context"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// Whatever revokes a session notifies the followers, after the commit: a follower that then reads the list finds it.
func TestFollowersAreNotifiedOfEachRevocation(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx, stop := context.WithCancel(t.Context())
	found, done := make(chan int, 100), make(chan struct{})
	go func() {
		defer close(done)
		s.Listen(ctx, map[string]func(){postgres.RevocationsChannel: func() {
			list, err := s.Repos().Sessions.ListRevocations(ctx, domain.RevocationPosition{}, 1000)
			if err == nil {
				found <- len(list)
			}
		}})
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
	if n := await.For(t, "the listener", found); n != 0 {
		t.Fatalf("%d revocations before the first", n)
	}
	callers := loggedIn(t, s, domain.MaxSessions)
	user := callers[0].UserID
	r := s.Repos().Sessions
	revoked := 0
	for _, by := range []struct {
		name   string
		revoke func() (revoked int, err error)
	}{
		{"RevokeSession", func() (int, error) { return 1, r.RevokeSession(ctx, callers[1], happened(), start) }},
		{"a login beyond the limit", func() (int, error) {
			u, err := s.Repos().Accounts.FindByID(ctx, user)
			if err != nil {
				return 0, err
			}
			before := one[int](t, s.Pool(), `SELECT count(*) FROM sessions WHERE revoked_at IS NULL`)
			for n := range domain.MaxSessions - before + 1 {
				id := domain.SessionID{ID: domain.ID{10, byte(n)}}
				session := domain.DefaultSessionPolicy().NewSession(id, u.ID, domain.DeviceID{}, domain.SecretHash{}, start)
				if err := r.Create(ctx, session, u.PasswordHash, nil, happened()); err != nil {
					return 0, err
				}
			}
			return 1, nil
		}},
		{"a transaction", func() (int, error) {
			live := one[int](t, s.Pool(), `SELECT count(*) FROM sessions WHERE revoked_at IS NULL`)
			return live - 1, s.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
				return r.Sessions.RevokeSessionsOf(ctx, user, callers[9].SessionID, start)
			})
		}},
		{"RevokeAllSessions", func() (int, error) { return 1, r.RevokeAllSessions(ctx, callers[9], happened(), start) }},
	} {
		n, err := by.revoke()
		if err != nil {
			t.Fatalf("%s: %v", by.name, err)
		}
		revoked += n
		for got := -1; got != revoked; {
			got = await.For(t, "the notification of "+by.name, found)
		}
	}
}
