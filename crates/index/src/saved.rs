//! What an index holds, as bytes and back, so that it need not be made anew: values, letters and sums, as they lie in
//! memory.
//!
//! Who may see a row is not among it: [`Contents`] become an index only with rights that whoever loads them looked up
//! anew, so that no old file can open what was closed. Refuses to know files. Start at [`Index::save`] and
//! [`Contents::load`].

use crate::ancestors::{Ancestor, AncestorError, Ancestors};
use crate::columns::Column;
use crate::engine::Index;
use crate::kept::Kept;
use crate::rights::Rights;
use crate::row::{DataVersion, Disclosure, Schema};
use crate::symbols::Symbols;
use roaring::RoaringBitmap;
use std::io::{self, Read, Write};

/// What every saved index begins with. Another number when anything below is written otherwise.
const BEGIN: &[u8] = b"hearth index 2\n";
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

/// What was saved of an index: everything but who may see it.
#[derive(Debug)]
pub struct Contents {
    schema: Schema,
    columns: Vec<Column>,
    symbols: Vec<Symbols>,
    kept: Vec<Kept>,
    ancestors: usize,
    rows: usize,
}

impl Index {
    /// Writes everything but who may see it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, out: &mut impl Write) -> io::Result<()> {
        let mut sink = Sink(out);
        sink.bytes(BEGIN)?;
        sink.number(self.len() as u64)?;
        sink.number(self.ancestors as u64)?;
        sink.number(self.columns.len() as u64)?;
        sink.number(self.symbols.len() as u64)?;
        self.columns.iter().try_for_each(|column| column.save(&mut sink))?;
        self.symbols.iter().try_for_each(|symbols| symbols.save(&mut sink))?;
        self.kept.iter().try_for_each(|kept| kept.save(&mut sink))
    }
}

impl Contents {
    /// Reads what was saved of an index for the same schema and the same ancestors.
    ///
    /// # Errors
    /// When it cannot be read, or was saved for others.
    pub fn load(schema: Schema, ancestors: &[Ancestor], input: &mut impl Read) -> Result<Self, LoadError> {
        let mut source = Source(input);
        let mut begin = [0; BEGIN.len()];
        source.0.read_exact(&mut begin)?;
        if begin != BEGIN {
            return Err(LoadError::Unfit("another program wrote it"));
        }
        let [rows, known, fields, sequences] =
            [source.number()?, source.number()?, source.number()?, source.number()?];
        let is_same = known == ancestors.len() as u64 + 1
            && fields == schema.fields.len() as u64
            && sequences == schema.sequences.len() as u64;
        let rows = usize::try_from(rows).ok().filter(|rows| *rows <= crate::engine::MAX_ROWS as usize);
        let Some(rows) = rows.filter(|_| is_same) else {
            return Err(LoadError::Unfit("it was saved for other fields, sequences or ancestors"));
        };
        let columns: Vec<Column> = schema
            .fields
            .iter()
            .map(|field| Column::load(field.kind, rows, &mut source))
            .collect::<Result<_, _>>()?;
        let symbols: Vec<Symbols> = schema
            .sequences
            .iter()
            .map(|reference| Symbols::load(reference.letters.len(), &mut source))
            .collect::<Result<_, _>>()?;
        let mut kept = Vec::with_capacity(schema.sequences.len());
        for (number, reference) in schema.sequences.iter().enumerate() {
            let tree = Ancestors::new(reference, number, ancestors)?;
            kept.push(Kept::load(reference, tree, rows, &mut source)?);
        }
        Ok(Self { schema, columns, symbols, kept, ancestors: ancestors.len() + 1, rows })
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The index, with who may see each row, in their order: the first version that has it, since when (ms since
    /// 1970-01-01T00:00Z), and to whom it is disclosed.
    ///
    /// # Errors
    /// When these are not as many as the rows, or not in the order of versions.
    pub fn with_rights(
        self,
        rows: impl IntoIterator<Item = (DataVersion, i64, Disclosure)>,
    ) -> Result<Index, LoadError> {
        let mut rights = Rights::default();
        for (from, from_ms, disclosure) in rows {
            if rights.from.last().is_some_and(|newest| *newest > from) {
                return Err(LoadError::Unfit("its rows are not in the order of versions"));
            }
            rights.append(from, from_ms, &disclosure);
        }
        if rights.from.len() != self.rows {
            return Err(LoadError::Unfit("rights are not as many as rows"));
        }
        let Self { schema, columns, symbols, kept, ancestors, .. } = self;
        Ok(Index { schema, columns, symbols, kept, ancestors, rights })
    }
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
