//! Shares, confirmations and what somebody attested.
//!
//! A share says what was given to whom, by which way and when; a confirmation is the recipient's own word. Both are the same
//! for a genome, an edition and a shipment. A total that somebody stated is an [`Attestation`] and is never counted.
//! Start at [`Share`].

use hearth_base::id::{PartyId, RecordId, VersionId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Something given to a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// What: a version of any record.
    pub what: VersionId,
    /// To whom: one party.
    pub to: PartyId,
    /// By which way.
    pub channel: Channel,
}

/// The way something was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// On this server.
    Server,
    /// As a signed file.
    Bundle,
    /// By mail.
    Mail,
    /// By post, courier, freight or by hand.
    Delivery,
    /// At a meeting or a call.
    Meeting,
    /// Through an embassy or mission.
    Diplomatic,
}

/// A party's word that it received something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The share or movement that it confirms.
    pub of: RecordId,
    /// What was missing, damaged or is to be said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
}

/// That a person accepted terms, for their party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// Which version of which terms.
    pub terms: VersionId,
}

/// A total that somebody stated. It stands beside counted figures and is never one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// A short name: `K1`.
    pub code: String,
    /// What is counted, in words.
    pub statement: String,
    /// How many.
    pub value: u64,
    /// Of what.
    pub unit: String,
    /// How the number is to be read.
    pub qualifier: Qualifier,
    /// The day for which it was said.
    pub as_of: Date,
    /// Who said it.
    pub said_by: String,
    /// Where that can be read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// How a stated number is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Qualifier {
    /// Just so many.
    Exactly,
    /// More than so many: "over", "more than", "exceeded".
    MoreThan,
    /// So many or more.
    AtLeast,
    /// A little less than so many: "nearly", "almost".
    Nearly,
    /// About so many: "some", "rounded".
    About,
}

impl Qualifier {
    /// Whether a counted number bears out what was stated. "Nearly" and "about" allow a twentieth: between 95 % and
    /// 100 % of the number, and within 5 % of it.
    pub fn is_borne_out(self, stated: u64, counted: u64) -> bool {
        let (stated, counted) = (u128::from(stated), u128::from(counted));
        match self {
            Self::Exactly => counted == stated,
            Self::MoreThan => counted > stated,
            Self::AtLeast => counted >= stated,
            Self::Nearly => counted < stated && counted * 20 >= stated * 19,
            Self::About => counted * 20 >= stated * 19 && counted * 20 <= stated * 21,
        }
    }

    /// The words before the number.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Exactly => "",
            Self::MoreThan => "more than",
            Self::AtLeast => "at least",
            Self::Nearly => "nearly",
            Self::About => "about",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_bears_out_a_statement_or_not() {
        let check = |qualifier: Qualifier, counted: u64, expected: bool| {
            assert_eq!(qualifier.is_borne_out(180, counted), expected, "{qualifier:?} {counted}");
        };
        check(Qualifier::Exactly, 180, true);
        check(Qualifier::Exactly, 181, false);
        check(Qualifier::MoreThan, 180, false);
        check(Qualifier::MoreThan, 181, true);
        check(Qualifier::AtLeast, 180, true);
        check(Qualifier::Nearly, 171, true);
        check(Qualifier::Nearly, 170, false);
        check(Qualifier::Nearly, 180, false);
        check(Qualifier::About, 189, true);
        check(Qualifier::About, 190, false);
    }
}
