//! What a laboratory does all day, by the forms of the pages, and what is written down of it.
//!
//! Whatever is sent is pending before it is sent and acknowledged by its answer. Start at [`Laboratory::act`].

use crate::client::{Answer, Client};
use crate::journal::{
    Batch, Document, Journal, Pending, Stage, linked, next, page, promised, stage, wait_ready,
};
use hearth_base::digest::Digest;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

/// The administrator's password.
pub const PASSWORD: &str = "correct horse battery";

/// Numbers that are the same for the same seed (xorshift64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `most`.
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % most.max(1)
    }
}

/// Somebody who may do everything, with what they wrote down.
pub struct Laboratory {
    pub client: Client,
    pub journal: Journal,
    pub dice: Dice,
    reference: Vec<u8>,
    /// Bytes of empty lines that are added to a file of sequences.
    pub padding: usize,
    pub party: String,
    /// Whether the log is looked at by the way: not while the database is being broken.
    pub is_watched: bool,
    made: u64,
}

impl Laboratory {
    /// Sets an empty server up.
    pub fn found(mut client: Client, set_up: &str, seed: u64) -> io::Result<Self> {
        let fields = [
            ("party", "Laboratory"),
            ("country", "KE"),
            ("person", "Ada"),
            ("user", "ada"),
            ("password", PASSWORD),
            ("repeated", PASSWORD),
        ];
        let answer = client.form(set_up, &fields)?;
        assert_eq!(answer.status, 303, "{}", answer.text());
        client.take_session(&answer)?;
        let form = page(&client, "/submit")?;
        let party = form.split_once("name=\"party\"").and_then(|(_, rest)| rest.split_once("value=\""));
        let party = party.and_then(|(_, rest)| rest.split('"').next()).expect("a party").to_owned();
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs/sars-cov-2/reference.fasta");
        let fasta = std::fs::read(path).expect("the built-in pack");
        let reference = fasta.split(|byte| *byte == b'\n').skip(1).flatten().copied().collect();
        let journal = Journal::default();
        Ok(Self {
            client,
            journal,
            dice: Dice::new(seed),
            reference,
            padding: 0,
            is_watched: true,
            party,
            made: 0,
        })
    }

    /// Does one thing, whatever comes up.
    pub fn act(&mut self) -> io::Result<()> {
        let open = self.journal.batches.iter().filter(|batch| batch.stage < Stage::Released).count() as u64;
        match self.dice.below(12) {
            0..3 if open < 3 => self.bring(2 + self.made % 3),
            0..7 if open > 0 => self.advance(),
            0..4 => self.bring(2),
            4..8 => self.revise(),
            8 => self.withdraw(),
            9 => self.publish(),
            _ => self.take_receipt(),
        }
    }

    /// Brings a batch of so many genomes, with metadata.
    pub fn bring(&mut self, genomes: u64) -> io::Result<()> {
        let answer = self.send_batch(genomes);
        let answer = self.heard(answer)?;
        let to = answer.header("location").and_then(|path| path.strip_prefix("/batches/"));
        let id = to.unwrap_or_else(|| panic!("not brought: {}", answer.text())).to_owned();
        let brought = self.journal.brought.take().map(|batch| Batch { id, ..batch });
        self.journal.batches.extend(brought);
        Ok(())
    }

    /// Sends a batch, whatever is answered.
    pub fn send_batch(&mut self, genomes: u64) -> io::Result<Answer> {
        self.made += 1;
        let title = format!("Run {}", self.made);
        let (mut fasta, mut samples) = (Vec::new(), BTreeMap::new());
        let mut metadata = "sample\trecord\tcollected\tcountry\tdivision\n".to_owned();
        for number in 0..genomes {
            let sample = format!("S{}-{number}", self.made);
            let mut letters = self.reference.clone();
            for _ in 0..8 {
                let at = 500 + self.dice.below(28_000) as usize;
                letters[at] = b"ACGT"[self.dice.below(4) as usize];
            }
            fasta.extend(format!(">{sample}\n").into_bytes());
            fasta.extend(&letters);
            fasta.push(b'\n');
            let _ = writeln!(metadata, "{sample}\t{sample}\t2020-03-26\tKenya\tNairobi");
            samples.insert(sample, Digest::of(&letters));
        }
        fasta.extend(std::iter::repeat_n(b'\n', self.padding));
        let batch = Batch {
            title: title.clone(),
            id: String::new(),
            samples,
            stage: Stage::Analysing,
            pending: false,
        };
        self.journal.brought = Some(batch);
        let fields = [("name", title.as_str()), ("party", &self.party), ("terms", "OPEN")];
        let files = [("files", "run.fasta", fasta.as_slice()), ("files", "run.tsv", metadata.as_bytes())];
        self.client.files("/batches", &fields, &files)
    }

    /// Takes a batch one step further.
    pub fn advance(&mut self) -> io::Result<()> {
        let open = |batch: &Batch| batch.stage < Stage::Released;
        let open: Vec<usize> =
            (0..self.journal.batches.len()).filter(|number| open(&self.journal.batches[*number])).collect();
        let Some(number) = open.get(self.dice.below(open.len() as u64) as usize).copied() else {
            return Ok(());
        };
        self.advance_one(number)
    }

    /// Takes this batch one step further.
    pub fn advance_one(&mut self, number: usize) -> io::Result<()> {
        let (id, known) = (self.journal.batches[number].id.clone(), self.journal.batches[number].stage);
        let act = match known {
            Stage::Analysing => {
                self.journal.batches[number].stage = wait_ready(&self.client, &id)?;
                return Ok(());
            }
            Stage::Ready => "submit",
            Stage::HandedIn => "approve",
            Stage::Approved | Stage::Released => "release",
        };
        if !self.decide(number, act)? {
            return Ok(());
        }
        self.journal.batches[number].stage = next(known);
        match act {
            "submit" => self.journal.take_accessions(&self.client, number)?,
            "release" => {
                self.journal.note_release(number);
                self.journal.check_released(&Client::new(self.client.address))?;
            }
            _ => {}
        }
        self.note_entries()
    }

    /// Sends one of a batch's forms. Whether it was there.
    fn decide(&mut self, number: usize, act: &str) -> io::Result<bool> {
        let path = format!("/batches/{}", self.journal.batches[number].id);
        let shown = page(&self.client, &path)?;
        if !shown.contains(&format!("action=\"{path}/{act}\"")) {
            return Ok(false);
        }
        let revision =
            shown.split_once("name=\"revision\" value=\"").and_then(|(_, rest)| rest.split('"').next());
        let revision = revision.expect("a form says what it was decided on").to_owned();
        self.journal.batches[number].pending = true;
        let answer =
            self.client.form(&format!("{path}/{act}"), &[("revision", &revision), ("confirmed", "yes")]);
        let answer = self.heard(answer)?;
        assert_eq!(answer.status, 303, "{path}/{act}: {}", answer.text());
        self.journal.batches[number].pending = false;
        Ok(true)
    }

    /// A released genome that is not withdrawn.
    fn some_genome(&mut self) -> Option<String> {
        let all = self
            .journal
            .genomes
            .iter()
            .filter(|(_, genome)| genome.released.is_some() && !genome.is_withdrawn);
        let all: Vec<String> = all.map(|(accession, _)| accession.clone()).collect();
        let number = self.dice.below(all.len() as u64) as usize;
        all.get(number).cloned()
    }

    /// Revises what is known of a genome, and releases its batch again.
    pub fn revise(&mut self) -> io::Result<()> {
        let Some(accession) = self.some_genome() else { return self.bring(2) };
        self.made += 1;
        let genome = self.journal.genomes.get_mut(&accession).expect("known");
        genome.pending = Some(Pending::Revision);
        let (version, number) = (genome.version.to_string(), genome.batch);
        let place = format!("District {}", self.made);
        let fields =
            [("version", version.as_str()), ("field.division", &place), ("reason", "a typing error")];
        let answer = self.client.files(&format!("/genomes/{accession}/revise"), &fields, &[]);
        let answer = self.heard(answer)?;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let genome = self.journal.genomes.get_mut(&accession).expect("known");
        genome.pending = None;
        genome.version += 1;
        if self.dice.below(2) == 0 {
            self.advance_one(number)?;
        }
        self.note_entries()
    }

    pub fn withdraw(&mut self) -> io::Result<()> {
        let Some(accession) = self.some_genome() else { return self.bring(2) };
        self.journal.genomes.get_mut(&accession).expect("known").pending = Some(Pending::Withdrawal);
        let answer =
            self.client.form(&format!("/genomes/{accession}/withdraw"), &[("reason", "tubes exchanged")]);
        let answer = self.heard(answer)?;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let genome = self.journal.genomes.get_mut(&accession).expect("known");
        (genome.pending, genome.is_withdrawn, genome.released) = (None, true, None);
        self.note_entries()
    }

    /// Makes a document, or adds an edition to one.
    pub fn publish(&mut self) -> io::Result<()> {
        self.made += 1;
        if self.journal.documents.len() < 2 {
            let title = format!("Plan {}", self.made);
            let answer = self.client.form("/documents", &[("title", &title)]);
            let answer = self.heard(answer)?;
            let to = answer.header("location").and_then(|path| path.strip_prefix("/documents/"));
            let id = to.unwrap_or_else(|| panic!("not made: {}", answer.text())).to_owned();
            assert!(linked(&page(&self.client, "/documents")?, "/documents/", &title).is_some());
            self.journal.documents.push(Document { id, editions: BTreeMap::new(), pending: None });
        }
        let number = self.dice.below(self.journal.documents.len() as u64) as usize;
        let (label, text) = (format!("Edition-{}-of", self.made), format!("What to do, {}", self.made));
        let document = &mut self.journal.documents[number];
        document.pending = Some((label.clone(), Digest::of(text.as_bytes())));
        let path = format!("/documents/{}/editions", document.id);
        let fields = [("name", label.as_str()), ("changed", ""), ("language", "en"), ("origin", "original")];
        let answer = self.client.files(&path, &fields, &[("file", "plan.txt", text.as_bytes())]);
        let answer = self.heard(answer)?;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let document = &mut self.journal.documents[number];
        let edition = document.pending.take();
        document.editions.extend(edition);
        self.note_entries()
    }

    /// Takes a receipt of some entry.
    pub fn take_receipt(&mut self) -> io::Result<()> {
        let without = self.journal.entries.iter().filter(|id| !self.journal.receipts.contains_key(*id));
        let without: Vec<String> = without.cloned().collect();
        let Some(id) = without.get(self.dice.below(without.len() as u64) as usize) else { return Ok(()) };
        let answer = self.client.get(&format!("/ledger/{id}/receipt"))?;
        match answer.status {
            200 if self.is_watched => {
                self.journal.monitor.look(&Client::new(self.client.address), 1)?;
                self.journal.monitor.check_receipt(&self.client, &answer.body)?;
                self.journal.receipts.insert(id.clone(), answer.body);
            }
            // No head covers it yet.
            status => assert!(status == 503 || !self.is_watched, "{}", answer.text()),
        }
        Ok(())
    }

    /// Writes down the entries that the ledger shows now.
    pub fn note_entries(&mut self) -> io::Result<()> {
        let shown = page(&self.client, "/ledger")?;
        let ids = shown.split("href=\"/ledger/").skip(1).filter_map(|rest| rest.split(['"', '?']).next());
        let ids = ids.filter(|id| id.len() > 20 && !id.contains('/'));
        self.journal.entries.extend(ids.map(str::to_owned));
        Ok(())
    }

    fn heard(&mut self, answer: io::Result<Answer>) -> io::Result<Answer> {
        // "Not now" acknowledges nothing; whether it was done is seen later.
        let answer = answer.and_then(promised);
        match &answer {
            Ok(_) => self.journal.acknowledged += 1,
            Err(_) => self.journal.unanswered += 1,
        }
        answer
    }

    /// A whole day: a batch from its files to its release, a revision, a withdrawal, a document, a receipt.
    pub fn day(&mut self) -> io::Result<()> {
        self.through(2)?;
        self.revise()?;
        let revised = |batch: usize, journal: &Journal| {
            journal.genomes.values().any(|genome| {
                genome.batch == batch && !genome.is_withdrawn && genome.released != Some(genome.version)
            })
        };
        for number in 0..self.journal.batches.len() {
            if self.journal.batches[number].stage == Stage::Released && revised(number, &self.journal) {
                self.advance_one(number)?;
            }
        }
        self.withdraw()?;
        self.publish()?;
        self.take_receipt()
    }

    /// Brings a batch and takes it to its release.
    pub fn through(&mut self, genomes: u64) -> io::Result<()> {
        self.bring(genomes)?;
        let number = self.journal.batches.len() - 1;
        while self.journal.batches[number].stage < Stage::Released {
            self.advance_one(number)?;
        }
        assert_eq!(stage(&self.client, &self.journal.batches[number].id)?, Stage::Released);
        Ok(())
    }
}
