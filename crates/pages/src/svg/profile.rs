//! A share along the genome, as an area over the genes.
//!
//! Start at [`profile`].

use super::track::{self, Gene, Scale};
use super::{Anchor, Drawing, WIDE};
use crate::number;

const LEFT: f64 = 52.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 12.0;
const PLOT: f64 = 130.0;

/// A stretch of the genome with its share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Letters before it.
    pub begin_nt: u32,
    /// Letters up to its end.
    pub end_nt: u32,
    /// From 0 to 1.
    pub share: f64,
}

/// The profile of a genome of so many letters.
pub fn profile(title: &str, length_nt: u32, windows: &[Window], genes: &[Gene]) -> String {
    let mut drawing = Drawing::new(title, WIDE);
    let scale = Scale::new(length_nt, LEFT, WIDE - RIGHT);
    let y_of = |share: f64| TOP + PLOT * (1.0 - share.clamp(0.0, 1.0));
    for share in [0.0, 0.5, 1.0] {
        drawing.lines("grid", &[(LEFT, y_of(share)), (WIDE - RIGHT, y_of(share))]);
        drawing.text("m", Anchor::End, (LEFT - 8.0, y_of(share) + 4.5), &number::percent(share));
    }
    let mut points = vec![(LEFT, y_of(0.0))];
    for window in windows {
        let share = if window.share.is_finite() { window.share } else { 0.0 };
        points.extend([(scale.x(window.begin_nt), y_of(share)), (scale.x(window.end_nt), y_of(share))]);
    }
    points.push((points.last().map_or(LEFT, |point| point.0), y_of(0.0)));
    drawing.area("s0 area", &points);
    let below = track::genes(&mut drawing, &scale, TOP + PLOT + 12.0, genes);
    let below = track::axis(&mut drawing, &scale, below + 4.0);
    drawing.finish(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_of_nothing_is_no_fault() {
        let window = Window { begin_nt: 0, end_nt: 10, share: f64::NAN };
        for svg in [profile("t", 0, &[], &[]), profile("t", 10, &[window], &[])] {
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }

    #[test]
    fn shares_become_heights() {
        let windows = [(0, 50, 1.0), (50, 100, 0.5)].map(|(begin_nt, end_nt, share)| Window {
            begin_nt,
            end_nt,
            share,
        });
        let svg = profile("t", 100, &windows, &[]);
        assert!(svg.contains("d=\"M52 142L52 12L502 12L502 77L952 77L952 142Z\""), "{svg}");
    }
}
