//! Collections of sequences, as GA4GH sequence collections 1.0 name, tell and compare them.
//!
//! A collection is arrays of the same length; its digest follows from names and sequences. Refuses to know letters. Start
//! at [`Collection::new`]; two are compared by [`comparison`].

use super::sha512t24u;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Attributes whose arrays are told, in order.
pub const ATTRIBUTES: [&str; 5] = ["lengths", "name_length_pairs", "names", "sequences", "sorted_sequences"];
/// An attribute of which the digest alone is told.
pub const TRANSIENT: &str = "sorted_name_length_pairs";
/// Attributes that the digest of a collection follows from.
const INHERENT: [&str; 2] = ["names", "sequences"];
/// Elements of an array that is compared.
pub const ELEMENTS_MAX: usize = 10_000;

/// A collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Collection {
    /// Its digest.
    pub digest: String,
    /// The digests of its attributes.
    pub level_1: Map<String, Value>,
    /// The arrays of its attributes.
    pub level_2: Map<String, Value>,
}

impl Collection {
    /// Of sequences with their names, lengths and digests (`SQ.…`).
    pub fn new<'a>(sequences: impl Iterator<Item = (&'a str, u64, String)>) -> Self {
        let (mut names, mut lengths, mut digests, mut pairs) = (vec![], vec![], vec![], vec![]);
        for (name, length, digest) in sequences {
            names.push(Value::from(name));
            lengths.push(Value::from(length));
            digests.push(digest);
            pairs.push(json!({ "length": length, "name": name }));
        }
        let mut sorted = digests.clone();
        sorted.sort_unstable();
        let mut pair_digests: Vec<String> = pairs.iter().map(digest_of).collect();
        pair_digests.sort_unstable();
        let level_2: Map<String, Value> = [
            ("lengths", Value::from(lengths)),
            ("name_length_pairs", Value::from(pairs)),
            ("names", Value::from(names)),
            ("sequences", Value::from(digests)),
            ("sorted_sequences", Value::from(sorted)),
        ]
        .map(|(name, array)| (name.to_owned(), array))
        .into_iter()
        .collect();
        let mut level_1: Map<String, Value> =
            level_2.iter().map(|(name, array)| (name.clone(), digest_of(array).into())).collect();
        level_1.insert(TRANSIENT.to_owned(), digest_of(&Value::from(pair_digests)).into());
        let inherent: Map<String, Value> = level_1
            .iter()
            .filter(|(name, _)| INHERENT.contains(&name.as_str()))
            .map(|(name, digest)| (name.clone(), digest.clone()))
            .collect();
        Self { digest: digest_of(&Value::from(inherent)), level_1, level_2 }
    }

    /// The digest of one of its attributes.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.level_1.get(name)?.as_str()
    }
}

/// The digest of a value in its canonical form (RFC 8785).
fn digest_of(value: &Value) -> String {
    // Our values are texts, whole numbers and objects of them, whose members stand in order.
    sha512t24u(value.to_string().as_bytes())
}

/// What two collections have in common, of those attributes that are arrays; nothing if one has an array that is too long.
pub fn comparison(a: &Map<String, Value>, b: &Map<String, Value>) -> Option<Value> {
    let of = |all: &Map<String, Value>| -> Vec<String> {
        all.iter().filter(|(_, value)| value.is_array()).map(|(name, _)| name.clone()).collect()
    };
    let (own, others) = (of(a), of(b));
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|name| !those.contains(name)).cloned().collect()
    };
    let both: Vec<&String> = own.iter().filter(|name| others.contains(name)).collect();
    let count = |all: &Map<String, Value>, names: &[String]| -> Map<String, Value> {
        let counted = names.iter().map(|name| (name.clone(), Value::from(array(all, name).len())));
        counted.collect()
    };
    let (mut shared, mut same_order) = (Map::new(), Map::new());
    for name in &both {
        let (count, order) = common(array(a, name), array(b, name))?;
        shared.insert((*name).clone(), count.into());
        same_order.insert((*name).clone(), order.into());
    }
    Some(json!({
        "attributes": { "a_only": only(&own, &others), "b_only": only(&others, &own), "a_and_b": both },
        "array_elements": {
            "a_count": count(a, &own),
            "b_count": count(b, &others),
            "a_and_b_count": shared,
            "a_and_b_same_order": same_order,
        },
    }))
}

fn array<'a>(of: &'a Map<String, Value>, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// How many elements two arrays share, and whether these stand in the same order in both, where that can be said.
fn common(a: &[Value], b: &[Value]) -> Option<(usize, Option<bool>)> {
    if a.len().max(b.len()) > ELEMENTS_MAX {
        return None;
    }
    let texts = |of: &[Value]| of.iter().map(Value::to_string).collect::<Vec<_>>();
    let (a, b) = (texts(a), texts(b));
    let kept = |these: &[String], those: &[String]| -> Vec<String> {
        let those: BTreeSet<&String> = those.iter().collect();
        these.iter().filter(|one| those.contains(one)).cloned().collect()
    };
    let (in_a, in_b) = (kept(&a, &b), kept(&b, &a));
    let is_clear = !in_a.is_empty() && in_a.len() == in_b.len();
    Some((in_a.len().min(in_b.len()), is_clear.then(|| in_a == in_b)))
}

#[cfg(test)]
mod tests {
    use super::super::SequenceNames;
    use super::*;

    fn of(sequences: &[(&str, &[u8])]) -> Collection {
        let all: Vec<(&str, u64, String)> = sequences
            .iter()
            .map(|(name, letters)| (*name, letters.len() as u64, SequenceNames::of(letters).ga4gh()))
            .collect();
        Collection::new(all.into_iter())
    }

    /// The example of the standard's own server.
    const BASE: [(&str, &[u8]); 3] = [("chrX", b"TTGGGGAA"), ("chr1", b"GGAA"), ("chr2", b"GCGC")];

    #[test]
    fn digests_are_those_of_the_standard() {
        let base = of(&BASE);
        assert_eq!(base.digest, "XZlrcEGi6mlopZ2uD8ObHkQB1d0oDwKk");
        let check = |attribute: &str, expected: &str| {
            assert_eq!(base.attribute(attribute), Some(expected), "{attribute}");
        };
        check("lengths", "cGRMZIb3AVgkcAfNv39RN7hnT5Chk7RX");
        check("names", "Fw1r9eRxfOZD98KKrhlYQNEdSRHoVxAG");
        check("sequences", "0uDQVLuHaOZi1u76LjV__yrVUIz9Bwhr");
        check("sorted_sequences", "KgWo6TT1Lqw6vgkXU9sYtCU9xwXoDt6M");
        check("name_length_pairs", "B9MESWM8k-hK_OeQK8bZNAG74pLY0Ujq");
        check(TRANSIENT, "zjM1Ie9m0zFbqsAnZ6jAJSXuFpKTr40J");
    }

    #[test]
    fn two_are_compared_by_elements_and_order() {
        let check = |other: &[(&str, &[u8])], attribute: &str, count: usize, order: Option<bool>| {
            let told = comparison(&of(&BASE).level_2, &of(other).level_2).expect("few");
            let elements = &told["array_elements"];
            let found = (&elements["a_and_b_count"][attribute], &elements["a_and_b_same_order"][attribute]);
            assert_eq!(found, (&json!(count), &json!(order)), "{attribute}");
        };
        let [x, one, two] = BASE;
        check(&BASE, "names", 3, Some(true));
        check(&[one, two, x], "names", 3, Some(false));
        check(&[one, two, x], "sorted_sequences", 3, Some(true));
        // Of lengths 8, 4, 4 and 8, 4 two are shared, and which 4 is which cannot be said.
        check(&[x, one], "lengths", 2, None);
        check(&[("y", b"A")], "names", 0, None);
        check(&[("chr2", two.1), ("chr1", one.1), ("chrX", x.1)], "name_length_pairs", 3, Some(false));
        let many = json!({ "names": vec!["a"; ELEMENTS_MAX + 1] });
        assert_eq!(comparison(&of(&BASE).level_2, many.as_object().expect("members")), None);
    }
}
