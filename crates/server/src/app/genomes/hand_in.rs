//! Handing in: a draft becomes a submission and its genomes, kept by their owner, in one transaction.
//!
//! Start at [`Genomes::hand_in`].

use super::bring::{own, settings_of};
use super::release::known;
use super::{DraftDocument, DraftReport, GenomeError, Genomes, Judgement, assigned, conflict, sample};
use crate::app::packs::Packs;
use hearth_base::accession::Accession;
use hearth_base::digest::Digester;
use hearth_base::id::{RecordId, VersionId};
use hearth_base::role::Role;
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::body::genomes::{Analysis, Genome, Sequence, Submission};
use hearth_ledger::entry::{Act, Disclosure, Draft as EntryDraft, Happened, Kind};
use hearth_ledger::rules::{Actor, Refusal, Status};
use hearth_store::drafts::{self, Draft, DraftGenome, DraftState, FileSort, Order};
use hearth_store::log::append::Writing;
use hearth_store::state::findings::{self, Finding};
use hearth_store::state::genomes as kept_genomes;
use hearth_store::state::records::{self, Face};
use hearth_store::state::scope::Scope;
use hearth_store::{failpoint, loose, random};
use std::collections::BTreeMap;

/// Genomes appended at once.
const CHUNK: u32 = 2_000;

/// What is counted while genomes are handed in.
#[derive(Default)]
struct Tally {
    genomes: u64,
    left_out: u64,
    digester: Digester,
    /// By pack: the run's record, how many genomes, and their results.
    runs: BTreeMap<String, (RecordId, u64, Digester)>,
}

impl Genomes {
    /// Hands a draft in. Returns the submission, which has the draft's identifier, and how many genomes it has.
    ///
    /// # Errors
    /// When the actor does not submit, or something in the draft stops it.
    pub async fn hand_in(&self, actor: &Actor, id: RecordId, now: UtcTime) -> Result<u64, GenomeError> {
        actor.require(Role::Submit)?;
        let mut writing = self.store.write(now).await?;
        let draft = own(drafts::find(writing.tx(), actor.party, id).await?)?;
        if draft.state == DraftState::HandedIn {
            return self.hand_in_again(writing, actor, id, now).await;
        }
        check(&draft)?;
        let simulated = settings_of(&draft).simulated;
        let entry = |record, body: Body| EntryDraft {
            act: Act::Keep,
            record,
            version: 1,
            party: actor.party,
            person: Some(actor.person),
            disclosure: Disclosure::default(),
            happened: Happened::At(now),
            simulated,
            body,
            blobs: Vec::new(),
        };
        let mut tally = Tally::default();
        let mut next = 0;
        loop {
            let chunk = drafts::genomes(writing.tx(), id, Order::AsTheyCame, next, CHUNK).await?;
            let Some(last) = chunk.last() else { break };
            next = last.place + 1;
            let accessions = self.accessions(&mut writing, chunk.len()).await?;
            let (bodies, found) = bodies(&self.packs, (id, &chunk), accessions, &mut tally)?;
            writing.append(bodies.into_iter().map(|(record, body)| entry(record, body)).collect()).await?;
            findings::add(writing.tx(), found).await?;
        }
        if tally.genomes == 0 {
            return Err(conflict("none of its records can be handed in: each says why"));
        }
        let genomes = tally.genomes;
        let mut entries = Vec::new();
        for (pathogen, (record, count, results)) in tally.runs {
            let Some(ready) = self.packs.named(&pathogen) else { continue };
            let body = Analysis {
                submission: VersionId { record: id, version: 1 },
                pack: pathogen,
                pack_version: ready.version.clone(),
                pack_digest: ready.digest,
                program: env!("CARGO_PKG_VERSION").to_owned(),
                genomes: count,
                results: results.finish(),
            };
            entries.push(entry(record, body.into()));
        }
        let (title, left_out) = (draft.title.clone(), tally.left_out);
        let body = Submission { title, genomes, left_out, digest: tally.digester.finish() };
        entries.push(entry(id, body.into()));
        failpoint::pass("hand-in.before-last");
        writing.append(entries).await?;
        drafts::set_state(writing.tx(), id, DraftState::HandedIn, "").await?;
        // Its sequences lie in packs: the files they came in are needed no more, and are cleared after a day.
        for file in drafts::files(writing.tx(), id).await? {
            if file.sort == FileSort::Sequences {
                loose::note(writing.tx(), file.digest, now).await?;
            }
        }
        failpoint::pass("hand-in.before-commit");
        writing.commit().await?;
        Ok(genomes)
    }

    /// Hands in again what was sent back: a new version of the submission, whose genomes were revised meanwhile.
    async fn hand_in_again(
        &self,
        mut writing: Writing,
        actor: &Actor,
        id: RecordId,
        now: UtcTime,
    ) -> Result<u64, GenomeError> {
        let standing = known(records::standing(writing.tx(), id).await?, actor, Kind::Submission, "batch")?;
        if standing.kept != Status::SentBack {
            return Err(conflict("it was handed in already"));
        }
        let version = standing.next_version(actor)?;
        let scope =
            Scope::of(writing.tx(), Some(actor.person), actor.party, actor.roles.clone(), now).await?;
        let seen = records::find(writing.tx(), &scope, id, Face::Kept).await?;
        let body = seen.and_then(|seen| seen.entry).map(|entry| entry.draft.body);
        let Some(Body::Submission(submission)) = body else { return Err(Refusal::NotFound("batch").into()) };
        let genomes = submission.genomes;
        let draft = EntryDraft {
            act: Act::Keep,
            record: id,
            version,
            party: standing.owner,
            person: Some(actor.person),
            disclosure: Disclosure::default(),
            happened: Happened::At(now),
            simulated: standing.simulated,
            body: Body::Submission(submission),
            blobs: Vec::new(),
        };
        writing.append(vec![draft]).await?;
        drafts::set_state(writing.tx(), id, DraftState::HandedIn, "").await?;
        writing.commit().await?;
        Ok(genomes)
    }

    /// New accessions that nobody has.
    pub(super) async fn accessions(
        &self,
        writing: &mut Writing,
        count: usize,
    ) -> Result<Vec<Accession>, GenomeError> {
        let mut found = Vec::with_capacity(count);
        while found.len() < count {
            let wanted = count - found.len();
            let mut fresh: Vec<Accession> = Vec::with_capacity(wanted);
            for _ in 0..wanted {
                fresh.push(Accession::new(&self.prefix, random::bytes()?));
            }
            fresh.sort();
            fresh.dedup();
            fresh.retain(|accession| !found.contains(accession) || count > 1_000);
            let taken = kept_genomes::taken(writing.tx(), &fresh).await?;
            fresh.retain(|accession| !taken.contains(accession));
            found.extend(fresh);
        }
        Ok(found)
    }
}

fn check(draft: &Draft) -> Result<(), GenomeError> {
    match draft.state {
        DraftState::Ready => {}
        DraftState::Analysing => return Err(conflict("it is still being analysed: wait for that")),
        DraftState::Failed => return Err(conflict(format!("it could not be analysed: {}", draft.message))),
        DraftState::HandedIn => return Err(conflict("it was handed in already")),
    }
    let report: DraftReport = serde_json::from_str(&draft.report).unwrap_or_default();
    if report.is_stopped() {
        return Err(conflict("something in its metadata must be put right first: see what was found"));
    }
    Ok(())
}

type Bodies = (Vec<(RecordId, Body)>, Vec<(VersionId, Finding)>);

fn bodies(
    packs: &Packs,
    (submission, chunk): (RecordId, &[DraftGenome]),
    accessions: Vec<Accession>,
    tally: &mut Tally,
) -> Result<Bodies, GenomeError> {
    let (mut bodies, mut found) = (Vec::with_capacity(chunk.len()), Vec::with_capacity(chunk.len()));
    for (genome, accession) in chunk.iter().zip(accessions) {
        let document: DraftDocument = serde_json::from_slice(&genome.document)
            .map_err(|error| GenomeError::Fault(format!("a genome of a draft cannot be read: {error}")))?;
        if document.left_out.is_some() {
            tally.left_out += 1;
            continue;
        }
        let record = RecordId::from_bytes(random::bytes()?);
        let (run, finding) = assigned(packs, &document, tally)?;
        let (sample, credit) = sample::to_ledger(&document.sample);
        let sequences = sequences(&document, &mut tally.digester);
        let pack = document.sequences.first().map_or("", |one| one.pathogen.as_str());
        let pathogen = packs.pathogen_of(pack).map_or(pack, |(pathogen, _)| pathogen.name()).to_owned();
        let body =
            Genome { accession, submission, pathogen, sequences, sample, credit, reason: String::new() };
        tally.genomes += 1;
        found.push((VersionId { record, version: 1 }, Finding { run: Some(run), ..finding }));
        bodies.push((record, body.into()));
    }
    Ok((bodies, found))
}

fn sequences(document: &DraftDocument, digester: &mut Digester) -> Vec<Sequence> {
    let sequence = |one: &super::AnalysedSequence| {
        let digest = one.digest?;
        digester.update(digest.as_bytes());
        Some(Sequence { segment: one.segment.clone(), digest, length_nt: one.length_nt })
    };
    document.sequences.iter().filter_map(sequence).collect()
}

/// As what a genome was assigned, and in which run: each pack has its own, and the genome is named in that of the
/// leading segment.
fn assigned(
    packs: &Packs,
    document: &DraftDocument,
    tally: &mut Tally,
) -> Result<(RecordId, Finding), GenomeError> {
    let mut runs: BTreeMap<&str, RecordId> = BTreeMap::new();
    for sequence in &document.sequences {
        let new_run = RecordId::from_bytes(random::bytes()?);
        let new = || (new_run, 0, Digester::default());
        let run = tally.runs.entry(sequence.pathogen.clone()).or_insert_with(new);
        if runs.insert(&sequence.pathogen, run.0).is_none() {
            run.1 += 1;
        }
        if let Some(results) = sequence.results {
            run.2.update(results.as_bytes());
        }
    }
    let fault = || GenomeError::Fault("a genome of a draft has no sequence".to_owned());
    let first = document.sequences.first().ok_or_else(fault)?;
    let lead = document.named_by().unwrap_or(first);
    let run = runs.get(lead.pathogen.as_str()).copied().ok_or_else(fault)?;
    let Some((pathogen, _)) = packs.pathogen_of(&first.pathogen) else { return Ok((run, found(first))) };
    let mut of_segments = vec![None; pathogen.segments().len()];
    for sequence in document.sequences.iter().rev() {
        let segment =
            if pathogen.is_segmented() { pathogen.segment_named(&sequence.segment) } else { Some(0) };
        if let Some(place) = segment.and_then(|segment| of_segments.get_mut(segment)) {
            *place = Some(found(sequence));
        }
    }
    let finding = assigned::combined(packs.all(), pathogen, &of_segments);
    Ok((run, finding.unwrap_or_default()))
}

/// As what one sequence was assigned.
fn found(sequence: &super::AnalysedSequence) -> Finding {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let is_judged = sequence.judgement != Judgement::Unjudged;
    Finding {
        run: None,
        clade: some(&sequence.clade),
        lineage: some(&sequence.lineage),
        quality: is_judged.then(|| sequence.score.clamp(0.0, 1e9).round() as i64),
        coverage_millionths: Some((sequence.coverage * 1e6).round() as i64),
        again: None,
    }
}
