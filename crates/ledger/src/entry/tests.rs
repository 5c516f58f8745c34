//! Entries as bytes: what is written, what is read again, what is refused.

use super::*;
use crate::body::sharing::{Channel, Share};
use crate::body::{Remark, documents::Edition};
use hearth_base::audience::Member;
use proptest::prelude::*;

fn record(byte: u8) -> RecordId {
    RecordId::from_bytes([byte; 16])
}

fn entry(act: Act, body: Body) -> Entry {
    Entry {
        log: "hearth.example.org/log".to_owned(),
        id: EntryId::from_bytes([1; 16]),
        recorded: UtcTime::from_unix_ms(1_585_224_000_000),
        draft: Draft {
            act,
            record: record(2),
            version: 1,
            party: record(3).into(),
            person: Some(record(4).into()),
            disclosure: Disclosure {
                audience: Audience::of([Member::Party(record(5).into())]).expect("few"),
                opens: None,
                terms: None,
            },
            happened: "2020-03-26".parse().expect("a day"),
            simulated: true,
            body,
            blobs: Vec::new(),
        },
    }
}

fn share() -> Entry {
    let what = VersionId { record: record(6), version: 7 };
    entry(Act::Keep, Share { what, to: record(5).into(), channel: Channel::Server }.into())
}

const EXPECTED: &str = concat!(
    r#"{"format":"hearth-entry/1","log":"hearth.example.org/log","entry":"01040g2081040g2081040g2081","#,
    r#""kind":"share","act":"keep","record":"02081040g2081040g2081040g2","version":1,"#,
    r#""party":"030c1g60r30c1g60r30c1g60r3","person":"040g2081040g2081040g208104","#,
    r#""audience":"party:050m2ga1850m2ga1850m2ga185","happened":"2020-03-26","#,
    r#""recorded":"2020-03-26T12:00:00.000Z","simulated":true,"#,
    r#""body":{"what":"060r30c1g60r30c1g60r30c1g6.7","to":"050m2ga1850m2ga1850m2ga185","#,
    r#""channel":"server"}}"#,
);

#[test]
fn an_entry_is_written_in_one_way() {
    let text = String::from_utf8(share().to_bytes().expect("short")).expect("JSON");
    assert_eq!(text, EXPECTED);
}

#[test]
fn an_entry_is_read_again() {
    let edition = Edition { work: record(8), label: "7".to_owned(), changes: String::new() };
    let remark = Remark { reason: "wrong sample".to_owned() };
    for entry in [
        share(),
        entry(Act::Release, edition.into()),
        entry(Act::Withdraw, Body::Withdrawal(Kind::Genome, remark.clone())),
        entry(Act::Approve, Body::Approval(Kind::Submission, remark)),
    ] {
        let bytes = entry.to_bytes().expect("short");
        let read = Entry::from_bytes(&bytes).expect("our own");
        assert_eq!(read, entry);
        assert_eq!(read.to_bytes().expect("short"), bytes);
    }
}

#[test]
fn what_is_no_entry_is_refused_with_a_sentence() {
    let text = String::from_utf8(share().to_bytes().expect("short")).expect("JSON");
    let check = |from: &str, to: &str, expected: &str| {
        assert!(text.contains(from), "{from}");
        let error = Entry::from_bytes(text.replace(from, to).as_bytes()).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    };
    check("hearth-entry/1", "hearth-entry/2", "it needs to be renewed");
    check("\"version\":1", "\"version\":0", "versions begin at 1");
    check("\"kind\":\"share\"", "\"kind\":\"sharing\"", "unknown variant");
    check("\"channel\":\"server\"", "\"way\":\"server\"", "the body of the share entry");
    check("{\"format\"", "{\"colour\":1,\"format\"", "unknown field");
    let long = " ".repeat(ENTRY_MAX_BYTES + 1);
    assert!(matches!(Entry::from_bytes(long.as_bytes()), Err(EntryError::TooLong(_))));
}

proptest! {
    #[test]
    fn reading_never_panics(bytes: Vec<u8>) {
        let _ = Entry::from_bytes(&bytes);
    }
}

#[test]
fn words_and_numbers_are_one_of_a_kind() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_number(kind.number()), Some(*kind));
        assert_eq!(serde_json::to_string(kind).ok(), Some(format!("\"{}\"", kind.word())));
    }
    for act in Act::ALL {
        assert_eq!(Act::from_number(act.number()), Some(*act));
    }
}
