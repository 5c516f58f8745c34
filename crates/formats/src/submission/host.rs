//! From what a sample was taken: common names as scientific ones.
//!
//! The table is `hosts.tsv`, numbers and names from NCBI Taxonomy. A scientific name that is not in it is taken as
//! given: the table has what outbreak samples come from, not all that lives. Start at [`read`].

use super::finding::{Remark, Severity};
use super::row::Host;
use hearth_base::language::{distance_within, distances_allowed, folded};
use std::collections::HashMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("hosts.tsv");

/// What is no host, folded: samples of water, air and surfaces. Taken as given.
const ENVIRONMENT: [&str; 14] = [
    "environment",
    "environmental",
    "environmental sample",
    "environmental surface",
    "wastewater",
    "waste water",
    "sewage",
    "sewage sample",
    "air",
    "water",
    "soil",
    "milk",
    "food",
    "surface",
];

/// A host of the table.
#[derive(Clone, Copy, Debug)]
struct Known {
    taxon: u32,
    name: &'static str,
    is_scientific: bool,
}

/// By folded name.
fn table() -> &'static HashMap<String, Known> {
    static HOSTS: OnceLock<HashMap<String, Known>> = OnceLock::new();
    HOSTS
        .get_or_init(|| TABLE.lines().filter(|line| !line.starts_with('#')).skip(1).flat_map(names).collect())
}

fn names(row: &'static str) -> Vec<(String, Known)> {
    let mut cells = row.split('\t');
    let taxon = cells.next().and_then(|taxon| taxon.parse().ok());
    let Some((taxon, name)) = taxon.zip(cells.next()) else { return Vec::new() };
    let known = |is_scientific| Known { taxon, name, is_scientific };
    let scientific = std::iter::once((folded(name), known(true)));
    scientific.chain(cells.map(|other| (folded(other), known(false)))).collect()
}

/// Reads a host. With `may_search`, a near spelling is sought.
pub(super) fn read(text: &str, may_search: bool) -> (Option<Host>, Option<Remark>) {
    let name = folded(text);
    if let Some(known) = table().get(&name) {
        let remark = (!known.is_scientific).then(|| {
            let message = format!("Read as {}.", known.name);
            Remark::new(Severity::Note, "host-common-name", message).suggest([known.name.to_owned()])
        });
        return (Some(Host { name: known.name.to_owned(), taxon: Some(known.taxon) }), remark);
    }
    let as_given = Some(Host { name: text.to_owned(), taxon: None });
    if ENVIRONMENT.contains(&name.as_str()) {
        return (as_given, None);
    }
    let near = if may_search { near(&name) } else { Vec::new() };
    let remark = if !near.is_empty() {
        let message = format!("This host is not known. Did you mean {}?", near.join(" or "));
        Remark::new(Severity::Warning, "host-unknown", message).suggest(near.into_iter().map(str::to_owned))
    } else if looks_scientific(text) {
        Remark::new(
            Severity::Note,
            "host-not-listed",
            "This host is not in the table; it is kept as written.",
        )
    } else {
        let message = "This host is not known: write its scientific name, as Homo sapiens, or environment.";
        Remark::new(Severity::Warning, "host-unknown", message)
    };
    (as_given, Some(remark))
}

/// `Genus` or `Genus species`, with or without more.
fn looks_scientific(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let genus = words.next().is_some_and(|word| {
        let mut letters = word.chars();
        letters.next().is_some_and(|c| c.is_ascii_uppercase())
            && letters.clone().count() >= 2
            && letters.all(|c| c.is_ascii_lowercase())
    });
    let species = |word: &str| {
        word.len() >= 2 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'-')
    };
    genus && words.next().is_some_and(species)
}

fn near(name: &str) -> Vec<&'static str> {
    let limit = distances_allowed(name.chars().count());
    if limit == 0 {
        return Vec::new();
    }
    let measured =
        table().iter().filter_map(|(known, host)| Some((distance_within(name, known, limit)?, host.name)));
    let mut found: Vec<(usize, &str)> = measured.collect();
    found.sort_unstable();
    let nearest = found.first().map_or(0, |(distance, _)| *distance);
    let mut names: Vec<&str> =
        found.into_iter().filter(|(distance, _)| *distance == nearest).map(|(_, name)| name).collect();
    names.dedup();
    if names.len() > 3 { Vec::new() } else { names }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn check(text: &str, expected: (&str, &str, &[&str])) {
        let (host, remark) = read(text, true);
        let name = host.map(|host| host.name).unwrap_or_default();
        let (rule, suggestions) = remark.map(|r| (r.rule, r.suggestions)).unwrap_or_default();
        let suggestions: Vec<&str> = suggestions.iter().map(String::as_str).collect();
        assert_eq!((name.as_str(), rule, suggestions.as_slice()), expected, "{text}");
    }

    #[test]
    fn common_names_become_scientific_ones() {
        check("Homo sapiens", ("Homo sapiens", "", &[]));
        check("homo sapiens", ("Homo sapiens", "", &[]));
        check("Human", ("Homo sapiens", "host-common-name", &["Homo sapiens"]));
        check("chicken", ("Gallus gallus", "host-common-name", &["Gallus gallus"]));
        check("Humano", ("Homo sapiens", "host-common-name", &["Homo sapiens"]));
        check("骆驼", ("Camelus dromedarius", "host-common-name", &["Camelus dromedarius"]));
    }

    #[test]
    fn other_hosts_are_kept_and_slips_are_suggested() {
        check("Homo sapeins", ("Homo sapeins", "host-unknown", &["Homo sapiens"]));
        check("Epomophorus wahlbergi", ("Epomophorus wahlbergi", "host-not-listed", &[]));
        check("Wastewater", ("Wastewater", "", &[]));
        check("thing", ("thing", "host-unknown", &[]));
    }

    #[test]
    fn every_name_means_one_host() {
        let mut meant: BTreeMap<String, u32> = BTreeMap::new();
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
        for (name, known) in rows.flat_map(names) {
            assert!(meant.insert(name.clone(), known.taxon).is_none(), "{name}");
        }
        assert!(meant.len() > 300);
    }
}
