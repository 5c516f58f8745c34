//! What becomes of a record: kept, approved, released, withdrawn.
//!
//! Two faces: what the owner keeps, and what was released. A release is an entry of its own with the body that others
//! see, so that the owner's finer values never leave. Nothing is released by itself: a named person does. Start at
//! [`Standing`].

use super::{Actor, Refusal};
use crate::body::{Body, Remark};
use crate::entry::{Act, BlobRef, Disclosure, Draft, Happened, Kind};
use hearth_base::id::{PartyId, RecordId};
use hearth_base::role::Role;
use hearth_base::time::UtcTime;

/// The longest reason of a withdrawal, in bytes.
const REASON_MAX_BYTES: usize = 4_000;

const SENT_BACK: &str = "this was sent back: it waits for who handed it in";

/// How a face of a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is stood by.
    Kept,
    /// It was looked through and found fit.
    Approved,
    /// It is no longer stood by.
    Withdrawn,
    /// It was looked through and is to be put right: its next version stands again.
    SentBack,
}

/// How a record stands, as the store reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub record: RecordId,
    /// Of which kind.
    pub kind: Kind,
    /// Whose.
    pub owner: PartyId,
    /// The newest version that is kept.
    pub version: u32,
    /// How the owner's face stands.
    pub kept: Status,
    /// The newest version that was released, and how far, if any was.
    pub released: Option<Released>,
    /// Whether it was made up.
    pub simulated: bool,
}

/// What of a record was released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// Which version.
    pub version: u32,
    /// How far.
    pub disclosure: Disclosure,
    /// Whether it was withdrawn since.
    pub is_withdrawn: bool,
}

impl Standing {
    fn draft(&self, act: Act, actor: &Actor, disclosure: Disclosure, now: UtcTime, body: Body) -> Draft {
        Draft {
            act,
            record: self.record,
            version: self.version,
            party: self.owner,
            person: Some(actor.person),
            disclosure,
            happened: Happened::At(now),
            simulated: self.simulated,
            body,
            blobs: Vec::new(),
        }
    }

    /// Approves the newest version.
    ///
    /// # Errors
    /// When the actor does not review for the owner, or it is not waiting for that.
    pub fn approve(&self, actor: &Actor, reason: &str, now: UtcTime) -> Result<Draft, Refusal> {
        actor.require_for(self.owner, Role::Review)?;
        match self.kept {
            Status::Kept => {}
            Status::Approved => return Err(Refusal::conflict("this was approved already")),
            Status::Withdrawn => return Err(Refusal::conflict("this was withdrawn")),
            Status::SentBack => return Err(Refusal::conflict(SENT_BACK)),
        }
        let body = Body::Approval(self.kind, Remark { reason: bounded(reason)? });
        Ok(self.draft(Act::Approve, actor, Disclosure::default(), now, body))
    }

    /// Releases the newest version with the body that others are to see.
    ///
    /// # Errors
    /// When the actor does not release for the owner, or the record was withdrawn.
    pub fn release(
        &self,
        actor: &Actor,
        body: Body,
        blobs: Vec<BlobRef>,
        disclosure: Disclosure,
        now: UtcTime,
    ) -> Result<Draft, Refusal> {
        actor.require_for(self.owner, Role::Release)?;
        if self.kept == Status::Withdrawn {
            return Err(Refusal::conflict("this was withdrawn: hand it in anew"));
        }
        if self.kept == Status::SentBack {
            return Err(Refusal::conflict(SENT_BACK));
        }
        let mut draft = self.draft(Act::Release, actor, disclosure, now, body);
        draft.blobs = blobs;
        Ok(draft)
    }

    /// Withdraws what was released, or what was kept, leaving a reason.
    ///
    /// # Errors
    /// When the actor does not release for the owner, gives no reason, or it was withdrawn already.
    pub fn withdraw(&self, actor: &Actor, reason: &str, now: UtcTime) -> Result<Draft, Refusal> {
        actor.require_for(self.owner, Role::Release)?;
        if self.kept == Status::Withdrawn {
            return Err(Refusal::conflict("this was withdrawn already"));
        }
        let reason = bounded(reason)?;
        if reason.is_empty() {
            return Err(Refusal::invalid("a withdrawal needs a reason that others will read"));
        }
        let disclosure =
            self.released.as_ref().map(|released| released.disclosure.clone()).unwrap_or_default();
        let body = Body::Withdrawal(self.kind, Remark { reason });
        Ok(self.draft(Act::Withdraw, actor, disclosure, now, body))
    }

    /// Sends the newest version back to who handed it in, leaving a reason. What others see of it stays.
    ///
    /// # Errors
    /// When the actor does not review for the owner, gives no reason, it was sent back or withdrawn already, or is a
    /// submission that was released: its genomes can be sent back one by one.
    pub fn send_back(&self, actor: &Actor, reason: &str, now: UtcTime) -> Result<Draft, Refusal> {
        actor.require_for(self.owner, Role::Review)?;
        let is_open = self.released.as_ref().is_some_and(|released| !released.is_withdrawn);
        match self.kept {
            Status::Withdrawn => return Err(Refusal::conflict("this was withdrawn")),
            Status::SentBack => return Err(Refusal::conflict("this was sent back already")),
            Status::Kept | Status::Approved if is_open && self.kind == Kind::Submission => {
                return Err(Refusal::conflict(
                    "this was released: send back single genomes, or withdraw them",
                ));
            }
            Status::Kept | Status::Approved => {}
        }
        let reason = bounded(reason)?;
        if reason.is_empty() {
            return Err(Refusal::invalid("say what is to be put right, for who handed it in"));
        }
        let body = Body::SentBack(self.kind, Remark { reason });
        Ok(self.draft(Act::SendBack, actor, Disclosure::default(), now, body))
    }

    /// The number of the version that comes next.
    ///
    /// # Errors
    /// When the actor does not submit for the owner, or the record was withdrawn.
    pub fn next_version(&self, actor: &Actor) -> Result<u32, Refusal> {
        actor
            .require_for(self.owner, Role::Submit)
            .or_else(|_| actor.require_for(self.owner, Role::Curate))?;
        match self.kept {
            Status::Withdrawn => Err(Refusal::conflict("this was withdrawn: hand it in anew")),
            Status::Kept | Status::Approved | Status::SentBack => Ok(self.version.saturating_add(1)),
        }
    }
}

fn bounded(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.len() > REASON_MAX_BYTES {
        return Err(Refusal::invalid(format!("the reason is longer than {REASON_MAX_BYTES} bytes")));
    }
    Ok(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_base::audience::Audience;
    use hearth_base::role::Roles;

    fn standing(kept: Status) -> Standing {
        let disclosure = Disclosure { audience: Audience::Public, ..Disclosure::default() };
        Standing {
            record: RecordId::from_bytes([1; 16]),
            kind: Kind::Genome,
            owner: PartyId::from_bytes([2; 16]),
            version: 3,
            kept,
            released: Some(Released { version: 3, disclosure, is_withdrawn: false }),
            simulated: false,
        }
    }

    fn actor(party: u8, roles: &[Role]) -> Actor {
        let roles: Roles = roles.iter().copied().collect();
        let (person, party) = (RecordId::from_bytes([9; 16]).into(), PartyId::from_bytes([party; 16]));
        Actor { person, party, roles, is_of_host: false }
    }

    #[test]
    fn each_act_needs_its_role_in_the_owning_party() {
        let now = UtcTime::default();
        let standing = standing(Status::Kept);
        let all = actor(3, &Role::ALL);
        assert_eq!(standing.approve(&all, "", now), Err(Refusal::NotYours));
        assert_eq!(standing.withdraw(&all, "wrong", now), Err(Refusal::NotYours));
        assert_eq!(standing.next_version(&all), Err(Refusal::NotYours));
        assert_eq!(
            standing.approve(&actor(2, &[Role::Submit]), "", now),
            Err(Refusal::NeedsRole(Role::Review))
        );
        assert_eq!(
            standing.withdraw(&actor(2, &[Role::Review]), "wrong", now),
            Err(Refusal::NeedsRole(Role::Release))
        );
        assert!(standing.approve(&actor(2, &[Role::Review]), "", now).is_ok());
        assert_eq!(standing.next_version(&actor(2, &[Role::Curate])), Ok(4));
    }

    #[test]
    fn what_is_sent_back_waits_for_its_next_version() {
        let (now, all) = (UtcTime::default(), actor(2, &Role::ALL));
        let kept = standing(Status::Approved);
        let draft = kept.send_back(&all, "the date is wrong", now).map(|draft| (draft.act, draft.version));
        assert_eq!(draft, Ok((Act::SendBack, 3)));
        assert!(matches!(kept.send_back(&all, " ", now), Err(Refusal::Invalid(_))));
        assert_eq!(kept.send_back(&actor(3, &Role::ALL), "no", now), Err(Refusal::NotYours));
        assert_eq!(
            kept.send_back(&actor(2, &[Role::Submit]), "no", now),
            Err(Refusal::NeedsRole(Role::Review))
        );
        let submission = Standing { kind: Kind::Submission, ..kept };
        assert!(matches!(submission.send_back(&all, "late", now), Err(Refusal::Conflict(_))), "released");
        let back = standing(Status::SentBack);
        assert!(matches!(back.send_back(&all, "again", now), Err(Refusal::Conflict(_))));
        assert!(matches!(back.approve(&all, "", now), Err(Refusal::Conflict(_))));
        assert_eq!(back.next_version(&actor(2, &[Role::Submit])), Ok(4));
    }

    #[test]
    fn a_withdrawal_has_a_reason_and_the_audience_of_what_it_withdraws() {
        let releaser = actor(2, &[Role::Release]);
        let refused = standing(Status::Kept).withdraw(&releaser, " ", UtcTime::default());
        assert!(matches!(refused, Err(Refusal::Invalid(_))));
        let draft = standing(Status::Approved).withdraw(&releaser, "wrong sample", UtcTime::default());
        assert_eq!(draft.map(|draft| draft.disclosure.audience), Ok(Audience::Public));
        let again = standing(Status::Withdrawn).withdraw(&releaser, "again", UtcTime::default());
        assert!(matches!(again, Err(Refusal::Conflict(_))));
    }
}
