//! The genomes of a batch as the ledger has them: for a batch that was released, whose draft is gone.
//!
//! Refuses to know drafts. Start at [`table`].

use super::genomes::{lineage_of, said_ever, status_of};
use crate::app::Problem;
use crate::http::{Fields, Site};
use hearth_base::id::RecordId;
use hearth_pages::site::address;
use hearth_pages::site::batch::BatchGenome;
use hearth_pages::site::parts::Paging;
use hearth_store::db::Session;
use hearth_store::state::findings;
use hearth_store::state::genomes::{self, Wanted};
use hearth_store::state::records::Face;
use hearth_store::state::scope::Scope;

/// A part of the table, the newest first, out of `all`.
///
/// # Errors
/// When the store fails.
pub(super) async fn table(
    site: &Site,
    session: &mut Session,
    scope: &Scope,
    (id, all): (RecordId, u64),
    query: &Fields,
) -> Result<(Paging, Vec<BatchGenome>), Problem> {
    let rows = u32::try_from(site.app.config.limits.page_rows).unwrap_or(100);
    let (before, begin) = (query.number("before"), query.number("at").unwrap_or(0));
    let begin = before.map_or(0, |_| begin);
    let wanted = Wanted { face: Face::Kept, submission: Some(id), before, limit: rows, ..Wanted::default() };
    let found = genomes::list(session, scope, &wanted).await?;
    let records: Vec<RecordId> = found.iter().map(|seen| seen.version.record).collect();
    let assigned = findings::of_records(session, &records).await?;
    let line = |seen| {
        let genome = said_ever(seen)?;
        let finding = assigned.get(&seen.version);
        let accession = genome.accession.to_string();
        let coverage = finding.and_then(|finding| finding.coverage_millionths);
        Some(BatchGenome {
            name: genome.sample.name.clone(),
            address: Some(address::genome(&accession)),
            accession: Some(accession),
            status: status_of(finding),
            is_waiting: false,
            lineage: lineage_of(finding),
            coverage: coverage.map(|millionths| millionths as f64 / 1e6),
            remarks: Vec::new(),
            findings: 0,
            seen: Vec::new(),
        })
    };
    let lines: Vec<BatchGenome> = found.iter().filter_map(line).collect();
    let shown = lines.len() as u64;
    let path = address::batch(&id.to_string());
    let last = found.last().filter(|_| found.len() == rows as usize && begin + shown < all);
    let paging = Paging {
        first: if shown == 0 { 0 } else { begin + 1 },
        shown,
        all,
        previous: before.map(|_| path.clone()),
        next: last.map(|seen| format!("{path}?before={}&at={}", seen.content, begin + shown)),
    };
    Ok((paging, lines))
}
