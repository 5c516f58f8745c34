//! Analyses the genomes of a FASTA file with a pack folder and prints the table, one thread, no frills.
//!
//! `cargo run --release --example analyse -- PACK_FOLDER GENOMES.fasta > results.tsv`

use hearth_genome::analysis::Memory;
use hearth_genome::fasta::{Record, find_record_starts, parse_record};
use hearth_genome::pack::{Pack, PackFiles};
use hearth_genome::rows::RecordName;
use hearth_genome::rows::columns::Columns;
use hearth_genome::rows::table::{Delimiter, Table};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(genomes)) = (arguments.next(), arguments.next()) else {
        return Err("usage: analyse PACK_FOLDER GENOMES.fasta".into());
    };
    let read = |name: &str| std::fs::read(folder.join(name));
    let (reference, pathogen) = (read("reference.fasta")?, read("pathogen.json")?);
    let (annotation, tree) = (read("genome_annotation.gff3").ok(), read("tree.json").ok());
    let pack = Pack::from_files(&PackFiles {
        name: "pack",
        reference: &reference,
        pathogen: &pathogen,
        annotation: annotation.as_deref(),
        tree: tree.as_deref(),
    })?;
    let columns = Columns::of_pack(&pack, &[])?;
    let table = Table { pack: &pack, columns: &columns, delimiter: Delimiter::Tab };
    let text = std::fs::read(genomes)?;
    let mut starts = Vec::new();
    find_record_starts(&text, 0, &mut starts);
    let (mut record, mut memory, mut out) = (Record::default(), Memory::default(), Vec::new());
    table.write_header(&mut out);
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        parse_record(&text[start..end], &mut record);
        let name = RecordName { index: index as u64, name: &record.name };
        match pack.analyse(&record.sequence, &mut memory) {
            Ok(analysis) => table.write_row(name, &analysis, "", &mut out),
            Err(rejection) => table.write_error(name, &rejection.to_string(), &mut out),
        }
    }
    std::io::stdout().write_all(&out)?;
    Ok(())
}
