package db_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/golang-migrate/migrate/v4"
	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/db"
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

func files(texts map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range texts {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// Not idempotent on purpose: applied twice, the second file fails or the table has two rows.
var twoSteps = map[string]string{
	"0001_first.up.sql":  "CREATE TABLE step (number int); INSERT INTO step VALUES (1);",
	"0002_second.up.sql": "INSERT INTO step VALUES (2);",
	"0003_index.up.sql":  "CREATE INDEX CONCURRENTLY step_number ON step (number);",
}

func migrateAtOnce(t *testing.T, replicas int, migrate func() error) {
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
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	migrateAtOnce(t, 8, func() error { return db.MigrateFiles(ctx, url, files(twoSteps)) })
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
	migrateAtOnce(t, 8, func() error { return db.Migrate(t.Context(), url) })
	if version := scan[uint](t, connect(t, url), "SELECT version FROM schema_migrations WHERE NOT dirty"); version != db.Version() {
		t.Errorf("version %d, want %d", version, db.Version())
	}
	if len(db.Fingerprint()) != 12 {
		t.Errorf("fingerprint %q, want 12 digits", db.Fingerprint())
	}
}

// TestCurrentSchemaNeedsNoLock holds the lock for the whole test: only a call that takes none can return.
func TestCurrentSchemaNeedsNoLock(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	if err := db.MigrateFiles(t.Context(), url, files(twoSteps)); err != nil {
		t.Fatal(err)
	}
	scan[string](t, connect(t, url), "SELECT pg_advisory_lock($1)::text", db.LockKey)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	began := time.Now()
	if err := db.MigrateFiles(ctx, url, files(twoSteps)); err != nil {
		t.Fatal(err)
	}
	t.Logf("a current schema took %v", time.Since(began))
}

func TestWaitForTheLockEndsWithTheContext(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	scan[string](t, connect(t, url), "SELECT pg_advisory_lock($1)::text", db.LockKey)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := db.MigrateFiles(ctx, url, files(twoSteps)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
}

func TestNewerSchemaIsLeftAlone(t *testing.T) {
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

func TestFailedMigrationIsReportedAndRepairable(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	broken := map[string]string{
		"0001_first.up.sql":  twoSteps["0001_first.up.sql"],
		"0004_broken.up.sql": "INSERT INTO step VALUES (4);\nINSERT INTO missing VALUES ('secret text');",
	}
	err := db.MigrateFiles(t.Context(), url, files(broken))
	if err == nil || !strings.Contains(err.Error(), "line 2") || strings.Contains(err.Error(), "secret text") {
		t.Fatalf("got %v, want the failing line without its text", err)
	}

	err = db.MigrateFiles(t.Context(), url, files(broken))
	var dirty migrate.ErrDirty
	if !errors.As(err, &dirty) || dirty.Version != 4 {
		t.Fatalf("got %v, want dirty version 4", err)
	}
	const repair = "UPDATE schema_migrations SET version = 1, dirty = false"
	if !strings.Contains(err.Error(), repair) {
		t.Errorf("%v does not say %q", err, repair)
	}

	scan[string](t, connect(t, url), repair+" RETURNING version::text")
	broken["0004_broken.up.sql"] = "INSERT INTO step VALUES (4);"
	if err := db.MigrateFiles(t.Context(), url, files(broken)); err != nil {
		t.Errorf("after the repair: %v", err)
	}
}

// TestCancelStopsBetweenMigrations cancels while the first migration waits for a lock, then lets it go on.
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
			"0001_waits.up.sql":  "CREATE TABLE step (number int); SELECT pg_advisory_lock(1);",
			"0002_second.up.sql": "INSERT INTO step VALUES (2);",
			"0003_third.up.sql":  "INSERT INTO step VALUES (3);",
		}))
	}()
	const waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
	for deadline := time.Now().Add(10 * time.Second); !scan[bool](t, conn, waiting); {
		if time.Now().After(deadline) {
			t.Fatal("the migration never began")
		}
	}
	cancel()
	scan[bool](t, conn, "SELECT pg_advisory_unlock(1)")
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
	if scan[bool](t, conn, "SELECT dirty FROM schema_migrations") {
		t.Error("the schema is dirty")
	}
	if rows := scan[int](t, conn, "SELECT count(*) FROM step"); rows != 0 {
		t.Errorf("%d more migrations ran, want none", rows)
	}
}

func TestErrorsHideTheURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"postgres://someone:hunter2@127.0.0.1:notaport/accounts",
		"host=127.0.0.1 password=hunter2 port=notaport",
		"postgres://someone:hunter2@127.0.0.1/accounts?pool_max_conns=many",
		"postgres://someone:hunter2@127.0.0.1:1/accounts",
	} {
		err := db.Migrate(t.Context(), url)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v, want an error without the password", err)
		}
	}
}

// TestMigrationsAreNumberedWithoutGaps keeps two people from taking the same or a far number.
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
