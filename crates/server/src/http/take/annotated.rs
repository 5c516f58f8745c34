//! Genomes with their features in their own coordinates: as GFF3, and as GenBank records.
//!
//! Each is analysed anew from its letters, so that features lie where the genome has them. What cannot be analysed has
//! no features. Start at [`Annotations`] and [`Records`].

use super::organism::Organism;
use super::table::named;
use crate::app::index::fields::PRIMARY_KEY;
use crate::http::lapis::writing::{Genome, Part, Writing};
use hearth_genome::analysis::{Analysis, Memory};
use hearth_genome::annotation::Carried;
use hearth_genome::rows::genbank::{self, Description};
use hearth_genome::rows::gff3;

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// GFF3.
#[derive(Default)]
pub struct Annotations {
    memory: Memory,
}

/// GenBank records.
#[derive(Default)]
pub struct Records {
    memory: Memory,
}

impl Writing for Annotations {
    fn needs_letters(&self) -> bool {
        true
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(gff3::VERSION);
    }

    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        for part in genome.parts() {
            let analysis = part.pack.pack.analyse(part.letters, &mut self.memory).ok();
            let carried = carried(&part, analysis.as_ref());
            let name = of_part(named(genome, PRIMARY_KEY), genome, &part);
            gff3::write(&name, part.letters.len() as u64, &carried, out);
        }
    }
}

impl Writing for Records {
    fn needs_letters(&self) -> bool {
        true
    }

    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        for part in genome.parts() {
            record(out, genome, &part, &mut self.memory);
        }
    }
}

/// A record of a segment.
fn record(out: &mut Vec<u8>, genome: &Genome, part: &Part, memory: &mut Memory) {
    let analysis = part.pack.pack.analyse(part.letters, memory).ok();
    let carried = carried(part, analysis.as_ref());
    let text = |name: &str| named(genome, name);
    let organism = Organism::of(&part.pack.pack);
    let accession = of_part(text("accession"), genome, part);
    let (versioned, isolate) = (of_part(text(PRIMARY_KEY), genome, part), text("sampleName"));
    let place = [text("country"), text("division")].into_iter().filter(|part| !part.is_empty());
    let place = place.collect::<Vec<_>>().join(": ");
    let (host, day, lineage) = (text("host"), collected(genome), text("lineage"));
    let note = if lineage.is_empty() { String::new() } else { format!("lineage: {lineage}") };
    let is_segmented = genome.shelf.pathogen().is_segmented();
    let what = if is_segmented { format!("segment {}", part.name) } else { "genome".to_owned() };
    let definition = format!("{} isolate {isolate}, {what}", organism.name);
    let mut source = vec![
        ("isolate", isolate.as_str()),
        ("host", &host),
        ("geo_loc_name", &place),
        ("collection_date", &day),
        ("note", &note),
    ];
    if is_segmented {
        source.push(("segment", part.name));
    }
    let said = Description {
        accession: &accession,
        versioned: &versioned,
        organism: &organism.name,
        definition: &definition,
        released: &released(&text("dateReleased")),
        molecule: organism.molecule,
        source: &source,
        authors: &text("authors"),
    };
    genbank::write(&said, &carried, part.letters, out);
}

/// The name of a genome, with that of a segment where there are several.
fn of_part(name: String, genome: &Genome, part: &Part) -> String {
    if genome.shelf.pathogen().is_segmented() { format!("{name}_{}", part.name) } else { name }
}

fn carried<'a>(part: &Part<'a>, analysis: Option<&Analysis>) -> Carried<'a> {
    let none = || Carried { genes: Vec::new(), cdses: Vec::new() };
    analysis.map_or_else(none, |analysis| Carried::new(part.pack.pack.annotation(), analysis, part.letters))
}

/// The day of collection, or the month or year where no more is known.
pub fn collected(genome: &Genome) -> String {
    let (day, first, last) =
        (named(genome, "date"), named(genome, "dateEarliest"), named(genome, "dateLatest"));
    if !day.is_empty() {
        return day;
    }
    let same = |letters: usize| first.get(..letters).filter(|begin| last.get(..letters) == Some(begin));
    same(7).or_else(|| same(4)).unwrap_or_default().to_owned()
}

/// A day as flat files write it.
fn released(day: &str) -> String {
    let parts: Vec<&str> = day.split('-').collect();
    let [year, month, day] = parts[..] else { return "01-JAN-1970".to_owned() };
    let month = month.parse().ok().and_then(|month: usize| MONTHS.get(month.checked_sub(1)?));
    format!("{day}-{}-{year}", month.unwrap_or(&"JAN"))
}
