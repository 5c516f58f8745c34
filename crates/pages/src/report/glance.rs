//! The first screen: the batch in four cards, for somebody who has a minute.
//!
//! Start at [`Glance::new`].

use super::advice::reason_words;
use super::assays::{Danger, dangers};
use super::page::{Figure, Table};
use super::{BatchReport, Lineage, Reason};
use crate::messages::{Catalogue, Key, Value};
use crate::number::{self, share};
use crate::svg::bars::{self, Bar};

/// Clades with a colour and a bar of their own.
pub const MOST_CLADES: usize = 7;
/// The class of all others together.
pub const OTHERS: &str = "s7";
/// Finer lineages named.
const MOST_FINER: usize = 8;

/// A number with its words.
pub struct Count {
    /// Its colour, by class.
    pub class: &'static str,
    /// A sign that says the same as the colour.
    pub sign: &'static str,
    /// The number.
    pub number: String,
    /// What it counts.
    pub label: String,
    /// Its share of all.
    pub share: String,
}

/// The first screen.
pub struct Glance {
    /// The batch in a few sentences.
    pub headline: String,
    /// Genomes by quality.
    pub counts: Vec<Count>,
    /// The same, drawn.
    pub quality: String,
    /// Clades, drawn; none if there are none.
    pub clades: Option<Figure>,
    /// A sentence instead of them, or about finer lineages; may be empty.
    pub about_clades: String,
    /// Assays in danger.
    pub dangers: Vec<Danger>,
    /// A sentence about the assays, under or instead of the list.
    pub about_assays: String,
    /// Reasons for attention: number and words.
    pub reasons: Vec<(String, String)>,
    /// A sentence above them.
    pub about_attention: String,
}

impl Glance {
    /// Sums a batch up.
    pub fn new(report: &BatchReport, words: &Catalogue) -> Self {
        let counts = counts(report, words);
        let bars: Vec<Bar> =
            counts.iter().map(|(count, bar)| Bar { class: count.class.to_owned(), ..bar.clone() }).collect();
        let (dangers, more) = dangers(&report.assays, words);
        let reasons = report.attention.reasons.iter().filter(|(reason, _)| *reason != Reason::Note);
        Self {
            headline: headline(report, words),
            quality: bars::parts(&words.say(Key::QualityDrawing), &bars),
            counts: counts.into_iter().map(|(count, _)| count).collect(),
            clades: clades(report, words),
            about_clades: about_clades(report, words),
            about_assays: about_assays(report, dangers.len() as u64 + more, more, words),
            dangers,
            reasons: reasons
                .map(|(reason, count)| {
                    (
                        number::whole(*count),
                        words.tell(reason_words(*reason), &[("count", Value::Count(*count))]),
                    )
                })
                .collect(),
            about_attention: words.tell(
                Key::AttentionAbout,
                &[
                    ("count", Value::Count(report.attention.genomes)),
                    ("all", Value::Count(report.statuses.all())),
                ],
            ),
        }
    }
}

fn headline(report: &BatchReport, words: &Catalogue) -> String {
    let statuses = &report.statuses;
    let count = |key, count| {
        words.tell(key, &[("count", Value::Count(count)), ("all", Value::Count(statuses.all()))])
    };
    if statuses.all() == 0 {
        return words.say(Key::HeadlineNothing);
    }
    let mut sentences = Vec::new();
    if statuses.unjudged == 0 {
        sentences.push(count(Key::HeadlineGood, statuses.good));
    }
    sentences.push(count(Key::HeadlineAttention, report.attention.genomes));
    if !report.assays.assays.is_empty() && statuses.analysed() > 0 {
        sentences.push(count(Key::HeadlineAssays, report.assays.in_danger().len() as u64));
    }
    sentences.join(" ")
}

fn counts(report: &BatchReport, words: &Catalogue) -> Vec<(Count, Bar)> {
    let statuses = &report.statuses;
    let kinds = [
        ("good", "✓", Key::StatusGood, statuses.good, statuses.unjudged == 0),
        ("mediocre", "!", Key::StatusMediocre, statuses.mediocre, statuses.unjudged == 0),
        ("bad", "✕", Key::StatusBad, statuses.bad, statuses.unjudged == 0),
        ("unjudged", "•", Key::StatusUnjudged, statuses.unjudged, false),
        ("failed", "–", Key::StatusFailed, statuses.failed, true),
    ];
    let shown = kinds.into_iter().filter(|(.., count, always)| *always || *count > 0);
    shown
        .map(|(class, sign, key, count, _)| {
            let label = words.say(key);
            let bar = Bar { label: label.clone(), count, class: class.to_owned() };
            let share = number::percent(share(count, statuses.all()));
            (Count { class, sign, number: number::whole(count), label, share }, bar)
        })
        .collect()
}

/// The most frequent clades and the number of genomes in all others.
pub fn main_clades(clades: &[Lineage]) -> (&[Lineage], u64) {
    let shown = clades.len().min(MOST_CLADES);
    let (main, others) = clades.split_at(shown);
    (main, others.iter().map(|clade| clade.genomes).sum())
}

fn clades(report: &BatchReport, words: &Catalogue) -> Option<Figure> {
    if report.clades.is_empty() {
        return None;
    }
    let (main, others) = main_clades(&report.clades);
    let mut bars: Vec<Bar> = main
        .iter()
        .enumerate()
        .map(|(at, clade)| Bar { label: clade.name.clone(), count: clade.genomes, class: format!("s{at}") })
        .collect();
    if others > 0 {
        bars.push(Bar { label: words.say(Key::Others), count: others, class: OTHERS.to_owned() });
    }
    let title = words.say(Key::CladesDrawing);
    let all = report.statuses.analysed();
    let rows = report.clades.iter().take(200);
    let rows = rows.map(|clade| {
        vec![clade.name.clone(), number::whole(clade.genomes), number::percent(share(clade.genomes, all))]
    });
    let head = [Key::HeadClade, Key::HeadGenomes, Key::HeadPercent].map(|key| words.say(key)).to_vec();
    Some(Figure {
        drawing: bars::rows(&title, &bars, all),
        title,
        table: Some(Table { head, rows: rows.collect() }),
        ..Figure::default()
    })
}

fn about_clades(report: &BatchReport, words: &Catalogue) -> String {
    let has_tree = report.pack.as_ref().is_some_and(|pack| pack.has_tree);
    match &report.finer {
        _ if report.statuses.analysed() == 0 => words.say(Key::CladesNone),
        _ if !has_tree => words.say(Key::CladesNoTree),
        _ if report.clades.is_empty() => words.say(Key::CladesNone),
        Some((name, lineages)) if !lineages.is_empty() => {
            let told = lineages.iter().take(MOST_FINER);
            let told: Vec<String> = told
                .map(|lineage| format!("{} ({})", lineage.name, number::whole(lineage.genomes)))
                .collect();
            let more = lineages.len().saturating_sub(MOST_FINER) as u64;
            let given = [
                ("name", Value::Text(name)),
                ("lineages", Value::Text(&told.join(", "))),
                ("more", Value::Count(more)),
            ];
            words.tell(Key::CladesFiner, &given)
        }
        _ => String::new(),
    }
}

fn about_assays(report: &BatchReport, in_danger: u64, more: u64, words: &Catalogue) -> String {
    let all = report.assays.assays.len() as u64;
    match () {
        () if report.statuses.analysed() == 0 => words.say(Key::AssaysNoGenomes),
        () if all == 0 => words.say(Key::AssaysNone),
        () if in_danger == 0 => words.tell(Key::AssaysSafe, &[("count", Value::Count(all))]),
        () if more > 0 => words.tell(Key::AssaysMore, &[("count", Value::Count(more))]),
        () => words.say(Key::AssaysConfirm),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AssayFacts, Attention, Statuses};
    use super::*;

    fn lineage(name: &str, genomes: u64) -> Lineage {
        Lineage { name: name.to_owned(), genomes }
    }

    #[test]
    fn the_headline_says_it_all() {
        let words = Catalogue::english();
        let check = |statuses: Statuses, attention, expected: &str| {
            let attention = Attention { genomes: attention, reasons: Vec::new() };
            let report =
                BatchReport { statuses, attention, assays: AssayFacts::default(), ..BatchReport::default() };
            assert_eq!(headline(&report, &words), expected);
        };
        check(Statuses::default(), 0, "There was nothing to analyse.");
        check(Statuses { good: 1, ..Statuses::default() }, 0, "The genome is good. It needs no attention.");
        check(
            Statuses { good: 1_953, bad: 1, failed: 2, ..Statuses::default() },
            3,
            "1,953 of 1,956 genomes are good. 3 need attention.",
        );
        check(Statuses { unjudged: 2, ..Statuses::default() }, 1, "1 needs attention.");
    }

    #[test]
    fn rare_clades_are_counted_together() {
        let clades: Vec<Lineage> = (0..10).map(|at| lineage(&format!("c{at}"), 10 - at)).collect();
        let check = |count: usize, expected: (usize, u64)| {
            let (main, others) = main_clades(&clades[..count]);
            assert_eq!((main.len(), others), expected);
            let all: u64 = clades[..count].iter().map(|clade| clade.genomes).sum();
            assert_eq!(main.iter().map(|clade| clade.genomes).sum::<u64>() + others, all);
        };
        check(0, (0, 0));
        check(1, (1, 0));
        check(7, (7, 0));
        check(8, (7, 3));
        check(10, (7, 6));
    }
}
