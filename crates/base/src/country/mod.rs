//! Countries and areas: ISO 3166-1 codes, names in the six languages of the United Nations, M49 regions.
//!
//! The table is `m49_countries.tsv` beside this file, regions are in `m49_regions.tsv`, other names that people
//! write in `other_names.tsv`. Refuses to judge what is a country: it has what ISO 3166-1 has, under the names
//! that M49 gives, and nothing follows from a place being in the list or not. Start at [`Country`]; a name that
//! somebody typed is read by [`Country::find`].

mod find;
mod region;
mod table;
#[cfg(test)]
mod tests;

pub use find::Found;
pub use region::Region;

use crate::language::UnLanguage;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use table::{Entry, tables};

/// A country or area of ISO 3166-1. Ordered by its alpha-2 code; as JSON, that code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u8);

/// Why a text is no ISO 3166-1 alpha-2 code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not the code of a country: give the two letters of ISO 3166-1, as KE")]
pub struct CountryError {
    /// The text, at most 40 characters of it.
    pub given: String,
}

impl Country {
    fn entry(self) -> &'static Entry {
        &tables().countries[usize::from(self.0)]
    }

    /// Every country and area, by alpha-2 code.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..tables().countries.len()).filter_map(|index| u8::try_from(index).ok().map(Self))
    }

    /// The one with this alpha-2 code, in capital or small letters.
    pub fn from_alpha2(code: &str) -> Option<Self> {
        let code = code.to_ascii_uppercase();
        let index = tables().countries.binary_search_by(|entry| entry.alpha2.cmp(code.as_str())).ok()?;
        u8::try_from(index).ok().map(Self)
    }

    /// The one with this alpha-3 code, in capital or small letters.
    pub fn from_alpha3(code: &str) -> Option<Self> {
        Self::all().find(|country| country.entry().alpha3.eq_ignore_ascii_case(code))
    }

    /// The one with this M49 number, which is also its ISO 3166-1 numeric code.
    pub fn from_m49(number: u16) -> Option<Self> {
        Self::all().find(|country| country.entry().m49 == number)
    }

    /// What a text that somebody typed means: see [`Found`].
    pub fn find(text: &str) -> Found {
        find::find(text)
    }

    /// The same without the search for near spellings, which takes about a millisecond: never [`Found::Near`].
    pub fn known(text: &str) -> Found {
        find::known(text)
    }

    /// ISO 3166-1 alpha-2, as `KE`.
    pub fn alpha2(self) -> &'static str {
        self.entry().alpha2
    }

    /// ISO 3166-1 alpha-3, as `KEN`.
    pub fn alpha3(self) -> &'static str {
        self.entry().alpha3
    }

    /// M49 number, as 404.
    pub fn m49(self) -> u16 {
        self.entry().m49
    }

    /// Its M49 name.
    pub fn name(self, language: UnLanguage) -> &'static str {
        self.entry().names[language as usize]
    }

    /// The M49 region, as Africa; Antarctica is in none.
    pub fn region(self) -> Option<Region> {
        self.at_level(1)
    }

    /// The M49 sub-region, as Sub-Saharan Africa.
    pub fn sub_region(self) -> Option<Region> {
        self.at_level(2)
    }

    /// The M49 intermediate region, as Eastern Africa, where there is one.
    pub fn intermediate_region(self) -> Option<Region> {
        self.at_level(3)
    }

    fn at_level(self, level: u8) -> Option<Region> {
        let narrowest = Region::from_m49(self.entry().region)?;
        narrowest.and_wider().find(|region| region.level() == level)
    }

    /// Whether it lies in `region`, at any level.
    pub fn is_in(self, region: Region) -> bool {
        Region::from_m49(self.entry().region).is_some_and(|own| own.and_wider().any(|wider| wider == region))
    }

    /// Whether the table lists it among the least developed countries.
    pub fn is_ldc(self) -> bool {
        self.entry().ldc
    }

    /// Whether the table lists it among the landlocked developing countries.
    pub fn is_lldc(self) -> bool {
        self.entry().lldc
    }

    /// Whether the table lists it among the small island developing States.
    pub fn is_sids(self) -> bool {
        self.entry().sids
    }
}

/// The alpha-2 code.
impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.alpha2())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.alpha2())
    }
}

/// From the alpha-2 code alone; see [`Country::find`] for what people write.
impl FromStr for Country {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, CountryError> {
        Self::from_alpha2(text).ok_or_else(|| CountryError { given: text.chars().take(40).collect() })
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.alpha2())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
