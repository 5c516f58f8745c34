//! `alignmentParams`: how a sequence is aligned to the reference.
//!
//! Holds the numbers and the three presets; the aligner itself is elsewhere.

use super::PathogenError;
use super::fields::{Fields, MOST};
use super::read::set;

/// Scores and penalties: the sum over a genome of a million letters still fits 32 bits with sign.
const SCORE: std::ops::RangeInclusive<u64> = 0..=1000;

/// Parameters of the pairwise alignment. Scores are whole numbers; penalties are subtracted.
#[derive(Clone, Debug, PartialEq)]
pub struct AlignmentParams {
    /// Shortest sequence tried, nucleotides.
    pub min_length_nt: u32,
    /// Penalty per further nucleotide of a gap; 0 makes long gaps cost as much as short ones.
    pub penalty_gap_extend: i32,
    /// Penalty for opening a gap outside coding sequences.
    pub penalty_gap_open: i32,
    /// Penalty for opening a gap between codons.
    pub penalty_gap_open_in_frame: i32,
    /// Penalty for opening a gap inside a codon.
    pub penalty_gap_open_out_of_frame: i32,
    /// Penalty for letters that differ.
    pub penalty_mismatch: i32,
    /// Score for letters that agree.
    pub score_match: i32,
    /// Largest band, in cells of the alignment matrix.
    pub max_band_area_cells: u64,
    /// Try the reverse complement when no seeds are found.
    pub retry_reverse_complement: bool,
    /// End peptides at their first stop codon.
    pub no_translate_past_stop: bool,
    /// Gaps before the first letter cost nothing.
    pub left_terminal_gaps_free: bool,
    /// Gaps after the last letter cost nothing.
    pub right_terminal_gaps_free: bool,
    /// Width added to the band between seeds, nucleotides.
    pub excess_bandwidth_nt: u32,
    /// Width added to the band at the ends, nucleotides.
    pub terminal_bandwidth_nt: u32,
    /// Where a gap goes that could equally go further left or right.
    pub gap_side: GapSide,
    /// Length of the exactly matching words that become seeds, nucleotides; at least 1.
    pub kmer_length_nt: u32,
    /// Distance between words tried on the query, nucleotides; at least 1.
    pub kmer_distance_nt: u32,
    /// Differences allowed in the window while a seed is extended.
    pub allowed_mismatches: u32,
    /// Length of that window, nucleotides; at least 1.
    pub window_size_nt: u32,
    /// Shortest extended seed kept, nucleotides.
    pub min_match_length_nt: u32,
    /// Share of the query that seeds must cover, 0 to 1.
    pub min_seed_cover: f64,
    /// How often to try again with a wider band when the path touches the band's edge.
    pub max_alignment_attempts: u32,
}

/// Named sets of parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlignmentPreset {
    /// For sequences close to the reference.
    #[default]
    Default,
    /// For diverse viruses: wider bands, shorter words, dearer gaps.
    HighDiversity,
    /// For fragments: lower minimum length, short words set close together.
    ShortSequences,
}

/// Where a gap goes that could equally go further left or right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GapSide {
    /// Towards the first nucleotide of the reference.
    #[default]
    Left,
    /// Towards the last nucleotide of the reference.
    Right,
}

impl Default for AlignmentParams {
    fn default() -> Self {
        Self {
            min_length_nt: 100,
            penalty_gap_extend: 0,
            penalty_gap_open: 6,
            penalty_gap_open_in_frame: 7,
            penalty_gap_open_out_of_frame: 8,
            penalty_mismatch: 1,
            score_match: 3,
            max_band_area_cells: 500_000_000,
            retry_reverse_complement: false,
            no_translate_past_stop: false,
            left_terminal_gaps_free: true,
            right_terminal_gaps_free: true,
            excess_bandwidth_nt: 9,
            terminal_bandwidth_nt: 50,
            gap_side: GapSide::Left,
            kmer_length_nt: 10,
            kmer_distance_nt: 50,
            allowed_mismatches: 8,
            window_size_nt: 30,
            min_match_length_nt: 40,
            min_seed_cover: 0.33,
            max_alignment_attempts: 3,
        }
    }
}

impl AlignmentParams {
    /// The largest of all scores and penalties.
    pub fn largest_score(&self) -> i32 {
        let gaps = self.penalty_gap_open.max(self.penalty_gap_open_in_frame);
        let gaps = gaps.max(self.penalty_gap_open_out_of_frame).max(self.penalty_gap_extend);
        gaps.max(self.score_match).max(self.penalty_mismatch)
    }

    /// The parameters a preset stands for.
    pub fn preset(preset: AlignmentPreset) -> Self {
        match preset {
            AlignmentPreset::Default => Self::default(),
            AlignmentPreset::HighDiversity => Self {
                penalty_gap_open: 10,
                penalty_gap_open_in_frame: 15,
                penalty_gap_open_out_of_frame: 17,
                terminal_bandwidth_nt: 100,
                excess_bandwidth_nt: 20,
                min_seed_cover: 0.1,
                kmer_length_nt: 6,
                kmer_distance_nt: 25,
                min_match_length_nt: 30,
                allowed_mismatches: 15,
                ..Self::default()
            },
            AlignmentPreset::ShortSequences => Self {
                min_length_nt: 30,
                penalty_gap_extend: 1,
                kmer_length_nt: 6,
                kmer_distance_nt: 3,
                min_match_length_nt: 20,
                allowed_mismatches: 5,
                window_size_nt: 20,
                excess_bandwidth_nt: 20,
                ..Self::default()
            },
        }
    }
}

/// Parameters of Nextclade 2 that its third edition removed with the algorithm they belonged to.
const REMOVED: &[&str] =
    &["maxIndel", "minMatchRate", "minSeeds", "mismatchesAllowed", "seedLength", "seedSpacing"];

impl AlignmentParams {
    /// Lays `alignmentParams` of a pack over these parameters.
    pub(super) fn overlay(&mut self, mut fields: Fields<'_>) -> Result<(), PathogenError> {
        for key in REMOVED {
            if fields.take(key).is_some() {
                return Err(fields.fail(
                    key,
                    "belongs to Nextclade 2 and has no meaning for the alignment of today; remove it, and check the \
                     pack against example sequences",
                ));
            }
        }
        let length = 0..=MOST;
        set(&mut self.min_length_nt, fields.whole("minLength", length.clone())?);
        set(&mut self.penalty_gap_extend, fields.whole("penaltyGapExtend", SCORE)?);
        set(&mut self.penalty_gap_open, fields.whole("penaltyGapOpen", SCORE)?);
        set(&mut self.penalty_gap_open_in_frame, fields.whole("penaltyGapOpenInFrame", SCORE)?);
        set(&mut self.penalty_gap_open_out_of_frame, fields.whole("penaltyGapOpenOutOfFrame", SCORE)?);
        set(&mut self.penalty_mismatch, fields.whole("penaltyMismatch", SCORE)?);
        set(&mut self.score_match, fields.whole("scoreMatch", SCORE)?);
        set(&mut self.max_band_area_cells, fields.whole("maxBandArea", 0..=u64::MAX)?);
        set(&mut self.retry_reverse_complement, fields.flag("retryReverseComplement")?);
        set(&mut self.no_translate_past_stop, fields.flag("noTranslatePastStop")?);
        set(&mut self.left_terminal_gaps_free, fields.flag("leftTerminalGapsFree")?);
        set(&mut self.right_terminal_gaps_free, fields.flag("rightTerminalGapsFree")?);
        set(&mut self.excess_bandwidth_nt, fields.whole("excessBandwidth", length.clone())?);
        set(&mut self.terminal_bandwidth_nt, fields.whole("terminalBandwidth", length.clone())?);
        let sides = [("left", GapSide::Left), ("right", GapSide::Right)];
        set(&mut self.gap_side, fields.choice("gapAlignmentSide", &sides)?);
        set(&mut self.kmer_length_nt, fields.whole("kmerLength", 1..=MOST)?);
        set(&mut self.kmer_distance_nt, fields.whole("kmerDistance", 1..=MOST)?);
        set(&mut self.allowed_mismatches, fields.whole("allowedMismatches", length.clone())?);
        set(&mut self.window_size_nt, fields.whole("windowSize", 1..=MOST)?);
        set(&mut self.min_match_length_nt, fields.whole("minMatchLength", length)?);
        set(&mut self.min_seed_cover, fields.number("minSeedCover", 0.0..=1.0)?);
        set(&mut self.max_alignment_attempts, fields.whole("maxAlignmentAttempts", 0..=1000)?);
        let presets = [
            ("default", AlignmentPreset::Default),
            ("high-diversity", AlignmentPreset::HighDiversity),
            ("short-sequences", AlignmentPreset::ShortSequences),
        ];
        if fields.choice("alignmentPreset", &presets)?.is_some() {
            fields.note(
                "alignmentPreset",
                "a preset takes effect only as an option of the run, as in Nextclade; write the values themselves here",
            );
        }
        fields.finish();
        Ok(())
    }
}
