//! `hearth work`: what it refuses, and how it ends.

use crate::program::{Place, text};

#[test]
fn the_embedded_database_belongs_to_one_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::at(folder.path());
    let work = place.output("work");
    assert!(!work.status.success() && text(&work.stderr).contains("belongs to one process"), "{}", text(&work.stderr));
    let alone = place.output("serve --no-work");
    assert!(text(&alone.stderr).contains("work.in_serve"), "{}", text(&alone.stderr));
}
