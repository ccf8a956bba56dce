-- Checkpoints are numbered and contain the digest of the one before. See
-- docs/decisions/0032-chain-and-sign-audit-checkpoints.md. Existing rows keep their tags: they have no key_id.
ALTER TABLE audit_checkpoints RENAME COLUMN tag TO signature;
ALTER TABLE audit_checkpoints
    ADD COLUMN number          bigint,
    ADD COLUMN segment         bigint NOT NULL DEFAULT 1,
    ADD COLUMN previous_number bigint NOT NULL DEFAULT 0,
    ADD COLUMN previous_digest bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(previous_digest) = 32),
    ADD COLUMN break           text NOT NULL DEFAULT '',
    ADD COLUMN key_id          text NOT NULL DEFAULT '';

-- The owner of the tables has no right to change rows, and a trigger forbids it. Both are back at the end of the transaction.
ALTER TABLE audit_checkpoints DISABLE TRIGGER audit_checkpoints_append_only;
GRANT UPDATE ON audit_checkpoints TO CURRENT_USER;
UPDATE audit_checkpoints c SET number = n.number
FROM (SELECT position, row_number() OVER (ORDER BY position) AS number FROM audit_checkpoints) n WHERE n.position = c.position;
REVOKE UPDATE ON audit_checkpoints FROM CURRENT_USER;
ALTER TABLE audit_checkpoints ENABLE TRIGGER audit_checkpoints_append_only;

ALTER TABLE audit_checkpoints ALTER COLUMN number SET NOT NULL;
ALTER TABLE audit_checkpoints DROP CONSTRAINT audit_checkpoints_pkey, ADD PRIMARY KEY (number);
ALTER TABLE audit_checkpoints
    ALTER COLUMN segment DROP DEFAULT, ALTER COLUMN previous_number DROP DEFAULT, ALTER COLUMN previous_digest DROP DEFAULT,
    ALTER COLUMN break DROP DEFAULT, ALTER COLUMN key_id DROP DEFAULT;
CREATE INDEX audit_checkpoints_by_position ON audit_checkpoints (position);
CREATE INDEX audit_checkpoints_by_break ON audit_checkpoints (segment) WHERE break <> '';

-- Room for further rows stays, whatever one INSERT adds, even while triggers are disabled.
ALTER TABLE audit_chain ADD CONSTRAINT audit_chain_position_limit CHECK (position < 4611686018427387904);
ALTER TABLE audit_checkpoints ADD CONSTRAINT audit_checkpoints_limits
    CHECK (number BETWEEN 1 AND 4611686018427387903 AND position BETWEEN 0 AND 4611686018427387903);

-- Positions and numbers have no gaps: a row's predecessor must exist. The first entry of a segment follows its first checkpoint.
CREATE FUNCTION audit_chain_require_previous() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position > 1 AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.position = NEW.position - 1)
        AND NOT EXISTS (SELECT FROM audit_checkpoints c WHERE c.position = NEW.position - 1) THEN
        RAISE EXCEPTION 'the audit chain has no entry before position %', NEW.position USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_chain_require_previous BEFORE INSERT ON audit_chain
FOR EACH ROW EXECUTE FUNCTION audit_chain_require_previous();

CREATE FUNCTION audit_checkpoints_require_previous() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number > 1 AND NOT EXISTS (SELECT FROM audit_checkpoints c WHERE c.number = NEW.number - 1) THEN
        RAISE EXCEPTION 'there is no audit checkpoint before number %', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.position > 0 AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.position = NEW.position)
        AND NOT EXISTS (SELECT FROM audit_checkpoints c WHERE c.position = NEW.position) THEN
        RAISE EXCEPTION 'the audit chain has no entry at position %', NEW.position USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_checkpoints_require_previous BEFORE INSERT ON audit_checkpoints
FOR EACH ROW EXECUTE FUNCTION audit_checkpoints_require_previous();
