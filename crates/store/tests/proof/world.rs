//! A laboratory with genomes in a real store: some are public, some for a partner, some not released at all.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use hearth_base::accession::Accession;
use hearth_base::audience::{Audience, Member};
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::role::Role;
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::body::documents::{Origin, Rendition, Work};
use hearth_ledger::body::genomes::{Credit, Genome, Sample, Sequence};
use hearth_ledger::body::parties::{Party, PartySort};
use hearth_ledger::entry::{Act, BlobRef, Disclosure, Draft, Happened};
use hearth_ledger::note::{KeyHistory, SignerKey};
use hearth_store::blob::{BlobPlace, BlobStore};
use hearth_store::db::DatabaseUrl;
use hearth_store::log::append::Appended;
use hearth_store::log::heads::{self, Published};
use hearth_store::log::keys::KeyFolder;
use hearth_store::log::upkeep::Keeper;
use hearth_store::log::verify::{Proven, VerifyError, verify};
use hearth_store::sequences::{self, SequencePlace};
use hearth_store::state::scope::Scope;
use hearth_store::testing::options;
use hearth_store::{Store, random};
use tempfile::TempDir;

pub const ORIGIN: &str = "hearth.test/log";

/// A store with a laboratory in it.
pub struct World {
    pub store: Store,
    pub blobs: BlobStore,
    pub keys: KeyFolder,
    pub lab: PartyId,
    pub partner: PartyId,
    pub folder: TempDir,
    pub clock: std::cell::Cell<i64>,
}

impl World {
    /// An empty log in SQLite and a folder.
    pub async fn empty(origin: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = DatabaseUrl::Sqlite(folder.path().join("hearth.db"));
        let blobs = BlobStore::open(&BlobPlace::Folder(folder.path().join("blobs"))).await.expect("blobs");
        Self::at(&url, blobs, origin, folder).await
    }

    /// An empty log somewhere.
    pub async fn at(url: &DatabaseUrl, blobs: BlobStore, origin: &str, folder: TempDir) -> Self {
        let store = Store::open(url, &options(), origin).await.expect("a new store");
        let keys = KeyFolder::new(folder.path().join("keys"));
        let (lab, partner) = (party(1), party(2));
        let clock = std::cell::Cell::new(1_600_000_000_000);
        let world = Self { store, blobs, keys, lab, partner, folder, clock };
        let member = |name: &str| Party {
            name: name.to_owned(),
            sort: PartySort::Country,
            country: None,
            members: Vec::new(),
        };
        let mut writing = world.store.write(world.now()).await.expect("a turn");
        writing.set_host(lab).await.expect("set");
        let drafts = [(lab, "Laboratory"), (partner, "Partner")];
        let drafts =
            drafts.map(|(party, name)| draft(party.into(), party, Audience::Public, member(name).into()));
        writing.append(drafts.into()).await.expect("appended");
        writing.commit().await.expect("committed");
        world
    }

    /// A log with so many genomes and a document, published.
    pub async fn filled(genomes: u8) -> Self {
        let world = Self::empty(ORIGIN).await;
        world.fill(genomes).await;
        world.publish().await.expect("new");
        world
    }

    pub async fn fill(&self, genomes: u8) {
        for number in 0..genomes {
            let audience = match number % 3 {
                0 => Some(Audience::Public),
                1 => Some(only(self.partner)),
                _ => None,
            };
            self.genome(number, audience).await;
        }
        self.document(b"a plan").await;
    }

    pub fn now(&self) -> UtcTime {
        self.clock.set(self.clock.get() + 1_000);
        UtcTime::from_unix_ms(self.clock.get())
    }

    pub fn keeper(&self) -> Keeper {
        Keeper { party: self.lab, person: None }
    }

    pub async fn append(&self, drafts: Vec<Draft>) -> Vec<Appended> {
        let mut writing = self.store.write(self.now()).await.expect("a turn");
        let appended = writing.append(drafts).await.expect("appended");
        writing.commit().await.expect("committed");
        appended
    }

    /// Keeps a genome and releases it, if it has an audience. The entries of both.
    pub async fn genome(&self, number: u8, audience: Option<Audience>) -> Vec<Appended> {
        let letters = letters_of(number);
        let pack = self.blobs.put([&b"pack"[..], &letters].concat()).await.expect("written");
        let digest = Digest::of(&letters);
        let mut writing = self.store.write(self.now()).await.expect("a turn");
        let (bytes, length_nt) = (letters.len() as u32, letters.len() as u32);
        let place = SequencePlace { digest, pack, start: 4, bytes, length_nt };
        sequences::add(writing.tx(), &[place]).await.expect("kept");
        let body = Genome {
            accession: Accession::new(&"HTH".parse().expect("a prefix"), [number, 0, 0, 0, 1]),
            submission: RecordId::from_bytes([200; 16]),
            pathogen: "sars-cov-2".to_owned(),
            sequences: vec![Sequence { segment: String::new(), digest, length_nt }],
            sample: Sample { name: format!("sample {number}"), ..Sample::default() },
            credit: Credit::default(),
            reason: String::new(),
        };
        let record = new_record();
        let kept = draft(record, self.lab, Audience::Owner, body.into());
        let released = audience.map(|audience| Draft {
            act: Act::Release,
            disclosure: Disclosure { audience, ..Disclosure::default() },
            ..kept.clone()
        });
        let appended = writing.append([Some(kept), released].into_iter().flatten().collect()).await;
        writing.commit().await.expect("committed");
        appended.expect("appended")
    }

    /// Keeps and releases a file for everybody.
    pub async fn document(&self, content: &'static [u8]) -> Vec<Appended> {
        let digest = self.blobs.put(content).await.expect("written");
        let work = Work { title: "A plan".to_owned(), subjects: Default::default() };
        let edition = new_record();
        let language = "en".parse().expect("a language");
        let origin = Origin::Original;
        let rendition = Rendition { edition, language, origin };
        let media = "text/plain".to_owned();
        let blob = BlobRef { digest, bytes: content.len() as u64, media, name: None };
        let kept = draft(new_record(), self.lab, Audience::Owner, work.into());
        let file = draft(new_record(), self.lab, Audience::Owner, rendition.into());
        let file = Draft { blobs: vec![blob], ..file };
        let disclosure = Disclosure { audience: Audience::Public, ..Disclosure::default() };
        let released = Draft { act: Act::Release, disclosure, ..file.clone() };
        self.append(vec![kept, file, released]).await
    }

    pub async fn key(&self) -> (SignerKey, KeyHistory) {
        heads::open_key(&self.store, &self.keys).await.expect("a key")
    }

    pub async fn publish(&self) -> Option<Published> {
        let (key, _) = self.key().await;
        heads::publish(&self.store, &key, self.now()).await.expect("published")
    }

    pub async fn verify(&self) -> Result<Proven, VerifyError> {
        let scratch = tempfile::tempdir().expect("a folder");
        verify(&self.store, &self.blobs, scratch.path(), None).await
    }

    pub async fn scope(&self, reader: PartyId) -> Scope {
        let mut read = self.store.read().await.expect("reading");
        Scope::of(&mut read, None, reader, Role::ALL.into(), self.now()).await.expect("a scope")
    }

    /// The letters of a sequence, as a server that knows how they are kept reads them.
    pub fn letters(
        &self,
    ) -> impl Fn(Digest) -> BoxFuture<'static, Result<Vec<u8>, String>> + Send + Sync + use<> {
        let (store, blobs) = (self.store.clone(), self.blobs.clone());
        move |digest| {
            let (store, blobs) = (store.clone(), blobs.clone());
            async move {
                let mut read = store.read().await.map_err(|error| error.to_string())?;
                let place =
                    sequences::place_of(&mut read, digest).await.map_err(|error| error.to_string())?;
                let place = place.ok_or("not kept")?;
                let range = u64::from(place.start)..u64::from(place.start + place.bytes);
                let bytes = blobs.get_range(&place.pack, range).await.map_err(|error| error.to_string())?;
                Ok(bytes.to_vec())
            }
            .boxed()
        }
    }
}

pub fn letters_of(number: u8) -> Vec<u8> {
    (0..40).map(|place| b"ACGT"[usize::from((number >> (place % 4 * 2)) & 3)]).collect()
}

pub fn party(byte: u8) -> PartyId {
    PartyId::from_bytes([byte; 16])
}

pub fn new_record() -> RecordId {
    RecordId::from_bytes(random::bytes().expect("random bytes"))
}

pub fn only(party: PartyId) -> Audience {
    Audience::of([Member::Party(party)]).expect("one member")
}

/// The first version of a record, kept.
pub fn draft(record: RecordId, party: PartyId, audience: Audience, body: Body) -> Draft {
    Draft {
        act: Act::Keep,
        record,
        version: 1,
        party,
        person: None,
        disclosure: Disclosure { audience, ..Disclosure::default() },
        happened: Happened::At("2020-01-01T00:00:00Z".parse().expect("a time")),
        simulated: true,
        body,
        blobs: Vec::new(),
    }
}
