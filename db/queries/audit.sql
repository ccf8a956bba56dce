-- name: RecordAuditEvents :exec
INSERT INTO audit_events (id, at, kind, user_id, session_id, email_index, network, key_id, count)
SELECT e.id, e.at, e.kind, NULLIF(e.user_id, '00000000-0000-0000-0000-000000000000'::uuid),
    NULLIF(e.session_id, '00000000-0000-0000-0000-000000000000'::uuid), NULLIF(e.email_index, ''::bytea),
    NULLIF(e.network, ''::bytea), NULLIF(e.key_id, ''), NULLIF(e.count, 0)
FROM (SELECT unnest(@ids::uuid[]) AS id, unnest(@ats::timestamptz[]) AS at, unnest(@kinds::text[]) AS kind,
    unnest(@user_ids::uuid[]) AS user_id, unnest(@session_ids::uuid[]) AS session_id, unnest(@email_indexes::bytea[]) AS email_index,
    unnest(@networks::bytea[]) AS network, unnest(@key_ids::text[]) AS key_id, unnest(@counts::bigint[]) AS count) e;

-- name: RecordFirstAuditEvents :exec
-- Counts the kinds in one order, so that concurrent calls wait for one another and never deadlock.
WITH given AS (
    SELECT unnest(@ids::uuid[]) AS id, unnest(@ats::timestamptz[]) AS at, unnest(@hours::timestamptz[]) AS hour,
        unnest(@kinds::text[]) AS kind, unnest(@user_ids::uuid[]) AS user_id, unnest(@networks::bytea[]) AS network
), counted AS (
    INSERT INTO audit_counts AS c (hour, network, kind, count) SELECT g.hour, @wide_network::bytea, g.kind, 1 FROM given g ORDER BY g.kind
    ON CONFLICT (hour, network, kind) DO UPDATE SET count = c.count + 1
    RETURNING kind, count
)
INSERT INTO audit_events (id, at, kind, user_id, network)
SELECT g.id, g.at, g.kind, NULLIF(g.user_id, '00000000-0000-0000-0000-000000000000'::uuid), NULLIF(g.network, ''::bytea)
FROM given g JOIN counted c ON c.kind = g.kind WHERE c.count = 1;

-- name: IsAuditEventRecorded :one
SELECT EXISTS (SELECT FROM audit_events WHERE id = @id);

-- name: TakeAuditCounts :many
DELETE FROM audit_counts WHERE (hour, network, kind) IN (
    SELECT c.hour, c.network, c.kind FROM audit_counts c WHERE c.hour < @before ORDER BY c.hour LIMIT sqlc.arg(max_rows)
    FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: TryAuditLock :execrows
SELECT id FROM audit_lock WHERE id = 1 FOR UPDATE SKIP LOCKED;

-- name: FindLastChainPosition :one
SELECT position FROM audit_chain WHERE position > 0 ORDER BY position DESC LIMIT 1;

-- name: PurgeUnchainedAuditEvents :execrows
-- Removes from the front of the queue what was inserted without the service: events that have an entry, and those that do not exist.
DELETE FROM audit_unchained w USING (
    SELECT u.event_id, c.event_id IS NOT NULL AS is_chained, e.id IS NULL AS is_missing
    FROM (SELECT q.event_id FROM audit_unchained q ORDER BY q.event_id LIMIT sqlc.arg(max_rows)) u
    LEFT JOIN audit_chain c ON c.event_id = u.event_id LEFT JOIN audit_events e ON e.id = u.event_id
) front
WHERE w.event_id = front.event_id AND (front.is_chained OR front.is_missing);

-- name: FindOldestUnchainedAuditEvent :one
-- Looks only at the front of the queue, as PurgeUnchainedAuditEvents does.
SELECT e.at FROM (SELECT u.event_id FROM audit_unchained u ORDER BY u.event_id LIMIT sqlc.arg(max_rows)) w
JOIN audit_events e ON e.id = w.event_id ORDER BY w.event_id LIMIT 1;

-- name: FindUnchainedAuditEvents :many
SELECT e.* FROM (SELECT u.event_id FROM audit_unchained u ORDER BY u.event_id LIMIT sqlc.arg(max_rows)) w
JOIN audit_events e ON e.id = w.event_id ORDER BY w.event_id;

-- name: AppendAuditChain :exec
WITH chained AS (
    INSERT INTO audit_chain (position, event_id, event_digest, chain_digest)
    SELECT unnest(@positions::bigint[]), unnest(@event_ids::uuid[]), unnest(@event_digests::bytea[]), unnest(@chain_digests::bytea[])
    RETURNING event_id
)
DELETE FROM audit_unchained w WHERE w.event_id = ANY(@event_ids::uuid[]) AND EXISTS (SELECT FROM chained);

-- name: AddAuditCheckpoint :exec
INSERT INTO audit_checkpoints
    (number, segment, position, chain_digest, previous_number, previous_digest, signed_at, break, key_id, signature)
VALUES (@number, @segment, @position, @chain_digest, @previous_number, @previous_digest, @signed_at, @break, @key_id, @signature);

-- name: ListAuditChain :many
SELECT c.position, c.event_id, c.event_digest, c.chain_digest,
    e.id, e.at, e.kind, e.user_id, e.session_id, e.email_index, e.network, e.key_id, e.count
FROM (SELECT * FROM audit_chain a WHERE a.position > @after ORDER BY a.position LIMIT sqlc.arg(max_rows)) c
LEFT JOIN audit_events e ON e.id = c.event_id ORDER BY c.position;

-- name: ListAuditCheckpoints :many
SELECT * FROM audit_checkpoints WHERE number > @after ORDER BY number LIMIT sqlc.arg(max_rows);

-- name: ListNewestAuditCheckpoints :many
SELECT * FROM audit_checkpoints WHERE number > 0 ORDER BY number DESC LIMIT sqlc.arg(max_rows);

-- name: ListAuditBreaks :many
SELECT * FROM audit_checkpoints WHERE break <> '' AND segment > @after_segment ORDER BY segment DESC LIMIT sqlc.arg(max_rows);

-- name: ListUnaccountedAuditEvents :many
-- Also returns accounted events: the id of the last event that was read is the cursor of the next page.
SELECT e.id, (c.event_id IS NOT NULL OR w.event_id IS NOT NULL)::bool AS accounted
FROM (SELECT a.id FROM audit_events a WHERE a.id > @after ORDER BY a.id LIMIT sqlc.arg(max_rows)) e
LEFT JOIN audit_chain c ON c.event_id = e.id LEFT JOIN audit_unchained w ON w.event_id = e.id ORDER BY e.id;
