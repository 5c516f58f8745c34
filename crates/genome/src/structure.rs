//! Is this one whole genome? Rules beside the pack's, so that its overall score stays the field's.
//!
//! A score from 0 for each finding, by the same scale (from 30 mediocre, from 100 bad), added up as squares as there.
//! The numbers are ours: they tell a fragment, copies, and large rearrangements from the insertions and deletions that
//! lineages have. Refuses to say which of them is real: an assembly shows a virus and its own mistakes alike. What is
//! put together from two lineages is found by `tree/mosaic`. Start at [`judge`].

use crate::align::quick::Quick;
use crate::alphabet::nucleotide;
use crate::calls::{Calls, Insertion};
use crate::coordinate::{RefPos, Span};
use crate::quality::Status;
use crate::reference::Reference;
use crate::tree::{Mosaic, ReferenceTree};
use std::fmt;

/// Share of the reference from which nothing is amiss, and at which the score is 100.
const COVERAGE: Scale = Scale { begin: 0.9, bad: 0.5 };

/// Inserted letters, and letters of one deletion.
const INSERTED_NT: Scale = Scale { begin: 100.0, bad: 1_000.0 };
const DELETED_NT: Scale = Scale { begin: 500.0, bad: 2_000.0 };

/// Shortest insertion that is looked at for where it is from, in letters.
const COPY_NT: usize = 40;

/// Share of an insertion's words that must stand in the reference for it to be a copy.
const COPY_SHARE: f64 = 0.5;

/// Share of the reference that a copy of a whole genome has at least.
const WHOLE_COPY: f64 = 0.25;

/// Scores of copies, inversions and genomes of two parents.
const CONCATENATED: f64 = 100.0;
const DUPLICATED: f64 = 40.0;
const INVERTED: f64 = 60.0;
const MOSAIC: f64 = 50.0;

/// From where a score counts, and where it is 100; falling where the first is the larger.
struct Scale {
    begin: f64,
    bad: f64,
}

impl Scale {
    /// 0 up to the begin, then from 30.
    fn score(&self, value: f64) -> f64 {
        let part = (value - self.begin) / (self.bad - self.begin);
        if part <= 0.0 { 0.0 } else { (30.0 + 70.0 * part).min(200.0) }
    }
}

/// Something that one whole genome does not have.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// Only a part of the genome was read.
    Fragment {
        /// Share of the reference, 0 to 1.
        coverage: f64,
    },
    /// Many letters that the reference lacks.
    Inserted {
        /// How many.
        letters: u32,
    },
    /// Letters are missing in one piece.
    Deleted {
        /// Which of the reference.
        span: Span<RefPos>,
    },
    /// The genome, or much of it, stands there again.
    Concatenated {
        /// Letters of the copies.
        letters: u32,
    },
    /// A piece stands there twice.
    Duplicated {
        /// Reference letters before the copy.
        after: u32,
        /// Its letters.
        letters: u32,
    },
    /// A piece of the opposite strand stands there.
    Inverted {
        /// Reference letters before it.
        after: u32,
        /// Its letters.
        letters: u32,
    },
    /// Like one lineage up to some place and like another behind it.
    Mosaic {
        /// What it is.
        mosaic: Mosaic,
        /// What the left parent is called.
        left: String,
        /// What the right parent is called.
        right: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fragment { coverage } => {
                write!(f, "only {:.0} % of the reference was read", coverage * 100.0)
            }
            Self::Inserted { letters } => write!(f, "{letters} letters inserted"),
            Self::Deleted { span } => write!(f, "{} letters deleted in one piece ({span})", span.len()),
            Self::Concatenated { letters } => {
                write!(f, "several genomes joined: {letters} letters beyond one resemble the reference")
            }
            Self::Duplicated { after, letters } => {
                write!(f, "{letters} letters after {after} are a copy of another part")
            }
            Self::Inverted { after, letters } => {
                write!(f, "{letters} letters after {after} are from the opposite strand")
            }
            Self::Mosaic { mosaic, left, right } => {
                let Mosaic { breakpoint, left_support, right_support, .. } = mosaic;
                write!(
                    f,
                    "suspected mixture, recombinant or assembly artefact: like {left} before and {right} after "
                )?;
                write!(f, "a breakpoint in {breakpoint}, by {left_support} and {right_support} positions")
            }
        }
    }
}

/// The judgement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Structure {
    /// Sum of the squares of the scores, divided by 100.
    pub score: f64,
    /// What was found.
    pub findings: Vec<Finding>,
    /// The two parents, if it seems to have two.
    pub mosaic: Option<Mosaic>,
}

impl Structure {
    /// What the score means.
    pub fn status(&self) -> Status {
        Status::of(self.score)
    }

    fn add(&mut self, finding: Finding, score: f64) {
        if score > 0.0 {
            self.score += score * score / 100.0;
            // One finding alone keeps its own score on the scale.
            self.score = self.score.max(score);
            self.findings.push(finding);
        }
    }
}

/// Judges a genome; `mosaic` is what the tree says of two parents.
pub fn judge(
    calls: &Calls,
    reference: &Reference,
    quick: &Quick,
    mosaic: Option<(Mosaic, &ReferenceTree)>,
) -> Structure {
    let mut structure = Structure::default();
    let length = f64::from(reference.length_nt());
    let read = calls.aligned.len() - calls.missing_nt() - calls.ambiguous_nt();
    let coverage = f64::from(read) / length;
    structure.add(Finding::Fragment { coverage }, COVERAGE.score(coverage));
    for &span in &calls.deletions {
        structure.add(Finding::Deleted { span }, DELETED_NT.score(f64::from(span.len())));
    }
    let mut joined = 0;
    for insertion in calls.insertions.iter().filter(|insertion| insertion.letters.len() >= COPY_NT) {
        let letters = insertion.letters.len() as u32;
        match origin(insertion, quick) {
            Origin::Copy if f64::from(letters) >= WHOLE_COPY * length => joined += letters,
            Origin::Copy => {
                structure.add(Finding::Duplicated { after: insertion.after, letters }, DUPLICATED)
            }
            Origin::Opposite => {
                structure.add(Finding::Inverted { after: insertion.after, letters }, INVERTED)
            }
            Origin::Elsewhere => {}
        }
    }
    if joined > 0 {
        structure.add(Finding::Concatenated { letters: joined }, CONCATENATED);
    }
    let inserted = calls.inserted_nt();
    structure.add(Finding::Inserted { letters: inserted }, INSERTED_NT.score(f64::from(inserted)));
    if let Some((mosaic, tree)) = mosaic {
        let [left, right] = [mosaic.left, mosaic.right].map(|parent| tree.lineage_name(parent));
        structure.mosaic = Some(mosaic);
        structure.add(Finding::Mosaic { mosaic, left, right }, MOSAIC);
    }
    structure
}

/// Where an insertion is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Copy,
    Opposite,
    Elsewhere,
}

fn origin(insertion: &Insertion, quick: &Quick) -> Origin {
    if quick.share_of_words(&insertion.letters) >= COPY_SHARE {
        return Origin::Copy;
    }
    let mut turned = insertion.letters.clone();
    nucleotide::reverse_complement(&mut turned);
    if quick.share_of_words(&turned) >= COPY_SHARE { Origin::Opposite } else { Origin::Elsewhere }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Memory;
    use crate::pack::{Pack, PackFiles};

    /// Random letters, the same for the same seed (xorshift64).
    fn letters(mut seed: u64, count: usize) -> Vec<u8> {
        let mut letter = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            b"ACGT"[(seed >> 33) as usize % 4]
        };
        (0..count).map(|_| letter()).collect()
    }

    #[test]
    fn what_is_not_one_whole_genome_is_never_simply_good() {
        let reference = letters(0x9E37_79B9, 30_000);
        let fasta = [b">r\n", &reference[..], b"\n"].concat();
        let pack = Pack::from_files(&PackFiles {
            name: "random",
            reference: &fasta,
            pathogen: br#"{"schemaVersion": "3.0.0", "alignmentParams": {"minSeedCover": 0.01}}"#,
            annotation: None,
            tree: None,
        });
        let pack = pack.unwrap();
        let check = |name: &str, query: Vec<u8>, expected: &str| {
            let analysis = pack.analyse(&query, &mut Memory::default()).unwrap();
            let structure = &analysis.structure;
            let findings: Vec<String> = structure.findings.iter().map(ToString::to_string).collect();
            assert_eq!(format!("{}: {}", structure.status().word(), findings.join("; ")), expected, "{name}");
        };
        let turned = |part: &[u8]| {
            let mut part = part.to_vec();
            nucleotide::reverse_complement(&mut part);
            part
        };
        let put = |after: usize, letters: &[u8]| [&reference[..after], letters, &reference[after..]].concat();
        check("whole", reference.clone(), "good: ");
        check("usual insertion", put(9_000, &letters(5, 30)), "good: ");
        check("usual deletion", [&reference[..20_000], &reference[20_382..]].concat(), "good: ");
        check("fragment", reference[5_000..9_000].to_vec(), "bad: only 13 % of the reference was read");
        check(
            "twice",
            reference.repeat(2),
            "bad: several genomes joined: 30000 letters beyond one resemble the reference; 30000 letters inserted",
        );
        check(
            "deletion",
            [&reference[..9_000], &reference[19_000..]].concat(),
            "bad: 10000 letters deleted in one piece (9001-19000)",
        );
        check(
            "duplication",
            put(12_000, &reference[11_940..12_000]),
            "mediocre: 60 letters after 11978 are a copy of another part",
        );
        check(
            "inversion",
            put(12_000, &turned(&reference[20_000..20_080])),
            "mediocre: 80 letters after 12000 are from the opposite strand",
        );
        check("foreign", put(12_000, &letters(7, 1_200)), "bad: 1200 letters inserted");
    }
}
