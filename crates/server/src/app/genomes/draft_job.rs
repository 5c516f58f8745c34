//! The job that analyses a draft: files to genomes with findings, sequences kept on the way.
//!
//! It can be done again at any time: what an earlier run found is replaced, and sequences are kept by digest. Start at
//! [`Genomes::analyse_draft`].

use super::batch::{self, FullPack, Taker};
use super::bring::settings_of;
use super::document::{ReportedControl, ReportedFinding};
use super::{
    AnalysedSequence, DraftDocument, DraftReport, GenomeError, Genomes, Judgement, segments, stream,
};
use hearth_base::digest::Digest;
use hearth_base::id::RecordId;
use hearth_base::time::UtcTime;
use hearth_formats::input::{BatchReader, InputLimits};
use hearth_formats::submission::{
    self, ControlKind, ControlRecord, ControlState, ControlThresholds, Corrections, Limits, Matching,
    Reading, SampleRow, Sheet,
};
use hearth_store::db::Write;
use hearth_store::drafts::{self, Draft, DraftFile, DraftGenome, DraftState, FileSort};
use hearth_store::failpoint;
use hearth_store::jobs::{self, Claimed};
use hearth_store::sequences;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// Progress is written down at most so often.
const TELL_EVERY: Duration = Duration::from_millis(1_500);
/// Genomes written at once.
const CHUNK: usize = 2_000;
/// Findings that are kept.
const FINDINGS_MAX: usize = 1_000;

const DEADLY: &str = "the analysis of these files ended the server's worker again and again: bring them in smaller \
                      batches, and tell whoever runs the server";

/// What an analysis gave: sequences in their order, and sentences about what could not be read.
type Analysed = (Vec<AnalysedSequence>, Vec<String>);

impl Genomes {
    /// Analyses a draft. What is wrong with its files becomes its message; an error is the server's trouble, and the
    /// job is tried again.
    ///
    /// # Errors
    /// When the store or the blobs fail.
    pub async fn analyse_draft(&self, job: &Claimed, now: UtcTime) -> Result<(), GenomeError> {
        let mut read = self.store.read().await?;
        let Some(draft) = drafts::for_worker(&mut read, job.subject).await? else {
            return self.forget(job).await;
        };
        if draft.state != DraftState::Analysing {
            return self.forget(job).await;
        }
        let files = drafts::files(&mut read, draft.id).await?;
        drop(read);
        let sheet = match self.sheet(&draft, &files, now).await? {
            Ok(sheet) => sheet,
            Err(sentence) => return self.fail(job, &sentence).await,
        };
        match self.sequences(&draft, &files).await? {
            Err(sentence) => self.fail(job, &sentence).await,
            Ok((sequences, problems)) => self.keep(job, &draft, sheet.as_ref(), sequences, problems).await,
        }
    }

    async fn forget(&self, job: &Claimed) -> Result<(), GenomeError> {
        let tx = self.store.database().begin_write().await?;
        finished(tx, job).await
    }

    /// Gives up a draft whose analysis ended the process again and again.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn give_up(&self, job: &Claimed) -> Result<(), GenomeError> {
        self.fail(job, DEADLY).await
    }

    async fn fail(&self, job: &Claimed, sentence: &str) -> Result<(), GenomeError> {
        let mut tx = self.store.database().begin_write().await?;
        drafts::set_state(&mut tx, job.subject, DraftState::Failed, sentence).await?;
        finished(tx, job).await
    }

    /// The metadata, or a sentence about why they cannot be read.
    async fn sheet(
        &self,
        draft: &Draft,
        files: &[DraftFile],
        now: UtcTime,
    ) -> Result<Result<Option<Sheet>, String>, GenomeError> {
        let Some(file) = files.iter().find(|file| file.sort == FileSort::Metadata) else {
            return Ok(Ok(None));
        };
        let most = Limits::default().file_bytes as u64;
        if file.bytes > most {
            let text = format!("{} is larger than {most} bytes, the most that metadata may have", file.name);
            return Ok(Err(text));
        }
        let bytes = self.blobs.get(&file.digest).await?;
        let corrections: Corrections = settings_of(draft)
            .corrections
            .into_iter()
            .map(|(column, given, right)| ((column, given), right))
            .collect();
        let name = file.name.clone();
        let read = tokio::task::spawn_blocking(move || {
            let limits = Limits::default();
            let reading = Reading { today: now.date(), limits: &limits, corrections: &corrections };
            submission::read(&bytes, &reading).map(Some).map_err(|error| format!("{name}: {error}"))
        });
        read.await.map_err(|error| GenomeError::Fault(error.to_string()))
    }

    /// All sequences, analysed and kept, or a sentence about why they cannot be read.
    async fn sequences(
        &self,
        draft: &Draft,
        files: &[DraftFile],
    ) -> Result<Result<Analysed, String>, GenomeError> {
        let mut opened = Vec::new();
        for file in files.iter().filter(|file| file.sort == FileSort::Sequences) {
            opened.push((file.name.clone(), stream::open(&self.blobs, file.digest).await?));
        }
        let (own, id, wanted) = (self.clone(), draft.id, settings_of(draft).pathogen);
        let handle = Handle::current();
        let outcome = tokio::task::spawn_blocking(move || {
            let mut readers = Vec::new();
            let limits = InputLimits { max_record_bytes: own.limits.record_bytes, ..InputLimits::default() };
            for (name, stream) in opened {
                match BatchReader::of_stream(&name, stream, limits) {
                    Ok(reader) => readers.push(reader),
                    Err(error) => return (Err(error.to_string()), None),
                }
            }
            let mut taker = Keeper { genomes: &own, handle, id, told: Instant::now(), trouble: None };
            let outcome = batch::analyse(&own.packs, wanted.as_deref(), readers, own.limits, &mut taker);
            (outcome, taker.trouble)
        });
        match outcome.await.map_err(|error| GenomeError::Fault(error.to_string()))? {
            (_, Some(trouble)) => Err(trouble),
            (outcome, None) => Ok(outcome),
        }
    }

    /// Brings samples and sequences together and keeps the draft.
    async fn keep(
        &self,
        job: &Claimed,
        draft: &Draft,
        sheet: Option<&Sheet>,
        sequences: Vec<AnalysedSequence>,
        problems: Vec<String>,
    ) -> Result<(), GenomeError> {
        if sequences.is_empty() {
            let sentence = problems.first().map_or("the files hold no sequence", String::as_str);
            return self.fail(job, sentence).await;
        }
        let mut report = DraftReport::default();
        report.findings.extend(problems.into_iter().map(|message| ReportedFinding {
            gravity: 2,
            rows: 1,
            message,
            ..ReportedFinding::default()
        }));
        let mut documents = match sheet {
            Some(sheet) => described(sheet, sequences, &mut report),
            None => undescribed(sequences, &mut report),
        };
        segments::place(&self.packs, &mut documents, &mut report);
        let documents = self.judge(documents, &mut report);
        report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.gravity));
        report.findings.truncate(FINDINGS_MAX);
        let total = documents.len() as u64;
        if total > self.limits.genomes {
            let sentence = format!(
                "these are {total} genomes, and a batch has at most {}: make several batches",
                self.limits.genomes
            );
            return self.fail(job, &sentence).await;
        }
        report.left_out = documents.iter().filter(|document| document.left_out.is_some()).count() as u64;
        report.genomes = total - report.left_out;
        let found =
            documents.iter().flat_map(|document| &document.sequences).map(|one| one.pathogen.as_str());
        let pathogen = |pack| self.packs.pathogen_of(pack).map_or(pack, |(pathogen, _)| pathogen.name());
        let found: BTreeSet<&str> = found.filter(|name| !name.is_empty()).map(pathogen).collect();
        report.pathogens = found.into_iter().map(str::to_owned).collect();
        failpoint::pass("analyse.before-rows");
        let mut tx = self.store.database().begin_write().await?;
        // First of all: two workers that are at one draft wait for each other here.
        drafts::set_state(&mut tx, draft.id, DraftState::Ready, "").await?;
        drafts::clear(&mut tx, draft.id).await?;
        let mut place = 0;
        let mut verdicts = BTreeMap::new();
        for chunk in documents.chunks(CHUNK) {
            let genomes = chunk.iter().map(|document| {
                place += 1;
                kept(place - 1, document)
            });
            let genomes: Vec<DraftGenome> = genomes.collect();
            genomes.iter().for_each(|genome| *verdicts.entry(genome.verdict).or_default() += 1);
            drafts::add_genomes(&mut tx, draft.id, genomes).await?;
        }
        report.verdicts = verdicts.into_iter().rev().collect();
        drafts::set_progress(&mut tx, draft.id, total, Some(total)).await?;
        drafts::set_report(&mut tx, draft.id, &super::bring::to_json(&report)).await?;
        finished(tx, job).await
    }

    /// Takes failed records and controls out, and says what the controls say.
    fn judge(&self, mut documents: Vec<DraftDocument>, report: &mut DraftReport) -> Vec<DraftDocument> {
        let mut controls = Vec::new();
        for document in &mut documents {
            let failure = document.sequences.iter().find_map(|sequence| sequence.failure.clone());
            if let Some(kind) = document.sample.control {
                controls.push(self.control(kind, document));
                document.left_out = Some("a control: it is kept with the batch and not handed in".to_owned());
            } else if let Some(failure) = failure {
                document.left_out = Some(failure);
            }
        }
        if !controls.is_empty() {
            let verdict = submission::control_verdict(&controls, &ControlThresholds::default());
            let reported = |(name, state, share): (String, ControlState, f64)| ReportedControl {
                is_negative: controls
                    .iter()
                    .any(|control| control.sample == name && control.kind == ControlKind::Negative),
                gravity: match state {
                    ControlState::Good => 0,
                    ControlState::Traces => 1,
                    ControlState::Failed => 2,
                },
                name,
                share,
            };
            report.controls = verdict.controls.into_iter().map(reported).collect();
            report.controls_told = verdict.message;
        }
        documents
    }

    fn control(&self, kind: ControlKind, document: &DraftDocument) -> ControlRecord {
        let of = |count: fn(&AnalysedSequence) -> u32| {
            document.sequences.iter().map(|one| u64::from(count(one))).sum()
        };
        let all = self.packs.pathogens();
        let found = document.sequences.iter().find_map(|one| self.packs.pathogen_of(&one.pathogen));
        let pathogen = found.map(|(pathogen, _)| pathogen).or(all.all().first());
        let segments = pathogen.map(|pathogen| pathogen.segments()).unwrap_or_default();
        let packs = segments.iter().filter_map(|segment| self.packs.all().get(segment.pack));
        let reference_nt = packs.map(|ready| u64::from(ready.pack.reference().length_nt())).sum();
        ControlRecord {
            sample: document.sample.sample.clone(),
            kind,
            length_nt: of(|one| one.length_nt),
            known_nt: of(|one| one.known_nt),
            reference_nt,
            covered: document.sequences.iter().find(|one| one.failure.is_none()).map(|one| one.coverage),
        }
    }
}

/// Keeps what a job found, if this worker still has the job; else the one that has it now finds it again.
pub(super) async fn finished(mut tx: Write, job: &Claimed) -> Result<(), GenomeError> {
    if !jobs::done(&mut tx, job).await? {
        tracing::warn!(job = %job.id, "another worker has this job now; what was found here is not kept");
        return Ok(());
    }
    failpoint::pass("analyse.before-commit");
    tx.commit().await?;
    failpoint::pass("analyse.after-commit");
    Ok(())
}

/// Keeps packs and tells progress while threads analyse.
struct Keeper<'a> {
    genomes: &'a Genomes,
    handle: Handle,
    id: RecordId,
    told: Instant,
    trouble: Option<GenomeError>,
}

impl Keeper<'_> {
    fn heed(&mut self, outcome: Result<(), GenomeError>) -> bool {
        self.trouble = outcome.err();
        self.trouble.is_none()
    }
}

impl Taker for Keeper<'_> {
    fn take_pack(&mut self, pack: FullPack) -> bool {
        let outcome = self.handle.block_on(async {
            // The blob first: no row names a pack that is not there.
            let digest: Digest = self.genomes.blobs.put(pack.bytes.clone()).await?;
            failpoint::pass("analyse.before-places");
            let mut tx = self.genomes.store.database().begin_write().await?;
            sequences::add(&mut tx, &pack.places(digest)).await?;
            tx.commit().await?;
            failpoint::pass("analyse.after-places");
            Ok(())
        });
        self.heed(outcome)
    }

    fn hear(&mut self, done: u64) -> bool {
        if self.told.elapsed() < TELL_EVERY {
            return true;
        }
        self.told = Instant::now();
        let outcome = self.handle.block_on(async {
            let mut tx = self.genomes.store.database().begin_write().await?;
            drafts::set_progress(&mut tx, self.id, done, None).await?;
            Ok(tx.commit().await?)
        });
        self.heed(outcome)
    }
}

/// Samples without metadata: each record is one, called as it is.
fn undescribed(sequences: Vec<AnalysedSequence>, report: &mut DraftReport) -> Vec<DraftDocument> {
    let document = |sequence: AnalysedSequence| {
        if let Some(personal) = submission::personal_in_header(&sequence.record) {
            report.findings.push(ReportedFinding {
                gravity: 3,
                rows: 1,
                message: format!("The header of a record seems to hold {}: take it out.", personal.name()),
                ..ReportedFinding::default()
            });
        }
        let sample = sequence.record.split_whitespace().next().unwrap_or_default().to_owned();
        DraftDocument {
            sample: SampleRow { sample, ..SampleRow::default() },
            sequences: vec![sequence],
            ..DraftDocument::default()
        }
    };
    sequences.into_iter().map(document).collect()
}

/// Samples with metadata: each row with its records. Records without a row are left out and told.
fn described(
    sheet: &Sheet,
    sequences: Vec<AnalysedSequence>,
    report: &mut DraftReport,
) -> Vec<DraftDocument> {
    let headers: Vec<&str> = sequences.iter().map(|sequence| sequence.record.as_str()).collect();
    let matching: Matching = submission::match_records(sheet, &headers, &Limits::default());
    report.template = sheet.template.name().to_owned();
    let findings = sheet.findings.iter().cloned().chain(matching.findings);
    report.findings.extend(findings.map(ReportedFinding::from));
    let mut sequences: Vec<Option<AnalysedSequence>> = sequences.into_iter().map(Some).collect();
    let mut of_rows: BTreeMap<usize, Vec<AnalysedSequence>> = BTreeMap::new();
    for pair in matching.pairs {
        let Some(mut sequence) = sequences.get_mut(pair.record).and_then(Option::take) else { continue };
        sequence.segment = pair.segment.unwrap_or_default();
        of_rows.entry(pair.row).or_default().push(sequence);
    }
    let mut documents = Vec::with_capacity(of_rows.len());
    for (row, sequences) in of_rows {
        let Some(sample) = sheet.rows.get(row).cloned() else { continue };
        documents.push(DraftDocument { sample, sequences, ..DraftDocument::default() });
    }
    for sequence in sequences.into_iter().flatten() {
        let sample = SampleRow { sample: sequence.record.clone(), ..SampleRow::default() };
        let left_out = Some("no row of the metadata describes this record".to_owned());
        let sequences = vec![sequence];
        documents.push(DraftDocument { sample, sequences, left_out, ..DraftDocument::default() });
    }
    documents
}

fn kept(place: u64, document: &DraftDocument) -> DraftGenome {
    let verdict = match document.judgement() {
        _ if document.left_out.is_some() && document.sample.control.is_none() => 4,
        Judgement::Failed => 4,
        Judgement::Bad => 3,
        Judgement::Mediocre => 2,
        Judgement::Unjudged => 1,
        Judgement::Good => 0,
    };
    DraftGenome {
        place,
        name: document.sample.sample.clone(),
        verdict,
        findings: 0,
        document: serde_json::to_vec(document).unwrap_or_default(),
    }
}
