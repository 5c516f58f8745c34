//! `alignmentParams`: how a sequence is aligned to the reference.
//!
//! Holds the numbers and the three presets; the aligner itself is elsewhere.

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
