//! What is known of specimens beside their genomes: when and where they were collected.
//!
//! A table with tabs or commas (RFC 4180) between cells whose first line names the columns. A cell that cannot be read is told with
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
        let text = text.trim_start_matches('\u{feff}');
        let separator =
            if text.lines().next().is_some_and(|header| header.contains('\t')) { b'\t' } else { b',' };
        // In tables with tabs quotes are letters like others.
        let mut reader = csv::ReaderBuilder::new();
        reader.delimiter(separator).quoting(separator == b',').flexible(true).has_headers(false);
        let mut records = reader.from_reader(text.as_bytes()).into_records();
        let empty = || format!("{name} is empty: its first line must name the columns");
        let cells = |record: &csv::StringRecord| -> Vec<String> {
            record.iter().map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
        };
        let header = records.next().and_then(Result::ok).ok_or_else(empty)?;
        let columns: Vec<String> = cells(&header).iter().map(|column| column.to_lowercase()).collect();
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
        let mut lines = LineCount { line: 1, bytes: 0 };
        for record in records.filter_map(Result::ok) {
            let line = lines.of(text.as_bytes(), &record);
            let cells = cells(&record);
            let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", String::as_str);
            let month = month_of(cell(date)).unwrap_or_else(|()| {
                let problem = format!(
                    "{name}: line {line}, column {}: '{}' is no date like 2024-03-17",
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
                    .push(format!("{name}: line {line}: '{key}' is there twice; this line is used"));
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

/// On which line the records of a text begin, one after the other: the reader's own count leaves out empty lines.
struct LineCount {
    line: usize,
    bytes: usize,
}

impl LineCount {
    fn of(&mut self, text: &[u8], record: &csv::StringRecord) -> usize {
        let begin = record.position().map_or(self.bytes, |position| position.byte() as usize);
        let rest = text.get(begin..).unwrap_or_default();
        let begin = begin + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = text.get(self.bytes..begin).unwrap_or_default();
        self.line += passed.iter().filter(|&&byte| byte == b'\n').count();
        self.bytes = begin;
        self.line
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
        let quoted =
            "strain,authors,date,country\r\n\"a\",\"Ng, A\nand B\",2024-03-01,\"X, north\"\r\n\r\nb,,soon,\n";
        let table = Metadata::from_text("m.csv", quoted).unwrap();
        let place = Some("X, north".to_owned());
        assert_eq!(table.of("a"), Some(&Collected { month: Some("2024-03".to_owned()), place }));
        assert_eq!(table.problems, ["m.csv: line 5, column date: 'soon' is no date like 2024-03-17"]);
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
