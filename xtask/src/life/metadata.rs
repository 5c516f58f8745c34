//! Made-up metadata for the records of a FASTA: of one laboratory, or of a world. Start at [`write()`].

use anyhow::Result;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

const DIVISIONS: [&str; 5] = ["Nairobi", "Mombasa", "Kilifi", "Kisumu", "Nakuru"];

/// Countries of a world; the first ones have more genomes.
const COUNTRIES: [&str; 24] = [
    "United Kingdom",
    "South Africa",
    "Kenya",
    "Brazil",
    "India",
    "China",
    "Nigeria",
    "Ghana",
    "Senegal",
    "Egypt",
    "France",
    "Spain",
    "Mexico",
    "Peru",
    "Indonesia",
    "Japan",
    "Thailand",
    "Uganda",
    "Ethiopia",
    "Mozambique",
    "Zambia",
    "Chile",
    "Canada",
    "Germany",
];

/// Where genomes are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A laboratory in Nairobi.
    Laboratory,
    /// Many countries; which batch it is, so that names differ.
    World(u64),
}

impl Origin {
    fn place(self, number: u64) -> (&'static str, &'static str) {
        match self {
            Self::Laboratory => ("Kenya", DIVISIONS[(number % 5) as usize]),
            // The smaller of two draws: the first countries come up more often.
            Self::World(batch) => {
                let draw = (number ^ (batch << 20)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let (one, other) = ((draw >> 8) % 24, (draw >> 40) % 24);
                (COUNTRIES[one.min(other) as usize], "")
            }
        }
    }

    fn prefix(self) -> String {
        match self {
            Self::Laboratory => "S".to_owned(),
            Self::World(batch) => format!("W{batch}"),
        }
    }
}

/// Writes a row for each of the first `count` records.
pub fn write(fasta: &Path, count: u64, origin: Origin, table: &Path) -> Result<()> {
    let mut out = BufWriter::new(File::create(table)?);
    writeln!(out, "sample\trecord\tcollected\tcountry\tdivision\thost\tsubmitting_lab\tauthors")?;
    let mut number = 0_u64;
    let mut lines = BufReader::with_capacity(1 << 20, File::open(fasta)?);
    let mut line = Vec::new();
    while number < count {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let Some(header) = line.strip_prefix(b">") else { continue };
        let header = String::from_utf8_lossy(header);
        let name = header.split_whitespace().next().unwrap_or_default();
        let (year, month, day) = (2021 + number % 3, 1 + number % 12, 1 + number % 28);
        let (country, division) = origin.place(number);
        writeln!(
            out,
            "{}-{number:06}\t{name}\t{year}-{month:02}-{day:02}\t{country}\t{division}\tHomo sapiens\t\
             National Reference Laboratory\tA. One; B. Two",
            origin.prefix()
        )?;
        number += 1;
    }
    out.flush()?;
    Ok(())
}
