//! One laboratory spelt in several ways within a batch.
//!
//! Spellings are one laboratory when they differ in case, accents, punctuation, small words (`the`, `of`, `de`),
//! usual abbreviations (`Natl Inst`), what stands in brackets, a slip of the finger within a long word, or when
//! one is the capitals of the other (`KEMRI`). Words that are short, numbers and the first letters of words must
//! agree: `Laboratory 1` and `Laboratory 2`, `Northern` and `Southern` are two. Refuses to know laboratories
//! outside the batch, and to change anything: it suggests the commonest spelling. Start at [`spellings`].

use hearth_base::language::{distance_within, folded};
use std::collections::HashMap;

/// Different spellings beyond which slips are not sought, only other forms of the same words.
const MOST_FOR_SLIPS: usize = 2_000;
/// Letters of a word from which one slip, and from which two, are allowed.
const LETTERS_FOR_SLIPS: [usize; 2] = [5, 12];
/// Slips in all words together.
const MOST_SLIPS: usize = 2;
/// Letters of an abbreviation made of first letters.
const SHORTEST_ACRONYM: usize = 3;

/// Words that do not tell laboratories apart.
const SMALL_WORDS: [&str; 22] = [
    "the", "of", "for", "and", "at", "in", "de", "la", "le", "les", "l", "du", "des", "d", "et", "del", "el",
    "y", "do", "da", "e", "dos",
];

/// Abbreviations and other spellings of words, folded.
const ABBREVIATIONS: [(&str, &str); 36] = [
    ("lab", "laboratory"),
    ("labs", "laboratory"),
    ("laboratories", "laboratory"),
    ("natl", "national"),
    ("nat", "national"),
    ("inst", "institute"),
    ("univ", "university"),
    ("uni", "university"),
    ("dept", "department"),
    ("dep", "department"),
    ("hosp", "hospital"),
    ("ctr", "centre"),
    ("center", "centre"),
    ("min", "ministry"),
    ("res", "research"),
    ("med", "medical"),
    ("sci", "sciences"),
    ("science", "sciences"),
    ("ref", "reference"),
    ("reg", "regional"),
    ("intl", "international"),
    ("int", "international"),
    ("gov", "government"),
    ("govt", "government"),
    ("vet", "veterinary"),
    ("microbiol", "microbiology"),
    ("virol", "virology"),
    ("div", "division"),
    ("ph", "public health"),
    ("labo", "laboratoire"),
    ("hop", "hopital"),
    ("centr", "centre"),
    ("fac", "faculty"),
    ("svc", "service"),
    ("svcs", "services"),
    ("st", "saint"),
];

/// A spelling that another one should replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replacement<'a> {
    pub given: &'a str,
    pub commonest: &'a str,
}

/// A spelling taken apart.
struct Spelling<'a> {
    given: &'a str,
    rows: u32,
    words: Vec<String>,
    /// Capitals of the words, folded, if it is written in several words.
    capitals: String,
}

/// The spellings that are not the commonest of their laboratory, in the order of `given`; each comes with the
/// number of rows it is in.
pub(super) fn spellings<'a>(given: &[(&'a str, u32)]) -> Vec<Replacement<'a>> {
    let all: Vec<Spelling<'a>> = given.iter().map(|(given, rows)| spelling(given, *rows)).collect();
    let mut groups = Groups { parent: (0..all.len()).collect() };
    let mut by_words: HashMap<String, usize> = HashMap::new();
    let mut by_acronym: HashMap<&str, usize> = HashMap::new();
    for (index, spelling) in all.iter().enumerate() {
        let joined = spelling.words.concat();
        if joined.is_empty() {
            continue;
        }
        let first = *by_words.entry(joined).or_insert(index);
        groups.join(first, index);
        if spelling.capitals.len() >= SHORTEST_ACRONYM {
            by_acronym.entry(&spelling.capitals).or_insert(index);
        }
    }
    for (index, spelling) in all.iter().enumerate() {
        if let ([word], Some(&long)) =
            (spelling.words.as_slice(), by_acronym.get(spelling.words.concat().as_str()))
        {
            let in_capitals = spelling.given.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
            if in_capitals && word.len() >= SHORTEST_ACRONYM {
                groups.join(index, long);
            }
        }
    }
    if all.len() <= MOST_FOR_SLIPS {
        join_slips(&all, &mut groups);
    }
    replacements(&all, &mut groups)
}

fn spelling(given: &str, rows: u32) -> Spelling<'_> {
    let outside: String =
        given.split('(').enumerate().map(|(i, part)| if i == 0 { part } else { behind(part) }).collect();
    let outside = if outside.trim().is_empty() { given } else { outside.as_str() };
    let folded = folded(outside);
    let words = folded.split(' ').filter(|word| !word.is_empty() && !SMALL_WORDS.contains(word));
    let full = |word: &str| ABBREVIATIONS.iter().find(|(short, _)| *short == word).map(|(_, full)| *full);
    let words: Vec<String> =
        words.flat_map(|word| full(word).unwrap_or(word).split(' ')).map(str::to_owned).collect();
    let several = words.len() > 1;
    let capitals =
        if several { words.iter().filter_map(|word| word.chars().next()).collect() } else { String::new() };
    Spelling { given, rows, words, capitals }
}

/// What follows the bracket that closes.
fn behind(part: &str) -> &str {
    part.split_once(')').map_or("", |(_, behind)| behind)
}

/// Joins spellings with as many words that differ by slips. Only spellings whose words begin alike are compared.
fn join_slips(all: &[Spelling<'_>], groups: &mut Groups) {
    let mut by_beginnings: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, spelling) in all.iter().enumerate() {
        let beginnings: String = spelling.words.iter().filter_map(|word| word.chars().next()).collect();
        by_beginnings.entry(beginnings).or_default().push(index);
    }
    for alike in by_beginnings.values() {
        for (at, &left) in alike.iter().enumerate() {
            for &right in alike.iter().skip(at + 1) {
                let words = all.get(left).zip(all.get(right));
                if words.is_some_and(|(left, right)| differ_by_slips(&left.words, &right.words)) {
                    groups.join(left, right);
                }
            }
        }
    }
}

fn differ_by_slips(left: &[String], right: &[String]) -> bool {
    let mut slips = 0;
    let pairs = left.iter().zip(right).filter(|(left, right)| left != right);
    for (left, right) in pairs {
        let letters = left.chars().count().min(right.chars().count());
        let allowed = LETTERS_FOR_SLIPS.iter().filter(|from| letters >= **from).count();
        let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
        match distance_within(left, right, allowed) {
            Some(distance) if !has_digit(left) && !has_digit(right) => slips += distance,
            _ => return false,
        }
    }
    !left.is_empty() && left.len() == right.len() && slips <= MOST_SLIPS
}

fn replacements<'a>(all: &[Spelling<'a>], groups: &mut Groups) -> Vec<Replacement<'a>> {
    let mut commonest: HashMap<usize, &Spelling<'a>> = HashMap::new();
    for (index, spelling) in all.iter().enumerate() {
        let best = commonest.entry(groups.root(index)).or_insert(spelling);
        // Of two that are as common, the longer says more; then the first one stays.
        let rank = |spelling: &Spelling<'_>| (spelling.rows, spelling.given.len());
        if rank(spelling) > rank(best) {
            *best = spelling;
        }
    }
    let others = all.iter().enumerate().filter_map(|(index, spelling)| {
        let commonest = commonest.get(&groups.root(index))?.given;
        (commonest != spelling.given).then_some(Replacement { given: spelling.given, commonest })
    });
    others.collect()
}

/// Which spellings belong together: each points towards the first of its group.
struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn root(&mut self, mut index: usize) -> usize {
        while let Some(&parent) = self.parent.get(index).filter(|parent| **parent != index) {
            let above = self.parent.get(parent).copied().unwrap_or(parent);
            self.parent[index] = above;
            index = above;
        }
        index
    }

    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        self.parent[left.max(right)] = left.min(right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(given: &[(&str, u32)], expected: &[(&str, &str)]) {
        let found: Vec<(&str, &str)> = spellings(given).into_iter().map(|r| (r.given, r.commonest)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_commonest_spelling_is_suggested() {
        check(
            &[
                ("National Public Health Laboratory", 40),
                ("national public health laboratory", 2),
                ("Natl. Public Health Lab", 3),
                ("National Public Heatlh Laboratory", 1),
                ("National Public Health Laboratory (NPHL)", 1),
                ("NPHL", 5),
            ],
            &[
                ("national public health laboratory", "National Public Health Laboratory"),
                ("Natl. Public Health Lab", "National Public Health Laboratory"),
                ("National Public Heatlh Laboratory", "National Public Health Laboratory"),
                ("National Public Health Laboratory (NPHL)", "National Public Health Laboratory"),
                ("NPHL", "National Public Health Laboratory"),
            ],
        );
        check(
            &[("Hôpital Saint-Louis", 1), ("Hopital St Louis", 2)],
            &[("Hôpital Saint-Louis", "Hopital St Louis")],
        );
        check(
            &[("Institut Pasteur de Dakar", 3), ("Institut Pasteur Dakar", 1)],
            &[("Institut Pasteur Dakar", "Institut Pasteur de Dakar")],
        );
    }

    #[test]
    fn different_laboratories_stay_apart() {
        check(&[("Laboratory 1", 5), ("Laboratory 2", 1)], &[]);
        check(&[("Regional Lab A", 5), ("Regional Lab B", 1)], &[]);
        check(&[("Northern Hospital", 5), ("Southern Hospital", 1)], &[]);
        check(&[("Institut Pasteur de Dakar", 5), ("Institut Pasteur de Lille", 1)], &[]);
        check(&[("KEMRI", 5), ("Kemri", 2)], &[("Kemri", "KEMRI")]);
        check(&[("()", 1), ("-", 1), ("", 1)], &[]);
    }

    proptest! {
        #[test]
        fn a_suggestion_is_a_spelling_of_the_batch_and_is_not_replaced_itself(
            given in proptest::collection::hash_map("[A-C]?[a-c]{4,6}( lab)?( \\(X\\))?", 1u32..9, 0..12)
        ) {
            let given: Vec<(&str, u32)> = given.iter().map(|(given, rows)| (given.as_str(), *rows)).collect();
            let replaced = spellings(&given);
            for replacement in &replaced {
                prop_assert!(given.iter().any(|(given, _)| *given == replacement.commonest));
                prop_assert!(replaced.iter().all(|other| other.given != replacement.commonest));
            }
        }
    }
}
