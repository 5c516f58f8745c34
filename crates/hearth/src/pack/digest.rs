//! The identity of a pack: a SHA-256 over the files that decide what an analysis answers.

use super::PackFile;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// SHA-256 over the pack's canonical listing.
///
/// The listing has one line for each deciding file, in the order of [`super::Role`]: the role, a tab, the
/// length in bytes, a tab, the SHA-256 of the content in lower-case hexadecimal, a line feed. File names
/// and files for people do not count: the same pack has the same digest as folder, zip or download.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a pack's files.
    pub fn of(files: &[PackFile]) -> Self {
        let mut deciding: Vec<&PackFile> = files.iter().filter(|file| file.role.decides()).collect();
        deciding.sort_by_key(|file| file.role);
        let mut listing = Sha256::new();
        for file in deciding {
            let content = Self(Sha256::digest(&file.bytes).into());
            listing.update(format!("{}\t{}\t{}\n", file.role, file.bytes.len(), content.hex()));
        }
        Self(listing.finalize().into())
    }

    fn hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// As `sha256:` and 64 hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Role;
    use super::*;

    fn file(role: Role, path: &str, bytes: &'static [u8]) -> PackFile {
        PackFile { role, path: path.to_owned(), bytes: bytes.into() }
    }

    #[test]
    fn only_deciding_content_counts() {
        let base =
            [file(Role::Pathogen, "pathogen.json", b"{}"), file(Role::Reference, "r.fasta", b">r\nA\n")];
        let check = |files: &[PackFile], same: bool| {
            assert_eq!(Digest::of(files) == Digest::of(&base), same);
        };
        check(&[base[1].clone(), base[0].clone()], true);
        check(&[base[0].clone(), file(Role::Reference, "other.fa", b">r\nA\n")], true);
        check(&[base[0].clone(), base[1].clone(), file(Role::Readme, "README.md", b"hello")], true);
        check(&[base[0].clone(), file(Role::Reference, "r.fasta", b">r\nC\n")], false);
        check(&[base[0].clone(), base[1].clone(), file(Role::Tree, "tree.json", b"{}")], false);
    }

    #[test]
    fn the_listing_is_the_one_described() {
        let files = [file(Role::Pathogen, "pathogen.json", b"")];
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let listing = format!("pathogen.json\t0\t{empty}\n");
        assert_eq!(Digest::of(&files), Digest(Sha256::digest(listing).into()));
        assert_eq!(Digest::of(&files).to_string().len(), "sha256:".len() + 64);
    }
}
