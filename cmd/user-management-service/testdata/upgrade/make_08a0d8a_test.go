package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// made is what the dump's reader must know and cannot read in it.
type made struct {
	Note             string          `json:"note"`
	At               time.Time       `json:"at"`
	PublicURL        string          `json:"public_url"`
	Password         string          `json:"password"`
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

// TestMakeDump runs in a checkout of commit 08a0d8a: make.sh copies it there.
func TestMakeDump(t *testing.T) {
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	settings := []string{
		"PUBLIC_URL=https://accounts.example.com", "NETWORK_FAILURES=1000", "SERVICE_FAILURES=10000",
		"NETWORK_REQUESTS=1000", "SERVICE_REQUESTS=10000", "MAIL_BURST=100", "MAIL_DAILY=1000",
	}
	d := made{
		Note:      "Test data: every key, password and token in this file was made for the test and guards nothing.",
		PublicURL: "https://accounts.example.com", Password: goodPassword,
	}
	databaseURL, older := pgtest.New(t), devKeyset(t)
	s := startOn(t, databaseURL, older, inbox, settings...)
	first := map[string]tokens{}
	for _, name := range []string{"session", "reset", "terminated", "counted", "disabled", "queued-termination", "refused"} {
		first[name] = s.user(t, name+"@example.com")
	}
	sealAudit(t, s)
	s.stop()

	added, err := older.Add()
	if err != nil {
		t.Fatal(err)
	}
	keyset, err := added.Promote()
	if err != nil {
		t.Fatal(err)
	}
	if d.Keyset, err = keyset.Marshal(); err != nil {
		t.Fatal(err)
	}
	s = startOn(t, databaseURL, keyset, inbox, settings...)
	d.fill(t, s, first)
	d.leaveMail(t, s, first)
	d.write(t, databaseURL)
}

// fill uses everything while the mail server accepts messages.
func (d *made) fill(t *testing.T, s *service, first map[string]tokens) {
	login := func() tokens { return s.post(t, "/login", loginOf("session@example.com", goodPassword)).tokens(t) }
	ended := login()
	s.do(t, request{method: http.MethodPost, path: "/logout", token: ended.AccessToken}).want(t, http.StatusNoContent)
	replayed := login()
	d.Rotated = replayed.RefreshToken
	d.Successor = s.post(t, "/token/refresh", m{"refresh_token": d.Rotated}).tokens(t).RefreshToken

	d.Session = s.post(t, "/token/refresh", m{"refresh_token": first["session"].RefreshToken}).tokens(t)
	d.Session.DeviceToken = first["session"].DeviceToken
	d.UserID = s.id(t, d.Session)
	s.post(t, "/password-reset-request", m{"email": "reset@example.com"}).want(t, http.StatusAccepted)
	d.ResetLink = s.token(t, "reset@example.com", "/pages/password-reset")
	s.terminate(t, first["terminated"])
	d.CancellationLink = s.token(t, "terminated@example.com", reversalPage)
	d.Revoked = []string{sid(t, ended), sid(t, first["terminated"])}
	s.post(t, "/signup", signupOf("pending@example.com", goodPassword)).want(t, http.StatusAccepted)
	d.VerificationLink = s.token(t, "pending@example.com", "/pages/verify-email")
	for range 100 {
		s.post(t, "/login", loginOf("disabled@example.com", wrongPassword)).want(t, http.StatusUnauthorized)
		s.endBackoff(t)
	}
	s.exec(t, `DELETE FROM throttle WHERE scope = 'password'`) // as after a crash: the password stays disabled without its counter
	sealAudit(t, s)
	for range 4 {
		s.post(t, "/login", loginOf("counted@example.com", wrongPassword)).want(t, http.StatusUnauthorized)
	}
	sealAudit(t, s)
	s.scan(t, `SELECT position || ':' || encode(chain_digest, 'hex') FROM audit_heads ORDER BY position DESC LIMIT 1`, &d.Checkpoint)
}

// leaveMail leaves one message that the mail server refused for good, three that are still to be sent, and audit events that
// are not chained yet.
func (d *made) leaveMail(t *testing.T, s *service, first map[string]tokens) {
	s.settle(t)
	s.inbox.Refuse(550, "no such mailbox")
	s.post(t, "/password-reset-request", m{"email": "refused@example.com"}).want(t, http.StatusAccepted)
	s.settle(t)
	s.inbox.Accept()
	if err := s.inbox.Close(); err != nil {
		t.Fatal(err)
	}
	s.post(t, "/signup", signupOf("queued-signup@example.com", goodPassword)).want(t, http.StatusAccepted)
	s.post(t, "/password-reset-request", m{"email": "session@example.com"}).want(t, http.StatusAccepted)
	s.terminate(t, first["queued-termination"])
	d.Revoked = append(d.Revoked, sid(t, first["queued-termination"]))
	eventually(t, "a failed attempt at each message", func() bool {
		return s.count(t, `SELECT count(*) FROM river_job
			WHERE kind = 'letter' AND cardinality(errors) > 0 AND state IN ('available', 'retryable')`) == 3
	})
	if s.count(t, `SELECT count(*) FROM audit_pending`) == 0 {
		t.Fatal("the job chained every event: run this again")
	}
}

// write dumps the database of the running service.
func (d *made) write(t *testing.T, databaseURL string) {
	folder := os.Getenv("UPGRADE_FOLDER")
	program, err := exec.LookPath("pg_dump")
	if err != nil {
		t.Fatal(err)
	}
	dumped, err := exec.Command(program, "--no-owner", "--no-privileges", "--rows-per-insert=1000", databaseURL).Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	d.At = now()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	var statements bytes.Buffer
	for line := range strings.Lines(string(dumped)) {
		// Only psql understands its own commands. Comments and empty lines say nothing.
		if !strings.HasPrefix(line, `\`) && !strings.HasPrefix(line, "--") && strings.TrimSpace(line) != "" {
			statements.WriteString(strings.ReplaceAll(line, host+"_20", "replica_20")) // River names its clients so
		}
	}
	if regexp.MustCompile(`\(\d+, 'running'`).Match(statements.Bytes()) {
		t.Fatal("a job was running: run this again")
	}
	about, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"08a0d8a.sql": statements.Bytes(), "08a0d8a.json": append(about, '\n')} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
