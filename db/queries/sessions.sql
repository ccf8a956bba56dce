-- name: CreateSession :execrows
-- The lock on the user's row makes a concurrent termination or password change wait, and then revoke this session too. If one
-- was committed before, this statement sees it. It also makes logins of one user wait for one another, for TrimSessions.
WITH created AS (
    INSERT INTO sessions (id, user_id, device_id, secret_hash, generation, created_at, rotated_at, expires_at, ends_at)
    SELECT @id, u.id, @device_id::uuid, @secret_hash, @generation, @created_at, @rotated_at, @expires_at, @ends_at
    FROM (SELECT users.id FROM users
          WHERE users.id = @user_id AND users.password_hash = @proven::text AND users.is_active AND NOT users.is_terminated
          FOR NO KEY UPDATE) u
    RETURNING sessions.id, sessions.user_id
), queued AS (
    INSERT INTO audit_unchained (event_id) SELECT @event_id::uuid FROM created
), used AS (
    INSERT INTO devices AS d (user_id, id, last_used_at) SELECT c.user_id, @device_id::uuid, @created_at FROM created c
    ON CONFLICT (user_id, id) DO UPDATE SET last_used_at = GREATEST(d.last_used_at, excluded.last_used_at)
)
INSERT INTO audit_events (id, at, kind, user_id, session_id, email_index, network, is_queued)
SELECT @event_id::uuid, @event_at::timestamptz, @event_kind::text, c.user_id, c.id,
    NULLIF(@email_index::bytea, ''::bytea), NULLIF(@network::bytea, ''::bytea), true
FROM created c;

-- name: TrimSessions :execrows
-- Revokes the sessions of a user beyond the kept ones: the expired first, then the least recently refreshed, never the new one.
-- Runs after CreateSession in the same transaction, as a statement of its own, so that it sees the sessions that earlier holders
-- of the user's lock created. "ORDER BY" sorts about as many rows as are kept. An index by rotated_at would cost every refresh
-- its heap-only update. Locks the rows in the order of RevokeAllSessions.
WITH beyond AS MATERIALIZED (
    SELECT x.id FROM sessions x
    WHERE x.user_id = @user_id AND x.revoked_at IS NULL AND x.id <> @new_id
      AND EXISTS (SELECT FROM sessions n WHERE n.id = @new_id)
    ORDER BY x.expires_at > @now::timestamptz DESC, x.rotated_at DESC, x.id DESC
    OFFSET sqlc.arg(kept)::int LIMIT sqlc.arg(max_rows)
), locked AS MATERIALIZED (
    SELECT x.id FROM sessions x
    WHERE x.user_id = @user_id AND x.revoked_at IS NULL AND x.id IN (SELECT b.id FROM beyond b) ORDER BY x.id FOR UPDATE
)
UPDATE sessions s SET revoked_at = @now::timestamptz FROM locked l WHERE s.id = l.id AND s.revoked_at IS NULL;

-- name: TrimDevices :exec
-- Removes the devices of a user beyond the kept ones, those unused for longest. It runs after CreateSession, as TrimSessions does.
DELETE FROM devices d WHERE d.user_id = @user_id AND d.id IN (
    SELECT x.id FROM devices x
    WHERE x.user_id = @user_id AND x.id <> @new_id AND EXISTS (SELECT FROM devices n WHERE n.user_id = @user_id AND n.id = @new_id)
    ORDER BY x.last_used_at DESC, x.id DESC OFFSET sqlc.arg(kept)::int);

-- name: AddDevice :exec
INSERT INTO devices (user_id, id, last_used_at) VALUES (@user_id, @id, @last_used_at);

-- name: RemoveDevicesOf :exec
DELETE FROM devices WHERE user_id = @user_id AND id <> @keep;

-- name: ReadProfile :one
-- IS NOT DISTINCT FROM, here and below, is an = that cannot use an index: a user may have many sessions, and the index by id
-- finds the one.
SELECT u.* FROM sessions s JOIN users u ON u.id = s.user_id
WHERE is_session_live(s.revoked_at, u.is_active, u.is_terminated)
  AND s.id = @id AND s.user_id IS NOT DISTINCT FROM @user_id::uuid AND s.expires_at > @now::timestamptz;

-- name: ReadSession :one
SELECT * FROM live_sessions s
WHERE s.id = @id AND s.user_id IS NOT DISTINCT FROM @user_id::uuid AND s.expires_at > @now::timestamptz;

-- name: RotateSession :one
-- The cases of domain.SessionPolicy.Rotate for the newest refresh token: it rotates the session unless the one two before it may
-- still be used. Concurrent refreshes wait for the row's lock and then read the row again. No row is any other case, or no live
-- session.
UPDATE live_sessions s SET
    generation = CASE WHEN s.previous_rotated_at >= @reusable_since::timestamptz THEN s.generation ELSE s.generation + 1 END,
    rotated_at = CASE WHEN s.previous_rotated_at >= @reusable_since::timestamptz THEN s.rotated_at ELSE @now::timestamptz END,
    previous_rotated_at = CASE WHEN s.previous_rotated_at >= @reusable_since::timestamptz THEN s.previous_rotated_at
        WHEN s.generation > 1 THEN s.rotated_at END,
    rotated_from = CASE WHEN s.previous_rotated_at >= @reusable_since::timestamptz THEN s.rotated_from ELSE @rotated_from::bytea END,
    expires_at = CASE WHEN s.previous_rotated_at >= @reusable_since::timestamptz THEN s.expires_at
        ELSE LEAST(@idle_until::timestamptz, s.ends_at) END
WHERE s.id = @id AND s.secret_hash = @secret_hash AND s.generation = @generation::bigint AND s.expires_at > @now::timestamptz
RETURNING s.*;

-- name: LockLiveSession :one
SELECT * FROM live_sessions s
WHERE s.id = @id AND s.secret_hash = @secret_hash AND s.generation >= @generation::bigint AND s.expires_at > @now::timestamptz
FOR UPDATE;

-- name: StoreRefresh :exec
UPDATE sessions SET
    generation = @generation, rotated_at = @rotated_at, previous_rotated_at = @previous_rotated_at, rotated_from = @rotated_from,
    expires_at = @expires_at, reuse_count = @reuse_count, reuse_since = @reuse_since, reuse_network = @reuse_network,
    reuse_recorded_at = @reuse_recorded_at, revoked_at = @revoked_at
WHERE id = @id;

-- name: RevokeSession :execrows
-- Not of live_sessions: to look the user up would cost a seventh of the statement.
WITH revoked AS (
    UPDATE sessions s SET revoked_at = sqlc.arg(now)::timestamptz, is_listed = true
    WHERE s.id = @id AND s.user_id IS NOT DISTINCT FROM @user_id::uuid AND s.revoked_at IS NULL AND s.expires_at > @now::timestamptz
    RETURNING s.id, s.user_id, s.revoked_at
), listed AS (
    INSERT INTO revocations (revoked_at, session_id, user_id) SELECT r.revoked_at, r.id, r.user_id FROM revoked r
), queued AS (
    INSERT INTO audit_unchained (event_id) SELECT @event_id::uuid FROM revoked
)
INSERT INTO audit_events (id, at, kind, user_id, session_id, email_index, network, is_queued)
SELECT @event_id::uuid, @event_at::timestamptz, @event_kind::text, r.user_id, r.id, NULL, NULLIF(@network::bytea, ''::bytea), true
FROM revoked r;

-- name: RevokeAllSessions :execrows
-- Locks the rows in one order, so that concurrent calls wait for one another and never deadlock.
WITH locked AS MATERIALIZED (
    SELECT x.id FROM sessions x WHERE x.user_id = @user_id AND x.revoked_at IS NULL ORDER BY x.id FOR UPDATE
), revoked AS (
    UPDATE sessions s SET revoked_at = @now::timestamptz, is_listed = true
    FROM locked l
    WHERE s.id = l.id AND s.revoked_at IS NULL
      AND EXISTS (
        SELECT FROM sessions own
        WHERE own.id = @id AND own.user_id IS NOT DISTINCT FROM @user_id::uuid AND own.revoked_at IS NULL
          AND own.expires_at > @now::timestamptz)
    RETURNING s.id, s.user_id, s.revoked_at
), listed AS (
    INSERT INTO revocations (revoked_at, session_id, user_id) SELECT r.revoked_at, r.id, r.user_id FROM revoked r
), queued AS (
    INSERT INTO audit_unchained (event_id) SELECT @event_id::uuid FROM revoked LIMIT 1
)
INSERT INTO audit_events (id, at, kind, user_id, session_id, email_index, network, is_queued)
SELECT @event_id::uuid, @event_at::timestamptz, @event_kind::text, r.user_id, NULL, NULL, NULLIF(@network::bytea, ''::bytea), true
FROM (SELECT DISTINCT x.user_id FROM revoked x) r;

-- name: RevokeSessionsOf :exec
-- Locks the rows in the order of RevokeAllSessions.
WITH locked AS MATERIALIZED (
    SELECT x.id FROM sessions x WHERE x.user_id = @user_id AND x.revoked_at IS NULL AND x.id <> @keep ORDER BY x.id FOR UPDATE
)
UPDATE sessions s SET revoked_at = @now::timestamptz FROM locked l WHERE s.id = l.id AND s.revoked_at IS NULL;

-- name: PurgeExpiredSessions :execrows
DELETE FROM sessions WHERE id IN (
    SELECT s.id FROM sessions s WHERE s.ends_at < @before ORDER BY s.ends_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED);

-- name: ListSessions :many
SELECT * FROM live_sessions s
WHERE s.user_id = @user_id AND s.expires_at > @now::timestamptz
  AND EXISTS (
    SELECT FROM live_sessions own
    WHERE own.id = @id AND own.user_id IS NOT DISTINCT FROM @user_id::uuid AND own.expires_at > @now::timestamptz)
ORDER BY s.created_at DESC, s.id DESC LIMIT sqlc.arg(max_rows);

-- name: IsSessionLive :one
SELECT EXISTS (
    SELECT FROM live_sessions s
    WHERE s.id = @id AND s.user_id IS NOT DISTINCT FROM @user_id::uuid AND s.expires_at > @now::timestamptz);

-- name: ListRevocations :many
SELECT * FROM revocations r
WHERE (r.revoked_at, r.session_id) > (@after::timestamptz, @after_id::uuid)
ORDER BY r.revoked_at, r.session_id LIMIT sqlc.arg(max_rows);

-- name: PurgeRevocations :one
-- Also removes the revoked sessions. One account can revoke thousands in an hour, and each slows the queries that read its sessions.
WITH purged AS (
    DELETE FROM revocations WHERE (revoked_at, session_id) IN (
        SELECT r.revoked_at, r.session_id FROM revocations r WHERE r.revoked_at < @before
        ORDER BY r.revoked_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED)
    RETURNING session_id
), sessions_too AS (
    DELETE FROM sessions s USING purged p WHERE s.id = p.session_id AND s.revoked_at IS NOT NULL
)
SELECT count(*) FROM purged;

-- name: IsKnownDevice :one
SELECT EXISTS (SELECT FROM devices WHERE user_id = @user_id AND id = @id);
