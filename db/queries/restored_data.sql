-- For an operator who restored a backup. Each condition that is true for every row bounds the index that a batch is read by.

-- name: ListSessionIDs :many
SELECT id FROM sessions WHERE id > @after ORDER BY id LIMIT sqlc.arg(max_rows);

-- name: RevokeSessionsByID :execrows
UPDATE sessions SET revoked_at = @now::timestamptz WHERE id = ANY(@ids::uuid[]) AND revoked_at IS NULL;

-- name: RemoveLinksExcept :execrows
DELETE FROM links WHERE token_hash IN (
    SELECT l.token_hash FROM links l
    WHERE l.expires_at > '-infinity'::timestamptz AND l.purpose <> @kept_purpose LIMIT sqlc.arg(max_rows));

-- name: RemoveDevices :execrows
DELETE FROM devices d WHERE d.ctid = ANY(ARRAY(
    SELECT x.ctid FROM devices x
    WHERE x.user_id >= '00000000-0000-0000-0000-000000000000'::uuid ORDER BY x.user_id LIMIT sqlc.arg(max_rows)));
