//! Files that come in parts, over a link that breaks: begun, continued where they stopped, used for a batch.
//!
//! A part is on the disk before the upload moves on, so that whoever asks how far it is can go on from there, at any
//! process, after any end of one. What is not used is forgotten after a time ([`super::upkeep`]). Refuses to know HTTP.
//! Start at [`begin`], then [`take`] and [`gather`].

use super::genomes::received;
use super::{App, Problem};
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _, stream};
use hearth_base::id::RecordId;
use hearth_base::role::Role;
use hearth_base::time::UtcTime;
use hearth_ledger::rules::Actor;
use hearth_store::blob::SpooledPart;
use hearth_store::drafts::DraftFile;
use hearth_store::random;
use hearth_store::uploads::{self, Part, Upload};
use std::time::{Duration, Instant};

/// Bytes after which a part is written down.
const PART_BYTES: usize = 4 * 1024 * 1024;
/// Time after which a part is written down, on a slow link.
const PART_EVERY: Duration = Duration::from_secs(15);
/// Parts of one upload.
const PARTS_MAX: usize = 20_000;
const HOUR_MS: i64 = 3_600_000;

/// Files made of uploads.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The files, kept.
    pub files: Vec<DraftFile>,
    /// The uploads they were.
    pub uploads: Vec<RecordId>,
}

/// What uploads become.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Files for a batch.
    Files(Gathered),
    /// They became this batch before: whoever asks did not hear the answer.
    Already(RecordId),
}

fn until(app: &App, now: UtcTime) -> UtcTime {
    let hours = i64::try_from(app.config.times.upload_keep_hours).unwrap_or(i64::MAX / HOUR_MS);
    now.plus_ms(hours.saturating_mul(HOUR_MS))
}

/// Begins an upload of so many bytes.
///
/// # Errors
/// When the actor does not submit, the file is too large, or too much is on its way.
pub async fn begin(app: &App, actor: &Actor, name: &str, bytes: u64) -> Result<Upload, Problem> {
    actor.require(Role::Submit)?;
    let limits = &app.config.limits;
    if bytes == 0 {
        return Err(Problem::field("Upload-Length", "the file is empty"));
    }
    if bytes > limits.upload_bytes {
        return Err(Problem::TooLarge(limits.upload_bytes));
    }
    let name = received::plain_name(name);
    let now = app.now();
    let upload = Upload {
        id: RecordId::from_bytes(random::bytes()?),
        party: actor.party,
        person: actor.person,
        name: if name.is_empty() { "upload".to_owned() } else { name },
        bytes,
        arrived: 0,
        created: now,
        expires: until(app, now),
        draft: None,
    };
    let mut tx = app.store.database().begin_write().await?;
    let usage = uploads::usage(&mut tx, actor.party).await?;
    if usage.uploads >= limits.party_uploads || usage.bytes.saturating_add(bytes) > limits.party_upload_bytes
    {
        let text = format!(
            "your party has {} unfinished uploads with {} bytes, which is as much as this server holds for it: use them for a batch, or delete them",
            usage.uploads, usage.bytes
        );
        return Err(Problem::Conflict(text));
    }
    uploads::begin(&mut tx, &upload).await?;
    tx.commit().await?;
    Ok(upload)
}

/// How far an upload is.
///
/// # Errors
/// When it is not there, not the party's, or past its time.
pub async fn find(app: &App, actor: &Actor, id: RecordId) -> Result<Upload, Problem> {
    let mut read = app.store.read().await?;
    let found = uploads::find(&mut read, actor.party, id).await?;
    found.filter(|upload| upload.expires > app.now()).ok_or(Problem::NotFound("upload"))
}

/// Takes bytes from a place on. What arrived before the sender broke off is kept.
///
/// # Errors
/// When the place is not where the upload is, more comes than was said, or the bytes break off.
pub async fn take(
    app: &App,
    actor: &Actor,
    id: RecordId,
    from: u64,
    pieces: impl Stream<Item = Result<Bytes, Problem>> + Send,
) -> Result<Upload, Problem> {
    actor.require(Role::Submit)?;
    let mut upload = find(app, actor, id).await?;
    if upload.draft.is_some() {
        return Err(Problem::Conflict("this upload became part of a batch already".to_owned()));
    }
    if upload.arrived != from {
        return Err(elsewhere(&upload));
    }
    let mut pieces = std::pin::pin!(pieces);
    let (mut waiting, mut since) = (BytesMut::new(), Instant::now());
    while let Some(piece) = pieces.next().await {
        let piece = match piece {
            Ok(piece) => piece,
            Err(problem) => {
                keep_part(app, &mut upload, waiting).await?;
                return Err(problem);
            }
        };
        if upload.arrived + (waiting.len() + piece.len()) as u64 > upload.bytes {
            keep_part(app, &mut upload, waiting).await?;
            let text = format!("more bytes came than the {} that were said at the beginning", upload.bytes);
            return Err(Problem::Conflict(text));
        }
        waiting.extend_from_slice(&piece);
        if waiting.len() >= PART_BYTES || since.elapsed() >= PART_EVERY {
            keep_part(app, &mut upload, std::mem::take(&mut waiting)).await?;
            since = Instant::now();
        }
    }
    keep_part(app, &mut upload, waiting).await?;
    Ok(upload)
}

fn elsewhere(upload: &Upload) -> Problem {
    let text = format!("the upload is at byte {}: go on from there", upload.arrived);
    Problem::Conflict(text)
}

/// Writes a part down: first its bytes, then that it is there.
async fn keep_part(app: &App, upload: &mut Upload, bytes: BytesMut) -> Result<(), Problem> {
    if bytes.is_empty() {
        return Ok(());
    }
    let part = Part { start: upload.arrived, bytes: bytes.len() as u64, object: random::bytes()? };
    let spooled = SpooledPart { upload: *upload.id.as_bytes(), object: part.object };
    app.blobs.put_part(spooled, bytes.freeze()).await?;
    let expires = until(app, app.now());
    let mut tx = app.store.database().begin_write().await?;
    let is_next = uploads::arrive(&mut tx, upload.id, &part, expires).await?;
    tx.commit().await?;
    if is_next {
        (upload.arrived, upload.expires) = (upload.arrived + part.bytes, expires);
        return Ok(());
    }
    // Somebody else took this part, or the upload was given up: ours is nobody's.
    app.blobs.delete_part(spooled).await?;
    Err(elsewhere(&find_again(app, upload).await?))
}

async fn find_again(app: &App, upload: &Upload) -> Result<Upload, Problem> {
    let mut read = app.store.read().await?;
    uploads::find(&mut read, upload.party, upload.id).await?.ok_or(Problem::NotFound("upload"))
}

/// Gives an upload up.
///
/// # Errors
/// When it is not there, or became part of a batch.
pub async fn discard(app: &App, actor: &Actor, id: RecordId) -> Result<(), Problem> {
    actor.require(Role::Submit)?;
    let upload = find(app, actor, id).await?;
    if upload.draft.is_some() {
        return Err(Problem::Conflict("this upload became part of a batch: discard the batch".to_owned()));
    }
    let mut tx = app.store.database().begin_write().await?;
    let parts = uploads::parts(&mut tx, id).await?;
    uploads::remove(&mut tx, id).await?;
    tx.commit().await?;
    clear(app, id, &parts).await;
    Ok(())
}

/// Deletes parts that nobody needs. What cannot be deleted now, upkeep deletes.
async fn clear(app: &App, id: RecordId, parts: &[Part]) {
    for part in parts {
        let spooled = SpooledPart { upload: *id.as_bytes(), object: part.object };
        if let Err(error) = app.blobs.delete_part(spooled).await {
            tracing::debug!(%error, "a part of an upload could not be deleted; it is done later");
            return;
        }
    }
}

/// Makes files of uploads that are complete.
///
/// # Errors
/// When one is not there, not complete, or too much together.
pub async fn gather(app: &App, actor: &Actor, ids: &[RecordId]) -> Result<Outcome, Problem> {
    actor.require(Role::Submit)?;
    let limits = &app.config.limits;
    if ids.len() as u64 > limits.batch_files {
        return Err(Problem::field("uploads", format!("these are more than {} files", limits.batch_files)));
    }
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        if found.iter().any(|upload: &Upload| upload.id == *id) {
            return Err(Problem::field("uploads", "the same upload is named twice"));
        }
        found.push(find(app, actor, *id).await?);
    }
    let mut drafts: Vec<Option<RecordId>> = found.iter().map(|upload| upload.draft).collect();
    drafts.dedup();
    match drafts[..] {
        [Some(draft)] => return Ok(Outcome::Already(draft)),
        [None] | [] => {}
        _ => return Err(Problem::Conflict("one of the uploads became part of another batch".to_owned())),
    }
    if found.iter().map(|upload| upload.bytes).sum::<u64>() > limits.batch_bytes {
        return Err(Problem::TooLarge(limits.batch_bytes));
    }
    let mut files = Vec::with_capacity(found.len());
    for upload in &found {
        if upload.arrived != upload.bytes {
            let text = format!(
                "of “{}”, {} of {} bytes arrived: send the rest first",
                upload.name, upload.arrived, upload.bytes
            );
            return Err(Problem::Conflict(text));
        }
        files.extend(whole(app, upload).await?);
    }
    Ok(Outcome::Files(Gathered { files, uploads: ids.to_vec() }))
}

async fn whole(app: &App, upload: &Upload) -> Result<Option<DraftFile>, Problem> {
    let parts = uploads::parts(&mut *app.store.read().await?, upload.id).await?;
    if parts.len() > PARTS_MAX {
        return Err(Problem::Conflict(format!(
            "the upload came in more than {PARTS_MAX} parts: send larger ones"
        )));
    }
    let id = *upload.id.as_bytes();
    let pieces = stream::iter(parts).then(move |part| async move {
        let spooled = SpooledPart { upload: id, object: part.object };
        app.blobs.get_part(spooled, part.bytes).await.map_err(Problem::from)
    });
    received::keep(app, upload.name.clone(), pieces).await
}
