-- name: OpenSession :execrows
-- The lock on the user's row makes a termination or a new password that comes at the same moment wait, and then end this
-- session too; one that came before is seen here.
WITH opened AS (
    INSERT INTO sessions (id, user_id, device_id, secret_hash, generation, created_at, rotated_at, expires_at, ends_at)
    SELECT @id, u.id, @device_id, @secret_hash, @generation, @created_at, @rotated_at, @expires_at, @ends_at
    FROM (SELECT users.id FROM users
          WHERE users.id = @user_id AND users.password_hash = @proven::text AND users.is_active AND NOT users.is_terminated
          FOR SHARE) u
    RETURNING sessions.id, sessions.user_id
)
INSERT INTO audit_events (id, at, kind, user_id, session_id, address, network)
SELECT @event_id::uuid, @event_at::timestamptz, @event_kind::text, o.user_id, o.id, NULLIF(@address::bytea, ''::bytea), NULLIF(@network::bytea, ''::bytea) FROM opened o;

-- name: SessionUser :one
-- IS NOT DISTINCT FROM, here and below, is = that no index can serve: a user may have many sessions, and the one is found by its id.
SELECT u.* FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = @id AND s.user_id IS NOT DISTINCT FROM @user_id::uuid AND s.ended_at IS NULL AND s.expires_at > @now::timestamptz
  AND u.is_active AND NOT u.is_terminated;

-- name: OwnSession :one
SELECT s.* FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = @id AND s.user_id IS NOT DISTINCT FROM @user_id::uuid AND s.ended_at IS NULL AND s.expires_at > @now::timestamptz
  AND u.is_active AND NOT u.is_terminated;

-- name: RotateSession :one
-- domain.SessionPolicy.Rotate as one statement. Simultaneous refreshes wait for the row's lock and then see the row anew.
WITH rotated AS (
    UPDATE sessions s SET
        generation = CASE WHEN s.generation = sqlc.arg(generation)::bigint THEN s.generation + 1 ELSE s.generation END,
        rotated_at = CASE WHEN s.generation = sqlc.arg(generation)::bigint THEN sqlc.arg(now)::timestamptz ELSE s.rotated_at END,
        expires_at = CASE WHEN s.generation = sqlc.arg(generation)::bigint THEN LEAST(sqlc.arg(idle_until)::timestamptz, s.ends_at) ELSE s.expires_at END,
        ended_at   = CASE WHEN s.generation = sqlc.arg(generation)::bigint OR (s.generation = sqlc.arg(generation)::bigint + 1 AND s.rotated_at >= sqlc.arg(grace_since)::timestamptz)
                          THEN NULL ELSE sqlc.arg(now)::timestamptz END
    FROM users u
    WHERE s.id = sqlc.arg(id) AND s.secret_hash = sqlc.arg(secret_hash) AND s.generation >= sqlc.arg(generation)::bigint
      AND s.ended_at IS NULL AND s.expires_at > sqlc.arg(now)::timestamptz
      AND u.id = s.user_id AND u.is_active AND NOT u.is_terminated
    RETURNING s.*
), replayed AS (
    INSERT INTO audit_events (id, at, kind, user_id, session_id, address, network)
    SELECT @event_id::uuid, @event_at::timestamptz, @event_kind::text, r.user_id, r.id, NULL, NULLIF(@network::bytea, ''::bytea) FROM rotated r WHERE r.ended_at IS NOT NULL
)
SELECT * FROM rotated;

-- name: EndSession :execrows
WITH ended AS (
    UPDATE sessions s SET ended_at = sqlc.arg(now)::timestamptz
    FROM users u
    WHERE s.id = @id AND s.user_id IS NOT DISTINCT FROM @user_id::uuid AND s.ended_at IS NULL AND s.expires_at > @now::timestamptz
      AND u.id = s.user_id AND u.is_active AND NOT u.is_terminated
    RETURNING s.id, s.user_id
)
INSERT INTO audit_events (id, at, kind, user_id, session_id, address, network)
SELECT @event_id::uuid, @event_at::timestamptz, @event_kind::text, e.user_id, e.id, NULL, NULLIF(@network::bytea, ''::bytea) FROM ended e;

-- name: EndAllSessions :execrows
-- Locks the rows in one order, so that those who end all at once wait for one another and never deadlock.
WITH unended AS MATERIALIZED (
    SELECT x.id FROM sessions x WHERE x.user_id = @user_id AND x.ended_at IS NULL ORDER BY x.id FOR UPDATE
), ended AS (
    UPDATE sessions s SET ended_at = @now::timestamptz
    FROM unended x
    WHERE s.id = x.id AND s.ended_at IS NULL
      AND EXISTS (
        SELECT FROM sessions own JOIN users u ON u.id = own.user_id
        WHERE own.id = @id AND own.user_id IS NOT DISTINCT FROM @user_id::uuid AND own.ended_at IS NULL AND own.expires_at > @now::timestamptz
          AND u.is_active AND NOT u.is_terminated)
    RETURNING s.user_id
)
INSERT INTO audit_events (id, at, kind, user_id, session_id, address, network)
SELECT @event_id::uuid, @event_at::timestamptz, @event_kind::text, e.user_id, NULL, NULL, NULLIF(@network::bytea, ''::bytea) FROM (SELECT DISTINCT x.user_id FROM ended x) e;

-- name: EndSessionsOf :exec
-- Locks the rows in the order of EndAllSessions.
WITH unended AS MATERIALIZED (
    SELECT x.id FROM sessions x WHERE x.user_id = @user_id AND x.ended_at IS NULL AND x.id <> @keep ORDER BY x.id FOR UPDATE
)
UPDATE sessions s SET ended_at = @now::timestamptz FROM unended x WHERE s.id = x.id AND s.ended_at IS NULL;

-- name: RemoveExpiredSessions :execrows
DELETE FROM sessions WHERE id IN (
    SELECT s.id FROM sessions s WHERE s.ends_at < @before ORDER BY s.ends_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED);

-- name: ListSessions :many
SELECT s.* FROM sessions s
WHERE s.user_id = @user_id AND s.ended_at IS NULL AND s.expires_at > @now::timestamptz
  AND EXISTS (
    SELECT FROM sessions own JOIN users u ON u.id = own.user_id
    WHERE own.id = @id AND own.user_id IS NOT DISTINCT FROM @user_id::uuid AND own.ended_at IS NULL AND own.expires_at > @now::timestamptz
      AND u.is_active AND NOT u.is_terminated)
ORDER BY s.created_at DESC, s.id DESC LIMIT sqlc.arg(max_rows);

-- name: SessionIsLive :one
SELECT EXISTS (
    SELECT FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = @id AND s.user_id IS NOT DISTINCT FROM @user_id::uuid AND s.ended_at IS NULL AND s.expires_at > @now::timestamptz
      AND u.is_active AND NOT u.is_terminated);

-- name: Revocations :many
SELECT * FROM revocations r
WHERE (r.ended_at, r.session_id) > (@after::timestamptz, @after_id::uuid)
ORDER BY r.ended_at, r.session_id LIMIT sqlc.arg(max_rows);

-- name: RemoveRevocations :execrows
DELETE FROM revocations WHERE (ended_at, session_id) IN (
    SELECT r.ended_at, r.session_id FROM revocations r WHERE r.ended_at < @before ORDER BY r.ended_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED);
