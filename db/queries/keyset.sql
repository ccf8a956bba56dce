-- name: StaleUsers :many
-- Users with a value under another key than the current ones: a value begins with the name of its key.
SELECT id, email, email_index, full_name, state_province FROM users
WHERE id > @after AND erased_at IS NULL AND (
    substr(email, 1, octet_length(@sealed_by::bytea)) <> @sealed_by
    OR substr(full_name, 1, octet_length(@sealed_by::bytea)) <> @sealed_by
    OR substr(state_province, 1, octet_length(@sealed_by::bytea)) <> @sealed_by
    OR substr(email_index, 1, octet_length(@tagged_by::bytea)) <> @tagged_by)
ORDER BY id LIMIT sqlc.arg(max_rows);

-- name: ReencryptUser :execrows
-- Only if nothing of it changed since it was read. That the address's password is disabled is carried over. The version stays: nothing that a user knows of has changed.
WITH carried AS (
    INSERT INTO disabled_passwords (subject, part, disabled_at)
    SELECT @email_index::bytea, d.part, d.disabled_at FROM disabled_passwords d WHERE d.subject = @old_email_index::bytea
    ON CONFLICT DO NOTHING
)
UPDATE users SET email = @email, email_index = @email_index, full_name = @full_name, state_province = @state_province
WHERE id = @id AND email = @old_email AND email_index = @old_email_index
  AND full_name = @old_full_name AND state_province = @old_state_province;

-- name: ReencryptSigningKey :exec
UPDATE signing_keys SET sealed_seed = @sealed_seed WHERE id = @id;

-- name: LettersUnderOldIndexes :one
-- Letters that are still to be written to whoever has an address, and do not know the address's index under the current key.
SELECT count(*) FROM river_job
WHERE kind = 'letter' AND finalized_at IS NULL AND jsonb_typeof(args->'address') = 'array' AND NOT EXISTS (
    SELECT FROM jsonb_array_elements_text(args->'address') a
    WHERE substr(decode(a, 'base64'), 1, octet_length(@tagged_by::bytea)) = @tagged_by);

-- name: UserKeys :many
-- The names of the keys of each value, and of the pepper as a PHC string has it.
SELECT id, substr(email, 1, 5)::bytea AS email, substr(full_name, 1, 5)::bytea AS full_name,
    substr(state_province, 1, 5)::bytea AS state_province, substr(email_index, 1, 5)::bytea AS email_index,
    COALESCE(substring(password_hash FROM ',keyid=([A-Za-z0-9+/]+)'), '')::text AS pepper
FROM users WHERE id > @after AND erased_at IS NULL ORDER BY id LIMIT sqlc.arg(max_rows);

-- name: RenewReplica :exec
INSERT INTO keyset_replicas (id, reads, writes, lease_until) VALUES (@id, @reads, @writes, @lease_until)
ON CONFLICT (id) DO UPDATE SET lease_until = EXCLUDED.lease_until;

-- name: RetireReplicas :exec
-- Removes a replica that ends, and those whose lease has ended, and keeps when each may last have written.
WITH ended AS (
    DELETE FROM keyset_replicas WHERE id = @id OR lease_until < @now::timestamptz
    RETURNING writes, LEAST(lease_until, @now::timestamptz) AS ended_at)
INSERT INTO keyset_writes (key_id, written_at)
SELECT k, max(ended_at) FROM ended, unnest(writes) k GROUP BY k ORDER BY k
ON CONFLICT (key_id) DO UPDATE SET written_at = GREATEST(keyset_writes.written_at, EXCLUDED.written_at);

-- name: LiveReplicas :many
SELECT * FROM keyset_replicas WHERE lease_until > @now::timestamptz ORDER BY id;

-- name: KeyLastWrote :one
SELECT written_at FROM keyset_writes WHERE key_id = @key_id;

-- name: LiveSessionsRotatedUntil :one
-- Sessions whose newest refresh token was handed out until then.
SELECT count(*) FROM sessions
WHERE ends_at > @now::timestamptz AND ended_at IS NULL AND expires_at > @now::timestamptz AND rotated_at <= @until::timestamptz;
