-- The rights of the role that serves, after each migration, as the owner. docs/operations.md says why.
\set ON_ERROR_STOP on
GRANT USAGE ON SCHEMA public TO user_management;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO user_management;
REVOKE UPDATE, DELETE ON audit_events, audit_chain, audit_checkpoints FROM user_management;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO user_management;
