//! A sample between the form in which it is submitted and the form in which the ledger keeps it.
//!
//! Nothing is lost either way: what has no member of its own in the ledger goes among the others by a fixed name. Refuses
//! to judge values. Start at [`to_ledger`].

use hearth_formats::submission::{Age, Host, SampleRow};
use hearth_ledger::body::genomes::{Credit, Sample};

const AUTHORS_BETWEEN: &str = "; ";
const PLACE: &str = "place";
const AGE: &str = "age";
const SEX: &str = "sex";
const SPECIMEN: &str = "specimen";
const PASSAGE: &str = "passage";
const INSTRUMENT: &str = "instrument";
const CT: &str = "ct";

/// The sample and who is to be named, as the ledger keeps them.
pub fn to_ledger(row: &SampleRow) -> (Sample, Credit) {
    let mut other = row.other.clone();
    let named = [
        (PLACE, row.place.clone()),
        (AGE, row.age.map(|age| age.to_string())),
        (SEX, row.sex.clone()),
        (SPECIMEN, row.specimen.clone()),
        (PASSAGE, row.passage.clone()),
        (INSTRUMENT, row.instrument.clone()),
        (CT, row.ct.map(|ct| ct.to_string())),
    ];
    other.extend(named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    let sample = Sample {
        name: row.sample.clone(),
        collected: row.collected,
        country: row.country,
        division: row.division.clone().unwrap_or_default(),
        host: row.host.as_ref().map(|host| host.name.clone()).unwrap_or_default(),
        other,
    };
    let credit = Credit {
        originating_lab: row.originating_lab.clone().unwrap_or_default(),
        submitting_lab: row.submitting_lab.clone().unwrap_or_default(),
        authors: row.authors.join(AUTHORS_BETWEEN),
    };
    (sample, credit)
}

/// The same as it would be submitted.
pub fn to_row(sample: &Sample, credit: &Credit) -> SampleRow {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let mut other = sample.other.clone();
    let mut take = |name: &str| other.remove(name);
    let (place, age, sex) = (take(PLACE), take(AGE), take(SEX));
    let (specimen, passage, instrument, ct) = (take(SPECIMEN), take(PASSAGE), take(INSTRUMENT), take(CT));
    let authors = credit.authors.split(AUTHORS_BETWEEN).filter(|author| !author.is_empty());
    SampleRow {
        sample: sample.name.clone(),
        collected: sample.collected,
        country: sample.country,
        division: some(&sample.division),
        place,
        host: some(&sample.host).map(|name| Host { name, taxon: None }),
        age: age.as_deref().and_then(age_of),
        sex,
        originating_lab: some(&credit.originating_lab),
        submitting_lab: some(&credit.submitting_lab),
        authors: authors.map(str::to_owned).collect(),
        specimen,
        passage,
        instrument,
        ct: ct.and_then(|ct| ct.parse().ok()),
        other,
        ..SampleRow::default()
    }
}

/// Metadata by the names of the template's columns.
pub fn cells(row: &SampleRow) -> Vec<(String, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let named = [
        ("sample", row.sample.clone()),
        ("collected", row.collected.map(|date| date.to_string()).unwrap_or_default()),
        ("country", row.country.map(|country| country.to_string()).unwrap_or_default()),
        ("division", text(&row.division)),
        ("place", text(&row.place)),
        ("host", row.host.as_ref().map(|host| host.name.clone()).unwrap_or_default()),
        ("host_age", row.age.map(|age| age.to_string()).unwrap_or_default()),
        ("host_sex", text(&row.sex)),
        ("specimen", text(&row.specimen)),
        ("passage", text(&row.passage)),
        ("originating_lab", text(&row.originating_lab)),
        ("submitting_lab", text(&row.submitting_lab)),
        ("authors", row.authors.join("; ")),
        ("instrument", text(&row.instrument)),
        ("ct", row.ct.map(|ct| ct.to_string()).unwrap_or_default()),
    ];
    let named = named.into_iter().map(|(name, value)| (name.to_owned(), value));
    named.chain(row.other.clone()).collect()
}

/// An age as it is written: `34`, `30-39`, `90+`.
fn age_of(text: &str) -> Option<Age> {
    if let Some(from) = text.strip_suffix('+') {
        return Some(Age { from_years: from.parse().ok()?, to_years: None });
    }
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some(Age { from_years: from.parse().ok()?, to_years: Some(to.parse().ok()?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_comes_back_as_it_was_submitted() {
        let row = SampleRow {
            sample: "K-1".to_owned(),
            collected: "2020-03".parse().ok(),
            country: "KE".parse().ok(),
            place: Some("Kilifi".to_owned()),
            age: Some(Age { from_years: 30, to_years: Some(39) }),
            ct: Some(21.5),
            authors: vec!["A. One".to_owned(), "B. Two".to_owned()],
            other: [("freezer".to_owned(), "7".to_owned())].into(),
            ..SampleRow::default()
        };
        let (sample, credit) = to_ledger(&row);
        assert_eq!(to_row(&sample, &credit), row);
    }
}
