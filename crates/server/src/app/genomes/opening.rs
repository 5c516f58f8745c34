//! Opening the genomes of a batch to others, in steps: the first while the releaser waits, the rest by a worker.
//!
//! What a person decided stands in the release of the batch itself, which is written first. Each genome is opened by an
//! entry of its own that says the same of who decided, when and how far; one that was revised after the decision is left
//! closed. Each step is a transaction, so that the acts of others come between, and a worker that dies between two steps
//! is followed by another. Refuses to decide. Start at [`Genomes::open_rest`].

use super::draft_job::finished;
use super::{GenomeError, Genomes};
use hearth_base::id::{PersonId, RecordId};
use hearth_base::role::Roles;
use hearth_base::time::UtcTime;
use hearth_ledger::entry::{Act, Disclosure, Draft, Happened};
use hearth_ledger::rules::Status;
use hearth_store::failpoint;
use hearth_store::jobs::Claimed;
use hearth_store::log::append::Writing;
use hearth_store::state::genomes::{self as kept_genomes, Wanted};
use hearth_store::state::records::{self, Face, Seen};
use hearth_store::state::scope::Scope;

/// The sort of jobs that open what the first step of a release left.
pub const OPEN_REST: &str = "open-rest";

/// What was decided about the genomes of a batch.
pub(super) struct Opening {
    person: Option<PersonId>,
    disclosure: Disclosure,
    happened: Happened,
}

impl Opening {
    /// What the release of a batch says.
    pub(super) fn of(decision: &Draft) -> Self {
        let Draft { person, disclosure, happened, .. } = decision;
        Self { person: *person, disclosure: disclosure.clone(), happened: *happened }
    }
}

/// Genomes that can be opened at once.
pub(super) struct Step {
    /// They, in the order in which they were handed in.
    pub genomes: Vec<Seen>,
    /// The place in the log before which others may lie.
    pub next: Option<u64>,
}

impl Genomes {
    /// The newest genomes of a batch, said before a place in the log, that were not opened in their newest version.
    pub(super) async fn unopened(
        &self,
        writing: &mut Writing,
        scope: &Scope,
        submission: RecordId,
        mut before: Option<u64>,
    ) -> Result<Step, GenomeError> {
        loop {
            let wanted = Wanted {
                face: Face::Kept,
                submission: Some(submission),
                before,
                limit: self.limits.release_step,
                ..Wanted::default()
            };
            let mut genomes = kept_genomes::list(writing.tx(), scope, &wanted).await?;
            let next = genomes.last().filter(|_| genomes.len() == wanted.limit as usize);
            let next = next.map(|last| last.content);
            let done = kept_genomes::released_versions(writing.tx(), &genomes).await?;
            genomes.retain(|seen| !matches!(seen.status, Status::Withdrawn | Status::SentBack));
            genomes.retain(|seen| !done.contains(&seen.version));
            if !genomes.is_empty() || next.is_none() {
                genomes.reverse();
                return Ok(Step { genomes, next });
            }
            before = next;
        }
    }

    /// Opens genomes. Returns how many: those whose bodies were erased stay closed.
    pub(super) async fn open(
        &self,
        writing: &mut Writing,
        opening: &Opening,
        genomes: &[Seen],
    ) -> Result<u64, GenomeError> {
        let drafts: Vec<Draft> = genomes.iter().filter_map(|seen| self.opened(opening, seen)).collect();
        let count = drafts.len() as u64;
        writing.append(drafts).await?;
        Ok(count)
    }

    fn opened(&self, opening: &Opening, seen: &Seen) -> Option<Draft> {
        let simulated = seen.entry.as_ref().is_some_and(|entry| entry.draft.simulated);
        Some(Draft {
            act: Act::Release,
            record: seen.version.record,
            version: seen.version.version,
            party: seen.owner,
            person: opening.person,
            disclosure: opening.disclosure.clone(),
            happened: opening.happened,
            simulated,
            body: self.coarse(seen)?,
            blobs: Vec::new(),
        })
    }

    /// Opens what the first step of a release left.
    ///
    /// # Errors
    /// When the store fails; what was opened stays so, and the next try goes on.
    pub async fn open_rest(
        &self,
        job: &Claimed,
        now: &(dyn Fn() -> UtcTime + Sync),
    ) -> Result<(), GenomeError> {
        let mut before = None;
        loop {
            let mut writing = self.store.write(now()).await?;
            let Some((decided, opening, scope)) = decision(&mut writing, job.subject).await? else {
                drop(writing);
                return finished(self.store.database().begin_write().await?, job).await;
            };
            let step = self.unopened(&mut writing, &scope, job.subject, before.or(Some(decided))).await?;
            self.open(&mut writing, &opening, &step.genomes).await?;
            failpoint::pass("opening.before-commit");
            writing.commit().await?;
            failpoint::pass("opening.between-steps");
            before = step.next;
            if before.is_none() {
                return finished(self.store.database().begin_write().await?, job).await;
            }
        }
    }
}

/// The newest release of a batch that still holds: its place, what it says, and what its owner may see.
async fn decision(
    writing: &mut Writing,
    submission: RecordId,
) -> Result<Option<(u64, Opening, Scope)>, GenomeError> {
    let Some(standing) = records::standing(writing.tx(), submission).await? else { return Ok(None) };
    if standing.kept != Status::Approved {
        return Ok(None);
    }
    let now = writing.now();
    let scope = Scope::of(writing.tx(), None, standing.owner, Roles::default(), now).await?;
    let released = records::find(writing.tx(), &scope, submission, Face::Released).await?;
    let released = released.filter(|seen| seen.status != Status::Withdrawn);
    let decided = released.and_then(|seen| Some((seen.content, Opening::of(&seen.entry?.draft))));
    Ok(decided.map(|(place, opening)| (place, opening, scope)))
}
