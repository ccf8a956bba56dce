-- name: EnqueueLetter :exec
-- A row as River's client writes it, so that it rides in one round trip with what it is about. The notification, which
-- rouses whoever works letters off, is River's too; those who miss it find the row when they look at the queue next.
WITH due AS (
    INSERT INTO river_job (args, kind, max_attempts) VALUES (@args::jsonb, @kind, @max_attempts) RETURNING queue
)
SELECT pg_notify(concat(current_schema(), '.river_insert'), json_build_object('queue', queue)::text) FROM due WHERE @rouse::bool;
