-- name: CountJobs :many
-- Counts the unfinished jobs in the order in which they are fetched, by the index of that order, up to a bound for each state and
-- priority.
SELECT j.kind, j.state::text AS state, count(*) AS count, EXTRACT(epoch FROM now() - min(j.created_at))::float8 AS oldest_seconds
FROM unnest('{available,pending,retryable,running,scheduled}'::river_job_state[]) AS s (state)
CROSS JOIN unnest('{1,2,3,4}'::smallint[]) AS p (priority)
CROSS JOIN LATERAL (
    SELECT r.kind, r.state, r.created_at FROM river_job r
    WHERE r.state = s.state AND r.queue = 'default' AND r.priority = p.priority ORDER BY r.scheduled_at LIMIT sqlc.arg(max_rows)) j
GROUP BY j.kind, j.state;

-- name: ReadAges :one
-- Looks only at the front of the queue of the audit chain, as FindOldestUnchainedAuditEvent does. An age of what does not exist is 0.
SELECT
    COALESCE(EXTRACT(epoch FROM now() - (
        SELECT e.at FROM (SELECT u.event_id FROM audit_unchained u ORDER BY u.event_id LIMIT sqlc.arg(max_rows)) w
        JOIN audit_events e ON e.id = w.event_id ORDER BY w.event_id LIMIT 1)), 0)::float8 AS unchained_seconds,
    COALESCE(EXTRACT(epoch FROM now() - (
        SELECT k.signs_at FROM signing_keys k WHERE k.signs_at <= now() ORDER BY k.signs_at DESC LIMIT 1)), 0)::float8
        AS signing_key_seconds;
