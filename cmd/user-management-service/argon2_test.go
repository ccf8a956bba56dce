package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// Replicas on different processors share the accounts, and each says once what computes its hashes.
func TestReplicasThatComputeArgon2idDifferentlyShareTheAccounts(t *testing.T) {
	t.Parallel()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
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
		if said := strings.Count(s.log.String(), fmt.Sprintf(`"implementation":%q`, name)); said != 1 {
			t.Errorf("%s is logged %d times", name, said)
		}
	}
}
