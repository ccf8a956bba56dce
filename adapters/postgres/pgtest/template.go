package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/db"
)

const (
	// strategy copies through the log. FILE_COPY forces two checkpoints a clone, which wait for what other tests wrote:
	// measured on 2 cores with an 8 MB template it took 176 to 183 ms against 66 to 72 ms on one occasion; on another,
	// with the cores overloaded, both took 140 to 180 ms.
	strategy = "WAL_LOG"

	// templateLock is the advisory lock under which a template is made: "umsptest" in ASCII.
	templateLock int64 = 0x756d737074657374
	lockInterval       = 20 * time.Millisecond
)

// template remembers that this process has seen the template.
var template struct {
	sync.Mutex
	ready bool
}

func forgetTemplate() {
	template.Lock()
	defer template.Unlock()
	template.ready = false
}

// ensureTemplate returns the name of the database to copy: one with the newest schema, made once for a server and a
// set of migrations.
func ensureTemplate(ctx context.Context) (string, error) {
	template.Lock()
	defer template.Unlock()
	name := "template_" + db.Fingerprint()
	if template.ready {
		return name, nil
	}
	conn, err := connect(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	if err := lockTemplate(ctx, conn); err != nil {
		return "", err
	}
	if err := makeTemplate(ctx, conn, name); err != nil {
		return "", fmt.Errorf("make the template database: %w", err)
	}
	template.ready = true
	return name, nil
}

// lockTemplate keeps other test binaries out. Closing the connection unlocks.
func lockTemplate(ctx context.Context, conn *pgx.Conn) error {
	for {
		var locked bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", templateLock).Scan(&locked); err != nil || locked {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for another test binary to make the template: %w", ctx.Err())
		case <-time.After(lockInterval):
		}
	}
}

// makeTemplate migrates a database under another name and renames it, so that the name means a whole schema.
func makeTemplate(ctx context.Context, conn *pgx.Conn, name string) error {
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil || exists {
		return err
	}
	unfinished := name + "_new"
	for _, statement := range []string{
		"DROP DATABASE IF EXISTS " + quote(unfinished) + " WITH (FORCE)",
		"CREATE DATABASE " + quote(unfinished) + " TEMPLATE template0 STRATEGY " + strategy,
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	address, err := withDatabase(conn.Config().ConnString(), unfinished)
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx, address); err != nil {
		return err
	}
	for _, statement := range []string{
		// Nobody may connect to it any more: a connection would hold up clones.
		"ALTER DATABASE " + quote(unfinished) + " WITH ALLOW_CONNECTIONS false",
		"ALTER DATABASE " + quote(unfinished) + " RENAME TO " + quote(name),
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return dropOtherTemplates(ctx, conn, name)
}

// dropOtherTemplates removes those of earlier migrations, so that a server that lives long does not fill up.
func dropOtherTemplates(ctx context.Context, conn *pgx.Conn, name string) error {
	rows, err := conn.Query(ctx, `SELECT datname FROM pg_database WHERE datname ~ '^template_[0-9a-f]{12}$' AND datname <> $1`, name)
	if err != nil {
		return err
	}
	others, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, other := range others {
		if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+quote(other)+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return nil
}

// withDatabase changes the database in a postgres:// URL or a keyword=value string.
func withDatabase(address, name string) (string, error) {
	if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
		return address + " dbname=" + name, nil
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("parse the server's URL: %w", err)
	}
	parsed.Path = "/" + name
	return parsed.String(), nil
}
