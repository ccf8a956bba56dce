package db_test

import (
	"os"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/db"
)

// floodedSignups adds 40 pending signups of one email address, the 40th is the oldest, and 2 of another one. Every second of the older
// half has a link; those of the last ten have expired.
const floodedSignups = `
	INSERT INTO users (id, email, email_index, full_name, country, state_province, password_hash, is_active, created_at, updated_at, version)
	SELECT lpad(to_hex(n), 32, '0')::uuid, '', CASE WHEN n > 40 THEN '\x02'::bytea ELSE '\x01' END, '', 'DE', '', '',
		false, now() - n * interval '1 minute', now(), 1
	FROM generate_series(1, 42) n;
	INSERT INTO links (token_hash, purpose, user_id, expires_at)
	SELECT sha256(n::text::bytea), 'verify_email', lpad(to_hex(n), 32, '0')::uuid,
		now() + CASE WHEN n > 30 THEN interval '-1 hour' ELSE interval '1 hour' END
	FROM generate_series(20, 40, 2) n;`

// An attacker may have flooded an address before the upgrade. The signup of the account holder stays as long as its link is valid.
func TestUpgradeKeepsPendingSignupsWithAValidLink(t *testing.T) {
	t.Parallel()
	names, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	before := map[string]string{}
	for _, entry := range names {
		if entry.Name() >= "0015" {
			break
		}
		text, err := os.ReadFile("migrations/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		before[entry.Name()] = string(text)
	}
	url := pgtest.Empty(t)
	if err := db.MigrateFiles(t.Context(), url, files(before)); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, url)
	if _, err := conn.Exec(t.Context(), floodedSignups); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	const kept = `SELECT string_agg(ltrim(replace(right(id::text, 2), '-', ''), '0'), ' ' ORDER BY created_at DESC)
		FROM users WHERE email_index = $1`
	// In hexadecimal: the ten newest, and the six from 20 to 30 with a valid link.
	if got, want := scan[string](t, conn, kept, []byte{1}), "1 2 3 4 5 6 7 8 9 a 14 16 18 1a 1c 1e"; got != want {
		t.Errorf("the signups %s remain, want %s", got, want)
	}
	if got := scan[string](t, conn, kept, []byte{2}); got != "29 2a" {
		t.Errorf("of the other email address the signups %s remain, want both", got)
	}
}
