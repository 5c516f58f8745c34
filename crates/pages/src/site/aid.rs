//! Shipments: what goes where, how far it is, and whether it was confirmed.
//!
//! Start at [`AidPage`].

use super::frame::Frame;
use super::parts::{Choice, FieldProblem, Paging};
use crate::messages::Key;

/// Shipments.
#[derive(Clone, Debug, Default)]
pub struct AidPage {
    /// What every page carries.
    pub frame: Frame,
    /// Shipments, the one that moved last first.
    pub shipments: Vec<Shipment>,
    /// Which part of them.
    pub paging: Paging,
    /// Whether the reader may plan some.
    pub may_add: bool,
    /// Parties that goods can go to.
    pub recipients: Vec<Choice>,
    /// What is wrong with a form.
    pub problems: Vec<FieldProblem>,
}

/// A shipment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shipment {
    /// Its id.
    pub id: String,
    /// Name of its batch; empty if the reader may not know it.
    pub batch: String,
    /// The carrier's own number; may be empty.
    pub tracking: String,
    /// Who gives.
    pub from: String,
    /// Who receives.
    pub to: String,
    /// Their country.
    pub country: String,
    /// What is in it.
    pub lines: Vec<Goods>,
    /// Its movements, the oldest first.
    pub movements: Vec<Movement>,
    /// Which states it can be moved to now, if the reader may move it.
    pub may_move: Vec<Moved>,
    /// Whether the reader may confirm its receipt.
    pub may_confirm: bool,
    /// When the recipient confirmed it, and who did.
    pub confirmed: Option<(String, String)>,
}

/// Goods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goods {
    /// What.
    pub item: String,
    /// How many.
    pub quantity: u64,
    /// Of what: `tests`, `vials`.
    pub unit: String,
}

/// A movement of a shipment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    /// To which state.
    pub state: Moved,
    /// When it happened: `2026-11-20`.
    pub on: String,
    /// A word about it; may be empty.
    pub note: String,
}

/// How far a shipment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moved {
    /// Planned.
    #[default]
    Planned,
    /// A named person approved it.
    Approved,
    /// On its way.
    Sent,
    /// At the border or in a store on its way.
    InTransit,
    /// With the recipient.
    Delivered,
    /// Called off.
    Cancelled,
}

impl Moved {
    /// What forms hand back: field `state`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Approved => "approved",
            Self::Sent => "sent",
            Self::InTransit => "in-transit",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }

    /// Its name.
    pub fn key(self) -> Key {
        match self {
            Self::Planned => Key::MovedPlanned,
            Self::Approved => Key::MovedApproved,
            Self::Sent => Key::MovedSent,
            Self::InTransit => Key::MovedInTransit,
            Self::Delivered => Key::MovedDelivered,
            Self::Cancelled => Key::MovedCancelled,
        }
    }

    /// Its colour, by class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Planned => "state",
            Self::Approved => "state waiting",
            Self::Sent | Self::InTransit => "state working",
            Self::Delivered => "state done",
            Self::Cancelled => "state problem",
        }
    }
}

impl Shipment {
    /// How far it is.
    pub fn state(&self) -> Moved {
        self.movements.last().map_or(Moved::Planned, |movement| movement.state)
    }
}

impl AidPage {
    /// Lines of goods in the form for a new shipment.
    const FORM_LINES: [u8; 3] = [1, 2, 3];
}

page!(AidPage, "site/aid.html");
