-- name: SpendRateLimits :many
-- domain.RateLimit.Spend for several limits, whose scopes differ. Concurrent calls wait for one another at the counters' rows,
-- always in the order given. A call that finds a limit blocked in the statement's snapshot spends none. A call that meets a
-- limit that was blocked after the snapshot spends the others only; "spent" shows which. A limit that is not blocked was
-- blocked until the epoch: the clocks of two replicas, or of two requests, are never exactly equal. A counter at 0 begins like one
-- that expired. "+ '0'" keeps the index by expiry out of the plan, as in FindLinkUser.
WITH clock AS (
    SELECT @now::timestamptz AS now
), limits AS (
    SELECT unnest(@ords::int[]) AS ord, unnest(@scopes::text[]) AS scope, unnest(@subjects::bytea[]) AS subject,
        unnest(@parts::bytea[]) AS part, unnest(@maxima::int[]) AS maximum, unnest(@windows::interval[]) AS span,
        unnest(@min_backoffs::interval[]) AS min_backoff, unnest(@max_backoffs::interval[]) AS max_backoff
    -- With a device that is not known for the account of the email address, there are no limits: the caller spends others.
    WHERE NOT @has_device::bool OR EXISTS (
        SELECT FROM devices d JOIN users u ON u.id = d.user_id
        WHERE d.user_id = @device_user::uuid AND d.id = @device::uuid
          AND u.email_index = ANY(@email_indexes::bytea[]) AND u.verified_at IS NOT NULL AND u.erased_at IS NULL)
), before AS (
    SELECT l.ord, l.scope, COALESCE(t.count, 0) AS count, COALESCE(t.blocked_until, 'epoch'::timestamptz) AS blocked_until,
        t.blocked_until > c.now AS blocked
    FROM limits l CROSS JOIN clock c
    LEFT JOIN rate_limit_counters t ON t.scope = l.scope AND t.subject = l.subject AND t.part = l.part AND t.expires_at + '0' > c.now
), spent AS (
    INSERT INTO rate_limit_counters AS t (scope, subject, part, count, blocked_until, expires_at)
    SELECT l.scope, l.subject, l.part, 1,
        CASE WHEN l.maximum > 1 THEN 'epoch'::timestamptz
            WHEN l.min_backoff > interval '0' THEN c.now + l.min_backoff
            ELSE c.now + l.span END,
        c.now + l.span
    FROM limits l CROSS JOIN clock c
    WHERE NOT EXISTS (SELECT FROM before b WHERE b.blocked)
    ORDER BY l.ord
    ON CONFLICT (scope, subject, part) DO UPDATE SET
        count = CASE WHEN t.expires_at <= (SELECT c.now FROM clock c) THEN 1 ELSE t.count + 1 END,
        blocked_until = (
            SELECT CASE
                WHEN t.count = 0 OR t.expires_at <= c.now THEN excluded.blocked_until
                WHEN t.count + 1 < l.maximum THEN 'epoch'::timestamptz
                WHEN l.min_backoff > interval '0'
                    THEN c.now + LEAST(l.min_backoff * power(2, LEAST(t.count + 1 - l.maximum, 20)), l.max_backoff)
                ELSE t.expires_at END
            FROM limits l CROSS JOIN clock c WHERE l.scope = t.scope),
        expires_at = (
            SELECT CASE WHEN t.count = 0 OR t.expires_at <= c.now OR l.min_backoff > interval '0' THEN excluded.expires_at
                ELSE t.expires_at END
            FROM limits l CROSS JOIN clock c WHERE l.scope = t.scope)
    WHERE (SELECT t.expires_at <= c.now OR t.blocked_until <= c.now FROM clock c)
    RETURNING t.scope, t.count, t.blocked_until
)
SELECT COALESCE(s.count, b.count)::int AS count, COALESCE(s.blocked_until, b.blocked_until)::timestamptz AS blocked_until,
    (s.scope IS NOT NULL)::bool AS spent
FROM before b LEFT JOIN spent s ON s.scope = b.scope
ORDER BY b.ord;

-- name: RefundRateLimits :exec
-- Locks the rows in the order of SpendRateLimits, so that the two never deadlock.
WITH limits AS (
    SELECT unnest(@ords::int[]) AS ord, unnest(@scopes::text[]) AS scope, unnest(@subjects::bytea[]) AS subject,
        unnest(@parts::bytea[]) AS part, unnest(@maxima::int[]) AS maximum, unnest(@clears::bool[]) AS clear
), locked AS MATERIALIZED (
    SELECT l.* FROM limits l JOIN rate_limit_counters t ON t.scope = l.scope AND t.subject = l.subject AND t.part = l.part
    ORDER BY l.ord FOR UPDATE OF t
)
UPDATE rate_limit_counters t SET
    count = CASE WHEN l.clear THEN 0 ELSE GREATEST(t.count - 1, 0) END,
    blocked_until = CASE WHEN l.clear OR t.count - 1 < l.maximum THEN 'epoch'::timestamptz ELSE t.blocked_until END
FROM locked l WHERE t.scope = l.scope AND t.subject = l.subject AND t.part = l.part;

-- name: PurgeExpiredCounters :execrows
DELETE FROM rate_limit_counters t WHERE t.ctid = ANY(ARRAY(
    SELECT x.ctid FROM rate_limit_counters x WHERE x.expires_at < @before
    ORDER BY x.expires_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED));
