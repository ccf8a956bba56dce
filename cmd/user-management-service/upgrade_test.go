package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/domain"
)

// upgradeDump is a database of commit 08a0d8a, the last schema before tables were renamed. README.md beside it describes its
// content.
const upgradeDump = "testdata/upgrade/08a0d8a"

// downtime is the time between the dump and the start on it. It is longer than the reuse interval of refresh tokens.
const downtime = time.Minute

// upgraded is the program on the dump of the older release, at the time of the dump.
type upgraded struct {
	*service
	keyset *tink.Keyset
	// The rest is what the older release handed out.
	At               time.Time
	PublicURL        string          `json:"public_url"`
	Password         string          `json:"password"` // of every account
	Session          tokens          `json:"session"`
	UserID           string          `json:"user_id"`
	Rotated          string          `json:"rotated_refresh_token"`
	Successor        string          `json:"successor_refresh_token"`
	Revoked          []string        `json:"revoked_session_ids"`
	VerificationLink string          `json:"verification_link_token"`
	ResetLink        string          `json:"reset_link_token"`
	CancellationLink string          `json:"cancellation_link_token"`
	Checkpoint       string          `json:"audit_checkpoint"`
	Keyset           json.RawMessage `json:"keyset"`
}

// upgrade loads the dump into an empty database and starts the program on it, which migrates.
func upgrade(t *testing.T, settings ...string) upgraded {
	t.Helper()
	return upgradeAfter(t, "SELECT", settings...)
}

// upgradeAfter is upgrade of a database to which the older release had further rows added.
func upgradeAfter(t *testing.T, statements string, settings ...string) upgraded {
	t.Helper()
	var u upgraded
	if err := json.Unmarshal(readFile(t, upgradeDump+".json"), &u); err != nil {
		t.Fatal(err)
	}
	var err error
	if u.keyset, err = tink.Parse(u.Keyset); err != nil {
		t.Fatal(err)
	}
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	databaseURL := pgtest.Empty(t)
	loadDump(t, databaseURL, readFile(t, upgradeDump+".sql"))
	loadDump(t, databaseURL, []byte(statements))
	u.service = u.start(t, databaseURL, inbox, settings...)
	return u
}

// start runs a replica whose clock goes on after the dump: the tokens in it have a limited lifetime.
func (u upgraded) start(t *testing.T, databaseURL string, inbox *devinbox.Inbox, settings ...string) *service {
	t.Helper()
	started := time.Now()
	settings = append([]string{"PUBLIC_URL=" + u.PublicURL}, settings...)
	return startWith(t, databaseURL, u.keyset, inbox, settings, func(c *Config) {
		c.Now = func() time.Time { return u.At.Add(downtime + time.Since(started)).Truncate(time.Microsecond) }
	})
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// loadDump runs the statements of a dump in one transaction.
func loadDump(t *testing.T, databaseURL string, statements []byte) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.PgConn().Exec(ctx, string(statements)).ReadAll(); err != nil {
		t.Fatalf("load the dump: %v", err)
	}
}

// logIn logs in with the password that every account of the dump has.
func (u upgraded) logIn(t *testing.T, email string) tokens {
	t.Helper()
	return u.post(t, "/login", loginOf(email, u.Password)).tokens(t)
}

const changedPassword = "nine green herons in the rain"

// verifiedAccounts are the local parts of the accounts in the dump that can log in without a link.
var verifiedAccounts = []string{"session", "reset", "counted", "refused"}

func TestUpgradeKeepsAccounts(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	for _, name := range verifiedAccounts {
		email := name + "@example.com"
		u.post(t, "/login", loginOf(strings.ToUpper(email), u.Password)).want(t, http.StatusOK)
		profile := string(u.me(t, u.logIn(t, email).AccessToken).want(t, http.StatusOK).body)
		for _, want := range []string{email, "Ada Lovelace", "DE-BY"} {
			if !strings.Contains(profile, want) {
				t.Errorf("the profile of %s lacks %s: %s", email, want, profile)
			}
		}
	}
	change := m{"full_name": "Ada King", "country": "FR", "state_province": "FR-BRE"}
	changed := u.do(t, request{method: http.MethodPatch, path: "/me", token: u.Session.AccessToken, body: change})
	if body := changed.want(t, http.StatusOK).body; !strings.Contains(string(body), "Ada King") {
		t.Errorf("changed profile: %s", body)
	}
	export := u.do(t, request{method: http.MethodGet, path: "/me/export", token: u.Session.AccessToken}).want(t, http.StatusOK)
	for _, kind := range []string{"signed_up", "address_verified", "logged_out"} {
		if !strings.Contains(string(export.body), `"`+kind+`"`) {
			t.Errorf("the export lacks the event %s", kind)
		}
	}
}

// A device token of the last release names no user. Its bearer is a client without a known device until its next login.
func TestUpgradeMakesADeviceKnownAgainAtItsNextLogin(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	login := loginOf("session@example.com", u.Password)
	login["device_token"] = u.Session.DeviceToken
	known := u.post(t, "/login", login).tokens(t)
	for range 5 {
		u.post(t, "/login", loginOf("session@example.com", wrongPassword)).want(t, http.StatusUnauthorized)
	}
	u.post(t, "/login", login).want(t, http.StatusTooManyRequests)
	login["device_token"] = known.DeviceToken
	u.post(t, "/login", login).want(t, http.StatusOK)
}

func TestUpgradeKeepsSessions(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	if got := u.id(t, u.Session); got != u.UserID {
		t.Errorf("the access token belongs to the user %s instead of %s", got, u.UserID)
	}
	u.wantActive(t, u.Session.AccessToken)
	list := u.do(t, request{method: http.MethodGet, path: "/sessions", token: u.Session.AccessToken}).want(t, http.StatusOK)
	if n := strings.Count(string(list.body), `"id"`); n != 2 {
		t.Errorf("%d sessions instead of 2: %s", n, list.body)
	}
	renewed := u.post(t, "/token/refresh", m{"refresh_token": u.Session.RefreshToken}).tokens(t)
	u.me(t, renewed.AccessToken).want(t, http.StatusOK)

	u.post(t, "/token/refresh", m{"refresh_token": u.Rotated}).want(t, http.StatusUnauthorized)
	u.post(t, "/token/refresh", m{"refresh_token": u.Successor}).want(t, http.StatusUnauthorized) // the reuse revoked the session

	u.logOut(t, u.Session)
	for _, pair := range []tokens{u.Session, renewed} {
		u.me(t, pair.AccessToken).want(t, http.StatusUnauthorized)
		u.wantInactive(t, pair.AccessToken)
		u.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusUnauthorized)
	}
	if !u.revoked(t, "")[sid(t, u.Session)] {
		t.Error("the logout is not in the list of revocations")
	}
}

// The last release did not limit sessions. The upgrade revokes what is beyond the limit: the expired sessions first, although
// they were refreshed later than all others, and then those least recently refreshed. Other users keep all of theirs.
func TestUpgradeRevokesSessionsBeyondTheLimit(t *testing.T) {
	t.Parallel()
	const many = `(SELECT user_id AS id FROM sessions GROUP BY user_id HAVING count(*) = 1 ORDER BY user_id LIMIT 1)`
	const add = `INSERT INTO public.sessions (id, user_id, secret_hash, generation, created_at, rotated_at, expires_at, ends_at)
		SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, u.id, sha256(n::text::bytea), 1,
			now() - interval '2 days', now() - n * interval '1 minute', now() + CASE WHEN n <= 10 THEN -1 ELSE 1 END * interval '1 day',
			now() + interval '2 days'
		FROM generate_series(1, 140) n, ` + many + ` u`
	u := upgradeAfter(t, `SET search_path = public; `+add)
	const added = ` FROM sessions WHERE id < '00000000-0000-0000-0000-000000000141'`
	if n := u.count(t, `SELECT count(*)`+added+` AND revoked_at IS NULL`); n != domain.MaxSessions {
		t.Errorf("%d of 140 sessions are live, want %d", n, domain.MaxSessions)
	}
	const newest = ` AND id BETWEEN '00000000-0000-0000-0000-000000000011' AND '00000000-0000-0000-0000-000000000110'`
	if n := u.count(t, `SELECT count(*)`+added+newest+` AND revoked_at IS NULL`); n != domain.MaxSessions {
		t.Errorf("%d of the most recently refreshed sessions are live, want %d", n, domain.MaxSessions)
	}
	if n := u.count(t, `SELECT count(*) FROM revocations WHERE session_id IN (SELECT id`+added+`)`); n != 40 {
		t.Errorf("%d revocations are listed, want 40", n)
	}
	if n := len(u.sessions(t, u.Session.AccessToken).Sessions); n != 2 {
		t.Errorf("another user has %d sessions, want 2", n)
	}
}

func TestUpgradeKeepsRevocations(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	want := map[string]bool{}
	for _, id := range u.Revoked {
		want[id] = true
	}
	if diff := cmp.Diff(want, u.revoked(t, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	u.listen(t, "").waitFor(t, u.Revoked[len(u.Revoked)-1])
}

func TestUpgradeKeepsLinks(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	t.Run("verification", func(t *testing.T) {
		u.post(t, "/verify-email", m{"token": u.VerificationLink, "password": wrongPassword}).want(t, http.StatusUnauthorized)
		pair := u.post(t, "/verify-email", m{"token": u.VerificationLink, "password": u.Password}).tokens(t)
		u.me(t, pair.AccessToken).want(t, http.StatusOK)
		u.post(t, "/verify-email", m{"token": u.VerificationLink, "password": u.Password}).want(t, http.StatusBadRequest)
		u.logIn(t, "pending@example.com")
	})
	t.Run("password reset", func(t *testing.T) {
		u.post(t, "/password-reset", m{"token": u.ResetLink, "new_password": changedPassword}).want(t, http.StatusOK)
		u.post(t, "/password-reset", m{"token": u.ResetLink, "new_password": changedPassword}).want(t, http.StatusBadRequest)
		u.post(t, "/login", loginOf("reset@example.com", u.Password)).want(t, http.StatusUnauthorized)
		u.post(t, "/login", loginOf("reset@example.com", changedPassword)).want(t, http.StatusOK)
	})
	t.Run("cancellation of a termination", func(t *testing.T) {
		u.post(t, "/login", loginOf("terminated@example.com", u.Password)).want(t, http.StatusUnauthorized)
		u.post(t, "/termination-reversal", m{"token": u.CancellationLink}).want(t, http.StatusNoContent)
		u.post(t, "/termination-reversal", m{"token": u.CancellationLink}).want(t, http.StatusBadRequest)
		u.logIn(t, "terminated@example.com")
	})
}

// recipients are those of every message that the mail server accepted.
func (u upgraded) recipients(t *testing.T) []string {
	t.Helper()
	u.settle(t)
	var all []string
	for _, l := range u.inbox.Messages() {
		all = append(all, l.To)
	}
	slices.Sort(all)
	return all
}

// What the mail server refused for good before the upgrade is not sent either.
func TestUpgradeSendsQueuedMessagesOnce(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	verification := u.token(t, "queued-signup@example.com", "/pages/verify-email")
	reset := u.token(t, "session@example.com", "/pages/password-reset")
	cancellation := u.token(t, "queued-termination@example.com", cancellationPage)
	u.stop()
	u.service = u.start(t, u.databaseURL, u.inbox)
	want := []string{"queued-signup@example.com", "queued-termination@example.com", "session@example.com"}
	if diff := cmp.Diff(want, u.recipients(t)); diff != "" {
		t.Errorf("recipients (-want +got):\n%s", diff)
	}
	u.post(t, "/verify-email", m{"token": verification, "password": u.Password}).want(t, http.StatusOK)
	u.post(t, "/password-reset", m{"token": reset, "new_password": changedPassword}).want(t, http.StatusOK)
	u.post(t, "/termination-reversal", m{"token": cancellation}).want(t, http.StatusNoContent)
	u.logIn(t, "queued-termination@example.com")
}

var checkpointPattern = regexp.MustCompile(`(\d+):[0-9a-f]{64}`)

// verifyAudit checks the audit log against the checkpoint that was noted at the time of the dump, and returns the position of
// the newest one.
func (u upgraded) verifyAudit(t *testing.T) int {
	t.Helper()
	printed, err := run(t, operatorEnviron(t, u.databaseURL, u.keyset), "admin", "audit", "verify", u.Checkpoint)
	if err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	newest := checkpointPattern.FindStringSubmatch(printed)
	if newest == nil || !strings.Contains(printed, ", 0 ") {
		t.Fatalf("printed: %s", printed)
	}
	position, err := strconv.Atoi(newest[1])
	if err != nil {
		t.Fatal(err)
	}
	return position
}

func TestUpgradeKeepsTheAuditChain(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	before := u.verifyAudit(t)
	if position, _, _ := strings.Cut(u.Checkpoint, ":"); position != strconv.Itoa(before) {
		t.Errorf("the newest position is %d instead of %s", before, position)
	}
	u.logIn(t, "session@example.com")
	extendAuditChain(t, u.service)
	const unchained = 2 // events of the dump: a signup and a termination
	if after := u.verifyAudit(t); after != before+unchained+1 {
		t.Errorf("the newest position is %d instead of %d", after, before+unchained+1)
	}
}

// The counters of the last release counted in other ways. They begin again, and no password is disabled any more.
func TestUpgradeEndsTheBlocksOfTheLastRelease(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	for _, email := range []string{"counted@example.com", "disabled@example.com"} {
		u.post(t, "/login", loginOf(email, u.Password)).want(t, http.StatusOK)
	}
}

// keyValues are how many stored values depend on each key, as `keys status` reports it.
func (u upgraded) keyValues(t *testing.T) map[string]int {
	t.Helper()
	status, err := run(t, operatorEnviron(t, u.databaseURL, u.keyset), "keys", "status")
	if err != nil || strings.Contains(status, "MISSING") {
		t.Fatalf("%v:\n%s", err, status)
	}
	values := map[string]int{}
	for _, key := range u.keyset.Keys() {
		row := regexp.MustCompile(fmt.Sprintf(`(?m)^%s +\S+ +(\d+) `, regexp.QuoteMeta(key.Name))).FindStringSubmatch(status)
		if row == nil {
			t.Fatalf("%s is not listed:\n%s", key.Name, status)
		}
		if values[key.Name], err = strconv.Atoi(row[1]); err != nil {
			t.Fatal(err)
		}
	}
	return values
}

// The dump contains values under the keys of before and of after a rotation. Re-encryption opens every one of them.
func TestUpgradeKeepsTheKeyset(t *testing.T) {
	t.Parallel()
	u := upgrade(t)
	before := u.keyValues(t)
	if len(before) != 6 {
		t.Errorf("%d keys instead of 6: %v", len(before), before)
	}
	for name, n := range before {
		if n == 0 {
			t.Errorf("nothing depends on %s", name)
		}
	}
	if printed, err := run(t, operatorEnviron(t, u.databaseURL, u.keyset), "keys", "re-encrypt"); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	unused := 0
	for _, n := range u.keyValues(t) {
		if n == 0 {
			unused++
		}
	}
	if unused != 2 { // that encrypts and that indexes; the older pepper stays until the next login
		t.Errorf("nothing depends on %d keys instead of 2", unused)
	}
	for _, name := range verifiedAccounts {
		u.logIn(t, name+"@example.com")
	}
	u.me(t, u.Session.AccessToken).want(t, http.StatusOK)
	u.verifyAudit(t)
}
