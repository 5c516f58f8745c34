//! Drawings as SVG text: no library, no script, nothing fetched.
//!
//! A [`Drawing`] has a title that says what it shows, for screen readers and as a tip. It names colours by class only:
//! the page's style sheet gives them for light, dark and paper. Every text is escaped here, and a number that is none is
//! drawn as 0. Refuses to know what a genome is. Start at [`Drawing::new`].

pub mod bars;
pub mod dendrogram;
pub mod profile;
pub mod record;
pub mod stack;
pub mod tiles;
pub mod track;

use std::fmt::Write;

/// Width of a drawing in a card, in its own units; on a screen about a pixel each.
pub const CARD: f64 = 360.0;

/// Width of a drawing as wide as the page.
pub const WIDE: f64 = 960.0;

/// Width of a letter of the usual size, about, in units.
const LETTER: f64 = 7.2;

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A drawing that is being made.
#[derive(Clone, Debug)]
pub struct Drawing {
    width: f64,
    title: String,
    body: String,
}

impl Drawing {
    /// An empty drawing.
    pub fn new(title: &str, width: f64) -> Self {
        Self { width, title: title.to_owned(), body: String::new() }
    }

    /// A rectangle; `tip` is shown to who points at it, unless it is empty.
    pub fn rect(&mut self, class: &str, [x, y, width, height]: [f64; 4], tip: &str) {
        let [x, y, width, height] = [x, y, width.max(0.0), height.max(0.0)].map(Units);
        let shape =
            format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"");
        self.shape(&shape, "rect", tip);
    }

    /// A disc.
    pub fn disc(&mut self, class: &str, [x, y, radius]: [f64; 3], tip: &str) {
        let [x, y, radius] = [x, y, radius].map(Units);
        self.shape(&format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\""), "circle", tip);
    }

    /// Lines from point to point.
    pub fn lines(&mut self, class: &str, points: &[(f64, f64)]) {
        let _ = write!(self.body, "<path class=\"{class}\" d=\"");
        self.path(points);
        self.body.push_str("\"/>");
    }

    /// The area within lines from point to point.
    pub fn area(&mut self, class: &str, points: &[(f64, f64)]) {
        let _ = write!(self.body, "<path class=\"{class}\" d=\"");
        self.path(points);
        self.body.push_str("Z\"/>");
    }

    /// A text.
    pub fn text(&mut self, class: &str, anchor: Anchor, (x, y): (f64, f64), text: &str) {
        let (x, y) = (Units(x), Units(y));
        let _ = write!(self.body, "<text class=\"{class}{}\" x=\"{x}\" y=\"{y}\">", anchor.class());
        escape(text, &mut self.body);
        self.body.push_str("</text>");
    }

    /// A text that reads upwards from its point.
    pub fn text_upwards(&mut self, class: &str, (x, y): (f64, f64), text: &str) {
        let (x, y) = (Units(x), Units(y));
        let _ = write!(self.body, "<text class=\"{class}\" transform=\"translate({x} {y})rotate(-90)\">");
        escape(text, &mut self.body);
        self.body.push_str("</text>");
    }

    /// The drawing, so many units high.
    pub fn finish(self, height: f64) -> String {
        let mut out = String::with_capacity(self.body.len() + 256);
        let _ = write!(
            out,
            "<svg{} viewBox=\"0 0 {} {}\" role=\"img\" direction=\"ltr\" aria-label=\"",
            if self.width < WIDE { " class=\"narrow\"" } else { "" },
            Units(self.width),
            Units(height)
        );
        escape(&self.title, &mut out);
        out.push_str("\"><title>");
        escape(&self.title, &mut out);
        out.push_str("</title>");
        out.push_str(&self.body);
        out.push_str("</svg>");
        out
    }

    fn shape(&mut self, begun: &str, element: &str, tip: &str) {
        self.body.push_str(begun);
        if tip.is_empty() {
            self.body.push_str("/>");
            return;
        }
        self.body.push_str("><title>");
        escape(tip, &mut self.body);
        // Writing to a string cannot fail, here and elsewhere.
        let _ = write!(self.body, "</title></{element}>");
    }

    fn path(&mut self, points: &[(f64, f64)]) {
        for (at, &(x, y)) in points.iter().enumerate() {
            let _ = write!(self.body, "{}{} {}", if at == 0 { 'M' } else { 'L' }, Units(x), Units(y));
        }
    }
}

impl Anchor {
    fn class(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Middle => " mid",
            Self::End => " end",
        }
    }
}

/// A coordinate with one digit behind the point; what is no number is 0.
#[derive(Clone, Copy)]
struct Units(f64);

impl std::fmt::Display for Units {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenths = if self.0.is_finite() { (self.0 * 10.0).round() } else { 0.0 };
        // Also takes the sign off -0.
        write!(f, "{}", if tenths == 0.0 { 0.0 } else { tenths / 10.0 })
    }
}

/// Appends a text so that it is a text and nothing else, in elements and in attributes. What XML forbids is replaced.
fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter if letter.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            letter => out.push(letter),
        }
    }
}

/// How wide a text is, about.
fn width_of(text: &str) -> f64 {
    text.chars().count() as f64 * LETTER
}

/// Round numbers from 0 that reach `most`, about `count` of them.
fn ticks(most: f64, count: usize) -> Vec<f64> {
    let rough = (most / count.max(1) as f64).max(f64::MIN_POSITIVE);
    let unit = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|factor| factor * unit).find(|step| *step >= rough);
    let step = step.unwrap_or(10.0 * unit);
    let steps = (most / step).ceil().clamp(1.0, 50.0) as usize;
    (0..=steps).map(|at| at as f64 * step).collect()
}

/// Round counts from 0 that reach `most`: whole numbers only.
fn count_ticks(most: u64, count: usize) -> Vec<u64> {
    let mut ticks: Vec<u64> =
        ticks(most.max(1) as f64, count).into_iter().map(|tick| tick.ceil() as u64).collect();
    ticks.dedup();
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_from_outside_stay_texts() {
        let mut drawing = Drawing::new("a \"<b>\" & 'c'", 10.0);
        drawing.text("t", Anchor::End, (1.0, f64::NAN), "<script>\u{1b}");
        drawing.rect("s0", [0.0, -0.01, 1.26, -5.0], "</title>");
        assert_eq!(
            drawing.finish(5.0),
            "<svg class=\"narrow\" viewBox=\"0 0 10 5\" role=\"img\" direction=\"ltr\" aria-label=\"a &quot;&lt;b&gt;&quot; &amp; \
             &#39;c&#39;\"><title>a &quot;&lt;b&gt;&quot; &amp; &#39;c&#39;</title><text class=\"t end\" x=\"1\" \
             y=\"0\">&lt;script&gt;\u{fffd}</text><rect class=\"s0\" x=\"0\" y=\"0\" width=\"1.3\" \
             height=\"0\"><title>&lt;/title&gt;</title></rect></svg>"
        );
    }

    #[test]
    fn ticks_are_round_and_reach_the_most() {
        let check = |most, expected: &[u64]| assert_eq!(count_ticks(most, 4), expected, "{most}");
        check(0, &[0, 1]);
        check(1, &[0, 1]);
        check(3, &[0, 1, 2, 3]);
        check(97, &[0, 25, 50, 75, 100]);
        check(29_903, &[0, 10_000, 20_000, 30_000]);
    }
}
