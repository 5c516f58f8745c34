//! What an index holds, as bytes and back, so that it need not be made anew: values, letters, sums and rights, as they lie
//! in memory.
//!
//! It is saved in parts that know nothing of each other, so that several can be loaded at the same time. Whether what was
//! saved still holds is for whoever loads it to say; what was saved of rights can be held against what they know
//! ([`SavedRights`]). Refuses to know files. Start at [`Index::save`] and [`Index::of_parts`].

use crate::ancestors::{Ancestor, AncestorError, Ancestors};
use crate::columns::Column;
use crate::engine::{Index, MAX_ROWS};
use crate::kept::Kept;
use crate::rights::Rights;
use crate::row::{DataVersion, Disclosure, RowId, Schema};
use crate::symbols::Symbols;
use roaring::RoaringBitmap;
use std::io::{self, Read, Write};

/// What every saved part begins with. Another number when anything below is written otherwise.
const BEGIN: &[u8] = b"hearth index 3\n";
/// Numbers that are read at once: a damaged length takes no more memory than this.
const AT_ONCE: usize = 1 << 18;
/// The longest text, in bytes.
const TEXT_MAX_BYTES: usize = 1 << 24;

/// Why an index was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It could not be read, or ended too early.
    #[error("the index could not be read: {0}")]
    Io(#[from] io::Error),
    /// It does not hold together.
    #[error("the saved index does not fit: {0}")]
    Unfit(&'static str),
    /// Not for these ancestors.
    #[error(transparent)]
    Ancestor(#[from] AncestorError),
}

/// A part of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Values of fields.
    Fields,
    /// The rows of each letter of the sequence with a number.
    Symbols(usize),
    /// The letters of each row of the sequence with a number.
    Kept(usize),
    /// Who may see each row, and which versions have it.
    Rights,
}

impl Part {
    /// All parts of an index that is made for a schema, what takes longest first.
    pub fn all(schema: &Schema) -> Vec<Self> {
        let sequences = (0..schema.sequences.len()).flat_map(|one| [Self::Symbols(one), Self::Kept(one)]);
        let mut all: Vec<Self> = sequences.collect();
        all.insert(all.len().min(2), Self::Fields);
        all.push(Self::Rights);
        all
    }

    /// The part as a number, its sequence's among it.
    fn code(self) -> u64 {
        match self {
            Self::Fields => 0,
            Self::Rights => 1,
            Self::Symbols(sequence) => 2 + 2 * sequence as u64,
            Self::Kept(sequence) => 3 + 2 * sequence as u64,
        }
    }
}

/// What was saved of a part.
#[derive(Debug)]
pub struct Loaded(Contents);

#[derive(Debug)]
enum Contents {
    Fields(Vec<Column>),
    Symbols(usize, Symbols),
    Kept(usize, Kept),
    Rights(Rights),
}

impl Index {
    /// Writes a part of it; nothing but its beginning for a sequence that it does not have.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, part: Part, out: &mut impl Write) -> io::Result<()> {
        let mut sink = Sink(out);
        sink.bytes(BEGIN)?;
        sink.number(part.code())?;
        sink.number(self.len() as u64)?;
        match part {
            Part::Fields => self.columns.iter().try_for_each(|column| column.save(&mut sink)),
            Part::Symbols(one) => self.symbols.get(one).map_or(Ok(()), |symbols| symbols.save(&mut sink)),
            Part::Kept(one) => self.kept.get(one).map_or(Ok(()), |kept| kept.save(&mut sink)),
            Part::Rights => self.rights.save(&mut sink),
        }
    }

    /// An index out of what was saved of all its parts, in any order, for so many rows.
    ///
    /// # Errors
    /// When a part is missing or there twice.
    pub fn of_parts(schema: Schema, ancestors: &[Ancestor], parts: Vec<Loaded>) -> Result<Self, LoadError> {
        let (mut fields, mut rights) = (Vec::new(), Vec::new());
        let (mut symbols, mut kept) = (Vec::new(), Vec::new());
        for Loaded(part) in parts {
            match part {
                Contents::Fields(columns) => fields.push(columns),
                Contents::Rights(one) => rights.push(one),
                Contents::Symbols(number, one) => symbols.push((number, one)),
                Contents::Kept(number, one) => kept.push((number, one)),
            }
        }
        symbols.sort_by_key(|(number, _)| *number);
        kept.sort_by_key(|(number, _)| *number);
        let wanted = 0..schema.sequences.len();
        let is_whole = symbols.iter().map(|(number, _)| *number).eq(wanted.clone())
            && kept.iter().map(|(number, _)| *number).eq(wanted);
        let (Some(columns), Some(rights), true) = (fields.pop(), rights.pop(), is_whole) else {
            return Err(LoadError::Unfit("a part is missing"));
        };
        let (symbols, kept) = (symbols.into_iter().map(|(_, one)| one), kept.into_iter().map(|(_, one)| one));
        let (symbols, kept) = (symbols.collect(), kept.collect());
        Ok(Self { schema, columns, symbols, kept, ancestors: ancestors.len() + 1, rights })
    }
}

impl Loaded {
    /// Reads what was saved of a part of an index with so many rows, for the same schema and the same ancestors.
    ///
    /// # Errors
    /// When it cannot be read, or is of another part or number of rows.
    pub fn load(
        (schema, ancestors): (&Schema, &[Ancestor]),
        (part, rows): (Part, usize),
        input: &mut impl Read,
    ) -> Result<Self, LoadError> {
        let mut source = begun((part, rows), input)?;
        let missing = LoadError::Unfit("there is no such sequence");
        Ok(Self(match part {
            Part::Fields => {
                let fields = schema.fields.iter();
                let columns = fields.map(|field| Column::load(field.kind, rows, &mut source));
                Contents::Fields(columns.collect::<Result<_, _>>()?)
            }
            Part::Symbols(one) => {
                let reference = schema.sequences.get(one).ok_or(missing)?;
                Contents::Symbols(one, Symbols::load(reference.letters.len(), &mut source)?)
            }
            Part::Kept(one) => {
                let reference = schema.sequences.get(one).ok_or(missing)?;
                let tree = Ancestors::new(reference, one, ancestors)?;
                Contents::Kept(one, Kept::load(reference, tree, rows, &mut source)?)
            }
            Part::Rights => Contents::Rights(Rights::load(rows, &mut source)?),
        }))
    }
}

/// What was saved of rights, to be held against what is known otherwise.
#[derive(Debug)]
pub struct SavedRights(Rights);

impl SavedRights {
    /// Reads what was saved of [`Part::Rights`] of an index with so many rows.
    ///
    /// # Errors
    /// When it cannot be read, or is of another part or number of rows.
    pub fn load(rows: usize, input: &mut impl Read) -> Result<Self, LoadError> {
        Ok(Self(Rights::load(rows, &mut begun((Part::Rights, rows), input)?)?))
    }

    /// Whether they are these: for each row the first version that has it, since when (ms since 1970-01-01T00:00Z), and
    /// to whom it is disclosed; and in order of versions the rows that ended, with the first version that no longer has
    /// them, and since when.
    pub fn are<'a>(
        &self,
        rows: impl IntoIterator<Item = (DataVersion, i64, &'a Disclosure)>,
        ended: impl IntoIterator<Item = (RowId, DataVersion, i64)>,
    ) -> bool {
        let mut rights = Rights::default();
        for (from, from_ms, disclosure) in rows {
            rights.append(from, from_ms, disclosure);
        }
        for (row, version, at_ms) in ended {
            if !rights.may_end(row.0, version) {
                return false;
            }
            rights.end(row.0, version, at_ms);
        }
        self.0.is_like(&rights)
    }
}

/// A source that stands behind the beginning of a part.
fn begun<R: Read>((part, rows): (Part, usize), input: &mut R) -> Result<Source<&mut R>, LoadError> {
    let mut source = Source(input);
    let mut begin = [0; BEGIN.len()];
    source.0.read_exact(&mut begin)?;
    if begin != BEGIN {
        return Err(LoadError::Unfit("another program wrote it"));
    }
    let (code, known) = (source.number()?, source.number()?);
    if code != part.code() || known != rows as u64 || known > u64::from(MAX_ROWS) {
        return Err(LoadError::Unfit("it is another part, or of another number of rows"));
    }
    Ok(source)
}

/// Where an index is written to: numbers little-endian, lists behind their length.
pub(crate) struct Sink<W>(W);

impl<W: Write> Sink<W> {
    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    pub(crate) fn number(&mut self, number: u64) -> io::Result<()> {
        self.bytes(&number.to_le_bytes())
    }

    pub(crate) fn text(&mut self, text: &[u8]) -> io::Result<()> {
        self.number(text.len() as u64)?;
        self.bytes(text)
    }

    pub(crate) fn list<const N: usize>(
        &mut self,
        numbers: impl ExactSizeIterator<Item = [u8; N]>,
    ) -> io::Result<()> {
        self.number(numbers.len() as u64)?;
        let mut some = Vec::with_capacity(AT_ONCE * N);
        for number in numbers {
            some.extend_from_slice(&number);
            if some.len() == AT_ONCE * N {
                self.bytes(&some)?;
                some.clear();
            }
        }
        self.bytes(&some)
    }

    pub(crate) fn bitmap(&mut self, rows: &RoaringBitmap) -> io::Result<()> {
        rows.serialize_into(&mut self.0)
    }
}

/// Where an index is read from.
pub(crate) struct Source<R>(R);

impl<R: Read> Source<R> {
    pub(crate) fn number(&mut self) -> Result<u64, LoadError> {
        let mut bytes = [0; 8];
        self.0.read_exact(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// A number of 32 bits.
    pub(crate) fn short(&mut self) -> Result<u32, LoadError> {
        u32::try_from(self.number()?).map_err(|_| LoadError::Unfit("a number is too large"))
    }

    pub(crate) fn text(&mut self) -> Result<Vec<u8>, LoadError> {
        let length = usize::try_from(self.number()?).ok().filter(|length| *length <= TEXT_MAX_BYTES);
        let mut text = vec![0; length.ok_or(LoadError::Unfit("a text is too long"))?];
        self.0.read_exact(&mut text)?;
        Ok(text)
    }

    pub(crate) fn list<const N: usize, T>(&mut self, of: impl Fn([u8; N]) -> T) -> Result<Vec<T>, LoadError> {
        let mut rest = usize::try_from(self.number()?).map_err(|_| LoadError::Unfit("a list is too long"))?;
        let mut list = Vec::with_capacity(rest.min(AT_ONCE));
        let mut some = vec![0; rest.min(AT_ONCE) * N];
        while rest > 0 {
            let now = rest.min(AT_ONCE);
            let bytes = some.get_mut(..now * N).unwrap_or_default();
            self.0.read_exact(bytes)?;
            list.extend(bytes.chunks_exact(N).filter_map(|chunk| chunk.try_into().ok()).map(&of));
            rest -= now;
        }
        Ok(list)
    }

    /// Rows of an index of so many.
    pub(crate) fn bitmap(&mut self) -> Result<RoaringBitmap, LoadError> {
        Ok(RoaringBitmap::deserialize_from(&mut self.0)?)
    }
}
