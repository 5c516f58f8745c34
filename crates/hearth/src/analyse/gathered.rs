//! What is kept of the genomes of one pack until all are in, to find who is near whom.
//!
//! Workers write a few hundred bytes for each genome ([`write_genome`]); whoever needs neighbours, a table or a report,
//! has a [`Gathered`] of its own that reads them. Nothing is written here. Start at [`Gathered::find`].

use hearth_genome::calls::Calls;
use hearth_genome::neighbours::{Neighbourhood, Profile, Search, Settings};
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

/// Most genomes of a batch, and of a background, among which neighbours are sought: the time grows with the square.
pub const MOST_GENOMES: usize = 100_000;

/// Nearest genomes that are told, of the batch and of the background each.
const NEAREST: usize = 5;

/// Genomes of a batch that are not worth another thread.
const FEW_GENOMES: usize = 1_000;

/// How neighbours are sought.
#[derive(Clone, Copy, Debug)]
pub struct Sought {
    /// Genomes at this distance or less are in one cluster.
    pub cluster_distance: u32,
    /// Threads that search.
    pub threads: usize,
}

impl Sought {
    /// Genomes of one household differ in two letters at most, mostly in none (SARS-CoV-2: Bendall et al., mSphere
    /// 7:e00400-22 (2022), doi:10.1128/msphere.00400-22).
    pub const CLUSTER_DISTANCE: u32 = 2;
}

impl Default for Sought {
    fn default() -> Self {
        Self { cluster_distance: Self::CLUSTER_DISTANCE, threads: 1 }
    }
}

/// Appends what is kept of one genome on a reference of `length_nt` letters.
pub fn write_genome(name: &str, calls: &Calls, length_nt: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&(name.len() as u32).to_le_bytes());
    out.extend_from_slice(name.as_bytes());
    Profile::of_calls(calls, length_nt).write_bytes(out);
}

/// Names and profiles of genomes, up to [`MOST_GENOMES`].
#[derive(Debug, Default)]
pub struct Genomes {
    names: String,
    name_ends: Vec<usize>,
    profiles: Vec<Profile>,
    count: usize,
}

impl Genomes {
    /// Reads what workers wrote.
    pub fn take(&mut self, mut bytes: &[u8]) {
        while let Some((name, profile)) = next_genome(&mut bytes) {
            self.push(&name, profile);
        }
    }

    /// Adds a genome.
    pub fn push(&mut self, name: &str, profile: Profile) {
        self.count += 1;
        if self.is_too_many() {
            // What will not be used takes no memory.
            (self.names, self.name_ends, self.profiles) = (String::new(), Vec::new(), Vec::new());
            return;
        }
        self.names.push_str(name);
        self.name_ends.push(self.names.len());
        self.profiles.push(profile);
    }

    /// Number of genomes, whether they are kept or not.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether there are more than can be searched; none is kept then.
    pub fn is_too_many(&self) -> bool {
        self.count > MOST_GENOMES
    }

    /// Name of a genome.
    pub fn name(&self, number: u32) -> &str {
        let number = number as usize;
        let begin = number.checked_sub(1).and_then(|before| self.name_ends.get(before)).copied().unwrap_or(0);
        self.name_ends.get(number).and_then(|&end| self.names.get(begin..end)).unwrap_or_default()
    }

    /// Profiles, in input order.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    fn numbers(&self) -> std::ops::Range<u32> {
        0..self.profiles.len() as u32
    }

    /// How many of `others` have names of these.
    fn shared_with(&self, others: &Self) -> usize {
        let known: HashSet<&str> = self.numbers().map(|number| self.name(number)).collect();
        others.numbers().filter(|&number| known.contains(others.name(number))).count()
    }

    /// Those whose names are not those of `others`.
    fn without(&self, others: &Self) -> Self {
        let known: HashSet<&str> = others.numbers().map(|number| others.name(number)).collect();
        let mut kept = Self::default();
        for (number, profile) in self.numbers().zip(&self.profiles) {
            if !known.contains(self.name(number)) {
                kept.push(self.name(number), profile.clone());
            }
        }
        kept
    }
}

fn next_genome(bytes: &mut &[u8]) -> Option<(String, Profile)> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (name, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *bytes = rest;
    Some((String::from_utf8_lossy(name).into_owned(), Profile::from_bytes(bytes)?))
}

/// The genomes of one pack, of a batch and of a background.
#[derive(Debug)]
pub struct Gathered {
    /// Of the batch.
    pub batch: Genomes,
    /// Of the background.
    pub background: Arc<Genomes>,
    length_nt: u32,
    sought: Sought,
    found: Found,
    told: Vec<String>,
}

/// What was found, sought once for all outputs of a pack: they gather the same genomes.
pub type Found = Arc<OnceLock<Arc<Neighbourhood>>>;

impl Gathered {
    /// None yet, for a pack whose reference has `length_nt` letters.
    pub fn new(length_nt: u32, sought: Sought, found: Found) -> Self {
        let (batch, background) = (Genomes::default(), Arc::default());
        Self { batch, background, length_nt, sought, found, told: Vec::new() }
    }

    /// Letters of the reference.
    pub fn length_nt(&self) -> u32 {
        self.length_nt
    }

    /// Genomes at this distance or less are in one cluster.
    pub fn cluster_distance(&self) -> u32 {
        self.sought.cluster_distance
    }

    /// Takes the background, when the whole batch is in. Genomes that have the name of one of the batch are that genome
    /// and left out.
    pub fn take_background(&mut self, background: Arc<Genomes>) {
        if background.is_too_many() {
            self.told.push(format!(
                "the background has {} genomes of one pack and was not used: at most {MOST_GENOMES} can be searched; \
                 leave out those of other lineages or times",
                background.count()
            ));
            return;
        }
        let left_out = self.batch.shared_with(&background);
        self.background = match left_out {
            0 => background,
            _ => Arc::new(background.without(&self.batch)),
        };
        if left_out > 0 {
            let genomes = if left_out == 1 { "genome has the name" } else { "genomes have names" };
            self.told.push(format!(
                "{left_out} background {genomes} of the batch: taken for the same and left out of the background"
            ));
        }
    }

    /// Finds who is near whom; none if there are too many genomes, which is told.
    pub fn find(&mut self) -> Option<Arc<Neighbourhood>> {
        if self.batch.is_too_many() {
            self.told.push(format!(
                "neighbours were not sought: {} genomes of one pack are more than the {MOST_GENOMES} that can be \
                 searched; all other outputs are complete",
                self.batch.count()
            ));
            return None;
        }
        Some(Arc::clone(self.found.get_or_init(|| Arc::new(self.search()))))
    }

    fn search(&self) -> Neighbourhood {
        let settings = Settings {
            length_nt: self.length_nt,
            nearest: NEAREST,
            cluster_distance: self.sought.cluster_distance,
        };
        let search = Search::new(&self.batch.profiles, &self.background.profiles, settings);
        let threads = if self.batch.count < FEW_GENOMES { 1 } else { self.sought.threads };
        if threads <= 1 {
            return search.finish(search.parts(1).map(|places| search.part(places)));
        }
        let parts = std::thread::scope(|scope| {
            let search = &search;
            let parts: Vec<_> =
                search.parts(threads).map(|places| scope.spawn(move || search.part(places))).collect();
            let panicked = |panic| std::panic::resume_unwind(panic);
            parts.into_iter().map(|part| part.join().unwrap_or_else(panicked)).collect::<Vec<_>>()
        });
        search.finish(parts)
    }

    /// What people should know, as sentences.
    pub fn told(&self) -> &[String] {
        &self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn genomes(names: &[&str]) -> Genomes {
        let (mut bytes, mut genomes) = (Vec::new(), Genomes::default());
        names.iter().for_each(|name| write_genome(name, &Calls::default(), 9, &mut bytes));
        genomes.take(&bytes);
        genomes
    }

    fn names(genomes: &Genomes) -> Vec<&str> {
        (0..genomes.profiles().len() as u32).map(|number| genomes.name(number)).collect()
    }

    #[test]
    fn what_workers_wrote_is_read() {
        let genomes = genomes(&["a", "", "b c"]);
        assert_eq!(names(&genomes), ["a", "", "b c"]);
        assert_eq!(genomes.name(3), "");
    }

    #[test]
    fn a_genome_is_not_its_own_background() {
        let mut gathered = Gathered::new(9, Sought::default(), Found::default());
        gathered.batch = genomes(&["a", "b"]);
        gathered.take_background(Arc::new(genomes(&["old", "b", "a", "older"])));
        assert_eq!(names(&gathered.background), ["old", "older"]);
        let told =
            "2 background genomes have names of the batch: taken for the same and left out of the background";
        assert_eq!(gathered.told(), [told]);
    }

    #[test]
    fn too_many_genomes_are_told_and_take_no_memory() {
        let mut gathered = Gathered::new(9, Sought::default(), Found::default());
        gathered.batch = genomes(&vec!["a"; MOST_GENOMES + 1]);
        assert_eq!((gathered.find(), gathered.batch.profiles().len()), (None, 0));
        assert!(gathered.told()[0].starts_with("neighbours were not sought: 100001 genomes"));
    }
}
