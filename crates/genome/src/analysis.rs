//! The main job: everything that can be said of one genome with one pack.
//!
//! Align, call, translate, place, compare, judge, in that order; each step reads the results of those
//! before. Start at [`Pack::analyse`]. Rejecting a sequence is a result with a sentence for people, never a
//! panic.

use crate::align::Path;
use crate::align::banded::Matrix;
use crate::align::quick::{QuickMemory, score_of};
use crate::align::thorough::AlignError;
use crate::alphabet::{GAP, amino_acid, nucleotide};
use crate::calls::Calls;
use crate::pack::Pack;
use crate::phenotype::{self, MotifMatch};
use crate::quality::{self, Judged, Quality};
use crate::structure::{self, Structure};
use crate::translation::{AlignedQuery, Reading, TranslationMemory, Translator};
use crate::tree::{AaChange, MosaicMemory, Placement, PlacementMemory, RelativeMutations, RelativeNuc};

/// Everything that was found in one genome.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Letters of the sequence as it came.
    pub length_nt: u32,
    /// Whether the sequence came on the opposite strand and was turned.
    pub is_reverse_complement: bool,
    /// How it lies along the reference.
    pub path: Path,
    /// Score of the alignment.
    pub alignment_score: i32,
    /// What differs from the reference.
    pub calls: Calls,
    /// Coding sequences, in the order of the annotation; `None` where nothing was sequenced.
    pub readings: Vec<Option<Reading>>,
    /// Amino-acid substitutions from the reference, coding sequences in alphabetical order.
    pub aa_substitutions: Vec<AaChange>,
    /// Amino acids of the reference that are missing, in the same order.
    pub aa_deletions: Vec<AaChange>,
    /// Where it belongs on the tree, if the pack has one.
    pub place: Option<Place>,
    /// The judgement; all good where the pack has no rules.
    pub quality: Quality,
    /// Whether it is one whole genome.
    pub structure: Structure,
    /// Scores in the order of the pack's phenotypes; `None` for clades the pack says nothing about.
    pub phenotypes: Vec<Option<f64>>,
    /// Matches in the order of the pack's motifs.
    pub motifs: Vec<Vec<MotifMatch>>,
}

/// Where a genome belongs, and what it differs in from the nodes it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The nearest node.
    pub placement: Placement,
    /// Differences from the nearest node.
    pub private: RelativeMutations,
    /// Differences from the founder of its clade.
    pub clade_founder: Option<RelativeMutations>,
    /// Differences from the founder of its group by each clade-like attribute; `None` for attributes without
    /// a value or not meant as references.
    pub attribute_founders: Vec<Option<RelativeMutations>>,
    /// Differences from the nodes the pack searches for.
    pub searched: Vec<Option<RelativeMutations>>,
}

impl Analysis {
    /// Share of the reference that was read: aligned, not N and not ambiguous; deletions count as read.
    pub fn coverage(&self, pack: &Pack) -> f64 {
        let calls = &self.calls;
        let read = calls.aligned.len() - calls.missing_nt() - calls.ambiguous_nt();
        f64::from(read) / f64::from(pack.reference().length_nt())
    }

    /// Share of the codons of a coding sequence that were read.
    pub fn cds_coverage(&self, reading: &Reading, pack: &Pack) -> f64 {
        let aligned: u32 = reading.aligned.iter().map(|span| span.len()).sum();
        let length = pack.peptides().letters(reading.cds).len();
        let read = aligned.saturating_sub(reading.unknown_aa());
        if length == 0 { 0.0 } else { f64::from(read) / length as f64 }
    }

    /// Genes for which no coding sequence of the same name was read, as the field's tables count them.
    pub fn failed_genes<'a>(&'a self, pack: &'a Pack) -> impl Iterator<Item = &'a str> {
        let annotation = pack.annotation();
        let was_read = move |name: &str| {
            self.readings.iter().flatten().any(|reading| annotation.cdses[reading.cds].name == name)
        };
        annotation.genes.iter().map(|gene| gene.name.as_str()).filter(move |name| !was_read(name))
    }
}

/// Why a sequence was not analysed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Rejection {
    /// No letters at all.
    #[error("the sequence is empty; check that the file was written completely")]
    Empty,
    /// Too few letters to align.
    #[error("the sequence has {length} letters, at least {needed} are needed to align it")]
    TooShort {
        /// Its letters.
        length: usize,
        /// Letters needed.
        needed: u32,
    },
    /// A letter that is no nucleotide.
    #[error(
        "'{letter}' at position {position} is not a nucleotide letter; correct the sequence, \
         or read such letters as N with --replace-unknown"
    )]
    Letter {
        /// The letter.
        letter: char,
        /// Where, 1-based in the sequence as it came.
        position: usize,
    },
    /// It does not align.
    #[error("{0}")]
    Align(#[from] AlignError),
}

/// A sequence laid along the reference.
struct Alignment {
    path: Path,
    /// Where the method gives it.
    score: Option<i32>,
    is_reverse_complement: bool,
}

/// Memory of one thread, kept from one genome to the next.
#[derive(Debug, Default)]
pub struct Memory {
    quick: QuickMemory,
    matrix: Matrix,
    translation: TranslationMemory,
    placement: PlacementMemory,
    mosaic: MosaicMemory,
    turned: Vec<u8>,
}

impl Pack {
    /// Analyses one sequence of upper-case IUPAC letters without gaps.
    ///
    /// # Errors
    /// Why the sequence cannot be analysed, as a sentence.
    ///
    /// ```
    /// use hearth_genome::analysis::Memory;
    /// use hearth_genome::pack::{Pack, PackFiles};
    ///
    /// let reference = "ACGTTGCATGCCTAGGATCCATTGCAAGTCTTAGCAGGTACCTTAACGGATATCCAGCGTTGACTTCGA".repeat(3);
    /// let fasta = format!(">tiny\n{reference}\n");
    /// let pack = Pack::from_files(&PackFiles {
    ///     name: "tiny",
    ///     reference: fasta.as_bytes(),
    ///     pathogen: br#"{"schemaVersion": "3.0.0", "alignmentParams": {"minSeedCover": 0.1}}"#,
    ///     annotation: None,
    ///     tree: None,
    /// })?;
    /// let query = reference.replacen("GGATCC", "GGTTCC", 1);
    /// let analysis = pack.analyse(query.as_bytes(), &mut Memory::default())?;
    /// assert_eq!(analysis.calls.substitutions.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn analyse(&self, sequence: &[u8], memory: &mut Memory) -> Result<Analysis, Rejection> {
        self.check_length(sequence)?;
        let alignment =
            self.align(sequence, memory).map_err(|error| self.letter_error(sequence).unwrap_or(error))?;
        self.describe(sequence, alignment, memory)
    }

    /// Analyses one sequence by the thorough alignment alone: the slow twin of [`Self::analyse`].
    ///
    /// # Errors
    /// As [`Self::analyse`].
    pub fn analyse_thoroughly(&self, sequence: &[u8], memory: &mut Memory) -> Result<Analysis, Rejection> {
        self.check_length(sequence)?;
        let alignment = self
            .align_thoroughly(sequence, memory)
            .map_err(|error| self.letter_error(sequence).unwrap_or(error))?;
        self.describe(sequence, alignment, memory)
    }

    /// Says everything that follows from an alignment.
    fn describe(
        &self,
        sequence: &[u8],
        alignment: Alignment,
        memory: &mut Memory,
    ) -> Result<Analysis, Rejection> {
        let Alignment { path, score, is_reverse_complement } = alignment;
        let Memory { translation, placement, mosaic, turned, .. } = memory;
        let letters = if is_reverse_complement { &turned[..] } else { sequence };
        let calls = Calls::from_path(self.reference(), letters, &path);
        // Letters equal to the reference's are nucleotides, so only the differing ones need a look.
        if calls.has_unknown_letters()
            && let Some(error) = self.letter_error(sequence)
        {
            return Err(error);
        }
        let alignment_score = score.unwrap_or_else(|| score_of(self.reference(), letters, &path, &calls));
        let query = AlignedQuery { letters, path: &path, calls: &calls };
        let translator = Translator {
            reference: self.reference(),
            annotation: self.annotation(),
            peptides: self.peptides(),
        };
        let cdses = 0..self.annotation().cdses.len();
        let readings: Vec<_> = cdses.map(|cds| translator.read(cds, &query, translation)).collect();
        let place = self.place(&calls, &readings, placement);
        let nothing_private = RelativeNuc::default();
        let judged = Judged {
            calls: &calls,
            readings: &readings,
            private: place.as_ref().map_or(&nothing_private, |place| &place.private.nuc),
            annotation: self.annotation(),
            peptides: self.peptides(),
            labels: &self.pathogen().labels,
        };
        let quality = self.pathogen().quality.as_ref().map(|rules| quality::judge(rules, &judged));
        let mosaic = self.tree().zip(place.as_ref()).and_then(|(tree, place)| {
            let found = tree.mosaic(self.reference(), &calls, &place.placement, mosaic)?;
            Some((found, tree))
        });
        let structure = structure::judge(&calls, self.reference(), self.quick(), mosaic);
        let (aa_substitutions, aa_deletions) = self.aa_changes(&readings);
        let clade = place.as_ref().and_then(|place| self.tree()?.clade(place.placement.node));
        let phenotypes = self.phenotypes(clade, &aa_substitutions);
        let motifs = self.motifs().iter().map(|motif| motif.find(&readings, self.peptides())).collect();
        Ok(Analysis {
            length_nt: sequence.len() as u32,
            is_reverse_complement,
            path,
            alignment_score,
            calls,
            readings,
            aa_substitutions,
            aa_deletions,
            place,
            quality: quality.unwrap_or_default(),
            structure,
            phenotypes,
            motifs,
        })
    }

    fn check_length(&self, sequence: &[u8]) -> Result<(), Rejection> {
        let needed = self.reference().parameters().min_length_nt;
        if sequence.is_empty() {
            return Err(Rejection::Empty);
        }
        if sequence.len() < needed as usize {
            return Err(Rejection::TooShort { length: sequence.len(), needed });
        }
        Ok(())
    }

    /// The first letter that is no nucleotide.
    fn letter_error(&self, sequence: &[u8]) -> Option<Rejection> {
        let at = sequence.iter().position(|&letter| nucleotide::bases(letter) == 0)?;
        Some(Rejection::Letter { letter: char::from(sequence[at]), position: at + 1 })
    }

    /// Lays a sequence along the reference, turned to the opposite strand if it only fits so: by the fast
    /// method if that is sure of its answer, else by the thorough one.
    fn align(&self, sequence: &[u8], memory: &mut Memory) -> Result<Alignment, Rejection> {
        let mut path = Path::default();
        let Memory { quick, matrix, turned, .. } = memory;
        if self.quick().align(self.reference(), sequence, quick, matrix, &mut path).is_some() {
            return Ok(Alignment { path, score: None, is_reverse_complement: false });
        }
        turned.clear();
        turned.extend_from_slice(sequence);
        nucleotide::reverse_complement(turned);
        if self.quick().align(self.reference(), turned, quick, matrix, &mut path).is_some() {
            return Ok(Alignment { path, score: None, is_reverse_complement: true });
        }
        self.align_thoroughly(sequence, memory)
    }

    /// The same by the thorough method alone: the slow twin of the fast one.
    fn align_thoroughly(&self, sequence: &[u8], memory: &mut Memory) -> Result<Alignment, Rejection> {
        let mut path = Path::default();
        let mut try_strand = |letters: &[u8], matrix: &mut Matrix| {
            let reference = self.reference();
            let scoring = reference.scoring();
            let parameters = reference.parameters();
            self.thorough().align(reference.letters(), letters, parameters, scoring, matrix, &mut path)
        };
        let error = match try_strand(sequence, &mut memory.matrix) {
            Ok(outcome) => {
                return Ok(Alignment { path, score: Some(outcome.score), is_reverse_complement: false });
            }
            Err(error) => error,
        };
        memory.turned.clear();
        memory.turned.extend_from_slice(sequence);
        nucleotide::reverse_complement(&mut memory.turned);
        match try_strand(&memory.turned, &mut memory.matrix) {
            Ok(outcome) => Ok(Alignment { path, score: Some(outcome.score), is_reverse_complement: true }),
            Err(_) => Err(error.into()),
        }
    }

    fn place(
        &self,
        calls: &Calls,
        readings: &[Option<Reading>],
        memory: &mut PlacementMemory,
    ) -> Option<Place> {
        let tree = self.tree()?;
        let placement = tree.place(self.reference(), calls, memory);
        let by_name: Vec<&Reading> =
            self.cdses_by_name().iter().filter_map(|&cds| readings[cds].as_ref()).collect();
        let relative = |node: u32| tree.relative_to(node, self.reference(), self.peptides(), calls, &by_name);
        let node = placement.node;
        let attributes = tree.file().meta.clade_node_attrs.iter().enumerate();
        let attribute_founders = attributes.map(|(attribute, description)| {
            let founder = tree.attribute_founder(node, attribute).filter(|_| !description.skip_as_reference);
            founder.map(relative)
        });
        Some(Place {
            private: relative(node),
            clade_founder: tree.clade_founder(node).map(relative),
            attribute_founders: attribute_founders.collect(),
            searched: tree.searched_nodes(node).iter().map(|found| found.map(relative)).collect(),
            placement,
        })
    }

    fn aa_changes(&self, readings: &[Option<Reading>]) -> (Vec<AaChange>, Vec<AaChange>) {
        let (mut substitutions, mut deletions) = (Vec::new(), Vec::new());
        for reading in self.cdses_by_name().iter().filter_map(|&cds| readings[cds].as_ref()) {
            let letters = self.peptides().letters(reading.cds);
            for run in reading.differences.iter().filter(|run| run.letter != amino_acid::UNKNOWN) {
                for position in crate::coordinate::Span::positions(run.codons) {
                    let from = letters[position.0 as usize];
                    if from == run.letter || !reading.is_aligned(position) {
                        continue;
                    }
                    let change = AaChange { cds: reading.cds, position, from, to: run.letter };
                    if run.letter == GAP { &mut deletions } else { &mut substitutions }.push(change);
                }
            }
        }
        (substitutions, deletions)
    }

    fn phenotypes(&self, clade: Option<&str>, substitutions: &[AaChange]) -> Vec<Option<f64>> {
        let score = |wanted: &crate::pack::pathogen::Phenotype| {
            let is_ignored =
                clade.is_some_and(|clade| wanted.ignored_clades.iter().any(|other| other == clade));
            // A coding sequence the annotation lacks has no substitutions.
            let cds = self.annotation().cds_named(&wanted.cds_name).unwrap_or(usize::MAX);
            (!is_ignored).then(|| phenotype::score(wanted, cds, substitutions))
        };
        self.pathogen().phenotypes.iter().map(score).collect()
    }
}
