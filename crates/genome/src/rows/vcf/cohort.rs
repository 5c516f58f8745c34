//! Many genomes as one VCF 4.3: a record for each stretch of the reference that some genome has otherwise, a column of
//! genotypes for each genome.
//!
//! * Genomes are haploid. `GT` is the number of the allele, 0 where a genome has the reference's letters there, `.` where
//!   any of them was not read or is ambiguous.
//! * Alleles are those of one genome's file (see [`super`]): as far left as they go. Stretches with the same begin and
//!   end share a record; a genome whose own deletion or joined allele lies over the letter of another record has the
//!   allele `*` there (section 1.6.1, field ALT).
//! * `INFO/AC` counts each allele, `INFO/AN` the genotypes that are known.
//!
//! Refuses to read alignments: whoever has calls adds them. Start at [`Cohort::add`].

use super::allele::{self, Allele};
use super::{contig, one_line, reference_base};
use crate::calls::Calls;
use crate::coordinate::{RefPos, Span};
use crate::pack::Pack;
use crate::rows::text::{self, Buffer};
use std::collections::{BTreeMap, VecDeque};

/// One genome.
struct Sample {
    name: String,
    /// Where the reference is replaced: begin, end, by which letters; none overlap.
    alleles: Vec<Allele>,
    /// What was not read, ambiguous letters among it; ascending.
    unread: Vec<Span<RefPos>>,
}

/// Genomes that are added one after the other, then written site by site.
#[derive(Default)]
pub struct Cohort {
    samples: Vec<Sample>,
    /// Stretches of the reference, and the letters that stand in their place somewhere.
    sites: BTreeMap<(u32, u32), Vec<VecDeque<u8>>>,
}

/// The genotypes of a site: the number of an allele for each sample.
enum Genotype {
    Allele(usize),
    Overlaid,
    Unknown,
}

impl Cohort {
    /// Adds a genome.
    pub fn add(&mut self, name: String, calls: &Calls, pack: &Pack) {
        let reference = pack.reference();
        let outside =
            [Span::new(0, calls.aligned.begin.0), Span::new(calls.aligned.end.0, reference.length_nt())];
        let mut unread: Vec<Span<RefPos>> = calls.missing.iter().chain(&outside).copied().collect();
        unread.extend(calls.ambiguous.iter().map(|run| run.span));
        unread.retain(|span| !span.is_empty());
        unread.sort_by_key(|span| span.begin);
        let alleles = allele::of_calls(calls, reference.letters());
        for allele in &alleles {
            let known = self.sites.entry((allele.begin, allele.end)).or_default();
            if !known.contains(&allele.letters) {
                known.push(allele.letters.clone());
            }
        }
        self.samples.push(Sample { name, alleles, unread });
    }

    /// Writes the meta-information and the header line.
    pub fn write_header(&mut self, pack: &Pack, out: &mut Buffer) {
        for letters in self.sites.values_mut() {
            letters.sort();
        }
        out.extend_from_slice(
            b"##fileformat=VCFv4.3\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n",
        );
        out.extend_from_slice(concat!("##source=hearth ", env!("CARGO_PKG_VERSION"), "\n").as_bytes());
        out.extend_from_slice(b"##hearthPack=");
        one_line(out, pack.name());
        out.extend_from_slice(b"\n##contig=<ID=");
        contig(out, pack);
        out.extend_from_slice(b",length=");
        text::integer(out, u64::from(pack.reference().length_nt()));
        out.extend_from_slice(
            b">\n\
            ##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Genomes with each allele\">\n\
            ##INFO=<ID=AN,Number=1,Type=Integer,Description=\"Genomes whose genotype is known\">\n\
            ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n\
            #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
        );
        if !self.samples.is_empty() {
            out.extend_from_slice(b"\tFORMAT");
        }
        for sample in &self.samples {
            out.push(b'\t');
            one_line(out, if sample.name.is_empty() { "unnamed" } else { &sample.name });
        }
        out.push(b'\n');
    }

    /// Writes the next sites, so many bytes of them; whether more follow.
    pub fn write_sites(&mut self, pack: &Pack, most_bytes: usize, out: &mut Buffer) -> bool {
        let mut chromosome = Buffer::new();
        contig(&mut chromosome, pack);
        let most = out.len() + most_bytes;
        while out.len() < most {
            let Some(((begin, end), letters)) = self.sites.pop_first() else { return false };
            out.extend_from_slice(&chromosome);
            out.push(b'\t');
            text::integer(out, u64::from(begin) + 1);
            out.extend_from_slice(b"\t.\t");
            let replaced = pack.reference().letters().get(begin as usize..end as usize).unwrap_or_default();
            out.extend(replaced.iter().map(|&letter| reference_base(letter)));
            let first = replaced.first().map_or(b'N', |&letter| reference_base(letter));
            self.write_alleles((begin, end), first, &letters, out);
        }
        !self.sites.is_empty()
    }

    /// Writes a record from ALT on.
    fn write_alleles(&self, site: (u32, u32), first: u8, letters: &[VecDeque<u8>], out: &mut Buffer) {
        let genotypes: Vec<Genotype> =
            self.samples.iter().map(|sample| sample.genotype(site, first, letters)).collect();
        let mut counts = vec![0u64; letters.len() + 2];
        for genotype in &genotypes {
            match genotype {
                Genotype::Allele(number) => counts[*number] += 1,
                Genotype::Overlaid => counts[letters.len() + 1] += 1,
                Genotype::Unknown => {}
            }
        }
        let known: u64 = counts.iter().sum();
        let is_overlaid = counts.last().is_some_and(|count| *count > 0);
        counts.truncate(letters.len() + 1 + usize::from(is_overlaid));
        out.push(b'\t');
        let star = VecDeque::from([b'*']);
        let written = letters.iter().chain(is_overlaid.then_some(&star));
        text::list(out, b',', written, |out, letters| out.extend(letters));
        out.extend_from_slice(b"\t.\t.\tAC=");
        text::list(out, b',', counts.iter().skip(1), |out, count| text::integer(out, *count));
        out.extend_from_slice(b";AN=");
        text::integer(out, known);
        out.extend_from_slice(b"\tGT");
        for genotype in &genotypes {
            out.push(b'\t');
            match genotype {
                Genotype::Allele(number) => text::integer(out, *number as u64),
                Genotype::Overlaid => text::integer(out, letters.len() as u64 + 1),
                Genotype::Unknown => out.push(b'.'),
            }
        }
        out.push(b'\n');
    }
}

impl Sample {
    fn genotype(&self, (begin, end): (u32, u32), first: u8, letters: &[VecDeque<u8>]) -> Genotype {
        let after = self.alleles.partition_point(|allele| allele.end <= begin);
        let own = self.alleles.get(after).filter(|allele| allele.begin < end);
        if let Some(own) = own.filter(|own| (own.begin, own.end) == (begin, end)) {
            let number = letters.iter().position(|known| *known == own.letters);
            return number.map_or(Genotype::Unknown, |number| Genotype::Allele(number + 1));
        }
        let after = self.unread.partition_point(|span| span.end.0 <= begin);
        if self.unread.get(after).is_some_and(|span| span.begin.0 < end) {
            return Genotype::Unknown;
        }
        // The letter before an insertion or deletion is the reference's own.
        let is_over = |own: &Allele| own.begin < begin || own.letters.front() != Some(&first);
        match own {
            Some(own) if end - begin == 1 && is_over(own) => Genotype::Overlaid,
            _ => Genotype::Allele(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::tiny::{self, REFERENCE, changed};

    /// Compares POS, REF, ALT, INFO and the genotypes of every record.
    fn check(sequences: &[&str], expected: &[&str]) {
        let pack = tiny::pack();
        let (mut cohort, mut out) = (Cohort::default(), Buffer::new());
        for (number, sequence) in sequences.iter().enumerate() {
            cohort.add(number.to_string(), &tiny::analyse(&pack, sequence).calls, &pack);
        }
        cohort.write_header(&pack, &mut out);
        while cohort.write_sites(&pack, 1, &mut out) {}
        let text = String::from_utf8_lossy(&out);
        let shorten = |line: &str| {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!((fields.len(), fields[0], fields[8]), (9 + sequences.len(), "tiny", "GT"));
            [fields[1], fields[3], fields[4], fields[7], &fields[9..].join("")].join(" ")
        };
        let records = text.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(records.map(shorten).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn sites_are_shared() {
        check(&[REFERENCE, REFERENCE], &[]);
        let (one, two, three) = (changed(&[(19, "A")]), changed(&[(19, "G")]), changed(&[(19, "N")]));
        check(&[&one, REFERENCE, &two, &three, &one], &["20 C A,G AC=2,1;AN=4 102.1"]);
    }

    #[test]
    fn a_deletion_lies_over_the_letters_it_takes_and_not_over_the_one_before() {
        let gap = changed(&[(27, "-"), (28, "-"), (29, "-")]);
        let (inside, before) = (changed(&[(28, "T")]), changed(&[(26, "A")]));
        check(
            &[&gap, &inside, &before, REFERENCE],
            &["27 C A AC=1;AN=4 0010", "27 CCAG C AC=1;AN=4 1000", "29 A T,* AC=1,1;AN=4 2100"],
        );
    }

    #[test]
    fn what_was_not_read_has_no_genotype() {
        let short = &REFERENCE[3..80];
        let (ends, ambiguous) = (changed(&[(1, "A"), (85, "A")]), changed(&[(1, "R")]));
        check(&[short, &ends, &ambiguous], &["2 C A AC=1;AN=1 .1.", "86 T A AC=1;AN=2 .10"]);
    }

    #[test]
    fn without_genomes_there_is_a_header() {
        check(&[], &[]);
    }
}
