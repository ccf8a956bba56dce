package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// fate is what becomes of a column, or of a member of a job's arguments: the law asks that whoever a personal one is about
// can read it and have it erased.
type fate struct {
	exported string // the member of GET /me/export that holds it; empty: why says why not
	erased   bool   // erasure leaves nothing of it; false: why says why not
	why      string
}

const (
	notPersonal = "not about a person"
	pseudonym   = "a keyed pseudonym, which means nothing without the key"
	counts      = "a count for a keyed pseudonym; it is forgotten after 30 days at most"
	appendOnly  = "the audit log is append-only; it holds ids and pseudonyms, docs/decisions/0014"
	endOfOne    = "the session's export says it; gone after a day, and an id or a time that leads to nobody"
	jobRow      = "gone a week after the job at the latest, and a pseudonym or an id; the letter itself is with its reader"
)

// fates classifies every column of the database but River's own, and the arguments of River's jobs. A new column is
// classified by a line here.
var fates = map[string]fate{
	"users.id":             {exported: "account.id", why: "stays, so that what refers to it keeps its meaning; alone it leads to nobody"},
	"users.email":          {exported: "account.email", erased: true},
	"users.email_index":    {erased: true, why: pseudonym},
	"users.full_name":      {exported: "account.full_name", erased: true},
	"users.country":        {exported: "account.country", erased: true},
	"users.state_province": {exported: "account.state_province", erased: true},
	"users.password_hash":  {erased: true, why: "would help nobody but one who wants to guess; account.has_password says that there is one"},
	"users.is_active":      {exported: "account.is_active", why: "tells nothing of a person once the rest is erased"},
	"users.is_terminated":  {exported: "account.is_terminated", why: "tells nothing of a person once the rest is erased"},
	"users.verified_at":    {exported: "account.verified_at", why: "tells nothing of a person once the rest is erased"},
	"users.terminated_at":  {why: "empty for whoever can sign in to export; tells nothing of a person once the rest is erased"},
	"users.erased_at":      {why: "empty until erasure; says that it was done"},
	"users.created_at":     {exported: "account.created_at", why: "tells nothing of a person once the rest is erased"},
	"users.updated_at":     {exported: "account.updated_at", why: "says when the account was erased"},
	"users.version":        {why: "counts the changes; tells nothing of a person"},

	"sessions.id":          {exported: "sessions.id", erased: true},
	"sessions.user_id":     {erased: true, why: "the account.id of the export"},
	"sessions.device_id":   {exported: "sessions.device_id", erased: true},
	"sessions.secret_hash": {erased: true, why: "the hash of a random secret"},
	"sessions.generation":  {erased: true, why: "numbers the refresh tokens; sessions.refreshed_at says when the last one came"},
	"sessions.created_at":  {exported: "sessions.created_at", erased: true},
	"sessions.rotated_at":  {exported: "sessions.refreshed_at", erased: true},
	"sessions.expires_at":  {exported: "sessions.expires_at", erased: true},
	"sessions.ends_at":     {exported: "sessions.ends_at", erased: true},
	"sessions.ended_at":    {exported: "sessions.ended_at", erased: true},

	"revocations.ended_at":   {why: endOfOne},
	"revocations.session_id": {why: endOfOne},
	"revocations.user_id":    {why: endOfOne},

	"links.token_hash": {erased: true, why: "the hash of a random token"},
	"links.purpose":    {exported: "links.purpose", erased: true},
	"links.user_id":    {erased: true, why: "the account.id of the export"},
	"links.expires_at": {exported: "links.expires_at", erased: true},

	"disabled_passwords.subject":     {erased: true, why: pseudonym},
	"disabled_passwords.part":        {erased: true, why: "the device_id of a session, or none"},
	"disabled_passwords.disabled_at": {erased: true, why: "events of the kind password_disabled tell the same"},

	"throttle.scope":        {why: counts},
	"throttle.subject":      {why: counts},
	"throttle.part":         {why: counts},
	"throttle.count":        {why: counts},
	"throttle.closed_until": {why: counts},
	"throttle.forgotten_at": {why: counts},

	"audit_events.id":         {why: appendOnly},
	"audit_events.at":         {exported: "events.at", why: appendOnly},
	"audit_events.kind":       {exported: "events.kind", why: appendOnly},
	"audit_events.user_id":    {why: appendOnly},
	"audit_events.session_id": {exported: "events.session_id", why: appendOnly},
	"audit_events.address":    {why: appendOnly},
	"audit_events.network":    {why: appendOnly},
	"audit_events.key_id":     {why: notPersonal},

	"audit_pending.event_id":    {why: notPersonal},
	"audit_seals.position":      {why: notPersonal},
	"audit_seals.event_id":      {why: notPersonal},
	"audit_seals.event_digest":  {why: notPersonal},
	"audit_seals.chain_digest":  {why: notPersonal},
	"audit_heads.position":      {why: notPersonal},
	"audit_heads.chain_digest":  {why: notPersonal},
	"audit_heads.signed_at":     {why: notPersonal},
	"audit_heads.tag":           {why: notPersonal},
	"signing_keys.id":           {why: notPersonal},
	"signing_keys.sealed_seed":  {why: notPersonal},
	"signing_keys.created_at":   {why: notPersonal},
	"signing_keys.signs_at":     {why: notPersonal},
	"schema_migrations.version": {why: notPersonal},
	"schema_migrations.dirty":   {why: notPersonal},

	"keyset_replicas.id":          {why: notPersonal},
	"keyset_replicas.reads":       {why: notPersonal},
	"keyset_replicas.writes":      {why: notPersonal},
	"keyset_replicas.lease_until": {why: notPersonal},
	"keyset_writes.key_id":        {why: notPersonal},
	"keyset_writes.written_at":    {why: notPersonal},

	"job letter.template": {why: jobRow},
	"job letter.user_id":  {why: jobRow},
	"job letter.address":  {why: jobRow},
	"job letter.at":       {why: jobRow},
}

// ownedBy finds the rows of each table that are about a user. $1 is the id, $2 the pseudonym of the address.
var ownedBy = map[string]string{
	"users": "id = $1", "sessions": "user_id = $1", "revocations": "user_id = $1", "links": "user_id = $1", "audit_events": "user_id = $1", "disabled_passwords": "subject = $2",
}

func TestEveryColumnIsExportedAndErasedOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := newPerson(t, s)
	p.wantClassified(t)
	p.wantExported(t)
	s.terminate(t, p.pair)
	s.token(t, p.email, reversalPage)
	p.wantEmptiedBy(t, s.erase)
	p.wantClassified(t) // the job that erases has arguments, too
}

// person is an account that has something in every column that is about it.
type person struct {
	*service
	conn      *pgx.Conn
	email, id string
	index     []byte
	pair      tokens
	sealed    map[string]string // what is in the columns that the database cannot read
}

func newPerson(t *testing.T, s *service) *person {
	t.Helper()
	p := &person{service: s, conn: s.connect(t), email: "ada@example.com"}
	p.sealed = map[string]string{"users.email": p.email, "users.full_name": "Ada Lovelace", "users.state_province": "DE-BY"}
	ended := s.user(t, p.email)
	s.do(t, request{method: http.MethodPost, path: "/logout", token: ended.AccessToken}).want(t, http.StatusNoContent)
	s.post(t, "/login", loginOf(p.email, wrongPassword)).want(t, http.StatusUnauthorized)
	p.pair = s.post(t, "/login", m{"email": p.email, "password": goodPassword, "device_token": ended.DeviceToken}).tokens(t)
	p.id = s.id(t, p.pair)
	s.post(t, "/password-reset-request", m{"email": p.email}).want(t, http.StatusAccepted)
	s.token(t, p.email, "/pages/password-reset")
	s.exec(t, `INSERT INTO disabled_passwords (subject, part, disabled_at) SELECT email_index, '\x01', now() FROM users`)
	s.scan(t, `SELECT email_index FROM users`, &p.index)
	return p
}

// wantClassified checks that fates names every column and every argument of a job, and no other.
func (p *person) wantClassified(t *testing.T) {
	t.Helper()
	rows, err := p.conn.Query(context.Background(), `
		SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'river\_%'
		UNION SELECT 'job ' || kind || '.' || argument FROM river_job, jsonb_object_keys(args) argument ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	there, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	classified := slices.Sorted(maps.Keys(fates))
	slices.Sort(there)
	if diff := cmp.Diff(classified, there); diff != "" {
		t.Errorf("say in fates what becomes of each column (-classified +there):\n%s", diff)
	}
	for column, f := range fates {
		if (f.exported == "" || !f.erased) && f.why == "" {
			t.Errorf("%s is not both exported and erased: say why", column)
		}
	}
}

// wantExported checks that the export holds what the columns hold.
func (p *person) wantExported(t *testing.T) {
	t.Helper()
	stored := map[string][]string{}
	for column, f := range fates {
		if f.exported != "" {
			stored[column] = p.stored(t, column)
		}
	}
	a := p.do(t, request{method: http.MethodGet, path: "/me/export", token: p.pair.AccessToken}).want(t, http.StatusOK)
	var whole m
	if err := json.Unmarshal(a.body, &whole); err != nil {
		t.Fatal(err)
	}
	members := map[string]bool{"account.has_password": true, "sessions.current": true} // what no column holds
	for column, f := range fates {
		if f.exported == "" {
			continue
		}
		members[f.exported] = true
		got := exportedValues(whole, f.exported)
		if len(stored[column]) == 0 {
			t.Errorf("%s holds nothing: the test proves nothing of it", column)
		}
		for _, want := range stored[column] {
			if !slices.Contains(got, plain(want)) {
				t.Errorf("%s is not in the export's %s", column, f.exported)
			}
		}
	}
	for _, member := range exportedMembers(whole) {
		if !members[member] {
			t.Errorf("the export has %s, which no column is said to hold", member)
		}
	}
}

// stored are the values of a column in the rows that are about the person, where there are any.
func (p *person) stored(t *testing.T, column string) []string {
	t.Helper()
	table, name, _ := strings.Cut(column, ".")
	query := fmt.Sprintf(`SELECT to_jsonb(%s) #>> '{}' FROM %s WHERE %s AND %s IS NOT NULL AND ($1::uuid IS NOT NULL OR $2::bytea IS NOT NULL)`,
		name, table, ownedBy[table], name)
	rows, err := p.conn.Query(context.Background(), query, p.id, p.index)
	if err != nil {
		t.Fatal(err)
	}
	values, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", column, err)
	}
	for i := range values {
		if clear, ok := p.sealed[column]; ok {
			values[i] = clear
		}
	}
	return values
}

// plain writes a time in one way, and leaves everything else as it is.
func plain(value string) string {
	if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
		return at.UTC().Format(time.RFC3339Nano)
	}
	return value
}

// exportedValues are the values at a place such as account.email or sessions.id, of each session.
func exportedValues(whole m, place string) (values []string) {
	list, member, _ := strings.Cut(place, ".")
	for _, object := range objects(whole[list]) {
		if value, ok := object[member]; ok {
			values = append(values, plain(fmt.Sprint(value)))
		}
	}
	return values
}

// exportedMembers are the places of all values.
func exportedMembers(whole m) []string {
	found := map[string]bool{}
	for list, value := range whole {
		for _, object := range objects(value) {
			for member := range object {
				found[list+"."+member] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func objects(value any) []m {
	if object, ok := value.(m); ok {
		return []m{object}
	}
	var all []m
	list, _ := value.([]any)
	for _, element := range list {
		object, _ := element.(m)
		all = append(all, object)
	}
	return all
}

// wantEmptiedBy checks that what is to be erased was there before and is not afterwards.
func (p *person) wantEmptiedBy(t *testing.T, erase func(*testing.T)) {
	t.Helper()
	for column, f := range fates {
		if f.erased && len(p.stored(t, column)) == 0 {
			t.Errorf("%s holds nothing before the erasure: the test proves nothing of it", column)
		}
	}
	erase(t)
	for column, f := range fates {
		if f.erased && len(p.stored(t, column)) != 0 {
			t.Errorf("%s survived the erasure", column)
		}
	}
}
