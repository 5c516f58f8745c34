//! The genome as a line: genes, mutations on stems, oligos of assays, positions.
//!
//! Start at [`genome_map`].

use super::{Anchor, Drawing, WIDE, ticks, width_of};
use crate::number;
use std::cmp::Reverse;

/// A stretch of the genome that codes for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gene {
    /// Its name.
    pub name: String,
    /// Letters before it.
    pub begin_nt: u32,
    /// Letters up to its end.
    pub end_nt: u32,
    /// Whether it is read along the reference.
    pub is_forward: bool,
}

/// A mutation with a share.
#[derive(Clone, Debug, PartialEq)]
pub struct Stem {
    /// What stands above it, if there is room; what who points at it sees.
    pub label: String,
    /// Letters before it.
    pub at_nt: u32,
    /// From 0 to 1.
    pub share: f64,
    /// How much it matters that it is named; the weightiest are.
    pub weight: u64,
    /// Its colour, by class.
    pub class: &'static str,
}

/// An assay under the genome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amplicon {
    /// Its name.
    pub name: String,
    /// Letters before its amplicon.
    pub begin_nt: u32,
    /// Letters up to the end of its amplicon.
    pub end_nt: u32,
    /// Its oligos: letters before each, and up to its end.
    pub oligos: Vec<(u32, u32)>,
    /// Its colour, by class.
    pub class: &'static str,
}

const LEFT: f64 = 52.0;
const RIGHT: f64 = 8.0;
/// Room for labels that read upwards.
const LABELS: f64 = 126.0;
const ELBOW: f64 = 22.0;
const PLOT: f64 = 120.0;
const GENE: f64 = 20.0;
const LANE: f64 = 19.0;
const MOST_LABELS: usize = 44;
/// Longest label.
const LABEL_CHARS: usize = 17;
/// Between two labels that read upwards.
const LABEL_STEP: f64 = 15.0;
/// Most lanes of genes, and of assays.
const GENE_LANES: usize = 4;
const ASSAY_LANES: usize = 12;
/// With more assays than this their names are left out.
const MOST_NAMED: usize = 40;

/// From letters of the genome to units of a drawing.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    length_nt: u32,
    left: f64,
    right: f64,
}

impl Scale {
    /// The scale of a genome of so many letters that lies between two places.
    pub fn new(length_nt: u32, left: f64, right: f64) -> Self {
        Self { length_nt, left, right }
    }

    /// Where a letter is.
    pub fn x(&self, nt: u32) -> f64 {
        self.left
            + (self.right - self.left)
                * number::share(u64::from(nt.min(self.length_nt)), u64::from(self.length_nt))
    }
}

/// Mutations on stems above the genes, assays below them.
pub fn genome_map(
    title: &str,
    length_nt: u32,
    genes: &[Gene],
    stems: &[Stem],
    assays: &[Amplicon],
) -> String {
    let mut drawing = Drawing::new(title, WIDE);
    let scale = Scale::new(length_nt, LEFT, WIDE - RIGHT);
    let top = if stems.is_empty() { ELBOW } else { LABELS + ELBOW };
    let y_of = |share: f64| top + PLOT * (1.0 - share.clamp(0.0, 1.0));
    for share in [0.0, 0.5, 1.0] {
        drawing.lines("grid", &[(LEFT, y_of(share)), (WIDE - RIGHT, y_of(share))]);
        drawing.text("m", Anchor::End, (LEFT - 8.0, y_of(share) + 4.5), &number::percent(share));
    }
    for stem in stems {
        let x = scale.x(stem.at_nt);
        drawing.lines(&format!("stem {}", stem.class), &[(x, y_of(0.0)), (x, y_of(stem.share))]);
    }
    for stem in stems {
        let tip = format!("{} · {}", stem.label, number::percent(stem.share));
        drawing.disc(stem.class, [scale.x(stem.at_nt), y_of(stem.share), 3.2], &tip);
    }
    label(&mut drawing, &scale, stems, LABELS, y_of);
    let below = self::genes(&mut drawing, &scale, top + PLOT + 8.0, genes);
    let below = axis(&mut drawing, &scale, below + 4.0);
    let below = amplicons(&mut drawing, &scale, below + 6.0, assays);
    drawing.finish(below)
}

/// Room that labels need which read upwards, and the lines from them to a plot below.
pub fn room_above(stems: &[Stem]) -> (f64, f64) {
    let longest = stems.iter().map(|stem| width_of(&number::shortened(&stem.label, LABEL_CHARS)));
    (longest.fold(0.0, f64::max).min(LABELS), ELBOW)
}

/// Writes the labels of the weightiest mutations above the plot, in so much room, each with a line to its stem.
pub fn label(drawing: &mut Drawing, scale: &Scale, stems: &[Stem], room: f64, y_of: impl Fn(f64) -> f64) {
    let mut chosen: Vec<&Stem> = stems.iter().collect();
    chosen.sort_by_key(|stem| (Reverse(stem.weight), stem.at_nt));
    chosen.truncate(MOST_LABELS);
    chosen.sort_by_key(|stem| stem.at_nt);
    let wanted: Vec<f64> = chosen.iter().map(|stem| scale.x(stem.at_nt)).collect();
    let places = spread(&wanted, LABEL_STEP, (LEFT + 4.0, WIDE - RIGHT));
    for ((stem, x), place) in chosen.iter().zip(&wanted).zip(&places) {
        let top = y_of(stem.share) - 3.0;
        drawing.lines("leader", &[(*x, top), (*x, room + ELBOW - 6.0), (*place, room + 3.0)]);
        drawing.text_upwards("t small", (place + 4.0, room), &number::shortened(&stem.label, LABEL_CHARS));
    }
}

/// Places at least `step` apart, as near as may be to the wanted ones, which are in order, and between two ends.
fn spread(wanted: &[f64], step: f64, (first, last): (f64, f64)) -> Vec<f64> {
    let mut places = wanted.to_vec();
    let mut least = first;
    for place in &mut places {
        *place = place.max(least);
        least = *place + step;
    }
    let mut most = last;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - step;
    }
    places
}

/// Draws genes in lanes and gives where they end.
pub fn genes(drawing: &mut Drawing, scale: &Scale, top: f64, genes: &[Gene]) -> f64 {
    let ends = genes
        .iter()
        .map(|gene| (scale.x(gene.begin_nt), scale.x(gene.end_nt).max(scale.x(gene.begin_nt) + 1.0)));
    let lanes = lanes(ends, GENE_LANES);
    for (gene, lane) in genes.iter().zip(&lanes) {
        let Some(lane) = lane else { continue };
        let (x, y) = (scale.x(gene.begin_nt), top + *lane as f64 * (GENE + 3.0));
        let width = (scale.x(gene.end_nt) - x).max(1.0);
        let (arrow, class) = if gene.is_forward { ("→", "gene") } else { ("←", "gene reverse") };
        let tip = format!("{} {arrow} {}–{}", gene.name, gene.begin_nt + 1, gene.end_nt);
        drawing.rect(class, [x, y, width, GENE], &tip);
        if width_of(&gene.name) + 4.0 < width {
            drawing.text("t small", Anchor::Middle, (x + width / 2.0, y + 14.5), &gene.name);
        }
    }
    let used = lanes.iter().flatten().max().map_or(0, |lane| lane + 1);
    top + used as f64 * (GENE + 3.0)
}

/// Draws positions and gives where they end.
pub fn axis(drawing: &mut Drawing, scale: &Scale, top: f64) -> f64 {
    drawing.lines("axis", &[(scale.left, top), (scale.right, top)]);
    for tick in ticks(f64::from(scale.length_nt), 6) {
        let at = tick as u32;
        if tick <= f64::from(scale.length_nt) {
            let anchor = if at == 0 { Anchor::Start } else { Anchor::Middle };
            drawing.lines("axis", &[(scale.x(at), top), (scale.x(at), top + 5.0)]);
            drawing.text("m", anchor, (scale.x(at), top + 18.0), &number::whole(u64::from(at)));
        }
    }
    top + 24.0
}

fn amplicons(drawing: &mut Drawing, scale: &Scale, top: f64, assays: &[Amplicon]) -> f64 {
    let is_named = assays.len() <= MOST_NAMED;
    let span = |assay: &Amplicon| {
        let (begin, end) =
            (scale.x(assay.begin_nt), scale.x(assay.end_nt).max(scale.x(assay.begin_nt) + 4.0));
        let name = if is_named { width_of(&assay.name) + 14.0 } else { 2.0 };
        // Near the right end the name stands before the amplicon.
        let is_before = end + name > scale.right;
        (begin, end, if is_before { begin - name } else { begin }, if is_before { end } else { end + name })
    };
    let lanes = lanes(assays.iter().map(|assay| (span(assay).2, span(assay).3)), ASSAY_LANES);
    for (assay, lane) in assays.iter().zip(&lanes) {
        let Some(lane) = lane else { continue };
        let (begin, end, from, _) = span(assay);
        let y = top + *lane as f64 * LANE;
        let tip = format!("{}: {}–{}", assay.name, assay.begin_nt + 1, assay.end_nt);
        drawing.rect(&format!("{} amplicon", assay.class), [begin, y + 6.0, end - begin, 4.0], &tip);
        for &(oligo_begin, oligo_end) in &assay.oligos {
            let x = scale.x(oligo_begin);
            drawing.rect(assay.class, [x, y + 3.0, (scale.x(oligo_end) - x).max(1.6), 10.0], &tip);
        }
        match is_named {
            true if from < begin => {
                drawing.text("t small", Anchor::End, (begin - 5.0, y + 12.5), &assay.name)
            }
            true => drawing.text("t small", Anchor::Start, (end + 5.0, y + 12.5), &assay.name),
            false => {}
        }
    }
    let used = lanes.iter().flatten().max().map_or(0, |lane| lane + 1);
    top + used as f64 * LANE + 2.0
}

/// The first lane in which each thing has room; none where all lanes are full.
fn lanes(spans: impl Iterator<Item = (f64, f64)>, most: usize) -> Vec<Option<usize>> {
    let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut find = |(begin, end): (f64, f64)| {
        let is_free = |lane: &Vec<(f64, f64)>| lane.iter().all(|other| end <= other.0 || other.1 <= begin);
        let lane = taken.iter().position(is_free).unwrap_or(taken.len());
        if lane >= most {
            return None;
        }
        if lane == taken.len() {
            taken.push(Vec::new());
        }
        taken[lane].push((begin, end));
        Some(lane)
    };
    spans.map(&mut find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_never_stand_on_each_other() {
        let check = |wanted: &[f64], expected: &[f64]| {
            let places = spread(wanted, 10.0, (0.0, 100.0));
            assert_eq!(places, expected);
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 10.0));
        };
        check(&[], &[]);
        check(&[50.0], &[50.0]);
        check(&[50.0, 51.0, 80.0], &[50.0, 60.0, 80.0]);
        check(&[95.0, 98.0, 99.0], &[80.0, 90.0, 100.0]);
    }

    #[test]
    fn things_that_overlap_get_lanes_of_their_own() {
        let check = |spans: &[(f64, f64)], expected: &[Option<usize>]| {
            assert_eq!(lanes(spans.iter().copied(), 2), expected);
        };
        check(&[(0.0, 5.0), (5.0, 9.0)], &[Some(0), Some(0)]);
        check(&[(0.0, 5.0), (4.0, 9.0), (4.5, 6.0), (6.0, 7.0)], &[Some(0), Some(1), None, Some(0)]);
    }

    #[test]
    fn a_map_of_nothing_is_no_fault_and_names_are_escaped() {
        let gene = Gene { name: "<g>".to_owned(), begin_nt: 0, end_nt: 90, is_forward: false };
        let stem = Stem { label: "<m>".to_owned(), at_nt: 500, share: f64::NAN, weight: 1, class: "s0" };
        let assay =
            Amplicon { name: "<a>".to_owned(), begin_nt: 5, end_nt: 9, oligos: vec![(5, 7)], class: "s0" };
        for svg in [genome_map("t", 0, &[], &[], &[]), genome_map("t", 100, &[gene], &[stem], &[assay])] {
            assert!(
                !svg.contains("NaN") && !svg.contains("<g>") && !svg.contains("<m>") && !svg.contains("<a>"),
                "{svg}"
            );
        }
    }
}
