-- name: RecordAuditEvents :exec
INSERT INTO audit_events (id, at, kind, user_id, session_id, address, network, key_id)
SELECT e.id, e.at, e.kind, NULLIF(e.user_id, '00000000-0000-0000-0000-000000000000'::uuid),
    NULLIF(e.session_id, '00000000-0000-0000-0000-000000000000'::uuid), NULLIF(e.address, ''::bytea), NULLIF(e.network, ''::bytea), NULLIF(e.key_id, '')
FROM (SELECT unnest(@ids::uuid[]) AS id, unnest(@ats::timestamptz[]) AS at, unnest(@kinds::text[]) AS kind, unnest(@user_ids::uuid[]) AS user_id,
    unnest(@session_ids::uuid[]) AS session_id, unnest(@addresses::bytea[]) AS address, unnest(@networks::bytea[]) AS network,
    unnest(@key_ids::text[]) AS key_id) e;

-- name: TryAuditLock :one
-- "umsaudit" in ASCII.
SELECT pg_try_advisory_xact_lock(8461546137317566836);

-- name: NewestAuditSeal :one
SELECT * FROM audit_seals WHERE position > 0 ORDER BY position DESC LIMIT 1;

-- name: UnsealedAuditEvents :many
SELECT e.* FROM audit_pending p JOIN audit_events e ON e.id = p.event_id ORDER BY p.event_id LIMIT sqlc.arg(max_rows);

-- name: AddAuditSeals :exec
WITH sealed AS (
    INSERT INTO audit_seals (position, event_id, event_digest, chain_digest)
    SELECT unnest(@positions::bigint[]), unnest(@event_ids::uuid[]), unnest(@event_digests::bytea[]), unnest(@chain_digests::bytea[])
    RETURNING event_id
)
DELETE FROM audit_pending p WHERE p.event_id = ANY(@event_ids::uuid[]) AND EXISTS (SELECT FROM sealed);

-- name: AddAuditHead :exec
INSERT INTO audit_heads (position, chain_digest, signed_at, tag) VALUES (@position, @chain_digest, @signed_at, @tag);

-- name: SealedAuditEvents :many
SELECT s.position, s.event_id, s.event_digest, s.chain_digest, e.id, e.at, e.kind, e.user_id, e.session_id, e.address, e.network, e.key_id
FROM (SELECT * FROM audit_seals a WHERE a.position > @after ORDER BY a.position LIMIT sqlc.arg(max_rows)) s
LEFT JOIN audit_events e ON e.id = s.event_id ORDER BY s.position;

-- name: AuditHeads :many
SELECT * FROM audit_heads WHERE position > @after ORDER BY position LIMIT sqlc.arg(max_rows);

-- name: AuditEventsWithState :many
SELECT e.id, (s.event_id IS NOT NULL OR p.event_id IS NOT NULL)::bool AS accounted
FROM (SELECT a.id FROM audit_events a WHERE a.id > @after ORDER BY a.id LIMIT sqlc.arg(max_rows)) e
LEFT JOIN audit_seals s ON s.event_id = e.id LEFT JOIN audit_pending p ON p.event_id = e.id ORDER BY e.id;
