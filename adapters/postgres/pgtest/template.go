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
	// strategy copies through the write-ahead log. FILE_COPY forces two checkpoints per clone, which write out the changes of
	// other tests. Measured on 2 cores with an 8 MB template: 176 to 183 ms instead of 66 to 72 ms; with overloaded cores,
	// both took 140 to 180 ms.
	strategy = "WAL_LOG"

	// templateLock is the advisory lock for creating a template: "umsptest" in ASCII.
	templateLock int64 = 0x756d737074657374
	lockInterval       = 20 * time.Millisecond
)

// template records that this process has found or created the template.
var template struct {
	sync.Mutex
	ready bool
}

func resetTemplate() {
	template.Lock()
	defer template.Unlock()
	template.ready = false
}

// ensureTemplate returns the name of the database to copy. It has the newest schema and is created once per server and set of
// migrations.
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
	if err := createTemplate(ctx, conn, name); err != nil {
		return "", fmt.Errorf("create the template database: %w", err)
	}
	template.ready = true
	return name, nil
}

// lockTemplate excludes other test binaries until the connection closes.
func lockTemplate(ctx context.Context, conn *pgx.Conn) error {
	for {
		var locked bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", templateLock).Scan(&locked); err != nil || locked {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for another test binary to create the template: %w", ctx.Err())
		case <-time.After(lockInterval):
		}
	}
}

// createTemplate migrates a database under another name and renames it, so that the name means a complete schema.
func createTemplate(ctx context.Context, conn *pgx.Conn, name string) error {
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
		// No client may connect any more: a connection delays clones.
		"ALTER DATABASE " + quote(unfinished) + " WITH ALLOW_CONNECTIONS false",
		"ALTER DATABASE " + quote(unfinished) + " RENAME TO " + quote(name),
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return dropOtherTemplates(ctx, conn, name)
}

// dropOtherTemplates drops the templates of other migrations, which would accumulate on a long-lived server.
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

// withDatabase replaces the database in a postgres:// URL or a keyword=value string.
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
