-- Terminated accounts are erased once their grace is over, and may come back until then. See
-- docs/decisions/0019-what-erasure-leaves.md.

ALTER TABLE links DROP CONSTRAINT links_purpose_check;
ALTER TABLE links ADD CONSTRAINT links_purpose_check CHECK (purpose IN ('verify_email', 'reset_password', 'reverse_termination'));

-- What is erased is terminated and empty, and stays so.
ALTER TABLE users ADD CONSTRAINT users_empty_once_erased CHECK (
    erased_at IS NULL
    OR is_terminated AND num_nonnulls(email, email_index, full_name, country, state_province, password_hash) = 0);

CREATE INDEX users_to_erase ON users (terminated_at) WHERE is_terminated AND erased_at IS NULL;

-- Erasure and export want a user's ended sessions too.
CREATE INDEX sessions_by_user ON sessions (user_id);
DROP INDEX sessions_unended_by_user;
