//! Genomes that hang together: a tree of joins for each cluster, or its names where it is too large to draw.
//!
//! Start at [`clusters`].

use super::page::{Figure, Table};
use super::{Cluster, Leaf, Neighbours};
use crate::messages::{Catalogue, Key, Value};
use crate::number;
use crate::svg::dendrogram::dendrogram;

/// Most clusters that are shown.
pub const MOST_CLUSTERS: usize = 12;
/// Most leaves of a tree.
pub const MOST_DRAWN: usize = 40;
/// Most genomes of a cluster that are named.
pub const MOST_NAMED: usize = 400;

/// Longest name beside a number of others, in characters.
const SHARED_NAME_CHARS: usize = 10;

/// The clusters as figures, and the sentences above them. A small batch is one tree.
pub fn clusters(neighbours: &Neighbours, words: &Catalogue) -> (Vec<Figure>, String) {
    let all = neighbours.clusters.len() as u64 + neighbours.left_out;
    let (figures, shown) = match &neighbours.batch {
        Some(batch) => (vec![figure(words.say(Key::BatchDrawing), batch, words)], all),
        None => {
            let shown = neighbours.clusters.iter().take(MOST_CLUSTERS).enumerate();
            let figures = shown.map(|(at, cluster)| figure(title_of(at, cluster, words), cluster, words));
            (figures.collect(), neighbours.clusters.len().min(MOST_CLUSTERS) as u64)
        }
    };
    let given = [
        ("count", Value::Count(all)),
        ("threshold", Value::Count(u64::from(neighbours.threshold_nt))),
        ("shown", Value::Text(&number::whole(shown))),
        ("more", Value::Count(all - shown)),
    ];
    (figures, words.tell(Key::ClustersAbout, &given))
}

fn title_of(at: usize, cluster: &Cluster, words: &Catalogue) -> String {
    let count = Value::Count(cluster.genomes);
    words.tell(Key::ClusterDrawing, &[("number", Value::Count(at as u64 + 1)), ("count", count)])
}

fn figure(title: String, cluster: &Cluster, words: &Catalogue) -> Figure {
    let labels: Vec<String> = cluster.leaves.iter().map(|leaf| label(leaf, words)).collect();
    let drawing = if labels.is_empty() { String::new() } else { dendrogram(&title, &labels, &cluster.joins) };
    let rows = cluster.members.iter().take(MOST_NAMED).map(|name| vec![name.clone()]);
    let table = Table { head: vec![words.say(Key::HeadName)], rows: rows.collect() };
    let distances = || cluster.joins.iter().map(|join| u64::from(join.distance_nt));
    let range = distances().min().zip(distances().max());
    let notes = range.map(|(least, most)| {
        let range = Value::Text(if least == most { "one" } else { "several" });
        let given = [("least", Value::Count(least)), ("most", Value::Count(most)), ("range", range)];
        words.tell(Key::ClusterDistances, &given)
    });
    Figure { title, drawing, notes: Vec::from_iter(notes), table: Some(table), ..Figure::default() }
}

fn label(leaf: &Leaf, words: &Catalogue) -> String {
    match leaf.others {
        0 => leaf.name.clone(),
        others => {
            let name = number::shortened(&leaf.name, SHARED_NAME_CHARS);
            words.tell(Key::LeafShared, &[("name", Value::Text(&name)), ("count", Value::Count(others))])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Join;
    use super::*;

    #[test]
    fn clusters_are_drawn_or_named() {
        let words = Catalogue::english();
        let cluster = |count: usize| Cluster {
            members: (0..count).map(|at| format!("<g{at}>")).collect(),
            genomes: count as u64,
            leaves: match count {
                50 => Vec::new(),
                _ => vec![
                    Leaf { name: "<g0>".to_owned(), others: 0 },
                    Leaf { name: "<g1>".to_owned(), others: count as u64 - 2 },
                ],
            },
            joins: vec![Join { first: 0, second: 1, distance_nt: 2 }],
        };
        let neighbours =
            Neighbours { threshold_nt: 4, clusters: vec![cluster(50), cluster(2)], ..Neighbours::default() };
        let (figures, about) = clusters(&neighbours, &words);
        let titles: Vec<&str> = figures.iter().map(|figure| figure.title.as_str()).collect();
        assert_eq!(titles, ["Cluster 1: 50 genomes", "Cluster 2: 2 genomes"]);
        assert!(figures[0].drawing.is_empty() && figures[1].drawing.contains("&lt;g1&gt;<"));
        assert_eq!(figures[1].notes, ["Joined at 2 letters."]);
        assert_eq!(about, "2 clusters of genomes that hang together by at most 4 letters.");
        let batch = Some(cluster(3));
        let (figures, _) = clusters(&Neighbours { batch, ..neighbours }, &words);
        let titles: Vec<&str> = figures.iter().map(|figure| figure.title.as_str()).collect();
        assert_eq!(titles, ["How the genomes of the batch hang together"]);
        assert!(figures[0].drawing.contains("&lt;g1&gt; + 1 more"), "{}", figures[0].drawing);
        let nothing = clusters(&Neighbours::default(), &words);
        assert_eq!(nothing.1, "No two genomes are within 0 letters of each other.");
    }
}
