//! What somebody was told that they have: a version, kept so that what changed since can be told.
//!
//! A list of genomes is kept as a blob that nothing names, so it is cleared like every other, only later; the version is
//! its digest. It holds what its reader was given and nothing else, and is nobody else's. Start at [`Version::keep`].

use crate::app::{App, Problem};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use hearth_base::digest::Digest;
use hearth_store::loose;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

/// The most bytes of a list, packed and unpacked.
const PACKED_MAX_BYTES: u64 = 64 << 20;
const LIST_MAX_BYTES: u64 = 256 << 20;
/// The most bytes of its first line.
const HEAD_MAX_BYTES: u64 = 1_024;
/// Bytes of lists that are kept in a day.
const DAY_MAX_BYTES: u64 = 1 << 30;
const DAY_MS: i64 = 86_400_000;
/// So much longer than other blobs that nothing names it is kept.
const KEPT_MS: i64 = 29 * DAY_MS;

/// What a list begins with; whose it is follows on the same line.
const HEAD: &str = "hearth taken 1 ";

/// Genomes that somebody has: by accession, the version and what was assigned to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Whose, of which pathogen and pack.
    pub of: String,
    /// By accession.
    pub genomes: BTreeMap<String, String>,
}

/// How much was kept today.
#[derive(Debug, Default)]
pub struct Spent {
    day: AtomicU64,
    bytes: AtomicU64,
}

impl Spent {
    /// Whether there is room for so many bytes more today.
    fn take(&self, day: u64, bytes: u64) -> bool {
        if self.day.swap(day, Ordering::Relaxed) != day {
            self.bytes.store(0, Ordering::Relaxed);
        }
        self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes <= DAY_MAX_BYTES
    }
}

impl Version {
    /// Keeps it, and says by which digest it is found again.
    ///
    /// # Errors
    /// When there is no room, or the store fails.
    pub async fn keep(&self, app: &App, spent: &Spent) -> Result<Digest, Problem> {
        let (of, genomes) = (self.of.clone(), self.genomes.clone());
        let packed = tokio::task::spawn_blocking(move || Self { of, genomes }.packed());
        let packed = packed.await.map_err(|error| Problem::Internal(error.to_string()))?;
        let day = app.now().unix_ms().div_euclid(DAY_MS).unsigned_abs();
        if !spent.take(day, packed.len() as u64) {
            let text =
                "more versions were asked for today than this server keeps: ask again tomorrow".to_owned();
            return Err(Problem::Unavailable { text, wait_s: 3_600 });
        }
        let digest = app.blobs.put(packed).await?;
        let mut tx = app.store.database().begin_write().await?;
        loose::note(&mut tx, digest, app.now().plus_ms(KEPT_MS)).await?;
        tx.commit().await?;
        Ok(digest)
    }

    /// The version with a digest, if it is kept and is of this reader, pathogen and pack.
    ///
    /// # Errors
    /// When it is not, or the store fails.
    pub async fn find(app: &App, digest: &str, of: &str) -> Result<Self, Problem> {
        let unknown = || {
            let text = "this version is not known here: it was told too long ago, to somebody else, or before the \
                        server's reference data changed; leave “since” out, and take everything anew";
            Problem::Gone(text.to_owned())
        };
        let digest: Digest = digest.parse().map_err(|_| unknown())?;
        let size = app.blobs.size(&digest).await?;
        if size.is_none_or(|size| size > PACKED_MAX_BYTES) {
            return Err(unknown());
        }
        let packed = app.blobs.get(&digest).await?;
        let of = of.to_owned();
        let read = tokio::task::spawn_blocking(move || Self::read(&packed, &of)).await;
        read.map_err(|error| Problem::Internal(error.to_string()))?.ok_or_else(unknown)
    }

    fn packed(&self) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        // Writing into memory does not fail.
        let _ = writeln!(encoder, "{HEAD}{}", self.of);
        for (accession, rest) in &self.genomes {
            let _ = writeln!(encoder, "{accession} {rest}");
        }
        encoder.finish().unwrap_or_default()
    }

    /// Reads a list of somebody's; nothing where it is none, or not theirs.
    fn read(packed: &[u8], of: &str) -> Option<Self> {
        let mut reader = BufReader::new(GzDecoder::new(packed).take(LIST_MAX_BYTES));
        let (mut head, mut list) = (String::new(), String::new());
        reader.by_ref().take(HEAD_MAX_BYTES).read_line(&mut head).ok()?;
        // Nothing else is unpacked.
        if head.strip_prefix(HEAD)?.strip_suffix('\n')? != of {
            return None;
        }
        reader.read_to_string(&mut list).ok()?;
        let genomes = list.lines().map(|line| {
            let (accession, rest) = line.split_once(' ')?;
            Some((accession.to_owned(), rest.to_owned()))
        });
        Some(Self { of: of.to_owned(), genomes: genomes.collect::<Option<_>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_again_and_nothing_else_is_one() {
        let genomes = [("HTH_1", "1 00ff"), ("HTH_2", "3 00ff")];
        let genomes = genomes.map(|(accession, rest)| (accession.to_owned(), rest.to_owned())).into();
        let version = Version { of: "sars-cov-2 nobody 12".to_owned(), genomes };
        let packed = version.packed();
        assert_eq!(Version::read(&packed, "sars-cov-2 another 12"), None);
        assert_eq!(Version::read(&packed, &version.of), Some(version));
        for none in [&b""[..], b"hearth taken 1 x\n", &packed[..packed.len() / 2]] {
            assert_eq!(Version::read(none, "sars-cov-2 nobody 12"), None);
        }
    }

    #[test]
    fn a_day_has_room_for_so_much() {
        let spent = Spent::default();
        assert!(spent.take(1, DAY_MAX_BYTES) && !spent.take(1, 1) && spent.take(2, 1));
    }
}
