//! Genomes on their way out, piece by piece, each within what its reader may see by then.
//!
//! Rows are those of the version that was asked about; what was withdrawn, erased or closed meanwhile is left out from
//! then on, or ends the answer where that promised certain bytes. The index is held for one piece at a time, and a
//! reader who goes away ends the work. Pieces follow from the rows alone, so that the same rows make the same bytes.
//! Start at [`Taking::pieces`].

use super::fault::Fault;
use super::packing::Packing;
use super::select::Bench;
use super::writing::{Genome, Writing};
use crate::app::App;
use crate::app::index::{Held, Origin};
use crate::http::Caller;
use crate::http::pages::named::Names;
use bytes::Bytes;
use futures::{Stream, stream};
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, VersionId};
use hearth_index::row::{DataVersion, RowId};
use hearth_index::visible::{Reader, Selection, SetAside, Visible};
use hearth_store::usage::Way;
use std::collections::HashSet;
use std::io;
use std::sync::Arc;

/// A piece is sent when it has so many bytes.
const PIECE_BYTES: usize = 512 * 1024;
/// Genomes of a piece whose letters are read from where they are kept.
const READ_AT_ONCE: usize = 16;

/// Whose letters a caller may take: their own party's, and those under no terms or terms that they need not accept or
/// accepted.
#[derive(Clone, Debug)]
pub struct Free {
    own: Option<PartyId>,
    /// Where there is none, terms are not asked about.
    terms: Option<HashSet<VersionId>>,
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
        Ok(Self { own: caller.scope().reader().party, terms: Some(terms) })
    }

    /// All that may be seen, for what is no letters: terms are about these.
    pub fn of_all() -> Self {
        Self { own: None, terms: None }
    }

    /// Whether the letters of a row may be taken.
    pub fn may_take(&self, origin: &Origin) -> bool {
        self.may_take_of(origin.owner, origin.terms)
    }

    fn may_take_of(&self, owner: PartyId, terms: Option<VersionId>) -> bool {
        let is_free = |terms| self.terms.as_ref().is_none_or(|free| free.contains(&terms));
        self.own == Some(owner) || terms.is_none_or(is_free)
    }

    /// Those of a selection whose letters may be taken.
    pub fn part_of<'a>(&self, held: &Held, selection: &Selection<'a>) -> Selection<'a> {
        held.only(selection, |owner, terms| self.may_take_of(owner, terms))
    }
}

/// See the module.
pub struct Taking {
    bench: Arc<Bench>,
    free: Free,
    rows: Arc<[RowId]>,
    /// So many of the rows are done.
    done: usize,
    /// So many of these were not left out.
    written: usize,
    /// Whether the begin is written.
    has_begun: bool,
    aside: SetAside,
    /// Whether a row was left out since it was selected.
    has_lost: bool,
    /// Whether the answer ends where a row would be left out.
    is_exact: bool,
    writing: Box<dyn Writing>,
    packing: Packing,
    /// As what each genome is counted that is written.
    counted: Option<Way>,
}

/// What was selected, to be taken.
pub struct Selected {
    /// In their order.
    pub rows: Arc<[RowId]>,
    /// The same, as they were selected.
    pub aside: SetAside,
    /// Whose letters the reader may take.
    pub free: Free,
}

/// What comes next.
enum Piece {
    /// Bytes, and whether more follow.
    Ready(Vec<u8>, bool),
    /// Genomes whose letters have to be read first, segment by segment.
    Read(Vec<(RowId, Vec<Option<Digest>>)>),
}

/// A genome with the letters of its segments, as far as they are kept.
type WithLetters = (RowId, Vec<Option<Vec<u8>>>);

impl Taking {
    /// Rows that were selected, in their order.
    pub fn new(bench: Arc<Bench>, selected: Selected, writing: Box<dyn Writing>, packing: Packing) -> Self {
        let Selected { rows, aside, free } = selected;
        let (done, written, has_begun, has_lost, is_exact) = (0, 0, false, false, false);
        Self {
            bench,
            free,
            rows,
            done,
            written,
            has_begun,
            aside,
            has_lost,
            is_exact,
            writing,
            packing,
            counted: None,
        }
    }

    /// The same, of which nothing may be left out: it breaks off instead.
    pub fn exact(self) -> Self {
        Self { is_exact: true, ..self }
    }

    /// The same, of which each genome that is written is counted in a way.
    pub fn counted(self, way: Way) -> Self {
        Self { counted: Some(way), ..self }
    }

    /// The same, from the genome on that follows so many. Only for what may begin at any genome.
    pub fn after(self, done: usize) -> Self {
        Self { done, has_begun: done > 0, ..self }
    }

    /// So many genomes are written or left out.
    pub fn done(&self) -> usize {
        self.done
    }

    /// Whether every row that was selected was written so far.
    pub fn is_as_selected(&self) -> bool {
        !self.has_lost
    }

    /// All pieces. What breaks on the way breaks the answer off, so that no half of a file looks whole.
    pub fn pieces(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        stream::try_unfold(Some(self), async |taking| {
            let Some(taking) = taking else { return Ok(None) };
            let (taking, piece, goes_on) = taking.next().await?;
            Ok(Some((Bytes::from(piece), goes_on.then_some(taking))))
        })
    }

    /// The next piece, and whether more follow.
    ///
    /// # Errors
    /// When letters cannot be read, or something would have to be left out that may not.
    pub async fn next(self) -> io::Result<(Self, Vec<u8>, bool)> {
        self.made().await.map_err(|problem| {
            tracing::error!(error = %problem, "genomes broke off on their way out");
            io::Error::other("the download broke off")
        })
    }

    async fn made(mut self) -> io::Result<(Self, Vec<u8>, bool)> {
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
                let read = read(&app, rows).await?;
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
        if self.done >= self.rows.len() {
            return self.last(&selection);
        }
        if self.writing.needs_letters() {
            let rows = Arc::clone(&self.rows);
            let some = rows.iter().skip(self.done).take(READ_AT_ONCE).copied();
            let sequences = |row| (row, held.sequences(row).to_vec());
            return Ok(Piece::Read(some.map(sequences).collect()));
        }
        let mut out = self.begun();
        out.reserve(PIECE_BYTES + PIECE_BYTES / 8);
        let rows = Arc::clone(&self.rows);
        while let (true, Some(&row)) = (out.len() < PIECE_BYTES, rows.get(self.done)) {
            self.genome(&mut out, &held, &selection, (row, &[]))?;
        }
        Ok(Piece::Ready(out, true))
    }

    /// Genomes with letters that were read: those that may still be seen.
    fn written(&mut self, read: &[WithLetters]) -> io::Result<Vec<u8>> {
        let bench = Arc::clone(&self.bench);
        let held = bench.shelf().held();
        let selection = self.selection(&held);
        let mut out = self.begun();
        for (row, letters) in read {
            self.genome(&mut out, &held, &selection, (*row, letters))?;
        }
        Ok(out)
    }

    fn begun(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        if !std::mem::replace(&mut self.has_begun, true) {
            self.writing.begin(&mut out);
        }
        out
    }

    fn genome(
        &mut self,
        out: &mut Vec<u8>,
        held: &Held,
        selection: &Selection,
        (row, letters): (RowId, &[Option<Vec<u8>>]),
    ) -> io::Result<()> {
        self.done += 1;
        if !selection.holds(row) {
            return self.lose();
        }
        self.written += 1;
        if let (Some(way), Some(origin)) = (self.counted, held.origin(row)) {
            let app = &self.bench.site.app;
            app.usage.note(origin.version.record, way, app.now().unix_ms());
        }
        let shelf = self.bench.shelf();
        self.writing.genome(out, &Genome { shelf, held, selection, row, letters });
        Ok(())
    }

    /// A row is left out.
    fn lose(&mut self) -> io::Result<()> {
        self.has_lost = true;
        if self.is_exact { Err(io::Error::other("a genome was closed on its way out")) } else { Ok(()) }
    }

    fn last(&mut self, selection: &Selection) -> io::Result<Piece> {
        let still = || self.rows.iter().filter(|row| selection.holds(**row)).count();
        if self.writing.is_of_all() && still() < self.written {
            return Err(io::Error::other("a genome was closed while all were being written"));
        }
        let mut out = self.begun();
        let goes_on = self.writing.end(&mut out);
        Ok(Piece::Ready(out, goes_on))
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
            let may = self.free.may_take(&origin);
            may && (is_past
                || newest.shows(row)
                || held.rows_of(origin.version.record).any(|other| newest.shows(other)))
        };
        let selection = Visible::new(&held.index, reader).again(&self.aside).only(stands);
        self.aside = selection.set_aside();
        selection
    }
}

/// The letters of some genomes, from where they are kept.
async fn read(app: &App, rows: Vec<(RowId, Vec<Option<Digest>>)>) -> io::Result<Vec<WithLetters>> {
    let mut read = Vec::with_capacity(rows.len());
    for (row, digests) in rows {
        let mut letters = Vec::with_capacity(digests.len());
        for digest in digests {
            letters.push(match digest {
                Some(digest) => Some(app.genomes().letters(digest).await.map_err(io::Error::other)?),
                None => None,
            });
        }
        read.push((row, letters));
    }
    Ok(read)
}

/// Does what takes the processor for itself.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
