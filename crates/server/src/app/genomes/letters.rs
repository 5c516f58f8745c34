//! The letters of a sequence, by digest.
//!
//! Refuses to ask who may see them: the caller came here through a record that somebody may see. Start at
//! [`Genomes::letters`].

use super::{GenomeError, Genomes};
use hearth_base::digest::Digest;
use hearth_genome::kept::MAX_LETTERS;
use hearth_genome::kept::pack::Entry;
use hearth_store::sequences::{self, SequencePlace};

impl Genomes {
    /// The letters of a sequence, checked against its digest.
    ///
    /// # Errors
    /// When it is not kept, its pack is not there or damaged, or the reference it was kept against is gone.
    pub async fn letters(&self, digest: Digest) -> Result<Vec<u8>, GenomeError> {
        let mut read = self.store.read().await?;
        let place = sequences::place_of(&mut read, digest).await?;
        drop(read);
        self.letters_at(digest, place).await
    }

    /// The letters of a sequence that lies at a place, checked against its digest.
    ///
    /// # Errors
    /// As [`Genomes::letters`], also when there is no place.
    pub async fn letters_at(
        &self,
        digest: Digest,
        place: Option<SequencePlace>,
    ) -> Result<Vec<u8>, GenomeError> {
        let wrong = |reason: String| GenomeError::Sequence { digest, reason };
        let place = place.ok_or_else(|| wrong("it is not kept here".to_owned()))?;
        let range = u64::from(place.start)..u64::from(place.start) + u64::from(place.bytes);
        let bytes = self.blobs.get_range(&place.pack, range).await?;
        let entry = Entry::read(&bytes).map_err(|error| wrong(error.to_string()))?;
        let mut letters = Vec::with_capacity(place.length_nt as usize);
        let decoded = entry.decode(&self.packs.coders(), MAX_LETTERS, &mut letters);
        decoded.map_err(|error| wrong(error.to_string()))?;
        if entry.digest != *digest.as_bytes() {
            return Err(wrong("another sequence lies in its place".to_owned()));
        }
        Ok(letters)
    }
}
