//! Hashes of the log's tree: leaves, nodes, commitments.
//!
//! RFC 6962 section 2.1 with SHA-256. What the log promises of an entry is its *commitment*, the digest of a
//! random salt and the entry's bytes: the tree shows nothing of a private body, and a body can be erased while
//! the tree stays whole. Refuses to know where salts come from. Start at [`Commitment`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Length of every hash, salt and commitment, in bytes.
pub const HASH_BYTES: usize = 32;

/// A hash of the tree: of a leaf, of a node, or the root.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_BYTES]);

impl Hash {
    /// Takes bytes as a hash.
    #[must_use]
    pub const fn new(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// The root of a tree without leaves: SHA-256 of nothing (RFC 6962 section 2.1).
    #[must_use]
    pub fn of_empty_tree() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of a leaf: SHA-256(0x00 ‖ data).
    #[must_use]
    pub fn of_leaf(data: &[u8]) -> Self {
        Self(Sha256::new_with_prefix([0]).chain_update(data).finalize().into())
    }

    /// The hash of a node with two children: SHA-256(0x01 ‖ left ‖ right).
    #[must_use]
    pub fn of_node(left: &Self, right: &Self) -> Self {
        let mut input = [1; 1 + 2 * HASH_BYTES];
        input[1..=HASH_BYTES].copy_from_slice(&left.0);
        input[1 + HASH_BYTES..].copy_from_slice(&right.0);
        Self(Sha256::digest(input).into())
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// Reads padded standard base64 (RFC 4648 section 4), in its one canonical spelling.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// Reads hashes that stand one after the other, as in a tile; `None` when the last is cut.
    #[must_use]
    pub fn list_from_bytes(bytes: &[u8]) -> Option<Vec<Self>> {
        let (whole, rest) = bytes.as_chunks::<HASH_BYTES>();
        rest.is_empty().then(|| whole.iter().copied().map(Self).collect())
    }

    /// Writes hashes one after the other, as in a tile.
    #[must_use]
    pub fn list_to_bytes(hashes: &[Self]) -> Vec<u8> {
        hashes.iter().flat_map(|hash| hash.0).collect()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// Random bytes that hide an entry behind its commitment. Who knows the salt can try guesses of the body, so
/// it is shown only to those who may read the body, and destroyed with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; HASH_BYTES]);

impl Salt {
    /// Takes bytes as a salt: 32 of them, unpredictable, never used before.
    #[must_use]
    pub const fn new(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(not shown)")
    }
}

/// What the log holds of an entry, the data of its leaf: SHA-256(salt ‖ the entry's stored bytes).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment([u8; HASH_BYTES]);

/// The commitment to an entry's bytes: SHA-256(salt ‖ bytes).
#[must_use]
pub fn commit(salt: &Salt, bytes: &[u8]) -> Commitment {
    Commitment(Sha256::new_with_prefix(salt.0).chain_update(bytes).finalize().into())
}

impl Commitment {
    /// Takes bytes as a commitment, as they come from storage or from a bundle.
    #[must_use]
    pub const fn new(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes: the data of the leaf.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// The hash of the leaf: SHA-256(0x00 ‖ commitment).
    #[must_use]
    pub fn leaf_hash(&self) -> Hash {
        Hash::of_leaf(&self.0)
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Commitment({})", STANDARD.encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn known_answers() {
        // The empty tree and the leaf of no bytes, as in the test vectors of Certificate Transparency.
        assert_eq!(
            hex(Hash::of_empty_tree().as_bytes()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            hex(Hash::of_leaf(&[]).as_bytes()),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        let node = Hash::of_node(&Hash::of_leaf(&[]), &Hash::of_leaf(&[0]));
        assert_eq!(hex(node.as_bytes()), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    }

    #[test]
    fn a_commitment_is_the_digest_of_salt_and_bytes() {
        let committed = commit(&Salt::new([0; 32]), b"");
        assert_eq!(committed.as_bytes()[..], Sha256::digest([0; 32])[..]);
        assert_eq!(committed.leaf_hash(), Hash::of_leaf(&Sha256::digest([0; 32])));
        assert_ne!(commit(&Salt::new([1; 32]), b""), committed);
    }

    #[test]
    fn base64_has_one_spelling() {
        let check =
            |text: &str, expected: bool| assert_eq!(Hash::from_base64(text).is_some(), expected, "{text}");
        check("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", true);
        check("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", false);
        check("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=", false);
        check("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=", false);
        check("", false);
    }

    #[test]
    fn a_salt_is_not_printed() {
        assert_eq!(format!("{:?}", Salt::new([7; 32])), "Salt(not shown)");
    }
}
