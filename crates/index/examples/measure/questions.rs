//! What is asked, as we ask it and as the peer is asked, and answers as lines that can be compared.
//!
//! Start at [`all`].

use crate::world::{LENGTH, NODES, World};
use hearth_index::filter::{Filter, FilterError};
use hearth_index::nearest::NearestError;
use hearth_index::profile::Counted;
use hearth_index::row::RowId;
use hearth_index::visible::{Selection, Visible};

/// A question in two languages.
pub struct Question {
    pub name: &'static str,
    pub ask: Ask,
    /// Whether the peer answers with a table, or else with a bitmap of rows.
    pub is_table: bool,
    /// In the peer's language, in as many ways as there are; the fastest counts.
    pub peer: Vec<String>,
    /// How often the peer is asked.
    pub peer_repeats: u32,
}

pub enum Ask {
    Rows(Filter),
    Mutations(Filter),
    Near(RowId, u32),
    Sequences(Filter),
}

/// An answer as it comes.
pub enum Found<'a> {
    Rows(Selection<'a>),
    Mutations(Vec<Counted>),
    Sequences(Vec<(RowId, Vec<u8>)>),
}

#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error(transparent)]
    Filter(#[from] FilterError),
    #[error(transparent)]
    Nearest(#[from] NearestError),
    #[error("a row or a sequence is not there")]
    Absent,
}

impl Ask {
    pub fn ask<'a>(&self, visible: &Visible<'a>) -> Result<Found<'a>, AskError> {
        match self {
            Ask::Rows(filter) => Ok(Found::Rows(visible.select(filter)?)),
            Ask::Mutations(filter) => {
                Ok(Found::Mutations(visible.select(filter)?.mutations(0).ok_or(AskError::Absent)?))
            }
            Ask::Near(row, distance) => {
                let all = visible.select(&Filter::True)?;
                let sought = all.sought(0, *row).ok_or(AskError::Absent)?;
                Ok(Found::Rows(all.near(&sought, *distance)?))
            }
            Ask::Sequences(filter) => {
                let mut sequences = Vec::new();
                visible.select(filter)?.aligned(0, |row, letters| sequences.push((row, letters.to_vec())));
                Ok(Found::Sequences(sequences))
            }
        }
    }

    /// The lines that the peer is to answer with.
    pub fn lines(&self, found: &Found, reference: &[u8]) -> Vec<String> {
        match found {
            Found::Rows(rows) => {
                let mut rows: Vec<u32> = rows.rows().map(|row| row.0).collect();
                if let Ask::Near(own, _) = self {
                    // The peer counts a genome among its own neighbours.
                    rows.push(own.0);
                    rows.sort_unstable();
                }
                rows.iter().map(u32::to_string).collect()
            }
            Found::Mutations(mutations) => {
                let line = |one: &Counted| {
                    let own = char::from(reference[one.position as usize]);
                    let (letter, position) = (char::from(one.letter), one.position + 1);
                    format!("{}\t{}\t{own}\t{letter}\t{position}", one.count, one.coverage)
                };
                sorted(mutations.iter().map(line).collect())
            }
            Found::Sequences(sequences) => {
                let line = |(row, letters): &(RowId, Vec<u8>)| {
                    format!("g{}\t{}", row.0, String::from_utf8_lossy(letters))
                };
                sorted(sequences.iter().map(line).collect())
            }
        }
    }
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort_unstable();
    lines
}

/// A condition in two languages.
#[derive(Clone)]
struct Condition(Filter, String);

impl Condition {
    fn letter(position: u32, letter: u8) -> Self {
        let ours = Filter::Letter { sequence: 0, position, letter: Some(letter) };
        let (position, letter) = (position + 1, char::from(letter));
        let call =
            format!("nucleotideEquals(position:={position}, symbol:='{letter}', sequenceName:='main')");
        Self(ours, call)
    }

    fn text(field: usize, name: &str, text: &str) -> Self {
        Self(Filter::Text { field, text: text.to_owned() }, format!("{name} = '{text}'"))
    }

    fn all(of: &[Self]) -> Self {
        let peers: Vec<&str> = of.iter().map(|one| one.1.as_str()).collect();
        Self(Filter::And(of.iter().map(|one| one.0.clone()).collect()), peers.join(" && "))
    }

    fn asked(self, name: &'static str, peer_repeats: u32) -> Question {
        Question { name, ask: Ask::Rows(self.0), is_table: false, peer: vec![self.1], peer_repeats }
    }
}

/// Mutations that a node in the middle has, the commonest first.
fn mutations_by_rows(world: &World, visible: &Visible) -> Result<Vec<(u64, Condition)>, AskError> {
    let letters = world.letters[NODES as usize / 2].iter();
    let mut counted = letters
        .map(|(position, letter)| {
            let condition = Condition::letter(*position, *letter);
            Ok((visible.select(&condition.0)?.count(), condition))
        })
        .collect::<Result<Vec<_>, AskError>>()?;
    counted.sort_by_key(|(rows, _)| std::cmp::Reverse(*rows));
    Ok(counted)
}

/// All questions about so many genomes.
pub fn all(world: &World, visible: &Visible, number: u32, genome: RowId) -> Result<Vec<Question>, AskError> {
    let mutations = mutations_by_rows(world, visible)?;
    let common = mutations.first().ok_or(AskError::Absent)?.1.clone();
    // A mutation that most have is kept by the peer as its reference, so it is asked about apart.
    let rarer = mutations.iter().filter(|(rows, _)| *rows * 3 < u64::from(number));
    let some: Vec<Condition> = rarer.map(|(_, condition)| condition.clone()).take(3).collect();
    let [one, _, _] = some.as_slice() else { return Err(AskError::Absent) };
    let country = Condition::text(0, "country", "Country 7");
    let batch = format!("Batch {}", number / crate::world::BATCH / 2);
    let batch = Condition::text(2, "batch", &batch);
    let of_three = some.iter().map(|one| one.0.clone()).collect();
    let [first, second, third] = [0, 1, 2].map(|number| some[number].1.as_str());
    let of_three = Question {
        name: "2 of 3 mutations",
        ask: Ask::Rows(Filter::NOf { count: 2, exactly: false, of: of_three }),
        is_table: false,
        peer: vec![
            format!("nOf(2, {{{first}, {second}, {third}}})"),
            format!("({first} && {second}) || ({first} && {third}) || ({second} && {third})"),
        ],
        peer_repeats: 20,
    };
    let not = Condition(Filter::Not(Box::new(one.0.clone())), format!("!{}", one.1));
    let maybe = Condition(Filter::Maybe(Box::new(one.0.clone())), format!("maybe({})", one.1));
    let unread = Condition::letter(LENGTH / 2, b'N');
    Ok(vec![
        one.clone().asked("one mutation", 20),
        common.asked("a mutation that most have", 5),
        Condition::all(&some[..2]).asked("two mutations (AND)", 20),
        not.asked("not a mutation (NOT)", 20),
        of_three,
        maybe.asked("maybe a mutation (MAYBE)", 5),
        unread.asked("N at a position", 5),
        country.clone().asked("a country", 20),
        Condition::all(&[country.clone(), one.clone()]).asked("a mutation in a country", 20),
        proportions("mutation proportions, all", Filter::True, "genomes"),
        proportions("mutation proportions, a country", country.0, &format!("genomes.filter({})", country.1)),
        near(genome),
        Question {
            name: "1,000 aligned sequences",
            ask: Ask::Sequences(batch.0),
            is_table: true,
            peer: vec![format!("genomes.filter({}).project({{id, main}})", batch.1)],
            peer_repeats: 1,
        },
    ])
}

fn proportions(name: &'static str, filter: Filter, of: &str) -> Question {
    let fields = "{count, coverage, mutationFrom, mutationTo, position}";
    let peer = format!("{of}.mutations(sequenceNames:={{main}}, minProportion:=0.0, fields:={fields})");
    Question { name, ask: Ask::Mutations(filter), is_table: true, peer: vec![peer], peer_repeats: 3 }
}

fn near(row: RowId) -> Question {
    let call = "nucleotideMutationProfile(distance:=3, sequenceName:='main', sequenceId:=";
    let peer = format!("{call}'g{}')", row.0);
    Question {
        name: "distance at most 3 of a genome",
        ask: Ask::Near(row, 3),
        is_table: false,
        peer: vec![peer],
        peer_repeats: 3,
    }
}
