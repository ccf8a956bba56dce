package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// errTxAborted: PostgreSQL aborted the transaction in favor of another one. A retry may succeed.
var errTxAborted = errors.New("aborted in favor of another transaction")

// txAborted is an errTxAborted. Outside of InTx, which retries it, it is a domain.ErrBusy.
type txAborted struct{ cause error }

func (a txAborted) Error() string { return errTxAborted.Error() + ": " + a.cause.Error() }

func (a txAborted) Unwrap() []error { return []error{errTxAborted, domain.ErrBusy, a.cause} }

// transactionTimeout is a SQLSTATE of PostgreSQL 17 that pgerrcode lacks.
const transactionTimeout = "25P04"

// violations maps the constraints that a use case can violate to the error that the ports promise for it.
var violations = map[string]error{
	"users_one_verified_per_address": ports.ErrConflict,
}

// mapError maps a driver's error to one of the ports'. No other function knows SQLSTATE codes
// (https://www.postgresql.org/docs/current/errcodes-appendix.html). The driver's error stays in the chain for the log.
func mapError(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, domain.ErrOutcomeUnknown) {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return ports.ErrNotFound
	}
	// An attempt to connect comes first: whatever the server says to it, such as that the password has changed, a retry may succeed.
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && !connecting {
		return mapCode(pgErr)
	}
	if connecting || isUnreachable(err) {
		return busy{err}
	}
	return err
}

// busy is a domain.ErrBusy that prints only its cause: the text of domain.ErrBusy addresses clients, this one logs and operators.
type busy struct{ cause error }

func (b busy) Error() string { return b.cause.Error() }

func (b busy) Unwrap() []error { return []error{domain.ErrBusy, b.cause} }

// outcomeUnknown is a domain.ErrOutcomeUnknown that prints only its cause.
type outcomeUnknown struct{ cause error }

func (o outcomeUnknown) Error() string { return "outcome unknown: " + o.cause.Error() }

func (o outcomeUnknown) Unwrap() []error { return []error{domain.ErrOutcomeUnknown, o.cause} }

// leavesOutcomeUnknown reports whether a statement may have been committed although it failed with err: the connection broke before
// the server's response, or the server ended it, which it can do after the commit.
func leavesOutcomeUnknown(err error) bool {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.SeverityUnlocalized == "FATAL" || pgErr.SeverityUnlocalized == "PANIC" ||
			pgErr.Code == pgerrcode.StatementCompletionUnknown || pgErr.Code == pgerrcode.TransactionResolutionUnknown
	}
	return err != nil && isUnreachable(err) && !pgconn.SafeToRetry(err)
}

// isUnreachable reports whether err means that the connection broke, or that no connection or response came in time.
func isUnreachable(err error) bool {
	_, isNet := errors.AsType[net.Error](err)
	return isNet || pgconn.SafeToRetry(err) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, puddle.ErrClosedPool)
}

// writing are the words of statements that write. A row lock is no write.
var writing = regexp.MustCompile(`(?i)\b(INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+(\s+(AS\s+)?\w+)?\s+SET)\b`)

func writes(sql string) bool { return writing.MatchString(sql) }

func mapCode(err *pgconn.PgError) error {
	if meaning, ok := violations[err.ConstraintName]; ok {
		return fmt.Errorf("%w: %w", meaning, err)
	}
	class := err.Code[:min(2, len(err.Code))]
	switch {
	case class == "40": // transaction rollback
		return txAborted{err}
	case class == "08", class == "53", class == "57", class == "58": // connection, resources, operator intervention, system
		return busy{err}
	case class == "28", err.Code == pgerrcode.InsufficientPrivilege: // the role has changed
		return busy{err}
	case err.Code == pgerrcode.ReadOnlySQLTransaction, err.Code == pgerrcode.IdleInTransactionSessionTimeout,
		err.Code == transactionTimeout, err.Code == pgerrcode.LockNotAvailable:
		return busy{err}
	case isStalePlan(err):
		return txAborted{err}
	case err.Code == "42P01": // undefined table
		return busy{fmt.Errorf("a table is missing, or the role may not use its schema; run user-management-service migrate: %w", err)}
	default:
		return err
	}
}

// expectRow returns otherwise if a conditional statement changed no row.
func expectRow(changed int64, otherwise error) error {
	if changed == 0 {
		return otherwise
	}
	return nil
}
