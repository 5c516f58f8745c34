//! A sequence, analysed again for whoever looks at it.
//!
//! Mutations are not kept: they are found again from the letters and the pack. Refuses to ask who may see them. Start at
//! [`Genomes::view`].

use super::{GenomeError, Genomes};
use crate::app::packs::ReadyPack;
use hearth_genome::analysis::{Analysis, Memory};
use hearth_ledger::body::genomes::Sequence;

/// A sequence and what follows from it.
pub struct View {
    /// What the pack says of it.
    pub analysis: Analysis,
    number: usize,
}

impl View {
    /// The pack it was analysed with.
    pub fn ready<'a>(&self, genomes: &'a Genomes) -> &'a ReadyPack {
        &genomes.packs.all()[self.number]
    }
}

impl Genomes {
    /// Analyses a sequence again; nothing if its pack is gone, or the sequence cannot be read.
    ///
    /// # Errors
    /// When the store or the blobs fail.
    pub async fn view(&self, sequence: &Sequence, pathogen: &str) -> Result<Option<View>, GenomeError> {
        let pathogen = self.packs.pathogens().named(pathogen);
        let Some(number) = pathogen.and_then(|pathogen| pathogen.pack_of(&sequence.segment)) else {
            return Ok(None);
        };
        let letters = match self.letters(sequence.digest).await {
            Ok(letters) => letters,
            Err(error @ GenomeError::Sequence { .. }) => {
                tracing::error!(error = %error, "a genome is shown without its sequence");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let own = self.clone();
        let analysed = tokio::task::spawn_blocking(move || {
            own.packs.all()[number].pack.analyse(&letters, &mut Memory::default()).ok()
        });
        let analysis = analysed.await.map_err(|error| GenomeError::Fault(error.to_string()))?;
        Ok(analysis.map(|analysis| View { analysis, number }))
    }
}
