//! The analysis of a batch: records in, on several threads, results and packs of sequences out.
//!
//! Blocking: it runs beside the server's tasks and hands packs to the caller as they fill. Order is that of the files.
//! Refuses to know samples, drafts and the database. Start at [`analyse`].

use super::{AnalysedSequence, Judgement};
use crate::app::packs::{Packs, ReadyPack};
use hearth_base::digest::Digest;
use hearth_formats::input::{Batch, BatchReader};
use hearth_genome::analysis::{Analysis, Memory};
use hearth_genome::fasta::{Record, parse_record};
use hearth_genome::kept::pack::{AddError, Writer};
use hearth_genome::quality::Status as Judged;
use hearth_genome::rows::columns::Columns;
use hearth_genome::rows::table::{Delimiter, Table};
use hearth_genome::rows::{RecordName, Warning};
use hearth_store::sequences::SequencePlace;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Remarks that are kept of one sequence.
const REMARKS_MAX: usize = 12;

/// A full pack of sequences.
pub(super) struct FullPack {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where in it sequences lie.
    pub places: Vec<InPack>,
}

/// Where a sequence lies in a pack: digest, first byte, bytes, letters.
type InPack = (Digest, u32, u32, u32);

/// A pack that is being filled.
struct Filling {
    writer: Writer,
    places: Vec<InPack>,
}

/// Who takes what comes out.
pub(super) trait Taker {
    /// Takes a pack; `false` ends the analysis.
    fn take_pack(&mut self, pack: FullPack) -> bool;
    /// Hears how many records are done; `false` ends the analysis.
    fn hear(&mut self, done: u64) -> bool;
}

/// One record as a thread hands it on.
struct Done {
    index: u64,
    sequence: AnalysedSequence,
    /// The number of the pack and the sequence as it is kept.
    kept: Option<(usize, Vec<u8>)>,
}

/// Analyses all records of some streams. Sentences are about what could not be read.
pub(super) fn analyse(
    packs: &Packs,
    wanted: Option<&str>,
    readers: Vec<BatchReader>,
    limits: super::GenomeLimits,
    taker: &mut dyn Taker,
) -> Result<(Vec<AnalysedSequence>, Vec<String>), String> {
    let mut problems = Vec::new();
    let mut gathered = Gathered::new(packs);
    let mut left = limits.text_bytes;
    for reader in readers {
        let first = gathered.sequences.len() as u64;
        let reader = Mutex::new(Source { reader, problems: Vec::new(), left, most: limits.text_bytes });
        let outcome = std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel::<Vec<Done>>(limits.threads * 2);
            for _ in 0..limits.threads {
                let sender = sender.clone();
                let reader = &reader;
                scope.spawn(move || work(packs, wanted, reader, &sender));
            }
            drop(sender);
            gathered.collect(first, &receiver, limits.records, taker)
        });
        let mut source = reader.into_inner().unwrap_or_else(PoisonError::into_inner);
        left = source.left;
        problems.append(&mut source.problems);
        outcome?;
    }
    gathered.finish(taker)?;
    Ok((gathered.sequences, problems))
}

/// What threads take batches from.
struct Source {
    reader: BatchReader,
    problems: Vec<String>,
    /// Bytes of unpacked text that may still come, of so many in all.
    left: u64,
    most: u64,
}

impl Source {
    fn next(&mut self) -> Option<Batch> {
        loop {
            match self.reader.next()? {
                // A few kilobytes of a packed file may be terabytes.
                Ok(batch) if batch.bytes.len() as u64 > self.left => {
                    if self.left > 0 {
                        let text = format!(
                            "the files are larger than {} bytes unpacked: bring them in parts",
                            self.most
                        );
                        self.problems.push(text);
                    }
                    self.left = 0;
                    return None;
                }
                Ok(batch) => {
                    self.left -= batch.bytes.len() as u64;
                    return Some(batch);
                }
                Err(error) => self.problems.push(error.to_string()),
            }
        }
    }
}

fn work(packs: &Packs, wanted: Option<&str>, source: &Mutex<Source>, sender: &SyncSender<Vec<Done>>) {
    let mut memories: Vec<Memory> = packs.all().iter().map(|_| Memory::default()).collect();
    let mut record = Record::default();
    loop {
        let batch = source.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some(batch) = batch else { return };
        let mut done = Vec::with_capacity(batch.len());
        for (index, raw) in batch.records() {
            parse_record(raw, &mut record);
            let one = catch_unwind(AssertUnwindSafe(|| one(packs, wanted, &record, &mut memories)));
            let (sequence, kept) = one.unwrap_or_else(|_| {
                memories = packs.all().iter().map(|_| Memory::default()).collect();
                let failure = "an error inside Hearth stopped the analysis of this record: please report it";
                (failed(&record, String::new(), failure.to_owned()), None)
            });
            done.push(Done { index, sequence, kept });
        }
        if sender.send(done).is_err() {
            return;
        }
    }
}

/// One record.
fn one(
    packs: &Packs,
    wanted: Option<&str>,
    record: &Record,
    memories: &mut [Memory],
) -> (AnalysedSequence, Option<(usize, Vec<u8>)>) {
    let letters = &record.sequence;
    let number = match wanted {
        Some(name) => packs.pathogens().named(name).and_then(|pathogen| packs.choose_of(pathogen, letters)),
        None => packs.choose(letters),
    };
    let Some(number) = number else {
        let failure = match wanted {
            _ if letters.is_empty() => {
                "the sequence is empty; check that the file was written completely".to_owned()
            }
            Some(name) => format!("the sequence is unlike every segment of {name}"),
            None => "the sequence is unlike the reference of every pack of this server".to_owned(),
        };
        return (failed(record, String::new(), failure), None);
    };
    let ready = &packs.all()[number];
    let name = ready.pack.name().to_owned();
    match ready.pack.analyse(letters, &mut memories[number]) {
        Err(rejection) => (failed(record, name, rejection.to_string()), None),
        Ok(analysis) => {
            let mut kept = Vec::new();
            let turned = analysis.is_reverse_complement;
            match ready.coder.encode_along(&analysis.path, turned, letters, &mut kept) {
                Ok(()) => (described(record, ready, &analysis), Some((number, kept))),
                Err(error) => (failed(record, name, error.to_string()), None),
            }
        }
    }
}

fn failed(record: &Record, pathogen: String, failure: String) -> AnalysedSequence {
    AnalysedSequence {
        record: record.name.clone(),
        length_nt: u32::try_from(record.sequence.len()).unwrap_or(u32::MAX),
        known_nt: known(&record.sequence),
        pathogen,
        judgement: Judgement::Failed,
        failure: Some(failure),
        ..AnalysedSequence::default()
    }
}

fn known(letters: &[u8]) -> u32 {
    let known = letters.iter().filter(|letter| matches!(letter, b'A' | b'C' | b'G' | b'T')).count();
    u32::try_from(known).unwrap_or(u32::MAX)
}

fn described(record: &Record, ready: &ReadyPack, analysis: &Analysis) -> AnalysedSequence {
    let pack = &ready.pack;
    let node = analysis.place.as_ref().map(|place| place.placement.node);
    let tree = pack.tree().zip(node);
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let score = analysis.quality.overall_score.max(analysis.structure.score);
    let judgement = match pack.pathogen().quality {
        None => Judgement::Unjudged,
        Some(_) => match Judged::of(score) {
            Judged::Good => Judgement::Good,
            Judged::Mediocre => Judgement::Mediocre,
            Judged::Bad => Judgement::Bad,
        },
    };
    let warnings = Warning::of(analysis, pack);
    AnalysedSequence {
        record: record.name.clone(),
        segment: String::new(),
        digest: Some(Digest::of(&record.sequence)),
        length_nt: analysis.length_nt,
        known_nt: known(&record.sequence),
        pathogen: pack.name().to_owned(),
        clade: text(tree.and_then(|(tree, node)| tree.clade(node))),
        lineage: text(tree.and_then(|(tree, node)| tree.lineage(node))),
        judgement,
        score,
        coverage: analysis.coverage(pack),
        results: Some(results(&record.name, ready, analysis)),
        remarks: warnings.into_iter().take(REMARKS_MAX).map(|warning| warning.sentence).collect(),
        failure: None,
    }
}

/// The digest of a sequence's row of results: all columns of the table of `hearth analyse` but number and name.
pub(super) fn results(name: &str, ready: &ReadyPack, analysis: &Analysis) -> Digest {
    let Ok(columns) = Columns::of_pack(&ready.pack, &[]) else { return Digest::of(b"") };
    let table = Table { pack: &ready.pack, columns: &columns, delimiter: Delimiter::Tab };
    let mut row = Vec::with_capacity(4_096);
    table.write_row(RecordName { index: 0, name }, analysis, "", &mut row);
    let cells = row.splitn(3, |byte| *byte == b'\t').nth(2).unwrap_or_default();
    Digest::of(cells)
}

/// Results in order, and the packs that are being filled.
struct Gathered<'a> {
    packs: &'a Packs,
    sequences: Vec<AnalysedSequence>,
    early: BTreeMap<u64, AnalysedSequence>,
    filling: BTreeMap<usize, Filling>,
}

const ENDED: &str = "the analysis was ended";

impl<'a> Gathered<'a> {
    fn new(packs: &'a Packs) -> Self {
        Self { packs, sequences: Vec::new(), early: BTreeMap::new(), filling: BTreeMap::new() }
    }

    fn collect(
        &mut self,
        first: u64,
        receiver: &Receiver<Vec<Done>>,
        records_max: usize,
        taker: &mut dyn Taker,
    ) -> Result<(), String> {
        for batch in receiver {
            for done in batch {
                if let (Some((pack, kept)), Some(digest)) = (done.kept, done.sequence.digest) {
                    self.keep(pack, digest, &kept, done.sequence.length_nt, taker)?;
                }
                self.early.insert(first + done.index, done.sequence);
            }
            while let Some(sequence) = self.early.remove(&(self.sequences.len() as u64)) {
                self.sequences.push(sequence);
            }
            if self.sequences.len() > records_max {
                return Err(format!("there are more than {records_max} records: split the batch"));
            }
            if !taker.hear(self.sequences.len() as u64) {
                return Err(ENDED.to_owned());
            }
        }
        // A record that was too long to read has a number and no result.
        self.sequences.extend(std::mem::take(&mut self.early).into_values());
        Ok(())
    }

    fn keep(
        &mut self,
        pack: usize,
        digest: Digest,
        kept: &[u8],
        length_nt: u32,
        taker: &mut dyn Taker,
    ) -> Result<(), String> {
        for _ in 0..2 {
            let coder = &self.packs.all()[pack].coder;
            let new = || Filling { writer: Writer::new(&[coder]), places: Vec::new() };
            let Filling { writer, places } = self.filling.entry(pack).or_insert_with(new);
            match writer.add(digest.as_bytes(), kept) {
                Ok(place) => {
                    places.push((digest, place.offset, place.length, length_nt));
                    return Ok(());
                }
                Err(AddError::Full) => self.hand_over(pack, taker)?,
                Err(error) => return Err(error.to_string()),
            }
        }
        Err("a sequence does not fit into an empty pack".to_owned())
    }

    fn hand_over(&mut self, pack: usize, taker: &mut dyn Taker) -> Result<(), String> {
        let Some(Filling { writer, places }) = self.filling.remove(&pack) else { return Ok(()) };
        let full = FullPack { bytes: writer.finish(), places };
        if taker.take_pack(full) { Ok(()) } else { Err(ENDED.to_owned()) }
    }

    fn finish(&mut self, taker: &mut dyn Taker) -> Result<(), String> {
        let open: Vec<usize> = self.filling.keys().copied().collect();
        open.into_iter().try_for_each(|pack| self.hand_over(pack, taker))
    }
}

impl FullPack {
    /// Where its sequences lie, once the pack has a digest.
    pub(super) fn places(&self, pack: Digest) -> Vec<SequencePlace> {
        let place = |&(digest, start, bytes, length_nt): &InPack| SequencePlace {
            digest,
            pack,
            start,
            bytes,
            length_nt,
        };
        self.places.iter().map(place).collect()
    }
}
