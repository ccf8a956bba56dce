package main

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// drillPage is the page whose commands the drill runs.
const drillPage = "docs/backups.md"

// drill is an operator with a shell, in a folder that outlives the database: the dump, the log and the anchors.
type drill struct {
	dir, path                    string
	keyset                       *tink.Keyset
	inbox                        *devinbox.Inbox
	dump, load, repeat, verifies string // the commands of the page
}

func newDrill(t *testing.T) drill {
	t.Helper()
	d := drill{dir: t.TempDir(), keyset: devKeyset(t), inbox: newInbox(t)}
	d.path = strings.Join([]string{pageCommands(t), pgtest.Programs(t), os.Getenv("PATH")}, string(os.PathListSeparator))
	if err := tink.WriteFile(filepath.Join(d.dir, "keyset.json"), d.keyset); err != nil {
		t.Fatal(err)
	}
	blocks := shellBlock.FindAllStringSubmatch(documentation(t)[drillPage], -1)
	if len(blocks) != 3 {
		t.Fatalf("%s has %d blocks of commands, want those that dump, restore and verify", drillPage, len(blocks))
	}
	d.dump, d.verifies = blocks[0][1], blocks[2][1]
	const repeat = "user-management-service admin after-restore"
	before, after, ok := strings.Cut(blocks[1][1], repeat)
	if !ok {
		t.Fatalf("%s does not run %s", drillPage, repeat)
	}
	d.load, d.repeat = before, repeat+after
	return d
}

// start runs a replica with the keyset, the mail server and the anchors of the drill.
func (d drill) start(t *testing.T, databaseURL string) *service {
	t.Helper()
	return startOn(t, databaseURL, d.keyset, d.inbox, "AUDIT_ANCHOR_FILE="+filepath.Join(d.dir, "anchors.ndjson"))
}

// shell runs commands and returns what they print and their exit code.
func (d drill) shell(t *testing.T, databaseURL, script string) (printed string, status int) {
	t.Helper()
	bash := exec.CommandContext(await.Context(t), "bash", "-c", "set -euo pipefail\n"+script)
	bash.Dir = d.dir
	bash.Env = append(os.Environ(), "PATH="+d.path, "DATABASE_URL="+databaseURL, "KEYSET_FILE=keyset.json",
		"ARGON2_MEMORY_KIB=64", "ARGON2_TIME=1")
	out, err := bash.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.Exited() {
		return string(out), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out), 0
}

// run is shell for commands that must succeed and print some parts.
func (d drill) run(t *testing.T, databaseURL, script string, prints ...string) {
	t.Helper()
	printed, status := d.shell(t, databaseURL, script)
	if status != 0 {
		t.Fatalf("%s\nexit code %d:\n%s", script, status, printed)
	}
	for _, want := range prints {
		if !strings.Contains(printed, want) {
			t.Errorf("the command did not print %q:\n%s", want, printed)
		}
	}
}

// schemaFacts are the tables with their rights, the indexes and the triggers.
const schemaFacts = `SELECT string_agg(fact, E'\n' ORDER BY fact) FROM (
	SELECT relname || ' ' || COALESCE(relacl::text, '') AS fact FROM pg_class WHERE relnamespace = 'public'::regnamespace
	UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
	UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal) facts`

// wantSameSchema checks that the restored database protects the audit log as the lost one did, and is as fast.
func wantSameSchema(t *testing.T, lost, restored *service) {
	t.Helper()
	var want, got string
	lost.scan(t, schemaFacts, &want)
	restored.scan(t, schemaFacts, &got)
	if diff := cmp.Diff(want, got); diff != "" || !strings.Contains(want, "audit_events_append_only") {
		t.Errorf("the restored schema (-lost +restored):\n%s", diff)
	}
}

// drillPeople are what the users have in their hands when the database is lost.
type drillPeople struct {
	erased                                              *person
	stays, loggedOut, terminated, cancelled, changedOld tokens
	resetLink, usedCancellation                         string
}

const (
	staysEmail      = "stays@example.com"
	loggedOutEmail  = "logged-out@example.com"
	resetEmail      = "reset@example.com"
	terminatedEmail = "terminated@example.com"
	cancelledEmail  = "cancelled@example.com"
	changedEmail    = "changed@example.com"
	waitingEmail    = "waiting@example.com"
	newEmail        = "new@example.com"
)

// beforeTheBackup leaves a message that waits for the mail server, and accounts to which something happens later.
func beforeTheBackup(t *testing.T, s *service) (p drillPeople) {
	t.Helper()
	p.erased = newPerson(t, s)
	s.exec(t, `UPDATE sessions SET is_listed = NULL WHERE revoked_at IS NULL`) // newPerson fills every column; this one is of revoked sessions
	p.stays, p.loggedOut, p.terminated = s.user(t, staysEmail), s.user(t, loggedOutEmail), s.user(t, terminatedEmail)
	p.cancelled, p.changedOld = s.user(t, cancelledEmail), s.user(t, changedEmail)
	s.user(t, resetEmail)
	p.resetLink = s.requestReset(t, resetEmail)
	s.terminate(t, p.cancelled)
	p.usedCancellation = s.token(t, cancelledEmail, cancellationPage)
	s.settle(t)
	s.inbox.Refuse(450, "4.2.1 try again later")
	s.post(t, "/signup", signupOf(waitingEmail, goodPassword)).want(t, http.StatusAccepted)
	eventually(t, "a message that waits", func() bool {
		return s.count(t, `SELECT count(*) FROM river_job WHERE kind = 'message' AND cardinality(errors) > 0 AND finalized_at IS NULL`) == 1
	})
	return p
}

// sinceTheBackup is what the backup does not contain.
func sinceTheBackup(t *testing.T, s *service, p drillPeople) {
	t.Helper()
	s.inbox.Accept()
	s.exec(t, `UPDATE river_job SET scheduled_at = now() WHERE kind = 'message' AND state = 'retryable'`)
	s.logOut(t, p.loggedOut)
	change := m{"current_password": goodPassword, "new_password": otherPassword}
	s.postAs(t, p.changedOld.AccessToken, "/password-change", change).want(t, http.StatusNoContent)
	s.post(t, "/password-reset", m{"token": p.resetLink, "new_password": otherPassword}).want(t, http.StatusOK)
	s.post(t, "/termination-reversal", m{"token": p.usedCancellation}).want(t, http.StatusNoContent)
	s.terminate(t, p.erased.pair)
	s.settle(t)
	s.erase(t)
	s.terminate(t, p.terminated)
	s.user(t, newEmail)
	s.settle(t)
	s.requestExtension(t)
	// Three terminations, one of them before the backup, a cancellation and two passwords.
	eventually(t, "the log names the changes", func() bool {
		return strings.Count(s.log.String(), `"account changed"`) == 6 && strings.Contains(s.log.String(), `"account erased"`)
	})
	s.token(t, waitingEmail, "/pages/verify-email")
}

// TestRestoreDrill loses the database after a backup, and restores it by the commands of the documentation.
func TestRestoreDrill(t *testing.T) {
	t.Parallel()
	d := newDrill(t)
	lost := d.start(t, pgtest.New(t))
	people := beforeTheBackup(t, lost)
	d.run(t, lost.databaseURL, d.dump)
	sinceTheBackup(t, lost, people)
	lost.stop()
	if err := os.WriteFile(filepath.Join(d.dir, "service.log"), []byte(lost.log.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	sent := len(d.inbox.Messages())

	databaseURL := pgtest.Empty(t)
	d.run(t, databaseURL, d.load, "up to date")
	wantSameSchema(t, lost, &service{databaseURL: databaseURL})
	erased := *people.erased
	erased.service = &service{databaseURL: databaseURL}
	erased.conn = erased.connect(t)
	erased.wantEmptiedBy(t, func(t *testing.T) {
		t.Helper()
		d.run(t, databaseURL, d.repeat, "repeated: 1 erasure, 2 terminations, 1 cancellation; 2 passwords", "in the backup: 1 change")
	})
	d.run(t, databaseURL, d.repeat, "0 sessions", "repeated: 0 erasures, 0 terminations, 0 cancellations; 0 passwords")

	restored := d.start(t, databaseURL)
	restored.get(t, "", "/readyz").want(t, http.StatusOK)
	restored.wantNoMessageTwice(t, sent)
	restored.wantNothingBackToLife(t, people)
	restored.wantAccountsAsDocumented(t, people)
	restored.wantBreak(t, d)
}

// wantNoMessageTwice checks that the only message since the restore is the one whose link was lost.
func (s *service) wantNoMessageTwice(t *testing.T, before int) {
	t.Helper()
	s.token(t, terminatedEmail, cancellationPage)
	s.settle(t)
	var got []string
	all := s.inbox.Messages() // the newest first
	for _, message := range all[:len(all)-before] {
		got = append(got, message.To+" "+message.Subject)
	}
	if want := []string{terminatedEmail + " Your account was terminated"}; !slices.Equal(got, want) {
		t.Errorf("mailed after the restore: %q, want %q", got, want)
	}
}

// wantNothingBackToLife checks that no token, link or password works that did not work before the database was lost.
func (s *service) wantNothingBackToLife(t *testing.T, p drillPeople) {
	t.Helper()
	for name, pair := range map[string]tokens{
		"stays": p.stays, "logged out": p.loggedOut, "terminated": p.terminated, "changed": p.changedOld, "erased": p.erased.pair,
	} {
		if got := s.me(t, pair.AccessToken).status; got != http.StatusUnauthorized {
			t.Errorf("%s: the access token gets %d", name, got)
		}
		if got := s.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).status; got != http.StatusUnauthorized {
			t.Errorf("%s: the refresh token gets %d", name, got)
		}
		s.wantInactive(t, pair.AccessToken)
	}
	s.post(t, "/password-reset", m{"token": p.resetLink, "new_password": thirdPassword}).
		wantProblem(t, http.StatusBadRequest, "invalid_token")
	s.post(t, "/termination-reversal", m{"token": p.usedCancellation}).wantProblem(t, http.StatusBadRequest, "invalid_token")
	for _, email := range []string{changedEmail, resetEmail, terminatedEmail, p.erased.email, newEmail} {
		for _, password := range []string{goodPassword, otherPassword} {
			s.post(t, "/login", loginOf(email, password)).wantProblem(t, http.StatusUnauthorized, "invalid_credentials")
		}
	}
}

// wantAccountsAsDocumented checks what the page promises to the users.
func (s *service) wantAccountsAsDocumented(t *testing.T, p drillPeople) {
	t.Helper()
	s.logIn(t, staysEmail, goodPassword)
	s.logIn(t, loggedOutEmail, goodPassword)
	s.logIn(t, cancelledEmail, goodPassword)
	// Some links were mailed before the restore, too.
	for email, links := range map[string]int{changedEmail: 1, resetEmail: 2} {
		s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
		token := s.tokens(t, email, "/pages/password-reset", links)[0]
		s.post(t, "/password-reset", m{"token": token, "new_password": thirdPassword}).want(t, http.StatusOK)
		s.logIn(t, email, thirdPassword)
	}
	s.post(t, "/termination-reversal", m{"token": s.token(t, terminatedEmail, cancellationPage)}).want(t, http.StatusNoContent)
	s.logIn(t, terminatedEmail, goodPassword)
	for email, links := range map[string]int{newEmail: 2, p.erased.email: 2} {
		s.post(t, "/signup", signupOf(email, thirdPassword)).want(t, http.StatusAccepted)
		token := s.tokens(t, email, "/pages/verify-email", links)[0]
		s.post(t, "/verify-email", m{"token": token, "password": thirdPassword}).want(t, http.StatusOK)
	}
}

// wantBreak checks that the service and the verification find what was lost of the audit log.
func (s *service) wantBreak(t *testing.T, d drill) {
	t.Helper()
	s.requestExtension(t)
	eventually(t, "the break of the audit chain", func() bool { return strings.Contains(s.log.String(), `"audit chain broken"`) })
	printed, status := d.shell(t, s.databaseURL, d.verifies)
	if status != 1 || !strings.Contains(printed, "a known checkpoint is missing") {
		t.Errorf("verification of the restored audit log: exit code %d\n%s", status, printed)
	}
	t.Log(printed)
	if kinds := s.audited(t); !slices.Contains(kinds, "backup_restored") {
		t.Errorf("the audit log contains %v", kinds)
	}
}
