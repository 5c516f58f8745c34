//! Parties and people.
//!
//! A party is a country, an organisation or a group of parties with dated membership. Refuses to know passwords: how
//! somebody proves who they are is no matter of the ledger. Start at [`Party`].

use hearth_base::country::Country;
use hearth_base::id::PartyId;
use hearth_base::role::Roles;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What sort of party it is. Figures count countries and organisations apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartySort {
    /// A country, spoken for by its government.
    Country,
    /// A laboratory, a ministry, a hospital, a company, a charity: in one country.
    Organisation,
    /// An international or regional organisation.
    International,
    /// A group of parties.
    Group,
}

/// A party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its name, in its own words.
    pub name: String,
    /// What sort it is.
    pub sort: PartySort,
    /// Where it is; groups and international organisations may have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Who belongs to the group, and since when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Membership>,
}

/// That a party belongs to a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// Who.
    pub party: PartyId,
    /// The first day.
    pub from: Date,
    /// The last day, where it has ended or will.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

impl Membership {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|last| day <= last)
    }
}

/// A person who acts for a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name that stands beside what they do.
    pub name: String,
    /// What they may do; nobody without roles acts, and nobody is ever removed from the ledger.
    pub roles: Roles,
    /// ORCID identifier, if they gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orcid: Option<String>,
}
