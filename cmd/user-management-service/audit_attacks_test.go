package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/metrics"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/domain"
)

// triggersOff is what the owner of the tables can do.
const triggersOff = `SET session_replication_role = replica; `

// rewriteHistory edits an event, computes the chain again, which needs no key, and deletes the signed checkpoints.
func rewriteHistory(t *testing.T, databaseURL string, keyset *tink.Keyset) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	exec := func(statement string) {
		if _, err := conn.PgConn().Exec(ctx, statement).ReadAll(); err != nil {
			t.Fatal(err)
		}
	}
	exec(triggersOff + `UPDATE audit_events SET kind = 'forged' WHERE id = (SELECT event_id FROM audit_chain WHERE position = 2);
		DELETE FROM audit_checkpoints`)
	store, err := postgres.Open(ctx, databaseURL, keyset.Sealer(), postgres.WithConnectionTimeout(waitLimit))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	chained, err := store.Repos().Audit.ListChain(ctx, 0, 1000)
	if err != nil || len(chained) < 2 {
		t.Fatalf("%d entries, %v", len(chained), err)
	}
	var end domain.AuditChainEntry
	for _, c := range chained {
		end = end.Next(c.Event)
		exec(fmt.Sprintf(`UPDATE audit_chain SET event_digest = '\x%x', chain_digest = '\x%x' WHERE position = %d`,
			end.Event, end.Chain, end.Position))
	}
}

// requestExtension has the workers extend the audit chain.
func (s *service) requestExtension(t *testing.T) {
	t.Helper()
	s.exec(t, `INSERT INTO river_job (kind, args, max_attempts, queue, state)
		VALUES ('extend_audit_chain', '{}', 3, 'default', 'available')`)
}

// breaksCounted reports whether one break is counted.
func breaksCounted(m *metrics.Metrics) bool {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/metrics", nil))
	return strings.Contains(w.Body.String(), "audit_breaks_total 1\n")
}

// The owner of the database rewrites the past. Before checkpoints were chained and checked, the service signed the result.
func TestTheServiceDoesNotSignARewrittenPast(t *testing.T) {
	t.Parallel()
	for name, restarts := range map[string]bool{"known to the process": false, "known to the anchor file after a restart": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			databaseURL, keyset, inbox, counted := pgtest.New(t), devKeyset(t), newInbox(t), metrics.New()
			anchors := filepath.Join(t.TempDir(), "anchors")
			start := func() *service {
				return startWith(t, databaseURL, keyset, inbox, []string{"AUDIT_ANCHOR_FILE=" + anchors},
					func(c *Config) { c.Metrics = counted })
			}
			s := start()
			s.user(t, "ada@example.com")
			extendAuditChain(t, s)
			environ := operatorEnviron(t, databaseURL, keyset)
			if printed, err := run(t, environ, "admin", "audit", "verify"); err != nil {
				t.Fatalf("before the attack: %v: %s", err, printed)
			}
			if restarts {
				s.stop()
			}
			rewriteHistory(t, databaseURL, keyset)
			if restarts {
				s = start()
			}
			s.requestExtension(t)
			eventually(t, "the alarm in the log", func() bool {
				return strings.Contains(s.log.String(), `"level":"ERROR","msg":"audit chain broken"`)
			})
			if !breaksCounted(counted) {
				t.Error("the metric does not count the break")
			}
			s.logIn(t, "ada@example.com", goodPassword)
			extendAuditChain(t, s)
			printed, err := run(t, environ, "admin", "audit", "verify")
			if err == nil || !strings.Contains(printed, "the service found a break: a known checkpoint is missing") ||
				!strings.Contains(printed, "no checkpoint signs the chain entry") {
				t.Errorf("after the attack: %v: %s", err, printed)
			}
			if n := strings.Count(s.log.String(), "audit chain broken"); n != 1 {
				t.Errorf("%d alarms for one break", n)
			}
		})
	}
}

// The last position of all, inserted by the owner with triggers switched off, neither stops the chain nor fills the operator's
// terminal.
func TestAFarPositionDoesNotStopTheAuditChain(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	conn := a.connect(t)
	if _, err := conn.PgConn().Exec(context.Background(), triggersOff+insertEntry("9223372036854775807")).ReadAll(); err == nil {
		t.Error("a position without a successor was inserted")
	}
	a.tamper(t, insertEntry("2305843009213693952"))
	a.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
	a.extend(t)
	a.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
	newest := a.extend(t)
	if !strings.HasPrefix(newest, "2305843009213693954:") {
		t.Errorf("the newest checkpoint is %s", newest)
	}
	printed, err := a.verify()
	if err == nil || len(printed) > 2000 || !strings.Contains(printed, "positions 7 to 2305843009213693951: the chain entry is missing") ||
		!strings.Contains(printed, "the service found a break: entries were added without a checkpoint; the last good checkpoint is number 2") {
		t.Errorf("%v: %d bytes: %s", err, len(printed), printed[:min(len(printed), 2000)])
	}
}

// The role that serves may insert the next entry. It can take an event that waits, and does not stop the chain.
func TestAnEntryThatTheServiceDidNotAddIsABreak(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	for range 2 {
		a.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
	}
	a.exec(t, `INSERT INTO audit_chain (position, event_id, event_digest, chain_digest)
		SELECT 7, event_id, sha256(''), sha256('') FROM audit_unchained ORDER BY event_id LIMIT 1`)
	if newest := a.extend(t); !strings.HasPrefix(newest, "8:") {
		t.Errorf("the newest checkpoint is %s", newest)
	}
	printed, err := a.verify()
	for _, want := range []string{
		"position 7: no checkpoint signs the chain entry\n", "position 7, event ",
		"position 7: the service found a break: entries were added without a checkpoint; the last good checkpoint is number 2\n",
	} {
		if err == nil || !strings.Contains(printed, want) {
			t.Errorf("%v: %s\nwant %q", err, printed, want)
		}
	}
	if n := a.count(t, `SELECT count(*) FROM audit_unchained`); n != 0 {
		t.Errorf("%d events wait", n)
	}
}

func insertEntry(position string) string {
	return `INSERT INTO audit_chain (position, event_id, event_digest, chain_digest)
		VALUES (` + position + `, gen_random_uuid(), sha256(''), sha256(''))`
}

// The commands that extend the chain report a break too.
func TestACommandReportsABreak(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	a.tamper(t, `UPDATE audit_events SET kind = 'x' WHERE id = (SELECT event_id FROM audit_chain WHERE position = 6)`)
	const want = "the audit chain is broken: entries before the newest checkpoint were changed; see docs/audit.md\n"
	if printed, err := run(t, a.environ, "keys", "re-encrypt"); err != nil || !strings.Contains(printed, want) {
		t.Errorf("%v: %s", err, printed)
	}
}

// Rows that an attacker adds do not make verify print without end.
func TestAuditVerifyPrintsABoundedNumberOfFindings(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	a.tamper(t, `INSERT INTO audit_events (id, at, kind) SELECT gen_random_uuid(), now(), 'x' FROM generate_series(1, 1500)`)
	printed, err := a.verify()
	if err == nil || strings.Count(printed, "not recorded by the service") != maxPrintedFindings ||
		!strings.Contains(printed, "\n500 further findings not printed\n") || !strings.Contains(printed, ", 1500 findings\n") {
		t.Errorf("%v: %s", err, printed[max(0, len(printed)-500):])
	}
}

// Ctrl-C and SIGTERM cancel the context.
func TestAuditVerifyHeedsItsContext(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	ctx, cancel := context.WithCancel(context.Background())
	p := program{environ: a.environ, out: cancelling{cancel}, errOut: cancelling{cancel}}
	a.tamper(t, `INSERT INTO audit_events (id, at, kind) SELECT gen_random_uuid(), now(), 'x' FROM generate_series(1, 1500)`)
	if err := p.run(ctx, []string{"admin", "audit", "verify"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// cancelling cancels a context at the first line that is printed.
type cancelling struct{ cancel func() }

func (c cancelling) Write(b []byte) (int, error) {
	c.cancel()
	return len(b), nil
}

func TestAuditVerifyWithAnchors(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	file := filepath.Join(t.TempDir(), "anchors")
	checkpoints := a.checkpoints(t)
	write := func(name string, lines ...string) string {
		t.Helper()
		path := filepath.Join(filepath.Dir(file), name)
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	both := write("anchors", checkpoints[0].String(), checkpoints[1].String())
	first := write("first", checkpoints[0].String())
	log := write("log", `{"msg":"service started"}`, `{"msg":"audit chain extended","checkpoint":`+checkpoints[1].String()+`}`)
	forged := checkpoints[1]
	forged.Number = 3
	for name, c := range map[string]struct{ anchor, want, unproven string }{
		"all of them":                 {both, ", 0 findings\n", ""},
		"a log":                       {log, ", 0 findings\n", ""},
		"an earlier one":              {first, ", 0 findings\n", "unproven: no anchor covers positions 4 to 6;"},
		"one that is missing":         {write("forged", forged.String()), "the checkpoints of the anchors are missing", ""},
		"position and chain":          {fmt.Sprintf("3:%x", checkpoints[0].Chain), ", 0 findings\n", "positions 4 to 6;"},
		"position and another chain":  {"3:" + strings.Repeat("00", 32), "the chain is not that of the anchor", ""},
		"the position is beyond them": {"9:" + strings.Repeat("00", 32), "position 9: the chain was cut off before the anchor\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			printed, err := a.verify(c.anchor)
			if (err == nil) != strings.Contains(c.want, ", 0 findings") || !strings.Contains(printed, c.want) ||
				!strings.Contains(printed, c.unproven) || c.unproven == "" && err == nil && strings.Contains(printed, "unproven") {
				t.Errorf("%v: %s", err, printed)
			}
		})
	}
	a.environ["AUDIT_ANCHOR_FILE"] = both
	if printed, err := a.verify(); err != nil || strings.Contains(printed, "unproven") {
		t.Errorf("with AUDIT_ANCHOR_FILE: %v: %s", err, printed)
	}
	for _, missing := range []string{filepath.Join(filepath.Dir(file), "none"), write("empty")} {
		if printed, err := a.verify(missing); err == nil {
			t.Errorf("with %s: %s", missing, printed)
		}
	}
}

// checkpoints are those of the database.
func (a auditTrail) checkpoints(t *testing.T) []domain.AuditCheckpoint {
	t.Helper()
	checkpoints, err := a.store.Repos().Audit.ListCheckpoints(context.Background(), 0, 100)
	if err != nil || len(checkpoints) == 0 {
		t.Fatalf("%d checkpoints, %v", len(checkpoints), err)
	}
	return checkpoints
}

// A verifier elsewhere has a copy of the database, the public keys and an anchor, and no keyset.
func TestAuditVerifyWithPublicKeysOnly(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	printed, err := run(t, map[string]string{"KEYSET_FILE": a.environ["KEYSET_FILE"]}, "admin", "audit", "public-keys")
	if err != nil {
		t.Fatal(err)
	}
	key := strings.TrimSpace(printed)
	if !strings.Contains(a.service.log.String(), key) {
		t.Errorf("the service did not log the public key %s at its start", key)
	}
	environ := map[string]string{"DATABASE_URL": a.environ["DATABASE_URL"]}
	several := key + "\n" + auditPublicKeys(devKeyset(t))[0]
	printed, err = run(t, environ, "admin", "audit", "verify", "--public-key", several)
	if err != nil || !strings.Contains(printed, ", 0 findings\n") {
		t.Errorf("%v: %s", err, printed)
	}
	name, _, _ := strings.Cut(key, "=")
	other := devKeyset(t)
	for another, want := range map[string]string{
		auditPublicKeys(other)[0]: "checkpoints 1 to 2 have no known key and no proof by a later checkpoint",
		name + "=" + strings.SplitN(auditPublicKeys(other)[0], "=", 2)[1]: "the checkpoint's signature is wrong",
	} {
		if printed, err := run(t, environ, "admin", "audit", "verify", "--public-key", another); err == nil || !strings.Contains(printed, want) {
			t.Errorf("with another key: %v: %s", err, printed)
		}
	}
	if _, err := run(t, environ, "admin", "audit", "verify", "--public-key", "x"); exitCode(err) != 2 {
		t.Errorf("with an invalid key: %v", err)
	}
}

// An empty log has no signature that could show whether the keyset is the right one.
func TestAuditVerifyOfAnEmptyLogSaysThatItVerifiedNothing(t *testing.T) {
	t.Parallel()
	if printed, err := run(t, operatorEnviron(t, pgtest.New(t), devKeyset(t)), "admin", "audit", "verify"); err == nil ||
		!strings.Contains(err.Error(), "cannot verify: the audit log has no checkpoint") {
		t.Errorf("%v: %s", err, printed)
	}
}

// The service refuses an anchor file that it cannot use, and one that another keyset signed under the same name.
func TestAnUnusableAnchorFileIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	keyset, path := devKeyset(t), filepath.Join(t.TempDir(), "anchors")
	s := Settings{AuditAnchorFile: path}
	if err := s.checkAnchors(keyset); err != nil {
		t.Errorf("a missing file: %v", err)
	}
	c := keyset.AuditSigner().Sign(domain.AuditCheckpoint{Number: 1, Segment: 1})
	for text, want := range map[string]string{c.String(): "", strings.Replace(c.String(), `"position":0`, `"position":1`, 1): "signature"} {
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.checkAnchors(keyset); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	s.AuditAnchorFile = filepath.Join(path, "x")
	if err := s.checkAnchors(keyset); err == nil || !strings.HasPrefix(err.Error(), "AUDIT_ANCHOR_FILE: ") {
		t.Errorf("a path below a file: %v", err)
	}
}

// The public keys are derived from the keyset. Another derivation would leave every stored checkpoint without a key.
func TestTheDerivationOfAuditKeysNeverChanges(t *testing.T) {
	t.Parallel()
	keyset := dumpedKeyset(t)
	want := []string{
		"mac:385701954=oiCFjm8eZcrzcIdnd1WY6UEeYemPqtheYsK9K_htQNY", "mac:3879919549=k6pQsddfohC3M128N11A6hr5Qc2ddY78DBcfNTanqgw",
	}
	if got := auditPublicKeys(keyset); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the public keys are %q", got)
	}
}

func dumpedKeyset(t *testing.T) *tink.Keyset {
	t.Helper()
	var dumped struct{ Keyset json.RawMessage }
	if err := json.Unmarshal(readFile(t, upgradeDump+".json"), &dumped); err != nil {
		t.Fatal(err)
	}
	keyset, err := tink.Parse(dumped.Keyset)
	if err != nil {
		t.Fatal(err)
	}
	return keyset
}
