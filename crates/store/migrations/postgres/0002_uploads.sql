-- Files on their way: what was said of each, and how much of it arrived. The bytes lie in the blob store's spool.
CREATE TABLE upload (
    id BYTEA PRIMARY KEY,
    party BYTEA NOT NULL,
    person BYTEA NOT NULL,
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    arrived BIGINT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    -- The draft that it became a file of.
    draft BYTEA
);
CREATE INDEX upload_party ON upload (party);
CREATE INDEX upload_expires ON upload (expires);
CREATE TABLE upload_part (
    upload BYTEA NOT NULL,
    start BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    object BYTEA NOT NULL,
    PRIMARY KEY (upload, start)
);

-- Blobs that were kept before anything named them: those that nothing names after a time are cleared.
CREATE TABLE loose_blob (
    digest BYTEA PRIMARY KEY,
    since BIGINT NOT NULL
);
CREATE INDEX loose_blob_since ON loose_blob (since);
