-- The calls with an idempotency key (docs/decisions/0045). Each contains keyed tags only: of the key, of the input and of the network.
CREATE TABLE idempotent_calls (
    id           bytea PRIMARY KEY,
    input        bytea NOT NULL,
    network      bytea NOT NULL,
    attempt      uuid NOT NULL,
    begun_at     timestamptz NOT NULL,
    completed_at timestamptz,
    user_id      uuid,
    device_id    uuid
);
CREATE INDEX idempotent_calls_by_network ON idempotent_calls (network, begun_at);
CREATE INDEX idempotent_calls_by_age ON idempotent_calls (begun_at);
