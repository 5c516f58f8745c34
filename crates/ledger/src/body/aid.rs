//! Aid: batches, and what moves from one party to another.
//!
//! A movement's own versions are its states, each with the time at which it was reached; that it arrived is said by who
//! received it, in a confirmation. Donor, maker and carrier may be three. Start at [`Movement`].

use hearth_base::id::{PartyId, RecordId};
use serde::{Deserialize, Serialize};

/// A batch of aid: what is decided together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AidBatch {
    /// What it is called: `first batch`.
    pub title: String,
    /// How far it is.
    pub state: BatchState,
}

/// How far a batch of aid is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BatchState {
    /// It is being thought out.
    Formulating,
    /// It is decided and being brought together.
    Organised,
    /// All of it has left.
    CarriedOut,
}

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovementSort {
    /// Goods.
    Shipment,
    /// Money.
    Cash,
    /// A team of experts.
    Mission,
    /// A training.
    Training,
    /// Kits for single people.
    Kit,
}

/// Something on its way to a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Movement {
    /// What moves.
    pub sort: MovementSort,
    /// With which batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<RecordId>,
    /// To whom.
    pub to: PartyId,
    /// What it consists of.
    pub lines: Vec<Line>,
    /// How far it is. The entry's `happened` says since when.
    pub state: MovementState,
    /// The carrier's own number, if there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tracking: String,
    /// A word about the state that it is in, from who gives it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// How far a movement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovementState {
    /// Decided.
    Planned,
    /// It left.
    Sent,
    /// It is where it should be, says who sent it. The recipient's word is a confirmation.
    Delivered,
}

/// One line of a movement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What.
    pub item: String,
    /// How many.
    pub quantity: u64,
    /// Of what: `tests`, `boxes`, `USD`.
    pub unit: String,
    /// Who made it, where that is another than who gives it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub maker: String,
}
