package postgres

import (
	"context"
	"errors"

	"github.com/siriusys/user-management-service/db"
)

// readyQuery asks of the database what requests ask of it: that its tables can be read and written by this role. It writes no row.
const readyQuery = `
	WITH users_written AS (UPDATE users SET version = version WHERE false),
		sessions_written AS (UPDATE sessions SET generation = generation WHERE false),
		counters_written AS (UPDATE rate_limit_counters SET count = count WHERE false),
		events_written AS (INSERT INTO audit_events (id) SELECT NULL::uuid WHERE false),
		jobs_written AS (INSERT INTO river_job (kind) SELECT NULL::text WHERE false)
	SELECT COALESCE(max(version), 0) FROM schema_migrations`

// errOldSchema: the schema is older than this build.
var errOldSchema = errors.New("the database has an older schema than this build")

// Ping uses a connection of the pool, with the timeouts of a request.
func (s *Store) Ping(ctx context.Context) error {
	var version uint
	if err := s.pool.QueryRow(ctx, readyQuery).Scan(&version); err != nil {
		return mapError(err)
	}
	if version < db.Version() {
		return busy{errOldSchema}
	}
	return nil
}
