package main

import (
	"context"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// The production command, from an empty database to an orderly end, with nothing but its environment.
func TestServeRunsOnItsEnvironmentAlone(t *testing.T) {
	t.Parallel()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	keyset := filepath.Join(t.TempDir(), "keyset.json")
	if _, err := run(t, nil, "keys", "create", keyset); err != nil {
		t.Fatal(err)
	}
	environ := map[string]string{
		"DATABASE_URL": pgtest.Empty(t), "SMTP_URL": inbox.URL(), "PUBLIC_URL": "https://accounts.example.com",
		"KEYSET_FILE": keyset, "HTTP_ADDR": "127.0.0.1:0", "ADMIN_ADDR": "127.0.0.1:0", "ARGON2_MEMORY_KIB": "64",
	}
	for range 2 { // the second migrates nothing
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
		if match := regexp.MustCompile(`"msg":"serving","address":"([^"]+)"`).FindStringSubmatch(log.String()); match != nil {
			address = match[1]
		}
		return address != "" || len(ended) > 0
	})
	s := &service{url: "http://" + address, inbox: inbox, log: &log, contract: loadContract(t)}
	s.do(t, request{method: http.MethodGet, path: "/readyz"}).want(t, http.StatusOK)
	s.user(t, "ada@example.com")
	if !strings.Contains(log.String(), `"msg":"serving the operator","address":"127.0.0.1:`) {
		t.Errorf("ADMIN_ADDR does not listen:\n%s", log.String())
	}
	s.do(t, request{method: http.MethodGet, path: "/dev/inbox"}).want(t, http.StatusNotFound)
	stop()
	if err := <-ended; err != nil {
		t.Errorf("serve ended with %v:\n%s", err, log.String())
	}
}
