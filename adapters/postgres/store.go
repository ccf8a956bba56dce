// Package postgres keeps accounts, sessions, links, keys and due letters in PostgreSQL, through queries that sqlc generates
// from db/queries.
package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/time/rate"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/ports"
)

// Store is the ports.Store on PostgreSQL. Make it with Open and end it with Close.
type Store struct {
	pool   *pgxpool.Pool
	sealer ports.Sealer
	// rouse lets a notification through now and then.
	rouse *rate.Sometimes
}

// connectTimeout bounds one attempt at a connection, so that a dead host does not hold a request.
const connectTimeout = 5 * time.Second

// maxConns is how many connections a pool has unless the URL says otherwise. Listening takes two of them; more than a few for
// each core of the database only wait for one another.
const maxConns = 16

// Open connects to the database of a PostgreSQL URL, which may name several hosts and the pool's size
// (https://pkg.go.dev/github.com/jackc/pgx/v5/pgxpool#ParseConfig). The schema must be there already. Errors never hold the
// URL's password.
func Open(ctx context.Context, databaseURL string, sealer ports.Sealer) (*Store, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("read the database URL: %w", err)
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	if !strings.Contains(databaseURL, "pool_max_conns") {
		config.MaxConns = maxConns
	}
	config.AfterConnect = setUp
	// One connection is made at once, and one is always there.
	config.MinConns = max(config.MinConns, 1)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database pool: %w", err)
	}
	return &Store{pool: pool, sealer: sealer, rouse: &rate.Sometimes{Interval: rouseEvery}}, nil
}

// plans are the settings of the planner. Every query looks its rows up by an index whatever its arguments, so one plan serves a
// connection for good, and none runs long enough to be compiled. What would read a whole table or index is forbidden: such a
// plan, made while there was little, would stay in use for a minute of growth.
const plans = `
	SET plan_cache_mode = force_generic_plan;
	SET jit = off;
	SET enable_seqscan = off;
	SET enable_mergejoin = off;
	SET enable_hashjoin = off`

func setUp(ctx context.Context, conn *pgx.Conn) error {
	if err := conn.PgConn().Exec(ctx, plans).Close(); err != nil {
		return fmt.Errorf("set up a connection: %w", err)
	}
	return nil
}

// Pool is the connection pool, for the job workers that share it.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Close waits for what is under way and closes all connections.
func (s *Store) Close() { s.pool.Close() }

// Ping asks the database for an answer.
func (s *Store) Ping(ctx context.Context) error { return translate(s.pool.Ping(ctx)) }

// Repos are the repositories outside a transaction.
func (s *Store) Repos() ports.Repos {
	return work{store: s, db: s.pool, q: sqlc.New(s.pool)}.repos()
}

// work is one unit of work: the queries, and the transaction they run in, if any.
type work struct {
	store *Store
	db    interface {
		SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	}
	q  *sqlc.Queries
	tx *transaction
}

func (w work) repos() ports.Repos {
	return ports.Repos{Accounts: accounts{w}, Sessions: sessions{w}, Links: links{w}, Outbox: outbox{w}, Throttle: throttle{w}, Audit: audit{w}}
}
