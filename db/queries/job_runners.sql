-- name: BeatJobRunner :exec
-- Also removes the runners that have been silent for much longer than their jobs take to be rescued.
WITH removed AS (
    DELETE FROM job_runners r WHERE r.id = ANY(ARRAY(
        SELECT x.id FROM job_runners x WHERE x.id <> @id AND x.seen_at < now() - interval '1 hour' FOR UPDATE SKIP LOCKED)))
INSERT INTO job_runners (id, seen_at) VALUES (@id, now()) ON CONFLICT (id) DO UPDATE SET seen_at = now();

-- name: RemoveJobRunner :exec
DELETE FROM job_runners WHERE id = @id;

-- name: RescueJobs :many
-- Makes running jobs available again: those of silent runners, and those that have been running for too long. The last element of
-- attempted_by is the runner. A job without attempts left is discarded. Each rescue of a job doubles the wait for the next
-- attempt, up to five minutes, since the job may be what kills its runners. The names of members are River's. A job that an operator
-- is cancelling is left to River.
WITH stuck AS (
    SELECT j.id, CASE WHEN jsonb_typeof(j.metadata->'river:rescue_count') = 'number'
        THEN (j.metadata->>'river:rescue_count')::int ELSE 0 END AS rescues
    FROM river_job j
    WHERE j.state = 'running' AND j.metadata->'cancel_attempted_at' IS NULL AND (
        j.attempted_by[array_upper(j.attempted_by, 1)] = ANY(ARRAY(
            SELECT r.id FROM job_runners r WHERE r.seen_at < now() - @silence::interval))
        OR j.attempted_at < now() - @stuck_after::interval)
    FOR UPDATE SKIP LOCKED)
UPDATE river_job j SET
    state = CASE WHEN j.attempt < j.max_attempts THEN 'available' ELSE 'discarded' END::river_job_state,
    finalized_at = CASE WHEN j.attempt < j.max_attempts THEN NULL ELSE now() END,
    scheduled_at = now() + (LEAST(power(2, LEAST(s.rescues, 10)), 300) - 1) * interval '1 second',
    metadata = j.metadata || jsonb_build_object('river:rescue_count', s.rescues + 1),
    errors = array_append(j.errors, jsonb_build_object(
        'at', now(), 'attempt', j.attempt, 'error', 'the runner of the job fell silent', 'trace', ''))
FROM stuck s WHERE j.id = s.id
RETURNING j.id, j.kind, j.attempt, j.args, (j.state = 'discarded')::bool AS is_discarded;
