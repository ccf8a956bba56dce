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
)

// wantForbidden checks that no table of the audit log can be changed but by adding to it.
func wantForbidden(t *testing.T, conn *pgx.Conn, why string) {
	t.Helper()
	for _, statement := range []string{
		"UPDATE audit_events SET kind = kind", "DELETE FROM audit_events", "TRUNCATE audit_events",
		"UPDATE audit_seals SET position = position", "DELETE FROM audit_seals", "TRUNCATE audit_seals",
		"UPDATE audit_heads SET position = position", "DELETE FROM audit_heads", "TRUNCATE audit_heads",
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

// grants are the statements that README.md gives for a role that only serves.
func grants(t *testing.T, role string) []string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(readme), "```sql\n")
	block, _, closed := strings.Cut(block, "```")
	if !ok || !closed || !strings.Contains(block, readmeRole) {
		t.Fatalf("README.md has no block of SQL with grants to %s", readmeRole)
	}
	return strings.SplitAfter(strings.TrimSpace(strings.ReplaceAll(block, readmeRole, role)), ";")
}

// A role that did not migrate the database serves from it, and has no right to change the audit log.
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

	ctx, s, u := context.Background(), openAt(t, asRole, memory.NewSealer()), person(1)
	add(t, s, u)
	opened := domain.DefaultSessionPolicy().Open(domain.SessionID{ID: domain.ID{9}}, u.ID, domain.DeviceID{}, domain.SecretHash{}, start)
	for _, err := range []error{
		s.Repos().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start),
		s.Repos().Sessions.Open(ctx, opened, u.PasswordHash, nil, happened()),
		s.Repos().Audit.Record(ctx, happened()),
	} {
		if err != nil {
			t.Error(err)
		}
	}
}
