//! The wide drawings of the report: clades over time, mutations along the genome, what was read of it.
//!
//! Start at [`over_time`], [`mutations`] and [`coverage`].

use super::glance::{OTHERS, main_clades};
use super::page::{Figure, Legend, Table};
use super::{BatchReport, Window};
use crate::messages::{Catalogue, Key, Value};
use crate::number::{self, percent, share};
use crate::svg::profile::profile;
use crate::svg::stack::{Series, stack};
use crate::svg::track::{Amplicon, Stem, genome_map};
use std::collections::BTreeMap;

/// More months than this are drawn as years, and of more years only the last.
const MOST_TIMES: usize = 48;
/// Rows of tables behind drawings.
const MOST_ROWS: usize = 100;
/// Stretches that are named, and the share of genomes below which one is.
const MOST_STRETCHES: usize = 5;
const WELL_READ: f64 = 0.9;
/// Share of all genomes from which a mutation is drawn: what only few were read at is no news.
const DRAWN: f64 = 0.01;

/// Clades over time; none if no month is known.
pub fn over_time(report: &BatchReport, words: &Catalogue) -> Option<Figure> {
    let months: Vec<&str> = report.months.counts.iter().map(|(month, ..)| month.as_str()).collect();
    let all_months = months_between(months.iter().min()?, months.iter().max()?);
    let is_by_year = all_months.len() > MOST_TIMES;
    let time_of = |month: &str| if is_by_year { month.get(..4).unwrap_or(month) } else { month }.to_owned();
    let mut times: Vec<String> = all_months.iter().map(|month| time_of(month)).collect();
    times.dedup();
    let left_out = times.len().saturating_sub(MOST_TIMES);
    times.drain(..left_out);
    let series = series(report, &times, time_of, words);
    let title = words.say(if is_by_year { Key::YearsDrawing } else { Key::MonthsDrawing });
    let legend =
        series.iter().map(|one| Legend { class: one.class.clone(), label: one.name.clone() }).collect();
    let head = std::iter::once(words.say(Key::HeadTime)).chain(series.iter().map(|one| one.name.clone()));
    let rows = times.iter().enumerate().map(|(at, time)| {
        std::iter::once(time.clone()).chain(series.iter().map(|one| number::whole(one.counts[at]))).collect()
    });
    let table = Table { head: head.collect(), rows: rows.collect() };
    let mut notes = Vec::new();
    if report.months.without > 0 {
        notes.push(words.tell(Key::MonthsWithout, &[("count", Value::Count(report.months.without))]));
    }
    if left_out > 0 {
        notes.push(words.tell(Key::YearsLeftOut, &[("count", Value::Count(left_out as u64))]));
    }
    let drawing = stack(&title, &times, &series);
    Some(Figure { title, drawing, legend, notes, table: Some(table) })
}

/// One series for each main clade, then one for all others.
fn series(
    report: &BatchReport,
    times: &[String],
    time_of: impl Fn(&str) -> String,
    words: &Catalogue,
) -> Vec<Series> {
    let (main, _) = main_clades(&report.clades);
    let series =
        |name: &str, class: String| Series { name: name.to_owned(), class, counts: vec![0; times.len()] };
    let mut all: Vec<Series> =
        main.iter().enumerate().map(|(at, clade)| series(&clade.name, format!("s{at}"))).collect();
    all.push(series(&words.say(Key::Others), OTHERS.to_owned()));
    for (month, clade, count) in &report.months.counts {
        let own = main.iter().position(|main| main.name == *clade).unwrap_or(main.len());
        if let Ok(at) = times.binary_search(&time_of(month)) {
            all[own].counts[at] += count;
        }
    }
    all.retain(|one| one.counts.iter().any(|count| *count > 0));
    all
}

/// All months from one to another, both included.
fn months_between(first: &str, last: &str) -> Vec<String> {
    let number = |month: &str| {
        let (year, month) = month.split_once('-')?;
        Some(year.parse::<u32>().ok()? * 12 + month.parse::<u32>().ok()?.checked_sub(1)?)
    };
    let Some((first, last)) = number(first).zip(number(last)) else { return Vec::new() };
    (first..=last.min(first + 12_000)).map(|at| format!("{:04}-{:02}", at / 12, at % 12 + 1)).collect()
}

/// Mutations along the genome, with genes and assays.
pub fn mutations(report: &BatchReport, words: &Catalogue) -> Figure {
    let facts = &report.genome;
    let title = words.say(Key::MutationsDrawing);
    let analysed = report.statuses.analysed();
    let stems = facts.mutations.iter().filter(|mutation| share(mutation.genomes, analysed) >= DRAWN);
    let stems: Vec<Stem> = stems
        .map(|mutation| Stem {
            label: if mutation.amino_acid.is_empty() { &mutation.name } else { &mutation.amino_acid }.clone(),
            at_nt: mutation.at_nt,
            share: share(mutation.genomes, mutation.read),
            weight: mutation.genomes,
            class: if mutation.is_to_blame { "danger" } else { "s0" },
        })
        .collect();
    let assays = report.assays.assays.iter().filter_map(|assay| {
        let (begin_nt, end_nt) = assay.amplicon_nt?;
        let class = if assay.all.is_in_danger() { "danger" } else { "safe" };
        Some(Amplicon { name: assay.name.clone(), begin_nt, end_nt, oligos: assay.oligos_nt.clone(), class })
    });
    let mut assays: Vec<Amplicon> = assays.collect();
    assays.sort_by_key(|assay| assay.begin_nt);
    let legend = |class: &str, key| Legend { class: class.to_owned(), label: words.say(key) };
    let mut legends = vec![legend("s0", Key::LegendMutation)];
    if !assays.is_empty() {
        legends.extend([legend("danger", Key::LegendDanger), legend("safe", Key::LegendSafe)]);
    }
    let rows = facts.mutations.iter().take(MOST_ROWS).map(|mutation| {
        let part = percent(share(mutation.genomes, mutation.read));
        vec![mutation.name.clone(), mutation.amino_acid.clone(), number::whole(mutation.genomes), part]
    });
    let head = [Key::HeadMutation, Key::HeadAminoAcid, Key::HeadGenomes, Key::HeadPercentRead];
    let table = Table { head: head.map(|key| words.say(key)).to_vec(), rows: rows.collect() };
    let notes = words.tell(Key::MutationsAbout, &[("count", Value::Count(facts.different_mutations))]);
    Figure {
        drawing: genome_map(&title, facts.length_nt, &facts.genes, &stems, &assays),
        title,
        legend: legends,
        notes: vec![notes],
        table: Some(table),
    }
}

/// Which share of genomes was read along the genome.
pub fn coverage(report: &BatchReport, words: &Catalogue) -> Figure {
    let facts = &report.genome;
    let title = words.say(Key::CoverageDrawing);
    let span = |window: &Window| {
        format!(
            "{}–{}",
            number::whole(u64::from(window.begin_nt) + 1),
            number::whole(u64::from(window.end_nt))
        )
    };
    let gene = |window: &Window| {
        let inside =
            facts.genes.iter().filter(|gene| gene.begin_nt < window.end_nt && window.begin_nt < gene.end_nt);
        let names: BTreeMap<u32, &str> = inside.map(|gene| (gene.begin_nt, gene.name.as_str())).collect();
        number::shortened(&names.into_values().collect::<Vec<_>>().join(", "), 60)
    };
    let lowest = least_read(&facts.coverage);
    let told: Vec<String> =
        lowest.iter().map(|window| format!("{} ({})", span(window), percent(window.share))).collect();
    let note = match told.is_empty() {
        true => words.say(Key::CoverageWell),
        false => words.tell(Key::CoverageLow, &[("stretches", Value::Text(&told.join(", ")))]),
    };
    let rows = lowest.iter().map(|window| vec![span(window), percent(window.share), gene(window)]);
    let head = [Key::HeadPositions, Key::HeadShareRead, Key::HeadGenes].map(|key| words.say(key)).to_vec();
    let table = (!lowest.is_empty()).then(|| Table { head, rows: rows.collect() });
    let drawing = profile(&title, facts.length_nt, &facts.coverage, &facts.genes);
    Figure { title, drawing, notes: vec![note], table, ..Figure::default() }
}

/// The stretches that were read least, each as long as neighbouring windows are low; the lowest first.
fn least_read(windows: &[Window]) -> Vec<Window> {
    let is_low = |window: &Window| window.share < WELL_READ;
    let low = windows.chunk_by(|a, b| is_low(a) == is_low(b)).filter(|run| is_low(&run[0]));
    let mut stretches: Vec<Window> = low
        .map(|run| Window {
            begin_nt: run[0].begin_nt,
            end_nt: run[run.len() - 1].end_nt,
            share: run.iter().map(|window| window.share).sum::<f64>() / run.len() as f64,
        })
        .collect();
    stretches.sort_by(|a, b| a.share.total_cmp(&b.share));
    stretches.truncate(MOST_STRETCHES);
    stretches
}

#[cfg(test)]
mod tests {
    use super::super::{Lineage, Months};
    use super::*;

    #[test]
    fn no_month_is_left_out_between_the_first_and_the_last() {
        assert_eq!(months_between("2020-11", "2021-02"), ["2020-11", "2020-12", "2021-01", "2021-02"]);
        assert!(months_between("soon", "2021-02").is_empty());
    }

    fn report(months: &[(&str, &str, u64)]) -> BatchReport {
        let counts =
            months.iter().map(|&(month, clade, count)| (month.to_owned(), clade.to_owned(), count)).collect();
        let clades = vec![Lineage { name: "A".to_owned(), genomes: 9 }];
        BatchReport { clades, months: Months { counts, without: 2 }, ..BatchReport::default() }
    }

    #[test]
    fn times_are_months_or_years_and_every_genome_is_counted() {
        let words = Catalogue::english();
        let check = |months: &[(&str, &str, u64)], expected: &[&str]| {
            let table = over_time(&report(months), &words).unwrap().table.unwrap();
            let rows: Vec<String> = table.rows.iter().map(|row| row.join(" ")).collect();
            assert_eq!(rows, expected);
        };
        check(
            &[("2020-12", "A", 3), ("2021-02", "", 1), ("2021-02", "A", 2)],
            &["2020-12 3 0", "2021-01 0 0", "2021-02 2 1"],
        );
        check(
            &[("2015-12", "A", 3), ("2020-02", "A", 1)],
            &["2015 3", "2016 0", "2017 0", "2018 0", "2019 0", "2020 1"],
        );
        assert!(over_time(&report(&[]), &words).is_none());
    }

    #[test]
    fn neighbouring_windows_that_are_low_are_one_stretch() {
        let shares = [0.2, 0.4, 1.0, 0.1, 1.0];
        let window = |(at, share): (u32, f64)| Window { begin_nt: at * 10, end_nt: at * 10 + 10, share };
        let windows: Vec<Window> = (0..).zip(shares).map(window).collect();
        let found: Vec<_> =
            least_read(&windows).iter().map(|w| (w.begin_nt, w.end_nt, (w.share * 10.0).round())).collect();
        assert_eq!(found, [(30, 40, 1.0), (0, 20, 3.0)]);
        assert!(least_read(&[]).is_empty());
    }
}
