//! A dataset for auspice, version 2 of its JSON: the tree of a pack with genomes attached to it.
//!
//! The schema is that of `augur validate export-v2`. Nodes of the tree have no dates, since the pack tells none: the tree
//! is drawn by divergence. Places have no coordinates. Start at [`dataset`].

use super::genomes::Genome;
use super::newick::rounded;
use super::{Attached, Step, TreeError, divergences, unit};
use crate::app::App;
use hearth_base::time::UtcTime;
use hearth_genome::annotation::Strand;
use hearth_genome::coordinate::Position as _;
use hearth_genome::pack::Pack;
use hearth_genome::tree::ReferenceTree;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// What is shown of a genome: key, title, and the field of the index.
const SHOWN: [(&str, &str, &str); 11] = [
    ("clade_membership", "Clade", "clade"),
    ("lineage", "Lineage", "lineage"),
    ("country", "Country", "country"),
    ("region", "Region", "region"),
    ("division", "Place within the country", "division"),
    ("host", "Host", "host"),
    ("submitting_lab", "Submitting laboratory", "submittingLab"),
    ("originating_lab", "Originating laboratory", "originatingLab"),
    ("simulated", "Simulated", "simulated"),
    ("sample", "Sample", "sampleName"),
    ("author", "Authors", "authors"),
];
/// Keys of which a genome's are all different or long: they are no filters and no colours.
const NO_COLOURS: [&str; 2] = ["sample", "author"];
/// Whether a tip is a genome or a node of the pack's tree.
const KIND: &str = "kind";
const DAY_MS: i64 = 86_400_000;

/// What a dataset says of itself.
#[derive(Clone, Debug)]
pub struct About {
    /// What is shown.
    pub title: String,
    /// When what is shown changed last.
    pub updated: Date,
    /// Who runs the server.
    pub maintainer: String,
    /// Where the server is.
    pub address: String,
}

impl About {
    /// What a server says of a pathogen's tree.
    pub fn of(app: &App, pathogen: &str, updated: Date) -> Self {
        let site = &app.config.server.site_name;
        Self {
            title: format!("{pathogen} at {site}"),
            updated,
            maintainer: site.clone(),
            address: app.config.public_url(),
        }
    }
}

/// The dataset.
///
/// # Errors
/// When the pack has no tree.
pub fn dataset(pack: &Pack, genomes: &Attached, about: &About) -> Result<Vec<u8>, TreeError> {
    let tree = pack.tree().ok_or_else(|| TreeError::NoTree(pack.name().to_owned()))?;
    let mut out = Vec::new();
    out.extend_from_slice(b"{\"version\":\"v2\",\"meta\":");
    out.extend_from_slice(meta(pack, genomes, about).to_string().as_bytes());
    out.extend_from_slice(b",\"root_sequence\":");
    out.extend_from_slice(root_sequence(pack).to_string().as_bytes());
    out.extend_from_slice(b",\"tree\":");
    let unit = unit(pack, tree.file());
    let writer = Nodes { pack, tree, far: divergences(tree.file(), unit), unit };
    // Of each open node, whether a child of it is written.
    let mut open: Vec<bool> = Vec::new();
    genomes.walk(tree.file(), |step| {
        let node = match step {
            Step::Close(_) => {
                out.extend_from_slice(if open.pop() == Some(true) { b"]}" } else { b"}" });
                return;
            }
            Step::Open(node) => writer.node(node),
            Step::Genome(node, genome) => writer.genome(node, genome),
        };
        if let Some(has_children) = open.last_mut() {
            out.extend_from_slice(if *has_children { b"," } else { b",\"children\":[" });
            *has_children = true;
        }
        let text = node.to_string();
        match step {
            // Its children follow.
            Step::Open(_) => {
                out.extend_from_slice(text.strip_suffix('}').unwrap_or(&text).as_bytes());
                open.push(false);
            }
            _ => out.extend_from_slice(text.as_bytes()),
        }
    });
    out.push(b'}');
    Ok(out)
}

/// The reference and its peptides, which the mutations of the tree's root change.
pub fn root_sequence(pack: &Pack) -> Value {
    let text = |letters: &[u8]| Value::from(String::from_utf8_lossy(letters).into_owned());
    let mut all = Map::from_iter([("nuc".to_owned(), text(pack.reference().letters()))]);
    for (number, cds) in pack.annotation().cdses.iter().enumerate().filter(|(_, cds)| is_named(&cds.name)) {
        all.insert(cds.name.clone(), text(pack.peptides().letters(number)));
    }
    Value::Object(all)
}

fn meta(pack: &Pack, genomes: &Attached, about: &About) -> Value {
    let used: Vec<_> = SHOWN.iter().filter(|(key, _, field)| is_used(pack, genomes, key, field)).collect();
    let mut colourings: Vec<Value> = used
        .iter()
        .map(|(key, title, _)| json!({ "key": key, "title": title, "type": "categorical" }))
        .collect();
    colourings.push(json!({ "key": KIND, "title": "Genome or node of the tree", "type": "categorical" }));
    colourings.push(json!({ "key": "gt", "title": "Genotype", "type": "categorical" }));
    let filters = used.iter().map(|(key, ..)| *key).chain([KIND]);
    json!({
        "title": about.title,
        "description": description(pack, genomes),
        "updated": about.updated.to_string(),
        "maintainers": [{ "name": about.maintainer, "url": about.address }],
        "panels": ["tree", "entropy"],
        "colorings": colourings,
        "filters": filters.collect::<Vec<_>>(),
        "genome_annotations": annotations(pack),
        "display_defaults": { "color_by": "clade_membership", "distance_measure": "div" },
    })
}

/// Whether something in the tree can be coloured and filtered by a key.
fn is_used(pack: &Pack, genomes: &Attached, key: &str, field: &str) -> bool {
    let mut all = genomes.of_nodes.values().flatten();
    let is_of_nodes = match (field, pack.tree()) {
        ("clade", _) => true,
        ("lineage", Some(tree)) => tree.lineage_attribute().is_some(),
        _ => false,
    };
    !NO_COLOURS.contains(&key)
        && (is_of_nodes || all.any(|genome| genome.known.iter().any(|(name, _)| *name == field)))
}

fn description(pack: &Pack, genomes: &Attached) -> String {
    let mut text = format!(
        "{} genomes, each attached to the nearest node of the tree of the pack {}. The tree was not computed anew: \
         genomes at one node are not told apart by it, and branches of genomes are what each changes in its node.",
        genomes.len(),
        pack.name()
    );
    if genomes.without_letters > 0 {
        text.push_str(&format!(
            " {} of them stand without their mutations, since you did not accept their terms.",
            genomes.without_letters
        ));
    }
    if genomes.without_node > 0 {
        text.push_str(&format!(" {} more could not be analysed and are not shown.", genomes.without_node));
    }
    text
}

/// Coding sequences whose name auspice takes, read in one direction.
fn annotations(pack: &Pack) -> Value {
    let length = pack.reference().letters().len();
    let mut all = Map::new();
    all.insert("nuc".to_owned(), json!({ "start": 1, "end": length, "strand": "+", "type": "source" }));
    for cds in pack.annotation().cdses.iter().filter(|cds| is_named(&cds.name)) {
        let Some(first) = cds.segments.first() else { continue };
        if cds.segments.iter().any(|segment| segment.strand != first.strand) {
            continue;
        }
        let strand = if first.strand == Strand::Reverse { "-" } else { "+" };
        let span = |segment: &hearth_genome::annotation::Segment| json!({ "start": segment.span.begin.index() + 1, "end": segment.span.end.index() });
        let mut told = match cds.segments.as_slice() {
            [only] => span(only),
            several => json!({ "segments": several.iter().map(span).collect::<Vec<_>>() }),
        };
        told["strand"] = Value::from(strand);
        told["type"] = Value::from("CDS");
        all.insert(cds.name.clone(), told);
    }
    Value::Object(all)
}

/// Whether a coding sequence can be named in a dataset.
fn is_named(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"*_.()-".contains(&byte);
    !name.is_empty() && name != "nuc" && name.bytes().all(is_letter)
}

/// Nodes of the tree, without their children.
struct Nodes<'a> {
    pack: &'a Pack,
    tree: &'a ReferenceTree,
    far: Vec<f64>,
    unit: f64,
}

impl Nodes<'_> {
    fn far(&self, node: u32) -> f64 {
        self.far.get(node as usize).copied().unwrap_or(0.0)
    }

    fn node(&self, node: u32) -> Value {
        let file = self.tree.file();
        let mut attributes = Map::new();
        attributes.insert("div".to_owned(), rounded(self.far(node)).into());
        attributes.insert(KIND.to_owned(), json!({ "value": "node of the tree" }));
        for (key, value) in
            [("clade_membership", self.tree.clade(node)), ("lineage", self.tree.lineage(node))]
        {
            attributes.extend(value.map(|value| (key.to_owned(), json!({ "value": value }))));
        }
        let mut mutations = Map::new();
        let nucleotides =
            file.nuc_mutations(node).iter().map(|one| code(one.from, one.position.index(), one.to));
        mutations.insert("nuc".to_owned(), nucleotides.collect());
        for (name, changes) in file.aa_mutations(node) {
            let name = file.text(name);
            if is_named(name) && self.pack.annotation().cds_named(name).is_some() {
                let codes = changes.iter().map(|one| code(one.from, one.position.index(), one.to));
                mutations.insert(name.to_owned(), codes.collect());
            }
        }
        let mut branch = json!({ "mutations": told(mutations) });
        let above = file.nodes.get(node as usize).and_then(|node| node.parent);
        let clade = self.tree.clade(node);
        if let Some(clade) = clade.filter(|_| above.and_then(|above| self.tree.clade(above)) != clade) {
            branch["labels"] = json!({ "clade": clade });
        }
        json!({ "name": self.tree.node_name(node), "node_attrs": attributes, "branch_attrs": branch })
    }

    fn genome(&self, node: u32, genome: &Genome) -> Value {
        let mut attributes = Map::new();
        let far = self.far(node) + genome.substitutions as f64 * self.unit;
        attributes.insert("div".to_owned(), rounded(far).into());
        attributes.insert(KIND.to_owned(), json!({ "value": "genome" }));
        attributes
            .extend(genome.day.map(|day| ("num_date".to_owned(), json!({ "value": rounded(year_of(day)) }))));
        for (name, value) in &genome.known {
            let shown = SHOWN.iter().find(|(_, _, field)| field == name);
            attributes.extend(shown.map(|(key, ..)| ((*key).to_owned(), json!({ "value": value }))));
        }
        let cdses = &self.pack.annotation().cdses;
        let changes = genome.changes.iter().filter_map(|(sequence, changes)| {
            let name = match sequence.checked_sub(1) {
                None => "nuc",
                Some(cds) => cdses.get(cds).map(|cds| cds.name.as_str()).filter(|name| is_named(name))?,
            };
            let codes = changes.iter().map(|one| code(one.from, one.position as usize, one.to));
            Some((name.to_owned(), codes.collect()))
        });
        let mutations = told(changes.collect());
        json!({
            "name": genome.name,
            "node_attrs": attributes,
            "branch_attrs": { "mutations": mutations },
        })
    }
}

/// Only what changes something.
fn told(mutations: Map<String, Value>) -> Map<String, Value> {
    mutations
        .into_iter()
        .filter(|(_, codes)| codes.as_array().is_some_and(|codes| !codes.is_empty()))
        .collect()
}

/// A mutation; positions are told from 1.
fn code(from: u8, position: usize, to: u8) -> String {
    format!("{}{}{}", char::from(from), position + 1, char::from(to))
}

/// The middle of a day (days since 1970-01-01) as a part of its year: 2024.5 is the middle of 2024.
fn year_of(day: i64) -> f64 {
    let date = UtcTime::from_unix_ms(day.saturating_mul(DAY_MS)).date();
    f64::from(date.year()) + (f64::from(date.day_of_year()) - 0.5) / f64::from(date.days_in_year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_index::query::date::day_of;

    #[test]
    fn days_are_parts_of_years() {
        let check = |day: &str, expected: f64| {
            let found = year_of(day_of(day).expect("a day"));
            assert!((found - expected).abs() < 1e-6, "{day}: {found}");
        };
        check("2023-07-02", 2023.5);
        check("2024-01-01", 2024.0 + 0.5 / 366.0);
        check("1999-12-31", 2000.0 - 0.5 / 365.0);
    }

    #[test]
    fn names_that_a_dataset_takes() {
        let check = |name: &str, expected: bool| assert_eq!(is_named(name), expected, "{name}");
        check("ORF1a", true);
        check("nsp12(RdRp)", true);
        check("nuc", false);
        check("large T", false);
        check("", false);
    }
}
