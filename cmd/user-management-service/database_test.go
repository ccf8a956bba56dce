package main

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

// connect connects to the service's database until the test ends.
func (s *service) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), s.databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// scan runs a query that returns one row on the service's database.
func (s *service) scan(t *testing.T, query string, into ...any) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), s.databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if err := conn.QueryRow(context.Background(), query).Scan(into...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// exec runs a statement on the service's database.
func (s *service) exec(t *testing.T, statement string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), s.databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.Background(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func (s *service) count(t *testing.T, query string) (n int) {
	t.Helper()
	s.scan(t, query, &n)
	return n
}

// settle waits until no message is due.
func (s *service) settle(t *testing.T) {
	t.Helper()
	eventually(t, "all messages to be sent", func() bool {
		return s.count(t, `SELECT count(*) FROM river_job WHERE kind = 'message' AND finalized_at IS NULL`) == 0
	})
}
