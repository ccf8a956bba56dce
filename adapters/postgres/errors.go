package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// errLostRace: the database ended the transaction in favour of another one; the same work may succeed now.
var errLostRace = errors.New("lost against another transaction")

// violations are the constraints whose violation means something to a use case.
var violations = map[string]error{
	"users_one_verified_per_address": ports.ErrConflict,
}

// translate puts a driver's error into the words of the ports. It is the one place that knows SQLSTATE codes
// (https://www.postgresql.org/docs/current/errcodes-appendix.html). The driver's error stays in the chain for the log.
func translate(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return ports.ErrNotFound
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return translateCode(pgErr)
	}
	if isUnreachable(err) {
		return fmt.Errorf("%w: %w", domain.ErrBusy, err)
	}
	return err
}

// isUnreachable reports whether err means that the server was not reached, or was lost on the way.
func isUnreachable(err error) bool {
	// First, because an attempt to connect has a time limit of its own: its end is not the end of the caller's context.
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	_, isNet := errors.AsType[net.Error](err)
	return isNet || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, puddle.ErrClosedPool)
}

func translateCode(err *pgconn.PgError) error {
	if meaning, ok := violations[err.ConstraintName]; ok {
		return fmt.Errorf("%w: %w", meaning, err)
	}
	class := err.Code[:min(2, len(err.Code))]
	switch {
	case class == "40": // transaction rollback
		return fmt.Errorf("%w: %w", errLostRace, err)
	case class == "08", class == "53", class == "57", err.Code == "25006": // connection, resources, operator intervention, read-only
		return fmt.Errorf("%w: %w", domain.ErrBusy, err)
	default:
		return err
	}
}

// changed turns the count of a conditional statement into what nothing changed means.
func changed(rows int64, err, nothing error) error {
	if err != nil {
		return translate(err)
	}
	if rows == 0 {
		return nothing
	}
	return nil
}
