package postgres_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// wantForbidden checks that rows can be added to the tables of the audit log, but not changed or removed.
func wantForbidden(t *testing.T, conn *pgx.Conn, why string) {
	t.Helper()
	for _, statement := range []string{
		"UPDATE audit_events SET kind = kind", "DELETE FROM audit_events", "TRUNCATE audit_events",
		"UPDATE audit_chain SET position = position", "DELETE FROM audit_chain", "TRUNCATE audit_chain",
		"UPDATE audit_checkpoints SET position = position", "DELETE FROM audit_checkpoints", "TRUNCATE audit_checkpoints",
	} {
		if _, err := conn.Exec(context.Background(), statement); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want %q", statement, err, why)
		}
	}
}

func TestNotEvenASuperuserChangesTheAuditLog(t *testing.T) {
	t.Parallel()
	wantForbidden(t, connect(t, pgtest.New(t)), "append-only")
}

// readmeRole is the role that README.md grants to.
const readmeRole = "user_management"

// grants are the statements of README.md for a role that only serves.
func grants(t *testing.T, role string) []string {
	t.Helper()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## The database role\n")
	_, block, ok := strings.Cut(section, "```sql\n")
	block, _, closed := strings.Cut(block, "```")
	if !ok || !closed || !strings.Contains(block, readmeRole) {
		t.Fatalf("docs/operations.md has no block of SQL with grants to %s", readmeRole)
	}
	return strings.SplitAfter(strings.TrimSpace(strings.ReplaceAll(block, readmeRole, role)), ";")
}

// wantNoFarPosition checks that one INSERT cannot use up the positions and numbers of the audit chain.
func wantNoFarPosition(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	for _, n := range []string{"9223372036854775807", "4611686018427387903", "2"} {
		for _, statement := range []string{
			`INSERT INTO audit_chain (position, event_id, event_digest, chain_digest)
				VALUES (` + n + `, gen_random_uuid(), sha256(''), sha256(''))`,
			`INSERT INTO audit_checkpoints (number, segment, position, chain_digest, previous_number, previous_digest, signed_at, break,
				key_id, signature) VALUES (` + n + `, 1, 0, sha256(''), 0, sha256(''), now(), '', '', '')`,
			`INSERT INTO audit_checkpoints (number, segment, position, chain_digest, previous_number, previous_digest, signed_at, break,
				key_id, signature) VALUES (1, 1, ` + n + `, sha256(''), 0, sha256(''), now(), '', '', '')`,
		} {
			if _, err := conn.Exec(context.Background(), statement); err == nil {
				t.Errorf("%s was accepted", statement)
			}
		}
	}
}

// A role that did not migrate the database can serve from it, and has no privilege to change the audit log.
func TestServingRoleMayOnlyAddToTheAuditLog(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	owner := connect(t, url)
	role := "serves_" + owner.Config().Database
	exec(t, owner, "CREATE ROLE "+role)
	t.Cleanup(func() {
		exec(t, owner, "DROP OWNED BY "+role)
		exec(t, owner, "DROP ROLE "+role)
	})
	for _, statement := range grants(t, role) {
		exec(t, owner, statement)
	}
	asRole := withSetting(url, "role", role)
	wantForbidden(t, connect(t, asRole), "permission denied")

	wantNoFarPosition(t, connect(t, asRole))

	ctx, s, u := context.Background(), openAt(t, asRole, memory.NewSealer()), person(1)
	add(t, s, u)
	created := domain.DefaultSessionPolicy().NewSession(
		domain.SessionID{ID: domain.ID{9}}, u.ID, domain.DeviceID{}, domain.SecretHash{}, start)
	caller := domain.Caller{UserID: u.ID, SessionID: created.ID}
	for _, err := range []error{
		s.Repos().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start),
		s.Repos().Sessions.Create(ctx, created, u.PasswordHash, nil, happened()),
		s.Repos().Sessions.RevokeSession(ctx, caller, happened(), start), // updates the view live_sessions
		s.Repos().Audit.Record(ctx, happened()),
		s.JobRunners().Beat(ctx, "runner"),
		s.JobRunners().Leave(ctx, "runner"),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	rescue(t, s)
}

// Everyone who can connect may take an advisory lock. None stops the audit chain.
func TestAnAdvisoryLockDoesNotStopTheAuditChain(t *testing.T) {
	t.Parallel()
	ctx, url := context.Background(), pgtest.New(t)
	s, conn := openAt(t, url, memory.NewSealer()), connect(t, url)
	exec(t, conn, `SELECT pg_advisory_lock(8461546137317566836)`) // "umsaudit", the lock of earlier releases
	lock := func() (locked bool) {
		if err := s.InTx(ctx, func(ctx context.Context, r ports.Repos) (err error) {
			locked, err = r.Audit.LockChain(ctx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return locked
	}
	if !lock() {
		t.Error("an advisory lock stops the chain")
	}
	exec(t, conn, `BEGIN`)
	exec(t, conn, `SELECT FROM audit_lock FOR UPDATE`)
	if lock() {
		t.Error("two transactions extend the chain")
	}
	exec(t, conn, `ROLLBACK`)
	if !lock() {
		t.Error("the lock stays after the transaction")
	}
}

// Rows that a role adds to the queue, which it may, do not keep the events behind them from being chained.
func TestAFloodedQueueDoesNotStopTheAuditChain(t *testing.T) {
	t.Parallel()
	ctx, url := context.Background(), pgtest.New(t)
	s, conn := openAt(t, url, memory.NewSealer()), connect(t, url)
	exec(t, conn, `INSERT INTO audit_unchained SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid
		FROM generate_series(1, 25000) n`)
	e := happened()
	if err := s.Repos().Audit.Record(ctx, e); err != nil {
		t.Fatal(err)
	}
	for calls, found := 1, false; !found; calls++ {
		err := s.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			events, more, err := r.Audit.FindUnchained(ctx, 10)
			found = len(events) == 1 && events[0] == e
			if calls > 5 || !more && !found {
				t.Fatalf("%d events after %d calls, more: %v", len(events), calls, more)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := one[int](t, conn, `SELECT count(*) FROM audit_unchained`); n != 1 {
		t.Errorf("%d rows are left in the queue", n)
	}
}
