-- name: LockUsersToErase :many
SELECT id, email_index FROM users
WHERE is_terminated AND erased_at IS NULL AND terminated_at < @before
ORDER BY terminated_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED;

-- name: EraseUsers :exec
WITH no_links AS (
    DELETE FROM links WHERE user_id = ANY(@ids::uuid[])
), no_sessions AS (
    DELETE FROM sessions WHERE user_id = ANY(@ids::uuid[])
), no_disabled_passwords AS (
    DELETE FROM disabled_passwords WHERE subject = ANY(@subjects::bytea[])
), no_wrong_passwords AS (
    DELETE FROM throttle WHERE scope = @scope AND subject = ANY(@subjects::bytea[])
)
UPDATE users SET
    email = NULL, email_index = NULL, full_name = NULL, country = NULL, state_province = NULL, password_hash = NULL,
    erased_at = @now::timestamptz, updated_at = @now::timestamptz, version = version + 1
WHERE id = ANY(@ids::uuid[]);

-- name: ExportUser :one
WITH own AS (
    SELECT s.id AS session_id, u.id FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = @id AND s.user_id IS NOT DISTINCT FROM @user_id::uuid AND s.ended_at IS NULL AND s.expires_at > @now::timestamptz
      AND u.is_active AND NOT u.is_terminated
), exported AS (
    INSERT INTO audit_events (id, at, kind, user_id, session_id, address, network)
    SELECT @event_id::uuid, @event_at::timestamptz, @event_kind::text, o.id, o.session_id, NULL, NULLIF(@network::bytea, ''::bytea) FROM own o
)
SELECT sqlc.embed(u),
    COALESCE((SELECT jsonb_agg(x) FROM (
        SELECT s.id, s.device_id, s.created_at, s.rotated_at, s.expires_at, s.ends_at, s.ended_at FROM sessions s
        WHERE s.user_id = u.id ORDER BY s.created_at DESC, s.id DESC LIMIT sqlc.arg(max_rows)) x), '[]')::jsonb AS sessions,
    COALESCE((SELECT jsonb_agg(x) FROM (
        SELECT l.purpose, l.expires_at FROM links l
        WHERE l.user_id = u.id ORDER BY l.expires_at DESC LIMIT sqlc.arg(max_rows)) x), '[]')::jsonb AS links,
    COALESCE((SELECT jsonb_agg(x) FROM (
        SELECT e.at, e.kind, e.session_id FROM audit_events e
        WHERE e.user_id = u.id ORDER BY e.at DESC, e.id DESC LIMIT sqlc.arg(max_rows)) x), '[]')::jsonb AS events
FROM own o JOIN users u ON u.id = o.id;
