package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// dump is all that the tables of a database hold, as pg_dump would write it: by COPY of every table of every schema but the
// system's. pg_dump itself is not on every machine, and where PostgreSQL runs in a container it need not be of its version.
// What a dump has beside rows (sequences, the schema) is the same for every deployment and comes from db/migrations.
func dump(t *testing.T, databaseURL string) (tables map[string][]byte) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	tables = map[string][]byte{}
	for _, name := range names {
		var content bytes.Buffer
		if _, err := conn.PgConn().CopyTo(ctx, &content, "COPY (SELECT * FROM "+name+") TO STDOUT"); err != nil {
			t.Fatalf("dump %s: %v", name, err)
		}
		tables[name] = content.Bytes()
	}
	return tables
}

// leastWriting is how long a piece of base64 must be that does not turn up by chance.
const leastWriting = 8

// shows reports whether content holds a secret: as it is, in the hexadecimal digits of a bytea, in whatever case, or in
// base64, wherever in a longer value it begins.
func shows(content string, secret []byte) bool {
	lower := strings.ToLower(content)
	if strings.Contains(lower, strings.ToLower(string(secret))) || strings.Contains(lower, hex.EncodeToString(secret)) {
		return true
	}
	for offset := range 3 {
		shifted := append(make([]byte, offset), secret...)
		encoded := base64.RawStdEncoding.EncodeToString(shifted[:len(shifted)/3*3])
		if offset > 0 {
			encoded = encoded[4:] // what also depends on the bytes before
		}
		if len(encoded) < leastWriting {
			continue
		}
		if strings.Contains(content, encoded) || strings.Contains(content, strings.NewReplacer("+", "-", "/", "_").Replace(encoded)) {
			return true
		}
	}
	return false
}

// payload is the secret part of an opaque token.
func payload(t *testing.T, token string) []byte {
	t.Helper()
	_, encoded, _ := strings.Cut(token, "_")
	b, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// story is a busy run, and what of it no dump may show.
type story struct {
	t       *testing.T
	s       *service
	secrets map[string][]byte
}

func (b story) keep(name, secret string) string {
	b.secrets[name] = []byte(secret)
	return secret
}

func (b story) pair(name string, p tokens) tokens {
	b.t.Helper()
	b.keep("access token of "+name, p.AccessToken)
	b.keep("signature of the access token of "+name, p.AccessToken[strings.LastIndex(p.AccessToken, ".")+1:])
	b.keep("refresh token of "+name, p.RefreshToken)
	secret := payload(b.t, p.RefreshToken)[20:] // behind session and generation
	b.secrets["session secret of "+name], b.secrets["tag of the refresh token of "+name] = secret[:32], secret[32:]
	return p
}

func (b story) link(name, token string) string {
	b.t.Helper()
	b.secrets["secret of the link "+name] = payload(b.t, token)
	return b.keep("link "+name, token)
}

// tell runs every flow, and leaves letters that a mail server refused, with texts that name the reader.
func (b story) tell() {
	b.t.Helper()
	const ada, signedUp, changed, reset = "Ada.Lovelace@xn--bcher-kva.example", "correct horse battery staple", "seven purple llamas at dawn", "nine green herons in the rain"
	for name, secret := range map[string]string{
		"address": ada, "local part": "Lovelace", "domain": "xn--bcher-kva", "name": "Augusta Ada King", "state": "DE-BY", "state as given": "Bayern",
		"new name": "Grace Brewster Hopper", "new state": "FR-BRE", "password": signedUp, "changed password": changed, "reset password": reset,
		"pending address": "Nobody@Elsewhere.example", "pending name": "Noether", "pending password": "twelve silent yellow submarines",
	} {
		b.keep(name, secret)
	}
	s, t := b.s, b.t
	signup := m{"email": ada, "full_name": "Augusta Ada King", "country": "DE", "state_province": "Bayern", "password": signedUp}
	s.post(t, "/signup", signup).want(t, http.StatusAccepted)
	s.post(t, "/email-verification-request", m{"email": ada}).want(t, http.StatusAccepted)
	for i, token := range s.tokens(t, ada, "/pages/verify-email", 2) {
		b.link("of verification "+string(rune('1'+i)), token)
	}
	first := b.pair("the first session", s.post(t, "/verify-email", m{"token": s.token(t, ada, "/pages/verify-email"), "password": signedUp}).tokens(t))
	s.post(t, "/login", m{"email": ada, "password": "a wrong but long password"}).want(t, http.StatusUnauthorized)
	second := b.pair("the second session", s.post(t, "/login", m{"email": ada, "password": signedUp}).tokens(t))
	s.do(t, request{method: http.MethodPatch, path: "/me", token: first.AccessToken, body: m{"full_name": "Grace Brewster Hopper", "country": "FR", "state_province": "FR-BRE"}}).want(t, http.StatusOK)
	s.do(t, request{method: http.MethodPost, path: "/password-change", token: first.AccessToken, body: m{"current_password": signedUp, "new_password": changed}}).want(t, http.StatusNoContent)
	s.me(t, second.AccessToken).want(t, http.StatusUnauthorized)
	b.pair("the refreshed session", s.post(t, "/token/refresh", m{"refresh_token": first.RefreshToken}).tokens(t))
	s.do(t, request{method: http.MethodPost, path: "/logout", token: first.AccessToken}).want(t, http.StatusNoContent)
	s.post(t, "/password-reset-request", m{"email": ada}).want(t, http.StatusAccepted)
	s.post(t, "/password-reset", m{"token": b.link("of a reset", s.token(t, ada, "/pages/password-reset")), "new_password": reset}).want(t, http.StatusNoContent)
	s.post(t, "/signup", signup).want(t, http.StatusAccepted) // there is an account already
	last := b.pair("the last session", s.post(t, "/login", m{"email": ada, "password": reset}).tokens(t))
	s.settle(t)

	s.inbox.Refuse(450, "4.2.1 the mailbox of "+ada+" and Nobody@Elsewhere.example is full, Augusta Ada King")
	s.post(t, "/signup", m{"email": "Nobody@Elsewhere.example", "full_name": "Emmy Noether", "country": "DE", "state_province": "Bayern", "password": "twelve silent yellow submarines"}).want(t, http.StatusAccepted)
	s.post(t, "/password-reset-request", m{"email": ada}).want(t, http.StatusAccepted)
	s.do(t, request{method: http.MethodPost, path: "/terminate", token: last.AccessToken, body: m{"password": reset}}).want(t, http.StatusNoContent)
	eventually(t, "refused letters", func() bool {
		return s.count(t, `SELECT count(*) FROM river_job WHERE kind = 'letter' AND cardinality(errors) > 0`) >= 2
	})
}

// Who gets hold of a backup learns nobody's address, name or residence, and nothing to sign in with.
func TestADumpShowsNothingPersonalOrSecret(t *testing.T) {
	t.Parallel()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	keyset := devKeyset(t)
	b := story{t: t, s: startOn(t, pgtest.New(t), keyset, inbox), secrets: map[string][]byte{}}
	b.tell()
	store, err := postgres.Open(context.Background(), b.s.databaseURL, keyset.Sealer())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	keys, err := store.SigningKeys().All(context.Background())
	if err != nil || len(keys) == 0 {
		t.Fatal(keys, err)
	}
	for _, k := range keys {
		b.secrets["seed of the signing key "+k.ID] = k.Seed
	}
	for _, p := range keyset.Peppers() {
		b.secrets["pepper"] = p.Key
	}
	tables := dump(t, b.s.databaseURL)
	for _, name := range []string{"public.users", "public.sessions", "public.links", "public.signing_keys", "public.river_job"} {
		if len(tables[name]) == 0 {
			t.Errorf("nothing to find in %s", name)
		}
	}
	for table, content := range tables {
		for name, secret := range b.secrets {
			if shows(string(content), secret) {
				t.Errorf("%s shows the %s", table, name)
			}
		}
	}
}

// The search finds what it looks for, in each writing.
func TestTheSearchOfADumpFinds(t *testing.T) {
	t.Parallel()
	const secret = "Ada.Lovelace@example.com"
	for _, before := range []string{"", "x", "xy", "xyz"} {
		value := []byte(before + secret + "..")
		for form, shown := range map[string]string{
			"clear": string(value), "bytea": hex.EncodeToString(value), "base64": base64.StdEncoding.EncodeToString(value), "base64url": base64.RawURLEncoding.EncodeToString(value),
		} {
			if !shows(shown, []byte(secret)) || shows(shown, []byte("Ada.Lovelace@example.org")) {
				t.Errorf("%s, behind %q: not found, or found what is not there", form, before)
			}
		}
	}
}
