-- name: AddPendingSignup :exec
INSERT INTO users (id, email, email_index, full_name, country, state_province, password_hash, is_active, created_at, updated_at, version,
    signup_network)
VALUES (@id, @email, @email_index, @full_name, @country, @state_province, @password_hash, false, @created_at, @created_at, 1,
    @signup_network);

-- name: LockEmailIndexes :exec
-- Signups of one email address wait for one another until the end of the transaction. The keys are parts of the email indexes,
-- which are keyed tags, so that no client can find two email addresses with the same lock.
SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT unnest(@keys::bigint[]) AS k ORDER BY k) sorted;

-- name: ReplacePendingSignups :exec
-- Removes the pending signups that make room for one more of a network: those of the same network, and those beyond max_others
-- of other networks. place orders them so that the oldest of the network that has most comes last; signups without a network count
-- as those of one. The rows are locked in the order of LockPendingSignups, so that signups and activations never deadlock.
DELETE FROM users WHERE id = ANY(ARRAY(
    SELECT d.id FROM users d WHERE NOT d.is_active AND d.id = ANY(ARRAY(
        SELECT p.id FROM (
            SELECT n.id, n.is_own, row_number() OVER (PARTITION BY n.is_own ORDER BY n.nth, n.created_at DESC, n.id DESC) AS place FROM (
                SELECT u.id, u.created_at, u.signup_network IS NOT DISTINCT FROM @signup_network::bytea AS is_own,
                    row_number() OVER (PARTITION BY u.signup_network ORDER BY u.created_at DESC, u.id DESC) AS nth
                FROM users u WHERE u.email_index = ANY(@email_indexes::bytea[]) AND u.verified_at IS NULL
            ) n
        ) p WHERE p.is_own OR p.place > sqlc.arg(max_others)::int))
    ORDER BY d.id FOR UPDATE));

-- name: FindUser :one
SELECT * FROM users WHERE id = @id AND erased_at IS NULL;

-- name: FindVerifiedUser :one
SELECT * FROM users WHERE email_index = ANY(@email_indexes::bytea[]) AND verified_at IS NOT NULL AND erased_at IS NULL;

-- name: FindCredentials :one
-- There is always a row, so that the response takes as long to read for an email address without an account.
SELECT u.id, u.password_hash, COALESCE(u.is_active AND NOT u.is_terminated, false)::bool AS can_log_in
FROM (SELECT) always
LEFT JOIN users u ON u.email_index = ANY(@email_indexes::bytea[]) AND u.verified_at IS NOT NULL AND u.erased_at IS NULL;

-- name: FindPendingSignups :many
SELECT * FROM users WHERE email_index = ANY(@email_indexes::bytea[]) AND verified_at IS NULL
ORDER BY created_at DESC, id DESC LIMIT sqlc.arg(max_rows);

-- name: LockPendingSignups :many
-- Locks the pending signups of an email address in one order, so that activations wait for one another and never deadlock. Of
-- two activations, the one of the later signup sees the row of the earlier; so they always share a lock, whichever keys indexed
-- the rows.
SELECT id FROM users
WHERE email_index = ANY(@email_indexes::bytea[]) AND verified_at IS NULL
ORDER BY id FOR UPDATE;

-- name: ActivateUser :execrows
-- Runs as its own statement after the lock, so that it sees what the previous holder did.
UPDATE users SET is_active = true, verified_at = @now, updated_at = @now, version = version + 1, signup_network = NULL
WHERE users.id = @id AND verified_at IS NULL AND NOT EXISTS (
    SELECT FROM users o WHERE o.email_index = ANY(@email_indexes::bytea[]) AND o.verified_at IS NOT NULL AND o.erased_at IS NULL);

-- name: ReplaceEmail :execrows
UPDATE users SET email = @email WHERE id = @id AND email_index = ANY(@email_indexes::bytea[]) AND erased_at IS NULL;

-- name: RemovePendingSignups :exec
DELETE FROM users WHERE id = ANY(@ids::uuid[]) AND NOT is_active;

-- name: ChangeProfile :execrows
UPDATE users SET full_name = @full_name, country = @country, state_province = @state_province, updated_at = @now, version = version + 1
WHERE id = @id AND version = @version AND erased_at IS NULL;

-- name: ReplacePassword :execrows
UPDATE users SET password_hash = @replacement, updated_at = @now, version = version + 1
WHERE id = @id AND password_hash = @old AND is_active AND NOT is_terminated;

-- name: TerminateAccount :execrows
UPDATE users SET is_terminated = true, terminated_at = @now, updated_at = @now, version = version + 1
WHERE id = @id AND is_active AND NOT is_terminated;

-- name: CancelTermination :execrows
UPDATE users SET is_terminated = false, terminated_at = NULL, updated_at = @now, version = version + 1
WHERE id = @id AND is_terminated AND erased_at IS NULL;

-- name: PurgeAbandonedSignups :execrows
DELETE FROM users WHERE id IN (
    SELECT u.id FROM users u WHERE u.verified_at IS NULL AND NOT u.is_active AND u.created_at < @before
    ORDER BY u.created_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED);
