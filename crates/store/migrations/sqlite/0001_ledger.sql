-- The log, the state that follows from it, and what the server keeps beside it.
-- Times are milliseconds since 1970 in universal time, identifiers 16 bytes, digests 32. A key that is INTEGER is the
-- row's own number, and costs nothing.

-- One row: where the log ends. Writers lock it before they read anything else.
CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    origin TEXT NOT NULL,
    host BLOB,
    size BIGINT NOT NULL,
    root BLOB NOT NULL,
    recorded BIGINT NOT NULL
);

CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    record BLOB NOT NULL,
    kind BIGINT NOT NULL,
    act BIGINT NOT NULL,
    version BIGINT NOT NULL,
    recorded BIGINT NOT NULL,
    happened BIGINT NOT NULL,
    salt BLOB,
    coding BIGINT NOT NULL,
    bytes BLOB,
    -- The entry that its bytes are kept like.
    base BIGINT
);
CREATE UNIQUE INDEX entry_id ON entry (id);
-- Genomes are most of the log: whoever asks for them finds them from its end, all others need an index.
CREATE INDEX entry_kind ON entry (kind, seq) WHERE kind <> 5;

CREATE TABLE tile (
    level BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, number)
) WITHOUT ROWID;

CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    published BIGINT NOT NULL
);

-- One row: the log's first key. Its successors are named by entries.
CREATE TABLE log_key (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    vkey TEXT NOT NULL
);

CREATE TABLE audience (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);
CREATE TABLE audience_member (
    member BLOB NOT NULL,
    sort BIGINT NOT NULL,
    audience BIGINT NOT NULL,
    PRIMARY KEY (member, sort, audience)
) WITHOUT ROWID;

-- What is the case, and was: a row for each state of each face of a record.
CREATE TABLE state (
    record BLOB NOT NULL,
    face BIGINT NOT NULL,
    from_seq BIGINT NOT NULL,
    to_seq BIGINT,
    kind BIGINT NOT NULL,
    version BIGINT NOT NULL,
    status BIGINT NOT NULL,
    content BIGINT NOT NULL,
    owner BLOB NOT NULL,
    audience BIGINT NOT NULL,
    opens_at BIGINT,
    opens_audience BIGINT,
    terms BLOB,
    terms_version BIGINT,
    simulated BIGINT NOT NULL,
    PRIMARY KEY (record, face, from_seq)
) WITHOUT ROWID;
CREATE INDEX state_now ON state (kind, face, content) WHERE to_seq IS NULL;

-- What lists and look-ups need of bodies, by the entry that says it.
CREATE TABLE genome (
    content INTEGER PRIMARY KEY,
    record BLOB NOT NULL,
    face BIGINT NOT NULL,
    submission BLOB NOT NULL,
    accession TEXT NOT NULL,
    pathogen TEXT NOT NULL,
    country TEXT,
    collected_first BIGINT,
    collected_last BIGINT,
    name TEXT NOT NULL
);
CREATE INDEX genome_accession ON genome (accession);
CREATE INDEX genome_submission ON genome (submission, face);
CREATE INDEX genome_name ON genome (name);

CREATE TABLE genome_sequence (
    digest BLOB NOT NULL,
    record BLOB NOT NULL,
    version BIGINT NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (digest, record, version, place)
) WITHOUT ROWID;

-- As what an analysis assigned a version: derived, and made again when pack or program change. Mutations are not kept:
-- they are found again from the sequence in less time than it takes to read them.
CREATE TABLE finding (
    record BLOB NOT NULL,
    version BIGINT NOT NULL,
    run BLOB NOT NULL,
    clade TEXT,
    lineage TEXT,
    quality BIGINT,
    coverage_millionths BIGINT,
    PRIMARY KEY (record, version)
) WITHOUT ROWID;

-- How many genomes others may see, by their rights and by what lists are narrowed to; nothing known is an empty text, no
-- embargo is -1. Kept in the transaction that changes the state.
CREATE TABLE genome_count (
    owner BLOB NOT NULL,
    audience BIGINT NOT NULL,
    opens_at BIGINT NOT NULL,
    opens_audience BIGINT NOT NULL,
    pathogen TEXT NOT NULL,
    country TEXT NOT NULL,
    lineage TEXT NOT NULL,
    clade TEXT NOT NULL,
    number BIGINT NOT NULL,
    newest BIGINT NOT NULL,
    PRIMARY KEY (owner, audience, opens_at, opens_audience, pathogen, country, lineage, clade)
) WITHOUT ROWID;
CREATE TABLE batch_count (
    submission BLOB NOT NULL,
    owner BLOB NOT NULL,
    audience BIGINT NOT NULL,
    opens_at BIGINT NOT NULL,
    opens_audience BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (submission, owner, audience, opens_at, opens_audience)
) WITHOUT ROWID;

-- Packs of sequences: blobs.
CREATE TABLE sequence_pack (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE
);
-- Where sequences lie: in which pack, from which byte on.
CREATE TABLE sequence (
    digest BLOB PRIMARY KEY,
    pack BIGINT NOT NULL,
    start BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    length_nt BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE share (
    record BLOB PRIMARY KEY,
    content BIGINT NOT NULL,
    what BLOB NOT NULL,
    what_version BIGINT NOT NULL,
    recipient BLOB NOT NULL,
    happened BIGINT NOT NULL,
    recorded BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX share_what ON share (what);
CREATE INDEX share_recipient ON share (recipient);

CREATE TABLE confirmation (
    of_record BLOB PRIMARY KEY,
    content BIGINT NOT NULL,
    party BLOB NOT NULL,
    happened BIGINT NOT NULL,
    recorded BIGINT NOT NULL
) WITHOUT ROWID;

-- A record that is a part of another: an edition of its work, a movement of its batch.
CREATE TABLE part (
    whole BLOB NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (whole, record)
) WITHOUT ROWID;

CREATE TABLE membership (
    party BLOB NOT NULL,
    party_group BLOB NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    PRIMARY KEY (party, party_group, from_day)
) WITHOUT ROWID;

-- How people prove who they are: beside the ledger, and never in it. `seen` is the day of the last sign-in; `used` of a
-- token likewise. Of sessions, tokens and invitations only the digest of the secret is kept.
CREATE TABLE account (
    person BLOB PRIMARY KEY,
    party BLOB NOT NULL,
    login TEXT NOT NULL UNIQUE,
    password TEXT,
    issuer TEXT,
    subject TEXT,
    is_closed BIGINT NOT NULL,
    created BIGINT NOT NULL,
    seen TEXT,
    UNIQUE (issuer, subject)
);
CREATE INDEX account_party ON account (party);
CREATE TABLE session (
    digest BLOB PRIMARY KEY,
    person BLOB NOT NULL,
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL
);
CREATE INDEX session_person ON session (person);
CREATE TABLE token (
    digest BLOB PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    person BLOB NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    used TEXT
);
CREATE INDEX token_person ON token (person);
-- Without a person, it sets the server up.
CREATE TABLE invitation (
    digest BLOB PRIMARY KEY,
    person BLOB,
    expires BIGINT NOT NULL
);
CREATE INDEX invitation_person ON invitation (person);
CREATE TABLE acceptance (
    person BLOB NOT NULL,
    terms BLOB NOT NULL,
    terms_version BIGINT NOT NULL,
    PRIMARY KEY (person, terms, terms_version)
);

-- What is not handed in yet: files and what was found in them. Never shown to another party.
CREATE TABLE draft (
    id BLOB PRIMARY KEY,
    party BLOB NOT NULL,
    person BLOB NOT NULL,
    created BIGINT NOT NULL,
    state BIGINT NOT NULL,
    title TEXT NOT NULL,
    settings TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT,
    message TEXT NOT NULL,
    report TEXT NOT NULL
);
CREATE INDEX draft_party ON draft (party, created);
CREATE TABLE draft_file (
    draft BLOB NOT NULL,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    sort BIGINT NOT NULL,
    digest BLOB NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (draft, place)
);
CREATE TABLE draft_genome (
    draft BLOB NOT NULL,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    verdict BIGINT NOT NULL,
    findings BIGINT NOT NULL,
    coding BIGINT NOT NULL,
    document BLOB NOT NULL,
    PRIMARY KEY (draft, place)
) WITHOUT ROWID;
CREATE INDEX draft_genome_verdict ON draft_genome (draft, verdict DESC, findings DESC, place);

-- Work to be done by any process: claimed for a while, done at least once.
CREATE TABLE job (
    id BLOB PRIMARY KEY,
    sort TEXT NOT NULL,
    subject BLOB NOT NULL,
    created BIGINT NOT NULL,
    due BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_by TEXT,
    claimed_until BIGINT,
    failure TEXT NOT NULL
);
CREATE UNIQUE INDEX job_subject ON job (sort, subject);
CREATE INDEX job_due ON job (due);

-- Entries that came from other servers' logs, verified: kept as our own are. An erased one has no identifier.
CREATE TABLE foreign_entry (
    origin TEXT NOT NULL,
    seq BIGINT NOT NULL,
    id BLOB,
    salt BLOB,
    coding BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    import BLOB NOT NULL,
    PRIMARY KEY (origin, seq)
);
CREATE UNIQUE INDEX foreign_entry_id ON foreign_entry (origin, id);

-- What proves them, by import: the other log's signed head, its keys, and its tree with all else cut away.
CREATE TABLE foreign_proof (
    import BLOB PRIMARY KEY,
    origin TEXT NOT NULL,
    party BLOB NOT NULL,
    size BIGINT NOT NULL,
    root BLOB NOT NULL,
    checkpoint TEXT NOT NULL,
    history TEXT NOT NULL,
    leaves BLOB NOT NULL,
    hashes BLOB NOT NULL
);

-- What was downloaded, by day: never by person or address.
CREATE TABLE download (
    day TEXT NOT NULL,
    record BLOB NOT NULL,
    version BIGINT NOT NULL,
    form TEXT NOT NULL,
    files BIGINT NOT NULL,
    PRIMARY KEY (day, record, version, form)
);
