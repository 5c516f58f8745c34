//! Random bytes from the system.
//!
//! For identifiers, salts and secrets alike. Refuses to be seeded.

use crate::error::StoreError;

/// So many random bytes.
///
/// # Errors
/// When the system has none.
pub fn bytes<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
