-- Gives tables, columns and job kinds the names that the code uses. The release before this one does not know them: stop the
-- service, migrate, start the new one. Every row stays. What is hashed, such as the kinds of audit events, keeps its words.

ALTER TABLE throttle RENAME TO rate_limit_counters;
ALTER TABLE rate_limit_counters RENAME COLUMN closed_until TO blocked_until;
ALTER TABLE rate_limit_counters RENAME COLUMN forgotten_at TO expires_at;
ALTER INDEX throttle_pkey RENAME TO rate_limit_counters_pkey;
ALTER INDEX throttle_by_age RENAME TO rate_limit_counters_by_expiry;

ALTER TABLE sessions RENAME COLUMN ended_at TO revoked_at;
ALTER TABLE revocations RENAME COLUMN ended_at TO revoked_at;
CREATE OR REPLACE FUNCTION sessions_tell_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO revocations (revoked_at, session_id, user_id) VALUES (NEW.revoked_at, NEW.id, NEW.user_id);
    RETURN NULL;
END $$;
ALTER FUNCTION sessions_tell_end() RENAME TO sessions_record_revocation;
ALTER TRIGGER sessions_tell_end ON sessions RENAME TO sessions_record_revocation;

ALTER TABLE audit_events RENAME COLUMN address TO email_index;
ALTER TABLE audit_seals RENAME TO audit_chain;
ALTER TABLE audit_heads RENAME TO audit_checkpoints;
ALTER TABLE audit_pending RENAME TO audit_unchained;
ALTER INDEX audit_seals_pkey RENAME TO audit_chain_pkey;
ALTER INDEX audit_heads_pkey RENAME TO audit_checkpoints_pkey;
ALTER INDEX audit_pending_pkey RENAME TO audit_unchained_pkey;
ALTER TABLE audit_chain RENAME CONSTRAINT audit_seals_one_per_event TO audit_chain_one_entry_per_event;
ALTER TRIGGER audit_seals_append_only ON audit_chain RENAME TO audit_chain_append_only;
ALTER TRIGGER audit_heads_append_only ON audit_checkpoints RENAME TO audit_checkpoints_append_only;
CREATE OR REPLACE FUNCTION audit_await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unchained (event_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
ALTER FUNCTION audit_await_seal() RENAME TO audit_await_chaining;
ALTER TRIGGER audit_events_await_seal ON audit_events RENAME TO audit_events_await_chaining;

UPDATE river_job SET kind = 'message' WHERE kind = 'letter';
UPDATE river_job SET kind = 'extend_audit_chain' WHERE kind = 'seal_audit';
UPDATE river_job SET kind = 'rotate_signing_keys' WHERE kind = 'signing_keys';
