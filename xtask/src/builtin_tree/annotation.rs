//! The coding sequences of the built-in pack, read from its GFF3 and held against its reference.
//!
//! This knows only what the built-in annotation uses: forward strand, `ID` and `Name`, rows with one `ID`
//! joined in the order written. The reader for annotations of any make is in `crates/genome`.

use super::genome::Genome;
use super::protein::translate;
use anyhow::{Context, Result, ensure};

/// One coding sequence: 0-based half-open segments, in reading order.
#[derive(Debug)]
pub struct Cds {
    pub id: String,
    pub name: String,
    pub segments: Vec<(usize, usize)>,
}

impl Cds {
    /// The reference position of every letter of the joined coding sequence.
    pub fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        self.segments.iter().flat_map(|&(begin, end)| begin..end)
    }

    /// A published coding sequence starts with ATG, ends with its only stop and is whole codons.
    pub fn verify(&self, reference: &Genome) -> Result<()> {
        let letters: Option<Vec<u8>> = self.positions().map(|at| reference.get(at).copied()).collect();
        let letters = letters.with_context(|| format!("{} ends past the reference", self.name))?;
        ensure!(letters.len().is_multiple_of(3), "{} is not a whole number of codons", self.name);
        ensure!(letters.starts_with(b"ATG"), "{} does not start with ATG", self.name);
        let stop = letters.chunks(3).position(|codon| translate(codon) == b'*');
        ensure!(stop == Some(letters.len() / 3 - 1), "{}: its first stop is not its last codon", self.name);
        Ok(())
    }
}

/// Reads the CDS rows of a GFF3 text.
pub fn read_cdses(gff3: &str) -> Result<Vec<Cds>> {
    let mut cdses: Vec<Cds> = Vec::new();
    for line in gff3.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [_, _, kind, first, last, _, strand, _, attributes] = columns[..] else {
            anyhow::bail!("a GFF3 row has nine columns, not: {line}")
        };
        if kind != "CDS" {
            continue;
        }
        ensure!(strand == "+", "the built-in annotation is all on the forward strand, not: {line}");
        let value = |key: &str| {
            let found = attributes.split(';').filter_map(|pair| pair.split_once('='));
            let found = found.into_iter().find(|(name, _)| *name == key).map(|(_, value)| value.to_owned());
            found.with_context(|| format!("no {key} in: {line}"))
        };
        let segment = (first.parse::<usize>()? - 1, last.parse::<usize>()?);
        let id = value("ID")?;
        match cdses.iter_mut().find(|cds| cds.id == id) {
            Some(cds) => cds.segments.push(segment),
            None => cdses.push(Cds { name: value("Name")?, id, segments: vec![segment] }),
        }
    }
    Ok(cdses)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cds(segments: &[(usize, usize)]) -> Cds {
        Cds { id: "c".into(), name: "c".into(), segments: segments.to_vec() }
    }

    #[test]
    fn rows_with_one_id_are_joined() {
        let gff3 = "##gff-version 3\n\
            r\t.\tgene\t1\t9\t.\t+\t.\tID=g\n\
            r\t.\tCDS\t1\t4\t.\t+\t0\tID=c;Name=C\n\
            r\t.\tCDS\t4\t8\t.\t+\t0\tID=c;Name=C\n";
        let cdses = read_cdses(gff3).unwrap();
        assert_eq!((cdses.len(), cdses[0].name.as_str()), (1, "C"));
        assert_eq!(cdses[0].segments, [(0, 4), (3, 8)]);
    }

    #[test]
    fn a_coding_sequence_that_is_not_one_is_refused() {
        let check = |reference: &str, segments: &[(usize, usize)], good: bool| {
            let outcome = cds(segments).verify(&reference.as_bytes().to_vec());
            assert_eq!(outcome.is_ok(), good, "{reference} {segments:?}");
        };
        check("ATGAAATAG", &[(0, 9)], true);
        check("ATGAATAG", &[(0, 5), (4, 8)], true);
        check("ATGAAATAG", &[(0, 8)], false);
        check("TTGAAATAG", &[(0, 9)], false);
        check("ATGTAGTAG", &[(0, 9)], false);
        check("ATGAAAAAA", &[(0, 9)], false);
        check("ATGAAATAG", &[(0, 12)], false);
    }
}
