-- What decides when a message is sent (docs/decisions/0029).

-- The messages of one template to one email address. A crash of the database server empties the table: then messages are sent
-- earlier than they should be, and none is lost.
CREATE UNLOGGED TABLE message_histories (
    email_index   bytea NOT NULL,
    template      text NOT NULL,
    sent          timestamptz[] NOT NULL DEFAULT '{}',
    sent_by       text NOT NULL DEFAULT '',
    link_until    timestamptz NOT NULL DEFAULT '0001-01-01Z',
    waiting_job   text NOT NULL DEFAULT '',
    waiting_until timestamptz NOT NULL DEFAULT '0001-01-01Z',
    expires_at    timestamptz NOT NULL DEFAULT '0001-01-01Z',
    PRIMARY KEY (email_index, template)
) WITH (fillfactor = 70);
CREATE INDEX message_histories_by_age ON message_histories (expires_at);

-- The messages to email addresses that were never verified, while they wait: one for each address and network.
CREATE TABLE unverified_messages (
    email_index bytea NOT NULL,
    network     bytea NOT NULL,
    message_id  text NOT NULL,
    args        jsonb NOT NULL,
    queued_at   timestamptz NOT NULL,
    PRIMARY KEY (email_index, network)
);
CREATE INDEX unverified_messages_by_network ON unverified_messages (network, queued_at, email_index);
CREATE INDEX unverified_messages_by_age ON unverified_messages (queued_at);

-- The networks from which these messages were requested. used_until is the state of the network's pace. due_at is when its next
-- waiting message is due; null if none waits.
CREATE TABLE unverified_networks (
    network    bytea PRIMARY KEY,
    used_until timestamptz NOT NULL DEFAULT '0001-01-01Z',
    due_at     timestamptz
) WITH (fillfactor = 70);
CREATE INDEX unverified_networks_by_due_time ON unverified_networks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX unverified_networks_by_use ON unverified_networks (used_until);

-- The state of the pace of the whole service, one row.
CREATE TABLE unverified_pace (
    used_until timestamptz NOT NULL,
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row)
) WITH (fillfactor = 50);
INSERT INTO unverified_pace (used_until) VALUES ('0001-01-01Z');

-- The counters of the limits that the spacing replaces.
DELETE FROM rate_limit_counters WHERE scope IN ('mail_burst', 'mail_day');
