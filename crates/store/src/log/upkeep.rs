//! Entries about the log itself: rotations, erasures, imports.
//!
//! Refuses to know what they say. Start at [`draft`].

use crate::error::StoreError;
use crate::random;
use hearth_base::audience::Audience;
use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::entry::{Act, BlobRef, Disclosure, Draft, Happened};

/// In whose name something is done to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeper {
    /// The party that runs the server.
    pub party: PartyId,
    /// Who asked for it; `None` for whoever sits at the machine.
    pub person: Option<PersonId>,
}

/// A new record of a kind that has no second version.
pub(crate) fn draft(
    keeper: Keeper,
    audience: Audience,
    body: Body,
    blobs: Vec<BlobRef>,
    now: UtcTime,
) -> Result<Draft, StoreError> {
    Ok(Draft {
        act: Act::Keep,
        record: RecordId::from_bytes(random::bytes()?),
        version: 1,
        party: keeper.party,
        person: keeper.person,
        disclosure: Disclosure { audience, ..Disclosure::default() },
        happened: Happened::At(now),
        simulated: false,
        body,
        blobs,
    })
}
