-- Lineages assigned anew with another pack than when a genome was handed in: with which, when (ms since
-- 1970-01-01T00:00Z), and what it was called first where that was something else ('' for nothing).
ALTER TABLE finding ADD COLUMN pack BIGINT;
ALTER TABLE finding ADD COLUMN assigned BIGINT;
ALTER TABLE finding ADD COLUMN first_clade TEXT;
ALTER TABLE finding ADD COLUMN first_lineage TEXT;

-- Packs that assigned anew, by a number that is shorter than their digest.
CREATE TABLE pack (
    number BIGINT PRIMARY KEY,
    digest BYTEA NOT NULL UNIQUE,
    name TEXT NOT NULL,
    version TEXT NOT NULL
);
