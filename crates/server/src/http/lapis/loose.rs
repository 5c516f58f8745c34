//! The same questions about genomes of files, answered by the same code, for the command line.
//!
//! Refuses to know files and HTTP. Start at [`Loose::answer`].

use super::asked::Asked;
use super::fault::Fault;
use super::record::{Form, Header, Writer};
use super::select::Ground;
use super::writing::{AlignedSequences, Writing as _};
use super::{SEQUENCES, clusters, nearest, of_letters, of_metadata, sequences, told};
use crate::app::index::{Shelf, loose};
use serde_json::{Map, Value};
use std::io::{self, Write};
use std::sync::Arc;

/// Genomes of files, ready to be asked about.
pub struct Loose(Ground);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum LooseError {
    /// Something in the question is wrong.
    #[error("{0}")]
    Question(String),
    /// The answer could not be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

impl From<Fault> for LooseError {
    fn from(fault: Fault) -> Self {
        Self::Question(fault.detail)
    }
}

type Answer = fn(&Ground, &Asked) -> Result<told::Told, Fault>;

/// By the last part of the API's addresses.
const ANSWERS: [(&str, Answer); 8] = [
    ("aggregated", of_metadata::aggregated),
    ("details", of_metadata::details),
    ("nucleotideMutations", of_letters::nucleotide_mutations),
    ("aminoAcidMutations", of_letters::amino_acid_mutations),
    ("nucleotideInsertions", of_letters::nucleotide_insertions),
    ("aminoAcidInsertions", of_letters::amino_acid_insertions),
    ("nearest", nearest::nearest),
    ("clusters", clusters::clusters),
];

impl Loose {
    /// Those of an index that was filled from files.
    pub fn new(shelf: Arc<Shelf>) -> Self {
        Self(Ground::new(shelf, loose::reader()))
    }

    /// Answers what an address of the API answers, by its last part, to the same keys. JSON comes without an envelope.
    ///
    /// # Errors
    /// When something in the question is wrong, or the answer cannot be written.
    pub fn answer(
        &self,
        what: &str,
        keys: &Map<String, Value>,
        out: &mut dyn Write,
    ) -> Result<(), LooseError> {
        let asked = Asked::default().with_keys(keys)?;
        if SEQUENCES[0].ends_with(what) {
            return self.aligned(&asked, out);
        }
        let answer = ANSWERS.iter().find(|(name, _)| *name == what).map(|(_, answer)| answer);
        let answer = answer.ok_or_else(|| Fault::bad(format!("files are not asked for {what:.60}")))?;
        let told = answer(&self.0, &asked)?;
        out.write_all(told::loose(&self.0, &asked, told)?.as_bytes())?;
        Ok(())
    }

    /// Letters in the coordinates of the reference.
    fn aligned(&self, asked: &Asked, out: &mut dyn Write) -> Result<(), LooseError> {
        let form = Form::of(asked)?;
        let (rows, alphabet) = sequences::ordered(&self.0, asked)?;
        let writer = Writer::new(form, Header::read(asked, form, alphabet, true)?);
        let mut writing = AlignedSequences { sequences: vec![0], writer };
        let held = self.0.shelf().held();
        let mut piece = Vec::new();
        let written = self.0.with(asked, |_, selection| {
            for row in rows {
                writing.row(&mut piece, &held, selection, row);
                if piece.len() > PIECE_BYTES
                    && let Err(error) = out.write_all(&std::mem::take(&mut piece))
                {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        })?;
        written?;
        writing.end(&mut piece);
        out.write_all(&piece)?;
        Ok(())
    }
}

/// So much is written at once.
const PIECE_BYTES: usize = 1 << 20;
