//! A pack that is a folder.

use super::assemble::assemble;
use super::{Origin, PackError, PackFiles, PackLimits};
use std::borrow::Cow;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// Reads the pack in `folder`.
pub fn load(folder: &Path, name: &str, origin: Origin) -> Result<PackFiles, PackError> {
    let limit = PackLimits::default().file_bytes;
    assemble(name, origin, &mut |path| {
        let path = folder.join(path);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PackError::read(&path, error)),
        };
        let mut bytes = Vec::new();
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| PackError::read(&path, error))?;
        if bytes.len() as u64 > limit {
            return Err(PackError::TooLarge { what: path.display().to_string(), limit });
        }
        Ok(Some(Cow::Owned(bytes)))
    })
}
