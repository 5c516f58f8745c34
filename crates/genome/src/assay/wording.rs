//! Findings as sentences: which mutation lies under which bases of which oligo.
//!
//! Start at [`explain`].

use super::binding::Site;
use super::evidence::Evidence;
use super::oligo::Oligo;
use super::pairing::Pairing;
use crate::alphabet::nucleotide;
use crate::annotation::Strand;
use crate::calls::{Calls, Substitution};
use crate::coordinate::{Position, RefPos, Span};
use std::fmt::Write;

/// Places of an oligo, from 1 at the 5' end, closed.
#[derive(Clone, Copy)]
struct Bases {
    first: u32,
    last: u32,
    all: u32,
}

/// Says what changed under an oligo, what was not read, and what was measured.
pub fn explain(
    oligo: &Oligo,
    site: &Site,
    pairing: &Pairing,
    calls: &Calls,
    measured: Option<&Evidence>,
) -> String {
    let mut parts = Vec::new();
    let length = oligo.letters.len() as u32;
    let role = oligo.role.phrase();
    for run in runs(&mismatching(oligo, site, calls)) {
        let (from, to): (String, String) =
            run.iter().map(|sub| (char::from(sub.from), char::from(sub.to))).unzip();
        let span = Span::new(run[0].position.0, run[0].position.0 + run.len() as u32);
        parts.push(format!("{} {from}→{to} under {} of the {role}", dashed(span), bases(site, span, length)));
    }
    for deletion in calls.deletions.iter().filter(|span| touches(**span, site.span)) {
        let shared = deletion.intersect(site.span);
        let whole = if shared == site.span {
            "the whole".to_owned()
        } else {
            format!("{} of the", bases(site, shared, length))
        };
        parts.push(format!("{} deleted under {whole} {role}", dashed(*deletion)));
    }
    for insertion in calls.insertions.iter().filter(|insertion| is_inside(insertion.after, site.span)) {
        let (count, s) = (insertion.letters.len(), if insertion.letters.len() == 1 { "" } else { "s" });
        parts.push(format!("{count} letter{s} inserted after {} under the {role}", insertion.after));
    }
    if pairing.unread > 0 {
        let verb = if pairing.unread == 1 { "lies on a letter that was" } else { "lie on letters that were" };
        parts.push(format!("{} of {length} bases of the {role} {verb} not read", pairing.unread));
    }
    if parts.is_empty() && !pairing.mismatches.is_empty() {
        let s = if pairing.mismatches.len() == 1 { "" } else { "es" };
        parts.push(format!("{} mismatch{s} in the design of the {role}", pairing.mismatches.len()));
    }
    let mut sentence = parts.join("; ");
    if let Some(evidence) = measured {
        // Writing to a string cannot fail.
        let _ = write!(sentence, "; measured: {} ({})", evidence.effect.words(), evidence.citation);
    }
    sentence
}

/// Substitutions under an oligo that its letter does not stand for.
pub fn mismatching(oligo: &Oligo, site: &Site, calls: &Calls) -> Vec<Substitution> {
    let under = calls.substitutions.iter().filter(|sub| site.span.contains(sub.position));
    let differs = |sub: &&Substitution| {
        let place = place_of(site, sub.position);
        let letter = match site.strand {
            Strand::Forward => sub.to,
            Strand::Reverse => nucleotide::complement(sub.to),
        };
        let own = oligo.letters[place as usize - 1];
        nucleotide::bases(own) & nucleotide::bases(letter) == 0
    };
    under.filter(differs).copied().collect()
}

/// What differs from the reference under an oligo in the way that it matters, as the field writes mutations.
pub fn mutations(oligo: &Oligo, site: &Site, calls: &Calls) -> Vec<String> {
    let substitutions = mismatching(oligo, site, calls);
    let substitutions = substitutions.iter().map(mutation);
    let deletions = calls.deletions.iter().filter(|deletion| touches(**deletion, site.span));
    let deletions = deletions.map(|deletion| format!("del{deletion}"));
    let insertions = calls.insertions.iter().filter(|insertion| is_inside(insertion.after, site.span));
    let insertions =
        insertions.map(|one| format!("ins{}:{}", one.after, String::from_utf8_lossy(&one.letters)));
    substitutions.chain(deletions).chain(insertions).collect()
}

/// `C28311T`
pub fn mutation(sub: &Substitution) -> String {
    format!("{}{}{}", char::from(sub.from), sub.position, char::from(sub.to))
}

/// Whether two spans share a letter.
pub fn touches(a: Span<RefPos>, b: Span<RefPos>) -> bool {
    a.begin < b.end && b.begin < a.end
}

/// Whether an insertion lies between two letters of a span.
pub fn is_inside(after: u32, span: Span<RefPos>) -> bool {
    span.begin.0 < after && after < span.end.0
}

/// Substitutions of neighbouring letters together.
fn runs(substitutions: &[Substitution]) -> impl Iterator<Item = &[Substitution]> {
    substitutions.chunk_by(|a, b| a.position.0 + 1 == b.position.0)
}

/// Place of a letter of the reference in the oligo, from 1 at the 5' end.
fn place_of(site: &Site, position: RefPos) -> u32 {
    match site.strand {
        Strand::Forward => position.0 - site.span.begin.0 + 1,
        Strand::Reverse => site.span.end.0 - position.0,
    }
}

fn bases(site: &Site, span: Span<RefPos>, all: u32) -> String {
    let (a, b) = (place_of(site, span.begin), place_of(site, RefPos(span.end.0 - 1)));
    Bases { first: a.min(b), last: a.max(b), all }.phrase()
}

impl Bases {
    fn phrase(self) -> String {
        let count = self.last - self.first + 1;
        let from_end = self.all - self.last + 1;
        let many = |word: &str| match count {
            1 => format!("the {word} base"),
            _ => format!("the {word} {} bases", number(count)),
        };
        match () {
            () if self.first == 1 => many("first"),
            () if from_end == 1 => format!("{} (3′ end)", many("last")),
            () => {
                let place = match count {
                    1 => format!("base {}", self.first),
                    _ => format!("bases {}–{}", self.first, self.last),
                };
                let near = if from_end <= 5 {
                    format!(", {} from the 3′ end", ordinal(from_end))
                } else {
                    String::new()
                };
                format!("{place} of {}{near}", self.all)
            }
        }
    }
}

fn dashed(span: Span<RefPos>) -> String {
    let (first, last) = (span.begin.get() + 1, span.end.get());
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

fn number(count: u32) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(count as usize).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

fn ordinal(count: u32) -> &'static str {
    ["last", "last", "second", "third", "fourth", "fifth"].get(count as usize).copied().unwrap_or("further")
}
