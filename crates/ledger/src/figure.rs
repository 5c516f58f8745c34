//! Figures: numbers counted over entries, with two dates, that stay the same for ever.
//!
//! A definition says what is counted; the answer is for what had *happened by* one day as it was *known by* another:
//! "countries that had received the plan by 26 March, as known on 1 April". What somebody attested is never counted
//! ([`crate::body::sharing::Attestation`]); [`Supported::new`] holds the two beside each other. Refuses to know where
//! entries are kept: gifts are handed in. Start at [`Definition::count`].

use crate::body::parties::PartySort;
use crate::body::sharing::Attestation;
use hearth_base::country::Country;
use hearth_base::id::EntryId;
use hearth_base::id::PartyId;
use hearth_base::time::UtcTime;
use std::collections::BTreeSet;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Countries with at least one recipient that is a country or an organisation in it.
    Countries,
    /// International and regional organisations.
    InternationalOrganisations,
}

/// From when on something counts as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// It was given.
    Given,
    /// The recipient confirmed it.
    Confirmed,
}

/// A figure's definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its short name.
    pub code: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What is counted, in words.
    pub words: &'static str,
    /// Recipients of what.
    pub counted: Counted,
    /// Only works about this.
    pub subject: &'static str,
    /// From when on.
    pub evidence: Evidence,
}

/// The figures that come out of shares of documents.
pub const DEFINITIONS: [Definition; 3] = [
    Definition {
        code: "K1",
        title: "Countries that were given a technical document",
        words: "Countries to which an edition of a technical document was given: a country itself, or an organisation \
                in it. Each country once.",
        counted: Counted::Countries,
        subject: "technical-documents",
        evidence: Evidence::Given,
    },
    Definition {
        code: "K2",
        title: "International and regional organisations that were given a technical document",
        words: "International and regional organisations to which an edition of a technical document was given. Each \
                organisation once.",
        counted: Counted::InternationalOrganisations,
        subject: "technical-documents",
        evidence: Evidence::Given,
    },
    Definition {
        code: "K1-confirmed",
        title: "Countries that confirmed a technical document",
        words: "Countries that confirmed an edition of a technical document: a country itself, or an organisation in \
                it. Each country once.",
        counted: Counted::Countries,
        subject: "technical-documents",
        evidence: Evidence::Confirmed,
    },
];

/// One gift of a document to a party, as it stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    /// The share's entry.
    pub entry: EntryId,
    /// What the document is about.
    pub subjects: BTreeSet<String>,
    /// To whom.
    pub to: PartyId,
    /// What sort of party that is.
    pub sort: PartySort,
    /// Where it is.
    pub country: Option<Country>,
    /// When it was given and when that was written down.
    pub given: Known,
    /// When the recipient confirmed, and when that was written down.
    pub confirmed: Option<Known>,
    /// Whether it was made up.
    pub simulated: bool,
}

/// When something happened at the latest, and when the ledger learnt of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// When it happened, at the latest.
    pub happened: UtcTime,
    /// When it was recorded.
    pub recorded: UtcTime,
}

/// For which dates a figure is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// Only what had happened by then.
    pub happened_by: UtcTime,
    /// Only what was known by then.
    pub known_by: UtcTime,
}

/// A counted figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub value: u64,
    /// How many gifts it stands on.
    pub gifts: u64,
    /// How many of these were made up.
    pub simulated: u64,
}

impl Known {
    fn is_within(&self, dates: AsOf) -> bool {
        self.happened <= dates.happened_by && self.recorded <= dates.known_by
    }
}

impl Definition {
    /// The figure for these dates.
    pub fn count<'a>(&self, gifts: impl IntoIterator<Item = &'a Gift>, dates: AsOf) -> Count {
        let mut countries: BTreeSet<Country> = BTreeSet::new();
        let mut organisations: BTreeSet<PartyId> = BTreeSet::new();
        let (mut counted, mut simulated) = (0, 0);
        for gift in gifts {
            let evidence = match self.evidence {
                Evidence::Given => Some(gift.given),
                Evidence::Confirmed => gift.confirmed,
            };
            if !gift.subjects.contains(self.subject) || !evidence.is_some_and(|known| known.is_within(dates))
            {
                continue;
            }
            let is_new_kind = match (self.counted, gift.sort, gift.country) {
                (Counted::Countries, PartySort::Country | PartySort::Organisation, Some(country)) => {
                    countries.insert(country);
                    true
                }
                (Counted::InternationalOrganisations, PartySort::International, _) => {
                    organisations.insert(gift.to);
                    true
                }
                _ => false,
            };
            counted += u64::from(is_new_kind);
            simulated += u64::from(is_new_kind && gift.simulated);
        }
        Count { value: (countries.len() + organisations.len()) as u64, gifts: counted, simulated }
    }
}

/// What somebody attested, and what was counted for the same day: side by side, never added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supported {
    /// What was counted.
    pub counted: u64,
    /// Whether some of it was made up.
    pub is_simulated: bool,
    /// Whether that bears out what was attested.
    pub is_borne_out: bool,
}

impl Supported {
    /// Holds a count against an attestation.
    pub fn new(attestation: &Attestation, count: &Count) -> Self {
        let is_borne_out = attestation.qualifier.is_borne_out(attestation.value, count.value);
        Self { counted: count.value, is_simulated: count.simulated > 0, is_borne_out }
    }
}

#[cfg(test)]
mod tests;
