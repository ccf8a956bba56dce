//go:build faults

package faults

import (
	"net/http"
	"testing"
)

// Five replicas start concurrently on an empty database. One migrates, the others wait for it.
func TestReplicasMigrateConcurrently(t *testing.T) {
	t.Parallel()
	mail, d := newMailServer(t), newDatabase(t)
	var replicas []*replica
	for range 5 {
		replicas = append(replicas, launch(t, d.url(), mail))
	}
	for _, r := range replicas {
		r.waitReady(t)
	}
	users := newUsers(t, replicas[0].url, mail, 1)
	for _, r := range replicas {
		if got := logIn(r.url, users[0], password); got.status != http.StatusOK {
			t.Errorf("a login: %+v", got)
		}
	}
}

// The database refuses connections (SQLSTATE 53300). Requests get 503, and succeed once it accepts them.
func TestExhaustedConnectionsAreA503(t *testing.T) {
	t.Parallel()
	mail, d := newMailServer(t), newDatabase(t)
	d.exec(t, "CREATE ROLE service LOGIN CREATEDB")
	d.exec(t, "GRANT ALL ON SCHEMA public TO service")
	r := newReplica(t, "postgres://service@127.0.0.1:"+d.port+"/postgres?sslmode=disable", mail)
	user := newUsers(t, r.url, mail, 1)[0]
	d.exec(t, "ALTER ROLE service CONNECTION LIMIT 0")
	d.exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'service'")
	eventually(t, "a login is refused", func() bool {
		got := logIn(r.url, user, password)
		if got.status != http.StatusOK && !got.isRefusal() {
			t.Fatalf("%+v", got)
		}
		return got.isRefusal()
	})
	if r.isReady() {
		t.Error("the replica is ready without a connection")
	}
	d.exec(t, "ALTER ROLE service CONNECTION LIMIT -1")
	eventually(t, "a login succeeds", func() bool { return logIn(r.url, user, password).status == http.StatusOK })
}
