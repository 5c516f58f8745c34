//! How genomes are written one after the other: what each way needs, and the two of sequences.
//!
//! Refuses to choose which genomes, and to know where letters come from. Start at [`Writing`].

use super::record::Writer;
use crate::app::index::{Held, Shelf};
use crate::app::packs::ReadyPack;
use crate::app::pathogens::Segment;
use hearth_index::row::RowId;
use hearth_index::visible::Selection;

/// A genome on its way out.
pub struct Genome<'a> {
    /// The index of its pathogen.
    pub shelf: &'a Shelf,
    /// What holds it.
    pub held: &'a Held,
    /// All that may be taken now.
    pub selection: &'a Selection<'a>,
    /// Which of it.
    pub row: RowId,
    /// Each segment as it was handed in, where that is needed and kept.
    pub letters: &'a [Option<Vec<u8>>],
}

/// A segment of a genome on its way out.
pub struct Part<'a> {
    /// As queries name it.
    pub name: &'a str,
    /// Its pack.
    pub pack: &'a ReadyPack,
    /// As it was handed in.
    pub letters: &'a [u8],
}

impl<'a> Genome<'a> {
    /// The segments of which letters are there.
    pub fn parts(&self) -> impl Iterator<Item = Part<'a>> {
        let (shelf, letters) = (self.shelf, self.letters);
        let part = move |(segment, letters): (&'a Segment, &'a Option<Vec<u8>>)| {
            let letters = letters.as_deref()?;
            Some(Part { name: &segment.name, pack: shelf.pack_of(segment), letters })
        };
        shelf.pathogen().segments().iter().zip(letters).filter_map(part)
    }
}

/// A way of writing. What it writes follows from the genomes alone.
pub trait Writing: Send {
    /// Whether letters are needed as they were handed in.
    fn needs_letters(&self) -> bool {
        false
    }

    /// Whether nothing may be written of any genome unless all may be seen: it is written at the end, all together.
    fn is_of_all(&self) -> bool {
        false
    }

    /// What stands before the first genome.
    fn begin(&mut self, _out: &mut Vec<u8>) {}

    /// One genome.
    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome);

    /// What stands behind the last genome, a piece at a time; whether more follows.
    fn end(&mut self, _out: &mut Vec<u8>) -> bool {
        false
    }
}

/// Sequences of the index, as they lie along their references.
pub struct AlignedSequences {
    /// Which, by their numbers.
    pub sequences: Vec<usize>,
    /// In which form.
    pub writer: Writer,
}

impl AlignedSequences {
    /// A row of an index.
    pub fn row(&mut self, out: &mut Vec<u8>, held: &Held, selection: &Selection, row: RowId) {
        let (references, mut letters) = (&held.index.schema().sequences, Vec::new());
        self.writer.begin(out, selection, row);
        for &number in &self.sequences {
            let Some(reference) = references.get(number) else { continue };
            let is_there = selection.letters(row, number, &mut letters);
            let unread = reference.alphabet.unread();
            let is_read = is_there && letters.iter().any(|letter| *letter != unread);
            let name = reference.name.as_str();
            self.writer.sequence(out, (selection, row), (name, name), is_read.then_some(&letters));
        }
        self.writer.end(out);
    }
}

impl Writing for AlignedSequences {
    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        self.row(out, genome.held, genome.selection, genome.row);
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        self.writer.finish(out);
        false
    }
}

/// Sequences as they were handed in.
pub struct UnalignedSequences {
    /// Of which segments.
    pub segments: Vec<usize>,
    /// In which form.
    pub writer: Writer,
}

impl Writing for UnalignedSequences {
    fn needs_letters(&self) -> bool {
        true
    }

    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        let Genome { shelf, selection, row, letters, .. } = *genome;
        self.writer.begin(out, selection, row);
        for &number in &self.segments {
            let Some(segment) = shelf.pathogen().segments().get(number) else { continue };
            let name = segment.name.as_str();
            let letters = letters.get(number).and_then(Option::as_deref);
            self.writer.sequence(out, (selection, row), (&format!("unaligned_{name}"), name), letters);
        }
        self.writer.end(out);
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        self.writer.finish(out);
        false
    }
}
