package main

import (
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// With statements that a pooler does not keep, most requests would fail, so an operator need not know of them.
func TestStatementsArePreparedUnlessThereIsAPooler(t *testing.T) {
	t.Parallel()
	const direct = "postgres://db/accounts"
	for _, c := range []struct {
		directURL, setting string
		want               bool
	}{
		{"", "", true}, {"", "off", false}, {direct, "", false}, {direct, "on", true},
	} {
		s := Settings{DatabaseURL: "postgres://pooler/accounts", DatabaseDirectURL: c.directURL, DatabasePreparedStatements: c.setting}
		if got := s.preparesStatements(); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// Commands need a session of their own for migrations, and use statements that would occupy a connection of the pooler for minutes.
func TestCommandsConnectDirectly(t *testing.T) {
	t.Parallel()
	environ := operatorEnviron(t, pgtest.Empty(t), devKeyset(t))
	environ["DATABASE_DIRECT_URL"], environ["DATABASE_URL"] = environ["DATABASE_URL"], "postgres://u@127.0.0.1:1/no-pooler"
	for _, args := range [][]string{{"migrate"}, {"keys", "rotate"}} {
		if out, err := run(t, environ, args...); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}
