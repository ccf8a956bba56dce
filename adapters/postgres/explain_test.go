package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// Every query has an index that it uses: with sequential scans forbidden, none is left in any plan. A new query is covered
// as soon as it stands in db/queries.
func TestEveryQueryUsesAnIndex(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("internal/sqlc/*.sql.go")
	if err != nil || len(files) < 4 {
		t.Fatalf("%v, %v", files, err)
	}
	conn, err := pool(t, pgtest.New(t)).Acquire(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Release)
	// Generic plans need no arguments.
	if _, err := conn.Exec(context.Background(), `SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan`); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.Contains(file, "signing_keys") {
			continue // a handful of rows, read whole
		}
		source, err := os.ReadFile(file) //nolint:gosec // of this package
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile("(?s)const (\\w+) = `(.*?)`").FindAllStringSubmatch(string(source), -1) {
			name, query := match[1], match[2]
			described, err := conn.Conn().Prepare(context.Background(), name, query)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			nulls := strings.TrimSuffix(strings.Repeat("NULL,", len(described.ParamOIDs)), ",")
			rows, err := conn.Query(context.Background(), `EXPLAIN EXECUTE "`+name+`"(`+nulls+`)`)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var plan []string
			for rows.Next() {
				var line string
				if err := rows.Scan(&line); err != nil {
					t.Fatal(err)
				}
				plan = append(plan, line)
			}
			if err := rows.Err(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if text := strings.Join(plan, "\n"); strings.Contains(text, "Seq Scan") {
				t.Errorf("%s reads a whole table:\n%s", name, text)
			}
		}
	}
}
