-- name: FindIdempotentCall :many
-- "+ '0'" keeps the index by age out of the plan, as in FindLinkUser.
SELECT * FROM idempotent_calls c WHERE c.id = ANY(@ids::bytea[]) ORDER BY c.begun_at + '0' DESC LIMIT 1;

-- name: BeginIdempotentCall :execrows
-- The conditions are those of domain.IdempotentCall.State for domain.CallUnknown. A concurrent call waits for the row and then sees it.
INSERT INTO idempotent_calls AS c (id, input, network, attempt, begun_at)
SELECT @id, @input, @network, @attempt, @begun_at
WHERE NOT EXISTS (
    SELECT FROM idempotent_calls x WHERE x.id = ANY(@ids::bytea[]) AND x.begun_at + '0' > @expired_before::timestamptz
      AND (x.completed_at IS NOT NULL OR x.begun_at + '0' > @abandoned_before::timestamptz OR NOT x.input = ANY(@inputs::bytea[])))
ON CONFLICT (id) DO UPDATE SET
    input = excluded.input, network = excluded.network, attempt = excluded.attempt, begun_at = excluded.begun_at,
    completed_at = NULL, user_id = NULL, device_id = NULL
WHERE c.begun_at <= @expired_before::timestamptz
   OR c.completed_at IS NULL AND c.begun_at <= @abandoned_before::timestamptz AND c.input = ANY(@inputs::bytea[]);

-- name: TrimIdempotentCalls :exec
-- Removes a few at a time: each call adds one. The rows to keep are not locked, since a lock is a write. Skips what a concurrent call
-- removes.
DELETE FROM idempotent_calls c WHERE c.id IN (
    SELECT l.id FROM idempotent_calls l WHERE l.id IN (
        SELECT x.id FROM idempotent_calls x WHERE x.network = @network
        ORDER BY x.begun_at DESC OFFSET sqlc.arg(kept)::int LIMIT 10)
    FOR UPDATE SKIP LOCKED);

-- name: CompleteIdempotentCall :execrows
UPDATE idempotent_calls SET completed_at = @completed_at::timestamptz, user_id = @user_id, device_id = @device_id
WHERE id = @id AND attempt = @attempt AND completed_at IS NULL;

-- name: AbandonIdempotentCall :exec
DELETE FROM idempotent_calls WHERE id = @id AND attempt = @attempt AND completed_at IS NULL;

-- name: PurgeIdempotentCalls :execrows
DELETE FROM idempotent_calls c WHERE c.ctid = ANY(ARRAY(
    SELECT x.ctid FROM idempotent_calls x WHERE x.begun_at < @before
    ORDER BY x.begun_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED));
