//! Bars that lie: one bar of parts, and bars below each other.
//!
//! Start at [`parts`] and [`rows`].

use super::{Anchor, CARD, Drawing, width_of};
use crate::number;

/// A part of a whole, or a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it counts.
    pub label: String,
    /// How many.
    pub count: u64,
    /// Its colour, by class.
    pub class: String,
}

const PARTS_HEIGHT: f64 = 40.0;
const ROW: f64 = 26.0;
const THICK: f64 = 16.0;
/// Room for labels before bars that lie below each other, and for numbers behind them.
const LABELS: f64 = 128.0;
const NUMBERS: f64 = 88.0;

/// One bar whose parts add up to the whole width, with their numbers in them where there is room.
pub fn parts(title: &str, parts: &[Bar]) -> String {
    let mut drawing = Drawing::new(title, CARD);
    let all: u64 = parts.iter().map(|part| part.count).sum();
    drawing.rect("ground", [0.0, 0.0, CARD, PARTS_HEIGHT], "");
    let mut x = 0.0;
    for part in parts.iter().filter(|part| part.count > 0) {
        let width = CARD * number::share(part.count, all);
        let shown = number::whole(part.count);
        drawing.rect(&part.class, [x, 0.0, width, PARTS_HEIGHT], &format!("{}: {shown}", part.label));
        if width_of(&shown) + 12.0 < width {
            drawing.text("on", Anchor::Middle, (x + width / 2.0, 25.0), &shown);
        }
        x += width;
    }
    drawing.finish(PARTS_HEIGHT)
}

/// Bars below each other, as long as their counts are in `all`.
pub fn rows(title: &str, rows: &[Bar], all: u64) -> String {
    let mut drawing = Drawing::new(title, CARD);
    let most = rows.iter().map(|row| row.count).max().unwrap_or(0);
    for (at, row) in rows.iter().enumerate() {
        let y = at as f64 * ROW;
        let label = number::shortened(&row.label, (LABELS / 7.4) as usize);
        let width = (CARD - LABELS - NUMBERS) * number::share(row.count, most);
        let shown =
            format!("{} · {}", number::whole(row.count), number::percent(number::share(row.count, all)));
        let tip = format!("{}: {shown}", row.label);
        drawing.text("t", Anchor::Start, (0.0, y + 16.0), &label);
        drawing.rect(&row.class, [LABELS, y + 3.0, width.max(2.0), THICK], &tip);
        drawing.text("m", Anchor::Start, (LABELS + width.max(2.0) + 6.0, y + 16.0), &shown);
    }
    drawing.finish((rows.len() as f64 * ROW).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(label: &str, count: u64) -> Bar {
        Bar { label: label.to_owned(), count, class: "s0".to_owned() }
    }

    /// Widths of the rectangles of a class.
    pub fn widths(svg: &str, class: &str) -> Vec<f64> {
        let begin = format!("<rect class=\"{class}\"");
        let rects = svg.split(&begin).skip(1);
        rects
            .map(|rect| rect.split("width=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap())
            .collect()
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let check = |counts: &[u64], expected: usize| {
            let bars: Vec<Bar> = counts.iter().map(|&count| bar("<a>", count)).collect();
            let svg = parts("title", &bars);
            let widths = widths(&svg, "s0");
            assert_eq!(widths.len(), expected, "{svg}");
            let sum: f64 = widths.iter().sum();
            assert!(expected == 0 || (sum - CARD).abs() < 0.1 * counts.len() as f64, "{sum}");
            assert!(!svg.contains("NaN") && !svg.contains("<a>"), "{svg}");
        };
        check(&[], 0);
        check(&[0, 0], 0);
        check(&[1], 1);
        check(&[1, 2, 997], 3);
        check(&[333, 333, 0, 334], 3);
    }

    #[test]
    fn rows_are_as_long_as_they_count() {
        let svg = rows("title", &[bar("many", 40), bar("few", 10), bar("none", 0)], 50);
        assert_eq!(widths(&svg, "s0"), [144.0, 36.0, 2.0]);
        assert!(svg.contains(">40 · 80\u{a0}%<") && svg.contains(">0 · 0\u{a0}%<"), "{svg}");
        assert!(!rows("title", &[], 0).contains("NaN"));
    }
}
