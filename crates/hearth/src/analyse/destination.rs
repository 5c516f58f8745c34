//! Where one format of a plan goes, and what is open there for one pack.
//!
//! A [`Destination`] is what a flag said; [`Opened`] is what a pack's rows are written to. Start at
//! [`Destination::open`].

use super::assay_summary::AssaySummary;
use super::batch_report::Gathering;
use super::document::Document;
use super::gathered::Genomes;
use super::neighbour_table::NeighbourTable;
use super::plan::{Format, Output, PackRows};
use super::sink::{Sink, Target, WriteError};
use super::tables::UNMATCHED;
use super::vcf_folder::{VcfFolder, safe};
use std::sync::Arc;

/// In the name of an output of translations: the name of the coding sequence.
pub const CDS_PLACE: &str = "{cds}";

/// Where a format goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The kind.
    pub format: Format,
    /// A file; for VCF a folder; for translations a pattern with [`CDS_PLACE`].
    pub target: Target,
}

/// An output of one pack, open.
pub enum Opened {
    /// Takes bytes.
    Bytes(Sink),
    /// Takes lines of one document.
    Document(Document),
    /// Counts what is to be expected of assays.
    Summary(Box<AssaySummary>),
    /// Gathers genomes to find who is near whom.
    Neighbours(Box<NeighbourTable>),
    /// Gathers what a page says.
    Report(Box<Gathering>),
    /// Takes frames of files.
    Folder(VcfFolder, Target),
    /// There is none: the target holds another pack's rows already.
    Missing(Target),
}

impl Destination {
    /// The name to show for all outputs of a pack; with its label if there are several packs.
    pub fn named(&self, label: Option<&str>) -> Target {
        match label {
            Some(label) if !self.format.is_shared() => self.target.labeled(label),
            _ => self.target.clone(),
        }
    }

    /// The name of a pack's output; with the pack's label if there are several.
    pub fn target_of(&self, rows: &PackRows, output: Output, label: Option<&str>) -> Target {
        let target = match (&self.target, self.format) {
            (Target::File(pattern), Format::Translations) => {
                let name = safe(rows.cds_name(output));
                Target::File(pattern.to_string_lossy().replace(CDS_PLACE, &name).into())
            }
            (target, _) => target.clone(),
        };
        match label {
            Some(label) if !self.format.is_shared() => target.labeled(label),
            _ => target,
        }
    }

    /// Finds out whether the output could be made.
    ///
    /// # Errors
    /// If it could not.
    pub fn probe(&self) -> Result<(), WriteError> {
        match &self.target {
            Target::File(path) if self.format == Format::Vcf => VcfFolder::open(path.clone()).map(drop),
            target if target.is_single() => Ok(()),
            target => Sink::open(target).map(drop),
        }
    }

    /// Opens a pack's output; `label` is given for every pack but the first.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn open(&self, rows: &PackRows, output: Output, label: Option<&str>) -> Result<Opened, WriteError> {
        let target = self.target_of(rows, output, label);
        if label.is_some() && (self.format.is_shared() || target.is_single()) {
            return Ok(Opened::Missing(target));
        }
        match &target {
            Target::File(path) if self.format == Format::Vcf => {
                Ok(Opened::Folder(VcfFolder::open(path.clone())?, target))
            }
            target => {
                let mut sink = Sink::open(target)?;
                let mut header = Vec::new();
                rows.write_header(output, &mut header);
                sink.write(&header)?;
                Ok(match self.format {
                    Format::Json => Opened::Document(Document::new(sink)),
                    Format::AssaySummary => {
                        let summary = AssaySummary::new(sink, rows.panel(), rows.metadata.clone());
                        Opened::Summary(Box::new(summary))
                    }
                    Format::Neighbours => {
                        Opened::Neighbours(Box::new(NeighbourTable::new(sink, rows.gathered())))
                    }
                    Format::Report => {
                        let is_of_pack = label != Some(UNMATCHED);
                        Opened::Report(Box::new(Gathering::new(sink, is_of_pack.then_some(rows))))
                    }
                    _ => Opened::Bytes(sink),
                })
            }
        }
    }
}

impl Opened {
    /// Appends what a worker wrote.
    ///
    /// # Errors
    /// What the system says, with the target's name.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        match self {
            Self::Bytes(sink) => sink.write(bytes),
            Self::Document(document) => document.write(bytes),
            Self::Summary(summary) => {
                summary.write(bytes);
                Ok(())
            }
            Self::Neighbours(table) => {
                table.write(bytes);
                Ok(())
            }
            Self::Report(gathering) => {
                gathering.write(bytes);
                Ok(())
            }
            Self::Folder(folder, _) => folder.write(bytes),
            Self::Missing(_) => Ok(()),
        }
    }

    /// Appends rows of records that belong to no pack.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_foreign(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        match self {
            Self::Bytes(sink) => sink.write_foreign(bytes),
            Self::Document(document) => document.write_foreign(bytes),
            Self::Report(gathering) => {
                gathering.write_foreign(bytes);
                Ok(())
            }
            Self::Summary(_) | Self::Neighbours(_) | Self::Folder(..) | Self::Missing(_) => Ok(()),
        }
    }

    /// Takes rows of records that belong to no pack out again.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn remove_foreign(self) -> Result<Self, WriteError> {
        match self {
            Self::Bytes(sink) => Ok(Self::Bytes(sink.remove_foreign()?)),
            Self::Document(document) => Ok(Self::Document(document.remove_foreign()?)),
            Self::Report(mut gathering) => {
                gathering.remove_foreign();
                Ok(Self::Report(gathering))
            }
            other => Ok(other),
        }
    }

    /// Takes the background of its pack, when the whole batch is in.
    pub fn take_background(&mut self, background: Arc<Genomes>) {
        match self {
            Self::Neighbours(table) => table.take_background(background),
            Self::Report(gathering) => gathering.take_background(background),
            _ => {}
        }
    }

    /// Where the rows would have gone, if there is no output for them.
    pub fn missing(&self) -> Option<&Target> {
        match self {
            Self::Missing(target) => Some(target),
            _ => None,
        }
    }

    /// Completes the output under the name of `target`, and gives the name if something is there. What people should
    /// know of it is added to `told`.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn finish(self, target: Target, told: &mut Vec<String>) -> Result<Option<Target>, WriteError> {
        match self {
            Self::Bytes(sink) => sink.finish(&target).map(|()| Some(target)),
            Self::Document(document) => document.close()?.finish(&target).map(|()| Some(target)),
            Self::Summary(summary) => {
                told.extend(summary.finish(&target)?);
                Ok(Some(target))
            }
            Self::Neighbours(table) => {
                tell(told, table.finish(&target)?);
                Ok(Some(target))
            }
            Self::Report(gathering) => {
                tell(told, gathering.finish(&target)?);
                Ok(Some(target))
            }
            Self::Folder(_, target) => Ok(Some(target)),
            Self::Missing(_) => Ok(None),
        }
    }
}

/// Adds sentences that were not told yet: two outputs may have the same to say.
fn tell(told: &mut Vec<String>, sentences: Vec<String>) {
    for sentence in sentences {
        if !told.contains(&sentence) {
            told.push(sentence);
        }
    }
}
