-- How often genomes were looked at and taken, by day (days since 1970-01-01) and way. Nobody is named.
CREATE TABLE usage (
    record BLOB NOT NULL,
    way BIGINT NOT NULL,
    day BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (record, way, day)
) WITHOUT ROWID;
