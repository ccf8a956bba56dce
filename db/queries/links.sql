-- name: AddLink :execrows
-- The lock makes a concurrent removal or erasure of the user wait, and then remove this link too.
INSERT INTO links (token_hash, purpose, user_id, expires_at)
SELECT @token_hash, @purpose, u.id, @expires_at
FROM (SELECT users.id FROM users WHERE users.id = @user_id AND users.erased_at IS NULL FOR KEY SHARE) u;

-- name: AddEmailLink :exec
INSERT INTO links (token_hash, purpose, email_index, sealed_email, expires_at)
VALUES (@token_hash, @purpose, @email_index, @sealed_email, @expires_at);

-- name: FindEmailLink :one
-- Finds a link that belongs to an email address, or to a user, then with the user's email address.
SELECT l.email_index, l.sealed_email, l.expires_at, u.id AS user_id, u.email FROM links l LEFT JOIN users u ON u.id = l.user_id AND u.erased_at IS NULL
WHERE l.token_hash = @token_hash AND l.purpose = @purpose AND l.expires_at + '0' > @now::timestamptz
  AND (l.user_id IS NULL OR u.id IS NOT NULL);

-- name: RemoveEmailLinks :exec
DELETE FROM links WHERE email_index = ANY(@email_indexes::bytea[]) AND purpose = @purpose;

-- name: FindLinkUser :one
-- "+ '0'" keeps the index by expiry out of the plan of this query and the next: a plan made while there were few links would use
-- it, and read all links when there are many.
SELECT u.* FROM links l JOIN users u ON u.id = l.user_id
WHERE l.token_hash = @token_hash AND l.purpose = @purpose AND l.expires_at + '0' > @now::timestamptz AND u.erased_at IS NULL;

-- name: UseLink :one
DELETE FROM links WHERE token_hash = @token_hash AND purpose = @purpose AND expires_at + '0' > @now::timestamptz RETURNING user_id;

-- name: HasLiveLink :one
SELECT EXISTS (SELECT FROM links WHERE user_id = @user_id AND purpose = @purpose AND expires_at + '0' > @now::timestamptz);

-- name: HasLiveEmailLink :one
SELECT EXISTS (
    SELECT FROM links WHERE email_index = ANY(@email_indexes::bytea[]) AND purpose = @purpose AND expires_at + '0' > @now::timestamptz);

-- name: RemoveLinksOf :exec
DELETE FROM links WHERE user_id = @user_id AND purpose = @purpose;

-- name: PurgeExpiredLinks :execrows
DELETE FROM links WHERE token_hash IN (
    SELECT l.token_hash FROM links l WHERE l.expires_at < @before ORDER BY l.expires_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED);
