//! Sequences on their way out, piece by piece, each within what its reader may see by then.
//!
//! Rows are those of the version that was asked about; what was withdrawn, erased or closed meanwhile is left out from
//! then on. The index is held for one piece at a time, and a reader who goes away ends the work. Start at
//! [`Taking::pieces`].

use super::fault::Fault;
use super::packing::Packing;
use super::record::Writer;
use super::select::Bench;
use super::sequences::Letters;
use crate::app::index::schema::MAIN;
use crate::app::index::{Held, Origin};
use crate::http::Caller;
use crate::http::pages::named::Names;
use bytes::Bytes;
use futures::{Stream, stream};
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, VersionId};
use hearth_index::row::{DataVersion, RowId};
use hearth_index::visible::{Reader, Selection, SetAside, Visible};
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::vec::IntoIter;

/// A piece is sent when it has so many bytes.
const PIECE_BYTES: usize = 512 * 1024;
/// Genomes of a piece whose letters are read from where they are kept.
const READ_AT_ONCE: usize = 16;

/// Whose letters a caller may take: their own party's, and those under no terms or terms that they need not accept or
/// accepted.
#[derive(Clone, Debug)]
pub struct Free {
    own: Option<PartyId>,
    terms: HashSet<VersionId>,
}

impl Free {
    /// What a caller may take of a pathogen.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(bench: &Bench, caller: &Caller) -> Result<Self, Fault> {
        let all: Vec<VersionId> = bench.shelf().held().terms().collect();
        let failed = |error: &dyn std::error::Error| {
            tracing::error!(request = bench.request, error = %error, "terms could not be read");
            Fault::failed()
        };
        let mut read = bench.site.app.store.read().await.map_err(|error| failed(&error))?;
        let mut names = Names::read(&mut read, caller).await.map_err(|error| failed(&error))?;
        let mut terms = HashSet::new();
        for id in all {
            if names.may_take_under(&mut read, id).await.map_err(|error| failed(&error))? {
                terms.insert(id);
            }
        }
        Ok(Self { own: caller.scope().reader().party, terms })
    }

    /// Whether the letters of a row may be taken.
    pub fn may_take(&self, origin: &Origin) -> bool {
        self.own == Some(origin.owner) || origin.terms.is_none_or(|terms| self.terms.contains(&terms))
    }
}

/// See the module.
pub struct Taking {
    bench: Arc<Bench>,
    free: Free,
    rows: IntoIter<RowId>,
    aside: SetAside,
    letters: Letters,
    writer: Writer,
    packing: Packing,
}

/// What comes next.
enum Piece {
    /// Bytes, and whether more follow.
    Ready(Vec<u8>, bool),
    /// Genomes whose letters have to be read first.
    Read(Vec<(RowId, Option<Digest>)>),
}

impl Taking {
    /// Rows that were selected, in their order.
    pub fn new(
        bench: Bench,
        free: Free,
        rows: Vec<RowId>,
        aside: SetAside,
        letters: Letters,
        writer: Writer,
        packing: Packing,
    ) -> Self {
        Self { bench: Arc::new(bench), free, rows: rows.into_iter(), aside, letters, writer, packing }
    }

    /// All pieces. What breaks on the way breaks the answer off, so that no half of a file looks whole.
    pub fn pieces(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        stream::try_unfold(Some(self), async |taking| {
            let Some(taking) = taking else { return Ok(None) };
            let (taking, piece, goes_on) = taking.next().await.map_err(|problem| {
                tracing::error!(error = %problem, "sequences broke off on their way out");
                io::Error::other("the download broke off")
            })?;
            Ok(Some((Bytes::from(piece), goes_on.then_some(taking))))
        })
    }

    /// The next piece, and whether more follow.
    async fn next(mut self) -> io::Result<(Self, Vec<u8>, bool)> {
        let app = self.bench.site.app.clone();
        let _place = app.indexes.pieces.acquire().await.map_err(io::Error::other)?;
        let (mut taking, piece) = off_the_runtime(move || {
            let piece = self.piece()?;
            Ok((self, piece))
        })
        .await?;
        let (bytes, goes_on) = match piece {
            Piece::Ready(bytes, goes_on) => (bytes, goes_on),
            Piece::Read(rows) => {
                let mut read = Vec::with_capacity(rows.len());
                for (row, digest) in rows {
                    let Some(digest) = digest else {
                        read.push((row, None));
                        continue;
                    };
                    read.push((row, Some(app.genomes().letters(digest).await.map_err(io::Error::other)?)));
                }
                let (again, bytes) = off_the_runtime(move || {
                    let bytes = taking.written(&read)?;
                    Ok((taking, bytes))
                })
                .await?;
                taking = again;
                (bytes, true)
            }
        };
        let packing = taking.packing;
        let packed = off_the_runtime(move || Ok(packing.packed(bytes))).await?;
        Ok((taking, packed, goes_on))
    }

    fn piece(&mut self) -> io::Result<Piece> {
        let bench = Arc::clone(&self.bench);
        let held = bench.shelf().held();
        let selection = self.selection(&held);
        match self.letters.clone() {
            Letters::Unaligned if !self.rows.as_slice().is_empty() => {
                let some: Vec<RowId> = self.rows.by_ref().take(READ_AT_ONCE).collect();
                let there = some.into_iter().filter(|row| selection.holds(*row));
                let origin = |row| (row, held.origin(row).and_then(|origin| origin.sequence));
                Ok(Piece::Read(there.map(origin).collect()))
            }
            Letters::Unaligned => Ok(Piece::Ready(self.last(Vec::new()), false)),
            Letters::Aligned(sequences) => Ok(self.aligned(&held, &selection, &sequences)),
        }
    }

    fn aligned(&mut self, held: &Held, selection: &Selection, sequences: &[usize]) -> Piece {
        let (mut out, mut letters) = (Vec::with_capacity(PIECE_BYTES + PIECE_BYTES / 8), Vec::new());
        while out.len() < PIECE_BYTES {
            let Some(row) = self.rows.next() else { return Piece::Ready(self.last(out), false) };
            if !selection.holds(row) {
                continue;
            }
            record((&mut self.writer, &mut out, &mut letters), held, (selection, row), sequences);
        }
        Piece::Ready(out, true)
    }

    /// Records with letters that were read: those that may still be seen.
    fn written(&mut self, read: &[(RowId, Option<Vec<u8>>)]) -> io::Result<Vec<u8>> {
        let bench = Arc::clone(&self.bench);
        let held = bench.shelf().held();
        let selection = self.selection(&held);
        let mut out = Vec::new();
        for (row, letters) in read.iter().filter(|(row, _)| selection.holds(*row)) {
            self.writer.begin(&mut out, &selection, *row);
            let names = (&*format!("unaligned_{MAIN}"), MAIN);
            self.writer.sequence(&mut out, (&selection, *row), names, letters.as_deref());
            self.writer.end(&mut out);
        }
        Ok(out)
    }

    fn last(&self, mut out: Vec<u8>) -> Vec<u8> {
        self.writer.finish(&mut out);
        out
    }

    /// The rows that may be taken now: looked up anew where rights changed since the last piece.
    fn selection<'a>(&mut self, held: &'a Held) -> Selection<'a> {
        if let Some(selection) = self.aside.again(&held.index) {
            return selection;
        }
        let reader = &self.bench.reader;
        let newest = Reader { version: DataVersion(self.bench.site.app.indexes.size()), ..reader.clone() };
        let newest = Visible::new(&held.index, &newest);
        // A row that ended was revised if another one of its record stands, and withdrawn otherwise. What a past version
        // had stays in it.
        let is_past = self.bench.is_past;
        let stands = |row: RowId| {
            let Some(origin) = held.origin(row) else { return false };
            let may = self.free.may_take(origin);
            may && (is_past
                || newest.shows(row)
                || held.rows_of(origin.version.record).any(|other| newest.shows(other)))
        };
        let selection = Visible::new(&held.index, reader).again(&self.aside).only(stands);
        self.aside = selection.set_aside();
        selection
    }
}

/// Writes a row with its letters of some sequences.
pub fn record(
    (writer, out, letters): (&mut Writer, &mut Vec<u8>, &mut Vec<u8>),
    held: &Held,
    (selection, row): (&Selection, RowId),
    sequences: &[usize],
) {
    let references = &held.index.schema().sequences;
    writer.begin(out, selection, row);
    for (number, reference) in sequences.iter().filter_map(|&number| Some((number, references.get(number)?)))
    {
        let is_there = selection.letters(row, number, letters);
        let unread = reference.alphabet.unread();
        let is_read = is_there && letters.iter().any(|letter| *letter != unread);
        let name = reference.name.as_str();
        writer.sequence(out, (selection, row), (name, name), is_read.then_some(&*letters));
    }
    writer.end(out);
}

/// Does what takes the processor for itself.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
