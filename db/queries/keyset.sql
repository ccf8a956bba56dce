-- name: FindUsersUnderOldKeys :many
-- Finds users with a value under another key than the primary ones. A value begins with the prefix of its key.
SELECT id, email, email_index, full_name, state_province FROM users
WHERE id > @after AND erased_at IS NULL AND (
    substr(email, 1, octet_length(@sealed_by::bytea)) <> @sealed_by
    OR substr(full_name, 1, octet_length(@sealed_by::bytea)) <> @sealed_by
    OR substr(state_province, 1, octet_length(@sealed_by::bytea)) <> @sealed_by
    OR substr(email_index, 1, octet_length(@tagged_by::bytea)) <> @tagged_by)
ORDER BY id LIMIT sqlc.arg(max_rows);

-- name: ReencryptUser :execrows
-- Changes a row only if none of these columns changed since they were read. The version stays, since nothing that a user can see
-- changes. The counters of password attempts begin again under the new index.
UPDATE users SET email = @email, email_index = @email_index, full_name = @full_name, state_province = @state_province
WHERE id = @id AND email = @old_email AND email_index = @old_email_index
  AND full_name = @old_full_name AND state_province = @old_state_province;

-- name: ReencryptSigningKey :exec
UPDATE signing_keys SET sealed_seed = @sealed_seed WHERE id = @id;

-- name: ListUserKeys :many
-- Lists the prefixes of each user's values, and the pepper's id as the PHC string contains it, in base64.
SELECT id, substr(email, 1, 5)::bytea AS email, substr(full_name, 1, 5)::bytea AS full_name,
    substr(state_province, 1, 5)::bytea AS state_province, substr(email_index, 1, 5)::bytea AS email_index,
    COALESCE(substring(password_hash FROM ',keyid=([A-Za-z0-9+/]+)'), '')::text AS pepper
FROM users WHERE id > @after AND erased_at IS NULL ORDER BY id LIMIT sqlc.arg(max_rows);

-- name: AnnounceReplica :exec
INSERT INTO keyset_replicas (id, reads, writes, lease_until) VALUES (@id, @reads, @writes, @lease_until)
ON CONFLICT (id) DO UPDATE SET lease_until = EXCLUDED.lease_until;

-- name: RemoveReplicas :exec
-- Removes a replica that leaves and the replicas whose leases have ended. Stores for each of their keys the latest time at which
-- they may have written with it.
WITH ended AS (
    DELETE FROM keyset_replicas WHERE id = @id OR lease_until < @now::timestamptz
    RETURNING writes, LEAST(lease_until, @now::timestamptz) AS ended_at)
INSERT INTO keyset_writes (key_id, written_at)
SELECT k, max(ended_at) FROM ended, unnest(writes) k GROUP BY k ORDER BY k
ON CONFLICT (key_id) DO UPDATE SET written_at = GREATEST(keyset_writes.written_at, EXCLUDED.written_at);

-- name: ListRunningReplicas :many
SELECT * FROM keyset_replicas WHERE lease_until > @now::timestamptz ORDER BY id;

-- name: FindKeyLastWritten :one
SELECT written_at FROM keyset_writes WHERE key_id = @key_id;

-- name: CountLiveSessionsRotatedUntil :one
-- Counts live sessions whose newest refresh token was issued at or before a time.
SELECT count(*) FROM sessions
WHERE ends_at > @now::timestamptz AND revoked_at IS NULL AND expires_at > @now::timestamptz AND rotated_at <= @until::timestamptz;
