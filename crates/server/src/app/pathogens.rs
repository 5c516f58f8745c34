//! Pathogens: what genomes are handed in, released and asked for as. Each is one pack, or a group of packs that are its
//! segments.
//!
//! Which packs belong together is a setting: no pack says it, since the field publishes a pack for each segment. Refuses
//! to analyse. Start at [`Pathogens::of`].

use super::packs::ReadyPack;
use hearth_ledger::body::genomes::Sequence;
use std::collections::BTreeMap;
use std::ops::Range;

/// How the only segment of a genome in one piece is named.
pub const MAIN: &str = "main";
/// Segments of one pathogen; rotaviruses have eleven.
pub const SEGMENTS_MAX: usize = 12;
/// The longest names of pathogens and segments, in letters.
const NAME_MAX: usize = 40;

/// A group of packs, as the settings have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouping {
    /// The pathogen, as addresses and the ledger name it.
    pub name: String,
    /// Its name for people.
    pub title: Option<String>,
    /// The name of each segment and that of its pack, in their order.
    pub segments: Vec<(String, String)>,
}

/// Why packs cannot be grouped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupingError {
    /// The name of a pathogen.
    #[error("{0:?} cannot name a pathogen: take a letter, then at most {rest} letters, digits, - and _", rest = NAME_MAX - 1)]
    Name(String),
    /// A name of two pathogens.
    #[error("{0} names two pathogens: give one of them another name")]
    Twice(String),
    /// A name that is a pack's too.
    #[error("{0} is the name of a pack too: give the pathogen another name")]
    IsPack(String),
    /// Too few or too many segments.
    #[error(
        "{name} has {count} segments: a group has 2 to {SEGMENTS_MAX}, and a pathogen of one segment needs none"
    )]
    Count {
        /// Of the pathogen.
        name: String,
        /// Of segments.
        count: usize,
    },
    /// The name of a segment.
    #[error(
        "{name}: {segment:?} cannot name a segment: take a letter, then letters, digits, - and _, and not {MAIN}"
    )]
    Segment {
        /// Of the pathogen.
        name: String,
        /// Its segment.
        segment: String,
    },
    /// Two segments of one name.
    #[error("{name} has two segments {segment}: names differ in more than case")]
    SegmentTwice {
        /// Of the pathogen.
        name: String,
        /// Its segment.
        segment: String,
    },
    /// A pack that is not there.
    #[error("{name}: there is no pack {pack} for its segment {segment}; installed are {known}")]
    NoPack {
        /// Of the pathogen.
        name: String,
        /// Its segment.
        segment: String,
        /// As it was named.
        pack: String,
        /// All that there are.
        known: String,
    },
    /// A pack of two segments.
    #[error("the pack {0} is a segment twice: each pack belongs to one segment of one pathogen")]
    PackTwice(String),
    /// A coding sequence of two packs.
    #[error(
        "{name}: two of its packs have a coding sequence {cds}, and queries could not tell them apart: rename one in its annotation"
    )]
    Cds {
        /// Of the pathogen.
        name: String,
        /// Of the coding sequences.
        cds: String,
    },
}

/// A segment of a pathogen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// As queries name it.
    pub name: String,
    /// The number of its pack.
    pub pack: usize,
    /// The numbers of its coding sequences among all sequences of the pathogen.
    pub cdses: Range<usize>,
}

/// A pathogen. Of its sequences the segments come first, then the coding sequences of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pathogen {
    name: String,
    title: Option<String>,
    segments: Vec<Segment>,
    lead: usize,
}

/// All pathogens of a server.
#[derive(Clone, Debug, Default)]
pub struct Pathogens {
    all: Vec<Pathogen>,
}

impl Pathogen {
    fn new(packs: &[ReadyPack], name: &str, title: Option<String>, of: &[(String, usize)]) -> Self {
        let mut next = of.len();
        let segment = |(name, pack): &(String, usize)| {
            let begin = next;
            next += packs.get(*pack).map_or(0, |ready| ready.pack.annotation().cdses.len());
            Segment { name: name.clone(), pack: *pack, cdses: begin..next }
        };
        let segments: Vec<Segment> = of.iter().map(segment).collect();
        let has_tree =
            |segment: &Segment| packs.get(segment.pack).is_some_and(|ready| ready.pack.tree().is_some());
        let lead = segments.iter().position(has_tree).unwrap_or_default();
        Self { name: name.to_owned(), title, segments, lead }
    }

    /// As addresses and the ledger name it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name for people, where the settings give one.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Its segments, in their order: one at least.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether it has several.
    pub fn is_segmented(&self) -> bool {
        self.segments.len() > 1
    }

    /// The number of the segment that names clades, lineages and nodes: the first whose pack has a tree.
    pub fn lead(&self) -> usize {
        self.lead
    }

    /// The pack of that segment.
    pub fn lead_pack<'a>(&self, packs: &'a [ReadyPack]) -> Option<&'a ReadyPack> {
        packs.get(self.segments.get(self.lead)?.pack)
    }

    /// The numbers of that segment's sequences: its own, then its coding sequences, as its pack has them.
    pub fn lead_sequences(&self) -> Vec<usize> {
        let cdses = self.segments.get(self.lead).map(|segment| segment.cdses.clone()).unwrap_or_default();
        std::iter::once(self.lead).chain(cdses).collect()
    }

    /// The number of the segment with a name, whatever its case.
    pub fn segment_named(&self, name: &str) -> Option<usize> {
        self.segments.iter().position(|segment| segment.name.eq_ignore_ascii_case(name))
    }

    /// Names of all segments, for a sentence.
    pub fn segment_names(&self) -> String {
        let names: Vec<&str> = self.segments.iter().map(|segment| segment.name.as_str()).collect();
        names.join(", ")
    }

    /// The sequence of each segment among those of a genome.
    pub fn placed<'a>(&self, sequences: &'a [Sequence]) -> Vec<Option<&'a Sequence>> {
        if !self.is_segmented() {
            return vec![sequences.first()];
        }
        let of = |segment: &Segment| {
            sequences.iter().find(|sequence| sequence.segment.eq_ignore_ascii_case(&segment.name))
        };
        self.segments.iter().map(of).collect()
    }

    /// The number of the pack of a sequence, by the segment that it is named.
    pub fn pack_of(&self, segment: &str) -> Option<usize> {
        let number = if self.is_segmented() { self.segment_named(segment)? } else { 0 };
        self.segments.get(number).map(|segment| segment.pack)
    }
}

impl Pathogens {
    /// Groups of packs, and each pack that is in no group as a pathogen of its own.
    ///
    /// # Errors
    /// Says which group cannot be made, and why.
    pub fn of(packs: &[ReadyPack], groups: &[Grouping]) -> Result<Self, GroupingError> {
        let mut taken = vec![false; packs.len()];
        let mut grouped = Vec::with_capacity(groups.len());
        for group in groups {
            let pathogen = one(packs, group, &mut taken)?;
            if grouped.iter().any(|other: &Pathogen| other.name.eq_ignore_ascii_case(&group.name)) {
                return Err(GroupingError::Twice(group.name.clone()));
            }
            grouped.push(pathogen);
        }
        let single = |(pack, ready): (usize, &ReadyPack)| {
            Pathogen::new(packs, ready.pack.name(), None, &[(MAIN.to_owned(), pack)])
        };
        let alone =
            packs.iter().enumerate().filter(|(pack, _)| !taken.get(*pack).copied().unwrap_or_default());
        Ok(Self { all: alone.map(single).chain(grouped).collect() })
    }

    /// All of them.
    pub fn all(&self) -> &[Pathogen] {
        &self.all
    }

    /// The number of the one with a name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|pathogen| pathogen.name == name)
    }

    /// The one with a name.
    pub fn named(&self, name: &str) -> Option<&Pathogen> {
        self.all.iter().find(|pathogen| pathogen.name == name)
    }

    /// The one that a pack belongs to, and the number of its segment there.
    pub fn of_pack(&self, pack: usize) -> Option<(&Pathogen, usize)> {
        let own = |pathogen: &Pathogen| pathogen.segments.iter().position(|segment| segment.pack == pack);
        self.all.iter().find_map(|pathogen| Some((pathogen, own(pathogen)?)))
    }

    /// Names of all, for a sentence.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.all.iter().map(Pathogen::name).collect();
        names.join(", ")
    }
}

/// One group; its packs are taken then.
fn one(packs: &[ReadyPack], group: &Grouping, taken: &mut [bool]) -> Result<Pathogen, GroupingError> {
    let name = || group.name.clone();
    if !is_name(&group.name) {
        return Err(GroupingError::Name(name()));
    }
    let position = |wanted: &str| packs.iter().position(|ready| ready.pack.name() == wanted);
    if packs.iter().any(|ready| ready.pack.name().eq_ignore_ascii_case(&group.name)) {
        return Err(GroupingError::IsPack(name()));
    }
    if !(2..=SEGMENTS_MAX).contains(&group.segments.len()) {
        return Err(GroupingError::Count { name: name(), count: group.segments.len() });
    }
    let mut of: Vec<(String, usize)> = Vec::with_capacity(group.segments.len());
    for (segment, pack) in &group.segments {
        if !is_name(segment) || segment.eq_ignore_ascii_case(MAIN) {
            return Err(GroupingError::Segment { name: name(), segment: segment.clone() });
        }
        if of.iter().any(|(other, _)| other.eq_ignore_ascii_case(segment)) {
            return Err(GroupingError::SegmentTwice { name: name(), segment: segment.clone() });
        }
        let number = position(pack).ok_or_else(|| GroupingError::NoPack {
            name: name(),
            segment: segment.clone(),
            pack: pack.clone(),
            known: packs.iter().map(|ready| ready.pack.name()).collect::<Vec<_>>().join(", "),
        })?;
        match taken.get_mut(number) {
            Some(is_taken) if !*is_taken => *is_taken = true,
            _ => return Err(GroupingError::PackTwice(pack.clone())),
        }
        of.push((segment.clone(), number));
    }
    let pathogen = Pathogen::new(packs, &group.name, group.title.clone(), &of);
    match shared_cds(packs, &pathogen) {
        Some(cds) => Err(GroupingError::Cds { name: name(), cds }),
        None => Ok(pathogen),
    }
}

/// A coding sequence whose name two packs have.
fn shared_cds(packs: &[ReadyPack], pathogen: &Pathogen) -> Option<String> {
    let mut of: BTreeMap<String, usize> = BTreeMap::new();
    for segment in &pathogen.segments {
        let cdses = packs.get(segment.pack).map(|ready| ready.pack.annotation().cdses.as_slice());
        for cds in cdses.unwrap_or_default() {
            let pack = *of.entry(cds.name.to_ascii_lowercase()).or_insert(segment.pack);
            if pack != segment.pack {
                return Some(cds.name.clone());
            }
        }
    }
    None
}

fn is_name(name: &str) -> bool {
    let is_rest = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    begins && name.len() <= NAME_MAX && name.bytes().all(is_rest)
}

#[cfg(test)]
mod tests;
