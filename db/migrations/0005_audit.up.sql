-- What happened, for ever. See docs/decisions/0013-the-audit-log-is-a-chain.md.

CREATE TABLE audit_events (
    id         uuid PRIMARY KEY,
    at         timestamptz NOT NULL,
    kind       text NOT NULL,
    user_id    uuid,
    session_id uuid,
    address    bytea,
    network    bytea,
    key_id     text
);
-- Not a partial index: a guess at an address without account must not be cheaper to record.
CREATE INDEX audit_events_by_user ON audit_events (user_id, at);

-- The events that have no seal yet.
CREATE TABLE audit_pending (
    event_id uuid PRIMARY KEY
);

CREATE TABLE audit_seals (
    position     bigint PRIMARY KEY CHECK (position > 0),
    event_id     uuid NOT NULL CONSTRAINT audit_seals_one_per_event UNIQUE,
    event_digest bytea NOT NULL CHECK (octet_length(event_digest) = 32),
    chain_digest bytea NOT NULL CHECK (octet_length(chain_digest) = 32)
);

CREATE TABLE audit_heads (
    position     bigint PRIMARY KEY,
    chain_digest bytea NOT NULL CHECK (octet_length(chain_digest) = 32),
    signed_at    timestamptz NOT NULL,
    tag          bytea NOT NULL
);

CREATE FUNCTION audit_await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_pending (event_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_events_await_seal AFTER INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_await_seal();

CREATE FUNCTION audit_forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % on % is forbidden', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION audit_forbid_change();
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION audit_forbid_change();
CREATE TRIGGER audit_heads_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION audit_forbid_change();

-- An owner may take these rights from itself. A superuser has them all the same; hence the triggers.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_events, audit_seals, audit_heads FROM CURRENT_USER;
