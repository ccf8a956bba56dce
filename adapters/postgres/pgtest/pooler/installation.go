package pooler

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"testing"
)

// packaged is where Debian's package has PgBouncer. It is not in the PATH of every user.
const packaged = "/usr/sbin/pgbouncer"

// installation is the PgBouncer of this machine.
type installation struct {
	program      string
	major, minor int
}

// find finds the PgBouncer in the PATH, or else Debian's.
var find = sync.OnceValues(func() (installation, error) {
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = packaged
	}
	text, err := exec.CommandContext(context.Background(), program, "--version").Output()
	if err != nil {
		return installation{}, fmt.Errorf("%w: install PgBouncer (Debian: apt-get install pgbouncer)", err)
	}
	found := installation{program: program}
	if _, err := fmt.Sscanf(string(text), "PgBouncer %d.%d", &found.major, &found.minor); err != nil {
		return installation{}, fmt.Errorf("read the version of PgBouncer: %w", err)
	}
	return found, nil
})

// preparesStatements reports whether clients can prepare statements in transaction mode, which came with 1.21.
func (i installation) preparesStatements() bool { return i.major > 1 || i.minor >= 21 }

// settings are those that older versions do not know.
func (i installation) settings() string {
	if !i.preparesStatements() {
		return ""
	}
	return "max_prepared_statements = 200\n"
}

// PreparesStatements reports whether clients of the installed PgBouncer can prepare statements: from 1.21 on, which Debian 12 lacks.
func PreparesStatements(t testing.TB) bool {
	t.Helper()
	installed, err := find()
	if err != nil {
		t.Fatal(err)
	}
	return installed.preparesStatements()
}
