package postgres_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

func pool(t *testing.T, databaseURL string) *pgxpool.Pool {
	t.Helper()
	p, err := pgxpool.New(context.Background(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// River's schema comes with our migrations (docs/decisions/0006). This fails when an upgrade of River changes it.
func TestRiversSchemaIsWhatRiverWouldMake(t *testing.T) {
	t.Parallel()
	theirs := pool(t, pgtest.Empty(t))
	migrator, err := rivermigrate.New(riverpgxv5.New(theirs), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := migrator.Migrate(context.Background(), rivermigrate.DirectionUp, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(catalog(t, theirs), catalog(t, pool(t, pgtest.New(t)))); diff != "" {
		t.Errorf("write a migration that makes River's schema current (-River's +ours):\n%s", diff)
	}
}

// catalog describes all objects of River but the table of its own migrator.
func catalog(t *testing.T, p *pgxpool.Pool) []string {
	t.Helper()
	rows, err := p.Query(context.Background(), `
		SELECT format('column %s.%s %s null=%s default=%s', table_name, column_name, udt_name, is_nullable, column_default)
		FROM information_schema.columns WHERE table_schema = 'public' AND table_name LIKE 'river\_%' AND table_name <> 'river_migration'
		UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename LIKE 'river\_%' AND tablename <> 'river_migration'
		UNION ALL SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
			WHERE conrelid::regclass::text LIKE 'river\_%' AND conrelid::regclass::text <> 'river_migration'
		UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'river\_%'
		UNION ALL SELECT format('label %s', enumlabel) FROM pg_enum
		UNION ALL SELECT format('table %s %s', relname, relpersistence) FROM pg_class WHERE relname LIKE 'river\_%' AND relkind = 'r' AND relname <> 'river_migration'
		UNION ALL SELECT format('trigger %s', tgname) FROM pg_trigger WHERE NOT tgisinternal
		ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 40 {
		t.Fatalf("only %d objects found: the test looks in the wrong place", len(found))
	}
	return found
}
