// Package pgtest gives each test a PostgreSQL database of its own.
//
// The server is the one at TEST_DATABASE_URL if that is set; else a container where a Docker daemon answers (image
// POSTGRES_IMAGE, default postgres:17-alpine); else one from local binaries. TEST_CONTAINERS=require insists on a
// container, TEST_CONTAINERS=off never uses one. Each test binary says once on standard error which it is. Without
// TEST_DATABASE_URL every test binary starts a server of its own, which ends with it; the command with-postgres
// starts one for a whole `go test ./...`.
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/internal/server"
)

const (
	// databaseDeadline bounds the making and the dropping of one database, with many others being made beside it.
	databaseDeadline = 60 * time.Second
	cloneInterval    = 20 * time.Millisecond
)

// New returns the URL of a fresh database with the newest schema. It is dropped when the test ends.
func New(t testing.TB) string {
	t.Helper()
	return create(t, clone)
}

// Empty returns the URL of a fresh database without any schema. It is dropped when the test ends.
func Empty(t testing.TB) string {
	t.Helper()
	return create(t, func(ctx context.Context, name string) error {
		return execute(ctx, "CREATE DATABASE "+quote(name)+" TEMPLATE template0 STRATEGY "+strategy)
	})
}

// shared is the server of this test binary. Nothing stops it: it ends with the process.
var shared = sync.OnceValues(func() (*server.Server, error) {
	started, err := server.Start(context.Background())
	if err == nil {
		fmt.Fprintln(os.Stderr, "pgtest: tests run on PostgreSQL from", started.Origin)
	}
	return started, err
})

func create(t testing.TB, build func(ctx context.Context, name string) error) string {
	t.Helper()
	started, err := shared()
	if err != nil {
		t.Fatalf("no PostgreSQL to test on: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), databaseDeadline)
	defer cancel()
	name := newName()
	if err := build(ctx, name); err != nil {
		t.Fatalf("make a database for the test: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), databaseDeadline)
		defer cancel()
		if err := execute(ctx, "DROP DATABASE "+quote(name)+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	address, err := withDatabase(started.URL, name)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// clone copies the template. It waits while something is connected to that, and makes it anew should another run,
// of other migrations, have dropped it.
func clone(ctx context.Context, name string) error {
	for {
		template, err := ensureTemplate(ctx)
		if err != nil {
			return err
		}
		err = execute(ctx, "CREATE DATABASE "+quote(name)+" TEMPLATE "+quote(template)+" STRATEGY "+strategy)
		var failed *pgconn.PgError
		if !errors.As(err, &failed) || failed.Code != pgerrcode.ObjectInUse && failed.Code != pgerrcode.InvalidCatalogName {
			return err
		}
		if failed.Code == pgerrcode.InvalidCatalogName {
			forgetTemplate()
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(cloneInterval):
		}
	}
}

// execute runs one statement on a connection of its own: a pool would keep goroutines that a test may take for leaks.
func execute(ctx context.Context, statement string) error {
	conn, err := connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

func connect(ctx context.Context) (*pgx.Conn, error) {
	started, err := shared()
	if err != nil {
		return nil, err
	}
	return pgx.Connect(ctx, started.URL)
}

// newName is short and of the form that a person can drop by pattern should a killed run leave some.
func newName() string {
	random := make([]byte, 6)
	rand.Read(random)
	return "test_" + hex.EncodeToString(random)
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
