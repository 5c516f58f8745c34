//! The coding sequences of the small packs, and their translation by a reader of its own.
//!
//! Start at [`LINEAR`].

use hearth_genome::alphabet::amino_acid;
use hearth_genome::alphabet::nucleotide::reverse_complement;

/// A coding sequence: pieces in reading order, 1-based and closed as GFF3 has them.
pub struct Coding {
    pub name: &'static str,
    pieces: &'static [(usize, usize)],
    is_reverse: bool,
}

const fn forward(name: &'static str, pieces: &'static [(usize, usize)]) -> Coding {
    Coding { name, pieces, is_reverse: false }
}

const fn reverse(name: &'static str, pieces: &'static [(usize, usize)]) -> Coding {
    Coding { name, pieces, is_reverse: true }
}

/// Near both ends, slipping, overlapping, spliced inside a codon, and on both strands.
pub const LINEAR: &[Coding] = &[
    forward("first", &[(7, 306)]),
    forward("slipping", &[(331, 630), (630, 1001)]),
    forward("inside", &[(420, 719)]),
    forward("spliced", &[(1101, 1240), (1301, 1460)]),
    reverse("backward", &[(1481, 1780)]),
    reverse("backward-spliced", &[(2041, 2141), (1841, 1988)]),
    forward("single", &[(2150, 2152)]),
    forward("last", &[(2200, 2364)]),
    forward("edge", &[(2341, 2400)]),
];

/// The same round a circle: two of them cross the origin.
pub const CIRCULAR: &[Coding] = &[
    forward("slipping", &[(331, 630), (630, 1001)]),
    reverse("backward", &[(1481, 1780)]),
    forward("crossing", &[(2341, 2439)]),
    reverse("crossing-backward", &[(2200, 2499)]),
];

const LENGTH: usize = super::LENGTH;

impl Coding {
    /// Reference positions (0-based) in reading order.
    fn positions(&self) -> Vec<usize> {
        let piece = |&(begin, end): &(usize, usize)| -> Vec<usize> {
            let positions = (begin - 1..end).map(|position| position % LENGTH);
            if self.is_reverse { positions.rev().collect() } else { positions.collect() }
        };
        self.pieces.iter().flat_map(piece).collect()
    }

    /// Changes the first letter of stop codons, so that most coding sequences read through.
    pub fn remove_stops(&self, reference: &mut [u8]) {
        let positions = self.positions();
        for codon in positions.chunks_exact(3) {
            if amino_acid::translate(self.codon(reference, codon)) == amino_acid::STOP {
                reference[codon[0]] = if self.is_reverse { b'G' } else { b'C' };
            }
        }
    }

    /// The peptide of a genome in the reference's coordinates.
    pub fn peptide(&self, genome: &[u8]) -> Vec<u8> {
        let positions = self.positions();
        positions.chunks_exact(3).map(|codon| amino_acid::translate(self.codon(genome, codon))).collect()
    }

    fn codon(&self, genome: &[u8], positions: &[usize]) -> [u8; 3] {
        let mut codon = [genome[positions[0]], genome[positions[1]], genome[positions[2]]];
        if self.is_reverse {
            codon.reverse();
            reverse_complement(&mut codon);
        }
        codon
    }
}

/// The annotation as GFF3.
pub fn gff(cdses: &[Coding], is_circular: bool) -> String {
    let mut text = String::from("##gff-version 3\n");
    if is_circular {
        text += &format!("tiny\tx\tregion\t1\t{LENGTH}\t.\t+\t.\tID=tiny;Is_circular=true\n");
    }
    for cds in cdses {
        let strand = if cds.is_reverse { '-' } else { '+' };
        for (begin, end) in cds.pieces {
            text += &format!("tiny\tx\tCDS\t{begin}\t{end}\t.\t{strand}\t0\tID={0};Name={0}\n", cds.name);
        }
    }
    text
}
