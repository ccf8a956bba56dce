package main

import (
	"context"
	"net/http"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// lifting is a value of ALLOW_INSECURE: the names, and that of the database's TLS if PostgreSQL is on another host, as one in a
// container may be.
func lifting(t *testing.T, databaseURL string, names ...string) string {
	t.Helper()
	remote, err := postgres.UnverifiedHosts(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	if len(remote) > 0 {
		names = append(names, "database-tls")
	}
	return strings.Join(names, ",")
}

// serve runs from an empty database to a regular end, with nothing but its environment.
func TestServeRunsOnItsEnvironmentAlone(t *testing.T) {
	t.Parallel()
	inbox, database := newInbox(t), pgtest.Empty(t)
	keyset := filepath.Join(t.TempDir(), "keyset.json")
	if _, err := run(t, nil, "keys", "create", keyset); err != nil {
		t.Fatal(err)
	}
	environ := map[string]string{
		"DATABASE_URL": database, "SMTP_URL": inbox.URL(), "PUBLIC_URL": "https://accounts.example.com",
		"KEYSET_FILE": keyset, "HTTP_ADDR": "127.0.0.1:0", "ADMIN_ADDR": "127.0.0.1:0", "ARGON2_MEMORY_KIB": "64", "SHUTDOWN_DELAY": "0",
		"ALLOW_INSECURE": lifting(t, database, "argon2"),
	}
	for range 2 { // the second run has nothing to migrate
		if out, err := run(t, environ, "migrate"); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	var log lockedBuffer
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- program{environ: environ, out: &log, errOut: &log}.run(ctx, []string{"serve"}) }()
	var address string
	eventually(t, "the address in the log", func() bool {
		if match := regexp.MustCompile(`"msg":"service started","address":"([^"]+)"`).FindStringSubmatch(log.String()); match != nil {
			address = match[1]
		}
		return address != "" || len(ended) > 0
	})
	s := &service{url: "http://" + address, inbox: inbox, log: &log, contract: loadContract(t)}
	s.get(t, "", "/readyz").want(t, http.StatusOK)
	s.user(t, "ada@example.com")
	admin := regexp.MustCompile(`"msg":"admin listener started","address":"(127.0.0.1:[^"]+)"`).FindStringSubmatch(log.String())
	if admin == nil || !strings.Contains(log.String(), `"level":"WARN","msg":"security floor lifted","name":"argon2"`) {
		t.Fatalf("no admin listener, or no warning of what ALLOW_INSECURE lifts:\n%s", log.String())
	}
	_, metrics := read(t, "http://"+admin[1]+"/metrics")
	if !strings.Contains(metrics, "\n"+`user_management_insecure_setting_lifted{name="argon2"} 1`) {
		t.Errorf("what ALLOW_INSECURE lifts is not among the metrics:\n%s", metrics)
	}
	for _, sample := range []string{
		`http_requests_total{operation="signUp",status="202"} 1`, `http_requests_total{operation="verifyEmail",status="200"} 1`,
		`http_request_duration_seconds_count{operation="signUp"} 1`, `password_hash_wait_seconds_count 2`, `password_hashes_waiting 0`,
		`message_attempts_total{outcome="sent"} 1`, `db_connections_max 16`,
	} {
		if !strings.Contains(metrics, "\nuser_management_"+sample+"\n") {
			t.Errorf("%s is not among the metrics:\n%s", sample, metrics)
		}
	}
	first, _, _ := strings.Cut(log.String(), "\n")
	if !strings.Contains(first, `"msg":"program started","version":"`+ownVersion()+`"`) ||
		!strings.Contains(metrics, "\n"+`user_management_build_info{goversion="`+runtime.Version()+`",version="`+ownVersion()+`"} 1`) {
		t.Errorf("the first line or the metrics lack the version:\n%s\n%s", first, metrics)
	}
	s.get(t, "", "/dev/inbox").want(t, http.StatusNotFound)
	stop()
	if err := <-ended; err != nil {
		t.Errorf("serve ended with %v:\n%s", err, log.String())
	}
}
