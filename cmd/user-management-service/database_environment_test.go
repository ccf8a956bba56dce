package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// A command that fails because of a PG* variable names it, and not the URL.
//
//nolint:paralleltest // changes the environment
func TestAnErrorOfAPostgreSQLVariableNamesIt(t *testing.T) {
	database := pgtest.Empty(t)
	keyset := filepath.Join(t.TempDir(), "keyset.json")
	if _, err := run(t, nil, "keys", "create", keyset); err != nil {
		t.Fatal(err)
	}
	environ := map[string]string{
		"DATABASE_URL": database, "SMTP_URL": "smtp://127.0.0.1:1", "PUBLIC_URL": "https://accounts.example.com",
		"KEYSET_FILE": keyset, "HTTP_ADDR": "127.0.0.1:0", "ARGON2_MEMORY_KIB": "64", "ALLOW_INSECURE": lifting(t, database, "argon2"),
	}
	for name, value := range map[string]string{
		"PGSERVICE": "work", "PGTZ": "x", "PGOPTIONS": "-c default_transaction_read_only=on", "PGTARGETSESSIONATTRS": "read-only",
		"PGCONNECT_TIMEOUT": "soon", "PGREQUIREAUTH": "none", "PGMINPROTOCOLVERSION": "9", "PGCHANNELBINDING": "maybe", "PGSSLCERTMODE": "x",
	} {
		for _, command := range []string{"migrate", "serve"} {
			t.Run(name+" "+command, func(t *testing.T) {
				t.Setenv("PGAPPNAME", "harmless")
				t.Setenv(name, value)
				_, err := run(t, environ, command)
				switch {
				case err == nil:
					t.Error("no error")
				case !strings.Contains(err.Error(), name), strings.Contains(err.Error(), "PGAPPNAME"),
					strings.Contains(err.Error(), "neither a valid"), strings.Contains(err.Error(), "DATABASE_URL"):
					t.Errorf("got %v, want an error that blames %s alone", err, name)
				}
			})
		}
	}
}

// The variables are no excuse for a URL that is wrong without them.
//
//nolint:paralleltest // changes the environment
func TestAnErrorOfTheURLDoesNotBlameTheEnvironment(t *testing.T) {
	t.Setenv("PGAPPNAME", "harmless")
	_, err := run(t, map[string]string{"DATABASE_URL": "postgres://u:p@127.0.0.1:port/x"}, "migrate")
	if err == nil || !strings.Contains(err.Error(), "neither a valid") {
		t.Errorf("got %v, want an error of the URL", err)
	}
}
