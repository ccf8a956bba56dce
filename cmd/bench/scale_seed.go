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

// seeder adds users by COPY to those that the service created, up to a number.
type seeder struct {
	m     *measurement
	url   string
	users int
	sent  atomic.Int64 // rows
}

// run rewrites the tables users and sessions, with the existing rows spread among the new ones, and appends to the other tables.
// It drops indexes and keys before and creates them again afterwards.
func (s *seeder) run(ctx context.Context, conn *pgx.Conn) error {
	tables := []string{"users", "sessions", "links", "audit_events", "audit_unchained", "audit_chain"}
	rebuild, err := dropIndexes(ctx, conn, tables)
	if err != nil {
		return err
	}
	copying, stop := context.WithCancel(ctx)
	go s.showProgress(copying)
	err = s.copyAll(ctx, conn)
	stop()
	if err != nil {
		return err
	}
	for i, statement := range rebuild {
		s.m.progress("%d users: creating indexes and keys, %d of %d", s.users, i+1, len(rebuild))
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	s.m.progress("%d users: VACUUM ANALYZE", s.users)
	for _, statement := range []string{"VACUUM (ANALYZE, FREEZE)", "CHECKPOINT"} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

func (s *seeder) showProgress(ctx context.Context) {
	for sleep(ctx, 10*time.Second) == nil {
		s.m.progress("%d users: %d thousand rows copied", s.users, s.sent.Load()/1000)
	}
}

// dropIndexes drops the indexes and the primary, unique and foreign keys of tables. It returns the statements that create them
// again.
func dropIndexes(ctx context.Context, conn *pgx.Conn, tables []string) (rebuild []string, err error) {
	rows, err := conn.Query(ctx, `
		SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
			format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
			CASE contype WHEN 'p' THEN 1 WHEN 'u' THEN 2 ELSE 4 END AS place
		FROM pg_constraint
		WHERE contype IN ('p', 'u', 'f') AND (conrelid = ANY($1::text[]::regclass[]) OR confrelid = ANY($1::text[]::regclass[]))
		UNION ALL
		SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid), 3
		FROM pg_index i
		WHERE i.indrelid = ANY($1::text[]::regclass[])
			AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
		ORDER BY place`, tables)
	if err != nil {
		return nil, err
	}
	var drop []string
	var dropOne, createOne string
	var place int
	if _, err := pgx.ForEachRow(rows, []any{&dropOne, &createOne, &place}, func() error {
		drop, rebuild = append(drop, dropOne), append(rebuild, createOne)
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

// table is the target of a COPY. Its first existing row is the pattern of the new ones.
type table struct {
	name    string
	columns []string
	rows    [][]any // that exist already
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
		return table{}, fmt.Errorf("%s has no row that can be a pattern", name)
	}
	return t, nil
}

// copyAll fills the tables concurrently.
func (s *seeder) copyAll(ctx context.Context, conn *pgx.Conn) error {
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
	var position int64 // of the last entry of the audit chain
	if err := conn.QueryRow(ctx, `SELECT COALESCE(max(position), 0) FROM audit_chain`).Scan(&position); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `TRUNCATE users, sessions`); err != nil {
		return err
	}
	n := max(s.users-len(users.rows), 0)
	chain := table{
		name: "audit_chain", columns: []string{"position", "event_id", "event_digest", "chain_digest"}, rows: [][]any{{nil, nil, nil, nil}},
	}
	links := table{
		name: "links", columns: []string{"token_hash", "purpose", "user_id", "expires_at"}, rows: [][]any{{nil, "reset_password", nil, nil}},
	}
	var all errgroup.Group
	all.Go(func() error { return s.copy(ctx, users, n, len(users.rows), userAt) })
	all.Go(func() error { return s.copy(ctx, sessions, n, len(sessions.rows), sessionAt) })
	all.Go(func() error { return s.copy(ctx, events, n, 0, eventAt) })
	all.Go(func() error {
		return s.copy(ctx, chain, n, 0, func(i int, r *rand.ChaCha8) map[string]any {
			return map[string]any{
				"position": position + int64(i) + 1, "event_id": idAt(eventIDs, i),
				"event_digest": randomBytes(r, 32), "chain_digest": randomBytes(r, 32),
			}
		})
	})
	all.Go(func() error { return s.copy(ctx, links, n/100, 0, linkAt) })
	return all.Wait()
}

// copy writes n new rows, with the first existing rows of the table spread evenly among them.
func (s *seeder) copy(ctx context.Context, t table, n, existing int, at func(i int, r *rand.ChaCha8) map[string]any) error {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	// Disables the triggers, which would have the service chain events that copyAll chains.
	if _, err := conn.Exec(ctx, `SET session_replication_role = replica`); err != nil {
		return err
	}
	if err := withoutTimeout(ctx, conn); err != nil {
		return err
	}
	column := map[string]int{}
	for i, name := range t.columns {
		column[name] = i
	}
	random := rand.NewChaCha8([32]byte{1})
	made, kept := 0, 0
	_, err = conn.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromFunc(func() ([]any, error) {
		if made+kept == n+existing {
			return nil, nil
		}
		s.sent.Add(1)
		if kept*(n+existing) < (made+kept+1)*existing {
			kept++
			return t.rows[kept-1], nil
		}
		row := slices.Clone(t.rows[0])
		for name, value := range at(made, random) {
			if value == sameSize {
				pattern, ok := row[column[name]].([]byte)
				if !ok {
					continue // the pattern has NULL
				}
				value = randomBytes(random, len(pattern))
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

// withoutTimeout lifts the timeout of statements that the service has set for the role.
func withoutTimeout(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SET statement_timeout = 0`)
	return err
}

// The kinds of IDs that idAt makes.
const (
	userIDs = iota + 1
	sessionIDs
	eventIDs
)

// seedBegin is the signup time of the first new user. Each further user signs up seedStep later.
var seedBegin = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

const seedStep = 6 * time.Second

// idAt returns a UUID of version 7 (RFC 9562, section 5.7) that depends only on its arguments.
func idAt(kind, i int) [16]byte {
	var id [16]byte
	ms := seedBegin.Add(time.Duration(i) * seedStep).UnixMilli()
	binary.BigEndian.PutUint64(id[:8], uint64(ms)<<16)
	noise := rand.NewPCG(uint64(kind), uint64(i))
	binary.BigEndian.PutUint16(id[6:], 0x7000|uint16(noise.Uint64()&0xfff))
	binary.BigEndian.PutUint64(id[8:], 1<<63|noise.Uint64()>>2)
	return id
}

func randomBytes(r *rand.ChaCha8, n int) []byte {
	b := make([]byte, n)
	_, _ = r.Read(b)
	return b
}

// sameSize stands for random bytes, as many as the pattern has.
const sameSize = "same size"

// userAt returns the columns of a user that differ from the pattern. Every hundredth is a pending signup.
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

// sessionAt returns the columns of a session that differ from the pattern. Every third is revoked.
func sessionAt(i int, _ *rand.ChaCha8) map[string]any {
	row := map[string]any{
		"id": idAt(sessionIDs, i), "user_id": idAt(userIDs, i), "device_id": idAt(sessionIDs, i),
		"secret_hash": sameSize, "revoked_at": nil,
	}
	if i%3 == 2 {
		row["revoked_at"] = seedBegin.Add(time.Duration(i) * seedStep)
	}
	return row
}

func eventAt(i int, _ *rand.ChaCha8) map[string]any {
	return map[string]any{
		"id": idAt(eventIDs, i), "at": seedBegin.Add(time.Duration(i) * seedStep), "user_id": idAt(userIDs, i),
		"email_index": sameSize, "network": sameSize,
	}
}

func linkAt(i int, r *rand.ChaCha8) map[string]any {
	return map[string]any{"token_hash": randomBytes(r, 32), "user_id": idAt(userIDs, i*100), "expires_at": time.Now().Add(24 * time.Hour)}
}
