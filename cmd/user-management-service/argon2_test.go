package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// Replicas on different processors share the accounts, and each logs its implementation once.
func TestReplicasThatComputeArgon2idDifferentlyShareTheAccounts(t *testing.T) {
	t.Parallel()
	inbox := newInbox(t)
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	replicas := map[string]*service{}
	for _, i := range argon2id.Available() {
		s := startOn(t, databaseURL, keyset, inbox, "ARGON2_IMPLEMENTATION="+i.String())
		s.user(t, i.String()+"@example.com")
		replicas[i.String()] = s
	}
	for name, s := range replicas {
		for maker := range replicas {
			s.post(t, "/login", loginOf(maker+"@example.com", goodPassword)).want(t, http.StatusOK)
		}
		if n := strings.Count(s.log.String(), fmt.Sprintf(`"implementation":%q`, name)); n != 1 {
			t.Errorf("%s is logged %d times", name, n)
		}
	}
}

// A processor that computes wrong hashes would lock account holders out on every other replica.
func TestABrokenArgon2idImplementationIsReplacedWithAWarning(t *testing.T) {
	t.Parallel()
	inbox := newInbox(t)
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	var proven []string
	broken := startWith(t, databaseURL, keyset, inbox, nil, func(c *Config) {
		c.ProveArgon2id = func(i argon2id.Implementation) (argon2id.Implementation, error) {
			proven = append(proven, i.String())
			return argon2id.Implementation{}, errors.New("broken")
		}
	})
	if fastest := argon2id.Available()[0].String(); len(proven) != 1 || proven[0] != fastest {
		t.Errorf("proved %v, want %s once", proven, fastest)
	}
	log := broken.log.String()
	for _, line := range []string{`"WARN","msg":"Argon2id implementation replaced"`, `"implementation":"generic"`} {
		if strings.Count(log, line) != 1 {
			t.Errorf("%s is logged %d times", line, strings.Count(log, line))
		}
	}
	broken.user(t, "ada@example.com")
	intact := startOn(t, databaseURL, keyset, inbox)
	intact.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
	if strings.Contains(intact.log.String(), "implementation replaced") {
		t.Error("an intact implementation was replaced")
	}
}
