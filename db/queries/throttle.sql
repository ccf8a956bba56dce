-- name: TakeFromBudgets :many
-- domain.Budget.Take for several budgets, whose scopes differ. Simultaneous takes wait for one another at the budgets' rows,
-- always in the order given. One that finds a budget closed in the statement's snapshot takes from none; one that meets a
-- budget which closed in the meantime takes from the others only, and says so. An open budget was closed until the epoch: the
-- clocks of two replicas, or of two requests, never agree to the last. "+ '0'" keeps the index by age out, as in LinkUser.
-- Each row also holds the credentials of the addresses given, of which there may be none: a login asks for both in one round
-- trip. There is a row in any case, so that the answer takes as long to read for an address without account.
WITH clock AS (
    SELECT @now::timestamptz AS now
), asked AS (
    SELECT unnest(@ords::int[]) AS ord, unnest(@scopes::text[]) AS scope, unnest(@subjects::bytea[]) AS subject, unnest(@parts::bytea[]) AS part,
        unnest(@maxima::int[]) AS maximum, unnest(@windows::interval[]) AS span, unnest(@first_backoffs::interval[]) AS first_backoff,
        unnest(@longest_backoffs::interval[]) AS longest_backoff, unnest(@disable_ats::int[]) AS disable_at
), standing AS (
    SELECT a.ord, a.scope, COALESCE(t.count, 0) AS count, COALESCE(t.closed_until, 'epoch'::timestamptz) AS closed_until,
        d.subject IS NOT NULL OR (a.disable_at > 0 AND COALESCE(t.count, 0) >= a.disable_at) AS disabled, t.closed_until > c.now AS closed
    FROM asked a CROSS JOIN clock c
    LEFT JOIN throttle t ON t.scope = a.scope AND t.subject = a.subject AND t.part = a.part AND t.forgotten_at + '0' > c.now
    LEFT JOIN disabled_passwords d ON a.disable_at > 0 AND d.subject = a.subject AND d.part = a.part
), taken AS (
    INSERT INTO throttle AS t (scope, subject, part, count, closed_until, forgotten_at)
    SELECT a.scope, a.subject, a.part, 1,
        CASE WHEN a.maximum > 1 THEN 'epoch'::timestamptz WHEN a.first_backoff > interval '0' THEN c.now + a.first_backoff ELSE c.now + a.span END, c.now + a.span
    FROM asked a CROSS JOIN clock c
    WHERE NOT EXISTS (SELECT FROM standing s WHERE s.disabled OR s.closed)
    ORDER BY a.ord
    ON CONFLICT (scope, subject, part) DO UPDATE SET
        count = CASE WHEN t.forgotten_at <= (SELECT c.now FROM clock c) THEN 1 ELSE t.count + 1 END,
        closed_until = (
            SELECT CASE
                WHEN t.forgotten_at <= c.now THEN excluded.closed_until
                WHEN t.count + 1 < a.maximum THEN 'epoch'::timestamptz
                WHEN a.first_backoff > interval '0' THEN c.now + LEAST(a.first_backoff * power(2, LEAST(t.count + 1 - a.maximum, 20)), a.longest_backoff)
                ELSE t.forgotten_at END
            FROM asked a CROSS JOIN clock c WHERE a.scope = t.scope),
        forgotten_at = (
            SELECT CASE WHEN t.forgotten_at <= c.now OR a.first_backoff > interval '0' THEN excluded.forgotten_at ELSE t.forgotten_at END
            FROM asked a CROSS JOIN clock c WHERE a.scope = t.scope)
    WHERE (SELECT t.forgotten_at <= c.now OR (t.closed_until <= c.now AND (a.disable_at = 0 OR t.count < a.disable_at))
           FROM asked a CROSS JOIN clock c WHERE a.scope = t.scope)
    RETURNING t.scope, t.count, t.closed_until
), whose AS (
    SELECT u.id, u.password_hash, COALESCE(u.is_active AND NOT u.is_terminated, false) AS usable
    FROM (SELECT) always
    LEFT JOIN users u ON u.email_index = ANY(@email_indexes::bytea[]) AND u.verified_at IS NOT NULL AND u.erased_at IS NULL
)
SELECT COALESCE(t.count, s.count)::int AS count, COALESCE(t.closed_until, s.closed_until)::timestamptz AS closed_until,
    s.disabled::bool AS disabled, (t.scope IS NOT NULL)::bool AS taken, w.id AS user_id, w.password_hash, w.usable::bool AS usable
FROM standing s CROSS JOIN whose w LEFT JOIN taken t ON t.scope = s.scope
ORDER BY s.ord;

-- name: GiveBackToBudgets :exec
-- Locks the rows in the order in which TakeFromBudgets does, so that the two never deadlock.
WITH asked AS (
    SELECT unnest(@ords::int[]) AS ord, unnest(@scopes::text[]) AS scope, unnest(@subjects::bytea[]) AS subject, unnest(@parts::bytea[]) AS part,
        unnest(@maxima::int[]) AS maximum, unnest(@everything::bool[]) AS everything
), locked AS MATERIALIZED (
    SELECT a.* FROM asked a JOIN throttle t ON t.scope = a.scope AND t.subject = a.subject AND t.part = a.part ORDER BY a.ord FOR UPDATE OF t
)
UPDATE throttle t SET
    count = CASE WHEN l.everything THEN 0 ELSE GREATEST(t.count - 1, 0) END,
    closed_until = CASE WHEN l.everything OR t.count - 1 < l.maximum THEN 'epoch'::timestamptz ELSE t.closed_until END
FROM locked l WHERE t.scope = l.scope AND t.subject = l.subject AND t.part = l.part;

-- name: DisablePassword :exec
INSERT INTO disabled_passwords (subject, part, disabled_at) VALUES (@subject, @part, @now) ON CONFLICT DO NOTHING;

-- name: RestorePassword :exec
WITH enabled AS (DELETE FROM disabled_passwords WHERE disabled_passwords.subject = ANY(@subjects::bytea[]))
DELETE FROM throttle t WHERE t.scope = @scope AND t.subject = ANY(@subjects::bytea[]);

-- name: RemoveForgottenSpendings :execrows
DELETE FROM throttle t WHERE t.ctid = ANY(ARRAY(
    SELECT f.ctid FROM throttle f WHERE f.forgotten_at < @before ORDER BY f.forgotten_at LIMIT sqlc.arg(max_rows) FOR UPDATE SKIP LOCKED));
