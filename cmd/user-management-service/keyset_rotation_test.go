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
	"github.com/siriusys/user-management-service/app"
)

// logInAndOut is what a client does in one session: log in, read and change the profile, refresh, log out. It leaves no live session.
func (c *cluster) logInAndOut(email string) error {
	a, err := expect(http.StatusOK)(c.try(request{method: http.MethodPost, path: "/login", body: m{"email": email, "password": goodPassword}}))
	if err != nil {
		return err
	}
	return c.useAndLogOut(a)
}

func (c *cluster) useAndLogOut(loggedIn response) error {
	var pair tokens
	if err := json.Unmarshal(loggedIn.body, &pair); err != nil {
		return err
	}
	if _, err := expect(http.StatusOK)(c.try(request{method: http.MethodGet, path: "/me", token: pair.AccessToken})); err != nil {
		return err
	}
	change := request{method: http.MethodPatch, path: "/me", token: pair.AccessToken, body: m{"country": "FR", "state_province": "FR-BRE"}}
	if _, err := expect(http.StatusOK)(c.try(change)); err != nil {
		return err
	}
	refresh := request{method: http.MethodPost, path: "/token/refresh", body: m{"refresh_token": pair.RefreshToken}}
	a, err := expect(http.StatusOK)(c.try(refresh))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(a.body, &pair); err != nil {
		return err
	}
	_, err = expect(http.StatusNoContent)(c.try(request{method: http.MethodPost, path: "/logout", token: pair.AccessToken}))
	return err
}

var errNoMessage = errors.New("no message was delivered")

// signUp is what a new user does, up to the end of the first session.
func (c *cluster) signUp(email string) error {
	signup := request{method: http.MethodPost, path: "/signup", body: signupOf(email, goodPassword)}
	if _, err := expect(http.StatusAccepted)(c.try(signup)); err != nil {
		return err
	}
	token, err := c.mailed(email)
	if err != nil {
		return err
	}
	verification := request{method: http.MethodPost, path: "/verify-email", body: m{"token": token, "password": goodPassword}}
	a, err := expect(http.StatusOK)(c.try(verification))
	if err != nil {
		return err
	}
	return c.useAndLogOut(a)
}

// mailed waits for a message to email with a link and returns the link's token.
func (c *cluster) mailed(email string) (string, error) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(waitLimit); time.Now().Before(deadline); <-tick.C {
		for _, l := range c.inbox.Messages() {
			if match := linkPattern.FindStringSubmatch(l.Text); l.To == email && match != nil {
				return match[1], nil
			}
		}
	}
	return "", errNoMessage
}

// runbook runs the commands of the documented rotation as an operator does.
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

// refused checks that a command fails with a reason and leaves the keyset unchanged.
func (r runbook) refused(why string, args ...string) {
	r.t.Helper()
	before := r.keyset().Keys()
	if out, err := run(r.t, r.environ, append([]string{"keys"}, args...)...); err == nil || !strings.Contains(err.Error(), why) {
		r.t.Errorf("keys %v: %v instead of %q\n%s", args, err, why, out)
	}
	if diff := cmp.Diff(before, r.keyset().Keys()); diff != "" {
		r.t.Errorf("keys %v failed and changed the keyset:\n%s", args, diff)
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

// startClients starts two users who log in and out, and new users who sign up. It counts the new users.
func (c *cluster) startClients(t *testing.T) (clients *load, newUsers *atomic.Int64) {
	t.Helper()
	clients, newUsers = newLoad(t), &atomic.Int64{}
	for i := range 2 {
		email := fmt.Sprintf("user%d@example.com", i)
		if err := c.signUp(email); err != nil {
			t.Fatal(err)
		}
		clients.run(t, "client", func(int) error { return c.logInAndOut(email) })
	}
	clients.run(t, "new user", func(int) error {
		return c.signUp(fmt.Sprintf("newuser%d@example.com", newUsers.Add(1)))
	})
	return clients, newUsers
}

// wantRotated checks that the keyset has primary keys only, and that the audit log is intact.
func (r runbook) wantRotated() {
	r.t.Helper()
	status := r.run("status")
	if strings.Contains(status, "MISSING") || strings.Contains(status, " old ") || strings.Count(status, "primary") != 3 {
		r.t.Errorf("the status after the rotation:\n%s", status)
	}
	if printed, err := run(r.t, r.environ, "admin", "audit", "verify"); err != nil {
		r.t.Errorf("the audit log after the rotation: %v: %s", err, printed)
	}
}

// Each step of the documented rotation runs while clients sign up, log in and use the service. No request of theirs fails, and in
// the end nothing depends on the old keys.
func TestTheKeysetRotatesUnderLoad(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyset.json")
	if _, err := run(t, nil, "keys", "create", path); err != nil {
		t.Fatal(err)
	}
	book := runbook{t: t, path: path}
	c := startCluster(t, 2, book.keyset(), nil)
	book.cluster, book.environ = c, map[string]string{"DATABASE_URL": c.databaseURL, "KEYSET_FILE": path}
	clients, newUsers := c.startClients(t)
	idle := c.slots[0].replica.user(t, "idle@example.com")
	old := book.keyset().Keys()
	clients.pass(t)
	extendAuditChain(t, c.slots[0].replica) // a checkpoint that the old key signs

	book.run("add", path)
	book.refused("2 of 2 running replicas do not have the added keys", "promote", path)
	c.restartOne(t, 0, book.keyset())
	clients.pass(t)
	book.refused("1 of 2 running replicas do not have the added keys", "promote", path)
	c.restartOne(t, 1, book.keyset())
	clients.pass(t)
	book.refused("no old key of that name", "remove", path, old[0].Name)

	book.run("promote", path)
	book.refused(app.ErrOldWriters.Error(), "re-encrypt")
	c.restart(t, book.keyset())
	clients.pass(t)
	for _, k := range old {
		book.refused(k.Name+" is still in use", "remove", path, k.Name)
	}

	book.run("re-encrypt")
	clients.pass(t)
	book.refused("live session", "remove", path, old[1].Name) // the idle user's refresh token
	a := c.slots[1].replica.post(t, "/token/refresh", m{"refresh_token": idle.RefreshToken}).tokens(t)
	book.refused("stored value", "remove", path, old[2].Name) // the idle user's password hash

	clients.wait()
	book.everyUserLogsIn(int(newUsers.Load()))
	for _, k := range old {
		book.run("remove", path, k.Name)
	}
	c.restart(t, book.keyset())
	book.wantRotated()
	book.everyUserLogsIn(int(newUsers.Load()))
	c.slots[0].replica.me(t, a.AccessToken).want(t, http.StatusOK)
	c.slots[0].replica.post(t, "/token/refresh", m{"refresh_token": a.RefreshToken}).want(t, http.StatusOK)
	n, want := c.slots[0].replica.count(t, `SELECT count(*) FROM users WHERE verified_at IS NOT NULL`), int(newUsers.Load())+3
	if n != want {
		t.Errorf("%d accounts instead of %d", n, want)
	}
}

// everyUserLogsIn gives each password hash the primary pepper.
func (r runbook) everyUserLogsIn(newUsers int) {
	r.t.Helper()
	emails := []string{"user0@example.com", "user1@example.com", "idle@example.com"}
	for i := range newUsers {
		emails = append(emails, fmt.Sprintf("newuser%d@example.com", i+1))
	}
	for _, email := range emails {
		if err := r.cluster.logInAndOut(email); err != nil {
			r.t.Fatalf("%s: %v", email, err)
		}
	}
}

// While one replica writes with the old keys and the other with the new ones, an email address still has one account.
func TestAnEmailAddressHasOneAccountWhileKeysRotate(t *testing.T) {
	t.Parallel()
	added, err := devKeyset(t).Add()
	if err != nil {
		t.Fatal(err)
	}
	promoted, err := added.Promote(now())
	if err != nil {
		t.Fatal(err)
	}
	c := startCluster(t, 2, added.(*tink.Keyset), nil)
	c.restartOne(t, 1, promoted.(*tink.Keyset))
	for round := range 5 {
		email := fmt.Sprintf("ada%d@example.com", round)
		for _, s := range c.slots {
			s.replica.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
		}
		n := c.slots[0].replica.count(t, `SELECT count(DISTINCT substr(email_index, 1, 5)) FROM users WHERE verified_at IS NULL`)
		if n != 2 {
			t.Fatalf("the signups are indexed under %d keys", n)
		}
		links := c.slots[0].replica.tokens(t, email, "/pages/verify-email", 2)
		got := concurrently(t, 2, func(i int) (response, error) {
			body := m{"token": links[i], "password": goodPassword}
			return c.slots[i].replica.try(request{method: http.MethodPost, path: "/verify-email", body: body})
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
