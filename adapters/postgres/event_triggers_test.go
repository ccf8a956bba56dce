package postgres_test

import (
	"context"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// loggedIn adds a user with n sessions and returns a caller for each.
func loggedIn(t *testing.T, s *postgres.Store, n int) (callers []domain.Caller) {
	t.Helper()
	ctx, u, r := context.Background(), person(1), s.Repos()
	add(t, s, u)
	if err := r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		id := domain.SessionID{ID: domain.ID{9, byte(i)}}
		session := domain.DefaultSessionPolicy().NewSession(id, u.ID, domain.DeviceID{}, domain.SecretHash{}, start)
		if err := r.Sessions.Create(ctx, session, u.PasswordHash, nil, happened()); err != nil {
			t.Fatal(err)
		}
		callers = append(callers, domain.Caller{UserID: u.ID, SessionID: id})
	}
	return callers
}

// A call of a trigger costs more than the row that it inserts.
func TestLoginsAndLogoutsCallNoTrigger(t *testing.T) {
	t.Parallel()
	ctx, s := context.Background(), open(t)
	for _, function := range []string{"sessions_record_revocation", "audit_await_chaining"} {
		exec(t, s.Pool(), `CREATE OR REPLACE FUNCTION `+function+`() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN RAISE EXCEPTION 'called'; END $$`)
	}
	callers := loggedIn(t, s, 3)
	if err := s.Repos().Sessions.RevokeSession(ctx, callers[0], happened(), start); err != nil {
		t.Error(err)
	}
	if err := s.Repos().Sessions.RevokeAllSessions(ctx, callers[1], happened(), start); err != nil {
		t.Error(err)
	}
	if n := one[int](t, s.Pool(), `SELECT count(*) FROM revocations`); n != 3 {
		t.Errorf("%d revocations of 3 sessions", n)
	}
	if n := one[int](t, s.Pool(), `SELECT count(*) FROM audit_unchained JOIN audit_events ON id = event_id`); n != 5 {
		t.Errorf("%d of 5 events wait for their chain entries", n)
	}
}

// What any other statement revokes is listed too, and the event that it inserts waits for its chain entry.
func TestNoStatementLeavesOutARevocationOrAnEvent(t *testing.T) {
	t.Parallel()
	s := open(t)
	loggedIn(t, s, 2)
	exec(t, s.Pool(), `UPDATE sessions SET revoked_at = now()`)
	exec(t, s.Pool(), `INSERT INTO audit_events (id, at, kind) VALUES (gen_random_uuid(), now(), 'inserted')`)
	if n := one[int](t, s.Pool(), `SELECT count(*) FROM revocations`); n != 2 {
		t.Errorf("%d revocations of 2 sessions", n)
	}
	if n := one[int](t, s.Pool(), `SELECT count(*) FROM audit_unchained`); n != 3 {
		t.Errorf("%d of 3 events wait for their chain entries", n)
	}
}

// An event that only claims to wait for its entry would never be chained.
func TestAnEventThatOnlyClaimsToBeQueuedIsUnaccounted(t *testing.T) {
	t.Parallel()
	s := open(t)
	loggedIn(t, s, 1)
	claims := one[domain.ID](t, s.Pool(), `INSERT INTO audit_events (id, at, kind, is_queued)
		VALUES (gen_random_uuid(), now(), 'x', true) RETURNING id`)
	if err := s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
		unaccounted, _, err := r.Audit.ListUnaccounted(ctx, domain.ID{}, 10)
		if len(unaccounted) != 1 || unaccounted[0] != claims {
			t.Errorf("unaccounted: %v, want %v", unaccounted, claims)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
