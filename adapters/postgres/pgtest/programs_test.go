package pgtest_test

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// The programs are of the server's version: one database becomes a copy of the other.
func TestProgramsDumpAndRestore(t *testing.T) {
	t.Parallel()
	from, to, dir := pgtest.Empty(t), pgtest.Empty(t), pgtest.Programs(t)
	execute(t, from, `CREATE TABLE dumped AS SELECT 4711 AS number`)
	var dump bytes.Buffer
	run(t, exec.CommandContext(t.Context(), filepath.Join(dir, "pg_dump"), "--format=custom", from), nil, &dump)
	run(t, exec.CommandContext(t.Context(), filepath.Join(dir, "pg_restore"), "--exit-on-error", "--dbname", to), &dump, nil)
	execute(t, to, `DO $$ BEGIN IF (SELECT number FROM dumped) <> 4711 THEN RAISE 'another number'; END IF; END $$`)
}

func run(t *testing.T, cmd *exec.Cmd, in, out *bytes.Buffer) {
	t.Helper()
	var failure bytes.Buffer
	cmd.Stderr = &failure
	if in != nil {
		cmd.Stdin = in
	}
	if out != nil {
		cmd.Stdout = out
	}
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args[0], err, failure.Bytes())
	}
}

func execute(t *testing.T, databaseURL, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}
