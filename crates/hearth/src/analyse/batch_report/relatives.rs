//! Who is near whom, for the page: gathered with the lines, sought when all genomes are in.
//!
//! How neighbours are found is not known here: that is `gathered.rs`. Start at [`Relatives::finish`].

use super::line::Seen;
use crate::analyse::gathered::{Gathered, Genomes};
use hearth_genome::coordinate::{RefPos, Span};
use hearth_genome::neighbours::{Linkage, Neighbour, Neighbourhood, Profile};
use hearth_pages::report::{
    Cluster, GenomeLine, Join, Leaf, MOST_CLUSTERS, MOST_DRAWN, MOST_NAMED, Nearest, Neighbours,
};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// Genomes of one pack with their places in the input.
pub struct Relatives {
    gathered: Gathered,
    indexes: Vec<u64>,
}

impl Relatives {
    /// None yet.
    pub fn new(gathered: Gathered) -> Self {
        Self { gathered, indexes: Vec::new() }
    }

    /// Adds a genome.
    pub fn add(&mut self, index: u64, name: &str, seen: &Seen) {
        let substitutions = seen.substitutions.iter().map(|&(position, _, to)| (RefPos(position), to));
        let unknown = seen.unread.iter().chain(&seen.deletions);
        let unknown = unknown.map(|&(begin, end)| Span::new(begin, end)).collect();
        self.gathered.batch.push(name, Profile::new(substitutions, unknown));
        self.indexes.push(index);
    }

    /// Takes the background, when the whole batch is in.
    pub fn take_background(&mut self, background: Arc<Genomes>) {
        self.gathered.take_background(background);
    }

    /// Who is near whom, as far as a page with these lines tells it, and sentences for people.
    pub fn finish(mut self, lines: &[GenomeLine]) -> (Option<Neighbours>, Vec<String>) {
        let found = self.gathered.find();
        let told = self.gathered.told().to_vec();
        (found.map(|found| self.tell(&found, lines)), told)
    }

    fn tell(&self, found: &Neighbourhood, lines: &[GenomeLine]) -> Neighbours {
        let number_of: HashMap<u64, usize> =
            self.indexes.iter().enumerate().map(|(number, &index)| (index, number)).collect();
        let nearest = lines.iter().filter_map(|line| {
            let relatives = found.genomes.get(*number_of.get(&line.index)?)?;
            Some((line.index, self.nearest(relatives.batch.first(), relatives.background.first())?))
        });
        let mut clusters: Vec<&Vec<u32>> = found.clusters.iter().collect();
        clusters.sort_by_key(|members| Reverse(members.len()));
        let shown = clusters.len().min(MOST_CLUSTERS);
        Neighbours {
            threshold_nt: self.gathered.cluster_distance(),
            batch: self.small_batch(found),
            clusters: clusters[..shown].iter().map(|members| self.cluster(members)).collect(),
            left_out: (clusters.len() - shown) as u64,
            nearest: nearest.collect(),
        }
    }

    /// The nearer of two, of the batch if both are as near.
    fn nearest(&self, of_batch: Option<&Neighbour>, of_background: Option<&Neighbour>) -> Option<Nearest> {
        let is_background = match (of_batch, of_background) {
            (Some(one), Some(other)) => other.distance < one.distance,
            (one, _) => one.is_none(),
        };
        let (genomes, neighbour) = match is_background {
            true => (&*self.gathered.background, of_background?),
            false => (&self.gathered.batch, of_batch?),
        };
        let name = genomes.name(neighbour.number).to_owned();
        Some(Nearest { name, distance_nt: neighbour.distance, is_background })
    }

    /// All genomes that can be compared, if they are few enough for one tree.
    fn small_batch(&self, found: &Neighbourhood) -> Option<Cluster> {
        let genomes = (0..).zip(&found.genomes).filter(|(_, relatives)| relatives.is_comparable);
        let members: Vec<u32> = genomes.map(|(number, _)| number).take(MOST_DRAWN + 1).collect();
        (3..=MOST_DRAWN).contains(&members.len()).then(|| self.cluster(&members))
    }

    fn cluster(&self, members: &[u32]) -> Cluster {
        let Gathered { batch, .. } = &self.gathered;
        let name = |number: u32| batch.name(number).to_owned();
        let linkage = Linkage::of(batch.profiles(), members, self.gathered.length_nt(), MOST_DRAWN);
        let Linkage { leaves, joins } = linkage.unwrap_or_default();
        let leaf = |shared: &Vec<u32>| {
            let first = shared.first().map(|&number| name(number));
            Leaf { name: first.unwrap_or_default(), others: shared.len().saturating_sub(1) as u64 }
        };
        let join = |join: &hearth_genome::neighbours::Join| Join {
            first: join.first,
            second: join.second,
            distance_nt: join.distance,
        };
        Cluster {
            members: members.iter().take(MOST_NAMED).map(|&number| name(number)).collect(),
            genomes: members.len() as u64,
            leaves: leaves.iter().map(leaf).collect(),
            joins: joins.iter().map(join).collect(),
        }
    }
}
