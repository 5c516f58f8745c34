//! The page on which anybody asks about many genomes: the question as a form, and its answer as numbers, map, time,
//! mutations and rows, with the call of the API that answers the same.
//!
//! Refuses to ask: it is told what was found. Names of fields are those of the API. Start at [`AskPage`].

use super::address;
use super::frame::Frame;
use super::offer::Offer;
use super::parts::{Choice, FieldProblem, FilterLink, Paging};
use crate::messages::{Catalogue, Key, Value};
use crate::number;
use crate::svg::stack::{Series, stack};
use crate::svg::tiles::{self, Block, SHADES};

/// The pathogens that can be asked about.
#[derive(Clone, Debug, Default)]
pub struct AskWhichPage {
    /// What every page carries.
    pub frame: Frame,
    /// Those of this server, those with most genomes first.
    pub pathogens: Vec<Asked>,
}

/// A pathogen that can be asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// As addresses name it.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Genomes that this reader may see.
    pub genomes: u64,
}

/// A question about one pathogen, and its answer.
#[derive(Clone, Debug, Default)]
pub struct AskPage {
    /// What every page carries.
    pub frame: Frame,
    /// The pathogen.
    pub pathogen: Asked,
    /// Whether others can be asked about.
    pub has_others: bool,
    /// The query.
    pub query: Input,
    /// Fields with values.
    pub fields: Vec<Input>,
    /// Days.
    pub days: Vec<Input>,
    /// Whether simulated genomes are wanted.
    pub simulated: Vec<Choice>,
    /// What is wrong with the question as a whole.
    pub problems: Vec<FieldProblem>,
    /// The question, as its address has it behind `?`.
    pub question: String,
    /// Whether anything is asked.
    pub is_any: bool,
    /// Released genomes that this reader may see and that cannot be found yet.
    pub following: u64,
    /// The answer; none if something is wrong with the question.
    pub answer: Option<Answer>,
}

/// A field of the question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// As the API names it.
    pub name: String,
    /// What was typed.
    pub values: Vec<String>,
    /// Whether genomes are asked for of which it is not known; nothing where that cannot be asked.
    pub is_unknown: Option<bool>,
    /// What is wrong with it; empty if nothing is.
    pub problem: String,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// How many genomes.
    pub count: u64,
    /// How many of them are simulated.
    pub simulated: u64,
    /// By which values it can be narrowed.
    pub facets: Vec<Facet>,
    /// Where they come from: blocks of countries, in columns.
    pub map: Vec<Vec<Block>>,
    /// Of how many no country is known.
    pub placeless: u64,
    /// When they were collected.
    pub times: Times,
    /// The most frequent mutations of the genome.
    pub nucleotides: Vec<Frequent>,
    /// The most frequent mutations of its proteins.
    pub amino_acids: Vec<Frequent>,
    /// A part of the genomes, the newest first.
    pub genomes: Vec<Line>,
    /// Which part.
    pub paging: Paging,
    /// The same question for programs.
    pub call: Call,
    /// As what the genomes can be taken away.
    pub files: Vec<Offer>,
}

/// The values of a field, the most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facet {
    /// As the API names it.
    pub name: String,
    /// What each would leave.
    pub links: Vec<FilterLink>,
    /// How many values are not shown.
    pub more: u64,
}

/// Genomes over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// How long each time is.
    pub unit: Unit,
    /// Times in their order, each with how many were collected then.
    pub counts: Vec<(String, u64)>,
    /// How many were collected before.
    pub earlier: u64,
    /// Of how many the day is not known.
    pub unknown: u64,
}

/// How long a time is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// From Monday on, which names it.
    #[default]
    Week,
    /// As the calendar has it.
    Month,
    /// As the calendar has it.
    Year,
}

/// A mutation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frequent {
    /// Its code: `C241T`, `S:N501Y`.
    pub code: String,
    /// Genomes that have it.
    pub count: u64,
    /// Genomes that were read there.
    pub coverage: u64,
    /// The same question with this condition added.
    pub address: String,
}

/// A genome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Accession with version.
    pub accession: String,
    /// Its name.
    pub name: String,
    /// Country, and place if it is told.
    pub place: String,
    /// Day of collection, as precise as it is known.
    pub collected: String,
    /// Clade and lineage, as one text.
    pub lineage: String,
    /// Who handed it in.
    pub lab: String,
    /// Day of release.
    pub released: String,
    /// Whether it is made up.
    pub is_simulated: bool,
}

/// A question of the API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// Where this server is asked: `https://hearth.example.org`.
    pub origin: String,
    /// What follows `?`; may be empty.
    pub query: String,
    /// Where the same is shown as a tree; empty where it is not.
    pub tree: String,
}

impl Asked {
    /// Path of its page.
    pub fn address(&self) -> String {
        address::below("/ask", &self.id)
    }
}

impl Input {
    /// What it is called.
    pub fn key(&self) -> Key {
        key_of(&self.name)
    }

    /// What is typed in each of its boxes: one is always there.
    pub fn boxes(&self) -> Vec<&str> {
        if self.values.is_empty() { vec![""] } else { self.values.iter().map(String::as_str).collect() }
    }
}

impl Facet {
    /// What its field is called.
    pub fn key(&self) -> Key {
        key_of(&self.name)
    }
}

/// What a field of the API is called on the page.
fn key_of(name: &str) -> Key {
    match name {
        "country" => Key::Country,
        "clade" => Key::AskClade,
        "lineage" => Key::FilterLineage,
        "host" => Key::AskHost,
        "submittingLab" => Key::AskLab,
        "simulated" => Key::AskSimulated,
        "dateFrom" => Key::FilterFrom,
        "dateTo" => Key::AskCollectedTo,
        "dateReleasedFrom" => Key::AskReleasedFrom,
        "dateReleasedTo" => Key::AskReleasedTo,
        "asOf" => Key::FilterAsOf,
        _ => Key::AskQuery,
    }
}

impl Frequent {
    /// Its share among those that were read there.
    pub fn share(&self) -> String {
        number::percent(number::share(self.count, self.coverage))
    }

    /// The question with it, if it is an address of this server.
    pub fn local(&self) -> &str {
        address::local(&self.address).unwrap_or("?")
    }
}

/// Rows that the API answers with at once.
const ROWS_MAX: u64 = 100_000;

impl Answer {
    /// Whether the API does not answer with all rows at once.
    pub fn is_long(&self) -> bool {
        self.count > ROWS_MAX
    }

    /// How many of the genomes are simulated, in words; nothing if none is.
    pub fn simulated_told(&self, words: &Catalogue) -> Option<String> {
        match self.simulated {
            0 => None,
            all if all == self.count => Some(words.count(Key::AskAllSimulated, all)),
            some => Some(words.count(Key::AskSomeSimulated, some)),
        }
    }

    /// Where the genomes come from, as a drawing.
    pub fn map_drawing(&self, words: &Catalogue) -> String {
        tiles::tiles(&self.map_told(words), &self.map)
    }

    /// What the map shows, in words, for those who do not see it.
    fn map_told(&self, words: &Catalogue) -> String {
        let names: Vec<String> =
            self.places().iter().take(5).map(|(name, count)| format!("{name} {count}")).collect();
        words.tell(
            Key::AskMapDrawing,
            &[("count", Value::Count(self.places().len() as u64)), ("names", Value::Text(&names.join(", ")))],
        )
    }

    /// Countries that genomes come from, those with most of them first.
    pub fn places(&self) -> Vec<(&str, String)> {
        let tiles = self.map.iter().flatten().flat_map(|block| &block.tiles).filter(|tile| tile.count > 0);
        let mut found: Vec<_> = tiles.collect();
        found.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
        found.into_iter().map(|tile| (tile.name.as_str(), number::whole(tile.count))).collect()
    }

    /// What the shades on the map stand for: class and words, from few to many.
    pub fn shades(&self, words: &Catalogue) -> Vec<(String, String)> {
        let used = |shade: &usize| {
            let mut tiles = self.map.iter().flatten().flat_map(|block| &block.tiles);
            tiles.any(|tile| tiles::shade(tile.count) == Some(*shade))
        };
        let told = |shade: usize| {
            let from = number::whole(tiles::fewest(shade));
            let to = number::whole(tiles::fewest(shade + 1) - 1);
            let text = if shade == SHADES {
                words.with(Key::AskShadeMore, "from", &from)
            } else {
                words.tell(Key::AskShade, &[("from", Value::Text(&from)), ("to", Value::Text(&to))])
            };
            (format!("h{shade}"), text)
        };
        (1..=SHADES).filter(used).map(told).collect()
    }
}

impl Times {
    /// What the drawing shows.
    pub fn title(&self, words: &Catalogue) -> String {
        words.say(match self.unit {
            Unit::Week => Key::AskWeeks,
            Unit::Month => Key::AskMonths,
            Unit::Year => Key::AskYears,
        })
    }

    /// Genomes by time of collection, as a drawing.
    pub fn drawing(&self, words: &Catalogue) -> String {
        let times: Vec<String> = self.counts.iter().map(|(time, _)| time.clone()).collect();
        let counts = self.counts.iter().map(|(_, count)| *count).collect();
        let series = Series { name: words.say(Key::GenomesTitle), class: "s0".to_owned(), counts };
        stack(&self.title(words), &times, &[series])
    }
}

impl AskPage {
    /// Path of a feed of the question: `feed.atom`, `feed.json`.
    pub fn feed(&self, file: &str) -> String {
        let mark = if self.question.is_empty() { "" } else { "?" };
        format!("{}/{file}{mark}{}", self.pathogen.address(), self.question)
    }

    /// Where the form that saves the question is sent.
    pub fn here(&self) -> String {
        let mark = if self.question.is_empty() { "" } else { "?" };
        format!("{}{mark}{}", self.pathogen.address(), self.question)
    }

    /// Path of a question of the API, `part` being what is asked, in a format.
    pub fn call(&self, part: &str, format: &str) -> String {
        let (room, query) = (
            address::below("/lapis", &self.pathogen.id),
            self.answer.as_ref().map_or("", |answer| answer.call.query.as_str()),
        );
        let format = if format.is_empty() {
            String::new()
        } else {
            format!("dataFormat={format}&downloadAsFile=true")
        };
        let asked: Vec<&str> = [query, format.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
        let mark = if asked.is_empty() { "" } else { "?" };
        format!("{room}/sample/{part}{mark}{}", asked.join("&"))
    }

    /// Where the genomes that were found are taken away in a format.
    pub fn taken(&self, format: &str) -> String {
        let room = address::below("/take", &self.pathogen.id);
        let query = self.answer.as_ref().map_or("", |answer| answer.call.query.as_str());
        let and = if query.is_empty() { "" } else { "&" };
        format!("{room}?format={format}{and}{query}")
    }

    /// What a choice of `simulated` is called.
    pub fn simulated_key(is_simulated: bool) -> Key {
        if is_simulated { Key::AskIsSimulated } else { Key::AskIsReal }
    }

    /// A command that asks the API the same.
    pub fn command(&self) -> String {
        let origin = self.answer.as_ref().map_or("", |answer| answer.call.origin.as_str());
        // Within quotation marks a shell takes everything as it is; addresses are encoded and have none.
        let token =
            if self.frame.reader.is_some() { " \\\n  --header 'Authorization: Bearer TOKEN'" } else { "" };
        format!("curl '{origin}{}'{token}", self.call("aggregated", ""))
    }
}

page!(AskWhichPage, "site/ask_which.html");
page!(AskPage, "site/ask.html");
