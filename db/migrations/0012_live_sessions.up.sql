-- The sessions that are not revoked and whose user can log in. A session is live if it is here and has not expired; the query
-- compares expires_at with the service's clock. The view is one table with a condition, so PostgreSQL lets a query update it:
-- an update then locks the session's row and checks the row's newest version. A join would check a version that another
-- transaction has already replaced.
-- A view keeps the columns that the table had when the view was made: a migration that adds a column to sessions replaces it.
CREATE VIEW live_sessions AS
SELECT s.* FROM sessions s
WHERE s.revoked_at IS NULL AND EXISTS (SELECT FROM users u WHERE u.id = s.user_id AND u.is_active AND NOT u.is_terminated);
