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

// handling is what becomes of a column, or of a member of a job's arguments. The GDPR entitles users to read personal data about them and
// to have it erased (articles 15 and 17).
type handling struct {
	exported string // the member of GET /me/export that contains it; if empty, why has the reason
	erased   bool   // erasure removes it; if false, why has the reason
	why      string
}

const (
	notPersonal = "not personal data"
	anonymous   = "identifies no person once the rest is erased"
	pseudonym   = "a keyed pseudonym, which identifies no person without the key"
	counter     = "a counter of a keyed pseudonym, purged after 30 days at most"
	appendOnly  = "the audit log is append-only; it contains ids and pseudonyms, docs/decisions/0014"
	revocation  = "exported with the session; purged some 20 minutes after it, and an id or a time that identifies no person"
	reuse       = "counts the uses of rotated refresh tokens; the events of these uses are exported"
	history     = "a counter of a keyed pseudonym, purged within an hour after its day"
	waiting     = "of a signup that was never verified; ids and keyed pseudonyms, purged after 7 days at most"
	call        = "keyed tags of a call, or ids; purged within an hour after its day"
	jobRow      = "purged a week after the job at the latest, and a pseudonym or an id; the user has the message itself"
)

// personalData is the handling of every column of the database except River's own, and of the arguments of River's jobs. Add a line here
// for each new column.
var personalData = map[string]handling{
	"users.id":             {exported: "account.id", why: "stays valid as a reference; alone it identifies no person"},
	"users.email":          {exported: "account.email", erased: true},
	"users.email_index":    {erased: true, why: pseudonym},
	"users.full_name":      {exported: "account.full_name", erased: true},
	"users.country":        {exported: "account.country", erased: true},
	"users.state_province": {exported: "account.state_province", erased: true},
	"users.password_hash":  {erased: true, why: "useful only to an attacker; account.has_password reports that there is one"},
	"users.is_active":      {exported: "account.is_active", why: anonymous},
	"users.is_terminated":  {exported: "account.is_terminated", why: anonymous},
	"users.verified_at":    {exported: "account.verified_at", why: anonymous},
	"users.terminated_at":  {why: "empty for every user who can log in to export; anonymous"},
	"users.erased_at":      {why: "empty until erasure; then its time"},
	"users.created_at":     {exported: "account.created_at", why: anonymous},
	"users.updated_at":     {exported: "account.updated_at", why: "the time of the erasure"},
	"users.version":        {why: "counts the changes, without their content"},
	"users.signup_network": {why: "a keyed pseudonym of a pending signup, emptied when it becomes an account"},

	"devices.user_id":      {why: "the account.id of the export; removed at the termination"},
	"devices.id":           {exported: "devices.id", why: "removed at the termination"},
	"devices.last_used_at": {exported: "devices.last_used_at", why: "removed at the termination"},

	"sessions.id":          {exported: "sessions.id", erased: true},
	"sessions.user_id":     {erased: true, why: "the account.id of the export"},
	"sessions.device_id":   {exported: "sessions.device_id", erased: true},
	"sessions.secret_hash": {erased: true, why: "the hash of a random secret"},
	"sessions.generation":  {erased: true, why: "numbers the refresh tokens; sessions.refreshed_at is the time of the last one"},
	"sessions.created_at":  {exported: "sessions.created_at", erased: true},
	"sessions.rotated_at":  {exported: "sessions.refreshed_at", erased: true},
	"sessions.expires_at":  {exported: "sessions.expires_at", erased: true},
	"sessions.ends_at":     {exported: "sessions.ends_at", erased: true},
	"sessions.revoked_at":  {exported: "sessions.ended_at", erased: true},

	"sessions.previous_rotated_at": {erased: true, why: "the last rotation is exported"},
	"sessions.rotated_from":        {erased: true, why: pseudonym},
	"sessions.reuse_count":         {erased: true, why: reuse},
	"sessions.reuse_since":         {erased: true, why: reuse},
	"sessions.reuse_network":       {erased: true, why: pseudonym},
	"sessions.reuse_recorded_at":   {erased: true, why: reuse},
	"sessions.is_listed":           {erased: true, why: "whether its revocation is listed"},

	"revocations.revoked_at": {why: revocation},
	"revocations.session_id": {why: revocation},
	"revocations.user_id":    {why: revocation},

	"links.token_hash": {erased: true, why: "the hash of a random token"},
	"links.purpose":    {exported: "links.purpose", erased: true},
	"links.user_id":    {erased: true, why: "the account.id of the export"},

	"links.email_index":  {why: "empty but for verification links, which have no user and expire within a day; " + pseudonym},
	"links.sealed_email": {why: "the same; readable with the mailed token only"},

	"links.expires_at": {exported: "links.expires_at", erased: true},

	"rate_limit_counters.scope":         {why: counter},
	"rate_limit_counters.subject":       {why: counter},
	"rate_limit_counters.part":          {why: counter},
	"rate_limit_counters.count":         {why: counter},
	"rate_limit_counters.blocked_until": {why: counter},
	"rate_limit_counters.expires_at":    {why: counter},

	"message_histories.email_index":   {why: history},
	"message_histories.template":      {why: history},
	"message_histories.sent":          {why: history},
	"message_histories.sent_by":       {why: history},
	"message_histories.link_until":    {why: history},
	"message_histories.waiting_job":   {why: history},
	"message_histories.waiting_until": {why: history},
	"message_histories.expires_at":    {why: history},

	"unverified_messages.email_index": {why: waiting},
	"unverified_messages.network":     {why: waiting},
	"unverified_messages.message_id":  {why: waiting},
	"unverified_messages.args":        {why: waiting},
	"unverified_messages.queued_at":   {why: waiting},
	"unverified_messages.client":      {why: waiting},
	"unverified_messages.turn":        {why: waiting},
	"unverified_networks.network":     {why: waiting},
	"unverified_networks.used_until":  {why: waiting},
	"unverified_networks.due_at":      {why: waiting},
	"unverified_pace.used_until":      {why: notPersonal},
	"unverified_pace.only_row":        {why: notPersonal},

	"idempotent_calls.id":           {why: call},
	"idempotent_calls.input":        {why: call},
	"idempotent_calls.network":      {why: call},
	"idempotent_calls.attempt":      {why: call},
	"idempotent_calls.begun_at":     {why: call},
	"idempotent_calls.completed_at": {why: call},
	"idempotent_calls.user_id":      {why: call},
	"idempotent_calls.device_id":    {why: call},
	"job_runners.id":                {why: notPersonal},
	"job_runners.seen_at":           {why: notPersonal},

	"audit_events.id":          {why: appendOnly},
	"audit_events.at":          {exported: "events.at", why: appendOnly},
	"audit_events.kind":        {exported: "events.kind", why: appendOnly},
	"audit_events.user_id":     {why: appendOnly},
	"audit_events.session_id":  {exported: "events.session_id", why: appendOnly},
	"audit_events.email_index": {why: appendOnly},
	"audit_events.network":     {why: appendOnly},
	"audit_events.key_id":      {why: notPersonal},
	"audit_events.is_queued":   {why: notPersonal},
	"audit_events.count":       {why: notPersonal},

	"audit_counts.hour":    {why: counter},
	"audit_counts.network": {why: counter},
	"audit_counts.kind":    {why: counter},
	"audit_counts.count":   {why: counter},

	"audit_lock.id":                     {why: notPersonal},
	"audit_unchained.event_id":          {why: notPersonal},
	"audit_chain.position":              {why: notPersonal},
	"audit_chain.event_id":              {why: notPersonal},
	"audit_chain.event_digest":          {why: notPersonal},
	"audit_chain.chain_digest":          {why: notPersonal},
	"audit_checkpoints.position":        {why: notPersonal},
	"audit_checkpoints.chain_digest":    {why: notPersonal},
	"audit_checkpoints.signed_at":       {why: notPersonal},
	"audit_checkpoints.signature":       {why: notPersonal},
	"audit_checkpoints.number":          {why: notPersonal},
	"audit_checkpoints.segment":         {why: notPersonal},
	"audit_checkpoints.previous_number": {why: notPersonal},
	"audit_checkpoints.previous_digest": {why: notPersonal},
	"audit_checkpoints.break":           {why: notPersonal},
	"audit_checkpoints.key_id":          {why: notPersonal},
	"signing_keys.id":                   {why: notPersonal},
	"signing_keys.sealed_seed":          {why: notPersonal},
	"signing_keys.created_at":           {why: notPersonal},
	"signing_keys.signs_at":             {why: notPersonal},
	"schema_migrations.version":         {why: notPersonal},
	"schema_migrations.dirty":           {why: notPersonal},

	"keyset_replicas.id":          {why: notPersonal},
	"keyset_replicas.reads":       {why: notPersonal},
	"keyset_replicas.writes":      {why: notPersonal},
	"keyset_replicas.lease_until": {why: notPersonal},
	"keyset_writes.key_id":        {why: notPersonal},
	"keyset_writes.written_at":    {why: notPersonal},

	"job message.template":   {why: jobRow},
	"job message.user_id":    {why: jobRow},
	"job message.address":    {why: jobRow},
	"job message.at":         {why: jobRow},
	"job message.network":    {why: jobRow},
	"job message.client":     {why: jobRow},
	"job message.device":     {why: jobRow},
	"job message.message_id": {why: jobRow},
}

// ownedBy selects the rows of each table that are about a user. $1 is the user's id, $2 the pseudonym of the email address.
var ownedBy = map[string]string{
	"users": "id = $1", "sessions": "user_id = $1", "revocations": "user_id = $1", "links": "user_id = $1", "audit_events": "user_id = $1",
	"devices": "user_id = $1",
}

func TestEveryColumnIsExportedAndErasedOrHasAReason(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := newPerson(t, s)
	p.wantClassified(t)
	p.wantExported(t)
	s.terminate(t, p.pair)
	s.token(t, p.email, cancellationPage)
	p.wantEmptiedBy(t, s.erase)
	p.wantClassified(t) // again, for the arguments of the job that erases
}

// person is an account with a value in every column that is about it.
type person struct {
	*service
	conn      *pgx.Conn
	email, id string
	index     []byte
	pair      tokens
	sealed    map[string]string // plaintexts of the encrypted columns
}

func newPerson(t *testing.T, s *service) *person {
	t.Helper()
	p := &person{service: s, conn: s.connect(t), email: "ada@example.com"}
	p.sealed = map[string]string{"users.email": p.email, "users.full_name": "Ada Lovelace", "users.state_province": "DE-BY"}
	first := s.user(t, p.email)
	s.logOut(t, first)
	s.post(t, "/login", loginOf(p.email, wrongPassword)).want(t, http.StatusUnauthorized)
	p.pair = s.post(t, "/login", m{"email": p.email, "password": goodPassword, "device_token": first.DeviceToken}).tokens(t)
	p.id = s.id(t, p.pair)
	s.requestReset(t, p.email)
	s.post(t, "/password-reset-request", m{"email": p.email, "device_token": first.DeviceToken}).want(t, http.StatusAccepted)
	s.exec(t, `INSERT INTO unverified_messages (email_index, network, message_id, args, queued_at)
		VALUES ('index', 'network', '1', '{"template": "verification", "user_id": "00000000-0000-0000-0000-000000000001"}', now())`)
	s.exec(t, `INSERT INTO unverified_networks (network, due_at) VALUES ('network', now())`)
	eventually(t, "the waiting message is released", func() bool { return s.count(t, `SELECT count(*) FROM unverified_messages`) == 0 })
	s.exec(t, `UPDATE sessions SET previous_rotated_at = now(), rotated_from = '\x01', reuse_count = 1, reuse_since = now(),
		reuse_network = '\x01', reuse_recorded_at = now(), is_listed = true`)
	s.scan(t, `SELECT email_index FROM users`, &p.index)
	return p
}

// wantClassified checks that personalData names every column and every argument of a job, and no other.
func (p *person) wantClassified(t *testing.T) {
	t.Helper()
	rows, err := p.conn.Query(context.Background(), `
		SELECT table_name || '.' || column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'river\_%'
		UNION SELECT 'job ' || kind || '.' || argument FROM river_job, jsonb_object_keys(args) argument ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	existing, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	classified := slices.Sorted(maps.Keys(personalData))
	slices.Sort(existing)
	if diff := cmp.Diff(classified, existing); diff != "" {
		t.Errorf("personalData must contain each column (-personalData +database):\n%s", diff)
	}
	for column, f := range personalData {
		if (f.exported == "" || !f.erased) && f.why == "" {
			t.Errorf("%s is not both exported and erased: add the reason", column)
		}
	}
}

// wantExported checks that the export contains the values of the columns, and nothing else.
func (p *person) wantExported(t *testing.T) {
	t.Helper()
	stored := map[string][]string{}
	for column, f := range personalData {
		if f.exported != "" {
			stored[column] = p.stored(t, column)
		}
	}
	a := p.get(t, p.pair.AccessToken, "/me/export").want(t, http.StatusOK)
	var whole m
	if err := json.Unmarshal(a.body, &whole); err != nil {
		t.Fatal(err)
	}
	members := map[string]bool{"account.has_password": true, "sessions.current": true} // not of a column
	for column, f := range personalData {
		if f.exported == "" {
			continue
		}
		members[f.exported] = true
		got := exportedValues(whole, f.exported)
		if len(stored[column]) == 0 {
			t.Errorf("%s is empty: the test proves nothing about it", column)
		}
		for _, want := range stored[column] {
			if !slices.Contains(got, plain(want)) {
				t.Errorf("%s is not in the export's %s", column, f.exported)
			}
		}
	}
	for _, member := range exportedMembers(whole) {
		if !members[member] {
			t.Errorf("the export has %s, which no column of personalData has", member)
		}
	}
}

// stored are the values of a column in the rows that are about the person, without NULLs.
func (p *person) stored(t *testing.T, column string) []string {
	t.Helper()
	table, name, _ := strings.Cut(column, ".")
	query := fmt.Sprintf(
		`SELECT to_jsonb(%s) #>> '{}' FROM %s WHERE %s AND %s IS NOT NULL AND ($1::uuid IS NOT NULL OR $2::bytea IS NOT NULL)`,
		name, table, ownedBy[table], name,
	)
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

// plain formats a time in UTC, and returns everything else unchanged.
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

// exportedMembers are the places of all members.
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

// wantEmptiedBy checks that each erased column has a value before the erasure and none after it.
func (p *person) wantEmptiedBy(t *testing.T, erase func(*testing.T)) {
	t.Helper()
	for column, f := range personalData {
		if f.erased && len(p.stored(t, column)) == 0 {
			t.Errorf("%s is empty before the erasure: the test proves nothing about it", column)
		}
	}
	erase(t)
	for column, f := range personalData {
		if f.erased && len(p.stored(t, column)) != 0 {
			t.Errorf("%s has a value after the erasure", column)
		}
	}
}
