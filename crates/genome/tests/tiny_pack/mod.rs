//! Small packs made of pseudo-random letters: every kind of coding sequence, repeats, a tail of A, a tree.
//!
//! A pack follows from its [`Recipe`] alone, so that a failing case is the same on every machine. Refuses to
//! know what is tested with it. Start at [`TinyPack::new`]; queries come from [`query`].

mod coding;
pub mod query;
pub mod random;
mod tree;

use coding::{CIRCULAR, LINEAR};
use hearth_genome::pack::{Pack, PackFiles};
use random::Random;
use std::sync::LazyLock;

/// Letters of a small reference.
pub const LENGTH: usize = 2_400;

/// What a small pack is made of.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    seed: u64,
    /// Letters of the random parts; a letter named twice is twice as frequent.
    letters: &'static str,
    /// Members of `alignmentParams`.
    parameters: &'static str,
    is_circular: bool,
}

const fn linear(seed: u64, letters: &'static str, parameters: &'static str) -> Recipe {
    Recipe { seed, letters, parameters, is_circular: false }
}

/// One pack for each way of aligning.
const RECIPES: [Recipe; 12] = [
    linear(1, "ACGT", r#""gapAlignmentSide": "left""#),
    linear(2, "ACGT", r#""gapAlignmentSide": "right""#),
    linear(3, "AACGTT", r#""gapAlignmentSide": "right", "minSeedCover": 0.1"#),
    linear(4, "AAACT", r#""minSeedCover": 0.05, "minMatchLength": 30"#),
    linear(
        5,
        "ACGT",
        r#""penaltyGapOpen": 10, "penaltyGapOpenInFrame": 15, "penaltyGapOpenOutOfFrame": 17,
           "terminalBandwidth": 100, "excessBandwidth": 20, "minSeedCover": 0.1, "kmerLength": 6,
           "kmerDistance": 25, "minMatchLength": 30, "allowedMismatches": 15"#,
    ),
    linear(
        6,
        "ACGT",
        r#""minLength": 30, "penaltyGapExtend": 1, "kmerLength": 6, "kmerDistance": 3, "minMatchLength": 20,
           "allowedMismatches": 5, "windowSize": 20, "excessBandwidth": 20"#,
    ),
    linear(7, "ACGT", r#""leftTerminalGapsFree": false, "rightTerminalGapsFree": false"#),
    linear(8, "AACGTT", r#""leftTerminalGapsFree": false, "gapAlignmentSide": "right""#),
    linear(9, "ACGT", r#""noTranslatePastStop": true, "retryReverseComplement": true"#),
    linear(10, "ACGT", r#""penaltyGapOpen": 2, "penaltyGapOpenInFrame": 3, "penaltyGapOpenOutOfFrame": 4"#),
    linear(
        11,
        "ACGT",
        r#""scoreMatch": 1, "penaltyMismatch": 3, "penaltyGapExtend": 2, "penaltyGapOpen": 9,
           "excessBandwidth": 2, "terminalBandwidth": 5, "maxAlignmentAttempts": 0"#,
    ),
    Recipe { seed: 12, letters: "ACGT", parameters: r#""gapAlignmentSide": "right""#, is_circular: true },
];

/// A small pack and the genomes of its tree.
pub struct TinyPack {
    /// The pack.
    pub pack: Pack,
    /// The reference, then the genome of every node without its gaps.
    pub genomes: Vec<Vec<u8>>,
}

static PACKS: LazyLock<Vec<TinyPack>> = LazyLock::new(|| RECIPES.iter().map(TinyPack::new).collect());

/// All small packs.
pub fn packs() -> &'static [TinyPack] {
    &PACKS
}

impl TinyPack {
    /// Makes the pack of a recipe.
    pub fn new(recipe: &Recipe) -> Self {
        let mut random = Random::new(recipe.seed);
        let cdses = if recipe.is_circular { CIRCULAR } else { LINEAR };
        let mut reference = reference(recipe, &mut random);
        cdses.iter().for_each(|cds| cds.remove_stops(&mut reference));
        let tree = tree::Tree::grow(&reference, &mut random);
        let json = tree.json(&reference, cdses, recipe.parameters.contains("PastStop"), &mut random);
        let fasta = [b">tiny\n", &reference[..], b"\n"].concat();
        let (settings, annotation) = (pathogen(recipe), coding::gff(cdses, recipe.is_circular));
        let files = PackFiles {
            name: "tiny",
            reference: &fasta,
            pathogen: settings.as_bytes(),
            annotation: Some(annotation.as_bytes()),
            tree: Some(json.as_bytes()),
        };
        let pack = Pack::from_files(&files).expect("the recipe makes a pack");
        let without_gaps =
            |genome: &Vec<u8>| genome.iter().copied().filter(|&letter| letter != b'-').collect();
        let genomes = std::iter::once(reference.clone()).chain(tree.genomes.iter().map(without_gaps));
        Self { pack, genomes: genomes.collect() }
    }
}

fn reference(recipe: &Recipe, random: &mut Random) -> Vec<u8> {
    let mut letters = random.letters(LENGTH, recipe.letters.as_bytes());
    let mut put = |at: usize, part: &[u8]| letters[at..at + part.len()].copy_from_slice(part);
    put(900, &b"CAG".repeat(9));
    let unit = random.letters(13, b"ACGT");
    put(1_041, &unit.repeat(4));
    put(1_520, &[b'T'; 14]);
    put(LENGTH - 30, &[b'A'; 30]);
    // A copy of a stretch elsewhere, with a few letters changed.
    let mut copy = letters[600..680].to_vec();
    [7, 31, 60].into_iter().for_each(|at| copy[at] = random.other_base(copy[at]));
    letters[1_900..1_980].copy_from_slice(&copy);
    letters
}

fn pathogen(recipe: &Recipe) -> String {
    let parameters = recipe.parameters;
    format!(
        r#"{{"schemaVersion": "3.0.0", "alignmentParams": {{{parameters}}},
        "qc": {{"missingData": {{"enabled": true, "missingDataThreshold": 270, "scoreBias": 30}},
          "mixedSites": {{"enabled": true, "mixedSitesThreshold": 10}},
          "privateMutations": {{"enabled": true, "typical": 2, "cutoff": 12, "weightReversionSubstitutions": 6,
            "weightLabeledSubstitutions": 4}},
          "snpClusters": {{"enabled": true, "windowSize": 50, "clusterCutOff": 3, "scoreWeight": 50}},
          "frameShifts": {{"enabled": true}}, "stopCodons": {{"enabled": true}}}},
        "mutLabels": {{"nucMutLabelMap": {{"241T": ["x"], "700A": ["y"], "1500C": ["z"]}}}},
        "phenotypeData": [{{"name": "escape", "cds": "slipping", "aaRange": {{"begin": 10, "end": 150}},
          "data": [{{"name": "a", "weight": 1, "locations": {{"20": 0.5, "60": {{"K": 1, "default": 0.1}}}}}}]}}],
        "aaMotifs": [{{"name": "sequon", "motifs": ["N[^P][ST]"]}}]}}"#
    )
}
