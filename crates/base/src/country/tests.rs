//! The tables are whole, names find their countries, and the tables say what their source says.

use super::table::{rows, tables};
use super::*;
use crate::language::folded;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

#[test]
fn every_row_of_the_tables_is_read() {
    assert_eq!(Country::all().count(), 249);
    assert_eq!(rows(include_str!("m49_countries.tsv")).count(), 249);
    assert_eq!(Region::all().count(), rows(include_str!("m49_regions.tsv")).count());
    let codes: Vec<&str> = Country::all().map(Country::alpha2).collect();
    assert!(codes.is_sorted_by(|a, b| a < b));
    let without: Vec<&str> = Country::all().filter(|c| c.region().is_none()).map(Country::alpha2).collect();
    assert_eq!(without, ["AQ"]);
}

#[test]
fn every_name_and_code_means_one_country() {
    for country in Country::all() {
        let names = UnLanguage::ALL.map(|language| country.name(language).to_owned());
        let codes = [country.alpha2().into(), country.alpha3().into(), format!("{:03}", country.m49())];
        for text in names.into_iter().chain(codes) {
            assert_eq!(Country::find(&text), Found::Exact(country), "{text}");
        }
        assert_eq!(Country::from_alpha3(country.alpha3()), Some(country));
        assert_eq!(Country::from_m49(country.m49()), Some(country));
    }
    let mut meant: BTreeMap<String, &str> = BTreeMap::new();
    for row in rows(include_str!("other_names.tsv")) {
        let (code, names) = row.split_once('\t').unwrap();
        for name in names.split('\t') {
            assert!(Country::from_alpha2(code).is_some(), "{code}");
            let before = meant.insert(folded(name), code);
            assert!(before.is_none_or(|before| before == code), "{name}: {before:?} and {code}");
            assert_eq!(Country::find(name).country(), Some(country(code)), "{name}");
        }
    }
}

#[test]
fn what_people_write_is_found() {
    let check = |text: &str, expected: Found| assert_eq!(Country::find(text), expected, "{text}");
    let exact = |code: &str| Found::Exact(country(code));
    let other = |code: &str| Found::OtherName(country(code));
    let near = |codes: &[&str]| Found::Near(codes.iter().map(|code| country(code)).collect());
    check("Kenya", exact("KE"));
    check(" kenya ", exact("KE"));
    check("ke", exact("KE"));
    check("404", exact("KE"));
    check("Кения", exact("KE"));
    check("كينيا", exact("KE"));
    check("肯尼亚", exact("KE"));
    check("Costa Rica", exact("CR"));
    check("Etats-Unis d'Amerique", exact("US"));
    check("USA", exact("US"));
    check("UK", other("GB"));
    check("Ivory Coast", other("CI"));
    check("Côte d'Ivoire", exact("CI"));
    check("Viet Nam", exact("VN"));
    check("Vietnam", other("VN"));
    check("DR Congo", other("CD"));
    check("Congo", exact("CG"));
    check("the Gambia", exact("GM"));
    check("Keniya", near(&["KE"]));
    check("Ugnada", near(&["UG"]));
    check("Nigera", near(&["NE", "NG"]));
    check("Kosovo", Found::Unknown);
    check("Iraz", Found::Unknown);
    check("Atlantis", Found::Unknown);
    check("", Found::Unknown);
    check(&"x".repeat(10_000), Found::Unknown);
}

#[test]
fn regions_and_groups_are_those_of_m49() {
    let kenya = country("KE");
    let names = [kenya.region(), kenya.sub_region(), kenya.intermediate_region()]
        .map(|region| region.unwrap().name(UnLanguage::English));
    assert_eq!(names, ["Africa", "Sub-Saharan Africa", "Eastern Africa"]);
    assert_eq!(country("JP").intermediate_region(), None);
    assert!(kenya.is_in(Region::from_m49(2).unwrap()));
    assert!(!kenya.is_in(Region::from_m49(142).unwrap()));
    let flags = |code: &str| (country(code).is_ldc(), country(code).is_lldc(), country(code).is_sids());
    assert_eq!(flags("KE"), (false, false, false));
    assert_eq!(flags("UG"), (true, true, false));
    assert_eq!(flags("FJ"), (false, false, true));
}

#[test]
fn json_holds_the_code() {
    assert_eq!(serde_json::to_string(&country("KE")).unwrap(), "\"KE\"");
    assert_eq!(serde_json::from_str::<Country>("\"KE\"").unwrap(), country("KE"));
    let said = "Kenia".parse::<Country>().unwrap_err().to_string();
    assert_eq!(said, "\"Kenia\" is not the code of a country: give the two letters of ISO 3166-1, as KE");
}

/// A table of the package, as rows of cells by column; the cells have no quotes or line ends inside.
fn source_rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let cells = |line: &str| -> Vec<String> {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        for c in line.trim_end_matches('\r').trim_start_matches('\u{feff}').chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().unwrap().push(c),
            }
        }
        cells
    };
    let mut lines = text.lines();
    let header = cells(lines.next().unwrap());
    lines.map(|line| header.iter().cloned().zip(cells(line)).collect()).collect()
}

#[test]
fn the_table_says_what_its_source_says() {
    let shared = std::env::var_os("HEARTH_SHARED").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = shared.unwrap_or_else(beside).join("situation/m49");
    if !folder.is_dir() {
        println!("skipped: the source tables of M49 are absent (../shared/data, or HEARTH_SHARED)");
        return;
    }
    for (language, file) in UnLanguage::ALL.into_iter().zip(["en", "fr", "es", "ru", "ar", "cn"]) {
        let text = std::fs::read_to_string(folder.join(format!("UNSD-{file}.csv"))).unwrap();
        let rows = source_rows(&text);
        assert_eq!(rows.len(), tables().countries.len());
        for row in rows {
            let country = country(&row["ISO-alpha2 Code"]);
            if (country.alpha2(), language) != ("CI", UnLanguage::English) {
                assert_eq!(country.name(language), row["Country or Area"]);
            }
            let codes = (country.alpha3(), format!("{:03}", country.m49()));
            assert_eq!(codes, (row["ISO-alpha3 Code"].as_str(), row["M49 Code"].clone()));
            let number = |region: Option<Region>| region.map_or(String::new(), |r| format!("{:03}", r.m49()));
            assert_eq!(number(country.region()), row["Region Code"]);
            assert_eq!(number(country.sub_region()), row["Sub-region Code"]);
            assert_eq!(number(country.intermediate_region()), row["Intermediate Region Code"]);
            let flags = [country.is_ldc(), country.is_lldc(), country.is_sids()];
            let given = ["Least Developed Countries (LDC)", "Land Locked Developing Countries (LLDC)"];
            let given = given.into_iter().chain(["Small Island Developing States (SIDS)"]);
            assert_eq!(flags.to_vec(), given.map(|flag| row[flag] == "x").collect::<Vec<bool>>());
        }
    }
}

proptest! {
    #[test]
    fn no_text_breaks_it(text in "\\PC{0,60}") {
        let _ = Country::find(&text);
    }

    #[test]
    fn one_slip_in_a_long_name_still_suggests_it(index in 0usize..249, at in 0usize..40) {
        let long = Country::all().filter(|country| country.name(UnLanguage::French).chars().count() >= 9);
        let long: Vec<Country> = long.collect();
        let country = long[index % long.len()];
        let name: Vec<char> = country.name(UnLanguage::French).chars().collect();
        let at = at % name.len();
        let slipped: String = name.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c).collect();
        match Country::find(&slipped) {
            Found::Near(near) => prop_assert!(near.contains(&country)),
            other => prop_assert!(other.country().is_some(), "{slipped}"),
        }
    }
}
