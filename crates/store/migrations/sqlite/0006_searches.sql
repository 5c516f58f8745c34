-- Beside the ledger, and never in it: questions that people keep, and how they are told what is new about them. The
-- question's sort says of what it is asked (genomes), its subject of which (the pathogen).
CREATE TABLE saved_search (
    id BLOB PRIMARY KEY,
    person BLOB NOT NULL,
    name TEXT NOT NULL,
    sort TEXT NOT NULL,
    subject TEXT NOT NULL,
    question TEXT NOT NULL,
    created BIGINT NOT NULL,
    is_paused BIGINT NOT NULL,
    feed BLOB UNIQUE,
    looked_size BIGINT NOT NULL,
    looked_ms BIGINT NOT NULL
);
CREATE INDEX saved_search_person ON saved_search (person, created);
-- How somebody is told, and up to which place in the log and which moment they were. What is on its way has a name and an
-- end of its own, so that a second try is the same message.
CREATE TABLE channel (
    search BLOB NOT NULL,
    sort TEXT NOT NULL,
    address TEXT NOT NULL,
    secret TEXT NOT NULL,
    is_daily BIGINT NOT NULL,
    told_size BIGINT NOT NULL,
    told_ms BIGINT NOT NULL,
    due BIGINT NOT NULL,
    message BLOB,
    until_size BIGINT,
    until_ms BIGINT,
    failures BIGINT NOT NULL,
    stopped TEXT NOT NULL,
    claimed_by TEXT,
    claimed_until BIGINT,
    PRIMARY KEY (search, sort)
);
CREATE INDEX channel_due ON channel (due);
-- The last tries of each.
CREATE TABLE delivery (
    search BLOB NOT NULL,
    sort TEXT NOT NULL,
    tried BIGINT NOT NULL,
    message BLOB NOT NULL,
    things BIGINT NOT NULL,
    is_done BIGINT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE INDEX delivery_channel ON delivery (search, sort, tried);
-- Where somebody takes mail, once they said so from there.
CREATE TABLE mail_address (
    person BLOB PRIMARY KEY,
    address TEXT NOT NULL,
    digest BLOB UNIQUE,
    offered BIGINT NOT NULL,
    is_verified BIGINT NOT NULL,
    day TEXT NOT NULL,
    sent BIGINT NOT NULL
);
