//! Who may see something: everybody, nobody but its owner, or a set of parties and groups.
//!
//! The text form is `public`, `owner`, or the sorted identifiers of parties and groups, `party:…,group:…`. Refuses to
//! know who is in a group today, and what an embargo is tested against (`hearth-ledger`, access). The owner of a record
//! always sees it and is never named here. Start at [`Audience`].

use crate::id::PartyId;
use crate::text::serde_as_text;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Parties and groups named one by one, at most.
pub const MEMBERS_MAX: usize = 1_000;

/// One member of an audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Member {
    /// A country or an organisation.
    Party(PartyId),
    /// Whoever belongs to the group at the time of reading.
    Group(PartyId),
}

/// Who may see something, besides its owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Nobody else.
    #[default]
    Owner,
    /// These. Never empty.
    Members(BTreeSet<Member>),
    /// Everybody, also without signing in.
    Public,
}

/// Why a text is no audience.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AudienceError {
    /// A word that is none of the forms.
    #[error("{0:?} is not an audience: it is public, owner, or party:… and group:… with commas between")]
    Form(String),
    /// More than [`MEMBERS_MAX`].
    #[error("{0} parties are named; at most {MEMBERS_MAX} can be: make a group of them")]
    TooMany(usize),
}

impl Audience {
    /// These parties and groups; nobody but the owner if there are none.
    ///
    /// # Errors
    /// When there are more than [`MEMBERS_MAX`].
    pub fn of(members: impl IntoIterator<Item = Member>) -> Result<Self, AudienceError> {
        let members: BTreeSet<Member> = members.into_iter().collect();
        match members.len() {
            0 => Ok(Self::Owner),
            1..=MEMBERS_MAX => Ok(Self::Members(members)),
            more => Err(AudienceError::TooMany(more)),
        }
    }

    /// Whether whoever may see by `other` may see by this one too, groups not looked into.
    pub fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Public, _) | (_, Self::Owner) => true,
            (Self::Members(own), Self::Members(others)) => others.is_subset(own),
            _ => false,
        }
    }

    /// The members that are named.
    pub fn members(&self) -> impl Iterator<Item = Member> + '_ {
        let named = match self {
            Self::Members(members) => Some(members),
            Self::Owner | Self::Public => None,
        };
        named.into_iter().flatten().copied()
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner => f.write_str("owner"),
            Self::Public => f.write_str("public"),
            Self::Members(members) => members.iter().enumerate().try_for_each(|(place, member)| {
                let comma = if place == 0 { "" } else { "," };
                match member {
                    Member::Party(id) => write!(f, "{comma}party:{id}"),
                    Member::Group(id) => write!(f, "{comma}group:{id}"),
                }
            }),
        }
    }
}

impl FromStr for Audience {
    type Err = AudienceError;

    fn from_str(text: &str) -> Result<Self, AudienceError> {
        let member = |word: &str| {
            let refused = || AudienceError::Form(word.chars().take(60).collect());
            let (sort, id) = word.split_once(':').ok_or_else(refused)?;
            let id = id.parse().map_err(|_| refused())?;
            match sort {
                "party" => Ok(Member::Party(id)),
                "group" => Ok(Member::Group(id)),
                _ => Err(refused()),
            }
        };
        match text {
            "owner" => Ok(Self::Owner),
            "public" => Ok(Self::Public),
            _ => Self::of(text.split(',').map(member).collect::<Result<Vec<_>, _>>()?),
        }
    }
}

serde_as_text!(Audience);

#[cfg(test)]
mod tests {
    use super::*;

    fn party(byte: u8) -> Member {
        Member::Party(PartyId::from_bytes([byte; 16]))
    }

    #[test]
    fn equal_audiences_have_equal_texts() {
        let one = Audience::of([party(2), party(1), party(2)]).expect("few");
        let other = Audience::of([party(1), party(2)]).expect("few");
        assert_eq!(one.to_string(), other.to_string());
        for audience in [one, Audience::Owner, Audience::Public] {
            assert_eq!(audience.to_string().parse(), Ok(audience));
        }
    }

    #[test]
    fn nobody_named_is_the_owner_alone() {
        assert_eq!(Audience::of([]), Ok(Audience::Owner));
        let many = (0..=MEMBERS_MAX as u128).map(|n| Member::Party(PartyId::from_bytes(n.to_be_bytes())));
        assert_eq!(Audience::of(many), Err(AudienceError::TooMany(1_001)));
        for text in ["", "everybody", "party:", "party:x", ","] {
            assert!(text.parse::<Audience>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_audience_includes_its_parts() {
        let (both, one) =
            (Audience::of([party(1), party(2)]).expect("few"), Audience::of([party(1)]).expect("few"));
        assert!(both.includes(&one) && !one.includes(&both));
        assert!(Audience::Public.includes(&both) && !both.includes(&Audience::Public));
        assert!(one.includes(&Audience::Owner) && !Audience::Owner.includes(&one));
    }
}
