-- name: LockUsersToErase :many
SELECT id FROM users
WHERE is_terminated AND erased_at IS NULL AND terminated_at < @before
ORDER BY terminated_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED;

-- name: LockUsersByID :many
SELECT id FROM users WHERE id = ANY(@ids::uuid[]) AND erased_at IS NULL ORDER BY id FOR UPDATE;

-- name: EraseUsers :exec
WITH no_links AS (
    DELETE FROM links WHERE user_id = ANY(@ids::uuid[])
), no_devices AS (
    DELETE FROM devices WHERE user_id = ANY(@ids::uuid[])
), no_sessions AS (
    DELETE FROM sessions WHERE user_id = ANY(@ids::uuid[])
)
UPDATE users SET
    email = NULL, email_index = NULL, full_name = NULL, country = NULL, state_province = NULL, password_hash = NULL,
    is_terminated = true, terminated_at = COALESCE(terminated_at, @now::timestamptz),
    erased_at = @now::timestamptz, updated_at = @now::timestamptz, version = version + 1
WHERE id = ANY(@ids::uuid[]);
