//! Revising and withdrawing one genome.
//!
//! A revision is a new version kept by its owner: of the metadata, the sequence, or both; others see it when it is
//! released. Start at [`Genomes::revise`].

use super::release::known;
use super::{GenomeError, Genomes, assigned, invalid, sample};
use crate::app::Problem;
use hearth_base::digest::Digest;
use hearth_base::id::{RecordId, VersionId};
use hearth_base::time::UtcTime;
use hearth_formats::submission::{self, Corrections, Limits, Reading, SampleRow, Severity, hearth_columns};
use hearth_genome::analysis::Memory;
use hearth_genome::kept::pack::Writer;
use hearth_ledger::body::Body;
use hearth_ledger::body::genomes::{Genome as GenomeBody, Sequence};
use hearth_ledger::entry::{Act, Disclosure, Draft as EntryDraft, Happened, Kind};
use hearth_ledger::rules::{Actor, Refusal};
use hearth_store::failpoint;
use hearth_store::sequences::{self, SequencePlace};
use hearth_store::state::findings::{self, Finding};
use hearth_store::state::records::{self, Face};
use hearth_store::state::scope::Scope;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The longest reason of a revision, in bytes.
const REASON_MAX_BYTES: usize = 4_000;

/// What is to be changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Revision {
    /// The sample as it should be, if it changes.
    pub sample: Option<SampleRow>,
    /// The sequence as it should be, if it changes: the segment's name and upper-case letters.
    pub sequence: Option<(String, Vec<u8>)>,
    /// Why.
    pub reason: String,
}

/// Columns of the template that a revision does not change.
pub const FIXED_COLUMNS: [&str; 5] = ["record", "segment", "pathogen", "control", "terms"];

/// A genome's sample with some values changed, by the columns of the template, read by the same rules as a sheet of
/// metadata.
///
/// # Errors
/// Says which value cannot be taken.
pub fn revised_sample(
    genome: &GenomeBody,
    given: &BTreeMap<String, String>,
    today: Date,
) -> Result<SampleRow, Problem> {
    let old = sample::to_row(&genome.sample, &genome.credit);
    let columns: Vec<&str> = hearth_columns()
        .iter()
        .map(|column| column.name)
        .filter(|name| !FIXED_COLUMNS.contains(name))
        .collect();
    if let Some(unknown) = given.keys().find(|name| !columns.contains(&name.as_str())) {
        return Err(Problem::field(
            "metadata",
            format!("the template has no column “{unknown}” that can be changed"),
        ));
    }
    let kept: BTreeMap<String, String> = sample::cells(&old).into_iter().collect();
    let mut values = Vec::with_capacity(columns.len());
    for name in &columns {
        let value = given.get(*name).map(|value| value.trim());
        let value = value.or_else(|| kept.get(*name).map(String::as_str)).unwrap_or_default();
        if value.chars().any(char::is_control) {
            let text =
                format!("{}: take out line breaks, tabs and control characters", name.replace('_', " "));
            return Err(Problem::field("metadata", text));
        }
        values.push(format!("\"{}\"", value.replace('"', "\"\"")));
    }
    let sheet = format!("{}\n{}\n", columns.join("\t"), values.join("\t"));
    let (limits, corrections) = (Limits::default(), Corrections::default());
    let reading = Reading { today, limits: &limits, corrections: &corrections };
    let sheet = submission::read(sheet.as_bytes(), &reading)
        .map_err(|error| Problem::field("", error.to_string()))?;
    let grave = sheet.findings.iter().filter(|finding| finding.severity >= Severity::Error);
    let grave: Vec<String> = grave.map(|finding| finding.message.clone()).collect();
    match (grave.is_empty(), sheet.rows.into_iter().next()) {
        (true, Some(row)) => Ok(SampleRow { other: old.other, row: old.row, ..row }),
        (true, None) => Err(Problem::field("", "the name of the sample is needed")),
        (false, _) => Err(Problem::field("", grave.join(" "))),
    }
}

impl Genomes {
    /// Keeps a new version. Returns its number.
    ///
    /// # Errors
    /// When the actor neither submits nor curates for the owner, nothing changes, or the sequence cannot be analysed.
    pub async fn revise(
        &self,
        actor: &Actor,
        record: RecordId,
        revision: Revision,
        now: UtcTime,
    ) -> Result<u32, GenomeError> {
        let reason = revision.reason.trim().to_owned();
        if reason.is_empty() || reason.len() > REASON_MAX_BYTES {
            return Err(invalid(format!("a revision needs a reason of at most {REASON_MAX_BYTES} bytes")));
        }
        let place = match &revision.sequence {
            Some((_, letters)) => Some(self.keep_one(letters).await?),
            None => None,
        };
        failpoint::pass("revise.before-write");
        let mut writing = self.store.write(now).await?;
        let now = writing.now();
        let standing = known(records::standing(writing.tx(), record).await?, actor, Kind::Genome, "genome")?;
        let version = standing.next_version(actor)?;
        let scope =
            Scope::of(writing.tx(), Some(actor.person), actor.party, actor.roles.clone(), now).await?;
        let seen = records::find(writing.tx(), &scope, record, Face::Kept).await?;
        let body = seen.and_then(|seen| seen.entry).map(|entry| entry.draft.body);
        let Some(Body::Genome(old)) = body else { return Err(Refusal::NotFound("genome").into()) };
        let mut genome = old.as_ref().clone();
        genome.reason = reason;
        if let Some(row) = &revision.sample {
            (genome.sample, genome.credit) = sample::to_ledger(row);
        }
        if let (Some((segment, _)), Some((place, pack, _))) = (&revision.sequence, &place) {
            let new = Sequence { segment: segment.clone(), digest: place.digest, length_nt: place.length_nt };
            self.put(&mut genome, new, *pack)?;
        }
        if (&genome.sample, &genome.credit, &genome.sequences) == (&old.sample, &old.credit, &old.sequences) {
            return Err(invalid("nothing would change"));
        }
        let new = VersionId { record, version };
        let finding = match place {
            Some((place, _, finding)) => {
                let digest = place.digest;
                sequences::add(writing.tx(), &[place]).await?;
                Some(self.found_again(&genome, (digest, finding)).await?)
            }
            None => findings::of(writing.tx(), VersionId { record, version: version - 1 }).await?,
        };
        findings::add(writing.tx(), finding.map(|finding| (new, finding)).into_iter().collect()).await?;
        let draft = EntryDraft {
            act: Act::Keep,
            record,
            version,
            party: standing.owner,
            person: Some(actor.person),
            disclosure: Disclosure::default(),
            happened: Happened::At(now),
            simulated: standing.simulated,
            body: genome.into(),
            blobs: Vec::new(),
        };
        writing.append(vec![draft]).await?;
        failpoint::pass("revise.before-commit");
        writing.commit().await?;
        Ok(version)
    }

    /// Withdraws a genome, leaving a reason for those who may see it.
    ///
    /// # Errors
    /// When the actor does not release for its owner, gives no reason, or it was withdrawn already.
    pub async fn withdraw(
        &self,
        actor: &Actor,
        record: RecordId,
        reason: &str,
        now: UtcTime,
    ) -> Result<(), GenomeError> {
        let mut writing = self.store.write(now).await?;
        let standing = known(records::standing(writing.tx(), record).await?, actor, Kind::Genome, "genome")?;
        let draft = standing.withdraw(actor, reason, writing.now())?;
        writing.append(vec![draft]).await?;
        writing.commit().await?;
        Ok(())
    }

    /// Puts a sequence of a pack in the place of its segment, which may have been missing.
    fn put(&self, genome: &mut GenomeBody, new: Sequence, pack: usize) -> Result<(), GenomeError> {
        let named = self.packs.pathogens().named(&genome.pathogen);
        let Some(pathogen) = named.filter(|pathogen| pathogen.is_segmented()) else {
            return match genome.sequences.iter_mut().find(|sequence| sequence.segment == new.segment) {
                Some(old) => {
                    *old = new;
                    Ok(())
                }
                None => Err(invalid(format!("the genome has no segment “{}”", new.segment))),
            };
        };
        let number = pathogen.segment_named(&new.segment);
        let Some((number, segment)) =
            number.and_then(|number| Some((number, pathogen.segments().get(number)?)))
        else {
            let (name, known) = (pathogen.name(), pathogen.segment_names());
            return Err(invalid(format!("{name} has no segment “{}”; it has {known}", new.segment)));
        };
        if segment.pack != pack {
            return Err(invalid(format!("the letters are not those of segment {}", segment.name)));
        }
        let place = |sequence: &Sequence| pathogen.segment_named(&sequence.segment);
        genome.sequences.retain(|sequence| place(sequence) != Some(number));
        genome.sequences.push(Sequence { segment: segment.name.clone(), ..new });
        genome.sequences.sort_by_key(place);
        Ok(())
    }

    /// As what a genome is assigned of which one sequence is new: the others are analysed again.
    async fn found_again(
        &self,
        genome: &GenomeBody,
        (digest, new): (Digest, Finding),
    ) -> Result<Finding, GenomeError> {
        let Some(pathogen) = self.packs.pathogens().named(&genome.pathogen) else { return Ok(new) };
        let mut found = Vec::with_capacity(pathogen.segments().len());
        for sequence in pathogen.placed(&genome.sequences) {
            found.push(match sequence {
                Some(sequence) if sequence.digest == digest => Some(new.clone()),
                Some(sequence) => {
                    let view = self.view(sequence, &genome.pathogen).await?;
                    view.map(|view| assigned::by(view.ready(self), &view.analysis))
                }
                None => None,
            });
        }
        Ok(assigned::combined(self.packs.all(), pathogen, &found).unwrap_or(new))
    }

    /// Analyses and keeps one sequence; says the number of its pack too.
    async fn keep_one(&self, letters: &[u8]) -> Result<(SequencePlace, usize, Finding), GenomeError> {
        let number = self.packs.choose(letters);
        let number = number.ok_or_else(|| invalid("the sequence is unlike every pack of this server"))?;
        let ready = &self.packs.all()[number];
        let analysis = ready.pack.analyse(letters, &mut Memory::default());
        let analysis = analysis.map_err(|rejection| invalid(rejection.to_string()))?;
        let mut kept = Vec::new();
        let turned = analysis.is_reverse_complement;
        let coded = ready.coder.encode_along(&analysis.path, turned, letters, &mut kept);
        coded.map_err(|error| invalid(error.to_string()))?;
        let digest = Digest::of(letters);
        let mut writer = Writer::new(&[&ready.coder]);
        let place = writer.add(digest.as_bytes(), &kept).map_err(|error| invalid(error.to_string()))?;
        let pack = self.blobs.put(writer.finish()).await?;
        let finding = assigned::by(ready, &analysis);
        let length_nt = analysis.length_nt;
        let place = SequencePlace { digest, pack, start: place.offset, bytes: place.length, length_nt };
        Ok((place, number, finding))
    }
}
