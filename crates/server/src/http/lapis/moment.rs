//! The past moment that a question is asked as of: `asOf=2026-05-01`, a time as RFC 3339 writes it, or `dataVersion=` and
//! the number that an answer told.
//!
//! A day ends with its last moment. Refuses to know versions. Start at [`of`].

use super::asked::Asked;
use super::fault::Fault;
use crate::app::questions::moment::time;
use hearth_base::time::UtcTime;
use serde_json::Value;

/// Versions are told in whole seconds: the moment of one is the last of its second.
pub const ROUNDED_MS: i64 = 999;

/// The moment that a question names, if it names one.
///
/// # Errors
/// When it is none, or there are two.
pub fn of(asked: &Asked) -> Result<Option<UtcTime>, Fault> {
    match (asked.value("asOf"), asked.value("dataVersion")) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Fault::bad("asOf and dataVersion say the same: give one of them")),
        (Some(value), None) => time(value.as_str().unwrap_or_default().trim()).map(Some).ok_or_else(|| {
            Fault::bad(format!(
                "asOf is {value}: write a day as 2026-05-01, or a time as 2026-05-01T08:00:00Z"
            ))
        }),
        (None, Some(value)) => version(value).map(Some).ok_or_else(|| {
            Fault::bad(format!("dataVersion is {value}: write the number of an answer's Lapis-Data-Version"))
        }),
    }
}

/// Seconds since 1970-01-01T00:00Z.
fn version(value: &Value) -> Option<UtcTime> {
    let seconds = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
    let ms = seconds.checked_mul(1_000)?.checked_add(ROUNDED_MS)?;
    // Years of four digits.
    (0..=253_402_300_799_999).contains(&ms).then(|| UtcTime::from_unix_ms(ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn days_end_and_versions_are_seconds() {
        let check = |keys: Value, expected: Result<Option<&str>, &str>| {
            let asked = Asked::default().with_keys(keys.as_object().expect("keys")).expect("a question");
            match (of(&asked), expected) {
                (Ok(found), Ok(time)) => {
                    assert_eq!(found, time.map(|time| time.parse().expect("a time")), "{keys}")
                }
                (Err(fault), Err(sentence)) => assert!(fault.detail.contains(sentence), "{}", fault.detail),
                (found, expected) => assert_eq!(
                    found.map_err(|fault| fault.detail),
                    expected.map(|_| None).map_err(str::to_owned),
                    "{keys}"
                ),
            }
        };
        check(json!({}), Ok(None));
        check(json!({ "asOf": "2026-05-01" }), Ok(Some("2026-05-01T23:59:59.999Z")));
        check(json!({ "asOf": "2026-05-01T08:00:00Z" }), Ok(Some("2026-05-01T08:00:00Z")));
        check(json!({ "dataVersion": "1790000000" }), Ok(Some("2026-09-21T14:13:20.999Z")));
        check(json!({ "dataVersion": 1_790_000_000 }), Ok(Some("2026-09-21T14:13:20.999Z")));
        check(json!({ "asOf": "soon" }), Err("write a day as 2026-05-01"));
        check(json!({ "asOf": 7 }), Err("write a day as 2026-05-01"));
        for wrong in [json!("x"), json!(-5), json!("99999999999999999"), json!(1.5)] {
            check(json!({ "dataVersion": wrong }), Err("Lapis-Data-Version"));
        }
        check(json!({ "asOf": "2026-05-01", "dataVersion": 1 }), Err("give one of them"));
    }
}
