package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/tink"
)

// signIn is a client's round: login, the profile read and changed, a refresh, logout, so that it leaves no live session.
func (c *cluster) signIn(email string) error {
	a, err := expect(http.StatusOK)(c.try(request{method: http.MethodPost, path: "/login", body: m{"email": email, "password": goodPassword}}))
	if err != nil {
		return err
	}
	return c.useAndLogOut(a)
}

func (c *cluster) useAndLogOut(signedIn answer) error {
	var pair tokens
	if err := json.Unmarshal(signedIn.body, &pair); err != nil {
		return err
	}
	if _, err := expect(http.StatusOK)(c.try(request{method: http.MethodGet, path: "/me", token: pair.AccessToken})); err != nil {
		return err
	}
	if _, err := expect(http.StatusOK)(c.try(request{method: http.MethodPatch, path: "/me", token: pair.AccessToken, body: m{"country": "FR", "state_province": "FR-BRE"}})); err != nil {
		return err
	}
	a, err := expect(http.StatusOK)(c.try(request{method: http.MethodPost, path: "/token/refresh", body: m{"refresh_token": pair.RefreshToken}}))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(a.body, &pair); err != nil {
		return err
	}
	_, err = expect(http.StatusNoContent)(c.try(request{method: http.MethodPost, path: "/logout", token: pair.AccessToken}))
	return err
}

var errNoLetter = errors.New("no letter came")

// signUp is a newcomer's round, to the end of the first session.
func (c *cluster) signUp(email string) error {
	if _, err := expect(http.StatusAccepted)(c.try(request{method: http.MethodPost, path: "/signup", body: signupOf(email, goodPassword)})); err != nil {
		return err
	}
	token, err := c.mailed(email)
	if err != nil {
		return err
	}
	a, err := expect(http.StatusOK)(c.try(request{method: http.MethodPost, path: "/verify-email", body: m{"token": token, "password": goodPassword}}))
	if err != nil {
		return err
	}
	return c.useAndLogOut(a)
}

// mailed waits for a letter to email with a link and returns the link's token.
func (c *cluster) mailed(email string) (string, error) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		for _, l := range c.inbox.Letters() {
			if match := linkPattern.FindStringSubmatch(l.Text); l.To == email && match != nil {
				return match[1], nil
			}
		}
	}
	return "", errNoLetter
}

// runbook is an operator who follows the README's runbook.
type runbook struct {
	t       *testing.T
	cluster *cluster
	path    string
	environ map[string]string
}

func (r runbook) run(args ...string) string {
	r.t.Helper()
	out, err := run(r.t, r.environ, append([]string{"keys"}, args...)...)
	if err != nil {
		r.t.Fatalf("keys %v: %v\n%s", args, err, out)
	}
	return out
}

// refused checks that a command refuses, and why.
func (r runbook) refused(why string, args ...string) {
	r.t.Helper()
	before := r.keyset().Keys()
	if out, err := run(r.t, r.environ, append([]string{"keys"}, args...)...); err == nil || !strings.Contains(err.Error(), why) {
		r.t.Errorf("keys %v: %v instead of %q\n%s", args, err, why, out)
	}
	if diff := cmp.Diff(before, r.keyset().Keys()); diff != "" {
		r.t.Errorf("keys %v changed the keyset although it refused:\n%s", args, diff)
	}
}

func (r runbook) keyset() *tink.Keyset {
	r.t.Helper()
	k, err := tink.ReadFile(r.path)
	if err != nil {
		r.t.Fatal(err)
	}
	return k
}

// The runbook of the README, step by step, while clients sign up, sign in and use the service: none is refused anything,
// and in the end nothing depends on the old keys.
func TestTheKeysetRotatesUnderLoad(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyset.json")
	if _, err := run(t, nil, "keys", "create", path); err != nil {
		t.Fatal(err)
	}
	book := runbook{t: t, path: path}
	c := startCluster(t, 2, book.keyset(), nil)
	book.cluster, book.environ = c, map[string]string{"DATABASE_URL": c.databaseURL, "KEYSET_FILE": path}
	clients, newcomers := newLoad(t), &atomic.Int64{}
	for i := range 2 {
		email := fmt.Sprintf("user%d@example.com", i)
		if err := c.signUp(email); err != nil {
			t.Fatal(err)
		}
		clients.run(t, "client", func(int) error { return c.signIn(email) })
	}
	clients.run(t, "newcomer", func(int) error {
		return c.signUp(fmt.Sprintf("newcomer%d@example.com", newcomers.Add(1)))
	})
	idle := c.slots[0].replica.user(t, "idle@example.com")
	old := book.keyset().Keys()
	clients.pass(t)
	sealAudit(t, c.slots[0].replica) // a head that the old key signs

	book.run("add", path)
	book.refused("2 of 2 running replicas do not have the added keys", "promote", path)
	c.restartOne(t, 0, book.keyset())
	clients.pass(t)
	book.refused("1 of 2 running replicas do not have the added keys", "promote", path)
	c.restartOne(t, 1, book.keyset())
	clients.pass(t)
	book.refused("no old key of that name", "remove", path, old[0].Name)

	book.run("promote", path)
	book.refused(errOldWriters.Error(), "re-encrypt")
	c.restart(t, book.keyset())
	clients.pass(t)
	for _, k := range old {
		book.refused(k.Name+" is still in use", "remove", path, k.Name)
	}

	book.run("re-encrypt")
	clients.pass(t)
	book.refused("live sessions", "remove", path, old[1].Name) // the idle one's refresh token
	a := c.slots[1].replica.post(t, "/token/refresh", m{"refresh_token": idle.RefreshToken}).tokens(t)
	book.refused("stored values", "remove", path, old[2].Name) // nobody wrote the idle one's password since

	clients.wait()
	book.everybodySignsIn(int(newcomers.Load()))
	for _, k := range old {
		book.run("remove", path, k.Name)
	}
	c.restart(t, book.keyset())
	if status := book.run("status"); strings.Contains(status, "MISSING") || strings.Contains(status, " old ") || strings.Count(status, "current") != 3 {
		t.Errorf("the status after the rotation:\n%s", status)
	}
	book.everybodySignsIn(int(newcomers.Load()))
	if printed, err := run(t, book.environ, "admin", "audit", "verify"); err != nil {
		t.Errorf("the audit log after the rotation: %v: %s", err, printed)
	}
	c.slots[0].replica.me(t, a.AccessToken).want(t, http.StatusOK)
	c.slots[0].replica.post(t, "/token/refresh", m{"refresh_token": a.RefreshToken}).want(t, http.StatusOK)
	if n, want := c.slots[0].replica.count(t, `SELECT count(*) FROM users WHERE verified_at IS NOT NULL`), int(newcomers.Load())+3; n != want {
		t.Errorf("%d accounts instead of %d", n, want)
	}
}

// everybodySignsIn lets each account's password hash take the current pepper.
func (r runbook) everybodySignsIn(newcomers int) {
	r.t.Helper()
	emails := []string{"user0@example.com", "user1@example.com", "idle@example.com"}
	for i := range newcomers {
		emails = append(emails, fmt.Sprintf("newcomer%d@example.com", i+1))
	}
	for _, email := range emails {
		if err := r.cluster.signIn(email); err != nil {
			r.t.Fatalf("%s: %v", email, err)
		}
	}
}

// While one replica writes with the old keys and the other with the new ones, an address still has one account.
func TestAnAddressHasOneAccountWhileKeysRotate(t *testing.T) {
	t.Parallel()
	added, err := devKeyset(t).Add()
	if err != nil {
		t.Fatal(err)
	}
	promoted, err := added.Promote()
	if err != nil {
		t.Fatal(err)
	}
	c := startCluster(t, 2, added, nil)
	c.restartOne(t, 1, promoted)
	for round := range 5 {
		email := fmt.Sprintf("ada%d@example.com", round)
		for _, s := range c.slots {
			s.replica.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
		}
		if n := c.slots[0].replica.count(t, `SELECT count(DISTINCT substr(email_index, 1, 5)) FROM users WHERE verified_at IS NULL`); n != 2 {
			t.Fatalf("the signups are indexed under %d keys", n)
		}
		links := c.slots[0].replica.tokens(t, email, "/pages/verify-email", 2)
		got := simultaneously(t, 2, func(i int) (answer, error) {
			return c.slots[i].replica.try(request{method: http.MethodPost, path: "/verify-email", body: m{"token": links[i], "password": goodPassword}})
		})
		if diff := cmp.Diff(map[int]int{http.StatusOK: 1, http.StatusBadRequest: 1}, got); diff != "" {
			t.Errorf("verifications (-want +got):\n%s", diff)
		}
		for _, s := range c.slots {
			s.replica.post(t, "/login", m{"email": email, "password": goodPassword}).want(t, http.StatusOK)
			s.replica.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
		}
		c.slots[0].replica.tokens(t, email, "/pages/password-reset", 2)
	}
	if n := c.slots[0].replica.count(t, `SELECT count(*) FROM users`); n != 5 {
		t.Errorf("%d users", n)
	}
}
