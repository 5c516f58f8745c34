-- Released genomes (kind 5, face 1) by where they began and ended: the index follows them in the order of the log.
CREATE INDEX state_begun ON state (from_seq) WHERE kind = 5 AND face = 1;
CREATE INDEX state_ended ON state (to_seq) WHERE kind = 5 AND face = 1 AND to_seq IS NOT NULL;
