//! Made-up metadata for the records of a FASTA. Start at [`write()`].

use anyhow::Result;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

const DIVISIONS: [&str; 5] = ["Nairobi", "Mombasa", "Kilifi", "Kisumu", "Nakuru"];

/// Writes a row for each of the first `count` records.
pub fn write(fasta: &Path, count: u64, table: &Path) -> Result<()> {
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
        let division = DIVISIONS[(number % 5) as usize];
        writeln!(
            out,
            "S-{number:06}\t{name}\t{year}-{month:02}-{day:02}\tKenya\t{division}\tHomo sapiens\t\
             National Reference Laboratory\tA. One; B. Two"
        )?;
        number += 1;
    }
    out.flush()?;
    Ok(())
}
