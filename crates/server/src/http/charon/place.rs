//! The address of a tree: `/trees/PATHOGEN/key=value/…`, with the keys and values of the field's API.
//!
//! Viewers send the path of their page as it stands, without encoding it for a query, and put what comes back decoded
//! into the page's address. So values write what has a meaning in addresses as `~` and two hexadecimal digits (`~2F` for
//! `/`, `~20` for a blank, `~3A` for `:`), which nothing on the way touches; percent signs are read too. Refuses to know
//! which keys there are. Start at [`Place::read`].

use crate::app::trees::GENOMES_MOST;
use percent_encoding::percent_decode_str;

/// Where trees are shown.
pub const ROOT: &str = "trees";
/// The key that asks for the newest so many.
pub const NEWEST: &str = "newest";
/// The longest address, in bytes.
const PREFIX_MAX_BYTES: usize = 16 * 1024;

/// What an address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// None: the list of what there is.
    pub pathogen: Option<String>,
    /// Keys and values.
    pub pairs: Vec<(String, String)>,
}

impl Place {
    /// Reads what follows the question mark of a viewer's request, as it came.
    ///
    /// # Errors
    /// A sentence.
    pub fn read(query: &str) -> Result<Self, String> {
        if query.len() > PREFIX_MAX_BYTES {
            return Err(format!("the address has more than {PREFIX_MAX_BYTES} bytes: ask for less at once"));
        }
        let prefix = part(query, "prefix");
        // A careful client encodes the slashes too.
        let prefix = if prefix.contains('/') { prefix.to_owned() } else { percent(prefix)? };
        let mut parts = prefix.split('/').filter(|part| !part.is_empty()).peekable();
        let _ = parts.next_if(|part| *part == ROOT);
        let pathogen = parts.next().map(decoded).transpose()?;
        let pair = |part: &str| {
            let (key, value) = part.split_once('=').ok_or_else(|| {
                format!("{part:.60?} says nothing: write a key and a value as country=Kenya, between slashes")
            })?;
            Ok((decoded(key)?, decoded(value)?))
        };
        Ok(Self { pathogen, pairs: parts.map(pair).collect::<Result<_, String>>()? })
    }

    /// The tree of a question that so many genomes answer: of the newest, where they are more than a tree holds.
    pub fn of_question(pathogen: &str, mut pairs: Vec<(String, String)>, count: u64) -> Self {
        if count > GENOMES_MOST {
            pairs.push((NEWEST.to_owned(), GENOMES_MOST.to_string()));
        }
        Self { pathogen: Some(pathogen.to_owned()), pairs }
    }

    /// The address, from the root of the server.
    pub fn address(&self) -> String {
        let mut address = format!("/{ROOT}");
        if let Some(pathogen) = &self.pathogen {
            address.push('/');
            address.push_str(&encoded(pathogen));
        }
        for (key, value) in &self.pairs {
            address.push_str(&format!("/{}={}", encoded(key), encoded(value)));
        }
        address
    }
}

/// A part of a query, as it came. What is asked for by path may itself have signs of a query.
pub fn part<'a>(query: &'a str, name: &str) -> &'a str {
    let begins = |text: &str| text.strip_prefix(name).is_some_and(|rest| rest.starts_with('='));
    let at = if begins(query) { Some(0) } else { query.rfind(&format!("&{name}=")).map(|at| at + 1) };
    let value = at.and_then(|at| query.get(at + name.len() + 1..)).unwrap_or_default();
    let end = ["&type=", "&prefix="].iter().filter_map(|next| value.find(next)).min();
    value.get(..end.unwrap_or(value.len())).unwrap_or_default()
}

fn percent(text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(|text| text.into_owned()).map_err(|_| "the address is not written in UTF-8".to_owned())
}

fn decoded(text: &str) -> Result<String, String> {
    let text = percent(text)?;
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_str());
    while let Some((before, after)) = rest.split_once('~') {
        bytes.extend_from_slice(before.as_bytes());
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let byte = byte.ok_or("behind a ~ in an address stand two hexadecimal digits, as ~20 for a blank")?;
        bytes.push(byte);
        rest = after.get(2..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).map_err(|_| "the address is not written in UTF-8".to_owned())
}

fn encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.,*=".contains(&byte);
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_plain(byte) { out.push(char::from(byte)) } else { out.push_str(&format!("~{byte:02X}")) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(pathogen: &str, pairs: &[(&str, &str)]) -> Place {
        let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Place { pathogen: (!pathogen.is_empty()).then(|| pathogen.to_owned()), pairs }
    }

    #[test]
    fn a_path_is_read_however_it_comes() {
        let check = |query: &str, expected: Place| assert_eq!(Place::read(query), Ok(expected), "{query}");
        check("", place("", &[]));
        check("prefix=/", place("", &[]));
        check("prefix=/trees", place("", &[]));
        check("prefix=/sars-cov-2", place("sars-cov-2", &[]));
        check("prefix=trees/sars-cov-2/&type=root-sequence", place("sars-cov-2", &[]));
        let kenya = || place("sars-cov-2", &[("country", "Kenya"), ("dateFrom", "2026-01-01")]);
        check("prefix=/trees/sars-cov-2/country=Kenya/dateFrom=2026-01-01", kenya());
        check("prefix=%2Ftrees%2Fsars-cov-2%2Fcountry%3DKenya%2FdateFrom%3D2026-01-01", kenya());
        let query = || place("x", &[("advancedQuery", "S:501Y & country='A/B'")]);
        check("type=measurements&prefix=/trees/x/advancedQuery=S:501Y%20%26%20country='A%2FB'", query());
        check("prefix=/trees/x/advancedQuery=S~3A501Y~20~26~20country=~27A~2FB~27", query());
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let check = |query: &str, expected: &str| {
            let found = Place::read(query).expect_err("a sentence");
            assert!(found.contains(expected), "{query}: {found}");
        };
        check("prefix=/x/Kenya", "\"Kenya\" says nothing");
        check("prefix=/x/country=~Z1", "two hexadecimal digits");
        check("prefix=/x/country=%FF", "UTF-8");
        check(&format!("prefix=/{}", "x".repeat(20_000)), "more than 16384 bytes");
    }

    #[test]
    fn an_address_gives_back_what_it_was_made_of() {
        for value in ["Kenya", "Côte d'Ivoire", "S:501Y & !241T | 2%", "a/b?c#d~e+f;g", "BA.2*", "", "\u{1}"]
        {
            let asked = place("sars-cov-2", &[("country", value), ("x", "=")]);
            let address = asked.address();
            assert!(address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.,*=~/".contains(&byte)));
            assert_eq!(Place::read(&format!("prefix={address}")), Ok(asked));
        }
    }
}
