-- name: ListSigningKeys :many
SELECT * FROM signing_keys ORDER BY signs_at DESC, id;

-- name: LockSigningKeys :exec
LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE;

-- name: AddSigningKey :execrows
INSERT INTO signing_keys (id, sealed_seed, created_at, signs_at)
SELECT @id, @sealed_seed, @created_at, @signs_at
WHERE COALESCE((SELECT k.id FROM signing_keys k ORDER BY k.signs_at DESC, k.id LIMIT 1), '') = sqlc.arg(newest)::text;

-- name: RemoveSigningKey :execrows
DELETE FROM signing_keys WHERE id = @id;

-- name: InsertSigningKey :exec
INSERT INTO signing_keys (id, sealed_seed, created_at, signs_at) VALUES (@id, @sealed_seed, @created_at, @signs_at);

-- name: NotifySigningKeysChanged :exec
SELECT pg_notify('signing_keys', '');
