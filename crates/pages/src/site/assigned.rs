//! How a genome came to the name that lists have for it, and how often it was used: facts on its page. Start at
//! [`Assigned`] and [`Used`].

use crate::messages::{Catalogue, Key, Value};

/// The name of a genome in lists, and what assigned it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// Its lineage, or its clade; empty for none.
    pub name: String,
    /// If it was assigned anew since it was handed in.
    pub again: Option<Again>,
}

/// A name that was assigned anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// The day (ISO 8601).
    pub on: String,
    /// By which pack, with its version.
    pub pack: String,
    /// The name that it was handed in with, if that was another; empty for none.
    pub first: Option<String>,
}

impl Assigned {
    /// The fact: its label, and what it says.
    pub fn told(&self, words: &Catalogue) -> (String, String) {
        let none = words.say(Key::GenomeAssignedNone);
        let named = |name: &str| if name.is_empty() { none.clone() } else { name.to_owned() };
        let name = named(&self.name);
        let text = match &self.again {
            None => words.tell(Key::GenomeAssignedFirst, &[("name", Value::Text(&name))]),
            Some(Again { on, pack, first }) => {
                let facts =
                    [("name", Value::Text(&name)), ("date", Value::Text(on)), ("pack", Value::Text(pack))];
                match first.as_deref().map(named) {
                    None => words.tell(Key::GenomeAssignedAgain, &facts),
                    Some(first) => {
                        let [name, date, pack] = facts;
                        words.tell(
                            Key::GenomeAssignedOther,
                            &[name, date, pack, ("first", Value::Text(&first))],
                        )
                    }
                }
            }
        };
        (words.say(Key::GenomeAssigned), text)
    }
}

/// How often a genome was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Its page was opened.
    pub seen: u64,
    /// What is known of it was taken.
    pub described: u64,
    /// Its sequence was taken.
    pub taken: u64,
}

impl Used {
    /// The fact: its label, and what it says.
    pub fn told(self, words: &Catalogue) -> (String, String) {
        let numbers = [("seen", self.seen), ("described", self.described), ("taken", self.taken)];
        let numbers = numbers.map(|(name, number)| (name, Value::Count(number)));
        (words.say(Key::GenomeUsed), words.tell(Key::GenomeUsedNumbers, &numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_where_they_come_from() {
        let check = |name: &str, again: Option<(&str, Option<&str>)>, expected: &str| {
            let again = again.map(|(on, first)| Again {
                on: on.to_owned(),
                pack: "mpox 2".to_owned(),
                first: first.map(str::to_owned),
            });
            let told = Assigned { name: name.to_owned(), again }.told(&Catalogue::english());
            assert_eq!(told, ("Listed as".to_owned(), expected.to_owned()));
        };
        check("IIb", None, "IIb, assigned when it was handed in");
        check("", None, "no lineage, assigned when it was handed in");
        check("IIb", Some(("2026-05-03", None)), "IIb, assigned on 2026-05-03 with mpox 2");
        check(
            "IIb",
            Some(("2026-05-03", Some("II"))),
            "IIb, assigned on 2026-05-03 with mpox 2; II when it was handed in",
        );
    }

    #[test]
    fn uses_are_counted_in_words() {
        let told = Used { seen: 1, described: 0, taken: 1_200 }.told(&Catalogue::english()).1;
        assert_eq!(told, "seen once, metadata taken 0 times, sequence taken 1,200 times");
    }
}
