//! Who may see what: one rule, for every record and every door.
//!
//! Rights are today's, content is as of any day (LEDGER.md 10): [`Rights`] are those in force now, and an embargo is
//! tested against the moment of the question. The store says the same in SQL, and its tests hold the two against each
//! other. Refuses to know where rights and groups are kept. Start at [`Reader::may_see`].

use crate::entry::{Disclosure, Opening};
use hearth_base::audience::{Audience, Member};
use hearth_base::id::{PartyId, PersonId};
use hearth_base::role::{Role, Roles};
use hearth_base::time::UtcTime;
use std::collections::BTreeSet;

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// The person, where somebody signed in.
    pub person: Option<PersonId>,
    /// Their party.
    pub party: Option<PartyId>,
    /// The groups that their party belongs to today.
    pub groups: BTreeSet<PartyId>,
    /// What they may do.
    pub roles: Roles,
}

/// What decides who may see a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Whose it is.
    pub owner: PartyId,
    /// Who else may see it now.
    pub audience: Audience,
    /// Who may see it from a moment on.
    pub opens: Option<Opening>,
}

impl Rights {
    /// The rights that an entry of this party gives.
    pub fn new(owner: PartyId, disclosure: &Disclosure) -> Self {
        Self { owner, audience: disclosure.audience.clone(), opens: disclosure.opens.clone() }
    }
}

impl Reader {
    /// Somebody who did not sign in.
    pub fn anybody() -> Self {
        Self::default()
    }

    /// Whether they may see a record with these rights at this moment.
    pub fn may_see(&self, rights: &Rights, now: UtcTime) -> bool {
        let is_open = |opening: &Opening| opening.at <= now && self.is_in(&opening.to);
        self.party == Some(rights.owner)
            || self.is_in(&rights.audience)
            || rights.opens.as_ref().is_some_and(is_open)
    }

    /// Whether they have this role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    fn is_in(&self, audience: &Audience) -> bool {
        let is_member = |member: Member| match member {
            Member::Party(party) => self.party == Some(party),
            Member::Group(group) => self.groups.contains(&group),
        };
        match audience {
            Audience::Public => true,
            Audience::Owner => false,
            Audience::Members(_) => audience.members().any(is_member),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(byte: u8) -> PartyId {
        PartyId::from_bytes([byte; 16])
    }

    fn reader(own: u8, groups: &[u8]) -> Reader {
        let groups = groups.iter().copied().map(party).collect();
        Reader { party: Some(party(own)), groups, ..Reader::default() }
    }

    #[test]
    fn a_reader_sees_what_the_audience_says() {
        let check = |audience: Audience, reader: &Reader, expected: bool| {
            let rights = Rights { owner: party(1), audience, opens: None };
            assert_eq!(reader.may_see(&rights, UtcTime::default()), expected, "{rights:?} {reader:?}");
        };
        let named = Audience::of([Member::Party(party(2)), Member::Group(party(9))]).expect("few");
        check(Audience::Owner, &reader(1, &[]), true);
        check(Audience::Owner, &reader(2, &[]), false);
        check(Audience::Owner, &Reader::anybody(), false);
        check(Audience::Public, &Reader::anybody(), true);
        check(named.clone(), &reader(2, &[]), true);
        check(named.clone(), &reader(3, &[9]), true);
        // A group that is named as a party, and a party of the group's identifier, are not members.
        check(named.clone(), &reader(9, &[2]), false);
        check(named, &Reader::anybody(), false);
    }

    #[test]
    fn an_embargo_is_tested_against_the_moment_of_the_question() {
        let at = UtcTime::from_unix_ms(1_000);
        let opens = Some(Opening { at, to: Audience::Public });
        let rights = Rights { owner: party(1), audience: Audience::Owner, opens };
        assert!(!Reader::anybody().may_see(&rights, UtcTime::from_unix_ms(999)));
        assert!(Reader::anybody().may_see(&rights, at));
    }
}
