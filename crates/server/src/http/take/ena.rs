//! A selection as what the European Nucleotide Archive takes: for each genome a folder with the manifest, the FASTA file
//! and the chromosome list of Webin-CLI, and one sheet of all samples by the checklist ERC000033.
//!
//! What the server does not know, and the archive wants, is written as a word to be replaced, and a text says which.
//! Start at [`Package`].

use super::annotated::collected;
use super::organism::Organism;
use super::table::named;
use crate::app::index::fields::PRIMARY_KEY;
use crate::http::lapis::writing::{Genome, Part, Writing};
use flate2::Compression;
use flate2::write::GzEncoder;
use hearth_genome::pack::Pack;
use std::io::Write as _;

/// What whoever submits has to replace.
const REPLACE: &str = "REPLACE_ME";
/// What the archives write where a value is not known.
const UNKNOWN: &str = "not provided";
/// Bytes of a block of an archive (POSIX 1003.1, ustar interchange format).
const BLOCK: usize = 512;
/// The columns of the sheet: those of every sheet, then the checklist's mandatory ones and some more.
const COLUMNS: [&str; 17] = [
    "tax_id",
    "scientific_name",
    "sample_alias",
    "sample_title",
    "sample_description",
    "collection date",
    "geographic location (country and/or sea)",
    "geographic location (region and locality)",
    "host common name",
    "host subject id",
    "host health state",
    "host sex",
    "host scientific name",
    "collector name",
    "collecting institution",
    "isolate",
    "virus identifier",
];

const GUIDE: &str = "\
Genomes for the European Nucleotide Archive

1. samples.tsv: register the samples (Webin Portal, \"Register samples\", upload filled spreadsheet; checklist ERC000033).
   \"not provided\" stands where nothing is known: write what you know.
2. Each folder: put into manifest.txt, in place of every REPLACE_ME, your study, the sample's accession, the coverage,
   the program and the platform. Then, for each:
   webin-cli -context genome -manifest manifest.txt -inputDir FOLDER -userName Webin-N -validate
   and, when it says that all is well, the same with -submit in place of -validate.
Submit only genomes that are yours to submit.
";

/// A tar archive, written genome by genome.
#[derive(Default)]
pub struct Package {
    sheet: Vec<u8>,
}

impl Writing for Package {
    fn needs_letters(&self) -> bool {
        true
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        entry(out, "README.txt", GUIDE.as_bytes());
    }

    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        let parts: Vec<Part> = genome.parts().collect();
        let Some(first) = parts.first() else { return };
        let name = plain(&named(genome, PRIMARY_KEY));
        let organism = Organism::of(&first.pack.pack);
        entry(out, &format!("{name}/manifest.txt"), manifest(&name, &organism, &first.pack.pack).as_bytes());
        let (mut fasta, mut chromosomes) = (Vec::new(), String::new());
        let is_segmented = genome.shelf.pathogen().is_segmented();
        for part in &parts {
            let own = if is_segmented { format!("{name}_{}", part.name) } else { name.clone() };
            fasta.extend_from_slice(format!(">{own}\n").as_bytes());
            for line in part.letters.chunks(80) {
                fasta.extend_from_slice(line);
                fasta.push(b'\n');
            }
            let sort = if is_segmented { (part.name, "Segmented") } else { ("genome", "Monopartite") };
            chromosomes.push_str(&format!("{own}\t{}\t{}\n", sort.0, sort.1));
        }
        entry(out, &format!("{name}/{name}.fasta.gz"), &gzip(&fasta));
        entry(out, &format!("{name}/{name}.chromosomes.txt.gz"), &gzip(chromosomes.as_bytes()));
        self.row(&name, &organism, genome);
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        let mut sheet = b"Checklist\tERC000033\tENA virus pathogen reporting standard checklist\n".to_vec();
        sheet.extend_from_slice(COLUMNS.join("\t").as_bytes());
        sheet.extend_from_slice(b"\n#units");
        sheet.extend(std::iter::repeat_n(b'\t', COLUMNS.len() - 1));
        sheet.push(b'\n');
        sheet.append(&mut self.sheet);
        entry(out, "samples.tsv", &sheet);
        out.extend_from_slice(&[0; 2 * BLOCK]);
        false
    }
}

impl Package {
    fn row(&mut self, name: &str, organism: &Organism, genome: &Genome) {
        let known = |field: &str| {
            let text = named(genome, field);
            if text.is_empty() { UNKNOWN.to_owned() } else { text }
        };
        let (host, day) = (known("host"), collected(genome));
        let is_human = ["homo sapiens", "human"].contains(&host.to_ascii_lowercase().as_str());
        let (common, scientific) =
            if is_human { ("human".to_owned(), "Homo sapiens".to_owned()) } else { (host.clone(), host) };
        let lab = Some(known("originatingLab")).filter(|lab| lab != UNKNOWN);
        let cells = [
            if organism.taxon.is_empty() { REPLACE.to_owned() } else { organism.taxon.to_owned() },
            organism.name.clone(),
            name.to_owned(),
            format!("{} {}", organism.name, named(genome, "sampleName")),
            format!("Genome {name}"),
            if day.is_empty() { UNKNOWN.to_owned() } else { day },
            known("country"),
            known("division"),
            common,
            UNKNOWN.to_owned(),
            UNKNOWN.to_owned(),
            UNKNOWN.to_owned(),
            scientific,
            known("authors"),
            lab.unwrap_or_else(|| known("submittingLab")),
            known("sampleName"),
            known("lineage"),
        ];
        let one_line = |cell: &String| -> String {
            cell.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
        };
        let cells: Vec<String> = cells.iter().map(one_line).collect();
        self.sheet.extend_from_slice(cells.join("\t").as_bytes());
        self.sheet.push(b'\n');
    }
}

/// What Webin-CLI is told of a genome.
fn manifest(name: &str, organism: &Organism, pack: &Pack) -> String {
    let kind = if pack.name() == "sars-cov-2" { "COVID-19 outbreak" } else { "isolate" };
    format!(
        "STUDY\t{REPLACE}\nSAMPLE\t{REPLACE}\nASSEMBLYNAME\t{name}\nASSEMBLY_TYPE\t{kind}\nCOVERAGE\t{REPLACE}\n\
         PROGRAM\t{REPLACE}\nPLATFORM\t{REPLACE}\nMOLECULETYPE\t{}\nFASTA\t{name}.fasta.gz\n\
         CHROMOSOME_LIST\t{name}.chromosomes.txt.gz\n",
        organism.molecule
    )
}

fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_ascii_alphanumeric() || "_.-".contains(*letter)).take(60).collect()
}

/// Writing into memory does not fail.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// A file of an archive. It has no time, so that the same genomes make the same bytes.
fn entry(out: &mut Vec<u8>, name: &str, bytes: &[u8]) {
    let mut head = [0u8; BLOCK];
    let mut put = |at: usize, text: &[u8]| head[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{:011o}\0", bytes.len()).as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(bytes);
    let rest = bytes.len().next_multiple_of(BLOCK) - bytes.len();
    out.extend(std::iter::repeat_n(0, rest));
}
