package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// seeding adds users by COPY to those that the service made, up to a number.
type seeding struct {
	m     *measurement
	url   string
	users int
	sent  atomic.Int64 // rows
}

// run rewrites the tables of users and sessions, with the rows that are there spread among the new ones, and appends to the
// others. Indexes and keys are taken away before and made anew after.
func (s *seeding) run(ctx context.Context, conn *pgx.Conn) error {
	tables := []string{"users", "sessions", "links", "audit_events", "audit_pending", "audit_seals"}
	rebuild, err := takeIndexes(ctx, conn, tables)
	if err != nil {
		return err
	}
	ended, stop := context.WithCancel(ctx)
	go s.showProgress(ended)
	err = s.copyAll(ctx, conn)
	stop()
	if err != nil {
		return err
	}
	for i, statement := range rebuild {
		s.m.say("%d users: making indexes and keys, %d of %d", s.users, i+1, len(rebuild))
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	s.m.say("%d users: VACUUM ANALYZE", s.users)
	for _, statement := range []string{"VACUUM (ANALYZE, FREEZE)", "CHECKPOINT"} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

func (s *seeding) showProgress(ctx context.Context) {
	for sleep(ctx, 10*time.Second) == nil {
		s.m.say("%d users: %d thousand rows copied", s.users, s.sent.Load()/1000)
	}
}

// takeIndexes drops the indexes, primary, unique and foreign keys of tables, and returns the statements that make them anew.
func takeIndexes(ctx context.Context, conn *pgx.Conn, tables []string) (rebuild []string, err error) {
	rows, err := conn.Query(ctx, `
		SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
			format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)), CASE contype WHEN 'p' THEN 1 WHEN 'u' THEN 2 ELSE 4 END AS turn
		FROM pg_constraint WHERE contype IN ('p', 'u', 'f') AND (conrelid = ANY($1::text[]::regclass[]) OR confrelid = ANY($1::text[]::regclass[]))
		UNION ALL
		SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid), 3
		FROM pg_index i WHERE i.indrelid = ANY($1::text[]::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
		ORDER BY turn`, tables)
	if err != nil {
		return nil, err
	}
	var drop []string
	var one, other string
	var turn int
	if _, err := pgx.ForEachRow(rows, []any{&one, &other, &turn}, func() error {
		drop, rebuild = append(drop, one), append(rebuild, other)
		return nil
	}); err != nil {
		return nil, fmt.Errorf("list the indexes: %w", err)
	}
	for _, statement := range slices.Backward(drop) { // foreign keys first
		if _, err := conn.Exec(ctx, statement); err != nil {
			return nil, fmt.Errorf("%s: %w", statement, err)
		}
	}
	return rebuild, nil
}

// table is what a COPY goes to. A row that is there serves as the pattern of new ones.
type table struct {
	name    string
	columns []string
	rows    [][]any // that are there
}

func readTable(ctx context.Context, conn *pgx.Conn, name, query string) (t table, err error) {
	t.name = name
	rows, err := conn.Query(ctx, query)
	if err != nil {
		return table{}, err
	}
	defer rows.Close()
	for _, f := range rows.FieldDescriptions() {
		t.columns = append(t.columns, f.Name)
	}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return table{}, err
		}
		t.rows = append(t.rows, values)
	}
	if err := rows.Err(); err != nil {
		return table{}, fmt.Errorf("read %s: %w", name, err)
	}
	if len(t.rows) == 0 {
		return table{}, fmt.Errorf("%s has no row to serve as a pattern", name)
	}
	return t, nil
}

// copyAll fills the tables side by side.
func (s *seeding) copyAll(ctx context.Context, conn *pgx.Conn) error {
	users, err := readTable(ctx, conn, "users", `SELECT * FROM users`)
	if err != nil {
		return err
	}
	sessions, err := readTable(ctx, conn, "sessions", `SELECT * FROM sessions`)
	if err != nil {
		return err
	}
	events, err := readTable(ctx, conn, "audit_events", `SELECT * FROM audit_events WHERE user_id IS NOT NULL LIMIT 1`)
	if err != nil {
		return err
	}
	var sealed int64
	if err := conn.QueryRow(ctx, `SELECT COALESCE(max(position), 0) FROM audit_seals`).Scan(&sealed); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `TRUNCATE users, sessions`); err != nil {
		return err
	}
	n := max(s.users-len(users.rows), 0)
	seals := table{name: "audit_seals", columns: []string{"position", "event_id", "event_digest", "chain_digest"}, rows: [][]any{{nil, nil, nil, nil}}}
	links := table{name: "links", columns: []string{"token_hash", "purpose", "user_id", "expires_at"}, rows: [][]any{{nil, "reset_password", nil, nil}}}
	var all errgroup.Group
	all.Go(func() error { return s.copy(ctx, users, n, len(users.rows), userAt) })
	all.Go(func() error { return s.copy(ctx, sessions, n, len(sessions.rows), sessionAt) })
	all.Go(func() error { return s.copy(ctx, events, n, 0, eventAt) })
	all.Go(func() error {
		return s.copy(ctx, seals, n, 0, func(i int, r *rand.ChaCha8) map[string]any {
			return map[string]any{"position": sealed + int64(i) + 1, "event_id": idAt(eventIDs, i), "event_digest": bytesOf(r, 32), "chain_digest": bytesOf(r, 32)}
		})
	})
	all.Go(func() error { return s.copy(ctx, links, n/100, 0, linkAt) })
	return all.Wait()
}

// copy sends n new rows, with the first spread rows of the table spread among them.
func (s *seeding) copy(ctx context.Context, t table, n, spread int, at func(i int, r *rand.ChaCha8) map[string]any) error {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	// No trigger is to seal what is sealed already.
	if _, err := conn.Exec(ctx, `SET session_replication_role = replica`); err != nil {
		return err
	}
	column := map[string]int{}
	for i, name := range t.columns {
		column[name] = i
	}
	random := rand.NewChaCha8([32]byte{1})
	made, kept := 0, 0
	_, err = conn.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromFunc(func() ([]any, error) {
		if made+kept == n+spread {
			return nil, nil
		}
		s.sent.Add(1)
		if kept*(n+spread) < (made+kept+1)*spread {
			kept++
			return t.rows[kept-1], nil
		}
		row := slices.Clone(t.rows[0])
		for name, value := range at(made, random) {
			if pattern, ok := row[column[name]].([]byte); ok && value == sameSize {
				value = bytesOf(random, len(pattern))
			}
			row[column[name]] = value
		}
		made++
		return row, nil
	}))
	if err != nil {
		return fmt.Errorf("copy to %s: %w", t.name, err)
	}
	return nil
}

// What ids are of.
const (
	userIDs = iota + 1
	sessionIDs
	eventIDs
)

// seedBegin is when the first of the new users signed up; each further one did a little later.
var seedBegin = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

const seedStep = 6 * time.Second

// idAt is a UUID of version 7 (RFC 9562, section 5.7), always the same for the same arguments.
func idAt(kind, i int) [16]byte {
	var id [16]byte
	ms := seedBegin.Add(time.Duration(i) * seedStep).UnixMilli()
	binary.BigEndian.PutUint64(id[:8], uint64(ms)<<16) //nolint:gosec // after 1970
	noise := rand.NewPCG(uint64(kind), uint64(i))      //nolint:gosec // not negative
	binary.BigEndian.PutUint16(id[6:], 0x7000|uint16(noise.Uint64()&0xfff))
	binary.BigEndian.PutUint64(id[8:], 1<<63|noise.Uint64()>>2)
	return id
}

func bytesOf(r *rand.ChaCha8, n int) []byte {
	b := make([]byte, n)
	_, _ = r.Read(b)
	return b
}

// sameSize stands for as many random bytes as the pattern has.
const sameSize = "same size"

// userAt makes a user of the size of a true one. Every hundredth has not verified the address.
func userAt(i int, _ *rand.ChaCha8) map[string]any {
	created := seedBegin.Add(time.Duration(i) * seedStep)
	row := map[string]any{
		"id": idAt(userIDs, i), "email": sameSize, "email_index": sameSize, "full_name": sameSize, "state_province": sameSize,
		"created_at": created, "updated_at": created,
	}
	if i%100 == 99 {
		row["is_active"], row["verified_at"], row["created_at"] = false, nil, time.Now()
	}
	return row
}

// sessionAt makes a session of the user. Every third has ended.
func sessionAt(i int, _ *rand.ChaCha8) map[string]any {
	row := map[string]any{"id": idAt(sessionIDs, i), "user_id": idAt(userIDs, i), "device_id": idAt(sessionIDs, i), "secret_hash": sameSize, "ended_at": nil}
	if i%3 == 2 {
		row["ended_at"] = seedBegin.Add(time.Duration(i) * seedStep)
	}
	return row
}

func eventAt(i int, _ *rand.ChaCha8) map[string]any {
	return map[string]any{
		"id": idAt(eventIDs, i), "at": seedBegin.Add(time.Duration(i) * seedStep), "user_id": idAt(userIDs, i), "address": sameSize, "network": sameSize,
	}
}

func linkAt(i int, r *rand.ChaCha8) map[string]any {
	return map[string]any{"token_hash": bytesOf(r, 32), "user_id": idAt(userIDs, i*100), "expires_at": time.Now().Add(24 * time.Hour)}
}
