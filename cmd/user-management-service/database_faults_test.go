package main

import (
	"context"
	"net/http"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// alterDatabase changes a default of the service's database for the connections that follow, also of a read-only database.
func (s *service) alterDatabase(t *testing.T, change string) {
	t.Helper()
	conn := s.connect(t)
	for _, statement := range []string{
		"SET default_transaction_read_only = off", "ALTER DATABASE " + pgx.Identifier{conn.Config().Database}.Sanitize() + " " + change,
	} {
		if _, err := conn.Exec(context.Background(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// The host name of the database leads to a standby for a while. The connections made then must not stay.
func TestTheServiceRecoversFromASwitchOver(t *testing.T) {
	t.Parallel()
	s := start(t)
	reset := func(int) (response, error) {
		return s.try(request{method: http.MethodPost, path: "/password-reset-request", body: m{"email": "ada@example.com"}})
	}
	s.alterDatabase(t, "SET default_transaction_read_only = on")
	s.exec(t, `SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	if got := concurrently(t, 8, reset); got[http.StatusServiceUnavailable] != 8 {
		t.Errorf("read-only: %v", got)
	}
	s.get(t, "", "/readyz").want(t, http.StatusServiceUnavailable)
	s.get(t, "", "/livez").want(t, http.StatusOK)

	s.alterDatabase(t, "RESET default_transaction_read_only")
	s.get(t, "", "/readyz").want(t, http.StatusOK)
	if got := concurrently(t, 8, reset); got[http.StatusAccepted] != 8 {
		t.Errorf("writable again: %v", got)
	}
}

// Administrators may give a database a stricter isolation than the service relies on.
func TestConcurrentRequestsOnADatabaseOfAnotherIsolation(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.New(t)
	s := &service{databaseURL: databaseURL}
	s.alterDatabase(t, "SET default_transaction_isolation = 'serializable'")
	s = startOn(t, databaseURL, devKeyset(t), newInbox(t))
	mine := s.user(t, "ada@example.com")
	for name, r := range map[string]request{
		"refresh": {method: http.MethodPost, path: "/token/refresh", body: m{"refresh_token": mine.RefreshToken}},
		"login":   {method: http.MethodPost, path: "/login", body: m{"email": "ada@example.com", "password": goodPassword}},
		"profile": {method: http.MethodPatch, path: "/me", token: mine.AccessToken, body: m{"full_name": "Ada King"}},
	} {
		got := concurrently(t, 24, func(int) (response, error) { return s.try(r) })
		// The rate limit and the retries of a concurrent change may refuse some.
		if got[http.StatusOK] == 0 || got[http.StatusInternalServerError] > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// One session locks a table for longer than a statement may take. Requests must not pile up behind it.
func TestRequestsDoNotWaitForALockedTable(t *testing.T) {
	t.Parallel()
	s := startOn(t, pgtest.New(t), devKeyset(t), newInbox(t), "DATABASE_CONNECTION_TIMEOUT=1s")
	mine := s.user(t, "ada@example.com")
	locker := s.connect(t)
	if _, err := locker.Exec(context.Background(), "BEGIN; LOCK TABLE sessions"); err != nil {
		t.Fatal(err)
	}
	got := concurrently(t, 64, func(int) (response, error) {
		r, err := s.try(request{method: http.MethodGet, path: "/me", token: mine.AccessToken})
		if err == nil && r.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		return r, err
	})
	if got[http.StatusServiceUnavailable] != 64 {
		t.Errorf("locked: %v", got)
	}
	if _, err := locker.Exec(context.Background(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	s.me(t, mine.AccessToken).want(t, http.StatusOK)
}
