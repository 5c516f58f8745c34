//! Where the tests of every crate find the shared test data, which is no part of the repository.
//!
//! `HEARTH_SHARED` says where; without it, `../shared/data` beside the repository. A test whose data is absent
//! says so and passes, unless `HEARTH_SHARED` is set: whoever names the data wants the tests run.

use std::path::PathBuf;

/// A file or folder of the shared test data; `None`, said aloud, where it is absent.
///
/// # Panics
///
/// When `HEARTH_SHARED` is set and the file or folder is not in it.
pub fn shared(path: &str) -> Option<PathBuf> {
    let named = std::env::var_os("HEARTH_SHARED").map(PathBuf::from);
    let is_named = named.is_some();
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = named.unwrap_or_else(beside).join(path);
    if path.exists() {
        return Some(path);
    }
    assert!(!is_named, "{} is absent, and HEARTH_SHARED says that it is there", path.display());
    println!("skipped: {} is absent (see HEARTH_SHARED)", path.display());
    None
}
