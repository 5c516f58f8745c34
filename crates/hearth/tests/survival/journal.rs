//! What the client wrote down of all that was acknowledged, and whether the server still says the same.
//!
//! An act whose answer never came may have been done or not: it is pending, and the server says which after it was
//! started again. Anything between the two is a fault. Start at [`Journal::hold_against`].

use crate::client::{Answer, Client};
use crate::monitor::Monitor;
use crate::program::PATIENCE;
use hearth_base::digest::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::{Duration, Instant};

/// How far a batch went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Analysing,
    Ready,
    HandedIn,
    Approved,
    Released,
}

/// A batch of genomes.
#[derive(Clone, Debug)]
pub struct Batch {
    pub title: String,
    pub id: String,
    /// Samples and the digests of their letters.
    pub samples: BTreeMap<String, Digest>,
    pub stage: Stage,
    /// An act that was sent and not answered.
    pub pending: bool,
}

/// A genome that has an accession.
#[derive(Clone, Debug)]
pub struct Genome {
    pub batch: usize,
    pub digest: Digest,
    pub version: u64,
    /// The version that everybody sees.
    pub released: Option<u64>,
    pub is_withdrawn: bool,
    pub pending: Option<Pending>,
}

/// What was sent about a genome and not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    Revision,
    Withdrawal,
}

/// A document: its page, its editions and the digests of their files.
#[derive(Clone, Debug)]
pub struct Document {
    pub id: String,
    pub editions: BTreeMap<String, Digest>,
    /// An edition that was sent and not answered.
    pub pending: Option<(String, Digest)>,
}

/// What the client wrote down.
#[derive(Default)]
pub struct Journal {
    pub batches: Vec<Batch>,
    /// A batch that was sent and not answered.
    pub brought: Option<Batch>,
    pub genomes: BTreeMap<String, Genome>,
    pub documents: Vec<Document>,
    /// Entries that the ledger showed after an answer.
    pub entries: BTreeSet<String>,
    pub receipts: BTreeMap<String, Vec<u8>>,
    pub monitor: Monitor,
    /// Answers, and acts that were never answered.
    pub acknowledged: u64,
    pub unanswered: u64,
}

impl Journal {
    /// Holds everything against what the server says. `all`: every file is taken too, not only the newest.
    pub fn hold_against(&mut self, client: &Client, all: bool) -> io::Result<()> {
        let anybody = Client::new(client.address);
        self.monitor.look(&anybody, if all { usize::MAX } else { 5 })?;
        self.settle_brought(client)?;
        self.settle_batches(client, &anybody, all)?;
        self.settle_genomes(client, all)?;
        self.check_released(&anybody)?;
        self.check_documents(client)?;
        let step = if all { 1 } else { 1 + self.entries.len() / 5 };
        for entry in self.entries.iter().rev().step_by(step) {
            assert_eq!(client.get(&format!("/ledger/{entry}"))?.status, 200, "the entry {entry} is gone");
        }
        let step = if all { 1 } else { 1 + self.receipts.len() / 3 };
        for receipt in self.receipts.values().rev().step_by(step) {
            self.monitor.check_receipt(&anybody, receipt)?;
        }
        Ok(())
    }

    /// Whether the batch that was brought without an answer is there.
    fn settle_brought(&mut self, client: &Client) -> io::Result<()> {
        let Some(mut batch) = self.brought.take() else { return Ok(()) };
        let list = page(client, "/batches")?;
        if let Some(id) = linked(&list, "/batches/", &batch.title) {
            batch.id = id;
            self.batches.push(batch);
        }
        Ok(())
    }

    fn settle_batches(&mut self, client: &Client, anybody: &Client, all: bool) -> io::Result<()> {
        let recent = self.batches.len().saturating_sub(3);
        for number in 0..self.batches.len() {
            let batch = &self.batches[number];
            if !all && batch.stage == Stage::Released && !batch.pending && number < recent {
                continue;
            }
            let known = batch.stage;
            let stage = if known == Stage::Analysing {
                wait_ready(client, &batch.id)?
            } else {
                stage(client, &batch.id)?
            };
            let may_be =
                batch.pending && stage == next(known) || known == Stage::Analysing && stage == Stage::Ready;
            assert!(
                stage == known || may_be,
                "batch {}: {known:?} was acknowledged, and it is {stage:?}",
                batch.title
            );
            let has_accessions = self.genomes.values().any(|genome| genome.batch == number);
            if stage >= Stage::HandedIn && !has_accessions {
                self.take_accessions(client, number)?;
            }
            let is_release = self.batches[number].pending && known >= Stage::Approved;
            if is_release {
                self.settle_release(anybody, number)?;
            }
            let batch = &mut self.batches[number];
            (batch.stage, batch.pending) = (stage, false);
        }
        Ok(())
    }

    /// The accessions of a batch that was handed in: each sample has one, and no other has.
    pub fn take_accessions(&mut self, client: &Client, number: usize) -> io::Result<()> {
        let batch = self.batches[number].clone();
        let page = page(client, &format!("/batches/{}", batch.id))?;
        for (sample, digest) in &batch.samples {
            let accession = linked(&page, "/genomes/", sample);
            let accession =
                accession.unwrap_or_else(|| panic!("{sample} of {} has no accession", batch.title));
            let genome = Genome {
                batch: number,
                digest: *digest,
                version: 1,
                released: None,
                is_withdrawn: false,
                pending: None,
            };
            assert!(self.genomes.insert(accession.clone(), genome).is_none(), "{accession} is given twice");
        }
        Ok(())
    }

    /// A release that was not answered was decided or not; when it was, every genome of the batch follows.
    fn settle_release(&mut self, anybody: &Client, number: usize) -> io::Result<()> {
        let seen = released(anybody)?;
        let of_batch: Vec<&String> = self
            .genomes
            .iter()
            .filter(|(_, genome)| {
                genome.batch == number && !genome.is_withdrawn && genome.released != Some(genome.version)
            })
            .map(|(accession, _)| accession)
            .collect();
        if of_batch.iter().any(|name| seen.get(*name) == Some(&self.genomes[*name].version)) {
            self.note_release(number);
        }
        Ok(())
    }

    /// Writes down that a batch was released.
    pub fn note_release(&mut self, number: usize) {
        for genome in
            self.genomes.values_mut().filter(|genome| genome.batch == number && !genome.is_withdrawn)
        {
            genome.released = Some(genome.version);
        }
    }

    fn settle_genomes(&mut self, client: &Client, all: bool) -> io::Result<()> {
        let step = if all { 1 } else { 1 + self.genomes.len() / 5 };
        for (place, (accession, genome)) in self.genomes.iter_mut().rev().enumerate() {
            if place % step != 0 && genome.pending.is_none() {
                continue;
            }
            let answer = client.get(&format!("/genomes/{accession}/metadata.json"))?;
            let pending = genome.pending.take();
            if answer.status == 410 && (genome.is_withdrawn || pending == Some(Pending::Withdrawal)) {
                genome.is_withdrawn = true;
                genome.released = None;
                continue;
            }
            assert_eq!(answer.status, 200, "{accession}: {}", answer.text());
            assert!(!genome.is_withdrawn, "{accession} was withdrawn, and is there");
            let said: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
            let version = said["version"].as_u64().expect("a version");
            let may_be = pending == Some(Pending::Revision) && version == genome.version + 1;
            assert!(version == genome.version || may_be, "{accession}: {version}, not {}", genome.version);
            genome.version = version;
            let fasta = client.get(&format!("/genomes/{accession}/sequence.fasta"))?;
            assert_eq!(fasta.status, 200, "{accession} has no sequence: {}", fasta.text());
            assert_eq!(digest_of_fasta(&fasta.body), genome.digest, "{accession} has other letters");
        }
        Ok(())
    }

    /// Everybody sees what was released, in its version, and nothing else; what was decided a moment ago may take one.
    pub fn check_released(&self, anybody: &Client) -> io::Result<()> {
        let noted =
            self.genomes.iter().filter_map(|(accession, genome)| Some((accession.clone(), genome.released?)));
        let noted: BTreeMap<String, u64> = noted.collect();
        let began = Instant::now();
        loop {
            let seen = released(anybody)?;
            // Never more than was released, at any moment.
            let is_noted = |(accession, version): (&String, &u64)| noted.get(accession) >= Some(version);
            assert!(seen.iter().all(is_noted), "{seen:?} is seen, and {noted:?} was released");
            if seen == noted {
                return Ok(());
            }
            assert!(began.elapsed() < PATIENCE, "{noted:?} was released, and only {seen:?} is ever seen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn check_documents(&mut self, client: &Client) -> io::Result<()> {
        for document in &mut self.documents {
            let page = page(client, &format!("/documents/{}", document.id))?;
            if let Some((label, digest)) = document.pending.take()
                && page.contains(&label)
            {
                document.editions.insert(label, digest);
            }
            for (label, digest) in &document.editions {
                let (_, rest) = page.split_once(label.as_str()).unwrap_or_else(|| panic!("{label} is gone"));
                let (_, rest) = rest.split_once("/files/").expect("an edition has a file");
                let file = rest.split('"').next().unwrap_or_default();
                let answer = client.get(&format!("/documents/{}/files/{file}", document.id))?;
                assert_eq!((answer.status, Digest::of(&answer.body)), (200, *digest), "the file of {label}");
            }
        }
        Ok(())
    }
}

/// A page that has to be there.
#[track_caller]
pub fn page(client: &Client, path: &str) -> io::Result<String> {
    let answer = promised(client.get(path)?)?;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    Ok(answer.text())
}

/// An answer that promises something: one that says "not now" (503) is none.
pub fn promised(answer: Answer) -> io::Result<Answer> {
    if answer.status == 503 { Err(io::Error::other(answer.text())) } else { Ok(answer) }
}

/// What stands behind `prefix` in the link whose text holds `label`.
pub fn linked(page: &str, prefix: &str, label: &str) -> Option<String> {
    let start = format!("href=\"{prefix}");
    let links = page.split(start.as_str()).skip(1).filter_map(|rest| rest.split_once('"'));
    let mut found = links.filter(|(_, rest)| {
        rest.split("</a>").next().is_some_and(|text| text.contains(&format!(">{label}<")))
    });
    found.next().map(|(id, _)| id.to_owned())
}

/// The step after a stage.
pub fn next(stage: Stage) -> Stage {
    match stage {
        Stage::Analysing => Stage::Ready,
        Stage::Ready => Stage::HandedIn,
        Stage::HandedIn => Stage::Approved,
        Stage::Approved | Stage::Released => Stage::Released,
    }
}

/// How far a batch is, in the word beside its name.
pub fn stage(client: &Client, id: &str) -> io::Result<Stage> {
    let page = page(client, &format!("/batches/{id}"))?;
    let head = page.split_once("</h1><span").and_then(|(_, rest)| rest.split_once('>'));
    let word = head.and_then(|(_, rest)| rest.split('<').next()).unwrap_or_default();
    Ok(match word {
        "analysing" => Stage::Analysing,
        "draft" => Stage::Ready,
        "waits for review" => Stage::HandedIn,
        "waits for release" => Stage::Approved,
        "released" => Stage::Released,
        other => panic!("the batch {id} is {other:?}:\n{page}"),
    })
}

/// Waits until a batch is analysed.
pub fn wait_ready(client: &Client, id: &str) -> io::Result<Stage> {
    let began = Instant::now();
    loop {
        let stage = stage(client, id)?;
        if stage != Stage::Analysing {
            return Ok(stage);
        }
        assert!(began.elapsed() < PATIENCE, "the batch {id} is never analysed");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What everybody sees: accessions and versions.
pub fn released(anybody: &Client) -> io::Result<BTreeMap<String, u64>> {
    let answer = promised(anybody.get("/genomes.json")?)?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let list: Vec<serde_json::Value> = serde_json::from_slice(&answer.body).expect("JSON");
    let one = |value: &serde_json::Value| {
        Some((value["accession"].as_str()?.to_owned(), value["version"].as_u64()?))
    };
    Ok(list.iter().filter_map(one).collect())
}

/// The digest of the letters of one record.
pub fn digest_of_fasta(bytes: &[u8]) -> Digest {
    let letters: Vec<u8> = bytes.split(|byte| *byte == b'\n').skip(1).flatten().copied().collect();
    Digest::of(&letters)
}
