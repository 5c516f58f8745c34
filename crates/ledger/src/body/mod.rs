//! What an entry says, by kind.
//!
//! One type for each kind, plain data with the words of the field; a new kind is a type here, a word in [`Kind`] and a
//! line in [`Body`]. Refuses to know rules and rights.
//! Start at [`Body`]; the kinds are in [`parties`], [`genomes`], [`documents`], [`aid`], [`sharing`] and [`upkeep`].

pub mod aid;
pub mod documents;
pub mod genomes;
pub mod parties;
pub mod sharing;
pub mod upkeep;

use crate::entry::{Act, Kind};
use hearth_base::terms::Terms;
use serde::{Deserialize, Serialize};

/// The longest text of any member, in bytes, texts of terms aside.
pub const TEXT_MAX_BYTES: usize = 16 * 1024;

macro_rules! bodies {
    ($($kind:ident => $type:ty,)*) => {
        /// What an entry says.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Body {
            $(
                #[doc = concat!("Of the kind ", stringify!($kind), ".")]
                $kind(Box<$type>),
            )*
            /// Somebody approved a record of this kind.
            #[serde(serialize_with = "second")]
            Approval(Kind, Remark),
            /// Somebody withdrew a record of this kind.
            #[serde(serialize_with = "second")]
            Withdrawal(Kind, Remark),
            /// Somebody sent a record of this kind back to who handed it in.
            #[serde(serialize_with = "second")]
            SentBack(Kind, Remark),
        }

        impl Body {
            /// The kind of record it is about.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Self::$kind(_) => Kind::$kind,)*
                    Self::Approval(kind, _) | Self::Withdrawal(kind, _) | Self::SentBack(kind, _) => *kind,
                }
            }

            /// The body that a JSON text says.
            pub(crate) fn read(kind: Kind, act: Act, text: &str) -> Result<Self, serde_json::Error> {
                match act {
                    Act::Approve => return Ok(Self::Approval(kind, serde_json::from_str(text)?)),
                    Act::Withdraw => return Ok(Self::Withdrawal(kind, serde_json::from_str(text)?)),
                    Act::SendBack => return Ok(Self::SentBack(kind, serde_json::from_str(text)?)),
                    Act::Keep | Act::Release => {}
                }
                Ok(match kind {
                    $(Kind::$kind => Self::$kind(serde_json::from_str(text)?),)*
                })
            }
        }

        $(
            impl From<$type> for Body {
                fn from(body: $type) -> Self {
                    Self::$kind(Box::new(body))
                }
            }
        )*
    };
}

bodies! {
    Party => parties::Party,
    Person => parties::Person,
    Terms => Terms,
    Submission => genomes::Submission,
    Genome => genomes::Genome,
    Analysis => genomes::Analysis,
    Work => documents::Work,
    Edition => documents::Edition,
    Rendition => documents::Rendition,
    AidBatch => aid::AidBatch,
    Movement => aid::Movement,
    Share => sharing::Share,
    Confirmation => sharing::Confirmation,
    Attestation => sharing::Attestation,
    Import => upkeep::Import,
    KeyRotation => upkeep::KeyRotation,
    Erasure => upkeep::Erasure,
    Acceptance => sharing::Acceptance,
}

/// Why somebody approved or withdrew something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// In their words. A withdrawal has some.
    pub reason: String,
}

fn second<S: serde::Serializer>(_: &Kind, remark: &Remark, serializer: S) -> Result<S::Ok, S::Error> {
    remark.serialize(serializer)
}
