//! The formats in which genomes can be taken away, in one table: how each is named, what it may hold, what writes it.
//!
//! Pages and docs follow from it. Refuses to know which genomes. Start at [`FORMATS`].

use super::annotated::{Annotations, Records};
use super::ena::Package;
use super::genotypes::Genotypes;
use super::lines::Lines;
use super::parquet::Typed;
use super::table::Table;
use super::trees;
use crate::app::trees::GENOMES_MOST;
use crate::http::lapis::asked::Asked;
use crate::http::lapis::fault::Fault;
use crate::http::lapis::record::{Form, Header, Writer};
use crate::http::lapis::select::Bench;
use crate::http::lapis::sequences::{genes, segments};
use crate::http::lapis::writing::{AlignedSequences, UnalignedSequences, Writing};
use hearth_index::alphabet::Alphabet;
use hearth_index::row::Schema;
use hearth_store::usage::Way;
use std::sync::Arc;

/// Makes a writer of a file, as often as it is written.
pub type Maker = Box<dyn Fn() -> Box<dyn Writing> + Send + Sync>;

/// What a writer is made from.
pub struct Making<'a> {
    /// The question.
    pub asked: &'a Asked,
    /// The sequences and fields of its pathogen.
    pub schema: &'a Schema,
    /// The pathogen, and who asks.
    pub bench: &'a Bench,
}

/// A format.
pub struct Format {
    /// As addresses name it.
    pub name: &'static str,
    /// Its media type.
    pub media: &'static str,
    /// What the name of a file ends with.
    pub extension: &'static str,
    /// Genomes of one file.
    pub most: usize,
    /// Whether what is written of a genome does not depend on those before it.
    pub is_each_alone: bool,
    /// Bytes of a genome of 30,000 letters, about: enough to say how large a file will be.
    pub genome_bytes: u64,
    /// As what a genome in it is counted for whose it is.
    pub counted: Way,
    /// Its writer.
    pub make: fn(&Making) -> Result<Maker, Fault>,
}

/// Genomes of a file that is written one after the other.
const MANY: usize = 20_000_000;
/// Genomes of a file that has to be thought of as a whole, or whose genomes are analysed anew.
const SOME: usize = 10_000;

/// Every format.
pub const FORMATS: &[Format] = &[
    Format {
        name: "fasta",
        media: "text/x-fasta; charset=utf-8",
        extension: "fasta",
        most: MANY,
        is_each_alone: true,
        genome_bytes: 29_920,
        counted: Way::Taken,
        make: unaligned,
    },
    Format {
        name: "aligned",
        media: "text/x-fasta; charset=utf-8",
        extension: "aligned.fasta",
        most: MANY,
        is_each_alone: true,
        genome_bytes: 29_920,
        counted: Way::Taken,
        make: aligned,
    },
    Format {
        name: "translated",
        media: "text/x-fasta; charset=utf-8",
        extension: "translated.fasta",
        most: MANY,
        is_each_alone: true,
        genome_bytes: 10_100,
        counted: Way::Taken,
        make: translated,
    },
    Format {
        name: "tsv",
        media: "text/tab-separated-values; charset=utf-8",
        extension: "tsv",
        most: MANY,
        is_each_alone: true,
        genome_bytes: 180,
        counted: Way::Described,
        make: |_| Ok(Box::new(|| Box::new(Table))),
    },
    Format {
        name: "ndjson",
        media: "application/x-ndjson",
        extension: "ndjson",
        most: MANY,
        is_each_alone: true,
        genome_bytes: 1_300,
        counted: Way::Taken,
        make: |_| Ok(Box::new(|| Box::new(Lines::default()))),
    },
    Format {
        name: "parquet",
        media: "application/vnd.apache.parquet",
        extension: "parquet",
        most: MANY,
        is_each_alone: false,
        genome_bytes: 400,
        counted: Way::Taken,
        make: |_| Ok(Box::new(|| Box::new(Typed::new()))),
    },
    Format {
        name: "vcf",
        media: "text/x-vcf",
        extension: "vcf",
        most: SOME,
        is_each_alone: false,
        genome_bytes: 4_000,
        counted: Way::Taken,
        make: genotypes,
    },
    Format {
        name: "gff3",
        media: "text/x-gff3; charset=utf-8",
        extension: "gff3",
        most: SOME,
        is_each_alone: true,
        genome_bytes: 2_500,
        counted: Way::Taken,
        make: |_| Ok(Box::new(|| Box::new(Annotations::default()))),
    },
    Format {
        name: "genbank",
        media: "text/x-genbank; charset=utf-8",
        extension: "gb",
        most: SOME,
        is_each_alone: true,
        genome_bytes: 55_000,
        counted: Way::Taken,
        make: |_| Ok(Box::new(|| Box::new(Records::default()))),
    },
    Format {
        name: "ena",
        media: "application/x-tar",
        extension: "ena.tar",
        most: SOME,
        is_each_alone: false,
        genome_bytes: 13_000,
        counted: Way::Taken,
        make: |_| Ok(Box::new(|| Box::new(Package::default()))),
    },
    Format {
        name: "newick",
        media: "text/x-nh; charset=utf-8",
        extension: "nwk",
        most: GENOMES_MOST as usize,
        is_each_alone: false,
        genome_bytes: 40,
        counted: Way::Taken,
        make: |making| trees::maker(trees::Form::Newick, making),
    },
    Format {
        name: "auspice",
        media: "application/json",
        extension: "auspice.json",
        most: GENOMES_MOST as usize,
        is_each_alone: false,
        genome_bytes: 900,
        counted: Way::Taken,
        make: |making| trees::maker(trees::Form::Auspice, making),
    },
];

/// The format that a question names; FASTA where it names none.
///
/// # Errors
/// When there is none of that name.
pub fn named(name: Option<&str>) -> Result<&'static Format, Fault> {
    let name = name.unwrap_or("fasta");
    let found = FORMATS.iter().find(|format| format.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let all: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        Fault::bad(format!("there is no format {name:.40}: choose one of {}", all.join(", ")))
    })
}

fn unaligned(&Making { asked, schema, .. }: &Making) -> Result<Maker, Fault> {
    let (writer, segments) = of_segments(asked, schema)?;
    Ok(Box::new(move || Box::new(UnalignedSequences { segments: segments.clone(), writer: writer.clone() })))
}

fn aligned(&Making { asked, schema, .. }: &Making) -> Result<Maker, Fault> {
    let (writer, sequences) = of_segments(asked, schema)?;
    Ok(Box::new(move || Box::new(AlignedSequences { sequences: sequences.clone(), writer: writer.clone() })))
}

/// Which segments, and how their headers look.
fn of_segments(asked: &Asked, schema: &Schema) -> Result<(Writer, Vec<usize>), Fault> {
    let is_one = schema.only_segment().is_some();
    let header = Header::read(asked, Form::Fasta, Alphabet::Nucleotide, is_one)?;
    Ok((Writer::new(Form::Fasta, header), segments(schema, asked)?))
}

fn translated(&Making { asked, schema, .. }: &Making) -> Result<Maker, Fault> {
    let header = Header::read(asked, Form::Fasta, Alphabet::AminoAcid, false)?;
    let (writer, sequences) = (Writer::new(Form::Fasta, header), genes(schema, asked)?);
    Ok(Box::new(move || Box::new(AlignedSequences { sequences: sequences.clone(), writer: writer.clone() })))
}

fn genotypes(Making { bench, .. }: &Making) -> Result<Maker, Fault> {
    if bench.pathogen().is_segmented() {
        let text = "a VCF is of one reference, and this pathogen has several segments: take its differences as ndjson";
        return Err(Fault::bad(text));
    }
    let (packs, pathogen) = (Arc::clone(&bench.site.app.packs), bench.pathogen().name().to_owned());
    Ok(Box::new(move || Box::new(Genotypes::new(Arc::clone(&packs), pathogen.clone()))))
}
