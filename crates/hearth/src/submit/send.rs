//! One file to the server: in pieces as large as the link bears, from where the server has it.
//!
//! The protocol is tus 1.0. Start at [`file()`].

use super::client::{Answer, Client};
use super::journal::Journal;
use super::told::Line;
use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearth_base::digest::Digester;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::{Duration, Instant};

/// The first piece, in bytes.
const FIRST_PIECE: usize = 1024 * 1024;
/// The smallest piece.
const LEAST_PIECE: usize = 64 * 1024;
/// The largest piece.
const MOST_PIECE: usize = 16 * 1024 * 1024;
/// A piece that took less than this may be followed by a larger one.
const QUICK: Duration = Duration::from_secs(4);

/// Sends a file. Returns the identifier of its upload.
///
/// # Errors
/// When the file cannot be read, the server refuses it, or cannot be reached for too long.
pub fn file(client: &Client, journal: &mut Journal, path: &Path) -> Result<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut opened = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let bytes = opened.metadata()?.len();
    ensure!(bytes > 0, "{} is empty", path.display());
    let key = path.display().to_string();
    let known = match journal.kept.uploads.get(&key) {
        Some(id) => offset(client, id)?.map(|offset| (id.clone(), offset)),
        None => None,
    };
    let (id, mut at) = match known {
        Some(known) => known,
        None => {
            let id = begin(client, &name, bytes)?;
            journal.kept.uploads.insert(key, id.clone());
            journal.keep()?;
            (id, 0)
        }
    };
    let (mut piece, mut line, mut again) = (FIRST_PIECE, Line::new(), client.again());
    while at < bytes {
        line.draw(&format!("{name}: {} of {bytes} bytes", at));
        opened.seek(SeekFrom::Start(at))?;
        let mut part = Vec::with_capacity(piece);
        opened.by_ref().take(piece as u64).read_to_end(&mut part)?;
        ensure!(!part.is_empty(), "{} became shorter while it was sent", path.display());
        let began = Instant::now();
        let headers = [
            ("Upload-Offset", at.to_string()),
            ("Content-Type", "application/offset+octet-stream".to_owned()),
        ];
        match client.once("PATCH", &format!("/uploads/{id}"), &headers, Some(part)) {
            Ok(Answer { status: 204, offset: Some(now), .. }) => {
                at = now;
                again = client.again();
                if began.elapsed() < QUICK {
                    piece = (piece * 2).min(MOST_PIECE);
                }
                continue;
            }
            // Somebody else, or an earlier try of ours, was faster.
            Ok(answer) if answer.status == 409 => again.wait(Some(Duration::ZERO), &answer.told())?,
            Ok(answer) if answer.is_passing() => again.wait(None, &answer.told())?,
            Ok(answer) => bail!("the server refused {name}: {}", answer.told()),
            Err(error) => again.wait(None, &error.to_string())?,
        }
        piece = (piece / 2).max(LEAST_PIECE);
        at = offset(client, &id)?.with_context(|| format!("the server forgot {name}: start it again"))?;
    }
    line.clear();
    Ok(id)
}

fn begin(client: &Client, name: &str, bytes: u64) -> Result<String> {
    let headers = [
        ("Upload-Length", bytes.to_string()),
        ("Upload-Metadata", format!("filename {}", STANDARD.encode(name))),
    ];
    let answer = client.ask("POST", "/uploads", &headers, Some(b""))?;
    if answer.status != 201 {
        bail!("the server refused {name}: {}", answer.told());
    }
    let location = answer.location.as_deref().and_then(|path| path.rsplit('/').next());
    Ok(location.context("the server does not say where to send the file: is it Hearth?")?.to_owned())
}

/// How far an upload is at the server; nothing when it is not there any more.
fn offset(client: &Client, id: &str) -> Result<Option<u64>> {
    let answer = client.ask("HEAD", &format!("/uploads/{id}"), &[], None)?;
    match answer.status {
        404 => Ok(None),
        200 => Ok(Some(answer.offset.context("the server does not say how far the upload is")?)),
        _ => bail!("the server refused: {}", answer.told()),
    }
}

/// SHA-256 of a file, in hexadecimal digits.
///
/// # Errors
/// When it cannot be read.
pub fn digest(path: &Path) -> Result<String> {
    let mut file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let (mut digester, mut buffer) = (Digester::default(), vec![0; FIRST_PIECE]);
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(digester.finish().hex());
        }
        digester.update(&buffer[..count]);
    }
}
