//! The lines of a GFF3 file, one record per feature line.
//!
//! Knows the columns and the directives (`##...`), not what features mean to each other.
//! Format: GFF3 specification 1.26 of the Sequence Ontology project.

use super::model::{Attribute, Origin, Strand};
use super::{AnnotationError, AnnotationLimits, attribute};
use crate::coordinate::{RefPos, Span};

/// One feature line, decoded.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// 0-based count among feature lines.
    pub index: u32,
    /// `ID`, else the name.
    pub id: String,
    /// Taken from the attributes; a number where they name nothing.
    pub name: String,
    /// What it makes, else the name.
    pub product: String,
    /// Column 1 as written: the landmark's `ID`.
    pub seqid: String,
    /// Column 3 as written.
    pub kind: String,
    pub span: Span<RefPos>,
    pub strand: Strand,
    /// Values of `Parent`, each once.
    pub parents: Vec<String>,
    pub is_circular: bool,
    pub exceptions: Vec<String>,
    pub attributes: Vec<Attribute>,
    pub origin: Origin,
}

impl Record {
    pub(super) fn line(&self) -> u32 {
        self.origin.line
    }
}

/// Reads all feature lines.
///
/// Reading goes on after `###` (which only says that what came before refers to nothing after) and ends at
/// `##FASTA` or a line that begins with `>`. More than one `##sequence-region` is refused: segmented genomes
/// have a pack per segment.
pub(super) fn read(text: &str, limits: AnnotationLimits) -> Result<Vec<Record>, AnnotationError> {
    if text.len() > limits.bytes {
        let (found, most) = (text.len(), limits.bytes);
        return Err(AnnotationError::file(format!(
            "the file is {found} bytes long; at most {most} are read"
        )));
    }
    let mut records = Vec::new();
    let mut region_line = None;
    for (number, line) in (1u32..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if line.starts_with("##FASTA") || line.starts_with('>') {
            break;
        }
        if line.starts_with("##sequence-region") {
            check_region(number, line, region_line)?;
            region_line = Some(number);
        } else if !line.starts_with('#') && !line.trim().is_empty() {
            if records.len() >= limits.features {
                let most = limits.features;
                return Err(AnnotationError::line(
                    number,
                    format!("more than {most} feature lines are not read"),
                ));
            }
            let index = u32::try_from(records.len()).unwrap_or(u32::MAX);
            records.push(record(index, number, line, limits)?);
        }
    }
    if records.is_empty() {
        return Err(AnnotationError::file(
            "the file describes no feature; add the genes, or leave the file out of the pack",
        ));
    }
    Ok(records)
}

fn check_region(number: u32, line: &str, earlier: Option<u32>) -> Result<(), AnnotationError> {
    if let Some(earlier) = earlier {
        return Err(AnnotationError::line(
            number,
            format!(
                "a second ##sequence-region (the first is on line {earlier}); keep one: \
                 a genome of several segments needs a pack for each"
            ),
        ));
    }
    let mut words = line.split_whitespace().skip(1);
    let (id, start, end) = (words.next(), words.next(), words.next());
    let numbers =
        start.zip(end).map(|(start, end)| start.parse::<u32>().is_ok() && end.parse::<u32>().is_ok());
    if id.is_some() && numbers == Some(true) && words.next().is_none() {
        return Ok(());
    }
    Err(AnnotationError::line(number, format!("'{line}' should read '##sequence-region NAME START END'")))
}

fn record(index: u32, number: u32, line: &str, limits: AnnotationLimits) -> Result<Record, AnnotationError> {
    let fail = |problem: String| AnnotationError::line(number, problem);
    if line.len() > limits.line_bytes {
        return Err(fail(format!(
            "the line is {} bytes long; at most {} are read",
            line.len(),
            limits.line_bytes
        )));
    }
    let columns: Vec<&str> = line.split('\t').collect();
    let &[seqid, source, kind, start, end, _score, strand, _phase, attributes] = columns.as_slice() else {
        return Err(fail(format!(
            "{} columns where 9 are needed, separated by tabs (not spaces)",
            columns.len()
        )));
    };
    let span = span(start, end, limits).map_err(fail)?;
    if attributes.matches(';').count() > limits.attributes {
        return Err(fail(format!("column 9 has more than {} keys", limits.attributes)));
    }
    let attributes = attribute::parse(attributes).map_err(fail)?;
    let (seqid, source, kind) = (
        attribute::decode(seqid).map_err(fail)?,
        attribute::decode(source).map_err(fail)?,
        attribute::decode(kind).map_err(fail)?,
    );
    let name = attribute::name(&attributes, &kind).map_or_else(|| format!("Feature #{index}"), str::to_owned);
    let mut parents: Vec<String> = Vec::new();
    for parent in attributes.iter().filter(|a| a.key == "Parent").flat_map(|a| &a.values) {
        if !parents.contains(parent) {
            parents.push(parent.clone());
        }
    }
    Ok(Record {
        index,
        id: attribute::first(&attributes, "ID").unwrap_or(&name).to_owned(),
        product: attribute::product(&attributes).unwrap_or(&name).to_owned(),
        span,
        strand: if strand == "-" { Strand::Reverse } else { Strand::Forward },
        parents,
        is_circular: attribute::first(&attributes, "Is_circular")
            .is_some_and(|v| v.eq_ignore_ascii_case("true")),
        exceptions: attribute::exceptions(&attributes),
        origin: Origin { line: number, seqid: known(&seqid), source: known(&source), kind: known(&kind) },
        name,
        seqid,
        kind,
        attributes,
    })
}

fn span(start: &str, end: &str, limits: AnnotationLimits) -> Result<Span<RefPos>, String> {
    let parse = |what: &str, text: &str| match text.parse::<u32>() {
        Ok(position) if (1..=limits.position).contains(&position) => Ok(position),
        _ => Err(format!(
            "{what} is '{text}'; positions are whole numbers from 1 to {} and count from 1",
            limits.position
        )),
    };
    let (start, end) = (parse("start (column 4)", start)?, parse("end (column 5)", end)?);
    if start > end {
        return Err(format!(
            "start {start} comes after end {end}; write the smaller first, also on the reverse strand (on a \
             circular genome, an end beyond the origin is written as end + length of the genome)"
        ));
    }
    Ok(Span::new(start - 1, end))
}

fn known(column: &str) -> Option<String> {
    let column = column.trim();
    (!column.is_empty() && column != ".").then(|| column.to_owned())
}
