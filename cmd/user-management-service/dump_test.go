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

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// dump is the content of all tables of a database as pg_dump would write it: a COPY of every table of every schema, except the
// system's. pg_dump itself is not on every machine, and may have another version than a PostgreSQL in a container. The other parts of
// a dump (sequences, the schema) are the same for every deployment and come from db/migrations.
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

// minBase64 is the length from which on a piece of base64 does not occur by chance.
const minBase64 = 8

// contains reports whether content has a secret in it: plain or in the hexadecimal digits of a bytea, in any case, or in base64, at
// any position of a longer value.
func contains(content string, secret []byte) bool {
	lower := strings.ToLower(content)
	if strings.Contains(lower, strings.ToLower(string(secret))) || strings.Contains(lower, hex.EncodeToString(secret)) {
		return true
	}
	for offset := range 3 {
		shifted := append(make([]byte, offset), secret...)
		encoded := base64.RawStdEncoding.EncodeToString(shifted[:len(shifted)/3*3])
		if offset > 0 {
			encoded = encoded[4:] // the rest does not depend on the bytes before
		}
		if len(encoded) < minBase64 {
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

// scenario is a run of every flow, and the values of it that no dump may contain.
type scenario struct {
	t       *testing.T
	s       *service
	secrets map[string][]byte
}

func (sc scenario) keep(name, secret string) string {
	sc.secrets[name] = []byte(secret)
	return secret
}

func (sc scenario) pair(name string, p tokens) tokens {
	sc.t.Helper()
	sc.keep("access token of "+name, p.AccessToken)
	sc.keep("signature of the access token of "+name, p.AccessToken[strings.LastIndex(p.AccessToken, ".")+1:])
	sc.keep("refresh token of "+name, p.RefreshToken)
	secret := payload(sc.t, p.RefreshToken)[20:] // after session and generation
	sc.secrets["session secret of "+name], sc.secrets["tag of the refresh token of "+name] = secret[:32], secret[32:]
	return p
}

func (sc scenario) link(name, token string) string {
	sc.t.Helper()
	sc.secrets["secret of the link "+name] = payload(sc.t, token)
	return sc.keep("link "+name, token)
}

const (
	dumpEmail        = "Ada.Lovelace@xn--bcher-kva.example"
	dumpPendingEmail = "Pending@Elsewhere.example"
	pendingPassword  = "twelve silent yellow submarines"
)

// run runs every flow, and leaves messages that a mail server refused with texts that contain personal data.
func (sc scenario) run() {
	sc.t.Helper()
	for name, secret := range map[string]string{
		"email address": dumpEmail, "local part": "Lovelace", "domain": "xn--bcher-kva",
		"name": "Augusta Ada King", "state": "DE-BY", "state as given": "Bayern",
		"new name": "Grace Brewster Hopper", "new state": "FR-BRE",
		"password": goodPassword, "changed password": otherPassword, "reset password": thirdPassword,
		"pending email address": dumpPendingEmail, "pending name": "Noether", "pending password": pendingPassword,
	} {
		sc.keep(name, secret)
	}
	signup := m{"email": dumpEmail, "full_name": "Augusta Ada King", "country": "DE", "state_province": "Bayern", "password": goodPassword}
	sc.verify(signup)
	sc.useAccount()
	sc.s.post(sc.t, "/signup", signup).want(sc.t, http.StatusAccepted) // with the email address of an account
	last := sc.pair("the last session", sc.s.logIn(sc.t, dumpEmail, thirdPassword))
	sc.s.settle(sc.t)
	sc.refuseMessages(last)
}

func (sc scenario) verify(signup m) {
	sc.t.Helper()
	s, t := sc.s, sc.t
	s.post(t, "/signup", signup).want(t, http.StatusAccepted)
	s.post(t, "/email-verification-request", m{"email": dumpEmail}).want(t, http.StatusAccepted)
	links := s.tokens(t, dumpEmail, "/pages/verify-email", 2)
	for i, token := range links {
		sc.link("of verification "+string(rune('1'+i)), token)
	}
	sc.pair("the first session", s.post(t, "/verify-email", m{"token": links[0], "password": goodPassword}).tokens(t))
}

func (sc scenario) useAccount() {
	sc.t.Helper()
	s, t := sc.s, sc.t
	s.post(t, "/login", loginOf(dumpEmail, "a wrong but long password")).want(t, http.StatusUnauthorized)
	first := sc.pair("the second session", s.logIn(t, dumpEmail, goodPassword))
	second := sc.pair("the third session", s.logIn(t, dumpEmail, goodPassword))
	s.do(t, request{
		method: http.MethodPatch, path: "/me", token: first.AccessToken,
		body: m{"full_name": "Grace Brewster Hopper", "country": "FR", "state_province": "FR-BRE"},
	}).want(t, http.StatusOK)
	change := m{"current_password": goodPassword, "new_password": otherPassword}
	s.postAs(t, first.AccessToken, "/password-change", change).want(t, http.StatusNoContent)
	s.me(t, second.AccessToken).want(t, http.StatusUnauthorized)
	sc.pair("the refreshed session", s.post(t, "/token/refresh", m{"refresh_token": first.RefreshToken}).tokens(t))
	s.logOut(t, first)
	reset := m{"token": sc.link("of a reset", s.requestReset(t, dumpEmail)), "new_password": thirdPassword}
	s.post(t, "/password-reset", reset).want(t, http.StatusOK)
}

func (sc scenario) refuseMessages(last tokens) {
	sc.t.Helper()
	s, t := sc.s, sc.t
	s.inbox.Refuse(450, "4.2.1 the mailbox of "+dumpEmail+" and "+dumpPendingEmail+" is full, Augusta Ada King")
	signup := m{
		"email": dumpPendingEmail, "full_name": "Emmy Noether", "country": "DE", "state_province": "Bayern", "password": pendingPassword,
	}
	s.post(t, "/signup", signup).want(t, http.StatusAccepted)
	s.post(t, "/password-reset-request", m{"email": dumpEmail}).want(t, http.StatusAccepted)
	s.postAs(t, last.AccessToken, "/terminate", m{"password": thirdPassword}).want(t, http.StatusNoContent)
	eventually(t, "refused messages", func() bool {
		return s.count(t, `SELECT count(*) FROM river_job WHERE kind = 'message' AND cardinality(errors) > 0`) >= 2
	})
}

// A backup reveals no email address, no name, no residence, and no credential.
func TestADumpContainsNothingPersonalOrSecret(t *testing.T) {
	t.Parallel()
	inbox := newInbox(t)
	keyset := devKeyset(t)
	sc := scenario{t: t, s: startOn(t, pgtest.New(t), keyset, inbox), secrets: map[string][]byte{}}
	sc.run()
	store, err := postgres.Open(context.Background(), sc.s.databaseURL, keyset.Sealer(), postgres.WithConnectionTimeout(waitLimit))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	keys, err := store.SigningKeys().List(context.Background())
	if err != nil || len(keys) == 0 {
		t.Fatal(keys, err)
	}
	for _, k := range keys {
		sc.secrets["seed of the signing key "+k.ID] = k.Seed
	}
	for _, p := range keyset.Peppers() {
		sc.secrets["pepper"] = p.Key
	}
	tables := dump(t, sc.s.databaseURL)
	for _, name := range []string{"public.users", "public.sessions", "public.links", "public.signing_keys", "public.river_job"} {
		if len(tables[name]) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
	for table, content := range tables {
		for name, secret := range sc.secrets {
			if contains(string(content), secret) {
				t.Errorf("%s contains the %s", table, name)
			}
		}
	}
}

// The search finds a secret in every encoding and at every position.
func TestTheSearchOfADumpFindsEveryEncoding(t *testing.T) {
	t.Parallel()
	const secret = "Ada.Lovelace@example.com"
	for _, before := range []string{"", "x", "xy", "xyz"} {
		value := []byte(before + secret + "..")
		for form, shown := range map[string]string{
			"plain": string(value), "bytea": hex.EncodeToString(value),
			"base64": base64.StdEncoding.EncodeToString(value), "base64url": base64.RawURLEncoding.EncodeToString(value),
		} {
			if !contains(shown, []byte(secret)) || contains(shown, []byte("Ada.Lovelace@example.org")) {
				t.Errorf("%s after %q: not found, or another secret was found", form, before)
			}
		}
	}
}
