//! The columns of each template, and what they mean here.
//!
//! Names are compared without case, accents, punctuation and underscores (`folded`). Sources:
//!
//! - GISAID EpiCoV batch upload sheet (columns `covv_…`, as of `covv_sampling_strategy`, May 2021); its sheets
//!   for other pathogens have `pox_…`, `rsv_…` and `arbo_…` in their place.
//! - Loculus, `METADATA_ID_HEADER` (`id`, before it `submissionId`) and `FASTA_IDS_HEADER` (`fastaIds`, names
//!   parted by spaces) of its backend; fields as Pathoplexus configures them (`sampleCollectionDate`, …).
//! - GenBank, "Preparing a Source Modifiers Table File" (BankIt help): `Sequence_ID`, `Collection_date`,
//!   `geo_loc_name`, which was `country` until 2024, …
//! - ENA checklist ERC000033, "ENA virus pathogen reporting standard checklist".
//! - Other sheets: the columns of Nextstrain's metadata tables, and usual words.
//!
//! Refuses to know where a sheet comes from. Start at [`hearth_columns`] for ours, [`field_of`] for all.

use super::template::Template;
use std::fmt::Write as _;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Name of the sample.
    Sample,
    /// Name of its FASTA record.
    Record,
    /// Names of its FASTA records, parted by spaces.
    Records,
    /// Which segment the row's record is.
    Segment,
    /// Pathogen, in free text.
    Pathogen,
    /// Date of collection.
    Collected,
    /// Country alone.
    Country,
    /// First level below it.
    Division,
    /// Anything finer.
    Place,
    /// District or the like, joined to the place.
    District,
    /// Town, joined to the place.
    Town,
    /// `Continent / Country / Division / …`.
    Location,
    /// `Country: Division, Place`.
    GeoLocName,
    /// Scientific or common name of the host.
    Host,
    /// Common name of the host, used where the scientific one is not given.
    HostCommon,
    /// Its age.
    Age,
    /// Its sex.
    Sex,
    /// Who took the sample.
    OriginatingLab,
    /// Who submits.
    SubmittingLab,
    /// Who is credited.
    Authors,
    /// What was taken.
    Specimen,
    /// How it was grown.
    Passage,
    /// On what it was sequenced.
    Instrument,
    /// Cycle threshold.
    Ct,
    /// Kind of control.
    Control,
    /// Terms of sharing.
    Terms,
    /// GenBank: what makes one sample of several rows.
    Isolate,
}

/// Whether a column of our template must be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Without it a row is refused.
    Required,
    /// A genome is of little use without it.
    Recommended,
    /// As known.
    Optional,
}

/// A column of our template.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its header.
    pub name: &'static str,
    /// What it holds.
    pub field: Field,
    /// Whether it must be filled in.
    pub need: Need,
    /// What to write, for people.
    pub meaning: &'static str,
    /// A cell of it.
    pub example: &'static str,
}

const fn column(
    name: &'static str,
    field: Field,
    need: Need,
    meaning: &'static str,
    example: &'static str,
) -> Column {
    Column { name, field, need, meaning, example }
}

#[rustfmt::skip]
const HEARTH: &[Column] = &[
    column("sample", Field::Sample, Need::Required, "Your name for the sample, used once in the batch. No patient's name, number or date of birth.", "KE-NPHL-0417"),
    column("record", Field::Record, Need::Optional, "Name of the sequence in the FASTA file, if it is not the sample's.", "KE-NPHL-0417"),
    column("segment", Field::Segment, Need::Optional, "For a segmented genome with one row a sequence: HA, L, 4. Instead of several rows, one row may have columns record_HA, record_NA, … with the names of the sequences.", ""),
    column("pathogen", Field::Pathogen, Need::Optional, "What it is, if you know.", "mpox virus"),
    column("collected", Field::Collected, Need::Recommended, "Day, month or year of collection, as exactly as you know it: 2024-05-03, 2024-05 or 2024.", "2024-05-03"),
    column("country", Field::Country, Need::Recommended, "Country of collection: its ISO 3166 code, or its name in Arabic, Chinese, English, French, Russian or Spanish.", "Kenya"),
    column("division", Field::Division, Need::Optional, "Province, state, county or the like.", "Nakuru"),
    column("place", Field::Place, Need::Optional, "District, town or site. Never an address.", "Naivasha"),
    column("host", Field::Host, Need::Recommended, "Scientific or common name; environment for sewage and the like.", "Homo sapiens"),
    column("host_age", Field::Age, Need::Optional, "Years, or a range of years. Never a date of birth.", "30-39"),
    column("host_sex", Field::Sex, Need::Optional, "female, male, or another word.", "female"),
    column("specimen", Field::Specimen, Need::Optional, "What was taken.", "nasopharyngeal swab"),
    column("passage", Field::Passage, Need::Optional, "original, or how it was grown.", "original"),
    column("originating_lab", Field::OriginatingLab, Need::Recommended, "Laboratory or hospital that took the sample.", "County Hospital Naivasha"),
    column("submitting_lab", Field::SubmittingLab, Need::Optional, "Laboratory that sequenced it.", "National Public Health Laboratory"),
    column("authors", Field::Authors, Need::Optional, "Who is to be credited, parted by semicolons.", "Wanjiru A.; Otieno B."),
    column("instrument", Field::Instrument, Need::Optional, "Sequencing instrument.", "Oxford Nanopore GridION"),
    column("ct", Field::Ct, Need::Optional, "Cycle threshold of the diagnostic test, 1 to 50.", "21.4"),
    column("control", Field::Control, Need::Optional, "negative, positive or run for a control of the run; empty for a sample.", ""),
    column("terms", Field::Terms, Need::Optional, "Terms of sharing, if they differ from those of the batch.", ""),
];

/// Our template: its columns in their order. Other columns may be added; they are kept under their header.
pub fn hearth_columns() -> &'static [Column] {
    HEARTH
}

/// Our template as a file to fill in: the header, and one row as an example.
pub fn template_tsv() -> String {
    let line = |cell: fn(&Column) -> &'static str| HEARTH.iter().map(cell).collect::<Vec<_>>().join("\t");
    format!("{}\n{}\n", line(|column| column.name), line(|column| column.example))
}

/// Our template as a table of Markdown, for the manual.
pub fn template_reference() -> String {
    let mut out = String::from("| column | needed | what to write | as |\n|---|---|---|---|\n");
    for column in HEARTH {
        let need = match column.need {
            Need::Required => "yes",
            Need::Recommended => "if at all known",
            Need::Optional => "",
        };
        let example = if column.example.is_empty() { String::new() } else { format!("`{}`", column.example) };
        // Writing into a String cannot fail.
        let _ = writeln!(out, "| `{}` | {need} | {} | {example} |", column.name, column.meaning);
    }
    out
}

/// After the pathogen's prefix.
const GISAID: &[(&str, Field)] = &[
    ("virus name", Field::Sample),
    ("type", Field::Pathogen),
    ("passage", Field::Passage),
    ("collection date", Field::Collected),
    ("location", Field::Location),
    ("host", Field::Host),
    ("gender", Field::Sex),
    ("patient age", Field::Age),
    ("specimen", Field::Specimen),
    ("seq technology", Field::Instrument),
    ("orig lab", Field::OriginatingLab),
    ("subm lab", Field::SubmittingLab),
    ("authors", Field::Authors),
    // What the second row of headings and GISAID's own tables call them.
    ("passage details history", Field::Passage),
    ("specimen source", Field::Specimen),
    ("sequencing technology", Field::Instrument),
    ("originating lab", Field::OriginatingLab),
    ("submitting lab", Field::SubmittingLab),
];

const LOCULUS: &[(&str, Field)] = &[
    ("id", Field::Sample),
    ("submissionid", Field::Sample),
    ("fastaids", Field::Records),
    ("samplecollectiondate", Field::Collected),
    ("geoloccountry", Field::Country),
    ("geolocadmin1", Field::Division),
    ("geolocadmin2", Field::District),
    ("geoloccity", Field::Town),
    ("geolocsite", Field::Place),
    ("hostnamescientific", Field::Host),
    ("hostnamecommon", Field::HostCommon),
    ("hostage", Field::Age),
    ("hostgender", Field::Sex),
    ("sequencedbyorganization", Field::SubmittingLab),
    ("authors", Field::Authors),
    ("sampletype", Field::Specimen),
    ("passagenumber", Field::Passage),
    ("sequencinginstrument", Field::Instrument),
    ("datauseterms", Field::Terms),
];

const GENBANK: &[(&str, Field)] = &[
    ("sequence id", Field::Record),
    ("organism", Field::Pathogen),
    ("isolate", Field::Isolate),
    ("segment", Field::Segment),
    ("collection date", Field::Collected),
    ("geo loc name", Field::GeoLocName),
    ("country", Field::GeoLocName),
    ("host", Field::Host),
    ("host age", Field::Age),
    ("host sex", Field::Sex),
    ("sex", Field::Sex),
    ("isolation source", Field::Specimen),
    ("lab host", Field::Passage),
    ("collected by", Field::OriginatingLab),
];

const ENA: &[(&str, Field)] = &[
    ("sample alias", Field::Sample),
    ("alias", Field::Sample),
    ("scientific name", Field::Pathogen),
    ("collection date", Field::Collected),
    ("geographic location country and or sea", Field::Country),
    ("geographic location region and locality", Field::Division),
    ("host scientific name", Field::Host),
    ("host common name", Field::HostCommon),
    ("host age", Field::Age),
    ("host sex", Field::Sex),
    ("collecting institution", Field::OriginatingLab),
    ("isolation source host associated", Field::Specimen),
    ("isolation source non host associated", Field::Specimen),
];

const OTHER: &[(&str, Field)] = &[
    ("strain", Field::Sample),
    ("sample id", Field::Sample),
    ("sample name", Field::Sample),
    ("isolate", Field::Sample),
    ("virus name", Field::Sample),
    ("seqname", Field::Record),
    ("sequence name", Field::Record),
    ("virus", Field::Pathogen),
    ("organism", Field::Pathogen),
    ("date", Field::Collected),
    ("collection date", Field::Collected),
    ("date of collection", Field::Collected),
    ("sampling date", Field::Collected),
    ("region", Field::Division),
    ("province", Field::Division),
    ("state", Field::Division),
    ("county", Field::Division),
    ("location", Field::Place),
    ("age", Field::Age),
    ("sex", Field::Sex),
    ("gender", Field::Sex),
    ("originating laboratory", Field::OriginatingLab),
    ("submitting laboratory", Field::SubmittingLab),
    ("author", Field::Authors),
    ("specimen type", Field::Specimen),
    ("sample type", Field::Specimen),
    ("sequencing instrument", Field::Instrument),
    ("sequencing technology", Field::Instrument),
    ("platform", Field::Instrument),
    ("ct value", Field::Ct),
    ("ct", Field::Ct),
];

/// What GISAID's column names begin with.
const GISAID_PREFIXES: [&str; 4] = ["covv ", "pox ", "rsv ", "arbo "];
/// What our column names for the records of segments begin with.
const SEGMENT_PREFIX: &str = "record_";
/// Letters of a segment's name.
const LONGEST_SEGMENT: usize = 20;

/// What a column of this folded name holds, in this template.
pub(super) fn field_of(template: Template, name: &str) -> Option<Field> {
    let listed = |list: &[(&str, Field)], name: &str| {
        list.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    };
    // Our names are written with underscores, which folding makes spaces.
    let ours = || {
        let same = |known: &str| known.len() == name.len() && known.split('_').eq(name.split(' '));
        HEARTH.iter().find(|column| same(column.name)).map(|column| column.field)
    };
    match template {
        Template::Hearth => ours(),
        Template::Gisaid => {
            let rest = GISAID_PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix));
            listed(GISAID, rest.unwrap_or(name))
        }
        Template::Loculus => listed(LOCULUS, name),
        Template::GenBank => listed(GENBANK, name),
        Template::Ena => listed(ENA, name),
        Template::Other => ours().or_else(|| listed(OTHER, name)),
    }
}

/// The segment whose records a column of this header names: `HA` of `record_HA`, in our template.
pub(super) fn segment_of(template: Template, header: &str) -> Option<String> {
    let ours = matches!(template, Template::Hearth | Template::Other);
    let start =
        header.get(..SEGMENT_PREFIX.len()).filter(|start| start.eq_ignore_ascii_case(SEGMENT_PREFIX))?;
    let segment = header.get(start.len()..)?.trim();
    (ours && !segment.is_empty() && segment.len() <= LONGEST_SEGMENT).then(|| segment.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_base::language::folded;

    #[test]
    fn the_names_are_written_as_they_are_compared() {
        for (name, _) in [GISAID, LOCULUS, GENBANK, ENA, OTHER].into_iter().flatten() {
            assert_eq!(folded(name), *name);
        }
        for column in HEARTH {
            assert_eq!(
                field_of(Template::Hearth, &folded(column.name)),
                Some(column.field),
                "{}",
                column.name
            );
        }
    }

    #[test]
    fn columns_are_known_in_every_spelling() {
        let check = |template, header: &str, expected| {
            assert_eq!(field_of(template, &folded(header)), expected, "{header}");
        };
        check(Template::Gisaid, "covv_collection_date", Some(Field::Collected));
        check(Template::Gisaid, "pox_orig_lab", Some(Field::OriginatingLab));
        check(Template::Gisaid, "covv_orig_lab_addr", None);
        check(Template::Loculus, "geoLocCountry", Some(Field::Country));
        check(Template::GenBank, "*Collection-date", Some(Field::Collected));
        check(Template::Ena, "geographic location (country and/or sea)", Some(Field::Country));
        check(Template::Hearth, "Originating lab", Some(Field::OriginatingLab));
        assert_eq!(segment_of(Template::Hearth, "record_HA").as_deref(), Some("HA"));
        assert_eq!(segment_of(Template::Hearth, "record_"), None);
        assert_eq!(segment_of(Template::Ena, "record_HA"), None);
    }

    #[test]
    fn the_template_and_its_reference_come_from_one_list() {
        let tsv = template_tsv();
        let (header, example) = tsv.trim_end_matches('\n').split_once('\n').unwrap();
        assert_eq!(header.split('\t').next(), Some("sample"));
        assert_eq!(header.split('\t').count(), example.split('\t').count());
        let reference = template_reference();
        assert_eq!(reference.lines().count(), HEARTH.len() + 2);
        assert!(
            reference.contains("| `ct` |  | Cycle threshold of the diagnostic test, 1 to 50. | `21.4` |")
        );
    }
}
