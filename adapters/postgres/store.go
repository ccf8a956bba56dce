package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/time/rate"

	"github.com/siriusys/user-management-service/db"
	"github.com/siriusys/user-management-service/ports"
)

// Option changes how Open opens a Store.
type Option func(*choices)

type choices struct {
	connectionTimeout time.Duration
	readOnly          bool
	isUnprepared      bool
	directURL         string
	traces            trace.TracerProvider
}

// WithConnectionTimeout bounds the wait for a connection of the pool.
func WithConnectionTimeout(limit time.Duration) Option {
	return func(c *choices) { c.connectionTimeout = limit }
}

// AllowReadOnly accepts a server that is read-only, such as a standby.
func AllowReadOnly() Option { return func(c *choices) { c.readOnly = true } }

// WithoutPreparedStatements is for a pooler in transaction mode that lacks them, such as PgBouncer before 1.21. The server then parses
// a statement each time (docs/decisions/0049-describe-statements-behind-a-pooler.md).
func WithoutPreparedStatements() Option { return func(c *choices) { c.isUnprepared = true } }

// WithDirectURL names the database without the pooler, for what needs a session of its own: listening, and the job workers. They
// always prepare statements.
func WithDirectURL(databaseURL string) Option { return func(c *choices) { c.directURL = databaseURL } }

// WithTraces records statements in the traces of the requests and jobs that send them.
func WithTraces(provider trace.TracerProvider) Option {
	return func(c *choices) { c.traces = provider }
}

// Store is the ports.Store on PostgreSQL.
type Store struct {
	pool *pgxpool.Pool
	// directPool is pool, unless there is a direct URL.
	directPool *pgxpool.Pool
	sealer     ports.Sealer
	// notify limits how often job workers are notified.
	notify *rate.Sometimes
	// revocations notifies of revoked sessions.
	revocations *revocationNotifier
}

const (
	// maxConns is how many connections a pool has unless the URL sets pool_max_conns. Listening takes two of them. More than a few
	// connections per core of the database only wait for one another.
	maxConns = 16
	// maxDirectConns is that of the direct pool: the workers listen with one, and fetch, complete and schedule jobs with the others.
	maxDirectConns = 4
)

// Open connects to the database of a PostgreSQL URL, which may contain several hosts and the pool's size
// (https://pkg.go.dev/github.com/jackc/pgx/v5/pgxpool#ParseConfig). The schema must exist. Errors never contain the URL's
// password.
func Open(ctx context.Context, databaseURL string, sealer ports.Sealer, options ...Option) (*Store, error) {
	chosen := choices{connectionTimeout: DefaultConnectionTimeout}
	for _, option := range options {
		option(&chosen)
	}
	pool, err := openPool(ctx, databaseURL, maxConns, chosen)
	if err != nil {
		return nil, err
	}
	directPool := pool
	if chosen.directURL != "" {
		chosen.isUnprepared = false
		if directPool, err = openPool(ctx, chosen.directURL, maxDirectConns, chosen); err != nil {
			pool.Close()
			return nil, fmt.Errorf("direct connections: %w", err)
		}
	}
	return &Store{
		pool: pool, directPool: directPool, sealer: sealer,
		notify: &rate.Sometimes{Interval: notifyEvery}, revocations: newRevocationNotifier(pool),
	}, nil
}

func openPool(ctx context.Context, databaseURL string, conns int32, chosen choices) (*pgxpool.Pool, error) {
	config, err := db.ParseURL(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("read the database URL: %w", err)
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	if !strings.Contains(databaseURL, "pool_max_conns") {
		config.MaxConns = conns
	}
	if chosen.isUnprepared {
		config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	conn := &config.ConnConfig.Config
	conn.ValidateConnect = setUpSession(conn, chosen.readOnly)
	config.ConnConfig.Tracer = chosen.tracer()
	var useless uselessConnections
	conn.OnPgError = useless.keep(conn.OnPgError)
	// One connection is made immediately, and one is always kept.
	config.MinConns = max(config.MinConns, 1)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database pool: %w", err)
	}
	useless.pool.Store(pool)
	return pool, nil
}

// Pool is the connection pool.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// DirectPool is the pool whose connections have sessions of their own, for the job workers.
func (s *Store) DirectPool() *pgxpool.Pool { return s.directPool }

// Close waits for queries that are in progress and closes all connections.
func (s *Store) Close() {
	s.revocations.stop()
	s.directPool.Close()
	s.pool.Close()
}

// Repos returns the repositories outside a transaction.
func (s *Store) Repos() ports.Repos {
	return unitOfWork{store: s, db: statements{s.pool}, q: s.queries()}.repos()
}
