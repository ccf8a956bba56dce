package postgres_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// riverVersion is River's newest migration that db/migrations contains.
const riverVersion = 8

const howToUpgrade = `River's schema differs from the one in db/migrations.
Add a migration to db/migrations that does what River's migrations after %d do (rivermigrate's folder riverpgxv5/migration/main
in the module cache), without its table river_migration, and set riverVersion in this test. Read River's changelog first: some
versions must run before the code that needs them.`

// catalog lists all parts of River's schema, as the server describes them.
const catalog = `
	WITH tables AS (
		SELECT * FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relname ~ '^river_' AND relname !~ '^river_migration'
	)
	SELECT format('relation %s: kind %s, persistence %s, options %s', relname, relkind, relpersistence, reloptions) FROM tables
	UNION ALL
	SELECT format('column %s.%s: %s, not null %s, default %s, identity %s, generated %s, collation %s',
		c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
		a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcollation::regcollation)
	FROM tables c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE c.relkind = 'r'
	UNION ALL
	SELECT format('index %s: %s, valid %s', indexrelid::regclass, pg_get_indexdef(indexrelid), indisvalid)
	FROM pg_index WHERE indrelid IN (SELECT oid FROM tables)
	UNION ALL
	SELECT format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
	FROM pg_constraint WHERE conrelid IN (SELECT oid FROM tables)
	UNION ALL
	SELECT format('trigger %s', pg_get_triggerdef(oid)) FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM tables) AND NOT tgisinternal
		AND tgname NOT LIKE 'jobs\_%'
	UNION ALL
	SELECT format('sequence %s: %s from %s by %s, %s to %s, cache %s, cycle %s, owned by %s',
		c.relname, format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle,
		(SELECT format('%s.%s', d.refobjid::regclass, d.refobjsubid > 0)
			FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'a'))
	FROM tables c JOIN pg_sequence s ON s.seqrelid = c.oid
	UNION ALL
	SELECT format('function %s: %s', proname, pg_get_functiondef(oid))
	FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname NOT SIMILAR TO '(audit|is|jobs|sessions)\_%'
	UNION ALL
	SELECT format('enum %s: %s', enumtypid::regtype, string_agg(enumlabel, ', ' ORDER BY enumsortorder))
	FROM pg_enum GROUP BY enumtypid
	ORDER BY 1`

// Our migrations contain River's schema (docs/decisions/0006).
func TestRiversSchemaIsTheOneRiverWouldCreate(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	theirs, err := pgxpool.New(ctx, pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(theirs.Close)
	migrator, err := rivermigrate.New(riverpgxv5.New(theirs), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		t.Fatal(err)
	}
	versions := migrator.AllVersions()
	if newest := versions[len(versions)-1].Version; newest != riverVersion {
		t.Errorf("River's newest migration is %d.\n"+howToUpgrade, newest, riverVersion)
	}
	want := describe(t, theirs)
	if len(want) < 60 {
		t.Fatalf("River's own schema has only %d parts: the query misses some", len(want))
	}
	if diff := cmp.Diff(want, describe(t, connect(t, pgtest.New(t)))); diff != "" {
		t.Errorf("(-River's own +ours):\n%s\n"+howToUpgrade, diff, riverVersion)
	}
}

// describe returns the catalog with normalized white space: a function's body keeps that of its author.
func describe(t *testing.T, q querier) []string {
	t.Helper()
	parts := all[string](t, q, catalog)
	for i, p := range parts {
		parts[i] = strings.Join(strings.Fields(p), " ")
	}
	return parts
}
