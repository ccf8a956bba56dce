package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/siriusys/user-management-service/db"
)

// errReadOnly: the server accepts only reads. It is a standby, or an administrator protects it from writes.
var errReadOnly = errors.New("the database is read-only")

// setUpAttempts is how often a session is set up whose own timeout, before the set-up, cancels it.
const setUpAttempts = 5

// setUpSession gives a new session its settings, in one round trip. It refuses a read-only server, unless readOnly allows it: writes
// would fail, and reads could miss revocations that the primary already has. The caller then tries the next host of the URL.
func setUpSession(config *pgconn.Config, readOnly bool) pgconn.ValidateConnectFunc {
	validate := config.ValidateConnect // of target_session_attrs in the URL
	statement := db.SetSession(db.RequestSettings(config)) + "; SHOW transaction_read_only"
	return func(ctx context.Context, conn *pgconn.PgConn) error {
		results, err := conn.Exec(ctx, statement).ReadAll()
		for attempt := 1; hasCode(err, pgerrcode.QueryCanceled) && attempt < setUpAttempts; attempt++ {
			results, err = conn.Exec(ctx, statement).ReadAll()
		}
		if err != nil {
			return fmt.Errorf("set up the session: %w", err)
		}
		if shown := results[len(results)-1].Rows; !readOnly && string(shown[0][0]) == "on" {
			return errReadOnly
		}
		if validate != nil {
			return validate(ctx, conn)
		}
		return nil
	}
}

// uselessConnections closes connections that live, but will never serve again. pool is set once it exists.
type uselessConnections struct{ pool atomic.Pointer[pgxpool.Pool] }

// keep wraps the driver's decision whether a connection stays open after an error.
func (u *uselessConnections) keep(decide pgconn.PgErrorHandler) pgconn.PgErrorHandler {
	return func(conn *pgconn.PgConn, err *pgconn.PgError) bool {
		if !concernsServer(err) {
			return !isOfAnotherRole(err) && decide(conn, err)
		}
		if pool := u.pool.Load(); pool != nil {
			pool.Reset() // the other connections are as old
		}
		return false
	}
}

// concernsServer reports whether an error is about the server, not about one connection: it is no longer the primary, it ends or has
// ended, or its schema has changed.
func concernsServer(err *pgconn.PgError) bool {
	switch err.Code {
	case pgerrcode.ReadOnlySQLTransaction, pgerrcode.AdminShutdown, pgerrcode.CrashShutdown, pgerrcode.CannotConnectNow:
		return true
	}
	return isStalePlan(err)
}

// isOfAnotherRole reports whether the role of the connection may have changed since. A new connection has the role's rights of now.
func isOfAnotherRole(err *pgconn.PgError) bool {
	return err.Code == pgerrcode.InsufficientPrivilege || pgerrcode.IsInvalidAuthorizationSpecification(err.Code)
}

// isStalePlan reports whether a prepared statement no longer fits the schema. PostgreSQL has no code of its own for that.
func isStalePlan(err *pgconn.PgError) bool {
	return err.Code == pgerrcode.FeatureNotSupported && err.Routine == "RevalidateCachedQuery" // the text depends on lc_messages
}

func hasCode(err error, code string) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pgErr.Code == code
}
