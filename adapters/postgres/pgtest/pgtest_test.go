package pgtest_test

import (
	"context"
	"strconv"
	"testing"

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

func TestNewHasTheNewestSchema(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	var version uint
	var dirty bool
	if err := conn.QueryRow(t.Context(), "SELECT version, dirty FROM schema_migrations").Scan(&version, &dirty); err != nil {
		t.Fatal(err)
	}
	if version != db.Version() || dirty {
		t.Errorf("schema version %d (dirty %v), want %d", version, dirty, db.Version())
	}
}

func TestEmptyHasNoTables(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.Empty(t))
	var tables int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables); err != nil {
		t.Fatal(err)
	}
	if tables != 0 {
		t.Errorf("%d tables, want 0", tables)
	}
}

// TestDatabasesAreSeparate creates many databases concurrently and the same table in each.
func TestDatabasesAreSeparate(t *testing.T) {
	t.Parallel()
	for i := range 12 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			conn := connect(t, pgtest.New(t))
			if _, err := conn.Exec(t.Context(), "CREATE TABLE mine (number int)"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDatabaseIsDroppedAtTheEnd(t *testing.T) {
	t.Parallel()
	var name string
	t.Run("a test", func(t *testing.T) {
		conn := connect(t, pgtest.New(t))
		name = conn.Config().Database
	})
	conn := connect(t, pgtest.Empty(t))
	var exists bool
	if err := conn.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil {
		t.Fatal(err)
	}
	if name == "" || exists {
		t.Errorf("database %q still exists", name)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		pgtest.New(b)
	}
}
