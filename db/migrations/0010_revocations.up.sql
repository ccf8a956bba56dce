-- The ends of sessions, for as long as other services need to hear of them, apart from the sessions: with the time of the end in
-- no index, ending a session touches one page of the table and of no index (a heap-only tuple), however many sessions there
-- are. A trigger writes them, so that no way to end a session is left out.
CREATE TABLE revocations (
    ended_at   timestamptz NOT NULL,
    session_id uuid NOT NULL,
    user_id    uuid NOT NULL,
    PRIMARY KEY (ended_at, session_id)
);

CREATE FUNCTION sessions_tell_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO revocations (ended_at, session_id, user_id) VALUES (NEW.ended_at, NEW.id, NEW.user_id);
    RETURN NULL;
END $$;
CREATE TRIGGER sessions_tell_end AFTER UPDATE OF ended_at ON sessions FOR EACH ROW
WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION sessions_tell_end();

INSERT INTO revocations (ended_at, session_id, user_id)
SELECT ended_at, id, user_id FROM sessions WHERE ended_at > now() - interval '1 day';

DROP INDEX sessions_ended;
