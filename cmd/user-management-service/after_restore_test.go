package main

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// A command that fails must not have revoked anything: the operator may have named the wrong file or the wrong database.
func TestAfterRestoreRefusesBeforeItChangesAnything(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair := s.user(t, "ada@example.com")
	another := devKeyset(t)
	for name, c := range map[string]struct{ databaseURL, log, want string }{
		"a log that does not exist":   {s.databaseURL, "missing.log", "open the log"},
		"a log that cannot be read":   {s.databaseURL, ".", "read the log"},
		"the keyset of another one":   {s.databaseURL, "/dev/null", "use the keyset"},
		"a database without a schema": {pgtest.Empty(t), "/dev/null", "run migrate first"},
	} {
		environ, log := operatorEnviron(t, c.databaseURL, another), c.log
		if !filepath.IsAbs(log) {
			log = filepath.Join(t.TempDir(), log)
		}
		err := program{environ: environ, out: io.Discard, errOut: io.Discard}.run(t.Context(), []string{"admin", "after-restore", log})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
	s.me(t, pair.AccessToken).want(t, http.StatusOK)
}
