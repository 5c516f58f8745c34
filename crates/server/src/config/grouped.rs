//! The tables `[[pathogens]]`: which packs are the segments of one pathogen.
//!
//! Segments stand in the order of the file. Whether the packs are there is asked where they are read. Start at [`read`].

use crate::app::pathogens::Grouping;
use std::fmt::Write as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What the tables are called.
pub(super) const TABLE: &str = "pathogens";
const SHAPE: &str = "write [[pathogens]], below it name = \"…\", and below that [pathogens.segments] with the \
                     pack of each segment";

/// The groups that a file has; each mistake is told with its place.
pub(super) fn read(content: &Spanned<DeValue>, mut told: impl FnMut(usize, String)) -> Vec<Grouping> {
    let DeValue::Array(tables) = content.get_ref() else {
        told(content.span().start, SHAPE.to_owned());
        return Vec::new();
    };
    let mut groups = Vec::new();
    for table in tables.iter() {
        let place = table.span().start;
        match table.get_ref() {
            DeValue::Table(table) => groups.extend(group(table, place, &mut told)),
            _ => told(place, SHAPE.to_owned()),
        }
    }
    groups
}

fn group(table: &DeTable, place: usize, told: &mut impl FnMut(usize, String)) -> Option<Grouping> {
    let mut group = Grouping::default();
    for (key, value) in table {
        let name: &str = key.get_ref();
        match (name, value.get_ref()) {
            ("name", DeValue::String(text)) => group.name = text.trim().to_owned(),
            ("title", DeValue::String(text)) => group.title = Some(text.trim().to_owned()),
            ("segments", DeValue::Table(table)) => group.segments = segments(table, told),
            ("name" | "title" | "segments", _) => {
                told(key.span().start, format!("pathogens.{name}: {SHAPE}"))
            }
            _ => told(key.span().start, format!("pathogens.{name}: there is no such setting; {SHAPE}")),
        }
    }
    if group.name.is_empty() || group.segments.is_empty() {
        told(place, format!("pathogens: a name or segments are missing; {SHAPE}"));
        return None;
    }
    group.title = group.title.filter(|title| !title.is_empty());
    Some(group)
}

/// Names of segments and packs, as they stand in the file.
fn segments(table: &DeTable, told: &mut impl FnMut(usize, String)) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (key, value) in table {
        let (place, name): (usize, &str) = (key.span().start, key.get_ref());
        match value.get_ref() {
            DeValue::String(pack) => found.push((place, (name.to_owned(), pack.trim().to_owned()))),
            _ => told(place, format!("pathogens.segments.{name}: write the name of its pack, in quotes")),
        }
    }
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, segment)| segment).collect()
}

/// A group as it stands in a file.
pub(super) fn written(group: &Grouping) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!("\n[[{TABLE}]]\nname = {}\n", quoted(&group.name));
    if let Some(title) = &group.title {
        let _ = writeln!(text, "title = {}", quoted(title));
    }
    let _ = writeln!(text, "[{TABLE}.segments]");
    for (segment, pack) in &group.segments {
        let _ = writeln!(text, "{} = {}", quoted(segment), quoted(pack));
    }
    text
}
