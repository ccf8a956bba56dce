-- From when on a signing key signs. The keys that are there sign since they were made; the default serves the release before.
ALTER TABLE signing_keys ADD COLUMN signs_at timestamptz NOT NULL DEFAULT now();
UPDATE signing_keys SET signs_at = created_at;

-- Which keys of the keyset each running replica reads with and writes with, and until when that is sure to hold.
CREATE TABLE keyset_replicas (
    id          uuid PRIMARY KEY,
    reads       text[] NOT NULL,
    writes      text[] NOT NULL,
    lease_until timestamptz NOT NULL
);
CREATE INDEX keyset_replicas_by_lease ON keyset_replicas (lease_until);

-- When a replica that has ended last wrote with a key of the keyset.
CREATE TABLE keyset_writes (
    key_id     text PRIMARY KEY,
    written_at timestamptz NOT NULL
);
