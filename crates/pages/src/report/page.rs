//! The page as a whole: what the template is filled with.
//!
//! Start at [`BatchReport::to_html`].

use super::{BatchReport, assays, clusters, figures, glance::Glance, lines};
use crate::messages::{Catalogue, Key, Value};
use crate::number;
use askama::Template;

/// The style sheet; it is part of the page.
const STYLE: &str =
    concat!(include_str!("../../static/family.css"), include_str!("../../templates/report.css"));

/// A drawing with what belongs to it.
#[derive(Default)]
pub struct Figure {
    /// What it shows.
    pub title: String,
    /// The SVG; empty if there is none.
    pub drawing: String,
    /// What colours mean.
    pub legend: Vec<Legend>,
    /// Sentences under it.
    pub notes: Vec<String>,
    /// Its numbers.
    pub table: Option<Table>,
}

/// What a colour means.
pub struct Legend {
    /// The colour, by class.
    pub class: String,
    /// What it means.
    pub label: String,
}

/// Numbers behind a drawing; the first cell of a row names it.
pub struct Table {
    /// Names of the columns.
    pub head: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    words: &'a Catalogue,
    style: &'static str,
    language: String,
    title: String,
    facts: Vec<String>,
    is_demonstration: bool,
    glance: Glance,
    has_genomes: bool,
    over_time: Option<Figure>,
    mutations: Option<Figure>,
    coverage: Option<Figure>,
    grid: Option<Grid>,
    clusters: Option<(Vec<Figure>, String)>,
    urgent: Vec<lines::Row>,
    urgent_caption: String,
    other: Vec<lines::Row>,
    other_caption: String,
    about_lines: Vec<String>,
    left_out: String,
}

/// The assays and what is said about them.
struct Grid {
    heads: Vec<String>,
    rows: Vec<assays::Row>,
    left_out: String,
    pairs: String,
    dropped_out: String,
    table: Table,
}

impl BatchReport {
    /// The page, complete in itself: no script, nothing fetched.
    ///
    /// ```
    /// use hearth_pages::report::BatchReport;
    ///
    /// let page = BatchReport::default().to_html();
    /// assert!(page.starts_with("<!doctype html>") && !page.contains("<script"));
    /// ```
    pub fn to_html(&self) -> String {
        let words = Catalogue::english();
        let has_genomes = self.statuses.analysed() > 0;
        let has_map = has_genomes && self.genome.length_nt > 0;
        let (urgent, other) = lines::rows(self, &words);
        let caption =
            |key, rows: &[lines::Row]| words.tell(key, &[("count", Value::Count(rows.len() as u64))]);
        let page = Page {
            style: STYLE,
            language: words.language(),
            title: title(self, &words),
            facts: facts(self, &words),
            is_demonstration: self.pack.as_ref().is_some_and(|pack| pack.is_demonstration),
            glance: Glance::new(self, &words),
            has_genomes,
            over_time: figures::over_time(self, &words),
            mutations: has_map.then(|| figures::mutations(self, &words)),
            coverage: has_map.then(|| figures::coverage(self, &words)),
            grid: (has_genomes && !self.assays.assays.is_empty()).then(|| grid(self, &words)),
            clusters: self.neighbours.as_ref().map(|neighbours| clusters::clusters(neighbours, &words)),
            about_lines: about_lines(self, &words),
            left_out: left_out(self, &words),
            urgent_caption: caption(Key::LinesUrgent, &urgent),
            other_caption: caption(Key::LinesOther, &other),
            urgent,
            other,
            words: &words,
        };
        // A template that writes to memory fails only if a value in it does, and none of ours can.
        page.render().unwrap_or_default()
    }
}

fn title(report: &BatchReport, words: &Catalogue) -> String {
    match &report.pack {
        Some(pack) => {
            let name = pack.title.as_ref().unwrap_or(&pack.name);
            words.tell(Key::Title, &[("pathogen", Value::Text(name))])
        }
        None => words.say(Key::TitleUnmatched),
    }
}

/// What stands under the title: how many, compared with what, when, by what.
fn facts(report: &BatchReport, words: &Catalogue) -> Vec<String> {
    let mut facts = vec![words.tell(Key::FactGenomes, &[("count", Value::Count(report.statuses.all()))])];
    if let Some(pack) = &report.pack {
        let name = ("name", Value::Text(&pack.name));
        facts.push(match &pack.version {
            Some(version) => words.tell(Key::FactPackVersion, &[name, ("version", Value::Text(version))]),
            None => words.tell(Key::FactPack, &[name]),
        });
    }
    facts.extend([report.made_at.clone(), report.program.clone()]);
    facts
}

fn grid(report: &BatchReport, words: &Catalogue) -> Grid {
    let (heads, rows) = assays::grid(&report.assays, words);
    let left_out = (report.assays.assays.len() - rows.len()) as u64;
    let left_out = (left_out > 0).then(|| words.tell(Key::GridLeftOut, &[("count", Value::Count(left_out))]));
    Grid {
        left_out: left_out.unwrap_or_default(),
        heads,
        rows,
        pairs: assays::pairs(&report.assays, words),
        dropped_out: assays::dropped_out(&report.assays, words),
        table: assays::table(&report.assays, words),
    }
}

/// Sentences above the lines of single genomes.
fn about_lines(report: &BatchReport, words: &Catalogue) -> Vec<String> {
    let is_any_lost = report.assays.assays.iter().any(|assay| assay.all.is_lost_by_many());
    is_any_lost.then(|| words.say(Key::LinesAssays)).into_iter().collect()
}

fn left_out(report: &BatchReport, words: &Catalogue) -> String {
    match report.left_out {
        0 => String::new(),
        count => {
            let shown = number::whole(report.lines.len() as u64);
            words.tell(Key::LinesLeftOut, &[("count", Value::Count(count)), ("shown", Value::Text(&shown))])
        }
    }
}
