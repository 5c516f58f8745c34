//! What nucleotide changes do to proteins: the amino-acid changes of each clade relative to its parent.
//!
//! A deletion that starts inside a codon leaves two part codons that join into one. That codon is written
//! where its amino acid matches the reference (`I68` stays when 69 and 70 go), else at the right end of the
//! gap (`E156-`, `F157-`, `R158G`), which is where a right-aligning aligner puts it.

use super::annotation::Cds;
use super::genome::Genome;
use super::table::Clade;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

/// The standard genetic code, codons in the order T, C, A, G (NCBI translation table 1).
const CODE: &[u8; 64] = b"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";

/// The amino acid of a codon of A, C, G and T; `X` for anything else.
pub fn translate(codon: &[u8]) -> u8 {
    let digits: Option<Vec<usize>> =
        codon.iter().map(|letter| b"TCAG".iter().position(|base| base == letter)).collect();
    match digits.as_deref() {
        Some(&[first, second, third]) => CODE[16 * first + 4 * second + third],
        _ => b'X',
    }
}

/// Fills in the amino-acid changes of every clade. `genomes` holds every clade's genome by name.
pub fn annotate(
    reference: &Genome,
    cdses: &[Cds],
    clades: &mut [Clade],
    genomes: &BTreeMap<String, Genome>,
) -> Result<()> {
    for clade in clades {
        let genome = genomes.get(&clade.name).context("every clade has a genome")?;
        let parent = genomes.get(&clade.parent).unwrap_or(reference);
        clade.amino_acid.clear();
        for cds in cdses {
            let in_clade = || format!("clade {}, {}", clade.name, cds.name);
            let before = peptide(cds, reference, parent).with_context(in_clade)?;
            let after = peptide(cds, reference, genome).with_context(in_clade)?;
            let changes: Vec<String> = (0..before.len())
                .filter(|&codon| before[codon] != after[codon])
                .map(|codon| {
                    format!("{}{}{}", char::from(before[codon]), codon + 1, char::from(after[codon]))
                })
                .collect();
            if !changes.is_empty() {
                clade.amino_acid.push((cds.name.clone(), changes));
            }
        }
    }
    Ok(())
}

/// The protein of `cds` in `genome`, codon for codon of the reference, `-` for a lost amino acid.
fn peptide(cds: &Cds, reference: &Genome, genome: &Genome) -> Result<Vec<u8>> {
    let letters: Vec<u8> = cds.positions().map(|at| genome[at]).collect();
    let reference: Vec<u8> = cds.positions().map(|at| reference[at]).collect();
    let codons: Vec<&[u8]> = letters.chunks(3).collect();
    let mut peptide: Vec<u8> = Vec::with_capacity(codons.len());
    while peptide.len() < codons.len() {
        let begin = peptide.len();
        let gapped = codons[begin..].iter().take_while(|codon| codon.contains(&b'-')).count();
        if gapped == 0 {
            peptide.push(translate(codons[begin]));
            continue;
        }
        let run = begin..begin + gapped;
        let expected: Vec<u8> = reference.chunks(3).skip(begin).take(gapped).map(translate).collect();
        peptide.extend(bridge(&codons[run], &expected).with_context(|| format!("codon {}", begin + 1))?);
    }
    Ok(peptide)
}

/// The amino acids of a run of codons that all miss letters.
fn bridge(codons: &[&[u8]], expected: &[u8]) -> Result<Vec<u8>> {
    let left: Vec<u8> =
        codons.iter().flat_map(|codon| codon.iter()).copied().filter(|&c| c != b'-').collect();
    ensure!(left.len().is_multiple_of(3), "a deletion shifts the reading frame");
    ensure!(left.len() <= 3, "two deletions share a codon");
    let mut peptide = vec![b'-'; codons.len()];
    if !left.is_empty() {
        let joined = translate(&left);
        let last = codons.len() - 1;
        let place = if expected[0] == joined && expected[last] != joined { 0 } else { last };
        peptide[place] = joined;
    }
    Ok(peptide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codons_are_translated_by_the_standard_code() {
        for (codon, amino_acid) in
            [("ATG", b'M'), ("TGG", b'W'), ("TAA", b'*'), ("GGG", b'G'), ("AAC", b'N'), ("ANC", b'X')]
        {
            assert_eq!(translate(codon.as_bytes()), amino_acid, "{codon}");
        }
    }

    #[test]
    fn part_codons_join_where_they_match_else_at_the_right() {
        let check = |reference: &str, genome: &str, expected: Option<&str>| {
            let cds = Cds { id: "c".into(), name: "c".into(), segments: vec![(0, reference.len())] };
            let found = peptide(&cds, &reference.as_bytes().to_vec(), &genome.as_bytes().to_vec()).ok();
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{genome}");
        };
        check("ATGAAATAG", "ATG---TAG", Some("M-*"));
        // Spike I68 H69 V70 loses 21765-21770: ATACATGTC becomes A------TC, ATC is still I.
        check("ATACATGTC", "A------TC", Some("I--"));
        // Spike E156 F157 R158 loses 22029-22034: G------GA is GGA, G, like neither end.
        check("GAGTTCAGA", "G------GA", Some("--G"));
        check("ATGAAATAG", "ATG--ATAG", None);
        check("ATGAAATAG", "ATGAA-T-G", None);
    }
}
