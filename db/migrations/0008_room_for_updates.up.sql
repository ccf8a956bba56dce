-- Room on the pages of rows that are updated often: the new version of a row then fits beside the old one and no index is
-- touched (heap-only tuples, https://www.postgresql.org/docs/current/storage-hot.html). Only pages written from now on have it.
ALTER TABLE sessions SET (fillfactor = 80);
ALTER TABLE throttle SET (fillfactor = 50);
