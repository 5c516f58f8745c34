//! Files as they come in: their names, what they are, and their way into the blob store.
//!
//! Refuses to read them beyond their first bytes: the analysis does. Start at [`keep`].

use crate::app::{App, Problem};
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _, stream};
use hearth_store::blob::BlobError;
use hearth_store::drafts::{DraftFile, FileSort};
use hearth_store::loose;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// The longest name of a file, in characters.
const NAME_MAX_CHARS: usize = 200;
/// Bytes that a file is recognised by.
const HEAD_BYTES: usize = 512;

/// A file's name without folders and control characters.
pub fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control()).take(NAME_MAX_CHARS).collect()
}

/// Keeps a file that comes in pieces; nothing if it is empty and has no name. Until something names its blob, it is
/// written down as loose.
///
/// # Errors
/// When it is empty, breaks off, or cannot be kept.
pub async fn keep(
    app: &App,
    name: String,
    pieces: impl Stream<Item = Result<Bytes, Problem>> + Send,
) -> Result<Option<DraftFile>, Problem> {
    let mut pieces = std::pin::pin!(pieces);
    let mut head = BytesMut::new();
    while head.len() < HEAD_BYTES {
        let Some(piece) = pieces.next().await else { break };
        head.extend_from_slice(&piece?);
    }
    if head.is_empty() && name.is_empty() {
        return Ok(None);
    }
    if head.is_empty() {
        return Err(Problem::field("files", format!("the file “{name}” is empty")));
    }
    let sort = sort_of(&name, &head);
    // What is wrong with the request is told as such, and not as a fault of the store.
    let fault: Arc<Mutex<Option<Problem>>> = Arc::default();
    let told = Arc::clone(&fault);
    let rest = pieces.map(move |piece| {
        piece.map_err(|problem| {
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
            io::Error::other("the request broke off")
        })
    });
    let source = stream::once(async move { Ok(head.freeze()) }).chain(rest);
    let kept: Result<_, BlobError> = app.blobs.put_stream(source).await;
    let fault = fault.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (kept, fault) {
        (_, Some(problem)) => Err(problem),
        (Err(error), None) => Err(error.into()),
        (Ok((digest, bytes)), None) => {
            let mut tx = app.store.database().begin_write().await?;
            loose::note(&mut tx, digest, app.now()).await?;
            tx.commit().await?;
            Ok(Some(DraftFile { name, sort, digest, bytes }))
        }
    }
}

/// What a file is, by its name and its first bytes.
pub fn sort_of(name: &str, head: &[u8]) -> FileSort {
    let name = name.to_ascii_lowercase();
    if [".tsv", ".csv", ".xlsx"].iter().any(|end| name.ends_with(end)) {
        return FileSort::Metadata;
    }
    // gzip, xz, Zstandard, bzip2, zip.
    let packed: [&[u8]; 5] = [&[0x1f, 0x8b], b"\xfd7zXZ", &[0x28, 0xb5, 0x2f, 0xfd], b"BZh", b"PK\x03\x04"];
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let is_sequences = text.starts_with(b">") || packed.iter().any(|magic| head.starts_with(magic));
    if is_sequences { FileSort::Sequences } else { FileSort::Metadata }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_name_and_content() {
        let check = |name: &str, head: &[u8], expected| assert_eq!(sort_of(name, head), expected, "{name}");
        check("run.fasta", b">a\nACGT", FileSort::Sequences);
        check("run.txt", b"\n>a\nACGT", FileSort::Sequences);
        check("run.fa.gz", &[0x1f, 0x8b, 8], FileSort::Sequences);
        check("run.TSV", b">a", FileSort::Metadata);
        check("sheet.xlsx", b"PK\x03\x04", FileSort::Metadata);
        check("sheet", b"sample\tcollected\n", FileSort::Metadata);
    }

    #[test]
    fn names_lose_folders_and_control_characters() {
        let check = |name: &str, expected: &str| assert_eq!(plain_name(name), expected);
        check("C:\\runs\\run.fasta", "run.fasta");
        check("../../etc/passwd", "passwd");
        check("a\u{7}b", "ab");
    }
}
