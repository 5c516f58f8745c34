//! A server's app in a temporary folder, with the built-in pack and two laboratories.
// Each file of tests uses a part of it.
#![allow(dead_code, clippy::panic)]

use hearth_base::accession::Prefix;
use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::role::Role;
use hearth_base::terms::Terms;
use hearth_base::time::UtcTime;
use hearth_formats::submission::DisclosurePolicy;
use hearth_genome::assay::PanelOnReference;
use hearth_genome::pack::{Pack, PackFiles};
use hearth_ledger::body::Body;
use hearth_ledger::body::parties::{Party, PartySort};
use hearth_ledger::entry::{Act, Disclosure, Draft, Happened};
use hearth_ledger::rules::Actor;
use hearth_server::app::genomes::{GenomeLimits, Genomes};
use hearth_server::app::packs::{Packs, ReadyPack};
use hearth_store::blob::{BlobPlace, BlobStore};
use hearth_store::db::{DatabaseOptions, DatabaseUrl};
use hearth_store::drafts::{DraftFile, FileSort};
use hearth_store::state::scope::Scope;
use hearth_store::{Store, jobs, random};
use std::path::PathBuf;
use std::sync::Arc;

/// What a test works at.
pub struct Desk {
    pub genomes: Genomes,
    pub laboratory: PartyId,
    pub partner: PartyId,
    _folder: tempfile::TempDir,
}

impl Desk {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = DatabaseUrl::Sqlite(folder.path().join("ledger.db"));
        let store =
            Store::open(&url, &DatabaseOptions::default(), "hearth.test/log").await.expect("a new store");
        let blobs =
            BlobStore::open(&BlobPlace::Folder(folder.path().join("blobs"))).await.expect("a new folder");
        let genomes = Genomes {
            store,
            blobs,
            packs: Arc::new(packs()),
            prefix: "HTH".parse::<Prefix>().expect("a prefix"),
            policy: DisclosurePolicy::default(),
            limits: GenomeLimits { threads: 2, ..GenomeLimits::default() },
        };
        let mut desk = Self { genomes, laboratory: new_party(), partner: new_party(), _folder: folder };
        desk.laboratory = desk.party("Laboratory").await;
        desk.partner = desk.party("Partner").await;
        for terms in Terms::usual() {
            desk.keep(record(), desk.laboratory, terms.into()).await;
        }
        desk
    }

    async fn party(&self, name: &str) -> PartyId {
        let party = Party {
            name: name.to_owned(),
            sort: PartySort::Organisation,
            country: "KE".parse().ok(),
            members: Vec::new(),
        };
        let record = record();
        self.keep(record, record.into(), party.into()).await;
        record.into()
    }

    async fn keep(&self, record: RecordId, party: PartyId, body: Body) {
        let mut writing = self.genomes.store.write(now()).await.expect("a turn");
        let draft = Draft {
            act: Act::Keep,
            record,
            version: 1,
            party,
            person: None,
            disclosure: Disclosure { audience: Audience::Public, ..Disclosure::default() },
            happened: Happened::At(now()),
            simulated: true,
            body,
            blobs: Vec::new(),
        };
        writing.append(vec![draft]).await.expect("appended");
        writing.commit().await.expect("committed");
    }

    /// A file whose blob is kept.
    pub async fn file(&self, name: &str, sort: FileSort, bytes: Vec<u8>) -> DraftFile {
        let length = bytes.len() as u64;
        let digest = self.genomes.blobs.put(bytes).await.expect("kept");
        DraftFile { name: name.to_owned(), sort, digest, bytes: length }
    }

    /// Does all jobs that are due.
    pub async fn work(&self) {
        while let Some(job) =
            jobs::claim(self.genomes.store.database(), "test", now(), 60_000).await.expect("claimed")
        {
            self.genomes.analyse_draft(&job, now()).await.expect("done");
        }
    }

    pub async fn scope(&self, party: PartyId) -> Scope {
        let mut read = self.genomes.store.read().await.expect("reading");
        Scope::of(&mut read, Some(actor(party, &[]).person), party, Role::ALL.into(), now())
            .await
            .expect("a scope")
    }
}

fn new_party() -> PartyId {
    record().into()
}

pub fn record() -> RecordId {
    RecordId::from_bytes(random::bytes().expect("random bytes"))
}

pub fn now() -> UtcTime {
    "2026-11-22T12:00:00Z".parse().expect("a time")
}

/// Somebody of a party with these roles.
pub fn actor(party: PartyId, roles: &[Role]) -> Actor {
    let person = RecordId::from_bytes([77; 16]).into();
    Actor { person, party, roles: roles.iter().copied().collect(), is_of_host: false }
}

fn built_in(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs/sars-cov-2").join(name);
    std::fs::read(&path).expect("a file of the built-in pack")
}

/// The reference of the built-in pack.
pub fn reference() -> Vec<u8> {
    packs().all()[0].pack.reference().letters().to_vec()
}

/// The built-in pack.
pub fn packs() -> Packs {
    packs_with(built_in("tree.json"))
}

/// A newer one, in which a clade has another name.
pub fn packs_with_renamed_clade(from: &str, to: &str) -> Packs {
    let tree = String::from_utf8(built_in("tree.json")).expect("text");
    packs_with(tree.replace(&format!("\"{from}\""), &format!("\"{to}\"")).into_bytes())
}

fn packs_with(tree: Vec<u8>) -> Packs {
    let (reference, pathogen) = (built_in("reference.fasta"), built_in("pathogen.json"));
    let annotation = built_in("genome_annotation.gff3");
    let pack = Pack::from_files(&PackFiles {
        name: "sars-cov-2",
        reference: &reference,
        pathogen: &pathogen,
        annotation: Some(&annotation),
        tree: Some(&tree),
    });
    let pack = pack.expect("the built-in pack");
    let panel = PanelOnReference::default();
    Packs::new(vec![ReadyPack::new(pack, "test".to_owned(), Digest::of(&tree), panel)]).expect("one pack")
}
