package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/app"
)

// audited are the kinds of events, in their order.
func (s *service) audited(t *testing.T) []string {
	t.Helper()
	rows, err := s.connect(t).Query(context.Background(), `SELECT kind FROM audit_events ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	kinds, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

func TestEveryFlowIsAudited(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	pair := s.user(t, email)
	for range 5 {
		s.post(t, "/login", loginOf(email, wrongPassword)).want(t, http.StatusUnauthorized)
	}
	s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusTooManyRequests)
	s.endBackoff(t)
	second := s.post(t, "/login", loginOf(email, goodPassword)).tokens(t)
	s.post(t, "/token/refresh", m{"refresh_token": second.RefreshToken}).want(t, http.StatusOK)
	s.exec(t, `UPDATE sessions SET rotated_at = rotated_at - interval '1 hour'`)
	s.post(t, "/token/refresh", m{"refresh_token": second.RefreshToken}).want(t, http.StatusUnauthorized)
	authorized := func(path string, body any) {
		s.do(t, request{method: http.MethodPost, path: path, token: pair.AccessToken, body: body}).want(t, http.StatusNoContent)
	}
	authorized("/password-change", m{"current_password": goodPassword, "new_password": wrongPassword})
	authorized("/logout", nil)
	s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	s.post(t, "/password-reset", m{"token": s.token(t, email, "/pages/password-reset"), "new_password": goodPassword}).want(t, http.StatusNoContent)
	pair = s.post(t, "/login", loginOf(email, goodPassword)).tokens(t)
	authorized("/logout", m{"all_sessions": true})
	pair = s.post(t, "/login", loginOf(email, goodPassword)).tokens(t)
	authorized("/terminate", m{"password": goodPassword})
	want := []string{
		"signing_key_added", "signed_up", "address_verified", "password_refused", "password_refused", "password_refused", "password_refused", "password_refused",
		"throttled", "logged_in", "refresh_replayed", "password_changed", "logged_out", "password_reset", "logged_in", "all_logged_out",
		"logged_in", "terminated",
	}
	if diff := cmp.Diff(want, s.audited(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := s.count(t, `SELECT count(*) FROM audit_events WHERE network IS NULL AND key_id IS NULL`); n != 0 {
		t.Errorf("%d events do not say where they came from", n)
	}
}

// auditTrail is a database with a sealed audit log of six events, sealed in threes, and the keys to verify it.
type auditTrail struct {
	*service
	app     *app.App
	environ map[string]string
}

func newAuditTrail(t *testing.T) auditTrail {
	t.Helper()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	a := auditTrail{service: startOn(t, databaseURL, keyset, inbox)}
	store, err := postgres.Open(context.Background(), databaseURL, keyset.Sealer())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	a.app = &app.App{Store: store, MAC: keyset.MAC(), Now: now, NewID: newID}
	a.environ = operator(t, databaseURL, keyset)
	a.user(t, "ada@example.com")
	a.seal(t)
	for range 3 {
		a.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
	}
	a.seal(t)
	return a
}

func (a auditTrail) seal(t *testing.T) (head string) {
	t.Helper()
	newest, err := a.app.SealAudit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d:%x", newest.Position, newest.Chain)
}

// tamper changes the database as one who is not held up by triggers.
func (a auditTrail) tamper(t *testing.T, statement string) {
	t.Helper()
	a.exec(t, `SET session_replication_role = replica; `+statement)
}

// verify runs the command and returns what it prints.
func (a auditTrail) verify(args ...string) (printed string, err error) {
	var out bytes.Buffer
	err = program{environ: a.environ, out: &out, errOut: &out}.run(context.Background(), append([]string{"admin", "audit", "verify"}, args...))
	return out.String(), err
}

func TestAuditVerifyFindsNothingInAnUntouchedLog(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	a.post(t, "/login", loginOf("ada@example.com", wrongPassword)).want(t, http.StatusUnauthorized)
	printed, err := a.verify()
	if err != nil || !strings.HasPrefix(printed, "newest head 6:") || !strings.HasSuffix(printed, ", 0 faults\n") {
		t.Errorf("%v: %s", err, printed)
	}
	head := a.seal(t)
	if printed, err = a.verify(head); err != nil || printed != "newest head "+head+", 0 faults\n" {
		t.Errorf("against the head %s: %v: %s", head, err, printed)
	}
	for _, bad := range []string{"x", "7", "7:00", "-1:" + strings.Repeat("00", 32)} {
		if _, err := a.verify(bad); err == nil {
			t.Errorf("the head %q was understood", bad)
		}
	}
}

func TestAuditVerifyNamesWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	const event = `(SELECT event_id FROM audit_seals WHERE position = 3)`
	for name, c := range map[string]struct{ statement, where, what string }{
		"edited event":    {`UPDATE audit_events SET kind = 'logged_out' WHERE id = ` + event, "position 3", "the event was changed"},
		"another user":    {`UPDATE audit_events SET user_id = gen_random_uuid() WHERE id = ` + event, "position 3", "the event was changed"},
		"another time":    {`UPDATE audit_events SET at = at - interval '1 microsecond' WHERE id = ` + event, "position 3", "the event was changed"},
		"another network": {`UPDATE audit_events SET network = '\x00' WHERE id = ` + event, "position 3", "the event was changed"},
		"another address": {`UPDATE audit_events SET address = '\x00' WHERE id = ` + event, "position 3", "the event was changed"},
		"another key":     {`UPDATE audit_events SET key_id = 'x' WHERE id = ` + event, "position 3", "the event was changed"},
		"another session": {`UPDATE audit_events SET session_id = NULL WHERE id = ` + event, "position 3", "the event was changed"},
		"deleted event":   {`DELETE FROM audit_events WHERE id = ` + event, "position 3", "the event is gone"},
		"deleted with its seal": {
			`DELETE FROM audit_events WHERE id = ` + event + `; DELETE FROM audit_seals WHERE position = 3`, "position 3", "the seal is gone",
		},
		"deleted, and the seals behind it moved up": {
			`DELETE FROM audit_events WHERE id = ` + event + `; DELETE FROM audit_seals WHERE position = 3; UPDATE audit_seals SET position = position - 1 WHERE position > 3`,
			"position 3", "the seal was changed",
		},
		"edited event with its digest": {
			`UPDATE audit_events SET kind = 'x' WHERE id = ` + event + `; UPDATE audit_seals SET event_digest = sha256('') WHERE position = 3`, "position 3", "the seal was changed",
		},
		"cut off": {
			`DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_seals WHERE position > 3); DELETE FROM audit_seals WHERE position > 3`,
			"position 6", "the chain was cut off",
		},
		"cut off with the head": {
			`DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_seals WHERE position > 4); DELETE FROM audit_seals WHERE position > 4; DELETE FROM audit_heads WHERE position > 4`,
			"position 4", "no head signs the end",
		},
		"forged head": {`UPDATE audit_heads SET signed_at = signed_at + interval '1 hour' WHERE position = 6`, "position 6", "signature is wrong"},
		"inserted event": {
			`INSERT INTO audit_events (id, at, kind) VALUES ('0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11', now(), 'logged_in')`,
			"event 0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11", "without having been recorded",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAuditTrail(t)
			a.tamper(t, c.statement)
			printed, err := a.verify()
			if err == nil || !strings.Contains(printed, c.where) || !strings.Contains(printed, c.what) {
				t.Errorf("%v:\n%swant %q of %q", err, printed, c.what, c.where)
			}
		})
	}
}

// Who cuts off the end up to an earlier head leaves a whole log behind. Only what was noted elsewhere shows it.
func TestAuditVerifyFindsACutTailByAHeadFromElsewhere(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	a.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
	noted := a.seal(t)
	a.tamper(t, `DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_seals WHERE position > 6); DELETE FROM audit_seals WHERE position > 6; DELETE FROM audit_heads WHERE position > 6`)
	if printed, err := a.verify(); err != nil {
		t.Errorf("%v: %s", err, printed)
	}
	if printed, err := a.verify(noted); err == nil || !strings.Contains(printed, "position 7: the chain was cut off before the head that was given") {
		t.Errorf("%v: %s", err, printed)
	}
	other := "6:" + strings.Repeat("00", 32)
	if printed, err := a.verify(other); err == nil || !strings.Contains(printed, "the chain is not the one of the head that was given") {
		t.Errorf("%v: %s", err, printed)
	}
}

// sealAudit has the workers seal what is there now, and waits for it.
func sealAudit(t *testing.T, s *service) {
	t.Helper()
	before := s.count(t, `SELECT COALESCE(max(position), 0) FROM audit_heads`)
	s.exec(t, `INSERT INTO river_job (kind, args, max_attempts, queue, state) VALUES ('seal_audit', '{}', 3, 'default', 'available')`)
	eventually(t, "a new head", func() bool { return s.count(t, `SELECT COALESCE(max(position), 0) FROM audit_heads`) > before })
}

// The workers seal by themselves, and log the head.
func TestAuditLogIsSealedInTheBackground(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user(t, "ada@example.com")
	sealAudit(t, s)
	eventually(t, "the head to be logged", func() bool { return strings.Contains(s.log.String(), "audit log sealed") })
	if n := s.count(t, `SELECT count(*) FROM audit_pending`); n != 0 {
		t.Errorf("%d events wait", n)
	}
}
