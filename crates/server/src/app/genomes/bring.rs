//! Bringing files: a draft and the job that analyses it, in one transaction.
//!
//! The files are blobs already. Start at [`Genomes::bring`].

use super::{DraftSettings, GenomeError, Genomes, invalid};
use hearth_base::id::RecordId;
use hearth_base::role::Role;
use hearth_base::time::UtcTime;
use hearth_ledger::rules::{Actor, Refusal};
use hearth_store::drafts::{self, Draft, DraftFile, DraftState, FileSort};
use hearth_store::{jobs, loose, random, uploads};

/// The sort of jobs that analyse a draft.
pub const ANALYSE_DRAFT: &str = "analyse-draft";
/// The longest title of a draft, in bytes.
const TITLE_MAX_BYTES: usize = 500;

impl Genomes {
    /// Begins a draft out of files whose blobs are kept, and asks for its analysis.
    ///
    /// # Errors
    /// When the actor does not submit, or there is no file of sequences.
    pub async fn bring(
        &self,
        actor: &Actor,
        title: &str,
        settings: &DraftSettings,
        files: &[DraftFile],
        now: UtcTime,
    ) -> Result<RecordId, GenomeError> {
        self.bring_uploaded(actor, title, settings, (files, &[]), now).await
    }

    /// The same with files that were uploads, which are used up by it.
    ///
    /// # Errors
    /// As above, or when an upload was used before.
    pub async fn bring_uploaded(
        &self,
        actor: &Actor,
        title: &str,
        settings: &DraftSettings,
        (files, used): (&[DraftFile], &[RecordId]),
        now: UtcTime,
    ) -> Result<RecordId, GenomeError> {
        actor.require(Role::Submit)?;
        self.check_files(files)?;
        let title = title.trim();
        if title.len() > TITLE_MAX_BYTES {
            return Err(invalid(format!("the title is longer than {TITLE_MAX_BYTES} bytes")));
        }
        let id = RecordId::from_bytes(random::bytes()?);
        let draft = Draft {
            id,
            party: actor.party,
            person: actor.person,
            created: now,
            state: DraftState::Analysing,
            title: if title.is_empty() { files[0].name.clone() } else { title.to_owned() },
            settings: to_json(settings),
            done: 0,
            total: None,
            message: String::new(),
            report: String::new(),
        };
        let mut tx = self.store.database().begin_write().await?;
        drafts::begin(&mut tx, &draft, files).await?;
        for upload in used {
            if !uploads::use_for(&mut tx, *upload, id).await? {
                return Err(super::conflict("one of the uploads was used for another batch meanwhile"));
            }
        }
        for file in files {
            loose::named(&mut tx, file.digest).await?;
            if !self.blobs.exists(&file.digest).await? {
                return Err(super::conflict(format!(
                    "the file “{}” waited too long: send it again",
                    file.name
                )));
            }
        }
        jobs::ask(&mut tx, ANALYSE_DRAFT, id, now).await?;
        tx.commit().await?;
        Ok(id)
    }

    fn check_files(&self, files: &[DraftFile]) -> Result<(), GenomeError> {
        let sequences = files.iter().filter(|file| file.sort == FileSort::Sequences).count();
        let limits = &self.limits;
        match (sequences, files.len() - sequences) {
            (0, _) => Err(invalid("there is no file of sequences: add a FASTA file")),
            (_, 2..) => Err(invalid("there are several files of metadata: put all samples into one")),
            _ if files.len() > limits.files => {
                Err(invalid(format!("more than {} files: put them together", limits.files)))
            }
            _ if files.iter().map(|file| file.bytes).sum::<u64>() > limits.bytes => Err(invalid(format!(
                "the files have more than {} bytes together: make two batches",
                limits.bytes
            ))),
            _ => Ok(()),
        }
    }

    /// Accepts a suggestion, or all of them, and asks for the analysis again.
    ///
    /// # Errors
    /// When the draft is not the party's, or was handed in.
    pub async fn correct(
        &self,
        actor: &Actor,
        id: RecordId,
        accepted: Vec<(String, String, String)>,
        now: UtcTime,
    ) -> Result<(), GenomeError> {
        actor.require(Role::Submit)?;
        let mut tx = self.store.database().begin_write().await?;
        let draft = own(drafts::find(&mut tx, actor.party, id).await?)?;
        if draft.state == DraftState::HandedIn {
            return Err(super::conflict("this was handed in already: revise its records"));
        }
        let mut settings = settings_of(&draft);
        settings.corrections.retain(|(column, given, _)| {
            !accepted.iter().any(|(other, text, _)| (other, text) == (column, given))
        });
        settings.corrections.extend(accepted);
        drafts::set_settings(&mut tx, id, &to_json(&settings)).await?;
        drafts::set_state(&mut tx, id, DraftState::Analysing, "").await?;
        jobs::ask(&mut tx, ANALYSE_DRAFT, id, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Throws a draft away that was not handed in.
    ///
    /// # Errors
    /// When it is not the party's, or was handed in.
    pub async fn discard(&self, actor: &Actor, id: RecordId, now: UtcTime) -> Result<(), GenomeError> {
        actor.require(Role::Submit)?;
        let mut tx = self.store.database().begin_write().await?;
        let draft = own(drafts::find(&mut tx, actor.party, id).await?)?;
        if draft.state == DraftState::HandedIn {
            return Err(super::conflict("this was handed in already: withdraw its records"));
        }
        for file in drafts::files(&mut tx, id).await? {
            loose::note(&mut tx, file.digest, now).await?;
        }
        drafts::discard(&mut tx, id).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What was chosen with a draft.
pub fn settings_of(draft: &Draft) -> DraftSettings {
    serde_json::from_str(&draft.settings).unwrap_or_default()
}

pub(super) fn own(draft: Option<Draft>) -> Result<Draft, GenomeError> {
    draft.ok_or(GenomeError::Refused(Refusal::NotFound("batch")))
}

pub(super) fn to_json(value: &impl serde::Serialize) -> String {
    // Plain values of ours can always be written.
    serde_json::to_string(value).unwrap_or_default()
}
