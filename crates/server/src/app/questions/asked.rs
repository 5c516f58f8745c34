//! What somebody asks: the filters of an address, as they were typed, and the same address with one of them otherwise.
//!
//! Names and meanings are those of the field's own API, so that a question is the same there. A filter that cannot be
//! read is never passed over: it would show more than was asked for. Refuses to know the index. Start at [`Asked::read`].

use super::moment;
use hearth_base::date::PartialDate;
use hearth_base::time::UtcTime;
use hearth_pages::site::address::encoded;
use percent_encoding::percent_decode_str;

/// The text in the language of questions.
pub const QUERY: &str = "advancedQuery";
/// Fields with values to choose from.
pub const CATEGORIES: [&str; 6] = ["country", "clade", "lineage", "host", "submittingLab", "simulated"];
/// Fields with days, and the ends of a range of each.
pub const DAYS: [(&str, [&str; 2]); 2] =
    [("date", ["dateFrom", "dateTo"]), ("dateReleased", ["dateReleasedFrom", "dateReleasedTo"])];
/// The past moment that is asked about.
pub const AS_OF: &str = "asOf";
/// Where in the list somebody is.
const OFFSET: &str = "offset";
/// Behind the name of a field: that nothing is known of it.
const UNKNOWN: &str = ".isNull";
/// The longest query and the longest value of another field, in characters.
const QUERY_MAX_CHARS: usize = 4_000;
const VALUE_MAX_CHARS: usize = 200;
/// Values of one field.
const VALUES_MAX: usize = 20;
/// What is shown of a name that is no filter.
const NAME_MAX_CHARS: usize = 40;

/// What is wrong with a part of a question: its name, empty for the whole, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// As the form names the part.
    pub name: &'static str,
    /// What is wrong and what to do.
    pub text: String,
}

/// A question, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    given: Vec<(String, String)>,
    /// So many genomes of the list are passed over.
    pub offset: usize,
}

impl Asked {
    /// Reads the fields of an address. What is empty is not asked.
    pub fn read<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<Wrong>) {
        let (mut asked, mut wrong) = (Self::default(), Vec::new());
        for (name, value) in fields {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if name == OFFSET {
                match value.parse() {
                    Ok(offset) => asked.offset = offset,
                    Err(_) => {
                        wrong.push(Wrong::of("", "The place in the list is no number: begin with the first."))
                    }
                }
                continue;
            }
            match known(name) {
                None => {
                    let shown: String = name.chars().take(NAME_MAX_CHARS).collect();
                    let text = format!(
                        "There is no filter “{shown}” on this page: write it into the query, or ask the API."
                    );
                    wrong.push(Wrong { name: "", text });
                }
                Some(part) => asked.take(part, name, value, &mut wrong),
            }
        }
        (asked, wrong)
    }

    /// Reads what [`Asked::address`] wrote.
    pub fn of_address(question: &str) -> (Self, Vec<Wrong>) {
        let decoded =
            |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs = question.split('&').filter_map(|pair| pair.split_once('='));
        let pairs: Vec<(String, String)> =
            pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
        Self::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    fn take(&mut self, part: &'static str, name: &str, value: &str, wrong: &mut Vec<Wrong>) {
        let most = if name == QUERY { QUERY_MAX_CHARS } else { VALUE_MAX_CHARS };
        if value.chars().count() > most {
            wrong.push(Wrong { name: part, text: format!("This has more than {most} letters: shorten it.") });
        }
        if name == AS_OF && moment::time(value).is_none() {
            let text = "Write a day as 2026-05-01, or a time as 2026-05-01T08:00:00Z.".to_owned();
            wrong.push(Wrong { name: part, text });
        }
        let is_one = name == QUERY
            || name == AS_OF
            || part != name
            || DAYS.iter().any(|(_, ends)| ends.contains(&name));
        let values = self.values(name).count();
        if values >= if is_one { 1 } else { VALUES_MAX } {
            let text = if is_one {
                "This is asked twice: take one away.".to_owned()
            } else {
                format!("At most {VALUES_MAX} values can be asked for at once: take some away.")
            };
            if !wrong.iter().any(|one| one.name == part && one.text == text) {
                wrong.push(Wrong { name: part, text });
            }
            return;
        }
        if !self.values(name).any(|own| own == value) {
            self.given.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The values of a name, as they were typed.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.given.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a name; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.values(name).next().unwrap_or_default()
    }

    /// Whether genomes are asked for of which a field is not known.
    pub fn is_unknown(&self, field: &str) -> bool {
        self.text(&unknown(field)) == "true"
    }

    /// The past moment that is asked about.
    pub fn as_of(&self) -> Option<UtcTime> {
        moment::time(self.text(AS_OF))
    }

    /// What is wrong with it as a question that is asked again and again: that it asks about a past moment.
    pub fn unlike_news(&self) -> Option<Wrong> {
        let wrong =
            Wrong { name: AS_OF, text: "What is new is of now: leave the past moment out.".to_owned() };
        Some(wrong).filter(|_| !self.text(AS_OF).is_empty())
    }

    /// Whether anything is asked.
    pub fn is_any(&self) -> bool {
        !self.given.is_empty()
    }

    /// What a field must be, by the keys of the API; nothing if it may be anything.
    pub fn of_field(&self, field: &str) -> Vec<(String, Vec<Option<String>>)> {
        let ends = DAYS.iter().find(|(name, _)| *name == field).map(|(_, ends)| ends.as_slice());
        let names: Vec<String> = match ends {
            Some(ends) => ends.iter().map(|end| (*end).to_owned()).collect(),
            None => vec![field.to_owned(), unknown(field)],
        };
        let keyed = names.into_iter().map(|name| {
            let values = self.values(&name).map(|value| Some(said(&name, value))).collect();
            (name, values)
        });
        keyed.filter(|(_, values): &(_, Vec<_>)| !values.is_empty()).collect()
    }

    /// What follows `?` in the address of the same question.
    pub fn address(&self) -> String {
        joined(self.given.iter().map(|(name, value)| (name.as_str(), value.clone())))
    }

    /// The same for people: not encoded.
    pub fn told(&self) -> String {
        self.given.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" · ")
    }

    /// The same for the field's own API, which takes days as whole ones only.
    pub fn of_api(&self) -> String {
        joined(self.given.iter().map(|(name, value)| (name.as_str(), said(name, value))))
    }

    /// The same as keys and values.
    pub fn keys_of_api(&self) -> Vec<(String, String)> {
        self.given.iter().map(|(name, value)| (name.clone(), said(name, value))).collect()
    }

    /// The address with a field set to a value alone; `None` for genomes of which it is not known.
    pub fn with(&self, field: &str, value: Option<&str>) -> String {
        let name = if value.is_some() { field.to_owned() } else { unknown(field) };
        let one = (name.as_str(), value.unwrap_or("true").to_owned());
        joined(self.others(field).chain(std::iter::once(one)))
    }

    /// The address without a value of a field; `None` for genomes of which it is not known.
    pub fn without(&self, field: &str, value: Option<&str>) -> String {
        let name = if value.is_some() { field.to_owned() } else { unknown(field) };
        let rest =
            self.given.iter().filter(|(own, text)| *own != name || value.is_some_and(|value| text != value));
        joined(rest.map(|(name, value)| (name.as_str(), value.clone())))
    }

    /// The address with one more condition.
    pub fn and(&self, condition: &str) -> String {
        let query = match self.text(QUERY) {
            "" => condition.to_owned(),
            before if before.contains('|') => format!("({before}) & {condition}"),
            before => format!("{before} & {condition}"),
        };
        joined(self.others(QUERY).chain(std::iter::once((QUERY, query))))
    }

    fn others(&self, field: &str) -> impl Iterator<Item = (&str, String)> {
        let unknown = unknown(field);
        let others = self.given.iter().filter(move |(name, _)| *name != field && *name != unknown);
        others.map(|(name, value)| (name.as_str(), value.clone()))
    }
}

impl Wrong {
    fn of(name: &'static str, text: &str) -> Self {
        Self { name, text: text.to_owned() }
    }
}

/// The name under which it is told what is wrong with a filter; nothing if it is none.
fn known(name: &str) -> Option<&'static str> {
    let ends = DAYS.iter().flat_map(|(_, ends)| ends).copied();
    let mut all = [QUERY, AS_OF].into_iter().chain(CATEGORIES).chain(ends);
    all.find(|own| *own == name || name.strip_suffix(UNKNOWN) == Some(*own) && CATEGORIES.contains(own))
}

fn unknown(field: &str) -> String {
    format!("{field}{UNKNOWN}")
}

/// A value as the API takes it: the first or last day of a month or year.
fn said(name: &str, value: &str) -> String {
    let Some(is_end) = DAYS.iter().find_map(|(_, ends)| ends.iter().position(|end| *end == name)) else {
        return value.to_owned();
    };
    match value.parse::<PartialDate>() {
        Ok(date) if is_end == 1 => date.last_day().to_string(),
        Ok(date) => date.first_day().to_string(),
        Err(_) => value.to_owned(),
    }
}

fn joined<'a>(pairs: impl Iterator<Item = (&'a str, String)>) -> String {
    pairs.map(|(name, value)| format!("{name}={}", encoded(&value))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> (Asked, Vec<Wrong>) {
        Asked::of_address(query)
    }

    #[test]
    fn a_question_is_its_address() {
        let (asked, wrong) = read(
            "country=Kenya&country=&advancedQuery=+S%3A501Y+&dateFrom=2026-02&offset=50&host.isNull=true",
        );
        assert_eq!((wrong.len(), asked.offset, asked.is_unknown("host")), (0, 50, true));
        let same = "country=Kenya&advancedQuery=S%3A501Y&dateFrom=2026-02&host.isNull=true";
        assert_eq!(asked.address(), same);
        assert_eq!(asked.of_api(), same.replace("2026-02", "2026-02-01"));
        let rest = "advancedQuery=S%3A501Y&dateFrom=2026-02&host.isNull=true";
        assert_eq!(asked.with("country", Some("Ghana")), format!("{rest}&country=Ghana"));
        assert_eq!(asked.with("country", None), format!("{rest}&country.isNull=true"));
        assert_eq!(asked.without("country", Some("Kenya")), rest);
        assert_eq!(asked.without("host", None), same.replace("&host.isNull=true", ""));
        assert_eq!(asked.of_field("date"), [("dateFrom".to_owned(), vec![Some("2026-02-01".to_owned())])]);
        assert!(asked.of_field("clade").is_empty());
    }

    #[test]
    fn conditions_are_added_to_all_of_a_query() {
        let check = |query: &str, expected: &str| {
            let (asked, _) = read(&format!("advancedQuery={}", encoded(query)));
            assert_eq!(asked.and("1A"), format!("advancedQuery={}", encoded(expected)), "{query}");
        };
        check("", "1A");
        check("2C", "2C & 1A");
        check("2C | 3G", "(2C | 3G) & 1A");
    }

    #[test]
    fn what_is_no_filter_is_said_and_never_passed_over() {
        let check = |query: &str, name: &str, sentence: &str| {
            let (_, wrong) = read(query);
            assert!(
                wrong.len() == 1 && wrong[0].name == name && wrong[0].text.contains(sentence),
                "{query}: {wrong:?}"
            );
        };
        check("region=Africa", "", "“region”");
        check("date.isNull=true", "", "“date.isNull”");
        check("offset=x", "", "no number");
        check("asOf=soon", "asOf", "Write a day");
        check("asOf=2026-05-01&asOf=2026-05-02", "asOf", "twice");
        check("dateFrom=2026&dateFrom=2025", "dateFrom", "twice");
        check(&format!("host={}", "a".repeat(201)), "host", "200 letters");
        let many: Vec<String> = (0..25).map(|number| format!("country={number}")).collect();
        check(&many.join("&"), "country", "At most 20");
        let (asked, _) = read(&format!("advancedQuery={}", "a".repeat(5_000)));
        assert_eq!(asked.text(QUERY).len(), 5_000, "nothing that was typed is lost");
    }
}
