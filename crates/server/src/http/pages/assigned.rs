//! As what a genome stands in lists, since when and by which pack.
//!
//! Refuses to analyse: what its pack says today stands beside it. Start at [`assigned`].

use super::named::day;
use crate::app::Problem;
use hearth_base::id::VersionId;
use hearth_pages::site::assigned::{Again, Assigned};
use hearth_store::db::Session;
use hearth_store::state::assigning;
use hearth_store::state::findings;

/// The name of a version in lists and how it came to it; nothing where it was never analysed.
///
/// # Errors
/// When the database fails.
pub(super) async fn assigned(session: &mut Session, version: VersionId) -> Result<Option<Assigned>, Problem> {
    let Some(finding) = findings::of(session, version).await? else { return Ok(None) };
    let named = |clade: Option<String>, lineage: Option<String>| lineage.or(clade).unwrap_or_default();
    let name = named(finding.clade, finding.lineage);
    let Some(again) = finding.again else { return Ok(Some(Assigned { name, again: None })) };
    let pack = assigning::pack(session, again.pack).await?;
    let pack = pack.map(|pack| format!("{} {}", pack.name, pack.version)).unwrap_or_default();
    let first = again.first.map(|(clade, lineage)| named(clade, lineage));
    let again = Again { on: day(again.at), pack: pack.trim().to_owned(), first };
    Ok(Some(Assigned { name, again: Some(again) }))
}
