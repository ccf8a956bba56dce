package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/db"
	"github.com/siriusys/user-management-service/domain"
)

// alterDatabase changes a default of the database for the connections that follow.
func alterDatabase(t *testing.T, conn *pgx.Conn, change string) {
	t.Helper()
	exec(t, conn, "ALTER DATABASE "+pgx.Identifier{conn.Config().Database}.Sanitize()+" "+change)
}

const terminateOthers = `
	SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`

// fillPool makes the pool open all its connections, and runs a statement on each.
func fillPool(t *testing.T, s *postgres.Store, statement string) {
	t.Helper()
	var acquired []*pgxpool.Conn
	for range poolSize {
		conn, err := s.Pool().Acquire(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(context.Background(), statement); err != nil {
			t.Fatal(err)
		}
		acquired = append(acquired, conn)
	}
	for _, conn := range acquired {
		conn.Release()
	}
}

// During a switch-over, the host name of the database may still lead to the server that is now a standby.
func TestConnectionsToAReadOnlyServerAreReplaced(t *testing.T) {
	t.Parallel()
	for name, become := range map[string]func(t *testing.T, admin *pgx.Conn, s *postgres.Store){
		"connected while it is read-only": func(t *testing.T, admin *pgx.Conn, _ *postgres.Store) {
			alterDatabase(t, admin, "SET default_transaction_read_only = on")
			exec(t, admin, terminateOthers)
		},
		"connected before": func(t *testing.T, admin *pgx.Conn, s *postgres.Store) {
			alterDatabase(t, admin, "SET default_transaction_read_only = on")
			fillPool(t, s, "SET default_transaction_read_only = on")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.New(t)
			s, u, admin := openAt(t, url, memory.NewSealer()), person(1), connect(t, url)
			fillPool(t, s, "SELECT 1")
			become(t, admin, s)
			for range 2 {
				if err := s.Ping(context.Background()); !errors.Is(err, domain.ErrBusy) {
					t.Errorf("Ping while nothing can be written: %v", err)
				}
				wantUnavailable(t, s.Repos().Accounts.AddPending(context.Background(), u))
			}
			alterDatabase(t, admin, "RESET default_transaction_read_only")
			for range poolSize {
				if err := s.Ping(context.Background()); err != nil {
					t.Errorf("Ping once the server is writable: %v", err)
				}
			}
			add(t, s, u)
		})
	}
}

func TestAReadOnlyServerIsAcceptedOnRequest(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	alterDatabase(t, connect(t, url), "SET default_transaction_read_only = on")
	s, err := postgres.Open(context.Background(), url, memory.NewSealer(), postgres.AllowReadOnly())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if _, err := s.SigningKeys().List(context.Background()); err != nil {
		t.Error(err)
	}
}

// A role that has lost and regained a right, or was created again, has it on new connections only.
func TestPingFailsIfTheRoleCannotWrite(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	s, admin := openAt(t, url, memory.NewSealer()), connect(t, url)
	role := pgx.Identifier{"reader of " + admin.Config().Database}.Sanitize()
	exec(t, admin, "CREATE ROLE "+role)
	t.Cleanup(func() {
		exec(t, admin, "DROP OWNED BY "+role)
		exec(t, admin, "DROP ROLE "+role)
	})
	exec(t, admin, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+role)
	fillPool(t, s, "SET ROLE "+role)
	wantMeaning(t, s.Ping(context.Background()), domain.ErrBusy)
	for range poolSize {
		_ = s.Ping(context.Background()) // closes the connection
	}
	if err := s.Ping(context.Background()); err != nil {
		t.Errorf("Ping on new connections: %v", err)
	}
}

func TestPingFailsOnAnOldSchema(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	s, admin := openAt(t, url, memory.NewSealer()), connect(t, url)
	exec(t, admin, "UPDATE schema_migrations SET version = version + 1, dirty = true")
	if err := s.Ping(context.Background()); err != nil {
		t.Errorf("while a newer build migrates: %v", err)
	}
	exec(t, admin, "UPDATE schema_migrations SET version = $1", db.Version()-1)
	wantMeaning(t, s.Ping(context.Background()), domain.ErrBusy)
	exec(t, admin, "DELETE FROM schema_migrations")
	wantMeaning(t, s.Ping(context.Background()), domain.ErrBusy)
}

// A newer build may change the type of a column while connections have prepared statements that return it.
func TestPreparedStatementsOfAnOldSchemaAreReplaced(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	s, u, admin := openAt(t, url, memory.NewSealer()), person(1), connect(t, url)
	add(t, s, u)
	fillPool(t, s, "SELECT country FROM users")
	exec(t, admin, "ALTER TABLE users ALTER country TYPE varchar(9)")
	for range poolSize {
		if _, err := s.Pool().Exec(context.Background(), "SELECT country FROM users"); err == nil {
			continue
		} else if !strings.Contains(err.Error(), "cached plan") {
			t.Fatal(err)
		}
		break
	}
	for range poolSize {
		if _, err := s.Pool().Exec(context.Background(), "SELECT country FROM users"); err != nil {
			t.Errorf("after the first error: %v", err)
		}
	}
}

// Administrators give defaults to databases, which must not reach the service.
func TestDefaultsOfTheDatabaseDoNotReachTheService(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	admin := connect(t, url)
	for name, value := range map[string]string{
		"default_transaction_isolation": "serializable", "client_encoding": "LATIN1", "TimeZone": "Asia/Tokyo", "search_path": "elsewhere",
		"statement_timeout": "50ms", "lock_timeout": "1ms", "idle_in_transaction_session_timeout": "10ms", "idle_session_timeout": "10ms",
		"enable_indexscan": "off", "standard_conforming_strings": "off",
	} {
		alterDatabase(t, admin, "SET "+name+" = '"+value+"'")
	}
	s := openAt(t, url, memory.NewSealer())
	for _, want := range db.RequestSettings(&admin.Config().Config) {
		got := one[*string](t, s.Pool(), "SELECT current_setting($1, true)", want.Name)
		if got != nil && *got != want.Value {
			t.Errorf("%s is %s, want %s", want.Name, *got, want.Value)
		}
	}
	add(t, s, person(1))
}

// A pooler in transaction mode would pass a changed setting on to other clients.
func TestASessionWithTheSettingsOfTheRoleIsNotChanged(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	if err := db.Migrate(context.Background(), url); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, url, memory.NewSealer())
	if changed := all[string](t, s.Pool(), "SELECT name FROM pg_settings WHERE source = 'session' ORDER BY name"); len(changed) > 0 {
		t.Errorf("the session changed %v", changed)
	}
}
