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

// clock is the real clock, shifted.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return now().Add(time.Duration(c.ahead.Load())) }

// advance shifts the clock for all its users.
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// operatorEnviron is the environment of an operator who runs commands beside a service.
func operatorEnviron(t *testing.T, databaseURL string, keyset *tink.Keyset) map[string]string {
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

// kids are the ids of the keys that a replica publishes.
func (s *service) kids(t *testing.T) []string {
	t.Helper()
	var set struct{ Keys []struct{ Kid string } }
	a := s.get(t, "", "/.well-known/jwks.json").want(t, http.StatusOK)
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

// A whole rotation, minute by minute, while clients refresh tokens and use those of each replica at the other.
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
				me := request{method: http.MethodGet, path: "/me", token: pair.AccessToken}
				if _, err := expect(http.StatusOK)(c.slots[at].replica.try(me)); err != nil {
					return err
				}
			}
			refresh := request{method: http.MethodPost, path: "/token/refresh", body: m{"refresh_token": pair.RefreshToken}}
			refreshed, err := expect(http.StatusOK)(c.slots[round%2].replica.try(refresh))
			if err != nil {
				return err
			}
			return json.Unmarshal(refreshed.body, &pair)
		})
	}
	if out, err := run(t, operatorEnviron(t, c.databaseURL, keyset), "keys", "rotate"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, s := range c.slots {
		eventually(t, "both keys to be published", func() bool { return len(s.replica.kids(t)) == 2 })
	}
	both := c.slots[0].replica.kids(t)
	for range 15 + 65 + 2 { // minutes: published, active, retired
		clk.advance(time.Minute)
		clients.pass(t)
	}
	clients.wait()
	for _, s := range c.slots {
		eventually(t, "the first key to be removed", func() bool { return len(s.replica.kids(t)) == 1 })
		if second := s.replica.kids(t); !slices.Contains(both, second[0]) || slices.Equal(second, first) {
			t.Errorf("%v is published after %v", second, both)
		}
	}
}

func TestADroppedSigningKeyInvalidatesItsTokensOnEveryReplica(t *testing.T) {
	t.Parallel()
	keyset := devKeyset(t)
	c := startCluster(t, 2, keyset, func(config *Config) { config.ReloadKeysEvery = time.Hour }) // so that only notifications count
	old := c.slots[0].replica.user(t, "ada@example.com").AccessToken
	environ := operatorEnviron(t, c.databaseURL, keyset)
	if out, err := run(t, environ, "keys", "drop", kidOf(t, old)); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	began := time.Now()
	for _, s := range c.slots {
		eventually(t, "the token to be refused", func() bool { return s.replica.me(t, old).status == http.StatusUnauthorized })
	}
	t.Logf("refused everywhere after %v", time.Since(began))
	fresh := c.slots[0].replica.logIn(t, "ada@example.com", goodPassword).AccessToken
	if kidOf(t, fresh) == kidOf(t, old) {
		t.Error("the dropped key signs")
	}
	for _, s := range c.slots {
		s.replica.me(t, fresh).want(t, http.StatusOK)
	}
	const drops = `SELECT count(*) FROM audit_events WHERE kind = 'signing_key_dropped' AND key_id = `
	if recorded := c.slots[0].replica.count(t, drops+`'`+kidOf(t, old)+`'`); recorded != 1 {
		t.Errorf("the drop was recorded %d times", recorded)
	}
	if _, err := run(t, environ, "keys", "drop", kidOf(t, old)); err == nil || !strings.Contains(err.Error(), "no signing key") {
		t.Errorf("dropped again: %v", err)
	}
}

// Without notifications, as behind some connection poolers, polling still finds the change.
func TestAChangeOfSigningKeysNeedsNoNotification(t *testing.T) {
	t.Parallel()
	keyset := devKeyset(t)
	c := startCluster(t, 1, keyset, nil)
	s := c.slots[0].replica
	old := s.user(t, "ada@example.com").AccessToken
	fresh, err := newSigningKey(now(), now())
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := keyset.Sealer().Seal(fresh.Seed, "signing_keys.sealed_seed:"+fresh.ID)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	s.scan(t, fmt.Sprintf(`WITH deleted AS (DELETE FROM signing_keys), inserted AS (
		INSERT INTO signing_keys (id, sealed_seed, created_at, signs_at) VALUES ('%s', '\x%x', now(), now()) RETURNING id)
		SELECT count(*) FROM inserted`, fresh.ID, sealed), &n)
	eventually(t, "the old token to be refused", func() bool { return s.me(t, old).status == http.StatusUnauthorized })
	if diff := cmp.Diff([]string{fresh.ID}, s.kids(t)); diff != "" {
		t.Error(diff)
	}
}

// The service enqueues the job itself, and the job publishes the next key when it is due.
func TestTheJobPublishesTheNextSigningKeyInTime(t *testing.T) {
	t.Parallel()
	var clk clock
	c := startCluster(t, 1, devKeyset(t), func(config *Config) { config.Now = clk.now })
	s := c.slots[0].replica
	const done = `SELECT count(*) FROM river_job WHERE kind = 'rotate_signing_keys' AND state = 'completed'`
	eventually(t, "the job to run at the start", func() bool { return s.count(t, done) >= 1 })
	if n := len(s.kids(t)); n != 1 {
		t.Fatalf("%d keys", n)
	}
	clk.advance(30*24*time.Hour - 14*time.Minute)
	s.exec(t, `INSERT INTO river_job (kind, args, max_attempts, queue, state)
		VALUES ('rotate_signing_keys', '{}', 1, 'default', 'available')`)
	eventually(t, "the next key to be published", func() bool { return len(s.kids(t)) == 2 })
}

func TestReplicasThatRotateConcurrentlyAddOneKey(t *testing.T) {
	t.Parallel()
	var clk clock
	s := start(t)
	store, err := postgres.Open(context.Background(), s.databaseURL, devKeyset(t).Sealer(), postgres.WithConnectionTimeout(waitLimit))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	s.stop()
	s.exec(t, `DELETE FROM signing_keys`) // they are encrypted with the service's keyset
	keys := newSigningKeys(Config{Settings: Settings{SigningKeyLifetime: time.Hour}, Now: clk.now}, store)
	for want := range 2 {
		concurrently(t, 20, func(int) (response, error) { return response{}, keys.Maintain(context.Background()) })
		if n := s.count(t, `SELECT count(*) FROM signing_keys`); n != want+1 {
			t.Fatalf("%d keys, want %d", n, want+1)
		}
		clk.advance(time.Hour)
	}
}
