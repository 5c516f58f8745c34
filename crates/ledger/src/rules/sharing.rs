//! Giving something to a party, and its confirmation.
//!
//! What is given was released, and to this party too: a share never widens an audience by itself, it says that something
//! was given. Start at [`share`].

use super::records::Released;
use super::{Actor, Refusal, Standing};
use crate::access::{Reader, Rights};
use crate::body::sharing::{Channel, Confirmation, Share};
use crate::entry::{Act, Disclosure, Draft, Happened};
use hearth_base::audience::{Audience, Member};
use hearth_base::id::{PartyId, RecordId, VersionId};
use hearth_base::role::Role;
use hearth_base::time::UtcTime;

/// What somebody wants to give.
#[derive(Clone, Debug)]
pub struct Gift<'a> {
    /// The record as it stands.
    pub standing: &'a Standing,
    /// To whom, as a reader of today: its groups decide whether it may see it.
    pub to: &'a Reader,
    /// By which way.
    pub channel: Channel,
    /// When it was given.
    pub happened: Happened,
}

/// The share, as a new record.
///
/// # Errors
/// When the actor does not release for the owner, nothing was released, or the party may not see it.
pub fn share(gift: &Gift, actor: &Actor, record: RecordId, now: UtcTime) -> Result<Draft, Refusal> {
    let standing = gift.standing;
    actor.require_for(standing.owner, Role::Release)?;
    let released = match &standing.released {
        Some(Released { is_withdrawn: true, .. }) => return Err(Refusal::conflict("this was withdrawn")),
        Some(released) => released,
        None => return Err(Refusal::conflict("release it first: nothing of it can be seen by others yet")),
    };
    let Some(to) = gift.to.party else { return Err(Refusal::NotFound("party")) };
    if to == standing.owner {
        return Err(Refusal::invalid("a party cannot share with itself"));
    }
    if gift.happened.latest() > UtcTime::end_of(now.date()) {
        return Err(Refusal::invalid("the day on which it was given is in the future"));
    }
    if !gift.to.may_see(&Rights::new(standing.owner, &released.disclosure), now) {
        return Err(Refusal::conflict("that party may not see it yet: release it to that party first"));
    }
    let what = VersionId { record: standing.record, version: released.version };
    Ok(Draft {
        act: Act::Keep,
        record,
        version: 1,
        party: standing.owner,
        person: Some(actor.person),
        disclosure: to_both(to),
        happened: gift.happened,
        simulated: standing.simulated,
        body: Share { what, to, channel: gift.channel }.into(),
        blobs: Vec::new(),
    })
}

/// A share or movement that waits for its recipient's word.
#[derive(Clone, Debug)]
pub struct Awaited {
    /// Its record.
    pub record: RecordId,
    /// Who gave it.
    pub from: PartyId,
    /// Who received it.
    pub to: PartyId,
    /// When it was given.
    pub happened: Happened,
    /// Whether it was confirmed already.
    pub is_confirmed: bool,
    /// Whether it was made up.
    pub simulated: bool,
}

/// The confirmation, as a new record that the giver sees too.
///
/// # Errors
/// When the actor is not of the recipient, it was confirmed before, or the day is before that of the gift.
pub fn confirm(
    awaited: &Awaited,
    actor: &Actor,
    remark: &str,
    happened: Happened,
    record: RecordId,
    now: UtcTime,
) -> Result<Draft, Refusal> {
    if actor.party != awaited.to {
        return Err(Refusal::NotFound("share"));
    }
    if actor.roles.is_empty() {
        return Err(Refusal::NeedsRole(Role::Submit));
    }
    if awaited.is_confirmed {
        return Err(Refusal::conflict("your party confirmed this already"));
    }
    if happened.latest() > UtcTime::end_of(now.date()) {
        return Err(Refusal::invalid("the day of receipt is in the future"));
    }
    if happened.latest().date() < awaited.happened.latest().date() {
        return Err(Refusal::invalid("the day of receipt is before the day on which it was given"));
    }
    if remark.len() > crate::body::TEXT_MAX_BYTES {
        return Err(Refusal::invalid("the remark is too long"));
    }
    Ok(Draft {
        act: Act::Keep,
        record,
        version: 1,
        party: actor.party,
        person: Some(actor.person),
        disclosure: to_both(awaited.from),
        happened,
        simulated: awaited.simulated,
        body: Confirmation { of: awaited.record, remark: remark.trim().to_owned() }.into(),
        blobs: Vec::new(),
    })
}

/// Seen by its owner and one other party.
fn to_both(other: PartyId) -> Disclosure {
    let audience = Audience::of([Member::Party(other)]).unwrap_or_default();
    Disclosure { audience, ..Disclosure::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Kind;
    use crate::rules::Status;

    fn party(byte: u8) -> PartyId {
        PartyId::from_bytes([byte; 16])
    }

    fn actor(own: u8) -> Actor {
        let person = RecordId::from_bytes([99; 16]).into();
        Actor { person, party: party(own), roles: Role::ALL.into(), is_of_host: false }
    }

    fn edition(audience: Option<Audience>) -> Standing {
        let released = audience.map(|audience| Released {
            version: 1,
            disclosure: Disclosure { audience, ..Disclosure::default() },
            is_withdrawn: false,
        });
        let record = RecordId::from_bytes([7; 16]);
        let (kind, kept) = (Kind::Edition, Status::Approved);
        Standing { record, kind, owner: party(1), version: 1, kept, released, simulated: false }
    }

    fn to_two(standing: &Standing, happened: &str) -> Result<Draft, Refusal> {
        let to = Reader { party: Some(party(2)), ..Reader::default() };
        let happened = happened.parse().expect("a day");
        let gift = Gift { standing, to: &to, channel: Channel::Server, happened };
        share(
            &gift,
            &actor(1),
            RecordId::from_bytes([8; 16]),
            "2020-03-26T12:00:00Z".parse().expect("a time"),
        )
    }

    #[test]
    fn only_what_a_party_may_see_is_shared_with_it() {
        let named = Audience::of([Member::Party(party(2))]).expect("one");
        let other = Audience::of([Member::Party(party(3))]).expect("one");
        assert!(to_two(&edition(Some(named)), "2020-03-26").is_ok());
        assert!(to_two(&edition(Some(Audience::Public)), "2020-03").is_err(), "the month is not over");
        assert!(matches!(to_two(&edition(Some(other)), "2020-03-26"), Err(Refusal::Conflict(_))));
        assert!(matches!(to_two(&edition(None), "2020-03-26"), Err(Refusal::Conflict(_))));
    }

    #[test]
    fn the_recipient_confirms_once_and_not_before_it_was_given() {
        let check = |own: u8, is_confirmed: bool, happened: &str| {
            let awaited = Awaited {
                record: RecordId::from_bytes([8; 16]),
                from: party(1),
                to: party(2),
                happened: "2020-03-20".parse().expect("a day"),
                is_confirmed,
                simulated: false,
            };
            let happened = happened.parse().expect("a day");
            let now = "2020-03-26T12:00:00Z".parse().expect("a time");
            confirm(&awaited, &actor(own), "", happened, RecordId::from_bytes([9; 16]), now).err()
        };
        assert_eq!(check(2, false, "2020-03-21"), None);
        assert_eq!(check(3, false, "2020-03-21"), Some(Refusal::NotFound("share")));
        assert!(matches!(check(2, true, "2020-03-21"), Some(Refusal::Conflict(_))));
        assert!(matches!(check(2, false, "2020-03-19"), Some(Refusal::Invalid(_))));
        assert!(matches!(check(2, false, "2020-03-27"), Some(Refusal::Invalid(_))));
    }
}
