//! A map of tiles: a square for each place, in blocks by neighbourhood. It says where, and never how large a country is
//! or where its borders lie.
//!
//! Refuses to know countries. Start at [`tiles`].

use super::{Anchor, Drawing, WIDE};
use crate::number;

/// Places that lie near each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// What they are called together.
    pub name: String,
    /// The places, in the order in which they are laid.
    pub tiles: Vec<Tile>,
}

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tile {
    /// Two letters.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// Shades of a tile, from few to many.
pub const SHADES: usize = 5;

const GAP: f64 = 2.0;
const BETWEEN: f64 = 20.0;
/// Tiles beside each other in a block.
const ACROSS: usize = 8;
const NAME: f64 = 20.0;
const BELOW_BLOCK: f64 = 10.0;

/// Which shade, from 1 on, stands for so many; none for nothing. Each stands for ten times as many as the one before.
pub fn shade(count: u64) -> Option<usize> {
    (count > 0).then(|| (count.ilog10() as usize + 1).min(SHADES))
}

/// The fewest that a shade stands for.
pub fn fewest(shade: usize) -> u64 {
    10u64.saturating_pow(shade.saturating_sub(1) as u32)
}

/// Blocks below each other in columns.
pub fn tiles(title: &str, columns: &[Vec<Block>]) -> String {
    let mut drawing = Drawing::new(title, WIDE);
    let count = columns.len().max(1) as f64;
    let wide = (WIDE - BETWEEN * (count - 1.0)) / count;
    let step = wide / ACROSS as f64;
    let mut height = 1.0f64;
    for (at, column) in columns.iter().enumerate() {
        let left = at as f64 * (wide + BETWEEN);
        let mut top = 0.0;
        for block in column {
            drawing.text("m small", Anchor::Start, (left, top + 13.0), &block.name);
            top += NAME;
            for (place, tile) in block.tiles.iter().enumerate() {
                let x = left + (place % ACROSS) as f64 * step;
                draw(&mut drawing, tile, (x, top + (place / ACROSS) as f64 * step), step - GAP);
            }
            top += block.tiles.len().div_ceil(ACROSS) as f64 * step + BELOW_BLOCK;
        }
        height = height.max(top - BELOW_BLOCK);
    }
    drawing.finish(height)
}

fn draw(drawing: &mut Drawing, tile: &Tile, (x, y): (f64, f64), size: f64) {
    let (class, text, tip) = match shade(tile.count) {
        None => ("ground".to_owned(), "none mid", tile.name.clone()),
        Some(shade) => {
            let text = if shade * 2 > SHADES + 1 { "dark mid" } else { "pale mid" };
            (format!("h{shade}"), text, format!("{}: {}", tile.name, number::whole(tile.count)))
        }
    };
    drawing.rect(&class, [x, y, size, size], &tip);
    drawing.text(text, Anchor::Start, (x + size / 2.0, y + size / 2.0 + 4.0), &tile.code);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_are_ten_times_as_many_as_the_one_before() {
        let check = |count, expected| assert_eq!(shade(count), expected, "{count}");
        check(0, None);
        check(1, Some(1));
        check(9, Some(1));
        check(10, Some(2));
        check(99_999, Some(5));
        check(u64::MAX, Some(5));
        for at in 1..=SHADES {
            assert_eq!((shade(fewest(at)), shade(fewest(at) - 1).unwrap_or(0)), (Some(at), at - 1));
        }
    }

    #[test]
    fn every_place_has_a_tile_and_what_is_named_stays_a_text() {
        let tile = |code: &str, count| Tile { code: code.to_owned(), name: "<b>".to_owned(), count };
        let block =
            |count| Block { name: "A & B".to_owned(), tiles: (0..count).map(|at| tile("KE", at)).collect() };
        let svg = tiles("title", &[vec![block(9), block(1)], vec![block(20)]]);
        assert_eq!(svg.matches("<rect").count(), 30);
        assert_eq!((svg.matches("class=\"h1\"").count(), svg.matches("class=\"h2\"").count()), (8 + 9, 10));
        assert!(svg.contains("&lt;b&gt;: 19") && svg.contains("A &amp; B") && !svg.contains("NaN"), "{svg}");
        // Two names, two rows and one, and what lies between, in the higher column.
        assert!(svg.contains("viewBox=\"0 0 960 226.3\""), "{svg}");
        assert!(!tiles("title", &[]).contains("NaN"));
    }
}
