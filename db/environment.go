package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// EnvironmentError says that PG* variables of the environment prevent the use of a database whose URL is valid.
type EnvironmentError struct {
	Variables []string
	err       error
}

func (e *EnvironmentError) Error() string {
	text := "the environment sets " + strings.Join(e.Variables, ", ") + ", which every connection to the database uses: " +
		"unset it, or set the same in the database URL"
	if e.err != nil {
		text += ": " + e.err.Error()
	}
	return text
}

func (e *EnvironmentError) Unwrap() error { return e.err }

// Explain names the variables of the environment in an error of the database, if the database can be used without them. It tries
// that with new connections, so it is for a command that has failed. If err has another cause, Explain returns it unchanged, except
// that it lists the variables when no connection is possible at all.
func Explain(ctx context.Context, databaseURL string, err error) error {
	var already *EnvironmentError
	names := setVariables()
	if len(names) == 0 || !isOfDatabase(err) || errors.As(err, &already) || ctx.Err() != nil {
		return err
	}
	use := func() error { return tryToUse(ctx, databaseURL) }
	if use() == nil {
		return err
	}
	if guilty := causes(use); len(guilty) > 0 {
		return &EnvironmentError{Variables: guilty, err: err}
	}
	return fmt.Errorf("%w (the environment also sets %s)", err, strings.Join(names, ", "))
}

func isOfDatabase(err error) bool {
	_, isConnect := errors.AsType[*pgconn.ConnectError](err)
	_, isServer := errors.AsType[*pgconn.PgError](err)
	return isConnect || isServer
}

// tryToUse connects, and asks for a transaction that may write.
func tryToUse(ctx context.Context, databaseURL string) error {
	config, err := ParseURL(databaseURL)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var readOnly string
	if err := conn.QueryRow(ctx, "SHOW transaction_read_only").Scan(&readOnly); err != nil {
		return err
	}
	if readOnly != "off" {
		return errors.New("transactions are read-only")
	}
	return nil
}

// clearing allows one caller at a time to change the environment.
var clearing sync.Mutex

// causes returns the variables without which attempt succeeds: one that is enough, or else all. It returns none if attempt fails
// without them too. The driver reads the environment itself, so they are removed during the attempt.
func causes(attempt func() error) []string {
	clearing.Lock()
	defer clearing.Unlock()
	names := setVariables()
	for _, name := range names {
		if without([]string{name}, attempt) == nil {
			return []string{name}
		}
	}
	if len(names) > 1 && without(names, attempt) == nil {
		return names
	}
	return nil
}

func without(names []string, attempt func() error) error {
	for _, name := range names {
		value := os.Getenv(name)
		_ = os.Unsetenv(name)
		defer func() { _ = os.Setenv(name, value) }()
	}
	return attempt()
}

// setVariables lists the variables for clients of PostgreSQL, whose names begin with PG.
func setVariables() (names []string) {
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "PG") && value != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
