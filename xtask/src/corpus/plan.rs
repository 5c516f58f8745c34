//! What happens to a simulated genome on its way from the tree to the file.
//!
//! The shares below imitate what public archives hold: mostly small trouble, rarely great trouble. This file
//! refuses to know how a change is carried out (`draft.rs`) and how records are written. Start at [`Kind`],
//! then [`damage`].

use super::draft::Draft;
use super::random::Random;

/// What a record is chiefly made to try; the last part of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing beyond ordinary trouble.
    Plain,
    /// 30 to 60 % unknown letters.
    ManyUnknown,
    /// Hundreds of private substitutions.
    Divergent,
    /// An indel of up to 1,000 letters.
    LongIndel,
    /// A deletion out of frame and, a few codons on, the insertion that restores it.
    Compensated,
    /// A copy of a stretch behind the stretch.
    Tandem,
    /// Dozens of IUPAC letters.
    Ambiguous,
    /// Another length of the tail of A.
    Tail,
    /// A piece of 50 to 5,000 letters.
    Fragment,
    /// Letters of an adapter at an end.
    Adapter,
    /// Runs of N before and behind.
    Padded,
    /// Lower case, all or in runs.
    LowerCase,
    /// The other strand.
    Reversed,
    /// The genome twice, or with another genome.
    Concatenated,
    /// Letters that no genome has.
    Junk,
}

/// Share of each kind but [`Kind::Plain`], per thousand records.
const SHARES: [(Kind, f64); 14] = [
    (Kind::ManyUnknown, 20.0),
    (Kind::Divergent, 10.0),
    (Kind::LongIndel, 15.0),
    (Kind::Compensated, 10.0),
    (Kind::Tandem, 5.0),
    (Kind::Ambiguous, 5.0),
    (Kind::Tail, 30.0),
    (Kind::Fragment, 15.0),
    (Kind::Adapter, 10.0),
    (Kind::Padded, 40.0),
    (Kind::LowerCase, 20.0),
    (Kind::Reversed, 15.0),
    (Kind::Concatenated, 0.7),
    (Kind::Junk, 5.0),
];

/// Settings of the generator that a caller may want to turn.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Mean number of private substitutions.
    pub private_mean: f64,
    /// Share of records taken from inner nodes of the tree.
    pub inner_nodes: f64,
    /// Only private substitutions, no other trouble: for calibrating placement.
    pub clean: bool,
    /// Also several genomes joined in one record: a mistake in a file rather than a genome, and so slow to
    /// align for every program that a few of them would hide how fast genomes are.
    pub joined: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { private_mean: 3.0, inner_nodes: 0.15, clean: false, joined: false }
    }
}

impl Kind {
    /// Draws a kind by its share.
    pub fn draw(random: &mut Random, joined: bool) -> Self {
        let mut mark = random.unit() * 1000.0;
        for (kind, share) in SHARES {
            if mark < share {
                return if kind == Self::Concatenated && !joined { Self::Plain } else { kind };
            }
            mark -= share;
        }
        Self::Plain
    }

    /// The word in the record's name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::ManyUnknown => "many-n",
            Self::Divergent => "divergent",
            Self::LongIndel => "long-indel",
            Self::Compensated => "compensated",
            Self::Tandem => "tandem",
            Self::Ambiguous => "ambiguous",
            Self::Tail => "tail",
            Self::Fragment => "fragment",
            Self::Adapter => "adapter",
            Self::Padded => "padded",
            Self::LowerCase => "lower-case",
            Self::Reversed => "reversed",
            Self::Concatenated => "concatenated",
            Self::Junk => "junk",
        }
    }
}

/// Everything that happens in the reference's coordinates: ordinary trouble, then what the kind asks for.
pub fn damage(draft: &mut Draft, kind: Kind, settings: &Settings, random: &mut Random) {
    private_substitutions(draft, kind, settings, random);
    if settings.clean {
        return;
    }
    if random.chance(0.10) {
        short_indels(draft, random);
    }
    special(draft, kind, random);
    if random.chance(0.25) {
        let count = random.poisson(2.0);
        (0..count).for_each(|_| draft.blur(random));
    }
    if random.chance(0.40) {
        drop_out(draft, random);
    }
    if random.chance(0.60) {
        truncate(draft, random);
    }
}

fn private_substitutions(draft: &mut Draft, kind: Kind, settings: &Settings, random: &mut Random) {
    let count = match kind {
        Kind::Divergent => random.between(draft.length() / 150, draft.length() / 50),
        _ if random.chance(0.02) => random.between(20, 60),
        _ => random.poisson(settings.private_mean),
    };
    (0..count).for_each(|_| draft.substitute(random));
}

fn short_indels(draft: &mut Draft, random: &mut Random) {
    for _ in 0..random.between(1, 2) {
        let mut length = random.between(1, 30);
        if random.chance(0.6) {
            length = length.div_ceil(3) * 3;
        }
        indel(draft, length, random);
    }
}

fn indel(draft: &mut Draft, length: usize, random: &mut Random) {
    let position = random.below(draft.length());
    if random.chance(0.65) {
        draft.delete(position, length);
    } else {
        let letters = Draft::random_letters(random, length);
        draft.insert(position, letters);
    }
}

fn special(draft: &mut Draft, kind: Kind, random: &mut Random) {
    match kind {
        Kind::ManyUnknown => many_unknown(draft, random),
        Kind::LongIndel => {
            let length = random.between(31, 1000);
            indel(draft, length, random);
        }
        Kind::Compensated => compensate(draft, random),
        Kind::Tandem => {
            let length = random.between(20, 600);
            let begin = random.below(draft.length());
            draft.duplicate(begin, length);
        }
        Kind::Ambiguous => {
            let count = random.between(20, 80);
            (0..count).for_each(|_| draft.blur(random));
        }
        Kind::Tail => tail(draft, random),
        Kind::Fragment => {
            let length = random.between(50, 5000).min(draft.length());
            let begin = random.below(draft.length() - length + 1);
            draft.keep(begin, length);
        }
        _ => {}
    }
}

fn many_unknown(draft: &mut Draft, random: &mut Random) {
    let wanted = draft.length() * random.between(30, 60) / 100;
    let mut hidden = 0;
    while hidden < wanted {
        let length = random.between(100, 2000);
        let begin = random.below(draft.length());
        draft.hide(begin, length);
        hidden += length;
    }
}

fn compensate(draft: &mut Draft, random: &mut Random) {
    let length = random.between(1, 2);
    let first = random.below(draft.length());
    let second = first + random.between(4, 60);
    let letters = Draft::random_letters(random, length);
    if random.chance(0.5) {
        draft.delete(first, length);
        draft.insert(second, letters);
    } else {
        draft.insert(first, letters);
        draft.delete(second, length);
    }
}

fn tail(draft: &mut Draft, random: &mut Random) {
    let length = random.between(1, 60);
    if random.chance(0.5) {
        draft.insert(draft.length() - 1, vec![b'A'; length]);
    } else {
        let kept = draft.length().saturating_sub(length);
        draft.keep(0, kept);
    }
}

/// Amplicons that failed.
fn drop_out(draft: &mut Draft, random: &mut Random) {
    for _ in 0..random.between(1, 10) {
        let length = random.between(50, 400);
        let begin = random.below(draft.length());
        draft.hide(begin, length);
    }
}

/// Ends that were not read; mostly up to the outermost primers, seldom more.
fn truncate(draft: &mut Draft, random: &mut Random) {
    let most = if random.chance(0.1) { draft.length() / 20 } else { 70 };
    let (left, right) = (random.between(0, most), random.between(0, most));
    draft.keep(left, draft.length().saturating_sub(left + right));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_drawn_about_as_often_as_its_share_says() {
        let mut random = Random::for_record(9, 0);
        let drawn: Vec<Kind> = (0..100_000).map(|_| Kind::draw(&mut random, true)).collect();
        for (kind, share) in SHARES {
            let seen = drawn.iter().filter(|&&other| other == kind).count() as f64;
            let expected = share * 100.0;
            assert!((seen - expected).abs() < 5.0 * expected.sqrt(), "{kind:?}: {seen}, not {expected}");
        }
    }

    #[test]
    fn no_kind_breaks_on_tiny_genomes() {
        for (index, (kind, _)) in SHARES.iter().cycle().take(2_000).enumerate() {
            let mut random = Random::for_record(10, index as u64);
            let mut draft = Draft::new(b"ACGT-ACGTN".repeat(1 + index % 20));
            damage(&mut draft, *kind, &Settings::default(), &mut random);
            let _ = draft.flatten();
        }
    }

    #[test]
    fn clean_genomes_carry_only_substitutions() {
        let settings = Settings { clean: true, ..Settings::default() };
        let mut draft = Draft::new(b"ACGT".repeat(500));
        damage(&mut draft, Kind::Plain, &settings, &mut Random::for_record(11, 0));
        assert_eq!(draft.flatten().len(), 2000);
        assert!(draft.events.iter().all(|event| event.starts_with("sub:")));
    }
}
