//! What is known of specimens beside their genomes: when and where they were collected.
//!
//! A table with tabs or commas between cells whose first line names the columns. A cell that cannot be read is told with
//! its line and column, and the rest is used. Start at [`Metadata::read`].

use std::collections::HashMap;
use std::path::Path;

/// Columns that may hold each of the three, the first that is there counts. Names in lower case.
const NAMES: [&str; 7] = ["seqname", "strain", "name", "sequence_name", "sequence", "accession", "id"];
const DATES: [&str; 4] = ["date", "collection_date", "collectiondate", "samplecollectiondate"];
const PLACES: [&str; 5] = ["country", "place", "location", "division", "region"];

/// Most bytes of a table.
const MOST_BYTES: u64 = 1 << 30;

/// When and where a specimen was collected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// `2024-03`, if at least the month is known.
    pub month: Option<String>,
    /// Country or other place.
    pub place: Option<String>,
}

/// A table of metadata.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    name: String,
    rows: HashMap<String, Collected>,
    /// What is wrong with it, as sentences.
    pub problems: Vec<String>,
}

impl Metadata {
    /// Reads a table.
    ///
    /// # Errors
    /// A sentence, if the file cannot be read or names no column that could be used.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string();
        let sentence = |error: std::io::Error| format!("{name} cannot be read: {error}");
        if std::fs::metadata(path).map_err(sentence)?.len() > MOST_BYTES {
            return Err(format!(
                "{name} is larger than {MOST_BYTES} bytes, more than a table of metadata may have"
            ));
        }
        let bytes = std::fs::read(path).map_err(sentence)?;
        Self::from_text(&name, &String::from_utf8_lossy(&bytes))
    }

    fn from_text(name: &str, text: &str) -> Result<Self, String> {
        let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
        let (_, header) =
            lines.next().ok_or_else(|| format!("{name} is empty: its first line must name the columns"))?;
        let separator = if header.contains('\t') { '\t' } else { ',' };
        let cells = |line: &str| -> Vec<String> {
            line.split(separator).map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
        };
        let columns: Vec<String> = cells(header).iter().map(|column| column.to_lowercase()).collect();
        let find =
            |known: &[&str]| known.iter().find_map(|name| columns.iter().position(|column| column == name));
        let [of_name, date, place] = [find(&NAMES), find(&DATES), find(&PLACES)];
        let Some(of_name) = of_name else {
            return Err(format!("{name} has no column of names: call it one of {}", NAMES.join(", ")));
        };
        if date.is_none() && place.is_none() {
            let known = [&DATES[..], &PLACES[..]].concat().join(", ");
            return Err(format!("{name} says neither when nor where: it needs one of the columns {known}"));
        }
        let mut table = Self { name: name.to_owned(), ..Self::default() };
        for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let cells = cells(line);
            let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", String::as_str);
            let month = month_of(cell(date)).unwrap_or_else(|()| {
                let problem = format!(
                    "{name}: line {}, column {}: '{}' is no date like 2024-03-17",
                    index + 1,
                    columns[date.unwrap_or(0)],
                    cell(date)
                );
                table.problems.push(problem);
                None
            });
            let place = Some(cell(place)).filter(|place| !place.is_empty()).map(str::to_owned);
            let key = cell(Some(of_name)).to_owned();
            if table.rows.insert(key.clone(), Collected { month, place }).is_some() {
                table
                    .problems
                    .push(format!("{name}: line {}: '{key}' is there twice; this line is used", index + 1));
            }
        }
        Ok(table)
    }

    /// What is known of a genome.
    pub fn of(&self, name: &str) -> Option<&Collected> {
        // Names of records often go on behind the identifier.
        self.rows.get(name).or_else(|| self.rows.get(name.split_whitespace().next()?))
    }

    /// What is to be told when the table knew so many genomes and did not know so many others.
    pub fn lacking(&self, found: usize, missing: usize) -> Option<String> {
        let all = found + missing;
        (missing > 0).then(|| {
            format!(
                "{}: nothing about {missing} of {all} genomes; they count among all, without month and place",
                self.name
            )
        })
    }
}

/// The month of a date such as `2024-03-17`, `2024-03` or `2024-03-XX`; none of `2024` or nothing.
fn month_of(date: &str) -> Result<Option<String>, ()> {
    let is_unknown =
        |part: &str| part.is_empty() || part.bytes().all(|byte| matches!(byte, b'X' | b'x' | b'?'));
    let parts: Vec<&str> = date.split('-').collect();
    let number = |part: &str, range: std::ops::RangeInclusive<u32>| {
        part.parse::<u32>().is_ok_and(|value| range.contains(&value))
    };
    let is_year = |year: &str| year.len() == 4 && number(year, 1900..=2200);
    match parts[..] {
        [year] if is_unknown(year) || is_year(year) => Ok(None),
        [year, month, ..] if parts.len() <= 3 && is_year(year) => {
            let day = parts.get(2).copied().unwrap_or_default();
            let is_day = is_unknown(day) || number(day, 1..=31);
            match () {
                () if is_unknown(month) => Ok(None),
                () if is_day && month.len() == 2 && number(month, 1..=12) => {
                    Ok(Some(format!("{year}-{month}")))
                }
                () => Err(()),
            }
        }
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_cut_to_months() {
        let check = |date: &str, expected: Result<Option<&str>, ()>| {
            assert_eq!(
                month_of(date).as_ref().map(Option::as_deref),
                expected.as_ref().copied().map_err(|_| &()),
                "{date}"
            );
        };
        check("2024-03-17", Ok(Some("2024-03")));
        check("2024-03", Ok(Some("2024-03")));
        check("2024-03-XX", Ok(Some("2024-03")));
        check("2024-XX-XX", Ok(None));
        check("2024", Ok(None));
        check("", Ok(None));
        check("17.03.2024", Err(()));
        check("2024-13-01", Err(()));
    }

    #[test]
    fn tables_are_read_by_the_names_of_their_columns() {
        let table =
            Metadata::from_text("m.tsv", "strain\tdate\tcountry\na\t2024-03-01\tX\nb\tsoon\t\n").unwrap();
        let a = Collected { month: Some("2024-03".to_owned()), place: Some("X".to_owned()) };
        assert_eq!(table.of("a more"), Some(&a));
        assert_eq!(table.of("c"), None);
        assert_eq!(table.problems, ["m.tsv: line 3, column date: 'soon' is no date like 2024-03-17"]);
        let lacking = "m.tsv: nothing about 2 of 3 genomes; they count among all, without month and place";
        assert_eq!((table.lacking(1, 2).as_deref(), table.lacking(3, 0)), (Some(lacking), None));
        let check =
            |text: &str, expected: &str| assert_eq!(Metadata::from_text("m", text).unwrap_err(), expected);
        check("", "m is empty: its first line must name the columns");
        check(
            "a,b\n",
            "m has no column of names: call it one of seqname, strain, name, sequence_name, sequence, accession, id",
        );
        check(
            "strain,b\n",
            "m says neither when nor where: it needs one of the columns date, collection_date, collectiondate, \
             samplecollectiondate, country, place, location, division, region",
        );
    }
}
