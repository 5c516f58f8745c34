//! Rows of the page of a batch whose draft is kept: each genome with what was found, and where the same was seen before.
//!
//! What the rows need of the ledger is asked for all of them at once. Start at [`rows`].

use crate::app::Problem;
use crate::app::genomes::{AnalysedSequence, DraftDocument, Judgement};
use hearth_base::accession::Accession;
use hearth_base::digest::Digest;
use hearth_base::id::RecordId;
use hearth_ledger::body::Body;
use hearth_pages::report::Status as Quality;
use hearth_pages::site::address;
use hearth_pages::site::batch::{BatchGenome, Same, Seen};
use hearth_pages::site::parts::Link;
use hearth_store::db::Session;
use hearth_store::drafts::{Draft, DraftGenome, DraftState};
use hearth_store::state::alike::{self, Alike};
use hearth_store::state::genomes;
use hearth_store::state::records::Seen as Record;
use hearth_store::state::scope::Scope;
use std::collections::HashMap;

/// Records in which the same was seen before, of one genome.
const MOST_SEEN: usize = 5;

/// What the ledger says about the genomes of a draft, as far as the reader may see it.
struct Known {
    sequences: Alike<Digest>,
    names: Alike<String>,
    /// What was handed in, by name.
    own: HashMap<String, Vec<Record>>,
}

/// The rows of some genomes of a draft.
///
/// # Errors
/// When the store fails.
pub(super) async fn rows(
    session: &mut Session,
    scope: &Scope,
    draft: &Draft,
    genomes: &[DraftGenome],
) -> Result<Vec<BatchGenome>, Problem> {
    let document = |genome: &DraftGenome| -> DraftDocument {
        serde_json::from_slice(&genome.document).unwrap_or_default()
    };
    let documents: Vec<DraftDocument> = genomes.iter().map(document).collect();
    let known = known(session, scope, draft, (genomes, &documents)).await?;
    Ok(genomes.iter().zip(&documents).map(|(genome, document)| row(genome, document, &known)).collect())
}

async fn known(
    session: &mut Session,
    scope: &Scope,
    draft: &Draft,
    (genomes, documents): (&[DraftGenome], &[DraftDocument]),
) -> Result<Known, Problem> {
    let names: Vec<String> = genomes.iter().map(|genome| genome.name.clone()).collect();
    let digests: Vec<Digest> = documents.iter().filter_map(|document| first(document).digest).collect();
    let mut own: HashMap<String, Vec<Record>> = HashMap::new();
    if draft.state == DraftState::HandedIn {
        for seen in genomes::in_batch(session, scope, draft.id, &names).await? {
            let Some(Body::Genome(body)) = seen.entry.as_ref().map(|entry| &entry.draft.body) else {
                continue;
            };
            own.entry(body.sample.name.clone()).or_default().push(seen);
        }
    }
    let sequences = alike::with_sequences(session, scope, &digests).await?;
    Ok(Known { sequences, names: alike::with_names(session, scope, &names).await?, own })
}

/// The first sequence: of most genomes, the only one.
fn first(document: &DraftDocument) -> AnalysedSequence {
    document.sequences.first().cloned().unwrap_or_default()
}

fn row(genome: &DraftGenome, document: &DraftDocument, known: &Known) -> BatchGenome {
    let first = first(document);
    let own = own_record(genome, first.digest, known);
    let named = document.named_by().cloned().unwrap_or_default();
    let mut lineage = named.clade.clone();
    if !named.lineage.is_empty() && named.lineage != named.clade {
        lineage = format!("{lineage} {}", named.lineage).trim().to_owned();
    }
    let is_judged = document.judgement() != Judgement::Failed;
    let remarks = document
        .left_out
        .iter()
        .cloned()
        .chain(document.sequences.iter().flat_map(|one| one.remarks.clone()));
    BatchGenome {
        name: genome.name.clone(),
        address: own.as_ref().map(|(_, accession)| address::genome(accession.as_str())),
        accession: own.as_ref().map(|(_, accession)| accession.to_string()),
        status: quality_of(genome.verdict),
        is_waiting: false,
        lineage,
        coverage: is_judged.then_some(document.share()),
        remarks: remarks.collect(),
        findings: genome.findings,
        seen: seen(genome, first.digest, own.map(|(record, _)| record), known),
    }
}

/// The record that a genome of a draft became.
fn own_record(genome: &DraftGenome, digest: Option<Digest>, known: &Known) -> Option<(RecordId, Accession)> {
    known.own.get(&genome.name)?.iter().find_map(|seen| {
        let Body::Genome(body) = &seen.entry.as_ref()?.draft.body else { return None };
        let is_same = seen.version.version > 1 || body.sequences.first().map(|one| one.digest) == digest;
        is_same.then(|| (seen.version.record, body.accession.clone()))
    })
}

/// Where the same sequence or name was seen before: each kind once.
fn seen(genome: &DraftGenome, digest: Option<Digest>, own: Option<RecordId>, known: &Known) -> Vec<Seen> {
    let sequences = digest.and_then(|digest| known.sequences.get(&digest)).into_iter().flatten();
    let names = known.names.get(&genome.name).into_iter().flatten();
    let found = sequences.map(|one| (Same::Sequence, one)).chain(names.map(|one| (Same::Name, one)));
    let others = found.filter(|(_, (record, _))| Some(*record) != own);
    let mut told: Vec<Seen> = Vec::new();
    for (what, (_, accession)) in others.take(MOST_SEEN) {
        let link = Link { label: accession.to_string(), address: address::genome(accession.as_str()) };
        match told.last_mut().filter(|last| last.what == what) {
            Some(last) => last.links.push(link),
            None => told.push(Seen { what, links: vec![link] }),
        }
    }
    told
}

/// How good a genome is, by the number of its verdict.
pub(super) fn quality_of(verdict: i64) -> Quality {
    match verdict {
        0 => Quality::Good,
        1 => Quality::Unjudged,
        2 => Quality::Mediocre,
        3 => Quality::Bad,
        _ => Quality::Failed,
    }
}
