//! Filters and how they become rows.
//!
//! A filter is read in one of three ways: as it is written, as what is possible (within `Maybe`: ambiguous letters may
//! be anything they stand for) or as what is certain (below a `Not` within `Maybe`). Refuses to know any query's text.
//! Start at [`Filter`].

use crate::engine::Index;
use crate::row::Reference;
use crate::symbols::Symbols;
use crate::weight::{MAX_WEIGHT, weight};
use regex::Regex;
use roaring::{MultiOps, RoaringBitmap};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// How deep filters may be nested.
pub const MAX_DEPTH: usize = 64;
/// How many may be counted by one [`Filter::NOf`].
pub const MAX_COUNTED: usize = 1_000;

/// Which rows are wanted. Sequences and fields are meant by their number in the schema, positions count from 0.
#[derive(Debug, Clone)]
pub enum Filter {
    /// All rows.
    True,
    /// All of these.
    And(Vec<Filter>),
    /// Any of these.
    Or(Vec<Filter>),
    /// All rows but these.
    Not(Box<Filter>),
    /// At least, or exactly, so many of these.
    NOf {
        /// How many.
        count: usize,
        /// No more than that.
        exactly: bool,
        /// Of these.
        of: Vec<Filter>,
    },
    /// What may be so, if ambiguous letters are taken at their best.
    Maybe(Box<Filter>),
    /// This letter, ambiguous ones literally; `None` for the reference's.
    Letter {
        /// Number of the sequence.
        sequence: usize,
        /// From 0.
        position: u32,
        /// Upper case.
        letter: Option<u8>,
    },
    /// A letter that cannot stand for the reference's.
    Mutated {
        /// Number of the sequence.
        sequence: usize,
        /// From 0.
        position: u32,
    },
    /// A letter that stands for one thing only, a deletion among them: what a position's coverage counts.
    Known {
        /// Number of the sequence.
        sequence: usize,
        /// From 0.
        position: u32,
    },
    /// Letters between two of the reference.
    Insertion {
        /// Number of the sequence.
        sequence: usize,
        /// How many letters of the reference stand before it.
        after: u32,
        /// The letters, upper case; `?` for any number of any.
        pattern: Vec<u8>,
    },
    /// A text field has exactly this text.
    Text {
        /// Number of the field.
        field: usize,
        /// Case matters.
        text: String,
    },
    /// A text field has one of these texts.
    AnyText {
        /// Number of the field.
        field: usize,
        /// Case matters.
        texts: BTreeSet<String>,
    },
    /// A text begins so.
    Begins {
        /// Number of the field.
        field: usize,
        /// Case matters.
        text: String,
    },
    /// A part of a text fits.
    Matches {
        /// Number of the field.
        field: usize,
        /// Made by [`crate::query::pattern`].
        pattern: Regex,
    },
    /// A lineage, or one that descends from it: by the schema's lineages, and by names (`BA.2.75` is below `BA.2`).
    Below {
        /// Number of the field.
        field: usize,
        /// The lineage.
        lineage: String,
    },
    /// A node of the tree, or one that descends from it.
    Descends {
        /// Number of the field.
        field: usize,
        /// One of the schema's nodes.
        node: String,
    },
    /// A number or date is in this range, ends included. Nulls never are.
    Between {
        /// Number of the field.
        field: usize,
        /// Inclusive.
        range: RangeInclusive<i64>,
    },
    /// A field has no value.
    IsNull {
        /// Number of the field.
        field: usize,
    },
}

/// Why a filter has no answer.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FilterError {
    /// See [`MAX_DEPTH`].
    #[error("The query is nested more than {MAX_DEPTH} deep: write it flatter.")]
    Deep,
    /// See [`MAX_WEIGHT`].
    #[error("The query asks too much at once: ask fewer conditions, and at most a few regular expressions.")]
    Heavy,
    /// See [`MAX_COUNTED`].
    #[error("The query counts more than {MAX_COUNTED} conditions at once: split it.")]
    Counted,
    /// No such field or sequence.
    #[error("The query names a field or sequence that this pathogen does not have.")]
    Unknown,
    /// A field of another type.
    #[error("The field {0} has another type than the query asks for.")]
    Kind(String),
    /// Beyond the reference.
    #[error("Position out of bounds {position} > {length}.")]
    Position {
        /// From 1, as it was asked.
        position: u64,
        /// Of the reference.
        length: usize,
    },
    /// Beyond the reference.
    #[error(
        "the requested insertion position ({position}) is larger than the length of the reference sequence ({length})"
    )]
    Insertion {
        /// As it was asked.
        position: u64,
        /// Of the reference.
        length: usize,
    },
    /// No letter of the alphabet.
    #[error("The query asks for a letter that {0} cannot have.")]
    Letter(String),
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Written,
    Possible,
    Certain,
}

/// Rows of `all` that a filter leaves; rows beyond `all` may be among them.
pub(crate) fn evaluate(
    index: &Index,
    all: &RoaringBitmap,
    filter: &Filter,
) -> Result<RoaringBitmap, FilterError> {
    if weight(filter) > MAX_WEIGHT {
        return Err(FilterError::Heavy);
    }
    Evaluation { index, all }.rows(filter, Mode::Written, 0)
}

struct Evaluation<'a> {
    index: &'a Index,
    all: &'a RoaringBitmap,
}

impl Evaluation<'_> {
    fn rows(&self, filter: &Filter, mode: Mode, depth: usize) -> Result<RoaringBitmap, FilterError> {
        if depth >= MAX_DEPTH {
            return Err(FilterError::Deep);
        }
        let below = |filter, mode| self.rows(filter, mode, depth + 1);
        match filter {
            Filter::True => Ok(self.all.clone()),
            Filter::And(of) => of.iter().try_fold(self.all.clone(), |rows, one| Ok(rows & below(one, mode)?)),
            Filter::Or(of) => of.iter().map(|one| below(one, mode)).union(),
            Filter::Not(of) => Ok(self.all - below(of, opposite(mode))?),
            Filter::Maybe(of) => below(of, Mode::Possible),
            Filter::NOf { count, exactly, of } => {
                let sums = self.sums(of, mode, depth + 1)?;
                let enough = self.at_least(*count, of.len(), &sums);
                let Some(over) = count.checked_add(1).filter(|_| *exactly) else { return Ok(enough) };
                let others =
                    if mode == Mode::Written { sums } else { self.sums(of, opposite(mode), depth + 1)? };
                Ok(enough - self.at_least(over, of.len(), &others))
            }
            Filter::Letter { sequence, position, letter } => {
                let (reference, symbols, own) = self.place(*sequence, *position)?;
                self.letter(reference, symbols, *position, letter.unwrap_or(own), mode)
            }
            Filter::Mutated { sequence, position } => self.mutated(*sequence, *position, mode),
            Filter::Known { sequence, position } => self.known(*sequence, *position),
            Filter::Insertion { sequence, after, pattern } => self.inserted(*sequence, *after, pattern),
            Filter::Text { field, text } => self.typed(*field, |column| column.equal(text)),
            Filter::AnyText { field, texts } => self.typed(*field, |column| {
                let equal = |text: &String| column.equal(&self.index.schema.name_used(*field, text));
                texts.iter().map(equal).collect::<Option<Vec<_>>>().map(MultiOps::union)
            }),
            Filter::Begins { field, text } => {
                self.typed(*field, |column| column.passing(|word| word.starts_with(text.as_str())))
            }
            Filter::Matches { field, pattern } => {
                self.typed(*field, |column| column.passing(|text| pattern.is_match(text)))
            }
            Filter::Below { field, lineage } => {
                let lineage = self.index.schema.name_used(*field, lineage);
                let told = self.index.schema.lineages.get(&*lineage);
                let is_below = |text: &str| {
                    text == lineage
                        || told.is_some_and(|told| told.contains(text))
                        || text.strip_prefix(&*lineage).is_some_and(|rest| rest.starts_with('.'))
                };
                self.typed(*field, |column| column.passing(is_below))
            }
            Filter::Descends { field, node } => {
                let below = self.index.descending(node);
                self.typed(*field, |column| column.passing(|text| below.contains(text)))
            }
            Filter::Between { field, range } => self.typed(*field, |column| column.between(range)),
            Filter::IsNull { field } => self.typed(*field, |column| Some(column.nulls())),
        }
    }

    /// With how many of some conditions each row agrees, as binary numbers: the rows whose number has a 1 at each place,
    /// the lowest place first.
    fn sums(&self, of: &[Filter], mode: Mode, depth: usize) -> Result<Vec<RoaringBitmap>, FilterError> {
        if of.len() > MAX_COUNTED {
            return Err(FilterError::Counted);
        }
        let mut places: Vec<RoaringBitmap> = Vec::new();
        for one in of {
            let mut carried = self.rows(one, mode, depth)? & self.all;
            for place in &mut places {
                let both = &*place & &carried;
                *place ^= &carried;
                carried = both;
            }
            if !carried.is_empty() {
                places.push(carried);
            }
        }
        Ok(places)
    }

    /// Rows whose number, which is at most `most`, is at least `count`.
    fn at_least(&self, count: usize, most: usize, places: &[RoaringBitmap]) -> RoaringBitmap {
        // What is more than all places can say is more than any row has.
        let highest = u32::try_from(places.len()).ok().and_then(|places| 1usize.checked_shl(places));
        if count > most || highest.is_some_and(|highest| count >= highest) {
            return RoaringBitmap::new();
        }
        let (mut more, mut same) = (RoaringBitmap::new(), self.all.clone());
        // What is the same down to the last 1 is enough, whatever follows.
        for (number, place) in places.iter().enumerate().skip(count.trailing_zeros() as usize).rev() {
            if count >> number & 1 == 1 {
                same &= place;
            } else {
                more |= &same & place;
                same -= place;
            }
        }
        more | same
    }

    fn letter(
        &self,
        reference: &Reference,
        symbols: &Symbols,
        position: u32,
        letter: u8,
        mode: Mode,
    ) -> Result<RoaringBitmap, FilterError> {
        let alphabet = reference.alphabet;
        if alphabet.set(letter).is_none() {
            return Err(FilterError::Letter(reference.name.clone()));
        }
        let own = reference.letters.get(position as usize).copied().unwrap_or(b'-');
        let wanted =
            |found| found == letter || (mode == Mode::Possible && alphabet.may_stand_for(found, letter));
        let unread = symbols.unread(position);
        if wanted(own) {
            let others =
                symbols.at(position).filter(|(found, _)| !wanted(*found)).map(|(_, rows)| rows).union();
            let rest = self.all - others;
            return Ok(if wanted(alphabet.unread()) { rest } else { rest - unread });
        }
        let rows = symbols.at(position).filter(|(found, _)| wanted(*found)).map(|(_, rows)| rows).union();
        Ok(if wanted(alphabet.unread()) { rows | unread } else { rows })
    }

    fn mutated(&self, sequence: usize, position: u32, mode: Mode) -> Result<RoaringBitmap, FilterError> {
        let (reference, symbols, own) = self.place(sequence, position)?;
        if mode == Mode::Possible {
            return Ok(symbols.at(position).map(|(_, rows)| rows).union() | symbols.unread(position));
        }
        let other = symbols.at(position).filter(|(found, _)| !reference.alphabet.may_stand_for(*found, own));
        Ok(other.map(|(_, rows)| rows).union())
    }

    /// What was read does not change with what it may stand for: the same in every mode.
    fn known(&self, sequence: usize, position: u32) -> Result<RoaringBitmap, FilterError> {
        let (reference, symbols, _) = self.place(sequence, position)?;
        let vague = symbols.at(position).filter(|(found, _)| !reference.alphabet.is_certain(*found));
        Ok(self.all - vague.map(|(_, rows)| rows).union() - symbols.unread(position))
    }

    fn inserted(&self, sequence: usize, after: u32, pattern: &[u8]) -> Result<RoaringBitmap, FilterError> {
        let reference = self.index.schema.sequences.get(sequence).ok_or(FilterError::Unknown)?;
        let symbols = self.index.symbols.get(sequence).ok_or(FilterError::Unknown)?;
        let length = reference.letters.len();
        if after as usize > length {
            return Err(FilterError::Insertion { position: after.into(), length });
        }
        Ok(symbols.inserted(after, |letters| fits(pattern, letters)) & self.all)
    }

    fn place(&self, sequence: usize, position: u32) -> Result<(&Reference, &Symbols, u8), FilterError> {
        let reference = self.index.schema.sequences.get(sequence).ok_or(FilterError::Unknown)?;
        let symbols = self.index.symbols.get(sequence).ok_or(FilterError::Unknown)?;
        let length = reference.letters.len();
        let beyond = FilterError::Position { position: u64::from(position) + 1, length };
        let own = reference.letters.get(position as usize).ok_or(beyond)?;
        Ok((reference, symbols, *own))
    }

    fn typed(
        &self,
        field: usize,
        ask: impl Fn(&crate::columns::Column) -> Option<RoaringBitmap>,
    ) -> Result<RoaringBitmap, FilterError> {
        let column = self.index.columns.get(field).ok_or(FilterError::Unknown)?;
        let name = || self.index.schema.fields.get(field).map(|field| field.name.clone()).unwrap_or_default();
        ask(column).ok_or_else(|| FilterError::Kind(name()))
    }
}

/// Whether letters are as a pattern says, `?` standing for any number of any.
pub(crate) fn fits(pattern: &[u8], letters: &[u8]) -> bool {
    // The last `?` can take one letter more, as long as there is one: no other choice has to be tried again.
    let (mut at, mut seen, mut retry) = (0, 0, None);
    while seen < letters.len() {
        match pattern.get(at) {
            Some(b'?') => {
                at += 1;
                retry = Some((at, seen));
            }
            Some(letter) if *letter == letters[seen] => (at, seen) = (at + 1, seen + 1),
            _ => match retry {
                Some((after, from)) => {
                    (at, seen) = (after, from + 1);
                    retry = Some((after, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|letter| *letter == b'?')
}

/// What is possible without is what is not certain.
fn opposite(mode: Mode) -> Mode {
    match mode {
        Mode::Written => Mode::Written,
        Mode::Possible => Mode::Certain,
        Mode::Certain => Mode::Possible,
    }
}
