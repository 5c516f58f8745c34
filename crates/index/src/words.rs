//! Texts by number, each once, one behind the other in memory.
//!
//! A million names cost their letters and some 13 bytes each. Refuses to know rows. Start at [`Words::take`].

use crate::saved::{LoadError, Source};
use hashbrown::HashTable;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Read;

/// See the module.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    letters: String,
    /// Where each text ends in `letters`; it begins where the one before ends.
    ends: Vec<u64>,
    numbers: HashTable<u32>,
    hasher: RandomState,
}

impl Words {
    /// The number of a text, which gets the next one if it has none.
    pub(crate) fn take(&mut self, text: &str) -> u32 {
        if let Some(number) = self.number_of(text) {
            return number;
        }
        let number = self.ends.len() as u32;
        self.letters.push_str(text);
        self.ends.push(self.letters.len() as u64);
        let Self { letters, ends, numbers, hasher } = self;
        let hash_of = |number: &u32| hasher.hash_one(text_at(letters, ends, *number).unwrap_or_default());
        numbers.insert_unique(hasher.hash_one(text), number, hash_of);
        number
    }

    /// The number of a text that has one.
    pub(crate) fn number_of(&self, text: &str) -> Option<u32> {
        let found = self.numbers.find(self.hasher.hash_one(text), |number| self.at(*number) == Some(text));
        found.copied()
    }

    /// The text with a number.
    pub(crate) fn at(&self, number: u32) -> Option<&str> {
        text_at(&self.letters, &self.ends, number)
    }

    /// All texts, in the order of their numbers.
    pub(crate) fn all(&self) -> impl ExactSizeIterator<Item = (u32, &str)> {
        (0..self.ends.len() as u32).map(|number| (number, self.at(number).unwrap_or_default()))
    }

    /// Reads texts behind their number. Returns how many.
    pub(crate) fn load<R: Read>(&mut self, source: &mut Source<R>) -> Result<usize, LoadError> {
        let count =
            u32::try_from(source.number()?).map_err(|_| LoadError::Unfit("a field has too many words"))?;
        for number in 0..count {
            let text =
                String::from_utf8(source.text()?).map_err(|_| LoadError::Unfit("a word is no text"))?;
            if self.take(&text) != number {
                return Err(LoadError::Unfit("a field has a word twice"));
            }
        }
        Ok(count as usize)
    }
}

fn text_at<'a>(letters: &'a str, ends: &[u64], number: u32) -> Option<&'a str> {
    let number = number as usize;
    let begin = number.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied())?;
    letters.get(begin as usize..*ends.get(number)? as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_number() {
        let mut words = Words::default();
        let check =
            |words: &mut Words, text: &str, expected: u32| assert_eq!(words.take(text), expected, "{text}");
        check(&mut words, "Kenya", 0);
        check(&mut words, "", 1);
        check(&mut words, "Perú", 2);
        check(&mut words, "Kenya", 0);
        check(&mut words, "", 1);
        assert_eq!(words.all().collect::<Vec<_>>(), [(0, "Kenya"), (1, ""), (2, "Perú")]);
        assert_eq!((words.at(2), words.at(3), words.number_of("Ken")), (Some("Perú"), None, None));
    }
}
