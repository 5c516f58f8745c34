//! The report as a whole page, from plain values. Start at [`report`].

// All of this is test code.
#![allow(clippy::unwrap_used)]

use hearth_pages::report::{
    AssayCounts, AssayFacts, Attention, BatchReport, Cluster, Finding, Gene, GenomeFacts, GenomeLine, Join,
    Leaf, Lineage, Months, Mutation, Nearest, Neighbours, PackFacts, Parents, Reason, Share, Status,
    Statuses, Window,
};

/// What must stay a text wherever it stands.
const HOSTILE: &str = "<script>\"'&</title>";

/// A report in which every text from outside is hostile, with so many lines.
fn report(lines: u64) -> BatchReport {
    let text = || HOSTILE.to_owned();
    let line = |index| GenomeLine {
        index,
        name: format!("{HOSTILE}{}", "x".repeat(60)),
        clade: text(),
        status: if index % 2 == 0 { Status::Bad } else { Status::Good },
        coverage: Some(0.5),
        findings: vec![
            Finding::Mixture(Parents { left: text(), right: text(), breakpoint: (1, 2) }),
            Finding::Stop(vec![text()]),
            Finding::Assays(vec![text()]),
        ],
    };
    let share = Share { unaffected: 1, assessable: 4, low: 0.05, high: 0.7 };
    let assay = AssayCounts {
        name: text(),
        amplicon_nt: Some((10, 90)),
        oligos_nt: vec![(10, 30), (70, 90)],
        all: share,
        by_clade: vec![share, Share::default()],
        blamed: vec![(text(), 3, Some(text()))],
        dropped_out: 1,
    };
    let mutation =
        Mutation { name: text(), amino_acid: text(), genomes: 3, read: 4, at_nt: 20, is_to_blame: true };
    let gene = Gene { name: text(), begin_nt: 0, end_nt: 99, is_forward: true };
    BatchReport {
        pack: Some(PackFacts {
            name: text(),
            title: Some(text()),
            version: Some(text()),
            has_tree: true,
            is_demonstration: false,
        }),
        made_at: text(),
        program: text(),
        statuses: Statuses { good: lines / 2, bad: lines - lines / 2, ..Statuses::default() },
        clades: vec![Lineage { name: text(), genomes: lines }],
        finer: Some((text(), vec![Lineage { name: text(), genomes: lines }])),
        months: Months { counts: vec![("2021-03".to_owned(), text(), 3)], without: 1 },
        genome: GenomeFacts {
            length_nt: 99,
            genes: vec![gene],
            mutations: vec![mutation],
            different_mutations: 1,
            coverage: vec![Window { begin_nt: 0, end_nt: 99, share: 0.5 }],
        },
        assays: AssayFacts {
            assays: vec![assay],
            clades: vec![text()],
            safe_pairs: vec![(0, 0, 4)],
            best_pair: None,
        },
        neighbours: Some(Neighbours {
            threshold_nt: 2,
            batch: None,
            clusters: vec![Cluster {
                members: vec![text(), text()],
                genomes: 2,
                leaves: vec![Leaf { name: text(), others: 0 }, Leaf { name: text(), others: 7 }],
                joins: vec![Join { first: 0, second: 1, distance_nt: 1 }],
            }],
            left_out: 1,
            nearest: [(0, Nearest { name: text(), distance_nt: 1, is_background: true })].into(),
        }),
        attention: Attention { genomes: lines, reasons: vec![(Reason::Mixture, lines)] },
        lines: (0..lines).map(line).collect(),
        left_out: 0,
    }
}

/// Whether a page needs nothing but itself.
fn assert_self_contained(page: &str) {
    for foreign in
        ["<script", "javascript:", "http:", "https:", "src=", "url(", "@import", "<link", "NaN", "inf\""]
    {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[test]
fn texts_from_outside_are_texts_wherever_they_stand() {
    let page = report(3).to_html();
    assert_self_contained(&page);
    assert_eq!(page.matches("</title>").count(), page.matches("<title>").count());
    assert!(page.matches("&lt;script&gt;").count() + page.matches("&#60;script&#62;").count() > 30);
}

#[test]
fn a_thousand_genomes_are_less_than_two_megabytes() {
    let bytes = report(1_000).to_html().len();
    assert!(bytes < 2_000_000, "{bytes}");
}

#[test]
fn nothing_is_a_page_too() {
    let page = BatchReport::default().to_html();
    assert_self_contained(&page);
    assert!(page.contains("There was nothing to analyse."), "{page}");
}

#[test]
fn every_drawing_says_what_it_shows() {
    let page = report(3).to_html();
    let drawings = page.matches("<svg").count();
    assert_eq!(drawings, 6);
    for needed in ["role=\"img\"", "aria-label=\"", "viewBox=\"0 0 "] {
        assert_eq!(
            page.matches(needed).count() - if needed.starts_with("aria") { 2 } else { 0 },
            drawings,
            "{needed}"
        );
    }
    // Quality and clusters have their numbers beside them, the others behind them.
    assert_eq!(page.matches("<details").count(), drawings);
}

#[test]
fn what_is_not_known_is_not_drawn() {
    let check = |change: fn(&mut BatchReport), absent: &str, present: &str| {
        let mut report = report(2);
        change(&mut report);
        let page = report.to_html();
        assert!(!page.contains(absent) && page.contains(present), "{absent}");
    };
    check(|report| report.neighbours = None, "id=\"clusters\"", "id=\"assays\"");
    check(|report| report.assays = AssayFacts::default(), "id=\"assays\"", "Bring your own with --assays");
    check(
        |report| report.months = Months::default(),
        "by month",
        "bring a table of names and dates: --metadata",
    );
    check(|report| report.pack = None, "compared with", "records of no known pathogen");
    check(|report| report.left_out = 0, "no line here", "what to do");
    check(|report| report.left_out = 12_345, "<script", "12,345 more genomes have no line here");
}
