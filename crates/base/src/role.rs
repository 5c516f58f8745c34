//! What a person may do in the name of their party.
//!
//! Refuses to know which act needs which role (`hearth-ledger`, rules). Start at [`Roles`].

use crate::text::serde_as_text;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// One role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Hands in genomes, documents, offers.
    Submit,
    /// Looks through what was handed in and approves it.
    Review,
    /// Lets others see it, in the party's name.
    Release,
    /// Corrects what is said of records: places, hosts, spellings.
    Curate,
    /// Keeps people and parties; in the party that runs the server, the server too.
    Administer,
}

/// The roles of a person.
pub type Roles = BTreeSet<Role>;

/// Why a text is no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a role: there are submit, review, release, curate and administer")]
pub struct RoleError(String);

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Submit, Self::Review, Self::Release, Self::Curate, Self::Administer];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Review => "review",
            Self::Release => "release",
            Self::Curate => "curate",
            Self::Administer => "administer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        let found = Self::ALL.into_iter().find(|role| role.word() == text);
        found.ok_or_else(|| RoleError(text.chars().take(40).collect()))
    }
}

serde_as_text!(Role);
