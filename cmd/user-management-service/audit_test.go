package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/metrics"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/app"
)

// audited are the kinds of the recorded events, in their order.
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
	second := s.logIn(t, email, goodPassword)
	s.post(t, "/token/refresh", m{"refresh_token": second.RefreshToken}).want(t, http.StatusOK)
	s.exec(t, `UPDATE sessions SET rotated_at = rotated_at - interval '1 hour'`)
	s.post(t, "/token/refresh", m{"refresh_token": second.RefreshToken}).want(t, http.StatusUnauthorized)
	authorized := func(path string, body any) {
		s.do(t, request{method: http.MethodPost, path: path, token: pair.AccessToken, body: body}).want(t, http.StatusNoContent)
	}
	authorized("/password-change", m{"current_password": goodPassword, "new_password": wrongPassword})
	authorized("/logout", nil)
	s.resetPassword(t, email, goodPassword)
	pair = s.logIn(t, email, goodPassword)
	authorized("/logout", m{"all_sessions": true})
	pair = s.logIn(t, email, goodPassword)
	authorized("/terminate", m{"password": goodPassword})
	want := []string{
		"signing_key_added", "signed_up", "address_verified",
		"password_refused", "throttled", // each once for the network and the hour
		"logged_in", "refresh_replayed", "password_changed", "logged_out", "password_reset", "logged_in", "all_logged_out",
		"logged_in", "terminated",
	}
	if diff := cmp.Diff(want, s.audited(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := s.count(t, `SELECT count(*) FROM audit_events WHERE network IS NULL AND key_id IS NULL`); n != 0 {
		t.Errorf("%d events have neither a network nor a key", n)
	}
}

// auditTrail is a database with an audit chain of six events and a checkpoint after each three, and the keys to verify it.
type auditTrail struct {
	*service
	log     *app.AuditLog
	store   *postgres.Store
	environ map[string]string
}

func newAuditTrail(t *testing.T) auditTrail {
	t.Helper()
	inbox := newInbox(t)
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	a := auditTrail{service: startOn(t, databaseURL, keyset, inbox)}
	store, err := postgres.Open(context.Background(), databaseURL, keyset.Sealer(), postgres.WithConnectionTimeout(waitLimit))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	a.store = store
	a.log = newAuditLog(Config{Keyset: keyset, Metrics: metrics.New(), Logger: slog.New(slog.DiscardHandler), Now: now}, store)
	a.environ = operatorEnviron(t, databaseURL, keyset)
	a.user(t, "ada@example.com")
	a.extend(t)
	for range 3 {
		a.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
	}
	a.extend(t)
	return a
}

// extend extends the audit chain and returns the new checkpoint as the program prints it.
func (a auditTrail) extend(t *testing.T) (checkpoint string) {
	t.Helper()
	added, err := a.log.Extend(context.Background())
	if err != nil || len(added) == 0 {
		t.Fatalf("added %v, %v", added, err)
	}
	newest := added[len(added)-1]
	return fmt.Sprintf("%d:%x", newest.Position, newest.Chain)
}

// tamper changes the database with triggers switched off.
func (a auditTrail) tamper(t *testing.T, statement string) {
	t.Helper()
	a.exec(t, `SET session_replication_role = replica; `+statement)
}

// verify runs the command and returns what it prints.
func (a auditTrail) verify(args ...string) (printed string, err error) {
	var out bytes.Buffer
	p := program{environ: a.environ, out: &out, errOut: &out}
	err = p.run(context.Background(), append([]string{"admin", "audit", "verify"}, args...))
	return out.String(), err
}

func TestAuditVerifyFindsNothingInAnUnchangedLog(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	a.post(t, "/login", loginOf("ada@example.com", wrongPassword)).want(t, http.StatusUnauthorized)
	printed, err := a.verify()
	if err != nil || !strings.HasPrefix(printed, "newest checkpoint 6:") ||
		!strings.Contains(printed, ", 0 findings\nunproven: no anchor covers positions 1 to 6;") {
		t.Errorf("%v: %s", err, printed)
	}
	newest := a.extend(t)
	if printed, err = a.verify(newest); err != nil || printed != "newest checkpoint "+newest+", 0 findings\n" {
		t.Errorf("with the anchor %s: %v: %s", newest, err, printed)
	}
	for _, bad := range []string{"x", "7", "7:00", "-1:" + strings.Repeat("00", 32)} {
		if _, err := a.verify(bad); err == nil {
			t.Errorf("the checkpoint %q was accepted", bad)
		}
	}
}

func TestAuditVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	const event = `(SELECT event_id FROM audit_chain WHERE position = 3)`
	changed := func(assignment string) string {
		return `UPDATE audit_events SET ` + assignment + ` WHERE id = ` + event
	}
	for name, c := range map[string]struct{ statement, where, what string }{
		"another kind":        {changed("kind = 'logged_out'"), "position 3", "the event was changed"},
		"another user":        {changed("user_id = gen_random_uuid()"), "position 3", "the event was changed"},
		"another time":        {changed("at = at - interval '1 microsecond'"), "position 3", "the event was changed"},
		"another network":     {changed(`network = '\x00'`), "position 3", "the event was changed"},
		"another email index": {changed(`email_index = '\x00'`), "position 3", "the event was changed"},
		"another key":         {changed("key_id = 'x'"), "position 3", "the event was changed"},
		"another session":     {changed("session_id = NULL"), "position 3", "the event was changed"},
		"deleted event":       {`DELETE FROM audit_events WHERE id = ` + event, "position 3", "the event is missing"},
		"event deleted with its chain entry": {
			`DELETE FROM audit_events WHERE id = ` + event + `; DELETE FROM audit_chain WHERE position = 3`,
			"position 3", "the chain entry is missing",
		},
		"event deleted, and the later chain entries moved up": {
			`DELETE FROM audit_events WHERE id = ` + event + `; DELETE FROM audit_chain WHERE position = 3;
			UPDATE audit_chain SET position = position - 1 WHERE position > 3`,
			"position 3", "the chain entry was changed",
		},
		"event changed with its digest": {
			changed("kind = 'x'") + `; UPDATE audit_chain SET event_digest = sha256('') WHERE position = 3`,
			"position 3", "the chain entry was changed",
		},
		"chain truncated": {
			`DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_chain WHERE position > 3);
			DELETE FROM audit_chain WHERE position > 3`,
			"position 6", "the chain was cut off",
		},
		"chain truncated with the checkpoint": {
			`DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_chain WHERE position > 4);
			DELETE FROM audit_chain WHERE position > 4; DELETE FROM audit_checkpoints WHERE position > 4`,
			"position 4", "no checkpoint signs the chain entry",
		},
		"forged checkpoint": {
			`UPDATE audit_checkpoints SET signed_at = signed_at + interval '1 hour' WHERE position = 6`, "position 6", "signature is wrong",
		},
		"inserted event": {
			`INSERT INTO audit_events (id, at, kind) VALUES ('0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11', now(), 'logged_in')`,
			"event 0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11", "not recorded by the service",
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

// An attacker who truncates the chain after an earlier checkpoint leaves a consistent log. Only an anchor proves the truncation.
func TestAuditVerifyFindsATruncatedChainByAnAnchor(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	a.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
	anchor := a.extend(t)
	a.tamper(t, `DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_chain WHERE position > 6);
		DELETE FROM audit_chain WHERE position > 6; DELETE FROM audit_checkpoints WHERE position > 6`)
	if printed, err := a.verify(); err != nil {
		t.Errorf("%v: %s", err, printed)
	}
	printed, err := a.verify(anchor)
	if err == nil || !strings.Contains(printed, "position 7: the chain was cut off before the anchor") {
		t.Errorf("%v: %s", err, printed)
	}
	other := "6:" + strings.Repeat("00", 32)
	if printed, err := a.verify(other); err == nil || !strings.Contains(printed, "the chain is not that of the anchor") {
		t.Errorf("%v: %s", err, printed)
	}
}

// extendAuditChain has the workers extend the audit chain, and waits for the new checkpoint.
func extendAuditChain(t *testing.T, s *service) {
	t.Helper()
	before := s.count(t, `SELECT COALESCE(max(position), 0) FROM audit_checkpoints`)
	s.exec(t, `INSERT INTO river_job (kind, args, max_attempts, queue, state)
		VALUES ('extend_audit_chain', '{}', 3, 'default', 'available')`)
	eventually(t, "a new checkpoint", func() bool {
		return s.count(t, `SELECT COALESCE(max(position), 0) FROM audit_checkpoints`) > before
	})
}

// The workers extend the chain and log the checkpoint.
func TestTheAuditChainIsExtendedInTheBackground(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user(t, "ada@example.com")
	extendAuditChain(t, s)
	eventually(t, "the checkpoint in the log", func() bool { return strings.Contains(s.log.String(), "audit chain extended") })
	if n := s.count(t, `SELECT count(*) FROM audit_unchained`); n != 0 {
		t.Errorf("%d events are not in the chain", n)
	}
}
