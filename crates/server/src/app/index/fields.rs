//! The fields that genomes can be asked for: their names, their types and where each comes from.
//!
//! One table; indexes, queries and the descriptions of both follow from it. Refuses to know how a value is kept. Start at
//! [`FIELDS`].

use hearth_base::country::Country;
use hearth_base::date::{PartialDate, Precision};
use hearth_base::language::UnLanguage;
use hearth_base::time::UtcTime;
use hearth_index::query::float::code_of;
use hearth_index::row::{FieldKind, Value};
use hearth_ledger::body::genomes::Genome;
use hearth_store::state::findings::Finding;
use jiff::civil::Date;

/// The field that tells one row from all others of a version of the data.
pub const PRIMARY_KEY: &str = "accessionVersion";

/// What a genome's values are taken from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What the ledger says.
    pub genome: &'a Genome,
    /// Its version.
    pub version: u32,
    /// When this was released.
    pub released: UtcTime,
    /// Whether it is made up.
    pub is_simulated: bool,
    /// The node of the pack's tree that it is nearest to, by the analysis of now.
    pub node: Option<&'a str>,
    /// What its pack calls it now, if it can be analysed.
    pub finding: Option<&'a Finding>,
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub struct FieldRule {
    /// As queries name it.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Its value of a genome.
    pub value: fn(&Facts) -> Value,
}

macro_rules! fields {
    ($($name:literal $kind:ident $value:expr;)*) => {
        &[$(FieldRule { name: $name, kind: FieldKind::$kind, value: $value }),*]
    };
}

/// Every field.
pub const FIELDS: &[FieldRule] = fields! {
    "accessionVersion" Text |facts| Value::Text(format!("{}.{}", facts.genome.accession, facts.version));
    "accession" Text |facts| Value::Text(facts.genome.accession.to_string());
    "version" Int |facts| Value::Number(facts.version.into());
    "sampleName" Text |facts| text(&facts.genome.sample.name);
    "date" Date |facts| collected(facts, |date| (date.precision() == Precision::Day).then(|| date.first_day()));
    "dateEarliest" Date |facts| collected(facts, |date| Some(date.first_day()));
    "dateLatest" Date |facts| collected(facts, |date| Some(date.last_day()));
    "dateReleased" Date |facts| day(facts.released.date());
    "region" Text |facts| {
        let region = facts.genome.sample.country.and_then(Country::region);
        region.map_or(Value::Null, |region| text(region.name(UnLanguage::English)))
    };
    "country" Text |facts| {
        let country = facts.genome.sample.country;
        country.map_or(Value::Null, |country| text(country.name(UnLanguage::English)))
    };
    "countryCode" Text |facts| facts.genome.sample.country.map_or(Value::Null, |country| text(&country.to_string()));
    "division" Text |facts| text(&facts.genome.sample.division);
    "host" Text |facts| text(&facts.genome.sample.host);
    "clade" Lineage |facts| found(facts, |finding| finding.clade.as_deref());
    "lineage" Lineage |facts| found(facts, |finding| finding.lineage.as_deref());
    "coverage" Float |facts| {
        let coverage = facts.finding.and_then(|finding| finding.coverage_millionths);
        coverage.map_or(Value::Null, |share| Value::Number(code_of(share as f64 / 1e6)))
    };
    "qualityScore" Int |facts| facts.finding.and_then(|finding| finding.quality).map_or(Value::Null, Value::Number);
    "nearestNode" Node |facts| facts.node.map_or(Value::Null, text);
    "originatingLab" Text |facts| text(&facts.genome.credit.originating_lab);
    "submittingLab" Text |facts| text(&facts.genome.credit.submitting_lab);
    "authors" Text |facts| text(&facts.genome.credit.authors);
    "simulated" Boolean |facts| Value::Number(facts.is_simulated.into());
};

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
}

fn day(date: Date) -> Value {
    Value::Number(UtcTime::start_of(date).unix_ms().div_euclid(86_400_000))
}

fn collected(facts: &Facts, of: impl Fn(PartialDate) -> Option<Date>) -> Value {
    facts.genome.sample.collected.and_then(of).map_or(Value::Null, day)
}

fn found(facts: &Facts, of: impl Fn(&Finding) -> Option<&str>) -> Value {
    facts.finding.and_then(of).map_or(Value::Null, text)
}
