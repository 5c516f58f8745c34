//! M49 regions, sub-regions and intermediate regions.
//!
//! Refuses to know other groupings (WHO regions, trade blocs): those are data of the operator. Start at
//! [`Region`].

use super::table::{RegionEntry, tables};
use crate::language::UnLanguage;
use std::fmt;

/// A part of the world by M49: level 1 a region, 2 a sub-region, 3 an intermediate region.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u8);

impl Region {
    fn entry(self) -> &'static RegionEntry {
        &tables().regions[usize::from(self.0)]
    }

    /// Every region, by M49 number.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..tables().regions.len()).filter_map(|index| u8::try_from(index).ok().map(Self))
    }

    /// The one with this M49 number.
    pub fn from_m49(number: u16) -> Option<Self> {
        let index = tables().regions.binary_search_by_key(&number, |entry| entry.m49).ok()?;
        u8::try_from(index).ok().map(Self)
    }

    /// M49 number, as 2 for Africa.
    pub fn m49(self) -> u16 {
        self.entry().m49
    }

    /// 1, 2 or 3, widest first.
    pub fn level(self) -> u8 {
        self.entry().level
    }

    /// Its M49 name.
    pub fn name(self, language: UnLanguage) -> &'static str {
        self.entry().names[language as usize]
    }

    /// It and the regions around it, narrowest first.
    pub fn and_wider(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |region| Self::from_m49(region.entry().parent))
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({:03} {})", self.m49(), self.name(UnLanguage::English))
    }
}
