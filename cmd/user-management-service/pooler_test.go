package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/pooler"
	"github.com/siriusys/user-management-service/db"
)

// startBehind starts a replica whose requests reach the database through a pooler.
func startBehind(t *testing.T, p *pooler.Pooler, databaseURL string, settings ...string) *service {
	t.Helper()
	behind := []string{"DATABASE_URL=" + p.To(t, databaseURL), "DATABASE_DIRECT_URL=" + withName(databaseURL, "direct")}
	return startOn(t, databaseURL, devKeyset(t), newInbox(t), append(behind, settings...)...)
}

// behindPooler runs a test with each way to send statements through the pooler that the installed one supports.
func behindPooler(t *testing.T, do func(t *testing.T, setting string)) {
	t.Helper()
	modes := []string{"off"}
	if pooler.PreparesStatements(t) {
		modes = append(modes, "on")
	}
	for _, mode := range modes {
		t.Run("prepared statements "+mode, func(t *testing.T) {
			t.Parallel()
			do(t, "DATABASE_PREPARED_STATEMENTS="+mode)
		})
	}
}

// withName gives the sessions of a URL a name.
func withName(databaseURL, name string) string {
	separator := "?"
	if strings.Contains(databaseURL, "?") {
		separator = "&"
	}
	return databaseURL + separator + "application_name=" + name
}

// The service creates its schema, and every operation works, while all requests share a few connections.
func TestTheServiceWorksBehindAPooler(t *testing.T) {
	t.Parallel()
	behindPooler(t, wantEverythingBehindAPooler)
}

func wantEverythingBehindAPooler(t *testing.T, setting string) {
	t.Helper()
	database := pgtest.Empty(t)
	s := startBehind(t, pooler.Start(t, database), database, setting)
	open := s.listen(t, "")
	s.wantWholeLife(t)
	pair := s.user(t, "grace@example.com")
	s.logOut(t, pair)
	open.waitFor(t, sid(t, pair))
	if n := s.count(t, `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'direct' AND query ILIKE 'LISTEN %'`); n < 2 {
		t.Errorf("%d direct sessions listen, want those of the service and of its job workers", n)
	}
}

// A statement that is prepared on one connection fails on another one. The logins share four.
func TestConcurrentLoginsBehindAPooler(t *testing.T) {
	t.Parallel()
	behindPooler(t, wantConcurrentLogins)
}

func wantConcurrentLogins(t *testing.T, setting string) {
	t.Helper()
	const users, loginsEach = 10, 5 // the rate limit allows five concurrent ones
	database := pgtest.New(t)
	s := startBehind(t, pooler.Start(t, database), database, setting)
	for i := range users {
		s.user(t, fmt.Sprintf("user%d@example.com", i))
	}
	got := concurrently(t, users*loginsEach, func(i int) (response, error) {
		body := loginOf(fmt.Sprintf("user%d@example.com", i%users), goodPassword)
		return s.try(request{method: http.MethodPost, path: "/login", body: body})
	})
	if got[http.StatusOK] != users*loginsEach {
		t.Errorf("%v", got)
	}
}

// The connections that the pooler opens have the settings of the role, since it passes no others on.
func TestConnectionsOfAPoolerHaveTheSettingsOfTheService(t *testing.T) {
	t.Parallel()
	database := pgtest.Empty(t)
	p := pooler.Start(t, database)
	s := &service{databaseURL: database}
	s.alterDatabase(t, "SET default_transaction_isolation = 'serializable'")
	startBehind(t, p, database).user(t, "ada@example.com")
	p.Restart(t) // so that no session has been set up by the service
	conn, err := pgx.Connect(context.Background(), p.To(t, database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, want := range db.RequestSettings(&conn.Config().Config) {
		var got *string
		const show = "SELECT current_setting($1, true)"
		if err := conn.QueryRow(context.Background(), show, pgx.QueryExecModeExec, want.Name).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != nil && *got != want.Value {
			t.Errorf("%s is %s, want %s", want.Name, *got, want.Value)
		}
	}
}

// A pooler that restarts breaks all connections, in the middle of requests. Clients repeat those that failed, and what was acknowledged
// is there afterwards: otherwise a refresh would be refused.
func TestTheServiceSurvivesARestartOfThePooler(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	p := pooler.Start(t, database)
	s := startBehind(t, p, database)
	clients := newLoad(t)
	for i := range 8 {
		pair := s.user(t, fmt.Sprintf("user%d@example.com", i))
		clients.run(t, fmt.Sprint("client ", i), func(int) error {
			r, err := s.try(request{method: http.MethodPost, path: "/token/refresh", body: m{"refresh_token": pair.RefreshToken}})
			if err == nil && r.status == http.StatusServiceUnavailable {
				return nil
			}
			if r, err = expect(http.StatusOK)(r, err); err != nil {
				return err
			}
			return json.Unmarshal(r.body, &pair)
		})
	}
	for range 3 {
		clients.pass(t)
		p.Restart(t)
	}
	clients.pass(t)
	clients.wait()
	s.get(t, "", "/readyz").want(t, http.StatusOK)
}
