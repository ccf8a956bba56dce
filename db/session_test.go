package db_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/db"
)

// oddDefaults are defaults that administrators give to databases, each of which would change or stop the service.
var oddDefaults = map[string]string{
	"default_transaction_isolation": "serializable", "client_encoding": "LATIN1", "TimeZone": "Asia/Tokyo", "search_path": "elsewhere",
	"statement_timeout": "20ms", "lock_timeout": "1ms", "idle_in_transaction_session_timeout": "10ms", "idle_session_timeout": "100ms",
	"standard_conforming_strings": "off", "bytea_output": "escape", "DateStyle": "SQL, DMY", "enable_indexscan": "off",
}

func setDefaults(t *testing.T, conn *pgx.Conn, defaults map[string]string) {
	t.Helper()
	for name, value := range defaults {
		statement := "ALTER DATABASE " + pgx.Identifier{conn.Config().Database}.Sanitize() + " SET " + name + " = '" + value + "'"
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// The first migration succeeds whatever the defaults of the database, and creates the tables where the service looks for them.
func TestDefaultsOfTheDatabaseDoNotReachTheMigration(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	conn := connect(t, url)
	setDefaults(t, conn, oddDefaults)
	if err := db.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	if !scan[bool](t, conn, "SELECT to_regclass('public.users') IS NOT NULL") {
		t.Error("the tables are not in the schema public")
	}
}

// Behind a pooler in transaction mode, the defaults of the role are all that a session has.
func TestMigrateWritesTheSettingsOfTheRole(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	setDefaults(t, connect(t, url), oddDefaults)
	migrateConcurrently(t, 8, func() error { return db.Migrate(t.Context(), url) })
	conn := connect(t, url)
	for _, s := range db.RequestSettings(&conn.Config().Config) {
		known := scan[bool](t, conn, "SELECT current_setting($1, true) IS NOT NULL", s.Name)
		if known && scan[string](t, conn, "SELECT current_setting($1)", s.Name) != s.Value {
			t.Errorf("a new session has %s = %s, want %s", s.Name, scan[string](t, conn, "SELECT current_setting($1)", s.Name), s.Value)
		}
	}
	if got := scan[string](t, conn, "SHOW synchronous_commit"); got != "on" { // the server of the tests has off
		t.Errorf("a new session has synchronous_commit = %s, want on", got)
	}
	setUp := db.SetSession(db.RequestSettings(&conn.Config().Config))
	setUp = strings.Replace(setUp, "SELECT set_config(name, value, false)", "SELECT count(*)", 1)
	if n := scan[int](t, conn, setUp); n != 0 {
		t.Errorf("the service would still change %d settings of a session", n)
	}
}

// An administrator may remove a setting again. The next migration writes it, also to a current schema.
func TestMigrateWritesSettingsToACurrentSchema(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	conn := connect(t, url)
	database := pgx.Identifier{conn.Config().Database}.Sanitize()
	for _, statement := range []string{"SET statement_timeout = '1s'", "RESET ALL"} {
		if _, err := conn.Exec(t.Context(), "ALTER ROLE CURRENT_USER IN DATABASE "+database+" "+statement); err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		if got := scan[string](t, connect(t, url), "SHOW statement_timeout"); got != db.StatementTimeout {
			t.Errorf("after %s, statement_timeout is %s", statement, got)
		}
	}
}

// A search_path in the URL says where the service's tables are.
func TestSearchPathOfTheURLIsKept(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	conn := connect(t, url)
	if _, err := conn.Exec(t.Context(), "CREATE SCHEMA accounts"); err != nil {
		t.Fatal(err)
	}
	separator := "?"
	if strings.Contains(url, "?") {
		separator = "&"
	}
	if err := db.Migrate(t.Context(), url+separator+"search_path=accounts"); err != nil {
		t.Fatal(err)
	}
	if !scan[bool](t, conn, "SELECT to_regclass('accounts.users') IS NOT NULL") {
		t.Error("the tables are not in the schema of the URL")
	}
}
