//! Which segment each sequence of a draft is, and whether those of a sample make one genome.
//!
//! A segment is the one whose pack the letters belong to; where the submission names one, it must be that. Genomes need
//! not be complete. Refuses to know files and metadata. Start at [`place`].

use super::document::ReportedFinding;
use super::{DraftDocument, DraftReport};
use crate::app::packs::Packs;
use crate::app::pathogens::Pathogen;

/// Names the segments of all genomes of a draft and puts them into their order. What makes no genome is left out, and
/// told.
pub(super) fn place(packs: &Packs, documents: &mut [DraftDocument], report: &mut DraftReport) {
    for document in documents {
        let has_failed = document.sequences.iter().any(|sequence| sequence.failure.is_some());
        if has_failed || document.left_out.is_some() || document.sample.control.is_some() {
            continue;
        }
        if let Err(sentence) = placed(packs, document) {
            report.findings.push(ReportedFinding {
                gravity: 1,
                row: Some(document.sample.row).filter(|row| *row > 0),
                rows: 1,
                given: document.sample.sample.clone(),
                message: format!("{}: {sentence}", document.sample.sample),
                ..ReportedFinding::default()
            });
            document.left_out = Some(sentence);
        }
    }
}

/// One genome, or why it is none.
fn placed(packs: &Packs, document: &mut DraftDocument) -> Result<(), String> {
    let Some(first) = document.sequences.first() else { return Ok(()) };
    let Some((pathogen, _)) = packs.pathogen_of(&first.pathogen) else { return Ok(()) };
    let mut numbers = Vec::with_capacity(document.sequences.len());
    for sequence in &document.sequences {
        numbers.push(segment(packs, pathogen, sequence)?);
    }
    if !pathogen.is_segmented() {
        return Ok(());
    }
    for (number, segment) in pathogen.segments().iter().enumerate() {
        if numbers.iter().filter(|other| **other == number).count() > 1 {
            return Err(format!(
                "it has several sequences of segment {}: leave one of them out, or name them as different samples",
                segment.name
            ));
        }
    }
    let sequences = std::mem::take(&mut document.sequences);
    let mut all: Vec<_> = numbers.into_iter().zip(sequences).collect();
    all.sort_by_key(|(number, _)| *number);
    for (number, sequence) in &mut all {
        pathogen.segments()[*number].name.clone_into(&mut sequence.segment);
    }
    let is_lead = |(number, _): &(usize, _)| *number == pathogen.lead();
    document.lead = Some(all.iter().position(is_lead).unwrap_or(usize::MAX));
    let length = |number: usize| {
        let ready = pathogen.segments().get(number).and_then(|segment| packs.all().get(segment.pack));
        ready.map_or(0.0, |ready| f64::from(ready.pack.reference().length_nt()))
    };
    let whole: f64 = (0..pathogen.segments().len()).map(length).sum();
    let read: f64 = all.iter().map(|(number, sequence)| sequence.coverage * length(*number)).sum();
    document.coverage = Some(read / whole.max(1.0));
    document.sequences = all.into_iter().map(|(_, sequence)| sequence).collect();
    Ok(())
}

/// The number of the segment that a sequence is.
fn segment(packs: &Packs, pathogen: &Pathogen, sequence: &super::AnalysedSequence) -> Result<usize, String> {
    let record = sequence.record.split_whitespace().next().unwrap_or_default();
    let found = packs.pathogen_of(&sequence.pathogen);
    let Some((_, number)) = found.filter(|(own, _)| own.name() == pathogen.name()) else {
        let other = found.map_or(sequence.pathogen.as_str(), |(other, _)| other.name());
        return Err(format!(
            "its sequences are of {} and of {other} ({record}): a genome is of one pathogen",
            pathogen.name()
        ));
    };
    if !pathogen.is_segmented() || sequence.segment.is_empty() {
        return Ok(number);
    }
    let own = pathogen.segments().get(number).map_or("", |segment| segment.name.as_str());
    match pathogen.segment_named(&sequence.segment) {
        Some(named) if named == number => Ok(number),
        Some(_) => Err(format!(
            "{record} is named as segment {}, and its letters are those of {own}: check the name",
            sequence.segment
        )),
        // Laboratories count segments differently: where they have numbers, the letters decide.
        None if sequence.segment.bytes().all(|byte| byte.is_ascii_digit()) => Ok(number),
        None => Err(format!(
            "{record} is named as segment {}, which {} does not have; it has {}",
            sequence.segment,
            pathogen.name(),
            pathogen.segment_names()
        )),
    }
}
