-- Accounts, sessions, mailed links and signing keys. What is personal or secret is sealed by the service before it comes
-- here (bytea); see docs/decisions/0004-sealed-columns.md.

CREATE TABLE users (
    id             uuid PRIMARY KEY,
    email          bytea,
    email_index    bytea,
    full_name      bytea,
    country        text CHECK (country ~ '^[A-Z]{2}$'),
    state_province bytea,
    password_hash  text,
    is_active      boolean NOT NULL,
    is_terminated  boolean NOT NULL DEFAULT false,
    verified_at    timestamptz,
    terminated_at  timestamptz,
    erased_at      timestamptz,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    version        bigint NOT NULL,
    CONSTRAINT users_active_only_if_verified CHECK (NOT is_active OR verified_at IS NOT NULL),
    CONSTRAINT users_terminated_has_time CHECK (is_terminated = (terminated_at IS NOT NULL)),
    CONSTRAINT users_whole_until_erased CHECK (
        erased_at IS NOT NULL
        OR num_nulls(email, email_index, full_name, country, state_province, password_hash) = 0)
);

-- An address has at most one account; signups that nobody verified may stand beside it and beside one another.
CREATE UNIQUE INDEX users_one_verified_per_address ON users (email_index) WHERE verified_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX users_pending_by_address ON users (email_index, created_at DESC) WHERE verified_at IS NULL;
CREATE INDEX users_pending_by_age ON users (created_at) WHERE verified_at IS NULL;

CREATE TABLE sessions (
    id          uuid PRIMARY KEY,
    user_id     uuid NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    generation  bigint NOT NULL CHECK (generation > 0),
    created_at  timestamptz NOT NULL,
    rotated_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    ended_at    timestamptz
);
CREATE INDEX sessions_unended_by_user ON sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (ends_at);

CREATE TABLE links (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    purpose    text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    user_id    uuid NOT NULL CONSTRAINT links_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX links_by_user ON links (user_id, purpose);
CREATE INDEX links_by_expiry ON links (expires_at);

CREATE TABLE signing_keys (
    id          text PRIMARY KEY,
    sealed_seed bytea NOT NULL,
    created_at  timestamptz NOT NULL
);
