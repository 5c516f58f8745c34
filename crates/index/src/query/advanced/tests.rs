//! What queries mean, told in words.

use super::*;
use crate::alphabet::Alphabet;
use crate::pango::Aliases;
use crate::query::field::filters;
use crate::row::FieldKind;
use crate::row::{Field, Reference};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn schema() -> Schema {
    let sequence = |name: &str, alphabet, letters: &[u8]| Reference {
        name: name.into(),
        alphabet,
        letters: letters.to_vec(),
    };
    let field = |name: &str, kind| Field { name: name.into(), kind };
    Schema {
        sequences: vec![
            sequence("main", Alphabet::Nucleotide, &[b'A'; 300]),
            sequence("S", Alphabet::AminoAcid, &[b'K'; 90]),
        ],
        fields: vec![
            field("country", FieldKind::Text),
            field("date", FieldKind::Date),
            field("lineage", FieldKind::Lineage),
            field("version", FieldKind::Int),
            field("coverage", FieldKind::Float),
            field("simulated", FieldKind::Boolean),
            field("node", FieldKind::Node),
        ],
        lineages: BTreeMap::new(),
        aliases: Aliases::default(),
        nodes: vec!["NODE_1".into()],
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let schema = schema();
    let told = parse(&schema, text).map_or_else(|error| error.to_string(), |query| query.told(&schema));
    assert_eq!(told, expected, "{text}");
}

#[test]
fn nodes_of_a_tree() {
    check("node=NODE_1", "node is NODE_1");
    check("Node.phyloDescendantOf=NODE_1", "node descends from NODE_1");
    check("node.PhyloDescendantOf='NODE_2'", "node.phyloDescendantOf: there is no node 'NODE_2' in the tree");
    check(
        "country.phyloDescendantOf=NODE_1",
        "country.phyloDescendantOf: there is no node 'NODE_1' in the tree",
    );
}

#[test]
fn mutations_and_insertions() {
    check("A241T", "main:241T");
    check("241", "main:241");
    check("main:241-", "main:241-");
    check("s:k50.", "S:50.");
    check("S:K50*", "S:50*");
    check("MAYBE(S:50N)", "perhaps S:50N");
    check("ins_20:ac?", "ins_main:20:AC?");
    check("ins_S:20:?", "ins_S:20:?");
    check(
        "241Z",
        "Failed to parse advanced query (line 1:0): '241Z' is no mutation: write it like C241T, S:N501Y, 241-, S:501 or ins_22204:GAG",
    );
    check("orf9:241", "orf9 is not a known segment or gene, known are [main, S]");
    check(
        "99999999999T",
        "Position of 99999999999T is out of bounds 99999999999 > 300: positions are from 1 to 300.",
    );
    check("0", "Position of 0 is out of bounds 0 > 300: positions are from 1 to 300.");
    check("ins_300:A", "ins_main:300:A");
    check(
        "ins_301:A",
        "the requested insertion position (301) is larger than the length of the reference sequence (300)",
    );
}

/// Lists of a request say of which alphabet their codes are.
#[test]
fn codes_of_one_alphabet() {
    use crate::query::code::{insertion_of, mutation_of};
    let check = |found: Result<Query, QueryError>, expected: &str| {
        let told = found.map_or_else(|error| error.to_string(), |query| query.told(&schema()));
        assert_eq!(told, expected);
    };
    let (segments, genes) = (Alphabet::Nucleotide, Alphabet::AminoAcid);
    check(mutation_of(&schema(), segments, "MAYBE(main:24T)"), "perhaps main:24T");
    check(mutation_of(&schema(), segments, "24T"), "main:24T");
    check(mutation_of(&schema(), segments, "S:24T"), "Unknown nucleotide sequence: S");
    check(mutation_of(&schema(), genes, "main:24T"), "Unknown gene: main");
    check(insertion_of(&schema(), genes, "ins_S:24:T"), "ins_S:24:T");
    check(insertion_of(&schema(), genes, "ins_E:24:T"), "Unknown gene: E");
    check(insertion_of(&schema(), segments, "INS_24:t?"), "ins_main:24:T?");
    check(
        mutation_of(&schema(), genes, "24T"),
        "'24T' is no mutation: write it like C241T, S:N501Y, 241-, S:501 or ins_22204:GAG",
    );
}

/// A genome in several pieces: the segment must be named.
#[test]
fn segments_are_named() {
    let mut schema = schema();
    schema.sequences[0].name = "seg1".into();
    let second = Reference { name: "seg2".into(), ..schema.sequences[0].clone() };
    schema.sequences.push(second);
    let told =
        |text| parse(&schema, text).map_or_else(|error| error.to_string(), |query| query.told(&schema));
    let unnamed = "This pathogen has several segments: write the segment before the position, as seg1:241T. They are seg1, seg2.";
    assert_eq!(told("241T"), unnamed);
    assert_eq!(told("ins_24:T"), unnamed);
    assert_eq!(told("SEG2:241T & ins_seg1:24:T"), "(seg2:241T and ins_seg1:24:T)");
}

#[test]
fn operators() {
    check("1T & 2T | 3T", "((main:1T and main:2T) or main:3T)");
    check("1T and (2T OR not 3T)", "(main:1T and (main:2T or not main:3T))");
    check("!!1T", "main:1T");
    check("[2-of: 1T, 2T, !3T]", "at least 2 of [main:1T, main:2T, not main:3T]");
    check("[exactly-1-of: 1T, S:5N]", "exactly 1 of [main:1T, S:5N]");
    check(
        "1T &",
        "Failed to parse advanced query (line 1:4): a condition is expected here: a mutation, an insertion or a field",
    );
    check("(1T", "Failed to parse advanced query (line 1:3): a ) is missing here");
    check(
        "1T\n2T",
        "Failed to parse advanced query (line 2:0): an operator or the end of the query is expected here",
    );
    check(
        &"(".repeat(100),
        "Failed to parse advanced query (line 1:21): the query is nested too deep here: write it flatter",
    );
}

#[test]
fn fields() {
    check("country='Côte d\\'Ivoire'", "country is Côte d'Ivoire");
    check("Country=Kenya & date>=2024-02-29", "(country is Kenya and date from 2024-02-29 to )");
    check("country.regex='^K'", "country contains ^K");
    check("country.regex='(?i)^kÉ\\\\d'", "country contains (?i)^kÉ\\d");
    check(
        "country.regex='(a{1000}){1000}'",
        "'(a{1000}){1000}' is no regular expression that can be used: Compiled regex exceeds size limit of 1048576 bytes.",
    );
    check("country.regex='('", "'(' is no regular expression that can be used: unclosed group");
    check("lineage=BA.2*", "lineage is BA.2 or below");
    check("lineage=BA.2.*", "lineage is BA.2 or below");
    check("lineage=BA.", "'BA.' ends with a dot: did you mean BA.*?");
    check("lineage.PhyloDescendantOf=NODE_1", "lineage is NODE_1 or below");
    check("country.phyloDescendantOf=x", "country.phyloDescendantOf: there is no node 'x' in the tree");
    check(
        "country.size=3",
        "Failed to parse advanced query (line 1:14): behind country. stand regex= or phyloDescendantOf=, not size",
    );
    check("version<=3", "version from  to 3");
    check("coverage>=0.95", "coverage from 0.95 to ");
    check("coverage=1", "coverage from 1 to 1");
    check("coverage>=high", "'high' is no value of coverage: write a number");
    check("simulated=TRUE", "simulated from 1 to 1");
    check("IsNull(country)", "country is not known");
    check("date=2023-02-29", "'2023-02-29' is no value of date: write a date as YYYY-MM-DD");
    check(
        "host=x",
        "Metadata field host does not exist. Known fields: [country, date, lineage, version, coverage, simulated, node]",
    );
    check(
        "MAYBE(country=Kenya)",
        "Failed to parse advanced query (line 1:14): MAYBE takes mutations and insertions, not fields",
    );
}

#[test]
fn keys_and_values() {
    let check = |keys: &[(&str, &[Option<&str>])], expected: &str| {
        let schema = schema();
        let keys = keys.iter().map(|(key, values)| {
            (*key, values.iter().map(|value| value.map(str::to_owned)).collect::<Vec<_>>())
        });
        let found = filters(&schema, keys);
        let told = found.map_or_else(|error| error.to_string(), |all| Query::And(all).told(&schema));
        assert_eq!(told, expected);
    };
    check(&[("country", &[Some("Kenya"), Some("Ghana")])], "(country is Ghana or Kenya)");
    check(&[("COUNTRY", &[Some("Kenya"), None])], "((country is not known or country is Kenya))");
    check(
        &[("dateFrom", &[Some("2024-01-01")]), ("dateTo", &[Some("2024-12-31")])],
        "(date from 2024-01-01 to 2024-12-31)",
    );
    check(&[("lineage", &[Some("BA.2*")])], "(lineage is BA.2 or below)");
    check(&[("country.regex", &[Some("K")])], "(country contains K)");
    check(&[("lineage.phyloDescendantOf", &[Some("NODE_1")])], "(lineage is NODE_1 or below)");
    check(&[("lineage.phyloDescendantOf", &[])], "lineage.phyloDescendantOf takes one node");
    check(
        &[("country", &[Some("x")]), ("country.regex", &[Some("x")])],
        "country and country.regex cannot be used together",
    );
    check(
        &[("date.isNull", &[Some("true")]), ("dateFrom", &[Some("2024-01-01")])],
        "date.isNull cannot be used with another filter of date",
    );
    check(
        &[("hostFrom", &[Some("x")])],
        "'hostFrom' is not a valid sequence filter key. Valid keys are: country, country.regex, country.isNull, \
         date, dateFrom, dateTo, date.isNull, lineage, lineage.regex, lineage.phyloDescendantOf, lineage.isNull, \
         version, versionFrom, versionTo, version.isNull, coverage, coverageFrom, coverageTo, coverage.isNull, \
         simulated, simulated.isNull, node, node.regex, node.phyloDescendantOf, node.isNull",
    );
    check(&[("country.isNull", &[Some("false")])], "(not country is not known)");
    check(
        &[("date", &[Some("2024-01-01")]), ("dateTo", &[Some("2024-12-31")])],
        "date cannot be used together with dateFrom or dateTo",
    );
    check(&[("dateFrom", &[None])], "a bound of date takes one value");
}

#[test]
fn texts_of_one_field_are_one_question() {
    let check = |text: &str, expected: usize| {
        let query = parse(&schema(), text).expect("a query");
        let filter = query.filter().expect("a filter");
        assert_eq!(crate::weight::weight(&filter), expected, "{text}");
    };
    check("country=Kenya | country=Ghana | country=Togo", 1);
    check("country=Kenya | country=Ghana | 24T", 4);
    let many = (0..20_000).map(|number| format!("country=A{number}")).collect::<Vec<_>>();
    check(&many.join(" | "), 1_000);
}

/// Pieces of queries in any order.
fn pieces() -> impl Strategy<Value = String> {
    const PIECES: [&str; 40] = [
        "(",
        ")",
        "[",
        "]",
        "!",
        "&",
        "|",
        ",",
        "2-of:",
        "exactly-1-of:",
        " and ",
        " or ",
        "not ",
        "MAYBE(",
        "IsNull(",
        "country",
        "date",
        "lineage",
        "=",
        ">=",
        "<=",
        ".regex=",
        "'",
        "\\",
        "Kenya",
        "2024-02-29",
        "BA.2*",
        "24T",
        "24",
        "R3.",
        "S:5K",
        "24-",
        "ins_",
        "20:",
        "S:",
        "A?",
        "0",
        "99999999999",
        "\n",
        "é",
    ];
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..14).prop_map(|all| all.concat())
}

proptest! {
    /// Read or told, never a panic; what is read can be told and made a filter that fits the schema.
    #[test]
    fn any_pieces_have_an_answer(text in pieces()) {
        let schema = schema();
        let parsers = [parse, crate::query::variant::parse];
        for query in parsers.iter().filter_map(|parse| parse(&schema, &text).ok()) {
            prop_assert!(!query.told(&schema).is_empty());
            let index = crate::engine::Index::new(schema.clone(), &[]).expect("no ancestors");
            let filter = query.filter().expect("patterns were tried as they were read");
            let rows = crate::filter::evaluate(&index, &roaring::RoaringBitmap::new(), &filter);
            prop_assert_eq!(rows.map(|rows| rows.len()), Ok(0));
        }
        let _ = code::insertion_of(&schema, Alphabet::AminoAcid, &text);
        let _ = code::mutation_of(&schema, Alphabet::Nucleotide, &text);
        let _ = filters(&schema, std::iter::once((text.as_str(), vec![None])));
    }
}
