//! Simulated genomes in every state: released to everybody, to partners, approved, handed in, and still a draft.
//!
//! Each is one of the built-in simulated genomes with a few letters changed by a generator that always gives the same.
//! Start at [`fill`].

use super::{Parties, actor};
use crate::app::genomes::release::Choice;
use crate::app::genomes::{DraftSettings, Genomes};
use crate::app::{App, Problem};
use hearth_base::audience::{Audience, Member};
use hearth_base::id::{PersonId, RecordId};
use hearth_base::role::Role;
use hearth_genome::fasta::{Record, find_record_starts, parse_record};
use hearth_store::drafts::{DraftFile, FileSort};
use hearth_store::jobs;
use std::fmt::Write as _;

/// Letters changed in each genome, at most.
const CHANGES_MAX: u64 = 6;

/// Where samples are from: country, division.
const PLACES: [(&str, &str); 6] = [
    ("Kenya", "Nairobi"),
    ("Kenya", "Mombasa"),
    ("Uganda", "Kampala"),
    ("United Republic of Tanzania", "Arusha"),
    ("Ethiopia", "Addis Ababa"),
    ("Rwanda", "Kigali"),
];

/// How far a batch goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    ToEverybody,
    ToPartners,
    Approved,
    HandedIn,
    Draft,
}

/// A generator that always gives the same numbers (Steele, Lea, Flood 2014: SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}

/// Makes and hands in the genomes of the demonstration.
pub(super) async fn fill(
    app: &App,
    parties: &Parties,
    submitter: PersonId,
    examples: &[u8],
    count: usize,
) -> Result<(), Problem> {
    let bases = bases(app, examples);
    if bases.is_empty() {
        return Err(Problem::Internal("the demonstration has no genomes to begin with".to_owned()));
    }
    let mut numbers = Numbers(2_020);
    let shares = [
        (Goes::ToEverybody, "Run 41, January to June", count * 6 / 10),
        (Goes::ToPartners, "Run 42, for partners", count * 2 / 10),
        (Goes::Approved, "Run 43, approved", count / 10),
        (Goes::HandedIn, "Run 44, waits for review", count / 20),
        (Goes::Draft, "Run 45, just brought", count / 20),
    ];
    let mut made = 0;
    for (goes, title, genomes) in shares {
        let (fasta, metadata) = batch(&bases, &mut numbers, made, genomes.max(1));
        made += genomes.max(1);
        one(app, parties, submitter, goes, title, fasta, metadata).await?;
    }
    Ok(())
}

async fn one(
    app: &App,
    parties: &Parties,
    submitter: PersonId,
    goes: Goes,
    title: &str,
    fasta: Vec<u8>,
    metadata: String,
) -> Result<(), Problem> {
    let genomes = app.genomes();
    let named = Audience::of([Member::Party(parties.ministry), Member::Party(parties.institute)]);
    let named = named.unwrap_or_default();
    let (terms, audience) = match goes {
        Goes::ToPartners => ("PARTNERS", named),
        _ => ("OPEN", Audience::Owner),
    };
    let settings = DraftSettings {
        terms: terms.to_owned(),
        audience: audience.clone(),
        simulated: true,
        ..DraftSettings::default()
    };
    let files = [
        file(&genomes, "genomes.fasta", FileSort::Sequences, fasta).await?,
        file(&genomes, "samples.tsv", FileSort::Metadata, metadata.into_bytes()).await?,
    ];
    let brings = actor(submitter, parties.host, &[Role::Submit]);
    let id = genomes.bring(&brings, title, &settings, &files, app.now()).await?;
    work(app, &genomes).await?;
    if goes == Goes::Draft {
        return Ok(());
    }
    genomes.hand_in(&brings, id, app.now()).await?;
    let releases = actor(parties.releaser, parties.host, &Role::ALL);
    if goes == Goes::HandedIn {
        return Ok(());
    }
    genomes.approve(&releases, id, "", app.now()).await?;
    if goes == Goes::Approved {
        return Ok(());
    }
    let choice = Choice { terms: terms.to_owned(), audience, open_from: None };
    genomes.release(&releases, id, Some(choice), app.now()).await?;
    withdraw_one(app, &genomes, parties, goes, id).await
}

/// One genome of the first batch is withdrawn, so that it can be seen how that looks.
async fn withdraw_one(
    app: &App,
    genomes: &Genomes,
    parties: &Parties,
    goes: Goes,
    submission: RecordId,
) -> Result<(), Problem> {
    use hearth_store::state::genomes::{Wanted, list};
    use hearth_store::state::scope::Scope;
    if goes != Goes::ToEverybody {
        return Ok(());
    }
    let mut read = app.store.read().await?;
    let wanted = Wanted { submission: Some(submission), limit: 1, ..Wanted::default() };
    let found = list(&mut read, &Scope::of_anybody(app.now()), &wanted).await?;
    drop(read);
    let Some(seen) = found.first() else { return Ok(()) };
    let releases = actor(parties.releaser, parties.host, &Role::ALL);
    let reason = "Tubes were exchanged in the laboratory; the sample is being sequenced anew.";
    Ok(genomes.withdraw(&releases, seen.version.record, reason, app.now()).await?)
}

async fn file(genomes: &Genomes, name: &str, sort: FileSort, bytes: Vec<u8>) -> Result<DraftFile, Problem> {
    let length = bytes.len() as u64;
    let digest = genomes.blobs.put(bytes).await?;
    Ok(DraftFile { name: name.to_owned(), sort, digest, bytes: length })
}

/// Does the jobs that are there, before any worker begins.
async fn work(app: &App, genomes: &Genomes) -> Result<(), Problem> {
    while let Some(job) = jobs::claim(app.store.database(), "demonstration", app.now(), 600_000).await? {
        genomes.analyse_draft(&job, app.now()).await?;
    }
    Ok(())
}

/// The letters of the examples that can be analysed.
fn bases(app: &App, examples: &[u8]) -> Vec<Vec<u8>> {
    let mut starts = Vec::new();
    find_record_starts(examples, 0, &mut starts);
    let mut record = Record::default();
    let mut bases = Vec::new();
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(examples.len());
        parse_record(&examples[*start..end], &mut record);
        if app.packs.choose(&record.sequence).is_some() {
            bases.push(record.sequence.clone());
        }
    }
    bases
}

/// So many genomes with their metadata, numbered from one on.
fn batch(bases: &[Vec<u8>], numbers: &mut Numbers, made: usize, count: usize) -> (Vec<u8>, String) {
    let mut fasta = Vec::new();
    let mut metadata =
        "sample\trecord\tcollected\tcountry\tdivision\thost\toriginating_lab\tsubmitting_lab\tauthors\n"
            .to_owned();
    for number in made..made + count {
        let mut letters = bases[numbers.below(bases.len() as u64) as usize].clone();
        for _ in 0..numbers.below(CHANGES_MAX) {
            let place = 300 + numbers.below(letters.len().saturating_sub(600) as u64) as usize;
            if let Some(letter) = letters.get_mut(place).filter(|letter| **letter != b'N') {
                *letter = b"ACGT"[numbers.below(4) as usize];
            }
        }
        let name = format!("simulated-{number:04}");
        fasta.extend_from_slice(format!(">{name}\n").as_bytes());
        fasta.extend_from_slice(&letters);
        fasta.push(b'\n');
        let (country, division) = PLACES[numbers.below(PLACES.len() as u64) as usize];
        let (month, day) = (1 + numbers.below(6), 1 + numbers.below(28));
        // Writing into a text cannot fail.
        let _ = writeln!(
            metadata,
            "{name}\t{name}\t2026-{month:02}-{day:02}\t{country}\t{division}\tHomo sapiens\tExample Hospital\t\
             Example Reference Laboratory\tA. Example; B. Example"
        );
    }
    (fasta, metadata)
}
