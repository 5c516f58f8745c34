//! Two versions side by side, and the forms that revise and withdraw a record.
//!
//! Start at [`ComparePage`].

use super::address;
use super::frame::Frame;
use super::genome::Version;
use super::parts::{FieldProblem, Link};

/// Two versions of a genome.
#[derive(Clone, Debug, Default)]
pub struct ComparePage {
    /// What every page carries.
    pub frame: Frame,
    /// Accession without version.
    pub accession: String,
    /// The older one.
    pub left: Version,
    /// The newer one.
    pub right: Version,
    /// Numbers of all versions, to choose others.
    pub versions: Vec<u64>,
    /// Metadata that differ.
    pub fields: Vec<FieldChange>,
    /// How many fields are the same.
    pub same: u64,
    /// Whether the sequence differs.
    pub is_sequence_changed: bool,
    /// Mutations that only the newer one has.
    pub gained: Vec<String>,
    /// Mutations that only the older one has.
    pub lost: Vec<String>,
    /// Letters that the newer one has read and the older one has not, and the other way round.
    pub read_nt: (u64, u64),
}

/// A field in two versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldChange {
    /// Its label.
    pub field: String,
    /// In the older one; empty if it was not there.
    pub left: String,
    /// In the newer one.
    pub right: String,
}

/// Where a genome is revised. The form hands back each field by its id, `sequence` (a file) and `reason`.
#[derive(Clone, Debug, Default)]
pub struct RevisePage {
    /// What every page carries.
    pub frame: Frame,
    /// Accession without version.
    pub accession: String,
    /// The version that is revised, handed back as `version`, so that two people cannot overwrite each other.
    pub version: u64,
    /// Its metadata.
    pub fields: Vec<MetadataField>,
    /// The reason that was given before.
    pub reason: String,
    /// What is wrong.
    pub problems: Vec<FieldProblem>,
}

/// A field of metadata in a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataField {
    /// Its id, as templates have it.
    pub id: String,
    /// Its label.
    pub label: String,
    /// What it holds.
    pub value: String,
    /// What is expected, in a few words; may be empty.
    pub hint: String,
    /// Whether it must be given.
    pub is_needed: bool,
}

/// Where a record is withdrawn.
#[derive(Clone, Debug, Default)]
pub struct WithdrawPage {
    /// What every page carries.
    pub frame: Frame,
    /// The record.
    pub record: Link,
    /// Path that the form is sent to.
    pub action: String,
    /// How often it was downloaded, or by how many parties it was received, so that one knows who will be told.
    pub receivers: u64,
    /// The reason that was given before.
    pub reason: String,
    /// What is wrong.
    pub problems: Vec<FieldProblem>,
}

/// Where one genome is sent back to who handed it in.
#[derive(Clone, Debug, Default)]
pub struct SendBackPage {
    /// What every page carries.
    pub frame: Frame,
    /// Its accession.
    pub accession: String,
    /// The reason that was given before.
    pub reason: String,
    /// What is wrong.
    pub problems: Vec<FieldProblem>,
}

impl WithdrawPage {
    /// Path that the form is sent to; this page itself if none of this server was given.
    pub fn local_action(&self) -> &str {
        address::local(&self.action).unwrap_or("")
    }
}

page!(ComparePage, "site/compare.html");
page!(RevisePage, "site/revise.html");
page!(WithdrawPage, "site/withdraw.html");
page!(SendBackPage, "site/send_back.html");
