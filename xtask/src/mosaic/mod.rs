//! `cargo xtask mosaic`: how well genomes put together from two parents are found, and how rarely others are.
//!
//! Chimeras of two nodes of a pack's tree, ordinary genomes, tips that were taken out of the tree, and designated
//! recombinants go through the program; what it says is held against what is known. Prints the tables of
//! docs/mosaic-reliability.md. Refuses to know how mosaics are found. Start at [`run`].

mod designated;
mod genomes;
mod judged;
mod pruned;

use crate::corpus::random::Random;
use crate::corpus::tree::Pack;
use anyhow::{Result, bail};
use genomes::Chimera;
use judged::{Judge, Parents};
use lexopt::prelude::{Long, ValueExt};
use std::path::{Path, PathBuf};

/// How to call it.
pub const USAGE: &str = "cargo xtask mosaic --pack DIR [--our-binary FILE] [--count 3000] [--seed 1] \
[--alias-key pango-designation/alias_key.json]";

/// Positions at which a parent found may differ from the true one, on its own side, and be called its neighbour.
const NEIGHBOURS: usize = 2;

/// Runs the chore.
pub fn run(mut arguments: lexopt::Parser) -> Result<()> {
    let (mut folder, mut binary, mut count, mut seed, mut alias_key) = (None, None, 3_000, 1, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("pack") => folder = Some(PathBuf::from(arguments.value()?)),
            Long("our-binary") => binary = Some(PathBuf::from(arguments.value()?)),
            Long("count") => count = arguments.value()?.parse()?,
            Long("seed") => seed = arguments.value()?.parse()?,
            Long("alias-key") => alias_key = Some(PathBuf::from(arguments.value()?)),
            other => bail!("{}\nusage: {USAGE}", other.unexpected()),
        }
    }
    let Some(folder) = folder else { bail!("usage: {USAGE}") };
    let pack = Pack::read(&folder)?;
    let judge = Judge::new(binary)?;
    chimeras(&pack, &folder, &judge, count, seed)?;
    ordinary(&pack, &folder, &judge, seed)?;
    let alias_key = alias_key.as_deref().map(designated::AliasKey::read).transpose()?;
    left_out(&pack, &folder, &judge, seed)?;
    if let Some(alias_key) = alias_key {
        designated::measure(&pack, &folder, &judge, &alias_key)?;
    }
    Ok(())
}

/// What was said of some chimeras.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    genomes: usize,
    found: usize,
    right: usize,
    bracketed: usize,
}

impl Score {
    fn add(&mut self, pack: &Pack, chimera: &Chimera, found: Option<&Parents>) {
        self.genomes += 1;
        let Some(found) = found else { return };
        self.found += 1;
        let of_left = genomes::differences(pack, found.left, chimera.left, 0..chimera.breakpoint);
        let end = pack.reference.len();
        let of_right = genomes::differences(pack, found.right, chimera.right, chimera.breakpoint..end);
        self.right += usize::from(of_left <= NEIGHBOURS && of_right <= NEIGHBOURS);
        self.bracketed += usize::from(found.breakpoint.contains(&chimera.breakpoint));
    }

    fn row(&self, label: &str) {
        let share = |part: usize| 100.0 * part as f64 / self.genomes.max(1) as f64;
        println!(
            "| {label} | {} | {:.1} % | {:.1} % | {:.1} % |",
            self.genomes,
            share(self.found),
            share(self.right),
            share(self.bracketed)
        );
    }
}

fn chimeras(pack: &Pack, folder: &Path, judge: &Judge, count: usize, seed: u64) -> Result<()> {
    const HEADER: &str =
        "genomes | found | with the right parents or neighbours | breakpoint inside |\n|---|--:|--:|--:|--:|";
    let draw = |private: f64, unknown: f64| -> Result<Vec<(Chimera, Option<Parents>)>> {
        let drawn: Vec<_> = (0..count as u64)
            .map(|index| genomes::chimera(pack, &mut Random::for_record(seed, index), private, unknown))
            .collect();
        let found = judge.parents(pack, folder, drawn.iter().map(|(_, letters)| letters.as_slice()))?;
        Ok(drawn.into_iter().map(|(chimera, _)| chimera).zip(found).collect())
    };
    let plain = draw(0.0, 0.0)?;
    let table = |title: &str, bins: &[usize], value: &dyn Fn(&Chimera) -> usize| {
        println!("\n| {title} | {HEADER}");
        let mut all = Score::default();
        for (at, &low) in bins.iter().enumerate() {
            let high = bins.get(at + 1).copied();
            let is_inside =
                |chimera: &Chimera| value(chimera) >= low && high.is_none_or(|high| value(chimera) < high);
            let mut score = Score::default();
            for (chimera, found) in plain.iter().filter(|(chimera, _)| is_inside(chimera)) {
                score.add(pack, chimera, found.as_ref());
                all.add(pack, chimera, found.as_ref());
            }
            score.row(&high.map_or(format!("{low} or more"), |high| format!("{low} to {}", high - 1)));
        }
        all.row("all");
    };
    let weaker = |chimera: &Chimera| chimera.distinguishing[0].min(chimera.distinguishing[1]);
    table("distinguishing sites on the side with fewer", &[4, 5, 6, 8, 10, 20, 40], &weaker);
    let both = |chimera: &Chimera| chimera.distinguishing.iter().sum();
    table("positions at which the parents differ", &[8, 12, 16, 24, 32, 64, 100], &both);
    println!("\n| private mutations, share of N | {HEADER}");
    for (private, unknown) in [(3.0, 0.0), (3.0, 0.05), (3.0, 0.1), (3.0, 0.2), (3.0, 0.4), (10.0, 0.0)] {
        let mut score = Score::default();
        for (chimera, found) in draw(private, unknown)? {
            score.add(pack, &chimera, found.as_ref());
        }
        score.row(&format!("{private} on average, {:.0} %", unknown * 100.0));
    }
    Ok(())
}

fn ordinary(pack: &Pack, folder: &Path, judge: &Judge, seed: u64) -> Result<()> {
    const GENOMES: u64 = 10_000;
    println!("\n| ordinary genomes | private mutations on average | called |\n|--:|--:|--:|");
    for private in [1.0, 3.0, 8.0, 15.0] {
        let letters: Vec<_> = (0..GENOMES)
            .map(|index| genomes::ordinary(pack, &mut Random::for_record(seed, index), private))
            .collect();
        let found = judge.parents(pack, folder, letters.iter().map(Vec::as_slice))?;
        println!("| {GENOMES} | {private} | {} |", found.iter().flatten().count());
    }
    Ok(())
}

/// Each tip against the tree without it and a fifth of the others.
fn left_out(pack: &Pack, folder: &Path, judge: &Judge, seed: u64) -> Result<()> {
    const FOLDS: usize = 5;
    let mut random = Random::for_record(seed, 0);
    let fold_of: Vec<usize> = pack.nodes.iter().map(|_| random.below(FOLDS)).collect();
    let is_founder = |tip: usize| designated::is_recombinant(designated::lineage(pack, tip));
    let (mut called, mut of) = ([0, 0], [0, 0]);
    let mut others = Vec::new();
    for fold in 0..FOLDS {
        let tips: Vec<usize> = pack.tips.iter().copied().filter(|&tip| fold_of[tip] == fold).collect();
        let pruned =
            pruned::without(folder, &tips.iter().map(|&tip| pack.nodes[tip].name.clone()).collect())?;
        let letters: Vec<_> = tips.iter().map(|&tip| genomes::without_gaps(&pack.genome_of(tip))).collect();
        let found = judge.parents(pack, pruned.path(), letters.iter().map(Vec::as_slice))?;
        for (&tip, found) in tips.iter().zip(found) {
            let group = usize::from(is_founder(tip));
            of[group] += 1;
            called[group] += usize::from(found.is_some());
            if found.is_some() && group == 0 {
                others.push(designated::lineage(pack, tip).to_owned());
            }
        }
    }
    println!("\n| tips of the tree, each left out of it | called |\n|---|--:|");
    println!("| {} first genomes of designated recombinants | {} |", of[1], called[1]);
    println!("| {} others | {}: {} |", of[0], called[0], others.join(", "));
    Ok(())
}
