//! One genome: the drawing, quality, lineage, assays, neighbours, metadata, history, credit, proof.
//!
//! Refuses to know why somebody may see it. Start at [`GenomePage`].

use super::address;
use super::frame::Frame;
use super::parts::{Audience, Event, Link, TermsName, Verified, Word};
use crate::messages::{Catalogue, Key, Value};
use crate::number;
use crate::report::Status;
use crate::svg::record::{Segment, record_map};

/// One version of one genome.
#[derive(Clone, Debug, Default)]
pub struct GenomePage {
    /// What every page carries.
    pub frame: Frame,
    /// Accession without version.
    pub accession: String,
    /// Version, from 1.
    pub version: u64,
    /// The newest version, so that an old one says it is old.
    pub newest: u64,
    /// Its name.
    pub name: String,
    /// Whether it can be seen, and by whom.
    pub state: RecordState,
    /// The pathogen.
    pub pathogen: String,
    /// Who may see it.
    pub audience: Audience,
    /// Whether it is simulated.
    pub is_simulated: bool,
    /// Short facts below the title: place, date, host, length…: label and value.
    pub facts: Vec<(String, String)>,
    /// What is drawn; several if the genome is segmented, none if it was not analysed.
    pub segments: Vec<Segment>,
    /// Its quality.
    pub status: Status,
    /// Plain sentences about it: what was found and what to do.
    pub quality: Vec<String>,
    /// Its place among its relatives.
    pub lineage: Placement,
    /// What assays are predicted to do.
    pub assays: Vec<AssayLine>,
    /// Its nearest relatives that the reader may see.
    pub neighbours: Vec<Neighbour>,
    /// All mutations in words, for search and copying: nucleotides, then amino acids.
    pub nucleotides: Vec<String>,
    /// Changes of proteins.
    pub amino_acids: Vec<String>,
    /// Metadata: label and value.
    pub metadata: Vec<(String, String)>,
    /// All versions, the newest first.
    pub versions: Vec<Version>,
    /// What happened to it, the newest first.
    pub history: Vec<Event>,
    /// Who is to be credited.
    pub credit: Credit,
    /// Its terms.
    pub terms: TermsName,
    /// Whether they must be accepted before a download.
    pub must_accept: bool,
    /// How to cite it.
    pub citation: String,
    /// With what it was analysed: pack and version, program and version.
    pub analysed_with: Vec<String>,
    /// Its entry in the ledger.
    pub verified: Option<Verified>,
    /// What the reader may do.
    pub may_revise: bool,
    /// Whether they may take it back.
    pub may_withdraw: bool,
    /// Whether they may send it back to who handed it in.
    pub may_send_back: bool,
}

/// Whether a record can be seen, and by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RecordState {
    /// Visible to its audience.
    #[default]
    Released,
    /// Not released: only its party sees it.
    Unreleased,
    /// Only its party sees it until a date: `2027-01-31`.
    Embargoed(String),
    /// Sent back by a reviewer, who says why; only its own party is told.
    SentBack(String),
    /// Taken back.
    Withdrawn {
        /// When: `2026-11-20`.
        on: String,
        /// Why.
        reason: String,
    },
}

/// The place of a genome among its relatives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// Its clade; empty if not known.
    pub clade: String,
    /// Finer lineages: which scheme, and the lineage.
    pub finer: Vec<(String, String)>,
    /// The nearest node or genome of the tree.
    pub nearest: String,
    /// Letters that differ from it.
    pub distance_nt: u64,
    /// Mutations that its relatives lack.
    pub private: Vec<String>,
}

/// What an assay is predicted to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssayLine {
    /// Its name.
    pub name: String,
    /// Prediction.
    pub verdict: AssayVerdict,
    /// Why: the mutations under its oligos; may be empty.
    pub why: String,
}

/// What an assay is predicted to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AssayVerdict {
    /// Nothing suggests a loss.
    #[default]
    NoPredictedEffect,
    /// Too much was not read to say.
    NotAssessable,
    /// Less sensitive, perhaps.
    PossibleLoss,
    /// Less sensitive or blind, probably.
    ProbableLoss,
}

/// A near relative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbour {
    /// Its name and page.
    pub link: Link,
    /// Letters that differ.
    pub distance_nt: u64,
    /// Where and when it was collected.
    pub about: String,
}

/// A version of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub version: u64,
    /// When it was made.
    pub at: String,
    /// By whom.
    pub person: String,
    /// Why.
    pub reason: String,
    /// What changed against the one before, in short: `metadata`, `sequence`; empty for the first.
    pub changed: Vec<Changed>,
}

/// What changed between two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Metadata.
    Metadata,
    /// The sequence.
    Sequence,
}

/// Who is to be credited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credit {
    /// Authors, in their order.
    pub authors: Vec<String>,
    /// Laboratory that the specimen came from.
    pub originating: String,
    /// Laboratory that sequenced it.
    pub sequencing: String,
    /// Party that submitted it.
    pub submitting: String,
}

impl AssayVerdict {
    /// The word for it.
    pub fn word(self) -> Word {
        match self {
            Self::NoPredictedEffect => ("✓", "good", Key::AssayNoEffect),
            Self::NotAssessable => ("–", "failed", Key::AssayNotAssessable),
            Self::PossibleLoss => ("!", "mediocre", Key::AssayPossible),
            Self::ProbableLoss => ("✕", "bad", Key::AssayProbable),
        }
    }
}

impl Changed {
    /// What it is called.
    pub fn key(self) -> Key {
        match self {
            Self::Metadata => Key::ChangedMetadata,
            Self::Sequence => Key::ChangedSequence,
        }
    }
}

impl GenomePage {
    /// Accession with version.
    pub fn versioned(&self) -> String {
        format!("{}.{}", self.accession, self.version)
    }

    /// What is said above a record that not everybody of its audience sees: class and sentence.
    pub fn banner(&self, words: &Catalogue) -> Option<(&'static str, String)> {
        match &self.state {
            RecordState::Released => None,
            RecordState::Unreleased => Some(("flash caution", words.say(Key::StateUnreleased))),
            RecordState::Embargoed(date) => {
                Some(("flash caution", words.with(Key::StateEmbargoed, "date", date)))
            }
            RecordState::SentBack(reason) => {
                Some(("flash caution", words.with(Key::StateSentBack, "reason", reason)))
            }
            RecordState::Withdrawn { on, reason } => {
                let given = [("date", Value::Text(on)), ("reason", Value::Text(reason))];
                Some(("flash problem", words.tell(Key::StateWithdrawn, &given)))
            }
        }
    }

    /// Whether it is withdrawn: then its sequence is not offered.
    pub fn is_withdrawn(&self) -> bool {
        matches!(self.state, RecordState::Withdrawn { .. })
    }

    /// The drawing of a segment.
    pub fn drawing(&self, segment: &Segment, words: &Catalogue) -> String {
        let name = if segment.name.is_empty() { &self.accession } else { &segment.name };
        let missing: u64 =
            segment.missing.iter().map(|(begin, end)| u64::from(end.saturating_sub(*begin))).sum();
        let share = number::percent(number::share(missing, u64::from(segment.length_nt)));
        let [deletions, insertions] =
            [segment.deletions.len(), segment.insertions.len()].map(|count| number::whole(count as u64));
        let title = words.tell(
            Key::DrawingGenome,
            &[
                ("name", Value::Text(name)),
                ("count", Value::Count(segment.substitutions.len() as u64)),
                ("deletions", Value::Text(&deletions)),
                ("insertions", Value::Text(&insertions)),
                ("share", Value::Text(&share)),
            ],
        );
        record_map(&title, segment, words)
    }

    /// How many changes are told in words.
    pub fn changes(&self) -> u64 {
        (self.nucleotides.len() + self.amino_acids.len()) as u64
    }

    /// The laboratories to be credited, with what each did.
    pub fn laboratories(&self, words: &Catalogue) -> Vec<(String, &str)> {
        let credit = &self.credit;
        let all = [
            (Key::CreditOriginating, &credit.originating),
            (Key::CreditSequencing, &credit.sequencing),
            (Key::CreditSubmitting, &credit.submitting),
        ];
        let named = all.into_iter().filter(|(_, name)| !name.is_empty());
        named.map(|(key, name)| (words.say(key), name.as_str())).collect()
    }

    /// Path of what belongs to this version: `sequence.fasta`, `metadata.json`, `receipt`; or to the record: `revise`,
    /// `withdraw`.
    pub fn part(&self, part: &str) -> String {
        match part {
            "revise" | "withdraw" => address::of_genome(&self.accession, part),
            _ => address::of_genome(&self.versioned(), part),
        }
    }

    /// Path of the page that asks for acceptance before a download.
    pub fn accepting(&self, part: &str) -> String {
        address::accept(&self.terms.code, &self.part(part))
    }

    /// Path of the newest version.
    pub fn newest_address(&self) -> String {
        address::genome(&self.accession)
    }

    /// Path of a version.
    pub fn version_address(&self, version: &u64) -> String {
        address::genome(&format!("{}.{version}", self.accession))
    }

    /// Path of a version beside the one before.
    pub fn compare_address(&self, version: &u64) -> String {
        let before = version.saturating_sub(1);
        address::of_genome(&self.accession, &format!("compare?left={before}&right={version}"))
    }
}

page!(GenomePage, "site/genome.html");
