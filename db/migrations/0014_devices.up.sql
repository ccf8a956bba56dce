-- At most 100 live sessions a user, so that revoking all of them costs the same for every account. From now on a login revokes
-- what is beyond; this revokes what is already there, as a login does: the expired first, then the least recently refreshed.
UPDATE sessions s SET revoked_at = now()
FROM (
    SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY expires_at > now() DESC, rotated_at DESC, id DESC) AS position
    FROM sessions WHERE revoked_at IS NULL
) ranked
WHERE s.id = ranked.id AND ranked.position > 100;

-- The known devices. A device token is current only if its row exists. Tokens of earlier releases had no row: their bearers are
-- clients without a known device until their next login.
CREATE TABLE devices (
    user_id      uuid NOT NULL CONSTRAINT devices_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
