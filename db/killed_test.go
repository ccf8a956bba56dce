package db_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/db"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// killableSteps is not idempotent, except for the file that cannot run in a transaction.
var killableSteps = map[string]string{
	"0001_first.up.sql":  "CREATE TABLE step (number int);\nINSERT INTO step VALUES (1);\n",
	"0002_second.up.sql": "INSERT INTO step VALUES (2);\nALTER TABLE step ADD COLUMN name text;\n",
	"0003_index.up.sql": "-- no transaction\nDROP INDEX CONCURRENTLY IF EXISTS step_number;\n" +
		"CREATE INDEX CONCURRENTLY step_number ON step (number);\n",
	"0004_fourth.up.sql": "INSERT INTO step VALUES (4);\n",
}

// A killed process has sent some of its messages and not the next one. Wherever that is, the next start migrates, and applies each
// file once.
func TestAKillAtAnyMessageNeedsNoRepair(t *testing.T) {
	t.Parallel()
	address := pgtest.Empty(t)
	conn := connect(t, address)
	for sent := 1; ; sent++ {
		exec(t, conn, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
		through, cut := cutAfter(t, address, sent)
		err := db.MigrateFiles(t.Context(), through, files(killableSteps))
		if !cut() {
			if err != nil {
				t.Fatalf("not cut: %v", err)
			}
			t.Logf("a migration sends %d messages", sent-1)
			return
		}
		if err := db.MigrateFiles(t.Context(), address, files(killableSteps)); err != nil {
			t.Fatalf("after a kill at message %d: %v", sent, err)
		}
		if rows := scan[string](t, conn, "SELECT string_agg(number::text, ' ' ORDER BY number) FROM step"); rows != "1 2 4" {
			t.Errorf("after a kill at message %d the steps are %s", sent, rows)
		}
		if !scan[bool](t, conn, "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('step_number')") {
			t.Errorf("after a kill at message %d the index is invalid", sent)
		}
	}
}

// cutAfter forwards the given number of messages to the database, then closes both ends, as the kernel does for a killed process. cut
// reports whether it has done so.
func cutAfter(t *testing.T, address string, messages int) (through string, cut func() bool) {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	ended, serverAddress := make(chan bool, 1), target.Host
	go func() {
		client, err := listener.Accept()
		if err != nil {
			ended <- false
			return
		}
		defer client.Close()
		server, err := net.Dial("tcp", serverAddress)
		if err != nil {
			ended <- false
			return
		}
		defer server.Close()
		go func() { _, _ = io.Copy(client, server) }()
		ended <- forward(server, client, messages) == nil
	}()
	target.Host = listener.Addr().String()
	return target.String(), func() bool {
		listener.Close()
		return <-ended
	}
}

// forward copies messages of a client, of which the first has no type. It returns an error if the client sends fewer.
func forward(server io.Writer, client io.Reader, messages int) error {
	for i := range messages {
		header := make([]byte, 5)
		if i == 0 {
			header = header[:4]
		}
		if _, err := io.ReadFull(client, header); err != nil {
			return err
		}
		body := make([]byte, binary.BigEndian.Uint32(header[len(header)-4:])-4)
		if _, err := io.ReadFull(client, body); err != nil {
			return err
		}
		if header[0] == 'X' && len(header) == 5 {
			return errors.New("the client is done")
		}
		if _, err := server.Write(append(header, body...)); err != nil {
			return err
		}
	}
	return nil
}

// A process that is killed while the server still works on its migration does not race with the next one, which waits.
func TestTheNextStartWaitsForTheServerToUndoAKilledMigration(t *testing.T) {
	t.Parallel()
	address := pgtest.Empty(t)
	blocking := connect(t, address)
	tx, err := blocking.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "CREATE TABLE step (number int)"); err != nil {
		t.Fatal(err)
	}
	killed := make(chan error, 1)
	go func() { killed <- db.MigrateFiles(t.Context(), address, files(killableSteps)) }()
	watching := connect(t, address)
	const waits = `SELECT coalesce(max(pid), 0) FROM pg_stat_activity
		WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%CREATE TABLE step%'`
	var pid int
	await.Until(t, "the migration to begin", func() bool {
		pid = scan[int](t, watching, waits)
		return pid != 0
	})
	if !scan[bool](t, watching, `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = $1)`, pid) {
		t.Error("the session that migrates does not have the lock: the next start would not wait for it")
	}
	scan[bool](t, watching, "SELECT pg_terminate_backend($1)", pid)
	if err := await.For(t, "the end of the killed migration", killed); err == nil {
		t.Error("the killed migration succeeded")
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.MigrateFiles(t.Context(), address, files(killableSteps)); err != nil {
		t.Errorf("after the kill: %v", err)
	}
}
