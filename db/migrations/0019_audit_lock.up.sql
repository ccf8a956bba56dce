-- Extending the audit chain locks this row. Every role that can connect may take an advisory lock; this row needs a right.
CREATE TABLE audit_lock (
    id smallint PRIMARY KEY CHECK (id = 1)
);
INSERT INTO audit_lock VALUES (1);
