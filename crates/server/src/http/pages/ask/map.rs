//! Countries as tiles, in blocks by the regions of M49, laid in columns from west to east.
//!
//! Refuses to draw. Start at [`columns`].

use hearth_base::country::{Country, Region};
use hearth_base::language::UnLanguage;
use hearth_index::row::Value;
use hearth_pages::svg::tiles::{Block, Tile};
use std::collections::BTreeMap;

/// Regions as M49 numbers them, below each other in columns: those that no other divides.
const COLUMNS: [&[u16]; 4] =
    [&[21, 13, 29, 5], &[154, 155, 39, 15, 11], &[151, 145, 14, 17, 18], &[143, 30, 34, 35, 53, 54, 57, 61]];

/// The narrowest region that a country is in.
fn region_of(country: Country) -> Option<Region> {
    country.intermediate_region().or_else(|| country.sub_region())
}

/// All countries with how many genomes come from each, by their codes.
pub(super) fn columns(counts: &BTreeMap<Value, u64>) -> Vec<Vec<Block>> {
    let tile = |country: Country| Tile {
        code: country.alpha2().to_owned(),
        name: country.name(UnLanguage::English).to_owned(),
        count: counts.get(&Value::Text(country.alpha2().to_owned())).copied().unwrap_or(0),
    };
    let block = |region: Option<Region>| {
        let mut tiles: Vec<Tile> =
            Country::all().filter(|country| region_of(*country) == region).map(tile).collect();
        tiles.sort_by(|one, other| one.name.cmp(&other.name));
        let name = region.map(|region| region.name(UnLanguage::English).to_owned());
        // What is in no region is one place, and names itself.
        let name = name.unwrap_or_else(|| tiles.first().map(|tile| tile.name.clone()).unwrap_or_default());
        Block { name, tiles }
    };
    let mut columns: Vec<Vec<Block>> = COLUMNS
        .iter()
        .map(|column| {
            column
                .iter()
                .filter_map(|code| Region::from_m49(*code))
                .map(|region| block(Some(region)))
                .collect()
        })
        .collect();
    if let Some(first) = columns.first_mut() {
        first.push(block(None));
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_one_tile() {
        let columns = columns(&BTreeMap::from([(Value::Text("KE".to_owned()), 7), (Value::Null, 3)]));
        let tiles: Vec<&Tile> = columns.iter().flatten().flat_map(|block| &block.tiles).collect();
        let mut codes: Vec<&str> = tiles.iter().map(|tile| tile.code.as_str()).collect();
        codes.sort_unstable();
        assert_eq!(codes, Country::all().map(Country::alpha2).collect::<Vec<_>>());
        let counted: Vec<_> =
            tiles.iter().filter(|tile| tile.count > 0).map(|tile| (&*tile.name, tile.count)).collect();
        assert_eq!(counted, [("Kenya", 7)]);
        let alone: Vec<&Block> = columns.iter().flatten().filter(|block| block.tiles.len() == 1).collect();
        assert!(alone.len() == 1 && alone[0].name == alone[0].tiles[0].name, "{alone:?}");
    }
}
