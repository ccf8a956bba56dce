-- name: ExportAccount :one
WITH own AS (
    SELECT s.id, s.user_id FROM live_sessions s
    WHERE s.id = @id AND s.user_id IS NOT DISTINCT FROM @user_id::uuid AND s.expires_at > @now::timestamptz
), exported AS (
    INSERT INTO audit_events (id, at, kind, user_id, session_id, email_index, network)
    SELECT @event_id::uuid, @event_at::timestamptz, @event_kind::text, o.user_id, o.id, NULL, NULLIF(@network::bytea, ''::bytea) FROM own o
)
SELECT sqlc.embed(u),
    COALESCE((SELECT jsonb_agg(x) FROM (
        SELECT s.id, s.device_id, s.created_at, s.rotated_at, s.expires_at, s.ends_at, s.revoked_at FROM sessions s
        WHERE s.user_id = u.id ORDER BY s.created_at DESC, s.id DESC LIMIT sqlc.arg(max_rows)) x), '[]')::jsonb AS sessions,
    COALESCE((SELECT jsonb_agg(x) FROM (
        SELECT d.id, d.last_used_at FROM devices d
        WHERE d.user_id = u.id ORDER BY d.last_used_at DESC, d.id DESC LIMIT sqlc.arg(max_rows)) x), '[]')::jsonb AS devices,
    COALESCE((SELECT jsonb_agg(x) FROM (
        SELECT l.purpose, l.expires_at FROM links l
        WHERE l.user_id = u.id ORDER BY l.expires_at DESC LIMIT sqlc.arg(max_rows)) x), '[]')::jsonb AS links,
    COALESCE((SELECT jsonb_agg(x) FROM (
        SELECT e.at, e.kind, e.session_id FROM audit_events e
        WHERE e.user_id = u.id ORDER BY e.at DESC, e.id DESC LIMIT sqlc.arg(max_rows)) x), '[]')::jsonb AS events
FROM own o JOIN users u ON u.id = o.user_id;
