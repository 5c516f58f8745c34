//! The job that assigns clades and lineages anew when a pack has changed.
//!
//! A worker that starts compares its packs with the runs of the analysis in the log. Where one was of another pack, all
//! genomes of its submission are analysed again: what they are called now goes into lists and counts, what they were
//! called first stays beside it, and a new version of the run says in the log with which pack. The job can be done again
//! at any time. The index asks the pack itself ([`crate::app::index`]). Start at [`Genomes::ask_to_assign`].

use super::draft_job::finished;
use super::{GenomeError, Genomes, assigned, batch};
use crate::app::packs::ReadyPack;
use crate::app::pathogens::{Pathogen, Segment};
use hearth_base::digest::{Digest, Digester};
use hearth_base::id::{RecordId, VersionId};
use hearth_base::time::UtcTime;
use hearth_genome::analysis::{Analysis, Memory};
use hearth_ledger::body::genomes::Analysis as Said;
use hearth_ledger::entry::{Act, Disclosure, Draft as EntryDraft, Happened};
use hearth_store::jobs::{self, Claimed};
use hearth_store::state::assigning::{self, KnownPack, Run, ToAssign};
use hearth_store::state::findings::Finding;

/// The sort of jobs that assign anew.
pub const ASSIGN: &str = "assign";
/// Runs that are looked at in one question.
const RUNS_AT_ONCE: u32 = 200;
/// Genomes whose names change in one transaction: others act between two of them.
const GENOMES_AT_ONCE: u32 = 500;

/// What the analysis says of one version of a genome.
struct Found {
    version: VersionId,
    finding: Finding,
    results: Digest,
}

impl Genomes {
    /// Asks for the job, for each pack of which another version made a run.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ask_to_assign(&self, now: UtcTime) -> Result<(), GenomeError> {
        for ready in self.packs.all() {
            if self.outdated(ready, 0).await?.is_none() {
                continue;
            }
            let mut tx = self.store.database().begin_write().await?;
            jobs::ask(&mut tx, ASSIGN, subject(ready), now).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Assigns anew what another version of a pack assigned.
    ///
    /// # Errors
    /// When the store or the blobs fail, or this process has no such pack (one with it does the job then).
    pub async fn assign_again(
        &self,
        job: &Claimed,
        now: &(dyn Fn() -> UtcTime + Sync),
    ) -> Result<(), GenomeError> {
        let own = self.packs.all().iter().find(|ready| subject(ready) == job.subject);
        let unknown =
            || GenomeError::Fault("this process has other packs than the one that asked".to_owned());
        let ready = own.ok_or_else(unknown)?;
        let known = KnownPack { name: ready.pack.name().to_owned(), version: ready.version.clone() };
        let mut tx = self.store.database().begin_write().await?;
        let number = assigning::number_of(&mut tx, ready.digest, &known).await?;
        tx.commit().await?;
        let mut behind = 0;
        while let Some(run) = self.outdated(ready, behind).await? {
            behind = run.content;
            self.run_again(ready, number, run, now).await?;
        }
        finished(self.store.database().begin_write().await?, job).await
    }

    /// The first run behind a place in the log that another version of a pack made.
    async fn outdated(&self, ready: &ReadyPack, mut behind: u64) -> Result<Option<Run>, GenomeError> {
        loop {
            let mut read = self.store.read().await?;
            let runs = assigning::runs(&mut read, behind, RUNS_AT_ONCE).await?;
            let Some(last) = runs.last() else { return Ok(None) };
            behind = last.content;
            let is_outdated = |run: &Run| {
                run.analysis.pack == ready.pack.name() && run.analysis.pack_digest != ready.digest
            };
            if let Some(run) = runs.into_iter().find(is_outdated) {
                return Ok(Some(run));
            }
        }
    }

    async fn run_again(
        &self,
        ready: &ReadyPack,
        pack: i64,
        run: Run,
        now: &(dyn Fn() -> UtcTime + Sync),
    ) -> Result<(), GenomeError> {
        let submission = run.analysis.submission;
        let Some((pathogen, segment)) = self.packs.pathogen_of(ready.pack.name()) else { return Ok(()) };
        let (mut behind, mut genomes, mut results) = (0, 0, Digester::default());
        loop {
            let mut read = self.store.read().await?;
            let of = (submission.record, pathogen.name());
            let some = assigning::genomes_of(&mut read, of, behind, GENOMES_AT_ONCE).await?;
            drop(read);
            let Some(last) = some.last() else { break };
            behind = last.content;
            let found = self.analysed_again((pathogen, segment), some).await?;
            genomes += found.len() as u64;
            found.iter().for_each(|found| results.update(found.results.as_bytes()));
            let named: Vec<(VersionId, Finding)> =
                found.into_iter().map(|found| (found.version, found.finding)).collect();
            let mut tx = self.store.database().begin_write().await?;
            assigning::assign(&mut tx, pack, now(), &named).await?;
            tx.commit().await?;
        }
        let body = Said {
            submission,
            pack: ready.pack.name().to_owned(),
            pack_version: ready.version.clone(),
            pack_digest: ready.digest,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            genomes,
            results: results.finish(),
        };
        self.write_down(&run, body, now()).await
    }

    /// Says in the log with which pack a run was made again.
    async fn write_down(&self, run: &Run, body: Said, now: UtcTime) -> Result<(), GenomeError> {
        let mut writing = self.store.write(now).await?;
        let now = writing.now();
        let draft = EntryDraft {
            act: Act::Keep,
            record: run.record,
            version: run.version + 1,
            party: run.owner,
            person: None,
            disclosure: Disclosure::default(),
            happened: Happened::At(now),
            simulated: run.is_simulated,
            body: body.into(),
            blobs: Vec::new(),
        };
        writing.append(vec![draft]).await?;
        writing.commit().await?;
        Ok(())
    }

    /// Analyses genomes again of which a segment is to be. What cannot be read or analysed any more keeps its names.
    async fn analysed_again(
        &self,
        (pathogen, segment): (&Pathogen, usize),
        some: Vec<ToAssign>,
    ) -> Result<Vec<Found>, GenomeError> {
        let mut waiting = Vec::with_capacity(some.len());
        for one in some {
            let placed = pathogen.placed(&one.sequences);
            if placed.get(segment).is_none_or(Option::is_none) {
                continue;
            }
            let mut letters = Vec::with_capacity(placed.len());
            for sequence in placed {
                letters.push(match sequence {
                    Some(sequence) => self.letters_if_kept(sequence.digest).await?,
                    None => None,
                });
            }
            waiting.push((one.version, letters));
        }
        let (own, pathogen) = (self.clone(), pathogen.clone());
        let threads = self.limits.threads.max(1);
        let done = tokio::task::spawn_blocking(move || {
            let share = waiting.len().div_ceil(threads).max(1);
            let packs = own.packs.all();
            std::thread::scope(|scope| {
                let of = (&pathogen, segment);
                let named = |part| scope.spawn(move || named(packs, of, part));
                let parts: Vec<_> = waiting.chunks(share).map(named).collect();
                parts.into_iter().filter_map(|part| part.join().ok()).flatten().collect()
            })
        });
        done.await.map_err(|error| GenomeError::Fault(error.to_string()))
    }

    /// The letters of a sequence; none (told to the operator) where they cannot be read.
    async fn letters_if_kept(&self, digest: Digest) -> Result<Option<Vec<u8>>, GenomeError> {
        match self.letters(digest).await {
            Ok(letters) => Ok(Some(letters)),
            Err(error @ GenomeError::Sequence { .. }) => {
                tracing::error!(error = %error, "a genome keeps the lineage that it had");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// What genomes are called now, and the results of one of their segments. Without that segment, a genome is left out.
fn named(
    packs: &[ReadyPack],
    (pathogen, segment): (&Pathogen, usize),
    part: &[(VersionId, Vec<Option<Vec<u8>>>)],
) -> Vec<Found> {
    let mut memory = Memory::default();
    let found = part.iter().filter_map(|(version, letters)| {
        let of = |(letters, segment): (&Option<Vec<u8>>, &Segment)| {
            let pack = &packs.get(segment.pack)?.pack;
            letters.as_ref().and_then(|letters| pack.analyse(letters, &mut memory).ok())
        };
        let analyses: Vec<Option<Analysis>> = letters.iter().zip(pathogen.segments()).map(of).collect();
        let own = analyses.get(segment)?.as_ref()?;
        let ready = packs.get(pathogen.segments().get(segment)?.pack)?;
        let results = batch::results("", ready, own);
        let finding = assigned::of_genome(packs, pathogen, &analyses)?;
        Some(Found { version: *version, finding, results })
    });
    found.collect()
}

/// The job's subject: the pack, by the beginning of its digest.
fn subject(ready: &ReadyPack) -> RecordId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&ready.digest.as_bytes()[..16]);
    RecordId::from_bytes(bytes)
}
