//! How far something may go under its terms.
//!
//! Terms are data; this is the one place that acts on them when something is released. Refuses to know who may see it in
//! the end ([`crate::access`]). Start at [`within_terms`].

use super::Refusal;
use crate::entry::{Disclosure, Opening};
use hearth_base::audience::Audience;
use hearth_base::id::VersionId;
use hearth_base::terms::{Reach, Terms};
use hearth_base::time::UtcTime;

/// Embargoes end within so many milliseconds: four years.
const EMBARGO_MAX_MS: i64 = 4 * 366 * 24 * 3_600_000;

/// The disclosure that terms allow, given whom the releaser names and when an embargo is to end.
///
/// # Errors
/// Says what the terms ask for.
pub fn within_terms(
    terms: (&Terms, VersionId),
    named: Audience,
    open_from: Option<UtcTime>,
    now: UtcTime,
) -> Result<Disclosure, Refusal> {
    let (terms, id) = terms;
    let opens = match (terms.embargo, open_from) {
        (true, None) => {
            return Err(Refusal::invalid(format!(
                "the terms {} need the day on which they open",
                terms.code
            )));
        }
        (true, Some(at)) if at <= now => {
            return Err(Refusal::invalid("the end of the embargo is in the past"));
        }
        (true, Some(at)) if at > now.plus_ms(EMBARGO_MAX_MS) => {
            return Err(Refusal::invalid("the embargo would last longer than four years"));
        }
        (true, Some(at)) => Some(Opening { at, to: Audience::Public }),
        (false, Some(_)) => {
            return Err(Refusal::invalid(format!(
                "the terms {} know no embargo: leave its day out",
                terms.code
            )));
        }
        (false, None) => None,
    };
    let audience = match (terms.reach, named) {
        (Reach::Owner, _) => {
            let sentence =
                format!("the terms {} are for the owner alone: choose others to release it", terms.code);
            return Err(Refusal::invalid(sentence));
        }
        (Reach::Public, Audience::Owner | Audience::Public) => Audience::Public,
        (Reach::Public, Audience::Members(_)) => {
            let sentence =
                format!("the terms {} are for everybody: name no partners, or choose others", terms.code);
            return Err(Refusal::invalid(sentence));
        }
        (Reach::Partners, Audience::Public) => {
            return Err(Refusal::invalid(format!("the terms {} are for partners: name them", terms.code)));
        }
        (Reach::Partners, Audience::Owner) if opens.is_none() => {
            return Err(Refusal::invalid(format!(
                "the terms {} are for partners: name at least one",
                terms.code
            )));
        }
        (Reach::Partners, named) => named,
    };
    Ok(Disclosure { audience, opens, terms: Some(id) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_base::audience::Member;
    use hearth_base::id::{PartyId, RecordId};

    #[test]
    fn terms_say_how_far_something_goes() {
        let now = UtcTime::from_unix_ms(1_000_000);
        let later = Some(now.plus_ms(1));
        let partner = || Audience::of([Member::Party(PartyId::from_bytes([1; 16]))]).expect("one");
        let [open, embargo, partners, private] = Terms::usual();
        let check = |terms: &Terms, named: Audience, open_from, expected: Result<(Audience, bool), &str>| {
            let id = VersionId { record: RecordId::from_bytes([9; 16]), version: 1 };
            let found = within_terms((terms, id), named, open_from, now);
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!((found.audience, found.opens.is_some()), expected),
                (Err(refusal), Err(part)) => assert!(refusal.to_string().contains(part), "{refusal}"),
                (found, expected) => panic!("{found:?} {expected:?}"),
            }
        };
        check(&open, Audience::Owner, None, Ok((Audience::Public, false)));
        check(&open, partner(), None, Err("name no partners"));
        check(&open, Audience::Public, later, Err("know no embargo"));
        check(&embargo, partner(), later, Ok((partner(), true)));
        check(&embargo, Audience::Owner, later, Ok((Audience::Owner, true)));
        check(&embargo, partner(), None, Err("need the day"));
        check(&embargo, partner(), Some(now), Err("in the past"));
        check(&embargo, partner(), Some(now.plus_ms(i64::MAX)), Err("longer than four years"));
        check(&partners, partner(), None, Ok((partner(), false)));
        check(&partners, Audience::Owner, None, Err("name at least one"));
        check(&partners, Audience::Public, None, Err("are for partners"));
        check(&private, partner(), None, Err("for the owner alone"));
    }
}
