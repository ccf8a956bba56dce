-- What limits guesses, requests and letters. The counts are lost when the server crashes and are not replicated, which is
-- cheap and good enough; a password that was disabled stays so.

CREATE UNLOGGED TABLE throttle (
    scope        text NOT NULL,
    subject      bytea NOT NULL,
    part         bytea NOT NULL,
    count        integer NOT NULL,
    closed_until timestamptz NOT NULL,
    forgotten_at timestamptz NOT NULL,
    PRIMARY KEY (scope, subject, part)
) WITH (fillfactor = 70);
CREATE INDEX throttle_by_age ON throttle (forgotten_at);

CREATE TABLE disabled_passwords (
    subject     bytea NOT NULL,
    part        bytea NOT NULL,
    disabled_at timestamptz NOT NULL,
    PRIMARY KEY (subject, part)
);

-- The device of a session that is older than this column is the session itself.
ALTER TABLE sessions ADD COLUMN device_id uuid;
