//! Languages: BCP 47 tags, the six languages of the United Nations, and text reduced for comparing.
//!
//! A tag is the subset of RFC 5646 section 2.1 that a language menu needs: `language[-Script][-REGION]`. Refuses
//! variants, extensions and private use, and the registry: a well-formed tag may name no language that exists.
//! Start at [`Language`]; [`folded`] is what spellings are compared by.

mod fold;
mod near;

pub use fold::folded;
pub use near::{distance_within, distances_allowed};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// `zzz-Zzzz-999`.
const LONGEST_TAG_BYTES: usize = 12;

/// Scripts written from right to left (Unicode Standard, chapter 9 and 19; ISO 15924 codes).
const RIGHT_TO_LEFT_SCRIPTS: [&str; 12] =
    ["Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"];

/// Languages whose usual script, where the tag names none, is one of those above (CLDR, likely subtags).
const RIGHT_TO_LEFT_LANGUAGES: [&str; 21] = [
    "ar", "arc", "arz", "bal", "ckb", "dv", "fa", "glk", "he", "lrc", "mzn", "nqo", "ps", "rhg", "sd", "sdh",
    "skr", "syr", "ug", "ur", "yi",
];

/// A BCP 47 language tag, `language[-Script][-REGION]`, in the letters' usual case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    bytes: [u8; LONGEST_TAG_BYTES],
    length: u8,
}

/// Why a text is no [`Language`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not a language tag: give a BCP 47 tag as fr, pt-BR or zh-Hant-TW")]
pub struct LanguageError {
    /// The text, at most 40 characters of it.
    pub given: String,
}

impl Language {
    /// The tag.
    pub fn as_str(&self) -> &str {
        let bytes = &self.bytes[..usize::from(self.length)];
        std::str::from_utf8(bytes).expect("a tag is made of ASCII letters, digits and hyphens")
    }

    /// The language subtag: two or three small letters.
    pub fn primary(&self) -> &str {
        self.as_str().split('-').next().unwrap_or_default()
    }

    /// The script subtag, if there is one.
    pub fn script(&self) -> Option<&str> {
        self.as_str().split('-').skip(1).find(|part| part.len() == 4)
    }

    /// The region subtag, if there is one: ISO 3166-1 alpha-2 or three digits of M49.
    pub fn region(&self) -> Option<&str> {
        self.as_str().split('-').skip(1).find(|part| part.len() < 4)
    }

    /// Whether text in it runs from right to left: by its script, or by the usual one of the language.
    pub fn is_right_to_left(&self) -> bool {
        match self.script() {
            Some(script) => RIGHT_TO_LEFT_SCRIPTS.contains(&script),
            None => RIGHT_TO_LEFT_LANGUAGES.contains(&self.primary()),
        }
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    fn from_str(text: &str) -> Result<Self, LanguageError> {
        tag(text).ok_or_else(|| LanguageError { given: text.chars().take(40).collect() })
    }
}

/// The tag in its usual case (RFC 5646 section 2.1.1).
fn tag(text: &str) -> Option<Language> {
    let mut parts = text.split('-').peekable();
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let primary = parts.next().filter(|part| (2..=3).contains(&part.len()) && letters(part))?;
    let mut usual = primary.to_ascii_lowercase();
    if let Some(script) = parts.next_if(|part| part.len() == 4 && letters(part)) {
        usual.push('-');
        usual.push_str(&script[..1].to_ascii_uppercase());
        usual.push_str(&script[1..].to_ascii_lowercase());
    }
    let is_region = |part: &str| match part.len() {
        2 => letters(part),
        3 => part.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    if let Some(region) = parts.next_if(|part| is_region(part)) {
        usual.push('-');
        usual.push_str(&region.to_ascii_uppercase());
    }
    if parts.next().is_some() {
        return None;
    }
    let mut bytes = [0; LONGEST_TAG_BYTES];
    bytes.get_mut(..usual.len())?.copy_from_slice(usual.as_bytes());
    Some(Language { bytes, length: u8::try_from(usual.len()).ok()? })
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({self})")
    }
}

/// As its text.
impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The official languages of the United Nations, in the order of the M49 tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnLanguage {
    /// English.
    English,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Russian.
    Russian,
    /// Arabic.
    Arabic,
    /// Chinese.
    Chinese,
}

impl UnLanguage {
    /// All six.
    pub const ALL: [Self; 6] =
        [Self::English, Self::French, Self::Spanish, Self::Russian, Self::Arabic, Self::Chinese];

    /// The primary subtag of its BCP 47 tag.
    pub fn code(self) -> &'static str {
        ["en", "fr", "es", "ru", "ar", "zh"][self as usize]
    }

    /// The one that a reader of `language` reads, region and script aside.
    pub fn of(language: Language) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == language.primary())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(given: &str, expected: Option<(&str, bool)>) {
        let found = given.parse::<Language>().ok();
        let found = found.map(|tag| (tag.to_string(), tag.is_right_to_left()));
        assert_eq!(found, expected.map(|(tag, rtl)| (tag.to_owned(), rtl)), "{given}");
    }

    #[test]
    fn tags_get_their_usual_case() {
        check("fr", Some(("fr", false)));
        check("PT-br", Some(("pt-BR", false)));
        check("ZH-HANT-tw", Some(("zh-Hant-TW", false)));
        check("es-419", Some(("es-419", false)));
        check("kmb", Some(("kmb", false)));
    }

    #[test]
    fn the_script_decides_the_direction_before_the_language() {
        check("ar", Some(("ar", true)));
        check("ur-PK", Some(("ur-PK", true)));
        check("pa-Arab", Some(("pa-Arab", true)));
        check("ar-Latn", Some(("ar-Latn", false)));
        check("ku", Some(("ku", false)));
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for wrong in [
            "", "f", "francais", "fr_FR", "fr-", "-fr", "fr-FRA", "fr-FR-x", "fr-1234", "é", "en-a-bbb",
            "fr FR",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn the_parts_can_be_asked_for() {
        let tag: Language = "zh-Hant-TW".parse().unwrap();
        assert_eq!((tag.primary(), tag.script(), tag.region()), ("zh", Some("Hant"), Some("TW")));
        assert_eq!(UnLanguage::of(tag), Some(UnLanguage::Chinese));
        let tag: Language = "sw".parse().unwrap();
        assert_eq!((tag.script(), tag.region(), UnLanguage::of(tag)), (None, None, None));
        assert_eq!(serde_json::to_string(&tag).unwrap(), "\"sw\"");
        assert_eq!(serde_json::from_str::<Language>("\"sw\"").unwrap(), tag);
    }

    proptest! {
        #[test]
        fn a_tag_reads_as_itself(text in "[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?") {
            let tag: Language = text.parse().unwrap();
            prop_assert_eq!(tag.as_str().parse::<Language>().unwrap(), tag);
            prop_assert!(tag.as_str().eq_ignore_ascii_case(&text));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,16}") {
            let _ = text.parse::<Language>();
        }
    }
}
