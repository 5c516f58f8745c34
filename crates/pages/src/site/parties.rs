//! Organisations and groups, one of them, and a new person.
//!
//! Start at [`PartiesPage`] and [`PartyPage`].

use super::frame::{Frame, Role};
use super::parts::{Choice, FieldProblem, Kind, Link, Paging};
use crate::messages::{Catalogue, Key, Value};

/// Organisations in countries, and groups of them.
#[derive(Clone, Debug, Default)]
pub struct PartiesPage {
    /// What every page carries.
    pub frame: Frame,
    /// Organisations, by country and name.
    pub organisations: Vec<Organisation>,
    /// Which part of them.
    pub paging: Paging,
    /// Groups.
    pub groups: Vec<Group>,
    /// Whether the reader may add some.
    pub may_add: bool,
    /// Countries to choose from in the form.
    pub countries: Vec<Choice>,
    /// What is wrong with the form.
    pub problems: Vec<FieldProblem>,
}

/// What sort of party it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// In one country.
    #[default]
    Organisation,
    /// A country, spoken for by its government.
    Country,
    /// An international or regional organisation.
    International,
    /// A group of parties.
    Group,
}

/// An organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub sort: Sort,
    /// Its country; may be empty for international organisations.
    pub country: String,
    /// Genomes of it that the reader may see.
    pub genomes: u64,
    /// Whether it is the one that runs this server.
    pub is_host: bool,
}

/// A group of parties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Members today.
    pub members: u64,
}

/// An organisation or a group.
#[derive(Clone, Debug, Default)]
pub struct PartyPage {
    /// What every page carries.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub sort: Sort,
    /// Its country; empty for groups.
    pub country: String,
    /// Members of a group, those of today first.
    pub members: Vec<Member>,
    /// Groups that an organisation is in.
    pub groups: Vec<Member>,
    /// Its people; nothing if the reader may not see them.
    pub people: Option<Vec<Person>>,
    /// What was shared with it, the newest first, as far as the reader may see it.
    pub received: Vec<Share>,
    /// What it shared.
    pub given: Vec<Share>,
    /// Whether the reader may change members, people and roles.
    pub may_change: bool,
    /// Parties that can be added to a group.
    pub candidates: Vec<Choice>,
    /// What is wrong with a form.
    pub problems: Vec<FieldProblem>,
}

/// Membership, with its dates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// Id of the party or group.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Since: `2026-01-01`.
    pub since: String,
    /// Until; nothing if it goes on.
    pub until: Option<String>,
}

/// Somebody of a party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their user name.
    pub user: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// When they signed in last.
    pub seen: Option<String>,
    /// Whether they can no longer sign in.
    pub is_closed: bool,
}

/// Something that went from one party to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Id of the share, which the form hands back.
    pub id: String,
    /// What kind of thing.
    pub kind: Kind,
    /// Its name and page.
    pub link: Link,
    /// The other party.
    pub other: String,
    /// When it was sent.
    pub sent: String,
    /// When it was confirmed.
    pub confirmed: Option<String>,
    /// Whether the reader may confirm it.
    pub may_confirm: bool,
}

/// Where a person is added.
#[derive(Clone, Debug, Default)]
pub struct PersonPage {
    /// What every page carries.
    pub frame: Frame,
    /// Parties to choose from.
    pub parties: Vec<Choice>,
    /// Name that was given before.
    pub name: String,
    /// User name that was given before.
    pub user: String,
    /// Roles that were given before.
    pub roles: Vec<Role>,
    /// A one-time link that was just made, to be handed over. It is shown this once.
    pub invitation: Option<String>,
    /// What is wrong.
    pub problems: Vec<FieldProblem>,
}

impl Sort {
    /// All of them, in the order in which forms offer them.
    pub const ALL: [Self; 4] = [Self::Organisation, Self::Country, Self::International, Self::Group];

    /// What forms hand back: field `kind`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Country => "country",
            Self::International => "international",
            Self::Group => "group",
        }
    }

    /// Its name.
    pub fn key(self) -> Key {
        match self {
            Self::Organisation => Key::PartyIsOrganisation,
            Self::Country => Key::PartyIsCountry,
            Self::International => Key::PartyIsInternational,
            Self::Group => Key::PartyIsGroup,
        }
    }
}

impl PartyPage {
    /// Whether it is a group of parties.
    pub fn is_group(&self) -> bool {
        self.sort == Sort::Group
    }
}

impl Member {
    /// Since when and until when, in words.
    pub fn dates(&self, words: &Catalogue) -> String {
        let since = ("since", Value::Text(&self.since));
        match &self.until {
            None => words.tell(Key::MemberNow, &[since]),
            Some(until) => words.tell(Key::MemberThen, &[since, ("until", Value::Text(until))]),
        }
    }
}

page!(PartiesPage, "site/parties.html");
page!(PartyPage, "site/party.html");
page!(PersonPage, "site/person.html");
