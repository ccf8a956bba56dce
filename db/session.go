package db

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// StatementTimeout is the limit of a statement of a request. The server cancels a statement that runs longer.
const StatementTimeout = "5s"

// Setting is a setting of a PostgreSQL session, in the form in which current_setting returns its value.
type Setting struct{ Name, Value string }

// sessionSettings are those of every session of the service. Administrators can give a database or a role other defaults, which
// would otherwise reach the service.
var sessionSettings = []Setting{
	// Conditional statements rely on read committed. A stricter level would abort them under concurrency.
	{"default_transaction_isolation", "read committed"},
	{"client_encoding", "UTF8"},
	{"standard_conforming_strings", "on"},
	{"TimeZone", "UTC"},
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"bytea_output", "hex"},
	{"search_path", "public"},
	// The timeout of statements also limits the wait for a lock.
	{"lock_timeout", "0"},
	{"transaction_timeout", "0"}, // since PostgreSQL 17
	// The pool and the listeners keep idle connections open.
	{"idle_session_timeout", "0"}, // since PostgreSQL 14
}

// requestSettings are those of the sessions that serve requests and jobs.
//
// The planner's let every query have one plan for the lifetime of a connection: each query finds its rows by an index, whatever its
// arguments. No query runs long enough to be worth compiling. Plans that read a whole table or index are disabled: such a plan,
// made while there were few rows, would stay in use for a minute while the tables grow.
var requestSettings = []Setting{
	{"statement_timeout", StatementTimeout},
	// Ends the transactions of a replica that hangs, which may have locked rows.
	{"idle_in_transaction_session_timeout", "30s"},
	{"plan_cache_mode", "force_generic_plan"},
	{"jit", "off"},
	{"enable_seqscan", "off"},
	{"enable_mergejoin", "off"},
	{"enable_hashjoin", "off"},
	{"enable_indexscan", "on"},
	{"enable_indexonlyscan", "on"},
	{"enable_bitmapscan", "on"},
	{"enable_nestloop", "on"},
}

// migrationSettings are those of the sessions that migrate, in place of the others of their names. A migration takes as long as its
// tables need. Only the wait for a lock is limited, since requests wait behind it; a transaction waits for tableLockTimeout.
var migrationSettings = []Setting{
	{"statement_timeout", "0"},
	{"lock_timeout", "1min"},
	{"idle_in_transaction_session_timeout", "0"},
}

// RequestSettings returns the settings of the sessions that serve requests and jobs. A search_path in the database URL takes
// precedence: the schema of the service may be another one than public.
func RequestSettings(config *pgconn.Config) []Setting {
	return append(commonSettings(config), requestSettings...)
}

func commonSettings(config *pgconn.Config) []Setting {
	if config.RuntimeParams["search_path"] == "" && !strings.Contains(config.RuntimeParams["options"], "search_path") {
		return slices.Clone(sessionSettings)
	}
	return slices.DeleteFunc(slices.Clone(sessionSettings), func(s Setting) bool { return s.Name == "search_path" })
}

// durableCommit replaces a setting with which a response would promise more than PostgreSQL has stored: a revoked session must stay
// revoked after a crash. Other values than off, such as remote_apply, are the administrator's.
var durableCommit = Setting{"synchronous_commit", "on"}

// SetSession returns the statement that sets up a session. It changes only what differs: a session has most settings from its
// role, see writeRoleSettings, and a pooler in transaction mode would pass a change on to other clients. The server's version may
// lack a setting, which is then ignored.
func SetSession(settings []Setting) string {
	rows := make([]string, len(settings))
	for i, s := range settings {
		rows[i] = "('" + s.Name + "', '" + s.Value + "')"
	}
	return "SELECT set_config(name, value, false) FROM (VALUES " + strings.Join(rows, ", ") +
		" UNION ALL SELECT '" + durableCommit.Name + "', '" + durableCommit.Value + "'" +
		" WHERE current_setting('" + durableCommit.Name + "') = 'off'" +
		") AS wanted (name, value) WHERE current_setting(name, true) <> value"
}

// connect returns a connection for migrations.
func connect(ctx context.Context, config *pgx.ConnConfig) (*pgx.Conn, error) {
	config.AfterConnect = setUpMigration(commonSettings(&config.Config))
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to migrate: %w", err)
	}
	// A database of another encoding cannot store every name. Some poolers do not report the encoding.
	if encoding := conn.PgConn().ParameterStatus("server_encoding"); encoding != "UTF8" && encoding != "" {
		conn.Close(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("the encoding of the database is %s, but it must be UTF8: "+
			"create another one with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0", encoding)
	}
	return conn, nil
}

// setUpMigration sets up a session that migrates.
func setUpMigration(common []Setting) pgconn.AfterConnectFunc {
	isReplaced := func(s Setting) bool {
		return slices.ContainsFunc(migrationSettings, func(m Setting) bool { return m.Name == s.Name })
	}
	settings := append(slices.DeleteFunc(common, isReplaced), migrationSettings...)
	return func(ctx context.Context, conn *pgconn.PgConn) error {
		// The first statement is on its own: the timeout that the session begins with may be too short for more.
		for _, statement := range []string{"SET statement_timeout = 0", SetSession(settings)} {
			if err := conn.Exec(ctx, statement).Close(); err != nil {
				return fmt.Errorf("set up the session: %w", err)
			}
		}
		// The server undoes the migration of a killed process within a second, instead of after its current statement. Not every
		// operating system supports this.
		const check = `SELECT set_config(name, '1s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'`
		_ = conn.Exec(ctx, check).Close()
		return nil
	}
}
