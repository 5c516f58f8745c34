//! The genome of an address, as its reader sees it: the version asked for, or the newest there is for them.
//!
//! What is not there and what is not for these eyes look the same. Start at [`Record::find`].

use crate::app::Problem;
use crate::http::Caller;
use hearth_base::accession::Accession;
use hearth_base::id::RecordId;
use hearth_ledger::body::Body;
use hearth_ledger::body::genomes::Genome;
use hearth_ledger::rules::{Standing, Status};
use hearth_store::db::Session;
use hearth_store::state::genomes;
use hearth_store::state::records::{self, Face, Seen};

const NOT_FOUND: Problem = Problem::NotFound("genome");

/// A genome in one version.
pub(in crate::http) struct Record {
    /// Its accession.
    pub accession: Accession,
    /// Which record.
    pub id: RecordId,
    /// The version, as the reader sees it.
    pub seen: Seen,
    /// What it says.
    pub genome: Genome,
    /// Whether it is what others see.
    pub is_released: bool,
    /// How the record stands for the rules.
    pub standing: Standing,
    /// All states that the reader may see, the newest first, with whether others see them.
    pub states: Vec<(Seen, bool)>,
}

impl Record {
    /// The genome of an address: accession, also with version.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when it is not there, or not for these eyes.
    pub async fn find(session: &mut Session, caller: &Caller, text: &str) -> Result<Self, Problem> {
        let (accession, version) = match text.split_once('.') {
            Some((accession, version)) => (accession, Some(version.parse::<u32>().map_err(|_| NOT_FOUND)?)),
            None => (text, None),
        };
        let accession: Accession = accession.parse().map_err(|_| NOT_FOUND)?;
        let id = genomes::record_of(session, &accession).await?.ok_or(NOT_FOUND)?;
        let standing = records::standing(session, id).await?.ok_or(NOT_FOUND)?;
        let scope = caller.scope();
        let mut states: Vec<(Seen, bool)> = Vec::new();
        for (face, is_released) in [(Face::Released, true), (Face::Kept, false)] {
            // What is kept is its owner's alone.
            if face == Face::Kept && scope.reader().party.is_none() {
                continue;
            }
            let found = records::history(session, scope, id, face).await?;
            states.extend(found.into_iter().map(|seen| (seen, is_released)));
        }
        // What others see of a version comes before what its owner keeps of it.
        let newest = states.iter().map(|(seen, _)| seen.version.version).max().ok_or(NOT_FOUND)?;
        let wanted = version.unwrap_or(newest);
        let found = states.iter().find(|(seen, _)| seen.version.version == wanted);
        let (seen, is_released) = found.map(|(seen, is)| (seen.clone(), *is)).ok_or(NOT_FOUND)?;
        let body = seen.entry.as_ref().map(|entry| &entry.draft.body);
        let Some(Body::Genome(genome)) = body else {
            let text = "what this version said was destroyed by a rule of retention";
            return Err(Problem::Gone(text.to_owned()));
        };
        let genome = genome.as_ref().clone();
        states.sort_by_key(|(seen, _)| std::cmp::Reverse(seen.since));
        states.dedup_by_key(|(seen, _)| seen.since);
        Ok(Self { accession, id, seen, genome, is_released, standing, states })
    }

    /// Accession with version.
    pub fn versioned(&self) -> String {
        format!("{}.{}", self.accession, self.seen.version.version)
    }

    /// The newest version that the reader may see.
    pub fn newest(&self) -> u32 {
        self.states.iter().map(|(seen, _)| seen.version.version).max().unwrap_or_default()
    }

    /// Whether it was withdrawn, in whatever version.
    pub fn is_withdrawn(&self) -> bool {
        let released = self.standing.released.as_ref();
        self.standing.kept == Status::Withdrawn || released.is_some_and(|released| released.is_withdrawn)
    }
}
