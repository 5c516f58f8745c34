//! The demonstration's input: simulated genomes that show what a run can say.
//!
//! Each is a clade's genome from the table with a few private substitutions drawn from a fixed seed, and
//! most have something the matter with them on purpose. None is a sample; every name starts with
//! `simulated/` and says what was done.

use super::genome::Genome;
use super::table::Clade;
use anyhow::{Context, Result};
use std::collections::BTreeMap;

const LINE: usize = 80;

/// What was done to a simulated genome, in reference coordinates (0-based, half-open).
enum Twist {
    Plain,
    Missing(usize, usize),
    Truncated(usize, usize),
    Lost(usize, usize),
    Gained(usize, &'static [u8]),
    Ambiguous(&'static [(usize, u8)]),
    ReverseComplement,
}

/// Clade, what its name says, private substitutions, twist.
const RECORDS: &[(&str, &str, usize, Twist)] = &[
    ("19A", "plain", 2, Twist::Plain),
    ("20E", "frame-shift-ORF3a", 3, Twist::Lost(25_700, 25_701)),
    (
        "20G",
        "mixed-letters",
        4,
        Twist::Ambiguous(&[(4_000, b'R'), (12_000, b'Y'), (19_500, b'K'), (26_800, b'W')]),
    ),
    ("20H", "plain", 5, Twist::Plain),
    ("20I", "plain", 3, Twist::Plain),
    ("20J", "reverse-complement", 4, Twist::ReverseComplement),
    ("21J", "missing-run", 6, Twist::Missing(21_800, 22_700)),
    // BA.1 carries three amino acids more in Spike, after position 214 (see the table's source PD).
    ("21K", "insertion-S", 4, Twist::Gained(22_205, b"GAGCCAGAA")),
    ("22B", "truncated", 5, Twist::Truncated(1_200, 27_000)),
    ("22F", "deletion-S", 6, Twist::Lost(23_596, 23_608)),
    ("24A", "plain", 9, Twist::Plain),
];

/// All simulated genomes and one record of random letters, as FASTA.
pub fn fasta(clades: &[Clade], genomes: &BTreeMap<String, Genome>) -> Result<String> {
    let mut random = Random(0x5eed_0f5e_ed0f_5eed);
    let mut text = String::new();
    for (clade, says, private, twist) in RECORDS {
        let genome = genomes.get(*clade).with_context(|| format!("no clade {clade} for an example"))?;
        let mut genome = genome.clone();
        mutate(&mut genome, *private, clades, &mut random);
        record(&mut text, &format!("{clade}/{says}"), &twisted(genome, twist));
    }
    let junk: Vec<u8> = (0..2_000).map(|_| random.base()).collect();
    record(&mut text, "none/random-letters", &junk);
    Ok(text)
}

/// Substitutes `count` letters at positions that no clade of the table changes.
fn mutate(genome: &mut Genome, count: usize, clades: &[Clade], random: &mut Random) {
    let taken = |position: usize| {
        clades.iter().flat_map(|clade| &clade.nucleotide).any(|change| change.covers(position))
    };
    let mut left = count;
    while left > 0 {
        let at = 300 + random.below(genome.len() - 700);
        let base = random.base();
        if genome[at] != b'-' && genome[at] != base && !taken(at + 1) {
            genome[at] = base;
            left -= 1;
        }
    }
}

fn twisted(mut genome: Genome, twist: &Twist) -> Vec<u8> {
    match *twist {
        Twist::Plain | Twist::ReverseComplement => {}
        Twist::Missing(begin, end) => genome[begin..end].fill(b'N'),
        Twist::Lost(begin, end) => genome[begin..end].fill(b'-'),
        Twist::Truncated(begin, end) => {
            genome.truncate(end);
            genome.drain(..begin);
        }
        Twist::Gained(at, letters) => {
            genome.splice(at..at, letters.iter().copied());
        }
        Twist::Ambiguous(letters) => letters.iter().for_each(|&(at, letter)| genome[at] = letter),
    }
    genome.retain(|&letter| letter != b'-');
    if matches!(twist, Twist::ReverseComplement) {
        genome.reverse();
        genome.iter_mut().for_each(|letter| *letter = complement(*letter));
    }
    genome
}

fn complement(letter: u8) -> u8 {
    match letter {
        b'A' => b'T',
        b'C' => b'G',
        b'G' => b'C',
        b'T' => b'A',
        other => other,
    }
}

fn record(text: &mut String, name: &str, letters: &[u8]) {
    text.push_str(">simulated/");
    text.push_str(name);
    text.push('\n');
    for line in letters.chunks(LINE) {
        text.extend(line.iter().map(|&letter| char::from(letter)));
        text.push('\n');
    }
}

/// xorshift64* (Vigna 2016): the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32
    }

    /// A number under `limit`; the small bias of a remainder does not matter here.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).map_or(0, |number| number % limit.max(1))
    }

    fn base(&mut self) -> u8 {
        b"ACGT"[self.below(4)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twists_do_what_their_names_say() {
        let check = |twist: Twist, expected: &str| {
            assert_eq!(String::from_utf8(twisted(b"AAC-GT".to_vec(), &twist)).unwrap(), expected);
        };
        check(Twist::Plain, "AACGT");
        check(Twist::Missing(0, 2), "NNCGT");
        check(Twist::Truncated(1, 5), "ACG");
        check(Twist::Lost(1, 2), "ACGT");
        check(Twist::Gained(2, b"TTT"), "AATTTCGT");
        check(Twist::Ambiguous(&[(4, b'R')]), "AACRT");
        check(Twist::ReverseComplement, "ACGTT");
    }
}
