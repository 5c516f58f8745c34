//! Countries and places as the templates write them.
//!
//! Refuses to know divisions: there is no table of them, they are taken as given. Start at [`country`] for a cell
//! with a country alone, [`location`] for GISAID's, [`geo_loc_name`] for INSDC's.

use super::finding::{Remark, Severity};
use hearth_base::country::{Country, Found};
use hearth_base::language::{UnLanguage, folded};

/// A place, as far as a cell says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub country: Option<Country>,
    pub division: Option<String>,
    pub place: Option<String>,
}

/// What a cell says of a place.
pub(super) struct Reading {
    pub place: Place,
    pub remark: Option<Remark>,
}

/// First parts of GISAID's locations, folded.
const CONTINENTS: [&str; 8] = [
    "africa",
    "asia",
    "europe",
    "north america",
    "central america",
    "south america",
    "oceania",
    "antarctica",
];

/// Reads a country. With `may_search`, a near spelling is sought.
pub(super) fn country(text: &str, may_search: bool) -> Reading {
    let (country, remark) = found(text, may_search, |name| name.to_owned());
    Reading { place: Place { country, ..Place::default() }, remark }
}

/// Reads `Continent / Country / Division / Place`.
pub(super) fn location(text: &str, may_search: bool) -> Reading {
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    let is_continent = parts.first().is_some_and(|first| CONTINENTS.contains(&folded(first).as_str()));
    let at = usize::from(is_continent && parts.len() > 1);
    let given = parts.get(at).copied().unwrap_or_default();
    let whole = |name: &str| {
        let before = parts.iter().take(at).copied();
        let after = parts.iter().skip(at + 1).copied();
        before.chain([name]).chain(after).collect::<Vec<_>>().join(" / ")
    };
    let (country, remark) = if is_continent && parts.len() == 1 {
        let message =
            "This names a continent and no country: write Africa / Kenya / Nakuru, or as much as is known.";
        (None, Some(Remark::new(Severity::Warning, "country-missing", message)))
    } else {
        found(given, may_search, whole)
    };
    let rest: Vec<&str> = parts.iter().skip(at + 1).copied().filter(|part| !part.is_empty()).collect();
    Reading { place: with_rest(country, &rest), remark }
}

/// Reads `Country: Division, Place`.
pub(super) fn geo_loc_name(text: &str, may_search: bool) -> Reading {
    let (given, rest) = text.split_once(':').unwrap_or((text, ""));
    let whole = |name: &str| if rest.is_empty() { name.to_owned() } else { format!("{name}:{rest}") };
    let (country, remark) = found(given.trim(), may_search, whole);
    let rest: Vec<&str> = rest.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    Reading { place: with_rest(country, &rest), remark }
}

fn with_rest(country: Option<Country>, rest: &[&str]) -> Place {
    let division = rest.first().map(|part| (*part).to_owned());
    let place = rest.get(1..).filter(|parts| !parts.is_empty()).map(|parts| parts.join(", "));
    Place { country, division, place }
}

fn found(text: &str, may_search: bool, whole: impl Fn(&str) -> String) -> (Option<Country>, Option<Remark>) {
    if text == "NA" {
        let message = "NA means \"not known\" to most programs, and Namibia in ISO 3166: leave the cell empty, or \
                       write Namibia.";
        let remark = Remark::new(Severity::Warning, "country-ambiguous", message);
        return (None, Some(remark.suggest([whole("Namibia")])));
    }
    let english = |country: Country| country.name(UnLanguage::English);
    let unknown = |message: &str| Remark::new(Severity::Error, "country-unknown", message);
    let found = if may_search { Country::find(text) } else { Country::known(text) };
    match found {
        Found::Exact(country) => (Some(country), None),
        Found::OtherName(country) => {
            let message = format!("Read as {} ({country}).", english(country));
            let remark = Remark::new(Severity::Note, "country-other-name", message);
            (Some(country), Some(remark.suggest([whole(english(country))])))
        }
        Found::Near(countries) => {
            let names: Vec<&str> = countries.iter().map(|country| english(*country)).collect();
            let message = format!("No country has this name. Did you mean {}?", names.join(" or "));
            (None, Some(unknown(&message).suggest(names.into_iter().map(whole))))
        }
        Found::Unknown => {
            let message = "No country of ISO 3166 has this name or code: write its name in Arabic, Chinese, English, \
                           French, Russian or Spanish, and what is smaller than a country into the next column.";
            (None, Some(unknown(message)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Reader = fn(&str, bool) -> Reading;

    fn check(read: Reader, text: &str, expected: (&str, &str, &str, &str, &[&str])) {
        let Reading { place, remark } = read(text, true);
        let country = place.country.map(Country::alpha2).unwrap_or_default();
        let (division, small) = (place.division.unwrap_or_default(), place.place.unwrap_or_default());
        let (rule, suggestions) = remark.map(|r| (r.rule, r.suggestions)).unwrap_or_default();
        let suggestions: Vec<&str> = suggestions.iter().map(String::as_str).collect();
        assert_eq!(
            (country, division.as_str(), small.as_str(), rule, suggestions.as_slice()),
            expected,
            "{text}"
        );
    }

    #[test]
    fn a_country_is_read_in_any_of_its_names() {
        check(country, "Kenya", ("KE", "", "", "", &[]));
        check(country, "República Unida de Tanzania", ("TZ", "", "", "", &[]));
        check(country, "Ivory Coast", ("CI", "", "", "country-other-name", &["Côte d’Ivoire"]));
        check(country, "Kenyya", ("", "", "", "country-unknown", &["Kenya"]));
        check(country, "Nigera", ("", "", "", "country-unknown", &["Niger", "Nigeria"]));
        check(country, "Kosovo", ("", "", "", "country-unknown", &[]));
        check(country, "NA", ("", "", "", "country-ambiguous", &["Namibia"]));
    }

    #[test]
    fn locations_of_gisaid_are_taken_apart() {
        check(location, "Africa / Kenya / Nakuru / Naivasha", ("KE", "Nakuru", "Naivasha", "", &[]));
        check(location, "Africa/Kenya", ("KE", "", "", "", &[]));
        check(location, "Kenya / Nakuru", ("KE", "Nakuru", "", "", &[]));
        check(location, "Africa", ("", "", "", "country-missing", &[]));
        check(
            location,
            "Africa / Kenyya / Nakuru",
            ("", "Nakuru", "", "country-unknown", &["Africa / Kenya / Nakuru"]),
        );
        check(location, "South Africa", ("ZA", "", "", "", &[]));
    }

    #[test]
    fn geographic_names_of_insdc_are_taken_apart() {
        check(geo_loc_name, "Kenya: Nakuru, Naivasha, Lake", ("KE", "Nakuru", "Naivasha, Lake", "", &[]));
        check(geo_loc_name, "Kenya", ("KE", "", "", "", &[]));
        check(geo_loc_name, "Viet Nam:Hanoi", ("VN", "Hanoi", "", "", &[]));
        check(geo_loc_name, "Ugnada: Gulu", ("", "Gulu", "", "country-unknown", &["Uganda: Gulu"]));
    }
}
