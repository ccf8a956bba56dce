package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/time/rate"

	"github.com/siriusys/user-management-service/db"
	"github.com/siriusys/user-management-service/ports"
)

// Option changes how Open opens a Store.
type Option func(*choices)

type choices struct {
	connectionTimeout time.Duration
	readOnly          bool
}

// WithConnectionTimeout bounds the wait for a connection of the pool.
func WithConnectionTimeout(limit time.Duration) Option {
	return func(c *choices) { c.connectionTimeout = limit }
}

// AllowReadOnly accepts a server that is read-only, such as a standby.
func AllowReadOnly() Option { return func(c *choices) { c.readOnly = true } }

// Store is the ports.Store on PostgreSQL.
type Store struct {
	pool   *pgxpool.Pool
	sealer ports.Sealer
	// notify limits how often job workers are notified.
	notify *rate.Sometimes
	// revocations notifies of revoked sessions.
	revocations *revocationNotifier
}

// maxConns is how many connections a pool has unless the URL sets pool_max_conns. Listening takes two of them. More than a few
// connections per core of the database only wait for one another.
const maxConns = 16

// Open connects to the database of a PostgreSQL URL, which may contain several hosts and the pool's size
// (https://pkg.go.dev/github.com/jackc/pgx/v5/pgxpool#ParseConfig). The schema must exist. Errors never contain the URL's
// password.
func Open(ctx context.Context, databaseURL string, sealer ports.Sealer, options ...Option) (*Store, error) {
	chosen := choices{connectionTimeout: DefaultConnectionTimeout}
	for _, option := range options {
		option(&chosen)
	}
	config, err := db.ParseURL(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("read the database URL: %w", err)
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	if !strings.Contains(databaseURL, "pool_max_conns") {
		config.MaxConns = maxConns
	}
	conn := &config.ConnConfig.Config
	conn.ValidateConnect = setUpSession(conn, chosen.readOnly)
	config.ConnConfig.Tracer = timeouts{connection: chosen.connectionTimeout}
	var useless uselessConnections
	conn.OnPgError = useless.keep(conn.OnPgError)
	// One connection is made immediately, and one is always kept.
	config.MinConns = max(config.MinConns, 1)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database pool: %w", err)
	}
	useless.pool.Store(pool)
	return &Store{
		pool: pool, sealer: sealer, notify: &rate.Sometimes{Interval: notifyEvery}, revocations: newRevocationNotifier(pool),
	}, nil
}

// Pool is the connection pool. The job workers share it.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Close waits for queries that are in progress and closes all connections.
func (s *Store) Close() {
	s.revocations.stop()
	s.pool.Close()
}

// Repos returns the repositories outside a transaction.
func (s *Store) Repos() ports.Repos {
	return unitOfWork{store: s, db: statements{s.pool}, q: s.queries()}.repos()
}
