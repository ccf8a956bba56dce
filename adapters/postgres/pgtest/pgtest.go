// Package pgtest gives each test a PostgreSQL database of its own.
//
// The server is that at TEST_DATABASE_URL if it is set; otherwise a container if a Docker daemon is available (image
// POSTGRES_IMAGE, default postgres:17-alpine); otherwise one from local binaries. TEST_CONTAINERS=require requires a
// container, TEST_CONTAINERS=off never uses one. Each test binary prints once on standard error which server it uses.
// TEST_DATABASE_CONTAINER is the id of the container in which the server at TEST_DATABASE_URL runs, if any.
// Without TEST_DATABASE_URL every test binary starts its own server, which ends with the binary; the command
// with-postgres starts one server for a whole `go test ./...`.
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
	// databaseTimeout limits the creation and the removal of one database. Only a hang reaches it.
	databaseTimeout = 3 * time.Minute
	cloneInterval   = 20 * time.Millisecond
)

// New returns the URL of a new database with the newest schema. The end of the test drops it.
func New(t testing.TB) string {
	t.Helper()
	return create(t, clone)
}

// Empty returns the URL of a new database without a schema. The end of the test drops it.
func Empty(t testing.TB) string {
	t.Helper()
	return create(t, func(ctx context.Context, name string) error {
		return execute(ctx, "CREATE DATABASE "+quote(name)+" TEMPLATE template0 STRATEGY "+strategy)
	})
}

// shared is the server of this test binary. It ends with the process.
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
		t.Fatalf("no PostgreSQL server for the tests: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), databaseTimeout)
	defer cancel()
	name := newName()
	if err := build(ctx, name); err != nil {
		t.Fatalf("create the test's database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), databaseTimeout)
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

// clone copies the template. It waits while the template has connections, and creates the template again if another run, with
// other migrations, has dropped it.
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
			resetTemplate()
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(cloneInterval):
		}
	}
}

// execute runs one statement on its own connection: a pool keeps goroutines that a test could report as leaks.
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

// newName has a prefix by which an operator finds the databases that a killed run left.
func newName() string {
	random := make([]byte, 6)
	rand.Read(random)
	return "test_" + hex.EncodeToString(random)
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
