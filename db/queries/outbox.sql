-- The job queue is River's (table river_job). Only this file of queries and job_runners.sql use it.

-- name: EnqueueMessage :exec
-- Inserts the row that River's client would insert, and notifies the workers as it does. The statement can thus share a round
-- trip with the change that requests the message. A worker that misses the notification finds the row when it next looks at
-- the queue.
WITH due AS (
    INSERT INTO river_job (args, kind, max_attempts, priority) VALUES (@args::jsonb, 'message', @max_attempts, @priority) RETURNING queue
)
SELECT pg_notify(concat(current_schema(), '.river_insert'), json_build_object('queue', queue)::text) FROM due WHERE @notify::bool;

-- name: RemoveMessages :execrows
DELETE FROM river_job WHERE id IN (
    SELECT j.id FROM river_job j WHERE j.kind = 'message' AND j.finalized_at IS NULL ORDER BY j.id LIMIT sqlc.arg(max_rows));

-- name: CountMessagesUnderOldIndexes :one
-- Counts pending messages to an email address that do not contain the address's index under the primary key.
SELECT count(*) FROM (
    SELECT j.args FROM river_job j WHERE j.kind = 'message' AND j.finalized_at IS NULL
    UNION ALL SELECT u.args FROM unverified_messages u) waiting
WHERE jsonb_typeof(waiting.args->'address') = 'array' AND NOT EXISTS (
    SELECT FROM jsonb_array_elements_text(waiting.args->'address') a
    WHERE substr(decode(a, 'base64'), 1, octet_length(@tagged_by::bytea)) = @tagged_by);
