//! As what a genome stands in lists, since when and by which pack, in words.
//!
//! Refuses to analyse: what its pack says today stands beside it. Start at [`told`].

use super::named::day;
use crate::app::Problem;
use crate::http::Site;
use hearth_base::id::VersionId;
use hearth_pages::messages::{Key, Value};
use hearth_store::db::Session;
use hearth_store::state::assigning;
use hearth_store::state::findings;

/// The name of a version in lists and how it came to it; nothing where it was never analysed.
///
/// # Errors
/// When the database fails.
pub(super) async fn told(
    site: &Site,
    session: &mut Session,
    version: VersionId,
) -> Result<Option<String>, Problem> {
    let Some(finding) = findings::of(session, version).await? else { return Ok(None) };
    let words = &site.words;
    let named = |clade: Option<String>, lineage: Option<String>| {
        lineage.or(clade).unwrap_or_else(|| words.say(Key::GenomeAssignedNone))
    };
    let name = named(finding.clade, finding.lineage);
    let Some(again) = finding.again else {
        return Ok(Some(words.tell(Key::GenomeAssignedFirst, &[("name", Value::Text(&name))])));
    };
    let pack = assigning::pack(session, again.pack).await?;
    let pack = pack.map(|pack| format!("{} {}", pack.name, pack.version)).unwrap_or_default();
    let date = day(again.at);
    let facts =
        [("name", Value::Text(&name)), ("date", Value::Text(&date)), ("pack", Value::Text(pack.trim()))];
    let Some((clade, lineage)) = again.first else {
        return Ok(Some(words.tell(Key::GenomeAssignedAgain, &facts)));
    };
    let first = named(clade, lineage);
    let [name, date, pack] = facts;
    Ok(Some(words.tell(Key::GenomeAssignedOther, &[name, date, pack, ("first", Value::Text(&first))])))
}
