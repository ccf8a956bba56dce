-- The sessions that ended lately, in the order in which other services read them.
CREATE INDEX sessions_ended ON sessions (ended_at, id) WHERE ended_at IS NOT NULL;
