//! How genomes are written one after the other: what each way needs, and the two of sequences.
//!
//! Refuses to choose which genomes, and to know where letters come from. Start at [`Writing`].

use super::record::Writer;
use crate::app::index::Held;
use crate::app::index::schema::MAIN;
use crate::app::packs::ReadyPack;
use hearth_index::row::RowId;
use hearth_index::visible::Selection;

/// A genome on its way out.
pub struct Genome<'a> {
    /// The pack of its pathogen.
    pub pack: &'a ReadyPack,
    /// What holds it.
    pub held: &'a Held,
    /// All that may be taken now.
    pub selection: &'a Selection<'a>,
    /// Which of it.
    pub row: RowId,
    /// As it was handed in, where that is needed and kept.
    pub letters: Option<&'a [u8]>,
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
    /// In which form.
    pub writer: Writer,
}

impl Writing for UnalignedSequences {
    fn needs_letters(&self) -> bool {
        true
    }

    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        let Genome { selection, row, letters, .. } = *genome;
        self.writer.begin(out, selection, row);
        let names = (&*format!("unaligned_{MAIN}"), MAIN);
        self.writer.sequence(out, (selection, row), names, letters);
        self.writer.end(out);
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        self.writer.finish(out);
        false
    }
}
