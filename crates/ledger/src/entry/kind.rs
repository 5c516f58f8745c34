//! The kinds of records, and what can be done to one.
//!
//! Each has a word, which stands in entries, and a number, by which a database keeps it; neither is ever given to another
//! meaning. Refuses to know what a kind says ([`crate::body`]). Start at [`Kind`].

use serde::{Deserialize, Serialize};
use std::fmt;

/// Defines an enum with a word and a number for each value.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident $word:literal $number:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$value_doc])* #[serde(rename = $word)] $value,)*
        }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$value),*];

            /// The word in entries.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word,)* }
            }

            /// The number in databases.
            pub const fn number(self) -> i64 {
                match self { $(Self::$value => $number,)* }
            }

            /// The value that a database keeps as this number.
            pub fn from_number(number: i64) -> Option<Self> {
                match number { $($number => Some(Self::$value),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words! {
    /// What an entry is about.
    Kind {
        /// A country, an organisation or a group.
        Party "party" 1,
        /// A person of a party, with roles.
        Person "person" 2,
        /// Terms of sharing.
        Terms "terms" 3,
        /// What a laboratory handed in at once.
        Submission "submission" 4,
        /// A genome with what is known of its sample.
        Genome "genome" 5,
        /// One run of the analysis over a submission.
        Analysis "analysis" 6,
        /// A document as such, whatever its editions.
        Work "work" 7,
        /// One edition of a work.
        Edition "edition" 8,
        /// An edition in one language: a file.
        Rendition "rendition" 9,
        /// A batch of aid.
        AidBatch "aid-batch" 10,
        /// Something on its way to a party: a shipment, cash, a mission, a training, kits.
        Movement "movement" 11,
        /// Something given to a party.
        Share "share" 12,
        /// A party's word that it received something.
        Confirmation "confirmation" 13,
        /// A total that somebody stated.
        Attestation "attestation" 14,
        /// What came from another server's log.
        Import "import" 15,
        /// The exchange of the log's key for another.
        KeyRotation "key-rotation" 16,
        /// The destruction of bodies by a rule of retention.
        Erasure "erasure" 17,
        /// That a person accepted terms, for their party.
        Acceptance "acceptance" 18,
    }
}

words! {
    /// What was done to a record.
    Act {
        /// A version was written down. What has an audience of its own is seen from then on.
        Keep "keep" 1,
        /// Somebody looked it through and found it fit to be released.
        Approve "approve" 2,
        /// A version was opened to others by a named person.
        Release "release" 3,
        /// It is no longer stood by; a reason is left.
        Withdraw "withdraw" 4,
        /// Somebody looked it through and wants it put right; a reason is left.
        SendBack "send-back" 5,
    }
}

impl Kind {
    /// Whether a version is first kept by its owner and then released by a named person. The others are seen by their
    /// audience as soon as they are written.
    pub const fn has_two_faces(self) -> bool {
        matches!(
            self,
            Self::Submission
                | Self::Genome
                | Self::Work
                | Self::Edition
                | Self::Rendition
                | Self::AidBatch
                | Self::Movement
        )
    }
}
