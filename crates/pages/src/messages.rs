//! The words of all pages, by key and language: a catalogue in the Fluent format (projectfluent.org).
//!
//! A page asks for a [`Key`], never for a text; what a sentence needs is handed over by name. A test holds the keys
//! against the file: none is missing, none unused, and each sentence uses the arguments that are declared here. Numbers
//! are written by [`crate::number`]. Start at [`Catalogue::english`].

use crate::number;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

const ENGLISH: &str = include_str!("../messages/en.ftl");

/// Languages that are read from right to left.
const RIGHT_TO_LEFT: [&str; 4] = ["ar", "fa", "he", "ur"];

/// What a sentence needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A number, which may decide between singular and plural.
    Count(u64),
    /// A text from outside, or one made from other messages.
    Text(&'a str),
}

/// The words in one language. Made once and shared by all threads: making it reads the whole file.
pub struct Catalogue {
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// The catalogue in English.
    pub fn english() -> Self {
        let language: LanguageIdentifier = "en".parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Marks around arguments are for mixed directions; they would break copying from a left-to-right page.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) => Some(number::whole(number.value.max(0.0) as u64)),
            _ => None,
        }));
        // A faulty entry is left out, and the tests find it missing.
        let resource = FluentResource::try_new(ENGLISH.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { bundle }
    }

    /// The language, as HTML's `lang` has it.
    pub fn language(&self) -> String {
        self.bundle.locales.first().map_or_else(String::new, ToString::to_string)
    }

    /// Which way it is read, as HTML's `dir` has it.
    pub fn direction(&self) -> &'static str {
        let is_leftwards =
            |language: &LanguageIdentifier| RIGHT_TO_LEFT.contains(&language.language.as_str());
        if self.bundle.locales.first().is_some_and(is_leftwards) { "rtl" } else { "ltr" }
    }

    /// A message that needs nothing.
    pub fn say(&self, key: Key) -> String {
        self.tell(key, &[])
    }

    /// A message about so many, which it knows as `count`.
    pub fn count(&self, key: Key, count: u64) -> String {
        self.tell(key, &[("count", Value::Count(count))])
    }

    /// A message with a single text in it, by name.
    pub fn with(&self, key: Key, name: &'static str, text: &str) -> String {
        self.tell(key, &[(name, Value::Text(text))])
    }

    /// A message with what it needs, by name. A message that is missing is its own name.
    pub fn tell(&self, key: Key, given: &[(&'static str, Value)]) -> String {
        let mut arguments = FluentArgs::with_capacity(given.len());
        for (name, value) in given {
            match value {
                Value::Count(count) => arguments.set(*name, *count as f64),
                Value::Text(text) => arguments.set(*name, *text),
            }
        }
        debug_assert!(
            key.arguments().iter().all(|name| given.iter().any(|(other, _)| other == name)),
            "{key:?} needs {:?}",
            key.arguments()
        );
        let pattern = self.bundle.get_message(key.id()).and_then(|message| message.value());
        let Some(pattern) = pattern else { return key.id().to_owned() };
        self.bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }
}

mod keys;

pub use keys::Key;

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Keys and arguments of an entry, as the file has them.
    fn entries(text: &str) -> Vec<(String, String)> {
        let mut entries: Vec<(String, String)> = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match (line.split_once(" ="), entries.last_mut()) {
                (Some((id, value)), _) if line.starts_with(|c: char| c.is_ascii_lowercase()) => {
                    entries.push((id.to_owned(), value.to_owned()));
                }
                (_, Some((_, value))) => value.push_str(line),
                _ => {}
            }
        }
        entries
    }

    #[test]
    fn every_key_has_a_message_with_the_arguments_it_declares_and_no_message_is_without_a_key() {
        assert!(FluentResource::try_new(ENGLISH.to_owned()).is_ok());
        let entries = entries(ENGLISH);
        let ids: Vec<&str> = entries.iter().map(|(id, _)| id.as_str()).collect();
        let keys: Vec<&str> = Key::ALL.iter().map(|key| key.id()).collect();
        assert_eq!(ids, keys);
        for (key, (_, value)) in Key::ALL.iter().zip(&entries) {
            let mut used: Vec<&str> = value
                .split('$')
                .skip(1)
                .map(|rest| rest.split(|c: char| !c.is_ascii_lowercase()).next().unwrap())
                .collect();
            used.sort_unstable();
            used.dedup();
            let mut declared = key.arguments().to_vec();
            declared.sort_unstable();
            assert_eq!(used, declared, "{key:?}");
        }
    }

    /// All text of the files below a folder.
    fn text_below(folder: &Path) -> String {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let texts = entries.map(|path| match path.is_dir() {
            true => text_below(&path),
            false => std::fs::read_to_string(path).unwrap(),
        });
        texts.collect()
    }

    #[test]
    fn every_message_is_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = text_below(&root.join("src")) + &text_below(&root.join("templates"));
        let is_used = |key: &&Key| {
            let name = format!("Key::{key:?}");
            let mut rest = text.split(&name);
            rest.next();
            rest.any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        };
        let unused: Vec<&Key> = Key::ALL.iter().filter(|key| !is_used(key)).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }

    #[test]
    fn numbers_decide_between_singular_and_plural_and_are_grouped() {
        let words = Catalogue::english();
        let check = |count, expected: &str| {
            assert_eq!(words.tell(Key::FactGenomes, &[("count", Value::Count(count))]), expected);
        };
        check(0, "0 genomes");
        check(1, "1 genome");
        check(12_345, "12,345 genomes");
        assert_eq!((words.language().as_str(), words.direction()), ("en", "ltr"));
    }

    #[test]
    fn a_catalogue_is_shared_by_threads() {
        fn check<T: Send + Sync>(_: &T) {}
        check(&Catalogue::english());
    }

    #[test]
    fn texts_from_outside_are_left_as_they_are() {
        let words = Catalogue::english();
        let told = words.tell(Key::FactPack, &[("name", Value::Text("{ $count } <b>"))]);
        assert_eq!(told, "compared with the pack { $count } <b>");
    }
}
