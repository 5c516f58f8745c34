//! Reads the minimizer index that Nextclade dataset servers offer (`minimizer_index.json`, version 1).

use super::sketch::Shape;
use super::{IndexedReference, MAX_REFERENCES, MinimizerIndex, reference_number};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashMap;

/// Largest index file that is read.
const MAX_BYTES: usize = 256 << 20;

/// Why there is no index.
#[derive(Debug, thiserror::Error)]
pub enum MinimizerIndexError {
    /// Past the limit of references.
    #[error("a minimizer index holds at most {limit} references")]
    TooManyReferences {
        /// The limit.
        limit: usize,
    },
    /// Past the limit of bytes.
    #[error("the minimizer index has {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// Size found.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Not the JSON of a minimizer index.
    #[error("this is not a minimizer index: {0}")]
    Json(#[from] serde_json::Error),
    /// Made for another way of hashing.
    #[error("the minimizer index is of version {version}; version 1 is understood")]
    Version {
        /// The version in the file.
        version: String,
    },
    /// A k-mer length that cannot be hashed as version 1 does.
    #[error("the minimizer index uses k-mers of {k} letters; only k = 5, 8, ... 23 can be read")]
    Shape {
        /// The length in the file.
        k: u64,
    },
    /// A key of `minimizers` that is no hash below the cutoff.
    #[error("'{key}' in the minimizer index is not a hash below its cutoff")]
    Hash {
        /// The key.
        key: String,
    },
    /// A minimizer of a reference that is not listed.
    #[error("minimizer {key} belongs to reference number {number}, but there are only {references}")]
    Reference {
        /// The minimizer.
        key: String,
        /// The reference's number.
        number: u64,
        /// References listed.
        references: usize,
    },
}

#[derive(Deserialize)]
struct File<'a> {
    version: String,
    params: Params,
    references: Vec<Reference>,
    #[serde(borrow)]
    minimizers: HashMap<Cow<'a, str>, Vec<u64>>,
}

#[derive(Deserialize)]
struct Params {
    k: u64,
    cutoff: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    name: String,
    length: u32,
    n_minimizers: u32,
}

impl MinimizerIndex {
    /// Reads a `minimizer_index.json` of version 1.
    ///
    /// # Errors
    /// [`MinimizerIndexError`] when it is not one, is too large, or contradicts itself.
    pub fn from_json(json: &[u8]) -> Result<Self, MinimizerIndexError> {
        if json.len() > MAX_BYTES {
            return Err(MinimizerIndexError::TooLarge { bytes: json.len(), limit: MAX_BYTES });
        }
        let file: File = serde_json::from_slice(json)?;
        if file.version != "1" {
            return Err(MinimizerIndexError::Version { version: file.version });
        }
        if file.references.len() > MAX_REFERENCES {
            return Err(MinimizerIndexError::TooManyReferences { limit: MAX_REFERENCES });
        }
        let cutoff = u32::try_from(file.params.cutoff).unwrap_or(u32::MAX);
        let shape = usize::try_from(file.params.k)
            .ok()
            .and_then(|k| Shape::new(k, cutoff))
            .ok_or(MinimizerIndexError::Shape { k: file.params.k })?;
        let entries = entries(&file, cutoff)?;
        let references = file.references.into_iter().map(IndexedReference::from).collect();
        Ok(Self::assemble(shape, references, entries))
    }
}

fn entries(file: &File, cutoff: u32) -> Result<Vec<(u32, u16)>, MinimizerIndexError> {
    let mut entries = Vec::with_capacity(file.minimizers.len());
    for (key, numbers) in &file.minimizers {
        let hash = key.parse().ok().filter(|&hash: &u32| hash < cutoff);
        let hash = hash.ok_or_else(|| MinimizerIndexError::Hash { key: key.to_string() })?;
        for &number in numbers {
            let listed = usize::try_from(number).ok().filter(|&at| at < file.references.len());
            let listed = listed.ok_or_else(|| MinimizerIndexError::Reference {
                key: key.to_string(),
                number,
                references: file.references.len(),
            })?;
            entries.push((hash, reference_number(listed)?));
        }
    }
    Ok(entries)
}

impl From<Reference> for IndexedReference {
    fn from(reference: Reference) -> Self {
        Self {
            name: reference.name,
            length_nt: reference.length,
            minimizers: reference.n_minimizers,
            has_rival: false,
        }
    }
}
