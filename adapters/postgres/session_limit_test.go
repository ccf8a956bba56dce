package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// A restored backup of an earlier release may contain more sessions than the limit. A login revokes a bounded number of them, and
// the next one the rest.
func TestALoginRevokesABoundedNumberOfSessions(t *testing.T) {
	t.Parallel()
	const restored, beyond = 1500, 1502 - domain.MaxSessions
	ctx, s := context.Background(), open(t)
	own := loggedIn(t, s, 1)[0]
	exec(t, s.Pool(), `INSERT INTO sessions (id, user_id, device_id, secret_hash, generation, created_at, rotated_at, expires_at, ends_at)
		SELECT gen_random_uuid(), user_id, device_id, secret_hash, generation, created_at, rotated_at - n * interval '1 second',
			expires_at, ends_at
		FROM sessions, generate_series(1, $1::int) n`, restored)
	revoked := 0
	for i, want := range []int{domain.MaxTrimmedSessions, beyond + 1 - domain.MaxTrimmedSessions} {
		at := start.Add(time.Duration(i+1) * time.Minute)
		session := domain.DefaultSessionPolicy().NewSession(
			domain.SessionID{ID: domain.ID{8, byte(i)}}, own.UserID, domain.DeviceID{}, domain.SecretHash{}, at)
		if err := s.Repos().Sessions.Create(ctx, session, person(1).PasswordHash, nil, happened()); err != nil {
			t.Fatal(err)
		}
		before := revoked
		if revoked = one[int](t, s.Pool(), `SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL`); revoked-before != want {
			t.Errorf("login %d revoked %d sessions, want %d", i+1, revoked-before, want)
		}
	}
	if n := one[int](t, s.Pool(), `SELECT count(*) FROM revocations`); n != revoked {
		t.Errorf("%d of %d revocations are listed", n, revoked)
	}
	if live, err := s.Repos().Sessions.IsLive(ctx, own, start); err != nil || !live {
		t.Errorf("the most recently refreshed of the older sessions is live: %v, %v", live, err)
	}
}
