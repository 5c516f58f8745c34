//! Who acts: a person of a party, with roles.
//!
//! Refuses to know how somebody signed in. Start at [`Actor::require`].

use super::Refusal;
use hearth_base::id::{PartyId, PersonId};
use hearth_base::role::{Role, Roles};

/// A person who wants to do something in the name of their party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub person: PersonId,
    /// For whom.
    pub party: PartyId,
    /// What they may do; a token may have fewer roles than its person.
    pub roles: Roles,
    /// Whether their party runs this server.
    pub is_of_host: bool,
}

impl Actor {
    /// That they have a role.
    ///
    /// # Errors
    /// Names the role that is needed.
    pub fn require(&self, role: Role) -> Result<(), Refusal> {
        if self.roles.contains(&role) { Ok(()) } else { Err(Refusal::NeedsRole(role)) }
    }

    /// That they have a role, in the party that owns something.
    ///
    /// # Errors
    /// When the party is another, or the role is missing.
    pub fn require_for(&self, owner: PartyId, role: Role) -> Result<(), Refusal> {
        if self.party == owner { self.require(role) } else { Err(Refusal::NotYours) }
    }

    /// That they may change what belongs to the server as a whole.
    ///
    /// # Errors
    /// When they are no administrator of the party that runs it.
    pub fn require_host(&self) -> Result<(), Refusal> {
        if self.is_of_host && self.roles.contains(&Role::Administer) {
            Ok(())
        } else {
            Err(Refusal::NeedsHost)
        }
    }

    /// That they may keep the people of a party: its own administrator, or the server's.
    ///
    /// # Errors
    /// When they are neither.
    pub fn require_keeper_of(&self, party: PartyId) -> Result<(), Refusal> {
        match self.require_host() {
            Ok(()) => Ok(()),
            Err(_) if self.party == party => self.require(Role::Administer),
            Err(refusal) => Err(refusal),
        }
    }
}
