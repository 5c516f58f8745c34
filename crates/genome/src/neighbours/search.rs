//! Finds the nearest genomes and the links of a batch, one part of it at a time.
//!
//! Parts can be searched on as many threads as the caller likes; [`Search::finish`] puts them together, and how the
//! batch was divided makes no difference. Start at [`Search::part`].

use super::carriers::Carriers;
use super::centre::{Centre, Centred};
use super::cluster::Links;
use super::order::{ranks, similar_next_to_each_other};
use super::profile::Profile;
use super::walk::Walk;
use super::{Neighbour, Neighbourhood, Relatives, Settings};
use std::ops::Range;

/// A batch and a background, ready to be searched.
#[derive(Debug)]
pub struct Search<'a> {
    batch: &'a [Profile],
    background: &'a [Profile],
    settings: Settings,
    /// Numbers of the genomes that can be compared with others: of the batch in an order of their own, then of the
    /// background, counted on from the batch.
    order: Vec<u32>,
    /// Genomes of the batch among them.
    batch_places: usize,
    /// The same genomes in that order.
    genomes: Vec<Centred<'a>>,
    carriers: Carriers,
}

/// What was found for a part of a batch.
#[derive(Debug)]
pub struct Part {
    found: Vec<(u32, Relatives)>,
    links: Links,
}

/// The nearest genomes so far, the nearest first; of equally near ones the first of the input.
struct Shortlist {
    most: usize,
    /// Distance and number.
    kept: Vec<(u32, u32)>,
}

impl<'a> Search<'a> {
    /// Gets a batch and a background ready. All are on the same reference.
    pub fn new(batch: &'a [Profile], background: &'a [Profile], settings: Settings) -> Self {
        let all: Vec<&Profile> = batch.iter().chain(background).collect();
        let length_nt = settings.length_nt;
        // Who covers no other, nor is covered, does not cover itself.
        let is_known = |number: &u32| {
            let profile = all[*number as usize];
            profile.covers(profile, length_nt)
        };
        let numbers = (0..all.len() as u32).filter(is_known).collect::<Vec<_>>();
        let batch_places = numbers.partition_point(|&number| (number as usize) < batch.len());
        let centre = Centre::of(&all, length_nt);
        let genomes: Vec<Centred> =
            numbers.iter().map(|&number| centre.differences(all[number as usize])).collect();
        let ranks = ranks(&genomes, length_nt);
        let (of_batch, of_background) = genomes.split_at(batch_places);
        let mut places = similar_next_to_each_other(of_batch, &ranks);
        let behind = similar_next_to_each_other(of_background, &ranks);
        places.extend(behind.into_iter().map(|place| batch_places + place));
        let order: Vec<u32> = places.iter().map(|&place| numbers[place]).collect();
        let mut genomes: Vec<Option<Centred>> = genomes.into_iter().map(Some).collect();
        let genomes: Vec<Centred> = places.iter().filter_map(|&place| genomes[place].take()).collect();
        let carriers = Carriers::new(&genomes, length_nt);
        Self { batch, background, settings, order, batch_places, genomes, carriers }
    }

    /// Divides the batch into parts that take about the same time.
    pub fn parts(&self, count: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let (places, count) = (self.batch_places, count.max(1));
        (0..count).map(move |part| part * places / count..(part + 1) * places / count)
    }

    fn profile(&self, place: usize) -> &'a Profile {
        let number = self.order[place] as usize;
        self.batch.get(number).unwrap_or_else(|| &self.background[number - self.batch.len()])
    }

    /// Finds what there is to be found for one of [`Self::parts`].
    pub fn part(&self, places: Range<usize>) -> Part {
        let mut walk = Walk::new(&self.carriers, &self.genomes);
        let mut links = Links::none(self.batch.len());
        let found = places.map(|place| {
            walk.step_to(&self.genomes[place]);
            (self.order[place], self.relatives(place, &walk, &mut links))
        });
        Part { found: found.collect(), links }
    }

    fn relatives(&self, place: usize, walk: &Walk, links: &mut Links) -> Relatives {
        let (number, profile) = (self.order[place], self.profile(place));
        let length_nt = self.settings.length_nt;
        let covers = |other| self.profile(other).covers(profile, length_nt);
        let is_covered = |other| profile.covers(self.profile(other), length_nt);
        let links_to = self.settings.cluster_distance;
        let mut nearest = Shortlist::new(self.settings.nearest);
        let sum = walk.visit(0..self.batch_places, 0, i32::MAX, |other, distance| {
            let candidate = (distance, self.order[other]);
            // Each pair is linked once, by the first of the two.
            let may_link = distance <= links_to && other > place && !links.has(number, candidate.1);
            if other != place && (may_link || nearest.would_take(candidate)) && covers(other) {
                nearest.offer(candidate);
                if may_link && is_covered(other) {
                    links.add(number, candidate.1);
                }
            }
            nearest.limit().max(i32::try_from(links_to).unwrap_or(i32::MAX))
        });
        let mut behind = Shortlist::new(self.settings.nearest);
        walk.visit(self.batch_places..self.order.len(), sum, i32::MAX, |other, distance| {
            let candidate = (distance, self.order[other]);
            if behind.would_take(candidate) && covers(other) {
                behind.offer(candidate);
            }
            behind.limit()
        });
        Relatives {
            batch: self.neighbours(number, nearest),
            background: self.neighbours(number, behind),
            cluster: None,
            is_comparable: true,
        }
    }

    fn neighbours(&self, number: u32, found: Shortlist) -> Vec<Neighbour> {
        let own = &self.batch[number as usize];
        let neighbour = |(distance, number): (u32, u32)| {
            let (number, profile) = match self.batch.get(number as usize) {
                Some(profile) => (number, profile),
                None => {
                    let number = number - self.batch.len() as u32;
                    (number, &self.background[number as usize])
                }
            };
            Neighbour { number, distance, compared: own.compared(profile, self.settings.length_nt) }
        };
        found.kept.into_iter().map(neighbour).collect()
    }

    /// Puts all parts together.
    pub fn finish(&self, parts: impl IntoIterator<Item = Part>) -> Neighbourhood {
        let mut genomes = vec![Relatives::default(); self.batch.len()];
        let mut links = Links::none(self.batch.len());
        for part in parts {
            for (number, relatives) in part.found {
                genomes[number as usize] = relatives;
            }
            links.add_all(&part.links);
        }
        let clusters = links.groups();
        for (cluster, members) in (0..).zip(&clusters) {
            members.iter().for_each(|&number| genomes[number as usize].cluster = Some(cluster));
        }
        Neighbourhood { genomes, clusters }
    }
}

impl Shortlist {
    fn new(most: usize) -> Self {
        Self { most, kept: Vec::with_capacity(most + 1) }
    }

    /// Whether it has a place for a candidate.
    fn would_take(&self, candidate: (u32, u32)) -> bool {
        self.kept.len() < self.most || self.kept.last().is_some_and(|last| candidate < *last)
    }

    fn offer(&mut self, candidate: (u32, u32)) {
        let place = self.kept.partition_point(|other| *other < candidate);
        self.kept.insert(place, candidate);
        self.kept.truncate(self.most);
    }

    /// The largest distance that may still be of use.
    fn limit(&self) -> i32 {
        match self.kept.last() {
            Some(&(distance, _)) if self.kept.len() == self.most => {
                i32::try_from(distance).unwrap_or(i32::MAX)
            }
            _ if self.most == 0 => -1,
            _ => i32::MAX,
        }
    }
}
