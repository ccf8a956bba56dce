-- What the reuse of refresh tokens is judged by: see domain.SessionPolicy.Rotate. No index contains a new column, so a refresh
-- still changes no index (a heap-only tuple).
ALTER TABLE sessions
    ADD COLUMN previous_rotated_at timestamptz,
    ADD COLUMN rotated_from        bytea,
    ADD COLUMN reuse_count         integer NOT NULL DEFAULT 0,
    ADD COLUMN reuse_since         timestamptz,
    ADD COLUMN reuse_network       bytea,
    ADD COLUMN reuse_recorded_at   timestamptz,
    -- Whether the statement that set revoked_at also wrote the row of revocations.
    ADD COLUMN is_listed           boolean;

CREATE OR REPLACE VIEW live_sessions AS
SELECT s.* FROM sessions s
WHERE s.revoked_at IS NULL AND EXISTS (SELECT FROM users u WHERE u.id = s.user_id AND u.is_active AND NOT u.is_terminated);

-- Whether the statement that wrote the event also queued it for the chain. It is no part of the digest: an event that only claims
-- to be queued is found as unaccounted.
ALTER TABLE audit_events ADD COLUMN is_queued boolean;

-- A call of a trigger costs more than the row that it inserts. The statements of logins and logouts insert these rows themselves
-- and say so. The triggers do it for every other statement, so that none is left out.
DROP TRIGGER sessions_record_revocation ON sessions;
CREATE OR REPLACE FUNCTION sessions_record_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL THEN
        INSERT INTO revocations (revoked_at, session_id, user_id) VALUES (NEW.revoked_at, NEW.id, NEW.user_id);
    END IF;
    RETURN NULL;
END $$;
-- The condition is short because PostgreSQL parses it for each statement.
CREATE TRIGGER sessions_record_revocation AFTER UPDATE OF revoked_at ON sessions FOR EACH ROW
WHEN (NEW.is_listed IS NOT TRUE) EXECUTE FUNCTION sessions_record_revocation();
DROP TRIGGER audit_events_await_chaining ON audit_events;
CREATE TRIGGER audit_events_await_chaining AFTER INSERT ON audit_events FOR EACH ROW
WHEN (NEW.is_queued IS NOT TRUE) EXECUTE FUNCTION audit_await_chaining();

-- How many events of a kind a network caused in an hour, until an event with the count is recorded.
CREATE TABLE audit_counts (
    hour    timestamptz NOT NULL,
    network bytea NOT NULL,
    kind    text NOT NULL,
    count   bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (hour, network, kind)
) WITH (fillfactor = 50);
ALTER TABLE audit_events ADD COLUMN count bigint;

-- PostgreSQL parses and prepares the checks of a table for each statement that updates it. Sessions are updated by every refresh and
-- logout, and no statement changes these two columns to anything but a greater generation.
ALTER TABLE sessions DROP CONSTRAINT sessions_generation_check, DROP CONSTRAINT sessions_secret_hash_check;
