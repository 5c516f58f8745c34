//! Review and release: a named person approves, a named person opens genomes to others, under terms.
//!
//! What others see is an entry of its own, with the sample made as coarse as the rule asks; the finer values stay with
//! their owner. The genomes of a large batch are opened in steps ([`super::opening`]). Start at [`Genomes::release`].

use super::bring::settings_of;
use super::clear_job::{CLEAR_AFTER_MS, CLEAR_DRAFT};
use super::opening::{OPEN_REST, Opening};
use super::{GenomeError, Genomes, conflict, sample};
use hearth_base::audience::Audience;
use hearth_base::id::{RecordId, VersionId};
use hearth_base::role::Role;
use hearth_base::terms::Terms;
use hearth_base::time::UtcTime;
use hearth_formats::submission::disclose;
use hearth_ledger::body::Body;
use hearth_ledger::entry::{Disclosure, Kind};
use hearth_ledger::rules::{Actor, Refusal, Standing, Status, disclosure};
use hearth_store::drafts::{self, DraftState};
use hearth_store::log::append::Writing;
use hearth_store::state::records::{self, Face, Seen};
use hearth_store::state::scope::Scope;
use hearth_store::{failpoint, jobs};

/// How far something is to go.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Under which terms: their code.
    pub terms: String,
    /// Partners that are named.
    pub audience: Audience,
    /// When an embargo ends.
    pub open_from: Option<UtcTime>,
}

/// What a release of a batch did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// Genomes that are released by now.
    pub genomes: u64,
    /// Whether the others follow, by a worker.
    pub rest_follows: bool,
}

impl Genomes {
    /// Approves a submission.
    ///
    /// # Errors
    /// When the actor does not review for its owner, or it was approved.
    pub async fn approve(
        &self,
        actor: &Actor,
        submission: RecordId,
        reason: &str,
        now: UtcTime,
    ) -> Result<(), GenomeError> {
        let mut writing = self.store.write(now).await?;
        let standing = self.submission(&mut writing, actor, submission).await?;
        let draft = standing.approve(actor, reason, writing.now())?;
        writing.append(vec![draft]).await?;
        writing.commit().await?;
        Ok(())
    }

    /// Sends a submission or a genome back to who handed it in, with a reason.
    ///
    /// # Errors
    /// When the actor does not review for its owner, gives no reason, or it does not stand where it can be sent back.
    pub async fn send_back(
        &self,
        actor: &Actor,
        record: RecordId,
        reason: &str,
        now: UtcTime,
    ) -> Result<(), GenomeError> {
        let mut writing = self.store.write(now).await?;
        let found = records::standing(writing.tx(), record).await?;
        let kind = match &found {
            Some(standing) if standing.kind == Kind::Genome => Kind::Genome,
            _ => Kind::Submission,
        };
        let standing = known(found, actor, kind, "batch")?;
        let draft = standing.send_back(actor, reason, writing.now())?;
        writing.append(vec![draft]).await?;
        if kind == Kind::Submission {
            drafts::set_state(writing.tx(), record, DraftState::HandedIn, reason.trim()).await?;
        }
        writing.commit().await?;
        Ok(())
    }

    /// Releases all genomes of an approved submission that were not released in their newest version: the first of them
    /// now, and if there are many, the others right after.
    ///
    /// # Errors
    /// When the actor does not release for its owner, it was not approved, or the terms do not allow the choice.
    pub async fn release(
        &self,
        actor: &Actor,
        submission: RecordId,
        choice: Option<Choice>,
        now: UtcTime,
    ) -> Result<Released, GenomeError> {
        let mut writing = self.store.write(now).await?;
        let now = writing.now();
        let standing = self.submission(&mut writing, actor, submission).await?;
        actor.require_for(standing.owner, Role::Release)?;
        if standing.kept != Status::Approved {
            return Err(conflict(
                "it was not approved yet: somebody who reviews has to look it through first",
            ));
        }
        let choice = match choice {
            Some(choice) => choice,
            None => self.chosen(&mut writing, submission).await?,
        };
        let disclosure = within_terms(&mut writing, &choice, now).await?;
        let scope =
            Scope::of(writing.tx(), Some(actor.person), actor.party, actor.roles.clone(), now).await?;
        let step = self.unopened(&mut writing, &scope, submission, None).await?;
        if step.genomes.is_empty() {
            return Err(conflict("all of it was released already"));
        }
        failpoint::pass("release.before-batch");
        let kept = records::find(writing.tx(), &scope, submission, Face::Kept).await?;
        let body = kept.and_then(|seen| seen.entry).map(|entry| entry.draft.body);
        let body = body.ok_or(Refusal::NotFound("batch"))?;
        let decision = standing.release(actor, body, Vec::new(), disclosure, now)?;
        let opening = Opening::of(&decision);
        writing.append(vec![decision]).await?;
        let genomes = self.open(&mut writing, &opening, &step.genomes).await?;
        if step.next.is_some() {
            jobs::ask(writing.tx(), OPEN_REST, submission, now).await?;
        }
        jobs::ask(writing.tx(), CLEAR_DRAFT, submission, now.plus_ms(CLEAR_AFTER_MS)).await?;
        failpoint::pass("release.before-commit");
        writing.commit().await?;
        Ok(Released { genomes, rest_follows: step.next.is_some() })
    }

    /// Releases the newest version of one genome, under new terms or those it is under already.
    ///
    /// # Errors
    /// When the actor does not release for its owner, it was withdrawn, or the terms do not allow the choice.
    pub async fn release_one(
        &self,
        actor: &Actor,
        record: RecordId,
        choice: Option<Choice>,
        now: UtcTime,
    ) -> Result<(), GenomeError> {
        let mut writing = self.store.write(now).await?;
        let now = writing.now();
        let standing = known(records::standing(writing.tx(), record).await?, actor, Kind::Genome, "genome")?;
        let disclosure = match (choice, &standing.released) {
            (Some(choice), _) => within_terms(&mut writing, &choice, now).await?,
            (None, Some(released)) => released.disclosure.clone(),
            (None, None) => return Err(conflict("choose terms: it was never released")),
        };
        let scope =
            Scope::of(writing.tx(), Some(actor.person), actor.party, actor.roles.clone(), now).await?;
        let seen = records::find(writing.tx(), &scope, record, Face::Kept).await?;
        let body = seen.as_ref().and_then(|seen| self.coarse(seen));
        let body = body.ok_or(Refusal::NotFound("genome"))?;
        let draft = standing.release(actor, body, Vec::new(), disclosure, now)?;
        writing.append(vec![draft]).await?;
        writing.commit().await?;
        Ok(())
    }

    async fn submission(
        &self,
        writing: &mut Writing,
        actor: &Actor,
        submission: RecordId,
    ) -> Result<Standing, GenomeError> {
        known(records::standing(writing.tx(), submission).await?, actor, Kind::Submission, "batch")
    }

    /// What the submitter chose when the files were brought.
    async fn chosen(&self, writing: &mut Writing, submission: RecordId) -> Result<Choice, GenomeError> {
        let draft = drafts::for_worker(writing.tx(), submission).await?;
        let settings = draft.as_ref().map(settings_of).ok_or_else(|| conflict("choose the terms"))?;
        Ok(Choice { terms: settings.terms, audience: settings.audience, open_from: settings.open_from })
    }

    /// What others see of a genome: the sample as coarse as the rule asks.
    pub(super) fn coarse(&self, seen: &Seen) -> Option<Body> {
        let Body::Genome(genome) = &seen.entry.as_ref()?.draft.body else { return None };
        let mut genome = genome.as_ref().clone();
        let row = disclose(&sample::to_row(&genome.sample, &genome.credit), &self.policy);
        (genome.sample, genome.credit) = sample::to_ledger(&row);
        Some(genome.into())
    }
}

/// A record of a kind that the actor's party owns; others' sound as if they were not there.
pub(super) fn known(
    standing: Option<Standing>,
    actor: &Actor,
    kind: Kind,
    noun: &'static str,
) -> Result<Standing, GenomeError> {
    let own = standing.filter(|standing| standing.kind == kind && standing.owner == actor.party);
    own.ok_or(GenomeError::Refused(Refusal::NotFound(noun)))
}

/// The disclosure that the terms with a code allow.
pub async fn within_terms(
    writing: &mut Writing,
    choice: &Choice,
    now: UtcTime,
) -> Result<Disclosure, GenomeError> {
    let found = terms_with_code(writing.tx(), &choice.terms).await?;
    let (id, terms) = found.ok_or(Refusal::NotFound("terms"))?;
    Ok(disclosure::within_terms((&terms, id), choice.audience.clone(), choice.open_from, now)?)
}

/// The terms with a code, in their newest version.
///
/// # Errors
/// When the database fails.
pub async fn terms_with_code(
    session: &mut hearth_store::db::Session,
    code: &str,
) -> Result<Option<(VersionId, Terms)>, GenomeError> {
    let scope = Scope::of_anybody(UtcTime::default());
    let listing = records::Listing { limit: 1_000, ..records::Listing::of(Kind::Terms, Face::Released) };
    for seen in records::list(session, &scope, &listing).await? {
        if let Some(Body::Terms(terms)) = seen.entry.map(|entry| entry.draft.body)
            && terms.code == code
            && seen.status != Status::Withdrawn
        {
            return Ok(Some((seen.version, *terms)));
        }
    }
    Ok(None)
}
