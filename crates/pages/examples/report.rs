//! A page from plain values, clusters included: `cargo run -p hearth-pages --example report > report.html`.

use hearth_pages::report::{
    BatchReport, Cluster, Finding, GenomeLine, Join, Leaf, Lineage, Nearest, Neighbours, PackFacts, Parents,
    Share, Status, Statuses,
};

fn main() {
    let names = [
        "ward-3/a",
        "ward-3/b",
        "ward-3/c",
        "kitchen",
        "a name that is so long that no drawing has room for it",
    ];
    let join = |first, second, distance_nt| Join { first, second, distance_nt };
    let cluster_of = |names: &[&str], joins: Vec<Join>| Cluster {
        members: names.iter().map(|name| (*name).to_owned()).collect(),
        genomes: names.len() as u64,
        leaves: names.iter().map(|name| Leaf { name: (*name).to_owned(), others: 0 }).collect(),
        joins,
    };
    let cluster = cluster_of(&names, vec![join(0, 1, 0), join(2, 5, 1), join(3, 4, 2), join(6, 7, 4)]);
    let pair = cluster_of(&["x", "y"], vec![join(0, 1, 0)]);
    let nearest = Nearest { name: "ward-3/b".to_owned(), distance_nt: 1, is_background: false };
    let line = |index, name: &str, status, findings| GenomeLine {
        index,
        name: name.to_owned(),
        clade: "IIb".to_owned(),
        status,
        coverage: Some(0.98),
        findings,
    };
    let mixture = Parents { left: "20A".to_owned(), right: "21K".to_owned(), breakpoint: (11_000, 12_000) };
    let report = BatchReport {
        pack: Some(PackFacts { name: "tiny".to_owned(), has_tree: true, ..PackFacts::default() }),
        made_at: "2026-11-22 03:00 UTC".to_owned(),
        program: "Hearth".to_owned(),
        statuses: Statuses { good: 4, mediocre: 1, ..Statuses::default() },
        clades: vec![Lineage { name: "IIb".to_owned(), genomes: 5 }],
        neighbours: Some(Neighbours {
            threshold_nt: 4,
            batch: None,
            clusters: vec![cluster, pair],
            left_out: 0,
            nearest: [(2, nearest)].into(),
        }),
        lines: vec![
            line(2, names[2], Status::Mediocre, vec![Finding::Mixture(mixture)]),
            line(0, names[0], Status::Good, Vec::new()),
        ],
        assays: hearth_pages::report::AssayFacts {
            assays: vec![hearth_pages::report::AssayCounts {
                name: "N".to_owned(),
                all: Share { unaffected: 5, assessable: 5, low: 0.5, high: 1.0 },
                ..Default::default()
            }],
            ..Default::default()
        },
        ..BatchReport::default()
    };
    // An example may print; the crate itself does not.
    println!("{}", report.to_html());
}
