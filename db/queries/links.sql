-- name: AddLink :execrows
-- The lock makes a removal or erasure of the user that comes at the same moment wait, and then remove this link too.
INSERT INTO links (token_hash, purpose, user_id, expires_at)
SELECT @token_hash, @purpose, u.id, @expires_at
FROM (SELECT users.id FROM users WHERE users.id = @user_id AND users.erased_at IS NULL FOR KEY SHARE) u;

-- name: LinkUser :one
-- "+ '0'" keeps the index by expiry out of this query and the next: a plan made while there were few links would use it, and
-- read all of them when they are many.
SELECT u.* FROM links l JOIN users u ON u.id = l.user_id
WHERE l.token_hash = @token_hash AND l.purpose = @purpose AND l.expires_at + '0' > @now::timestamptz AND u.erased_at IS NULL;

-- name: UseLink :one
DELETE FROM links WHERE token_hash = @token_hash AND purpose = @purpose AND expires_at + '0' > @now::timestamptz RETURNING user_id;

-- name: RemoveLinksOf :exec
DELETE FROM links WHERE user_id = @user_id AND purpose = @purpose;

-- name: RemoveExpiredLinks :execrows
DELETE FROM links WHERE token_hash IN (
    SELECT l.token_hash FROM links l WHERE l.expires_at < @before ORDER BY l.expires_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED);
