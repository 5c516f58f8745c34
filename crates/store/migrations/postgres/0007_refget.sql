-- The names of sequences by what they are, as refget asks for them; written down soon after a sequence came.
ALTER TABLE sequence ADD COLUMN sha512t24 BYTEA;
ALTER TABLE sequence ADD COLUMN md5 BYTEA;
CREATE INDEX sequence_by_sha512t24 ON sequence (sha512t24) WHERE sha512t24 IS NOT NULL;
CREATE INDEX sequence_by_md5 ON sequence (md5) WHERE md5 IS NOT NULL;
CREATE INDEX sequence_unnamed ON sequence (digest) WHERE sha512t24 IS NULL;
