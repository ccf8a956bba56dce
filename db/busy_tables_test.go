package db_test

import (
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/db"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// A backup reads a table for as long as it takes. A migration of the table tries again and again, and requests that read the table
// meanwhile run within their timeout. Then the migration runs.
func TestAMigrationThatWaitsForATableDelaysNoRequest(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	backup, request, observer := connect(t, url), connect(t, url), connect(t, url)
	exec(t, backup, "CREATE TABLE step (number int)")
	exec(t, request, "SET statement_timeout = '"+db.StatementTimeout+"'")
	exec(t, backup, "BEGIN; SELECT FROM step")
	result := make(chan error, 1)
	go func() {
		result <- db.MigrateFiles(t.Context(), url, files(map[string]string{"0001_alter.up.sql": "ALTER TABLE step ADD COLUMN name text;"}))
	}()
	for range 3 {
		await.Until(t, "the migration to wait", func() bool {
			return scan[bool](t, observer, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'step'::regclass AND NOT granted)")
		})
		exec(t, request, "SELECT FROM step")
	}
	exec(t, backup, "COMMIT")
	if err := <-result; err != nil {
		t.Fatal(err)
	}
	exec(t, request, "SELECT name FROM step")
}

// PostgreSQL aborts a migration that waits for a request that waits for it. The migration runs later.
func TestAMigrationOutlivesADeadlock(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	request := connect(t, url)
	exec(t, request, "CREATE TABLE first (number int); CREATE TABLE second (number int)")
	const both = "SET LOCAL lock_timeout = 0; ALTER TABLE first ADD COLUMN name text; ALTER TABLE second ADD COLUMN name text;"
	result := make(chan error, 1)
	exec(t, request, "SET deadlock_timeout = '1h'; BEGIN; SELECT FROM second") // the migration finds the deadlock first
	go func() {
		result <- db.MigrateFiles(t.Context(), url, files(map[string]string{"0001_both.up.sql": both}))
	}()
	observer := connect(t, url)
	await.Until(t, "the migration to wait", func() bool {
		return scan[bool](t, observer, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'second'::regclass AND NOT granted)")
	})
	exec(t, request, "SELECT FROM first; COMMIT")
	if err := <-result; err != nil {
		t.Fatal(err)
	}
}
