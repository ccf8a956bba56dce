-- The index by age serves one query only, the removal of abandoned signups. While there are few signups it looked as good as the
-- index by address to queries that ask for an address, and a plan made then stayed in use while signups became many. A
-- condition of its own keeps it out of their reach.
DROP INDEX users_pending_by_age;
CREATE INDEX users_abandoned ON users (created_at) WHERE verified_at IS NULL AND NOT is_active;
