//! A pack that is a zip file, its files at the top or in one folder.

use super::assemble::assemble;
use super::{Origin, PackError, PackFiles, PackLimits};
use std::borrow::Cow;
use std::io::{Read, Seek};
use zip::ZipArchive;
use zip::result::ZipError;

/// Reads the pack in a zip file; nothing is unpacked to disk.
pub fn load(
    reader: impl Read + Seek,
    name: &str,
    origin: Origin,
    limits: PackLimits,
) -> Result<PackFiles, PackError> {
    let place = origin.to_string();
    let broken = |source| PackError::Zip { place: place.clone(), source };
    let mut archive = ZipArchive::new(reader).map_err(broken)?;
    if archive.len() > limits.archive_entries {
        let (entries, limit) = (archive.len(), limits.archive_entries);
        return Err(PackError::TooManyEntries { place, entries, limit });
    }
    let top = top_folder(archive.file_names().flatten().map(Cow::into_owned));
    let mut left = limits.total_bytes;
    assemble(name, origin, &mut |path| {
        let entry = match archive.by_name(&format!("{top}{path}")) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(source) => return Err(broken(source)),
        };
        // The size in the header is only a claim: what counts is what comes out.
        let limit = limits.file_bytes.min(left);
        let mut bytes = Vec::new();
        entry.take(limit + 1).read_to_end(&mut bytes).map_err(|error| broken(ZipError::Io(error)))?;
        let size = bytes.len() as u64;
        if size > limit {
            return Err(PackError::TooLarge { what: format!("'{path}' in {place}"), limit });
        }
        left -= size;
        Ok(Some(Cow::Owned(bytes)))
    })
}

/// The folder that holds the shallowest `pathogen.json`, with its slash; empty for the top.
fn top_folder(names: impl Iterator<Item = String>) -> String {
    names
        .filter_map(|name| name.strip_suffix("pathogen.json").map(str::to_owned))
        .filter(|folder| folder.is_empty() || folder.ends_with('/'))
        .filter(|folder| !folder.starts_with("__MACOSX/"))
        .min_by_key(|folder| (folder.matches('/').count(), folder.len()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shallowest_pathogen_json_wins() {
        let check = |names: &[&str], expected: &str| {
            assert_eq!(top_folder(names.iter().map(|&name| name.to_owned())), expected)
        };
        check(&["pathogen.json", "old/pathogen.json"], "");
        check(&["README.md", "mpox/pathogen.json", "mpox/old/pathogen.json"], "mpox/");
        check(&["__MACOSX/pathogen.json", "a/b/pathogen.json"], "a/b/");
        check(&["my-pathogen.json"], "");
        check(&[], "");
    }
}
