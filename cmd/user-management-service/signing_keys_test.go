package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/tink"
)

// clock is the real one, moved.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return now().Add(time.Duration(c.ahead.Load())) }

// pass moves the clock of all who use it at once.
func (c *clock) pass(d time.Duration) { c.ahead.Add(int64(d)) }

// operator is the environment of whoever runs commands beside a service.
func operator(t *testing.T, databaseURL string, keyset *tink.Keyset) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyset.json")
	if err := tink.WriteFile(path, keyset); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"DATABASE_URL": databaseURL, "KEYSET_FILE": path}
}

func kidOf(t *testing.T, token string) string {
	t.Helper()
	head, _, _ := strings.Cut(token, ".")
	b, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		t.Fatal(err)
	}
	var header struct{ Kid string }
	if err := json.Unmarshal(b, &header); err != nil {
		t.Fatal(err)
	}
	return header.Kid
}

// kids are the keys that a replica publishes.
func (s *service) kids(t *testing.T) []string {
	t.Helper()
	var set struct{ Keys []struct{ Kid string } }
	a := s.do(t, request{method: http.MethodGet, path: "/.well-known/jwks.json"}).want(t, http.StatusOK)
	if err := json.Unmarshal(a.body, &set); err != nil {
		t.Fatal(err)
	}
	var kids []string
	for _, k := range set.Keys {
		kids = append(kids, k.Kid)
	}
	slices.Sort(kids)
	return kids
}

// A whole rotation, minute by minute, while clients sign in and use the tokens of each replica at the other.
func TestARotationOfSigningKeysUnderLoadRefusesNoToken(t *testing.T) {
	t.Parallel()
	var clk clock
	keyset := devKeyset(t)
	c := startCluster(t, 2, keyset, func(config *Config) { config.Now = clk.now })
	first := c.slots[0].replica.kids(t)
	clients := newLoad(t)
	for i := range 3 {
		pair := c.slots[i%2].replica.user(t, fmt.Sprintf("user%d@example.com", i))
		clients.run(t, fmt.Sprint("client ", i), func(round int) error {
			for at := range c.slots {
				if _, err := expect(http.StatusOK)(c.slots[at].replica.try(request{method: http.MethodGet, path: "/me", token: pair.AccessToken})); err != nil {
					return err
				}
			}
			a, err := expect(http.StatusOK)(c.slots[round%2].replica.try(request{method: http.MethodPost, path: "/token/refresh", body: m{"refresh_token": pair.RefreshToken}}))
			if err != nil {
				return err
			}
			return json.Unmarshal(a.body, &pair)
		})
	}
	if out, err := run(t, operator(t, c.databaseURL, keyset), "keys", "rotate"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, s := range c.slots {
		eventually(t, "both keys to be published", func() bool { return len(s.replica.kids(t)) == 2 })
	}
	both := c.slots[0].replica.kids(t)
	for range 15 + 65 + 2 { // published, then verifying, in minutes
		clk.pass(time.Minute)
		clients.pass(t)
	}
	clients.wait()
	for _, s := range c.slots {
		eventually(t, "the first key to be gone", func() bool { return len(s.replica.kids(t)) == 1 })
		if second := s.replica.kids(t); !slices.Contains(both, second[0]) || slices.Equal(second, first) {
			t.Errorf("%v is published after %v", second, both)
		}
	}
}

func TestADroppedSigningKeyEndsItsTokensOnEveryReplica(t *testing.T) {
	t.Parallel()
	keyset := devKeyset(t)
	c := startCluster(t, 2, keyset, func(config *Config) { config.ReloadKeysEvery = time.Hour }) // only notifications are this fast
	old := c.slots[0].replica.user(t, "ada@example.com").AccessToken
	environ := operator(t, c.databaseURL, keyset)
	if out, err := run(t, environ, "keys", "drop", kidOf(t, old)); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	began := time.Now()
	for _, s := range c.slots {
		eventually(t, "the token to be refused", func() bool { return s.replica.me(t, old).status == http.StatusUnauthorized })
	}
	t.Logf("refused everywhere after %v", time.Since(began))
	fresh := c.slots[0].replica.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword}).tokens(t).AccessToken
	if kidOf(t, fresh) == kidOf(t, old) {
		t.Error("the dropped key signs")
	}
	for _, s := range c.slots {
		s.replica.me(t, fresh).want(t, http.StatusOK)
	}
	recorded := c.slots[0].replica.count(t, `SELECT count(*) FROM audit_events WHERE kind = 'signing_key_dropped' AND key_id = '`+kidOf(t, old)+`'`)
	if recorded != 1 {
		t.Errorf("the drop was recorded %d times", recorded)
	}
	if _, err := run(t, environ, "keys", "drop", kidOf(t, old)); err == nil || !strings.Contains(err.Error(), "no signing key") {
		t.Errorf("dropped again: %v", err)
	}
}

// Where notifications are lost, as behind some connection poolers, polling still finds the change.
func TestAChangeOfSigningKeysNeedsNoNotification(t *testing.T) {
	t.Parallel()
	keyset := devKeyset(t)
	c := startCluster(t, 1, keyset, nil)
	s := c.slots[0].replica
	old := s.user(t, "ada@example.com").AccessToken
	fresh, err := newSigningKeys(Config{Now: now}, nil).New(now(), now())
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := keyset.Sealer().Seal(fresh.Seed, "signing_keys.sealed_seed:"+fresh.ID)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	s.scan(t, fmt.Sprintf(`WITH gone AS (DELETE FROM signing_keys), put AS (
		INSERT INTO signing_keys (id, sealed_seed, created_at, signs_at) VALUES ('%s', '\x%x', now(), now()) RETURNING id) SELECT count(*) FROM put`, fresh.ID, sealed), &n)
	eventually(t, "the old token to be refused", func() bool { return s.me(t, old).status == http.StatusUnauthorized })
	if diff := cmp.Diff([]string{fresh.ID}, s.kids(t)); diff != "" {
		t.Error(diff)
	}
}

// The job is there on its own, and it publishes the successor when it is due.
func TestTheJobPublishesASuccessorInTime(t *testing.T) {
	t.Parallel()
	var clk clock
	c := startCluster(t, 1, devKeyset(t), func(config *Config) { config.Now = clk.now })
	s := c.slots[0].replica
	const done = `SELECT count(*) FROM river_job WHERE kind = 'signing_keys' AND state = 'completed'`
	eventually(t, "the job to run at the start", func() bool { return s.count(t, done) >= 1 })
	if n := len(s.kids(t)); n != 1 {
		t.Fatalf("%d keys", n)
	}
	clk.pass(30*24*time.Hour - 14*time.Minute)
	s.scan(t, `INSERT INTO river_job (kind, args, max_attempts, queue, state) VALUES ('signing_keys', '{}', 1, 'default', 'available') RETURNING 1`, new(int))
	eventually(t, "the successor to be published", func() bool { return len(s.kids(t)) == 2 })
}

func TestReplicasThatRotateAtOnceAddOneKey(t *testing.T) {
	t.Parallel()
	var clk clock
	s := start(t)
	store, err := postgres.Open(context.Background(), s.databaseURL, devKeyset(t).Sealer())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	s.stop()
	s.scan(t, `WITH gone AS (DELETE FROM signing_keys RETURNING 1) SELECT count(*) FROM gone`, new(int)) // sealed with the service's keys
	keys := newSigningKeys(Config{Settings: Settings{SigningKeyLifetime: time.Hour}, Now: clk.now}, store)
	for want := range 2 {
		simultaneously(t, 20, func(int) (answer, error) { return answer{}, keys.Keep(context.Background()) })
		if n := s.count(t, `SELECT count(*) FROM signing_keys`); n != want+1 {
			t.Fatalf("%d keys instead of %d", n, want+1)
		}
		clk.pass(time.Hour)
	}
}
