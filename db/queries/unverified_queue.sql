-- name: LockUnverifiedNetwork :one
-- The update changes nothing. It locks the row, so that the statement returns its newest version.
INSERT INTO unverified_networks (network) VALUES (@network)
ON CONFLICT (network) DO UPDATE SET network = excluded.network
RETURNING used_until, due_at;

-- name: LockUnverifiedPace :one
SELECT p.used_until, EXISTS (SELECT FROM (
    SELECT FROM unverified_networks n WHERE n.due_at <= @now::timestamptz ORDER BY n.due_at LIMIT 1 OFFSET 0) due)::bool AS is_any_due
FROM unverified_pace p WHERE p.only_row FOR UPDATE OF p;

-- name: TryLockUnverifiedPace :one
-- Returns no row while another transaction uses the pace.
SELECT used_until FROM unverified_pace WHERE only_row FOR UPDATE SKIP LOCKED;

-- name: SaveUnverifiedPace :exec
UPDATE unverified_pace SET used_until = @used_until WHERE only_row;

-- name: RefundUnverifiedNetwork :exec
UPDATE unverified_networks SET used_until = used_until - @every::interval WHERE network = @network;

-- name: RefundUnverifiedPace :exec
UPDATE unverified_pace SET used_until = used_until - @every::interval WHERE only_row;

-- name: AddUnverifiedMessage :execrows
-- The turn is that after the client's last waiting message, or the network's current one. The caller has locked the network.
INSERT INTO unverified_messages (email_index, network, message_id, args, queued_at, client, turn)
VALUES (@email_index, @network, @message_id, @args, @queued_at, @client, GREATEST(
    (SELECT u.turn + 1 FROM unverified_messages u WHERE u.network = @network AND u.client = @client ORDER BY u.turn DESC LIMIT 1),
    (SELECT u.turn FROM unverified_messages u WHERE u.network = @network ORDER BY u.turn LIMIT 1), 0))
ON CONFLICT DO NOTHING;

-- name: SaveUnverifiedNetwork :exec
UPDATE unverified_networks SET used_until = @used_until, due_at = sqlc.narg(due_at) WHERE network = @network;

-- name: LockDueUnverifiedNetworks :many
SELECT network, used_until FROM unverified_networks
WHERE due_at <= @now::timestamptz ORDER BY due_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED;

-- name: FindNextUnverifiedMessages :many
-- Finds the next two messages of each network: the one to release, and whether another one waits.
SELECT m.network, m.email_index, m.message_id, m.args FROM unnest(@networks::bytea[]) AS n (network) CROSS JOIN LATERAL (
    SELECT * FROM unverified_messages u WHERE u.network = n.network ORDER BY u.turn, u.queued_at, u.email_index LIMIT 2) m;

-- name: RemoveUnverifiedMessages :exec
DELETE FROM unverified_messages WHERE email_index = ANY(@email_indexes::bytea[]);

-- name: CountUnverifiedMessages :one
SELECT count(*) FROM (SELECT FROM unverified_messages ORDER BY queued_at LIMIT sqlc.arg(max_rows)) m;

-- name: PurgeUnverifiedMessages :execrows
DELETE FROM unverified_messages m WHERE m.ctid = ANY(ARRAY(
    SELECT x.ctid FROM unverified_messages x WHERE x.queued_at < @before
    ORDER BY x.queued_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED));

-- name: PurgeUnverifiedNetworks :execrows
DELETE FROM unverified_networks n WHERE n.ctid = ANY(ARRAY(
    SELECT x.ctid FROM unverified_networks x WHERE x.used_until < @before AND x.due_at IS NULL
    ORDER BY x.used_until LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED));
