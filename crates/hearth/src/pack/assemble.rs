//! From a way to read files by path to a pack: what `pathogen.json` names, or the usual names.

use super::{Digest, Origin, PackError, PackFile, PackFiles, Role};
use hearth_genome::pack::pathogen::Pathogen;
use std::borrow::Cow;
use std::path::{Component, Path};

/// Content of a file of the pack; `None` when it is not there.
pub type Content = Option<Cow<'static, [u8]>>;

/// Puts a pack together from `read`, which brings a file by its path inside the pack.
pub fn assemble(
    name: &str,
    origin: Origin,
    read: &mut dyn FnMut(&str) -> Result<Content, PackError>,
) -> Result<PackFiles, PackError> {
    let place = origin.to_string();
    let Some(pathogen) = read("pathogen.json")? else {
        let whole =
            ["tree.json", "auspice.json"].iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
        return Err(if whole.iter().flatten().any(|tree| holds_pathogen(tree)) {
            PackError::AuspiceOnly { place }
        } else {
            PackError::NoPathogen { place }
        });
    };
    let text = std::str::from_utf8(&pathogen).map_err(|_| PackError::NotText { place: place.clone() })?;
    let named = Pathogen::from_json(text)
        .map_err(|source| PackError::Pathogen { place: place.clone(), source })?
        .files;
    let wanted = [
        (Role::Reference, named.reference, "reference.fasta"),
        (Role::Annotation, named.genome_annotation, "genome_annotation.gff3"),
        (Role::Tree, named.tree_json, "tree.json"),
        (Role::Examples, named.examples, ""),
        (Role::Assays, None, "assays.tsv"),
        (Role::AssayEvidence, None, "assay-evidence.tsv"),
        (Role::AssayRules, None, "assay-rules.json"),
        (Role::Readme, named.readme, "README.md"),
        (Role::Changelog, named.changelog, ""),
    ];
    let mut files =
        vec![PackFile { role: Role::Pathogen, path: "pathogen.json".to_owned(), bytes: pathogen }];
    let mut absent = Vec::new();
    for (role, named, usual) in wanted {
        let path = named.as_deref().unwrap_or(usual);
        if path.is_empty() {
            continue;
        }
        inside(role, path)?;
        match read(path)? {
            Some(bytes) => files.push(PackFile { role, path: path.to_owned(), bytes }),
            None if role == Role::Reference => {
                return Err(PackError::NoReference { place, path: path.to_owned() });
            }
            None if named.is_some() => absent.push((role, path.to_owned())),
            None => {}
        }
    }
    let digest = Digest::of(&files);
    Ok(PackFiles { name: name.to_owned(), origin, files, absent, digest })
}

/// Whether a tree carries a whole data set.
fn holds_pathogen(tree: &[u8]) -> bool {
    serde_json::from_slice(tree)
        .is_ok_and(|tree: serde_json::Value| tree.pointer("/meta/extensions/nextclade/pathogen").is_some())
}

/// A path must stay inside the pack.
fn inside(role: Role, path: &str) -> Result<(), PackError> {
    let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if plain && !path.contains(['\\', '\0', ':']) {
        Ok(())
    } else {
        Err(PackError::OutsidePath { role, path: path.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Assembles from (path, content) pairs and shows the outcome in one line.
    fn check(files: &[(&str, &str)], expected: &str) {
        let mut read = |path: &str| -> Result<Content, PackError> {
            let found = files.iter().find(|(name, _)| *name == path);
            Ok(found.map(|(_, content)| Cow::Owned(content.as_bytes().to_vec())))
        };
        let outcome = match assemble("p", Origin::BuiltIn, &mut read) {
            Ok(pack) => {
                let paths: Vec<&str> = pack.files.iter().map(|file| file.path.as_str()).collect();
                let absent: Vec<&str> = pack.absent.iter().map(|(_, path)| path.as_str()).collect();
                format!("{} | {}", paths.join(" "), absent.join(" "))
            }
            Err(error) => error.to_string(),
        };
        assert!(outcome.starts_with(expected), "{outcome}\nis not\n{expected}");
    }

    const NAMED: &str = r#"{"schemaVersion":"3.0.0","files":{"reference":"r.fa","treeJson":"t.json"}}"#;

    #[test]
    fn named_files_and_usual_names_are_found() {
        check(&[("pathogen.json", NAMED), ("r.fa", ">r"), ("t.json", "{}")], "pathogen.json r.fa t.json | ");
        check(&[("pathogen.json", NAMED), ("r.fa", ">r")], "pathogen.json r.fa | t.json");
        check(
            &[
                ("pathogen.json", r#"{"schemaVersion":"3.0.0"}"#),
                ("reference.fasta", ">r"),
                ("tree.json", "{}"),
            ],
            "pathogen.json reference.fasta tree.json | ",
        );
    }

    #[test]
    fn what_is_no_pack_is_said_plainly() {
        check(&[], "built-in holds no pathogen.json");
        check(&[("tree.json", "{}")], "built-in holds no pathogen.json");
        check(
            &[("tree.json", r#"{"meta":{"extensions":{"nextclade":{"pathogen":{}}}}}"#)],
            "built-in is a dataset packed into an Auspice tree",
        );
        check(&[("pathogen.json", NAMED)], "built-in has no reference: pathogen.json points to 'r.fa'");
        check(&[("pathogen.json", "[")], "pathogen.json of built-in: ");
    }

    #[test]
    fn paths_out_of_the_pack_are_refused() {
        for path in ["../r.fa", "/etc/passwd", "a/../../b", "c:\\\\r", "./../x"] {
            let pathogen = format!(r#"{{"schemaVersion":"3.0.0","files":{{"reference":"{path}"}}}}"#);
            check(&[("pathogen.json", &pathogen)], "pathogen.json gives the reference as");
        }
    }
}
