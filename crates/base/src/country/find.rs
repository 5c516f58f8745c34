//! What country a text means that somebody typed.
//!
//! Refuses to guess: only codes and names are taken, a near spelling is handed back as a suggestion for a person.
//! Start at [`find`].

use super::Country;
use super::table::tables;
use crate::language::{distance_within, distances_allowed, folded};

/// Suggestions at most.
const MOST_SUGGESTIONS: usize = 3;
/// Letters beyond which a text is not held against the names: the longest has 52.
const LONGEST_LETTERS: usize = 80;

/// What a text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is a code of ISO 3166-1 or an M49 name in one of the six languages, case, accents and punctuation
    /// aside.
    Exact(Country),
    /// It is another name in use: a short, former or other spelling.
    OtherName(Country),
    /// It is none, but spelt nearly like these, nearest first, three at most. Ask a person.
    Near(Vec<Country>),
    /// Nothing like it is known.
    Unknown,
}

impl Found {
    /// The country, if the text is a code or a name.
    pub fn country(&self) -> Option<Country> {
        match self {
            Self::Exact(country) | Self::OtherName(country) => Some(*country),
            Self::Near(_) | Self::Unknown => None,
        }
    }
}

/// See [`Found`].
pub fn find(text: &str) -> Found {
    if text.len() > LONGEST_LETTERS * 4 {
        return Found::Unknown;
    }
    let text = folded(text);
    match by_name(&text) {
        Found::Unknown => near(&text),
        found => found,
    }
}

/// The same, without the search for near spellings.
pub fn known(text: &str) -> Found {
    if text.len() > LONGEST_LETTERS * 4 { Found::Unknown } else { by_name(&folded(text)) }
}

fn by_name(folded: &str) -> Found {
    let name = folded.strip_prefix("the ").unwrap_or(folded);
    let exact = tables().exact.get(name).map(|&index| Found::Exact(Country(index)));
    let other = || tables().other.get(name).map(|&index| Found::OtherName(Country(index)));
    exact.or_else(other).unwrap_or(Found::Unknown)
}

fn near(text: &str) -> Found {
    let letters = text.chars().count();
    let limit = distances_allowed(letters);
    if limit == 0 || letters > LONGEST_LETTERS {
        return Found::Unknown;
    }
    let names = tables().exact.iter().chain(&tables().other);
    let mut found: Vec<(usize, Country)> = names
        .filter(|(name, _)| name.len().abs_diff(text.len()) <= 4 * limit)
        .filter_map(|(name, &index)| Some((distance_within(text, name, limit)?, Country(index))))
        .collect();
    found.sort_unstable();
    let nearest = found.first().map_or(0, |(distance, _)| *distance);
    let mut countries: Vec<Country> =
        found.into_iter().filter(|(distance, _)| *distance == nearest).map(|(_, country)| country).collect();
    countries.dedup();
    match countries.len() {
        0 => Found::Unknown,
        1..=MOST_SUGGESTIONS => Found::Near(countries),
        _ => Found::Unknown,
    }
}
