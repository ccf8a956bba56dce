-- name: SigningKeys :many
SELECT * FROM signing_keys ORDER BY created_at DESC, id;

-- name: LockSigningKeys :exec
LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE;

-- name: AddFirstSigningKey :exec
INSERT INTO signing_keys (id, sealed_seed, created_at)
SELECT @id, @sealed_seed, @created_at WHERE NOT EXISTS (SELECT FROM signing_keys);
