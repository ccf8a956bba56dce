package postgres_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// growing are the tables that grow with the number of users. signing_keys is not one of them: it has a handful of rows, which are
// all read.
var growing = []string{
	"users", "sessions", "devices", "links", "rate_limit_counters", "revocations",
	"audit_events", "audit_chain", "audit_checkpoints", "audit_counts", "message_histories", "unverified_messages", "unverified_networks",
	"idempotent_calls",
}

// counting are the queries that count for an operator: what a key still protects, and a backlog up to a bound.
var counting = []string{"countLiveSessionsRotatedUntil", "countMessagesUnderOldIndexes", "countUnverifiedMessages"}

var generatedQuery = regexp.MustCompile("(?s)const (\\w+) = `(-- name: .*?)`")

// fill adds as many users as the setting test.users says. Half of them are pending and a quarter are terminated, so that the
// planner has reasons to choose.
const fill = `
	INSERT INTO users (id, email, email_index, full_name, country, state_province, password_hash,
		is_active, verified_at, created_at, updated_at, version)
	SELECT gen_random_uuid(), '', sha256(n::text::bytea), '', 'DE', '', '',
		n % 2 = 0, CASE WHEN n % 2 = 0 THEN now() END, now() - n * interval '1 minute', now(), 1
	FROM generate_series(1, current_setting('test.users')::int) n;
	UPDATE users SET is_terminated = true, terminated_at = created_at WHERE is_active AND get_byte(email_index, 0) % 2 = 0;
	INSERT INTO sessions (id, user_id, secret_hash, generation, created_at, rotated_at, expires_at, ends_at)
	SELECT gen_random_uuid(), id, sha256(''), 1, created_at, created_at, created_at, created_at FROM users;
	INSERT INTO devices (user_id, id, last_used_at) SELECT id, gen_random_uuid(), created_at FROM users;
	INSERT INTO revocations (revoked_at, session_id, user_id) SELECT created_at, id, user_id FROM sessions;
	INSERT INTO links (token_hash, purpose, user_id, expires_at) SELECT sha256(id::text::bytea), 'verify_email', id, created_at FROM users;
	INSERT INTO links (token_hash, purpose, email_index, sealed_email, expires_at)
	SELECT sha256(email_index), 'verify_email', email_index, '', created_at FROM users;
	INSERT INTO rate_limit_counters (scope, subject, part, count, blocked_until, expires_at)
	SELECT 'password', email_index, '', 1, created_at, created_at FROM users;
	INSERT INTO audit_counts (hour, network, kind, count) SELECT created_at, email_index, 'a', 1 FROM users;
	INSERT INTO audit_events (id, at, kind, user_id) SELECT gen_random_uuid(), created_at, 'logged_in', id FROM users;
	INSERT INTO audit_chain (position, event_id, event_digest, chain_digest)
	SELECT row_number() OVER (), event_id, sha256(''), sha256('') FROM audit_unchained;
	INSERT INTO audit_checkpoints (number, segment, position, chain_digest, previous_number, previous_digest, signed_at, break,
		key_id, signature)
	SELECT position, position, position, chain_digest, 0, chain_digest, now(), CASE WHEN position % 10 = 0 THEN 'x' ELSE '' END,
		'', '' FROM audit_chain ORDER BY position;
	DELETE FROM audit_unchained WHERE event_id IN (SELECT event_id FROM audit_chain WHERE position > 10);
	INSERT INTO message_histories (email_index, template, expires_at) SELECT email_index, 'verification', created_at FROM users;
	INSERT INTO unverified_messages (email_index, network, message_id, args, queued_at)
	SELECT email_index, substr(email_index, 1, 1), '', '{}', created_at FROM users;
	INSERT INTO unverified_networks (network, used_until, due_at)
	SELECT email_index, created_at, CASE WHEN is_active THEN created_at END FROM users;
	INSERT INTO idempotent_calls (id, input, network, attempt, begun_at)
	SELECT email_index, '', substr(email_index, 1, 1), id, created_at FROM users;
	ANALYZE idempotent_calls, users, sessions, devices, revocations, links, rate_limit_counters,
		message_histories, unverified_messages, unverified_networks,
		audit_counts, audit_events, audit_unchained, audit_chain, audit_checkpoints`

// Every query has an index that narrows what it reads, and the service's connections use it whatever the number of rows: a plan is
// kept while tables grow. No query reads an index from end to end. A new query is covered as soon as it is generated.
func TestEveryQueryUsesAnIndex(t *testing.T) {
	t.Parallel()
	for _, users := range []int{100, 5000} {
		t.Run(strconv.Itoa(users), func(t *testing.T) {
			t.Parallel()
			pooled, err := open(t).Pool().Acquire(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			defer pooled.Release()
			conn := pooled.Conn()
			statements := "SET test.users = " + strconv.Itoa(users) + ";" + fill
			if _, err := conn.PgConn().Exec(context.Background(), statements).ReadAll(); err != nil {
				t.Fatal(err)
			}
			for name, query := range queries(t) {
				if slices.Contains(counting, name) || strings.HasPrefix(afterComments(query), "LOCK TABLE") {
					continue // the one counts for an operator, the other has no plan
				}
				if text := explain(t, conn, name, query); readsAll(t, text) {
					t.Errorf("%s reads a whole table or index:\n%s", name, text)
				}
			}
		})
	}
}

// explain returns the generic plan, which needs no arguments.
func explain(t *testing.T, conn *pgx.Conn, name, query string) (text []byte) {
	t.Helper()
	prepared, err := conn.Prepare(context.Background(), name, query)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	arguments := ""
	if n := len(prepared.ParamOIDs); n > 0 {
		arguments = "(" + strings.TrimSuffix(strings.Repeat("NULL,", n), ",") + ")"
	}
	return one[[]byte](t, conn, `EXPLAIN (FORMAT JSON) EXECUTE "`+name+`"`+arguments)
}

func readsAll(t *testing.T, text []byte) bool {
	t.Helper()
	var plans []struct{ Plan plan }
	if err := json.Unmarshal(text, &plans); err != nil {
		t.Fatal(err)
	}
	return plans[0].Plan.readsAll(plan{})
}

// queries are all that sqlc generated, by name.
func queries(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("internal/sqlc/*.sql.go")
	if err != nil {
		t.Fatal(err)
	}
	found, want := map[string]string{}, 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want += strings.Count(string(source), "\nfunc (q *Queries) ")
		for _, match := range generatedQuery.FindAllStringSubmatch(string(source), -1) {
			found[match[1]] = match[2]
		}
	}
	if len(found) != want || want == 0 {
		t.Fatalf("found %d queries for %d generated methods", len(found), want)
	}
	return found
}

func afterComments(query string) string {
	for strings.HasPrefix(query, "--") {
		_, query, _ = strings.Cut(query, "\n")
	}
	return query
}

// plan is a node of EXPLAIN (FORMAT JSON).
type plan struct {
	Type   string `json:"Node Type"`
	Table  string `json:"Relation Name"`
	Cond   string `json:"Index Cond"`
	Filter string `json:"Filter"`
	Plans  []plan `json:"Plans"`

	limited bool
}

// keyFiltered is a condition on a primary key that is checked row by row.
var keyFiltered = regexp.MustCompile(`\b(id|token_hash) = \$`)

// readsAll reports whether the node, or one below it, reads all of a growing table, or an open range of it without a limit, or
// searches for a primary key among the rows that another index finds. The table of a bitmap scan is in the node above.
func (p plan) readsAll(above plan) bool {
	if p.Table == "" {
		p.Table = above.Table
	}
	p.limited = p.Type == "Limit" || above.limited && p.Type != "Sort"
	scans := slices.Contains([]string{"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan"}, p.Type)
	narrowed := strings.Contains(p.Cond, " = ") || p.Cond != "" && p.limited
	if scans && slices.Contains(growing, p.Table) && !narrowed || keyFiltered.MatchString(p.Filter) {
		return true
	}
	for _, below := range p.Plans {
		if below.readsAll(p) {
			return true
		}
	}
	return false
}
