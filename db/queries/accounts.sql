-- name: AddPendingUser :exec
INSERT INTO users (id, email, email_index, full_name, country, state_province, password_hash, is_active, created_at, updated_at, version)
VALUES (@id, @email, @email_index, @full_name, @country, @state_province, @password_hash, false, @created_at, @created_at, 1);

-- name: UserByID :one
SELECT * FROM users WHERE id = @id AND erased_at IS NULL;

-- name: VerifiedUser :one
SELECT * FROM users WHERE email_index = ANY(@email_indexes::bytea[]) AND verified_at IS NOT NULL AND erased_at IS NULL;

-- name: PendingUsers :many
SELECT * FROM users WHERE email_index = ANY(@email_indexes::bytea[]) AND verified_at IS NULL
ORDER BY created_at DESC, id DESC LIMIT sqlc.arg(max_rows);

-- name: LockPendingUsers :many
-- Locks an address's pending users in one order, so that activations wait for one another and never deadlock. Of two, the
-- one of the later signup sees the row of the earlier; so they always share a lock, under whichever keys the rows are indexed.
SELECT id FROM users
WHERE email_index = ANY(@email_indexes::bytea[]) AND verified_at IS NULL
ORDER BY id FOR UPDATE;

-- name: ActivateUser :execrows
-- A statement of its own after the lock, so that it sees what whoever held the lock has done.
UPDATE users SET is_active = true, verified_at = @now, updated_at = @now, version = version + 1
WHERE users.id = @id AND verified_at IS NULL AND NOT EXISTS (
    SELECT FROM users o WHERE o.email_index = ANY(@email_indexes::bytea[]) AND o.verified_at IS NOT NULL AND o.erased_at IS NULL);

-- name: RemovePendingUsers :exec
DELETE FROM users WHERE id = ANY(@ids::uuid[]) AND NOT is_active;

-- name: SaveProfile :execrows
UPDATE users SET full_name = @full_name, country = @country, state_province = @state_province, updated_at = @now, version = version + 1
WHERE id = @id AND version = @version AND erased_at IS NULL;

-- name: ReplacePassword :execrows
UPDATE users SET password_hash = @replacement, updated_at = @now, version = version + 1
WHERE id = @id AND password_hash = @old AND is_active AND NOT is_terminated;

-- name: TerminateUser :execrows
UPDATE users SET is_terminated = true, terminated_at = @now, updated_at = @now, version = version + 1
WHERE id = @id AND is_active AND NOT is_terminated;

-- name: ReverseTermination :execrows
UPDATE users SET is_terminated = false, terminated_at = NULL, updated_at = @now, version = version + 1
WHERE id = @id AND is_terminated AND erased_at IS NULL;

-- name: RemoveAbandonedUsers :execrows
DELETE FROM users WHERE id IN (
    SELECT u.id FROM users u WHERE u.verified_at IS NULL AND NOT u.is_active AND u.created_at < @before
    ORDER BY u.created_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED);
