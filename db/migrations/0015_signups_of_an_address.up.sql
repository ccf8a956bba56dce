-- A verification link belongs to an email address instead of one pending signup: see
-- docs/decisions/0028-let-a-verification-link-belong-to-the-address.md. The links of the release before this one keep their user.
ALTER TABLE links ALTER COLUMN user_id DROP NOT NULL;
-- sealed_email is the email address to which the link was mailed, encrypted with the link's own token.
ALTER TABLE links ADD COLUMN email_index bytea;
ALTER TABLE links ADD COLUMN sealed_email bytea;
ALTER TABLE links ADD CONSTRAINT links_of_a_user_or_an_email_address CHECK (
    (user_id IS NOT NULL) <> (email_index IS NOT NULL)
    AND (email_index IS NULL) = (sealed_email IS NULL)
    AND (email_index IS NULL OR purpose = 'verify_email'));
CREATE INDEX links_by_email_index ON links (email_index) WHERE email_index IS NOT NULL;

-- The keyed pseudonym of the wide network that signed up; NULL once verified, and for signups of the release before this one.
ALTER TABLE users ADD COLUMN signup_network bytea;
ALTER TABLE users ADD CONSTRAINT users_network_until_verified CHECK (signup_network IS NULL OR verified_at IS NULL);

-- At most 16 pending signups of an email address remain: first those with a link that is still valid, since a flood of signups must not
-- make the account holder's link useless, then the newest.
DELETE FROM users WHERE id IN (
    SELECT p.id FROM (
        SELECT u.id, row_number() OVER (
            PARTITION BY u.email_index ORDER BY l.user_id IS NULL, u.created_at DESC, u.id DESC) AS place
        FROM users u
        LEFT JOIN (SELECT DISTINCT user_id FROM links WHERE purpose = 'verify_email' AND expires_at > now()) l ON l.user_id = u.id
        WHERE u.verified_at IS NULL AND NOT u.is_active
    ) p WHERE p.place > 16);
