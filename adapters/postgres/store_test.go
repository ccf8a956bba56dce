package postgres_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// poolSize lets concurrent calls meet in the database instead of waiting for a connection.
const poolSize = 10

// open opens a store on a database of its own.
func open(t *testing.T) *postgres.Store {
	t.Helper()
	return openAt(t, pgtest.New(t), memory.NewSealer())
}

func openAt(t *testing.T, url string, sealer ports.Sealer) *postgres.Store {
	t.Helper()
	// Other tests share the machine. A wait for a connection must end only if no connection is released.
	slow := postgres.WithConnectionTimeout(time.Minute)
	s, err := postgres.Open(context.Background(), withSetting(url, "pool_max_conns", strconv.Itoa(poolSize)), sealer, slow)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// withSetting adds a setting to a URL or to a keyword=value string.
func withSetting(url, name, value string) string {
	if !strings.Contains(url, "://") {
		return url + " " + name + "=" + value
	}
	if strings.Contains(url, "?") {
		return url + "&" + name + "=" + value
	}
	return url + "?" + name + "=" + value
}

func TestStore(t *testing.T) {
	t.Parallel()
	porttest.Store(t, func(t *testing.T) porttest.StoreUnderTest {
		url := pgtest.New(t)
		t.Cleanup(func() { wantNoDeadlock(t, url) }) // after the store is closed
		s := openAt(t, url, memory.NewSealer())
		return porttest.StoreUnderTest{Store: s, Messages: func(t *testing.T) []ports.MessageRequest { return enqueued(t, s) }}
	})
}

func TestSigningKeys(t *testing.T) {
	t.Parallel()
	porttest.SigningKeys(t, func(t *testing.T) ports.SigningKeys { return open(t).SigningKeys() })
}

func enqueued(t *testing.T, s *postgres.Store) (requests []ports.MessageRequest) {
	t.Helper()
	for _, args := range all[[]byte](t, s.Pool(), `SELECT args FROM river_job WHERE kind = 'message' ORDER BY id`) {
		m, err := postgres.ReadMessage(args)
		if err != nil {
			t.Fatal(err)
		}
		requests = append(requests, m)
	}
	return requests
}

// wantNoDeadlock checks that a database broke no deadlock. Each costs a second, and InTx hides it by a retry.
func wantNoDeadlock(t *testing.T, url string) {
	t.Helper()
	conn := connect(t, url)
	// A connection adds its deadlocks to the count when it is closed.
	eventually(t, "the store's connections are closed", func() bool {
		return one[int](t, conn, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`) == 0
	})
	if n := one[int](t, conn, `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`); n != 0 {
		t.Errorf("%d deadlocks", n)
	}
}

// querier is a pool or a connection.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// all returns the rows of a query of one column.
func all[T any](t *testing.T, q querier, sql string, args ...any) []T {
	t.Helper()
	rows, err := q.Query(context.Background(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	values, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return values
}

// one returns the value of a query of one row and column.
func one[T any](t *testing.T, q querier, sql string, args ...any) T {
	t.Helper()
	values := all[T](t, q, sql, args...)
	if len(values) != 1 {
		t.Fatalf("%s: %d rows", sql, len(values))
	}
	return values[0]
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func exec(t *testing.T, q querier, sql string, args ...any) {
	t.Helper()
	rows, err := q.Query(context.Background(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// eventually polls until done. It fails the test if that never happens.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	await.Until(t, what, done)
}
