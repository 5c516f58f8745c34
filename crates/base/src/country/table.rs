//! The embedded tables, read once.
//!
//! They are part of the program: a row that cannot be read is a fault of ours, which the tests find. Refuses to
//! know how they are searched. Start at [`tables`].

use crate::language::folded;
use std::collections::HashMap;
use std::sync::OnceLock;

const COUNTRIES: &str = include_str!("m49_countries.tsv");
const REGIONS: &str = include_str!("m49_regions.tsv");
const OTHER_NAMES: &str = include_str!("other_names.tsv");

/// A row of `m49_countries.tsv`.
#[derive(Debug)]
pub struct Entry {
    pub alpha2: &'static str,
    pub alpha3: &'static str,
    pub m49: u16,
    /// The narrowest region; 1, the world, is none.
    pub region: u16,
    pub ldc: bool,
    pub lldc: bool,
    pub sids: bool,
    /// In the order of [`crate::language::UnLanguage`].
    pub names: [&'static str; 6],
}

/// A row of `m49_regions.tsv`.
#[derive(Debug)]
pub struct RegionEntry {
    pub m49: u16,
    pub parent: u16,
    pub level: u8,
    pub names: [&'static str; 6],
}

/// All that is known of countries.
#[derive(Debug)]
pub struct Tables {
    /// By alpha-2 code.
    pub countries: Vec<Entry>,
    /// By number.
    pub regions: Vec<RegionEntry>,
    /// Folded M49 names and codes, with the index of the country.
    pub exact: HashMap<String, u8>,
    /// Folded other names.
    pub other: HashMap<String, u8>,
}

/// The tables.
pub fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(read)
}

fn read() -> Tables {
    let countries: Vec<Entry> = rows(COUNTRIES).filter_map(country).collect();
    let regions = rows(REGIONS).filter_map(region).collect();
    let mut exact = HashMap::new();
    for (entry, index) in countries.iter().zip(0_u8..) {
        let codes = [entry.alpha2.to_lowercase(), entry.alpha3.to_lowercase(), format!("{:03}", entry.m49)];
        let names = entry.names.iter().map(|name| folded(name));
        exact.extend(names.chain(codes).map(|name| (name, index)));
    }
    let mut other = HashMap::new();
    for row in rows(OTHER_NAMES) {
        let mut cells = row.split('\t');
        let code = cells.next().unwrap_or_default();
        if let Ok(index) = countries.binary_search_by(|entry| entry.alpha2.cmp(code)) {
            let index = u8::try_from(index).unwrap_or_default();
            other.extend(cells.map(|name| (folded(name), index)));
        }
    }
    Tables { countries, regions, exact, other }
}

/// The rows below the line with the names of the columns.
pub fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1)
}

fn country(row: &'static str) -> Option<Entry> {
    let mut cells = row.split('\t');
    let (alpha2, alpha3) = (cells.next()?, cells.next()?);
    let (m49, region) = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
    let mut flag = || cells.next().map(|cell| cell == "x");
    let (ldc, lldc, sids) = (flag()?, flag()?, flag()?);
    Some(Entry { alpha2, alpha3, m49, region, ldc, lldc, sids, names: names(cells)? })
}

fn region(row: &'static str) -> Option<RegionEntry> {
    let mut cells = row.split('\t');
    let (m49, parent) = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
    let level = cells.next()?.parse().ok()?;
    Some(RegionEntry { m49, parent, level, names: names(cells)? })
}

fn names(cells: impl Iterator<Item = &'static str>) -> Option<[&'static str; 6]> {
    <[&str; 6]>::try_from(cells.collect::<Vec<_>>()).ok()
}
