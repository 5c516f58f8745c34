//! Bars that stand and are piled up: how a whole is made of parts, time after time.
//!
//! Start at [`stack`].

use super::{Anchor, Drawing, WIDE, count_ticks, width_of};
use crate::number;

/// One of the parts, over all times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its colour, by class.
    pub class: String,
    /// How many, one for each time.
    pub counts: Vec<u64>,
}

const LEFT: f64 = 52.0;
const TOP: f64 = 10.0;
const PLOT: f64 = 230.0;
const BELOW: f64 = 30.0;
/// Room between the names of two times.
const APART: f64 = 12.0;
/// Widest bar.
const WIDEST: f64 = 60.0;
/// So few times fit on a phone, in a drawing so wide.
const FEW: usize = 6;
const NARROW: f64 = 480.0;

/// Piles, one for each time; parts lie in the order of `series`, the first at the bottom.
pub fn stack(title: &str, times: &[String], series: &[Series]) -> String {
    let width_of_all = if times.len() <= FEW { NARROW } else { WIDE };
    let mut drawing = Drawing::new(title, width_of_all);
    let count_at = |one: &Series, at: usize| one.counts.get(at).copied().unwrap_or(0);
    let total = |at: usize| series.iter().map(|one| count_at(one, at)).sum::<u64>();
    let ticks = count_ticks((0..times.len()).map(total).max().unwrap_or(0), 4);
    let most = ticks.last().copied().unwrap_or(1);
    let y_of = |count: u64| TOP + PLOT * (1.0 - number::share(count, most));
    for &tick in &ticks {
        drawing.lines("grid", &[(LEFT, y_of(tick)), (width_of_all, y_of(tick))]);
        drawing.text("m", Anchor::End, (LEFT - 8.0, y_of(tick) + 4.5), &number::whole(tick));
    }
    let step = (width_of_all - LEFT) / times.len().max(1) as f64;
    let width = (step * 0.82).min(WIDEST);
    let name = times.iter().map(|time| width_of(time)).fold(0.0, f64::max) + APART;
    let every = (name / step).ceil().max(1.0) as usize;
    for (at, time) in times.iter().enumerate() {
        let middle = LEFT + (at as f64 + 0.5) * step;
        let mut below = 0;
        for one in series.iter().filter(|one| count_at(one, at) > 0) {
            let count = count_at(one, at);
            let (top, bottom) = (y_of(below + count), y_of(below));
            let tip = format!("{time} · {}: {}", one.name, number::whole(count));
            drawing.rect(&one.class, [middle - width / 2.0, top, width, bottom - top], &tip);
            below += count;
        }
        if at % every == 0 {
            drawing.text("m", Anchor::Middle, (middle, TOP + PLOT + 20.0), time);
        }
    }
    drawing.finish(TOP + PLOT + BELOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn piles_are_as_high_as_their_parts_together() {
        let series = |class: &str, counts: &[u64]| Series {
            name: "A".to_owned(),
            class: class.to_owned(),
            counts: counts.to_vec(),
        };
        let times = ["2021-01", "2021-02", "2021-03"].map(str::to_owned);
        let svg = stack("title", &times, &[series("s0", &[10, 0, 5]), series("s1", &[30, 0])]);
        let heights: Vec<f64> = svg
            .split("height=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().parse().unwrap())
            .collect();
        assert_eq!(
            heights,
            [PLOT / 4.0, PLOT * 3.0 / 4.0, PLOT / 8.0].map(|height| (height * 10.0).round() / 10.0)
        );
        for svg in [stack("title", &[], &[]), stack("title", &times, &[])] {
            assert!(!svg.contains("NaN") && svg.contains(">0<"), "{svg}");
        }
    }
}
