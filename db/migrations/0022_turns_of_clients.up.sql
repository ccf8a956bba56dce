-- The waiting messages of a wide network are released by turns of its clients (docs/decisions/0029). Those that wait now are of one.
ALTER TABLE unverified_messages ADD COLUMN client bytea NOT NULL DEFAULT '', ADD COLUMN turn integer NOT NULL DEFAULT 0;
CREATE INDEX unverified_messages_by_turn ON unverified_messages (network, turn, queued_at, email_index);
CREATE INDEX unverified_messages_by_client ON unverified_messages (network, client, turn);
DROP INDEX unverified_messages_by_network;
