-- name: LockMessageHistory :one
-- The update changes nothing. It locks the row, so that the statement returns its newest version.
INSERT INTO message_histories (email_index, template) VALUES (@email_index, @template)
ON CONFLICT (email_index, template) DO UPDATE SET template = excluded.template
RETURNING *;

-- name: SaveMessageHistory :exec
UPDATE message_histories SET
    sent = @sent, sent_by = @sent_by, link_until = @link_until, waiting_job = @waiting_job, waiting_until = @waiting_until,
    expires_at = @expires_at
WHERE email_index = @email_index AND template = @template;

-- name: PurgeMessageHistories :execrows
DELETE FROM message_histories h WHERE h.ctid = ANY(ARRAY(
    SELECT x.ctid FROM message_histories x WHERE x.expires_at < @before
    ORDER BY x.expires_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED));
