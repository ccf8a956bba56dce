package db_test

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/golang-migrate/migrate/v4"
	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/db"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func scan[T any](t *testing.T, conn *pgx.Conn, query string, args ...any) T {
	t.Helper()
	var value T
	if err := conn.QueryRow(t.Context(), query, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

func exec(t *testing.T, conn *pgx.Conn, statement string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func files(texts map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range texts {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// twoSteps is not idempotent: applied twice, a file fails or the table has too many rows.
var twoSteps = map[string]string{
	"0001_first.up.sql":  "CREATE TABLE step (number int); INSERT INTO step VALUES (1);",
	"0002_second.up.sql": "INSERT INTO step VALUES (2);",
	"0003_index.up.sql":  "-- no transaction\nCREATE INDEX CONCURRENTLY step_number ON step (number);",
}

func migrateConcurrently(t *testing.T, replicas int, migrate func() error) {
	t.Helper()
	var group sync.WaitGroup
	for range replicas {
		group.Go(func() {
			if err := migrate(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestManyReplicasApplyOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	migrateConcurrently(t, 8, func() error { return db.MigrateFiles(t.Context(), url, files(twoSteps)) })
	conn := connect(t, url)
	if rows := scan[int](t, conn, "SELECT count(*) FROM step"); rows != 2 {
		t.Errorf("%d rows, want one of each of the two steps", rows)
	}
	if version := scan[int](t, conn, "SELECT version FROM schema_migrations WHERE NOT dirty"); version != 3 {
		t.Errorf("version %d, want 3", version)
	}
}

func TestEmbeddedMigrationsApply(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	migrateConcurrently(t, 8, func() error { return db.Migrate(t.Context(), url) })
	if version := scan[uint](t, connect(t, url), "SELECT version FROM schema_migrations WHERE NOT dirty"); version != db.Version() {
		t.Errorf("version %d, want %d", version, db.Version())
	}
	if len(db.Fingerprint()) != 12 {
		t.Errorf("fingerprint %q, want 12 digits", db.Fingerprint())
	}
}

// TestCurrentSchemaNeedsNoLock has the lock during the whole test: only a call that needs no lock can return.
func TestCurrentSchemaNeedsNoLock(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	if err := db.MigrateFiles(t.Context(), url, files(twoSteps)); err != nil {
		t.Fatal(err)
	}
	scan[string](t, connect(t, url), "SELECT pg_advisory_lock($1)::text", db.LockKey)
	if err := db.MigrateFiles(await.Context(t), url, files(twoSteps)); err != nil {
		t.Fatal(err)
	}
}

func TestWaitForTheLockEndsWithTheContext(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	scan[string](t, connect(t, url), "SELECT pg_advisory_lock($1)::text", db.LockKey)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := db.MigrateFiles(ctx, url, files(twoSteps)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want context.DeadlineExceeded", err)
	}
}

func TestNewerSchemaStaysUnchanged(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	if err := db.MigrateFiles(t.Context(), url, files(twoSteps)); err != nil {
		t.Fatal(err)
	}
	older := map[string]string{"0001_first.up.sql": twoSteps["0001_first.up.sql"]}
	if err := db.MigrateFiles(t.Context(), url, files(older)); err != nil {
		t.Errorf("the previous release cannot start: %v", err)
	}
}

// A migration that failed leaves nothing behind: the next start tries again once the cause is gone.
func TestAFailedMigrationIsReportedAndTriedAgain(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	broken := map[string]string{
		"0001_first.up.sql":  twoSteps["0001_first.up.sql"],
		"0004_broken.up.sql": "INSERT INTO step VALUES (4);\nINSERT INTO missing VALUES ('secret text');",
	}
	for range 2 {
		err := db.MigrateFiles(t.Context(), url, files(broken))
		if err == nil || !strings.Contains(err.Error(), "0004_broken.up.sql: line 2") || strings.Contains(err.Error(), "secret text") {
			t.Fatalf("got %v, want the failing file and line without its text", err)
		}
	}
	conn := connect(t, url)
	if _, err := conn.Exec(t.Context(), "CREATE TABLE missing (text text)"); err != nil {
		t.Fatal(err)
	}
	if err := db.MigrateFiles(t.Context(), url, files(broken)); err != nil {
		t.Errorf("after the cause is gone: %v", err)
	}
	if rows := scan[int](t, conn, "SELECT count(*) FROM step WHERE number = 4"); rows != 1 {
		t.Errorf("%d rows of the migration, want 1", rows)
	}
}

// An older release stored the version before the migration and again after it.
func TestADirtyVersionOfAnOlderReleaseIsExplained(t *testing.T) {
	t.Parallel()
	for version, repair := range map[int]string{
		1: "DELETE FROM schema_migrations",
		2: "UPDATE schema_migrations SET version = 1, dirty = false",
	} {
		url := pgtest.Empty(t)
		conn := connect(t, url)
		if version > 1 {
			if err := db.MigrateFiles(t.Context(), url, files(map[string]string{"0001_first.up.sql": twoSteps["0001_first.up.sql"]})); err != nil {
				t.Fatal(err)
			}
		}
		exec(t, conn, "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)")
		exec(t, conn, "DELETE FROM schema_migrations")
		scan[int](t, conn, "INSERT INTO schema_migrations VALUES ($1, true) RETURNING 1", version)

		err := db.MigrateFiles(t.Context(), url, files(twoSteps))
		var dirty migrate.ErrDirty
		if !errors.As(err, &dirty) || dirty.Version != version {
			t.Fatalf("got %v, want dirty version %d", err, version)
		}
		const applied = "UPDATE schema_migrations SET dirty = false"
		for _, part := range []string{repair, applied, map[int]string{1: "0001_first", 2: "0002_second"}[version]} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("error %v does not contain %q", err, part)
			}
		}
		exec(t, conn, repair)
		if err := db.MigrateFiles(t.Context(), url, files(twoSteps)); err != nil {
			t.Errorf("after the repair: %v", err)
		}
	}
}

// The version and the migration are one transaction, so a file must not end it.
func TestAFileThatEndsItsTransactionIsRefused(t *testing.T) {
	t.Parallel()
	err := db.MigrateFiles(t.Context(), pgtest.Empty(t), files(map[string]string{
		"0001_commits.up.sql": "CREATE TABLE step (number int); COMMIT; INSERT INTO step VALUES (1);",
	}))
	if err == nil || !strings.Contains(err.Error(), "0001_commits.up.sql") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

// The settings that an administrator gives to databases and roles are for requests.
func TestSettingsOfTheDatabaseDoNotReachAMigration(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	conn := connect(t, url)
	database := pgx.Identifier{scan[string](t, conn, "SELECT current_database()")}.Sanitize()
	settings := map[string]string{
		"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "idle_session_timeout": "0", "lock_timeout": "500ms",
		"transaction_isolation": "read committed", "client_encoding": "UTF8",
	}
	migration := "CREATE TABLE applied (name text, value text);\n"
	for name := range settings {
		migration += "INSERT INTO applied SELECT name, current_setting(name) FROM pg_settings WHERE name = '" + name + "';\n"
	}
	for _, setting := range []string{
		"statement_timeout = '1h'", "idle_in_transaction_session_timeout = '1h'", "idle_session_timeout = '1h'", "lock_timeout = '1h'",
		"default_transaction_isolation = 'serializable'", "client_encoding = 'LATIN1'",
	} {
		exec(t, conn, "ALTER DATABASE "+database+" SET "+setting)
	}
	if err := db.MigrateFiles(t.Context(), url, files(map[string]string{"0001_settings.up.sql": migration})); err != nil {
		t.Fatal(err)
	}
	for name, want := range settings {
		if got := scan[string](t, conn, "SELECT value FROM applied WHERE name = $1", name); got != want {
			t.Errorf("a migration runs with %s = %s, want %s", name, got, want)
		}
	}
}

func TestADatabaseOfAnotherEncodingIsRefusedByName(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	conn := connect(t, url)
	for _, encoding := range []string{"LATIN1", "SQL_ASCII"} {
		name := scan[string](t, conn, "SELECT current_database()") + strings.ToLower(encoding)
		exec(t, conn, "CREATE DATABASE "+name+" TEMPLATE template0 LOCALE 'C' ENCODING '"+encoding+"'")
		err := db.Migrate(t.Context(), regexp.MustCompile(`/test_\w+`).ReplaceAllString(url, "/"+name))
		if err == nil || !strings.Contains(err.Error(), encoding) || !strings.Contains(err.Error(), "UTF8") {
			t.Errorf("got %v, want an error that names %s and UTF8", err, encoding)
		}
		exec(t, conn, "DROP DATABASE "+name+" WITH (FORCE)")
	}
}

// TestCancelStopsBetweenMigrations cancels while the first migration waits for a lock, and then releases the lock.
func TestCancelStopsBetweenMigrations(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	conn := connect(t, url)
	scan[string](t, conn, "SELECT pg_advisory_lock(1)::text")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	result := make(chan error, 1)
	go func() {
		result <- db.MigrateFiles(ctx, url, files(map[string]string{
			"0001_waits.up.sql":  "SET LOCAL lock_timeout = 0; CREATE TABLE step (number int); SELECT pg_advisory_lock(1);",
			"0002_second.up.sql": "INSERT INTO step VALUES (2);",
			"0003_third.up.sql":  "INSERT INTO step VALUES (3);",
		}))
	}()
	const waiting = `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`
	await.Until(t, "the migration to begin", func() bool { return scan[bool](t, conn, waiting) })
	cancel()
	scan[bool](t, conn, "SELECT pg_advisory_unlock(1)")
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if scan[bool](t, conn, "SELECT dirty FROM schema_migrations") {
		t.Error("the schema is dirty")
	}
	if rows := scan[int](t, conn, "SELECT count(*) FROM step"); rows != 0 {
		t.Errorf("%d more migrations ran, want 0", rows)
	}
}

func TestErrorsHideTheURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"postgres://user:hunter2@127.0.0.1:notaport/accounts",
		"host=127.0.0.1 password=hunter2 port=notaport",
		"postgres://user:hunter2@127.0.0.1/accounts?pool_max_conns=many",
		"postgres://user:hunter2@127.0.0.1:1/accounts",
	} {
		err := db.Migrate(t.Context(), url)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v, want an error without the password", err)
		}
	}
}

// TestMigrationsAreNumberedWithoutGaps fails if two branches add the same number, or if a number is missing.
func TestMigrationsAreNumberedWithoutGaps(t *testing.T) {
	t.Parallel()
	names, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	ups := 0
	for _, entry := range names {
		if strings.HasSuffix(entry.Name(), ".up.sql") {
			ups++
		}
	}
	if uint(ups) != db.Version() {
		t.Errorf("%d files, newest version %d", ups, db.Version())
	}
}
