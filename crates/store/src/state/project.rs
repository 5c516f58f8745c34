//! What an entry changes: rows of state, and what lists and look-ups need of its body.
//!
//! A pure consequence of the entries, gathered for many of them and written at once. Refuses to refuse: rules were asked
//! before. Start at [`Projection::add`].

use super::audience;
use super::tally::{self, Change};
use crate::db::{Value, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::audience::Audience;
use hearth_base::id::RecordId;
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::entry::{Act, Entry, Kind};
use sqlx::AssertSqlSafe;
use std::collections::{HashMap, HashSet};

/// The owner's face of a record.
pub const KEPT: i64 = 0;
/// The face that others see.
pub const RELEASED: i64 = 1;

pub(crate) const STANDS: i64 = 0;
pub(crate) const APPROVED: i64 = 1;
pub(crate) const WITHDRAWN: i64 = 2;
pub(crate) const SENT_BACK: i64 = 3;

const STATE: [&str; 14] = [
    "record",
    "face",
    "from_seq",
    "kind",
    "version",
    "status",
    "content",
    "owner",
    "audience",
    "opens_at",
    "opens_audience",
    "terms",
    "terms_version",
    "simulated",
];
/// Records in one question.
const ASKED_AT_ONCE: usize = 500;

const GENOME: [&str; 10] = [
    "content",
    "record",
    "face",
    "submission",
    "accession",
    "pathogen",
    "country",
    "collected_first",
    "collected_last",
    "name",
];

/// What some entries change, gathered.
#[derive(Default)]
pub(crate) struct Projection {
    touched: HashSet<RecordId>,
    audiences: HashMap<Audience, i64>,
    /// Faces that end, with the place from which on: only of records that may have had one.
    ended: Vec<(RecordId, i64, u64)>,
    states: Vec<[Value<'static>; 14]>,
    genomes: Vec<[Value<'static>; 10]>,
    sequences: Vec<[Value<'static>; 4]>,
    parts: Vec<[Value<'static>; 2]>,
    /// Genomes whose released face begins.
    released: Vec<RecordId>,
}

impl Projection {
    /// Whether an earlier entry about the same record waits here: then that has to be written first.
    pub(crate) fn would_overtake(&self, entry: &Entry) -> bool {
        self.touched.contains(&entry.draft.record)
    }

    /// Takes what an entry changes.
    pub(crate) async fn add(&mut self, tx: &mut Write, seq: u64, entry: &Entry) -> Result<(), StoreError> {
        let draft = &entry.draft;
        self.touched.insert(draft.record);
        match draft.act {
            Act::Keep | Act::Release => self.begin(tx, seq, entry).await?,
            Act::Approve => restate(tx, draft.record, seq, APPROVED).await?,
            Act::Withdraw => {
                tally::change(tx, &[draft.record], Change::Leave).await?;
                restate(tx, draft.record, seq, WITHDRAWN).await?;
            }
            Act::SendBack => restate(tx, draft.record, seq, SENT_BACK).await?,
        }
        self.add_body(tx, seq, entry).await
    }

    async fn begin(&mut self, tx: &mut Write, seq: u64, entry: &Entry) -> Result<(), StoreError> {
        let draft = &entry.draft;
        let face = face_of(entry);
        if draft.version > 1 || draft.act == Act::Release {
            self.ended.push((draft.record, face, seq));
        }
        if face == RELEASED && draft.body.kind() == Kind::Genome {
            self.released.push(draft.record);
        }
        let audience = self.intern(tx, &draft.disclosure.audience).await?;
        let opens = match &draft.disclosure.opens {
            Some(opening) => Some((opening.at.unix_ms(), self.intern(tx, &opening.to).await?)),
            None => None,
        };
        let terms = draft.disclosure.terms;
        self.states.push([
            id(draft.record),
            face.into(),
            (seq as i64).into(),
            draft.body.kind().number().into(),
            draft.version.into(),
            STANDS.into(),
            (seq as i64).into(),
            id(draft.party.into()),
            audience.into(),
            opens.map(|(at, _)| at).into(),
            opens.map(|(_, to)| to).into(),
            terms.map(|terms| terms.record.as_bytes().to_vec()).into(),
            terms.map(|terms| terms.version).into(),
            draft.simulated.into(),
        ]);
        Ok(())
    }

    async fn add_body(&mut self, tx: &mut Write, seq: u64, entry: &Entry) -> Result<(), StoreError> {
        let draft = &entry.draft;
        let happened = draft.happened.latest().unix_ms();
        let recorded = entry.recorded.unix_ms();
        match &draft.body {
            Body::Genome(genome) => self.add_genome(seq, entry, genome),
            Body::Edition(edition) => self.add_part(edition.work, draft.record),
            Body::Rendition(rendition) => self.add_part(rendition.edition, draft.record),
            Body::Movement(movement) => {
                if let Some(batch) = movement.batch {
                    self.add_part(batch, draft.record);
                }
            }
            Body::Share(share) => {
                let sql = "INSERT INTO share (record, content, what, what_version, recipient, happened, recorded) \
                           VALUES ($1, $2, $3, $4, $5, $6, $7)";
                let what = share.what;
                let (record, to) = (draft.record.as_bytes(), share.to.as_bytes());
                let values =
                    params![record, seq as i64, what.record.as_bytes(), what.version, to, happened, recorded];
                tx.execute(sql, values).await?;
            }
            Body::Confirmation(confirmation) => {
                let sql = "INSERT INTO confirmation (of_record, content, party, happened, recorded) \
                           VALUES ($1, $2, $3, $4, $5)";
                let (of, party) = (confirmation.of.as_bytes(), draft.party.as_bytes());
                tx.execute(sql, params![of, seq as i64, party, happened, recorded]).await?;
            }
            Body::Acceptance(acceptance) => {
                let Some(person) = draft.person else { return Ok(()) };
                let sql = "INSERT INTO acceptance (person, terms, terms_version) VALUES ($1, $2, $3) \
                           ON CONFLICT (person, terms, terms_version) DO NOTHING";
                let terms = acceptance.terms;
                tx.execute(sql, params![person.as_bytes(), terms.record.as_bytes(), terms.version]).await?;
            }
            Body::Party(party) => super::parties::project(tx, draft.record, party).await?,
            _ => {}
        }
        Ok(())
    }

    fn add_part(&mut self, whole: RecordId, record: RecordId) {
        self.parts.push([id(whole), id(record)]);
    }

    fn add_genome(&mut self, seq: u64, entry: &Entry, genome: &hearth_ledger::body::genomes::Genome) {
        let draft = &entry.draft;
        let collected = genome.sample.collected;
        let first = collected.map(|date| UtcTime::start_of(date.first_day()).unix_ms());
        let last = collected.map(|date| UtcTime::start_of(date.last_day()).unix_ms());
        self.genomes.push([
            (seq as i64).into(),
            id(draft.record),
            face_of(entry).into(),
            id(genome.submission),
            genome.accession.to_string().into(),
            genome.pathogen.clone().into(),
            genome.sample.country.map(|country| country.to_string()).into(),
            first.into(),
            last.into(),
            genome.sample.name.clone().into(),
        ]);
        // What is released of a version has the sequences that were kept with it.
        if draft.act != Act::Keep {
            return;
        }
        for (place, sequence) in genome.sequences.iter().enumerate() {
            let digest = sequence.digest.as_bytes().to_vec();
            let version = draft.version.into();
            self.sequences.push([digest.into(), id(draft.record), version, (place as i64).into()]);
        }
    }

    async fn intern(&mut self, tx: &mut Write, audience: &Audience) -> Result<i64, StoreError> {
        if let Some(number) = self.audiences.get(audience) {
            return Ok(*number);
        }
        let number = audience::intern(tx, audience).await?;
        self.audiences.insert(audience.clone(), number);
        Ok(number)
    }

    /// Writes it.
    pub(crate) async fn apply(self, tx: &mut Write) -> Result<(), StoreError> {
        self.end(tx).await?;
        tx.insert_many("state", STATE, self.states).await?;
        tx.insert_many("genome", GENOME, self.genomes).await?;
        tx.insert_many("genome_sequence", ["digest", "record", "version", "place"], self.sequences).await?;
        tx.insert_missing("part", ["whole", "record"], self.parts).await?;
        tally::change(tx, &self.released, Change::Enter).await
    }

    /// Ends the faces that others take the place of. Most that are released have none yet, so those that have are asked
    /// for first.
    async fn end(&self, tx: &mut Write) -> Result<(), StoreError> {
        for chunk in self.ended.chunks(ASKED_AT_ONCE) {
            let places: Vec<String> = (1..=chunk.len()).map(|place| format!("${place}")).collect();
            let sql = format!(
                "SELECT record, face FROM state WHERE record IN ({}) AND to_seq IS NULL",
                places.join(",")
            );
            let values: Vec<Value> = chunk.iter().map(|(record, ..)| id(*record)).collect();
            let mut there = HashSet::new();
            for row in tx.fetch_all(AssertSqlSafe(sql), values).await? {
                there.insert((RecordId::from_bytes(id_from(row.get(0)?)?), row.get::<i64>(1)?));
            }
            let ended = chunk.iter().filter(|(record, face, _)| there.contains(&(*record, *face)));
            let ended: Vec<&(RecordId, i64, u64)> = ended.collect();
            let released = ended.iter().filter(|(_, face, _)| *face == RELEASED).map(|(record, ..)| *record);
            tally::change(tx, &released.collect::<Vec<_>>(), Change::Leave).await?;
            for (record, face, seq) in ended {
                let sql = "UPDATE state SET to_seq = $1 WHERE record = $2 AND face = $3 AND to_seq IS NULL";
                tx.execute(sql, params![*seq as i64, record.as_bytes(), *face]).await?;
            }
        }
        Ok(())
    }
}

/// Which face an entry that begins one is about.
fn face_of(entry: &Entry) -> i64 {
    match entry.draft.act {
        Act::Keep if entry.draft.body.kind().has_two_faces() => KEPT,
        _ => RELEASED,
    }
}

/// Goes on with the same content under another status: approved or sent back (the owner's face), withdrawn (both).
async fn restate(tx: &mut Write, record: RecordId, seq: u64, status: i64) -> Result<(), StoreError> {
    let faces = if status == WITHDRAWN { RELEASED } else { KEPT };
    let ended = "UPDATE state SET to_seq = $1 WHERE record = $2 AND face <= $3 AND to_seq IS NULL";
    tx.execute(ended, params![seq as i64, record.as_bytes(), faces]).await?;
    let begun = "INSERT INTO state (record, face, from_seq, kind, version, status, content, owner, audience, \
                 opens_at, opens_audience, terms, terms_version, simulated) \
                 SELECT record, face, to_seq, kind, version, CAST($3 AS BIGINT), content, owner, audience, \
                 opens_at, opens_audience, terms, terms_version, simulated \
                 FROM state WHERE record = $2 AND to_seq = $1";
    tx.execute(begun, params![seq as i64, record.as_bytes(), status]).await?;
    Ok(())
}

fn id(record: RecordId) -> Value<'static> {
    record.as_bytes().to_vec().into()
}
