//! Genomes that hang together: a tree of joins for each cluster, or its names where it is too large to draw.
//!
//! Start at [`clusters`].

use super::Neighbours;
use super::page::{Figure, Table};
use crate::messages::{Catalogue, Key, Value};
use crate::number;
use crate::svg::dendrogram::dendrogram;

/// Clusters shown, members drawn, and members named.
const MOST_CLUSTERS: usize = 12;
const MOST_DRAWN: usize = 40;
const MOST_NAMED: usize = 400;

/// The clusters as figures, and the sentences above them.
pub fn clusters(neighbours: &Neighbours, words: &Catalogue) -> (Vec<Figure>, String) {
    let shown = neighbours.clusters.iter().take(MOST_CLUSTERS).enumerate();
    let figures = shown.map(|(at, cluster)| {
        let count = cluster.members.len() as u64;
        let given = [("number", Value::Count(at as u64 + 1)), ("count", Value::Count(count))];
        let title = words.tell(Key::ClusterDrawing, &given);
        let is_drawn = cluster.members.len() <= MOST_DRAWN;
        let drawing =
            if is_drawn { dendrogram(&title, &cluster.members, &cluster.joins) } else { String::new() };
        let rows = cluster.members.iter().take(MOST_NAMED).map(|name| vec![name.clone()]);
        let table = Table { head: vec![words.say(Key::HeadName)], rows: rows.collect() };
        let distances = cluster.joins.iter().map(|join| join.distance_nt);
        let least = distances.clone().min().unwrap_or(0);
        let given = [
            ("least", Value::Count(u64::from(least))),
            ("most", Value::Count(u64::from(distances.max().unwrap_or(0)))),
        ];
        let notes = vec![words.tell(Key::ClusterDistances, &given)];
        Figure { title, drawing, notes, table: Some(table), ..Figure::default() }
    });
    let all = neighbours.clusters.len() as u64 + neighbours.left_out;
    let shown = neighbours.clusters.len().min(MOST_CLUSTERS) as u64;
    let given = [
        ("count", Value::Count(all)),
        ("threshold", Value::Count(u64::from(neighbours.threshold_nt))),
        ("shown", Value::Text(&number::whole(shown))),
        ("more", Value::Count(all - shown)),
    ];
    (figures.collect(), words.tell(Key::ClustersAbout, &given))
}

#[cfg(test)]
mod tests {
    use super::super::{Cluster, Join};
    use super::*;

    #[test]
    fn clusters_are_drawn_or_named() {
        let words = Catalogue::english();
        let cluster = |count: usize| Cluster {
            members: (0..count).map(|at| format!("<g{at}>")).collect(),
            joins: vec![Join { first: 0, second: 1, distance_nt: 2 }],
        };
        let neighbours =
            Neighbours { threshold_nt: 4, clusters: vec![cluster(50), cluster(2)], ..Neighbours::default() };
        let (figures, about) = clusters(&neighbours, &words);
        let titles: Vec<&str> = figures.iter().map(|figure| figure.title.as_str()).collect();
        assert_eq!(titles, ["Cluster 1: 50 genomes", "Cluster 2: 2 genomes"]);
        assert!(figures[0].drawing.is_empty() && figures[1].drawing.contains("&lt;g1&gt;"));
        assert_eq!(about, "2 clusters of genomes that hang together by at most 4 letters.");
        let nothing = clusters(&Neighbours::default(), &words);
        assert_eq!(nothing.1, "No two genomes are within 0 letters of each other.");
    }
}
