//! A sample as its submitter describes it.
//!
//! Refuses to know templates and files. Start at [`SampleRow`].

use hearth_base::country::Country;
use hearth_base::date::PartialDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One sample: its name, its sequences, where, when and from whom it was taken, and who is to be credited.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SampleRow {
    /// The row in the file, counted as a spreadsheet counts, with the header as row 1; the first one where
    /// several rows describe one segmented genome.
    pub row: u32,
    /// The submitter's name for the sample.
    pub sample: String,
    /// Its sequences in the FASTA file, where the sheet names them; otherwise they are found by the sample's
    /// name.
    pub records: Vec<RecordName>,
    /// What pathogen the submitter says it is, in free text.
    pub pathogen: Option<String>,
    /// When it was taken from the host or the environment.
    pub collected: Option<PartialDate>,
    /// Where it was taken.
    pub country: Option<Country>,
    /// First level below the country: province, state, county, governorate.
    pub division: Option<String>,
    /// Anything finer: district, town, site.
    pub place: Option<String>,
    /// From what it was taken.
    pub host: Option<Host>,
    /// How old the host was.
    pub age: Option<Age>,
    /// Sex or gender of the host, as given.
    pub sex: Option<String>,
    /// Who took the sample.
    pub originating_lab: Option<String>,
    /// Who sequenced and submits it.
    pub submitting_lab: Option<String>,
    /// Who is to be credited, in this order.
    pub authors: Vec<String>,
    /// What was taken: swab, blood, sewage.
    pub specimen: Option<String>,
    /// Whether and how it was grown before sequencing.
    pub passage: Option<String>,
    /// The sequencing instrument.
    pub instrument: Option<String>,
    /// Cycle threshold of the diagnostic test, in cycles.
    pub ct: Option<f64>,
    /// What control it is, if it is none of a patient.
    pub control: Option<ControlKind>,
    /// Under what terms the submitter wants it shared, in free text or a term's id.
    pub terms: Option<String>,
    /// What other columns say, by header; empty cells are left out.
    pub other: BTreeMap<String, String>,
}

/// The name of a FASTA record, and which segment of the genome it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordName {
    /// The name, or what its header begins with.
    pub name: String,
    /// As `HA` or `L`; none for a genome in one piece or where the sheet does not say.
    pub segment: Option<String>,
}

/// From what a sample was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// The scientific name where it is known, otherwise as given.
    pub name: String,
    /// NCBI Taxonomy's number of it, where it is known.
    pub taxon: Option<u32>,
}

/// A control of a sequencing run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlKind {
    /// Nothing was put in: nothing should come out.
    Negative,
    /// A known sample was put in.
    Positive,
    /// Another control that the laboratory runs along.
    Run,
}

/// An age or a range of ages, in completed years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Age {
    /// The youngest it can be.
    pub from_years: u16,
    /// The oldest it can be; none for `90+`.
    pub to_years: Option<u16>,
}

/// `34`, `30-39` or `90+`.
impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_years {
            Some(to) if to == self.from_years => write!(f, "{to}"),
            Some(to) => write!(f, "{}-{to}", self.from_years),
            None => write!(f, "{}+", self.from_years),
        }
    }
}
