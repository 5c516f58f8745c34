//! A world in which everything that is shared stands once under every kind of audience and terms, with words, letters,
//! names and identifiers that occur nowhere else: canaries.
//!
//! Start at [`World::new`], then [`World::add`]. Who may see what is [`sees`] and [`takes`]: written here by hand, not
//! asked of the program.

use crate::desk::{packs, reference};
use crate::serving::Server;
use hearth_base::audience::{Audience, Member};
use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::role::Role;
use hearth_ledger::body::aid::{Line, MovementState};
use hearth_ledger::body::documents::Origin;
use hearth_ledger::body::parties::PartySort;
use hearth_ledger::body::sharing::Channel;
use hearth_ledger::rules::Actor;
use hearth_server::app::aid::{self, Plan, Said, Step};
use hearth_server::app::documents::{self, NewEdition, NewFile};
use hearth_server::app::genomes::DraftSettings;
use hearth_server::app::genomes::release::Choice;
use hearth_server::app::index::follow;
use hearth_server::app::sharing::{self, Giving};
use hearth_server::app::{parties, terms};
use hearth_server::config::Config;
use hearth_store::drafts::{DraftFile, FileSort};
use hearth_store::jobs;
use hearth_store::log::keys::KeyFolder;
use hearth_store::log::upkeep::Keeper;
use hearth_store::log::{erase, heads, visible};
use hearth_store::state::genomes::{self as kept, Wanted};
use hearth_store::state::records::Face;
use hearth_store::state::scope::Scope;

/// The pathogen whose genomes there are.
pub const PATHOGEN: &str = "sars-cov-2";
pub const DAY_MS: i64 = 86_400_000;

/// How something was shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Brought, and not handed in.
    Drafted,
    /// Handed in, not released.
    Kept,
    /// Released to the member, then to another instead.
    Narrowed,
    /// Released to two partners, of whom one accepted the terms.
    Partners,
    /// Released to a group.
    Group,
    /// Released to the member, and to everybody from tomorrow on.
    Embargo,
    /// Released to everybody.
    Open,
}

pub const HOWS: [How; 7] =
    [How::Drafted, How::Kept, How::Narrowed, How::Partners, How::Group, How::Embargo, How::Open];

/// Who reads: login names, but for nobody. Each is of a party of its own.
pub const READERS: [&str; 8] = ["", "owner", "member", "taker", "colleague", "former", "stranger", "ada"];

/// Whether a reader may see something today, or after the embargo.
pub fn sees(reader: &str, how: How, is_tomorrow: bool) -> bool {
    match how {
        _ if reader == "owner" => true,
        How::Drafted | How::Kept => false,
        How::Narrowed => reader == "colleague",
        How::Partners => ["member", "taker"].contains(&reader),
        How::Group => reader == "colleague",
        How::Embargo => is_tomorrow || reader == "member",
        How::Open => true,
    }
}

/// Whether a reader ever met something of it: of what was narrowed, the titles of work and batch stay.
pub fn meets(reader: &str, how: How) -> bool {
    sees(reader, how, false) || (how == How::Narrowed && reader == "member")
}

/// Whether they may take sequences and files too: everything that is not open asks for acceptance first.
pub fn takes(reader: &str, how: How, is_tomorrow: bool) -> bool {
    let accepted = reader == "owner" || reader == "taker";
    sees(reader, how, is_tomorrow) && (accepted || how == How::Open)
}

/// Something that must not be seen by some.
#[derive(Clone, Debug)]
pub struct Canary {
    pub word: String,
    pub how: How,
    /// Whether it stands only in what is taken away.
    pub is_inside: bool,
    /// Only for the owner and this reader, whoever else may see the rest.
    pub only: Option<&'static str>,
}

impl Canary {
    pub fn is_for(&self, reader: &str, is_tomorrow: bool) -> bool {
        if let Some(only) = self.only {
            return reader == "owner" || reader == only;
        }
        let may = if self.is_inside { takes } else { sees };
        may(reader, self.how, is_tomorrow)
    }
}

pub struct World {
    pub server: Server,
    pub canaries: Vec<Canary>,
    /// Identifiers for `{id}`, `{edition}`, `{file}`.
    pub ids: Vec<String>,
    /// Works with an edition and a file.
    pub files: Vec<[String; 3]>,
    pub accessions: Vec<String>,
    owner: Actor,
    people: Vec<(&'static str, PartyId, PersonId)>,
    group: PartyId,
    words: u64,
    /// What stands around every word.
    pub around: (&'static str, &'static str),
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same, with other settings.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let server = Server::start_with(packs(), |config| {
            change(config);
            config.rates.address_burst = 1_000_000;
            config.rates.party_burst = 1_000_000;
            config.rates.address_per_minute = 1_000_000;
            config.rates.party_per_minute = 1_000_000;
        });
        let server = server.await.founded().await;
        let mut people = Vec::new();
        for login in READERS.into_iter().filter(|login| !["", "ada"].contains(login)) {
            let (party, person) = server.guest(login, &Role::ALL).await;
            people.push((login, party, person));
        }
        let app = &server.app;
        let (host, ada) = (app.host().await.expect("asked").expect("set up"), people[0].2);
        let host = Actor { person: ada, party: host, roles: Role::ALL.into(), is_of_host: true };
        let group = parties::register(app, &host, "Group", PartySort::Group, None).await.expect("registered");
        let party = |wanted: &str| people.iter().find(|(login, ..)| *login == wanted).expect("there").1;
        for login in ["colleague", "former"] {
            parties::add_member(app, &host, group, party(login), None).await.expect("joined");
        }
        server.turn_clock(3 * DAY_MS);
        parties::end_member(app, &host, group, party("former")).await.expect("left");
        let (_, own, person) = people[0];
        let owner = Actor { person, party: own, roles: Role::ALL.into(), is_of_host: false };
        let taker = people.iter().find(|(login, ..)| *login == "taker").expect("there");
        let taker = Actor { person: taker.2, party: taker.1, ..owner.clone() };
        for code in ["PARTNERS", "EMBARGO"] {
            terms::accept(app, &taker, code).await.expect("accepted");
        }
        let (canaries, ids, files, accessions) = Default::default();
        let mut world = Self {
            server,
            canaries,
            ids,
            files,
            accessions,
            owner,
            people,
            group,
            words: 0,
            around: ("", ""),
        };
        world.mark_entries(How::Open).await;
        // Before that, questions wait.
        follow::catch_up(&world.server.app).await.expect("an index that follows");
        world
    }

    /// Somebody with all roles in their party.
    pub fn actor(&self, wanted: &str) -> Actor {
        let (_, party, person) = *self.people.iter().find(|(login, ..)| *login == wanted).expect("there");
        Actor { person, party, ..self.owner.clone() }
    }

    fn party(&self, wanted: &str) -> PartyId {
        self.people.iter().find(|(login, ..)| *login == wanted).expect("there").1
    }

    /// A word that nothing else has.
    fn word(&mut self, how: How, is_inside: bool) -> String {
        self.words += 1;
        let letter = |place: u32| char::from(b'a' + (self.words / 20u64.pow(place) % 20) as u8);
        let word: String = "Zq".chars().chain((0..3).map(letter)).chain("wvx".chars()).collect();
        let word = format!("{}{word}{}", self.around.0, self.around.1);
        self.canaries.push(Canary { word: word.clone(), how, is_inside, only: None });
        word
    }

    fn mark(&mut self, word: impl ToString, how: How, only: Option<&'static str>) {
        self.canaries.push(Canary { word: word.to_string(), how, is_inside: false, only });
    }

    fn choice(&self, how: How) -> Choice {
        let of = |code: &str, members: &[Member]| Choice {
            terms: code.to_owned(),
            audience: Audience::of(members.iter().copied()).expect("few"),
            open_from: None,
        };
        let member = Member::Party(self.party("member"));
        match how {
            How::Open => of("OPEN", &[]),
            How::Partners => of("PARTNERS", &[member, Member::Party(self.party("taker"))]),
            How::Group => of("PARTNERS", &[Member::Group(self.group)]),
            How::Narrowed => of("PARTNERS", &[member]),
            How::Embargo => {
                let open_from = Some(self.server.app.now().plus_ms(DAY_MS));
                Choice { open_from, ..of("EMBARGO", &[member]) }
            }
            How::Kept | How::Drafted => of("PRIVATE", &[]),
        }
    }

    fn narrowed(&self) -> Choice {
        let named = Audience::of([Member::Party(self.party("colleague"))]).expect("one");
        Choice { terms: "PARTNERS".to_owned(), audience: named, open_from: None }
    }

    /// Signs the head, so that there are receipts.
    pub async fn publish(&self) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = &self.server.app.store;
        let (key, _) = heads::open_key(store, &KeyFolder::new(folder.path())).await.expect("a key");
        heads::publish(store, &key, self.server.app.now()).await.expect("published");
    }

    /// Everything, shared in one way.
    pub async fn add(&mut self, how: How) {
        self.add_genome(how).await;
        if how != How::Drafted {
            self.add_document(how).await;
        }
        if matches!(how, How::Kept | How::Partners) {
            self.add_shipment(how).await;
        }
        self.mark_entries(how).await;
        follow::catch_up(&self.server.app).await.expect("an index that follows");
    }

    async fn add_genome(&mut self, how: How) {
        let mut letters = reference();
        let seed = self.words as usize + 1;
        let mut random = seed as u64;
        let mut letter = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            b"ACGT"[(random >> 40) as usize % 4]
        };
        let inserted: Vec<u8> = (0..60).map(|_| letter()).collect();
        letters[12_000..12_060].copy_from_slice(&inserted);
        let inside = String::from_utf8(inserted).expect("letters");
        self.canaries.push(Canary { word: inside, how, is_inside: true, only: None });
        let names: Vec<String> = (0..7).map(|_| self.word(how, false)).collect();
        let [sample, division, lab, authors, title, fasta, sheet] = &names[..] else { unreachable!() };
        // A place is finer than what leaves.
        let place = self.word(how, false);
        self.canaries.last_mut().expect("one").only = Some("owner");
        let metadata = format!(
            "sample\trecord\tcollected\tcountry\tdivision\tplace\toriginating_lab\tauthors\n\
             {sample}\t{sample}\t2020-03-26\tKE\t{division}\t{place}\t{lab}\t{authors}\n"
        );
        // Titles and names of files are for the owner, but for the title of what is released.
        for name in [fasta, sheet] {
            let canary = self.canaries.iter_mut().find(|canary| canary.word == *name);
            canary.expect("one").only = Some("owner");
        }
        let (app, mut files) = (self.server.app.clone(), Vec::new());
        let fasta_bytes = [format!(">{sample}\n").into_bytes(), letters, b"\n".to_vec()].concat();
        for (name, sort, bytes) in [
            (format!("{fasta}.fasta"), FileSort::Sequences, fasta_bytes),
            (format!("{sheet}.tsv"), FileSort::Metadata, metadata.into_bytes()),
        ] {
            let length = bytes.len() as u64;
            let digest = app.blobs.put(bytes).await.expect("kept");
            files.push(DraftFile { name, sort, digest, bytes: length });
        }
        let (genomes, now) = (app.genomes(), app.now());
        let id =
            genomes.bring(&self.owner, title, &DraftSettings::default(), &files, now).await.expect("brought");
        self.ids.push(id.to_string());
        while let Some(job) = jobs::claim(app.store.database(), "test", now, 60_000).await.expect("claimed") {
            genomes.analyse_draft(&job, now).await.expect("analysed");
        }
        self.mark(id, how, None);
        if how == How::Drafted {
            return;
        }
        genomes.hand_in(&self.owner, id, now).await.expect("handed in");
        let mut read = app.store.read().await.expect("reading");
        let scope = self.scope().await;
        let wanted = Wanted { face: Face::Kept, submission: Some(id), ..Wanted::default() };
        let found = kept::list(&mut read, &scope, &wanted).await.expect("listed");
        drop(read);
        let record = found[0].version.record;
        self.mark(record, how, None);
        let entry = found[0].entry.clone().expect("kept");
        let hearth_ledger::body::Body::Genome(genome) = entry.draft.body else { unreachable!() };
        self.mark(&genome.accession, how, None);
        self.accessions.push(genome.accession.to_string());
        self.mark(genome.sequences[0].digest.hex(), how, None);
        if how == How::Kept {
            return;
        }
        genomes.approve(&self.owner, id, "", now).await.expect("approved");
        let choice = self.choice(how);
        genomes.release(&self.owner, id, Some(choice), now).await.expect("released");
        if how == How::Narrowed {
            let choice = self.narrowed();
            genomes.release_one(&self.owner, record, Some(choice), now).await.expect("narrowed");
            // The batch stays as it was released; its title is all that it tells.
            self.canaries.retain(|canary| canary.word != *title && canary.word != id.to_string());
        }
    }

    async fn add_document(&mut self, how: How) {
        let app = self.server.app.clone();
        let names: Vec<String> = (0..4).map(|_| self.word(how, false)).collect();
        let [title, label, changes, name] = &names[..] else { unreachable!() };
        let inside = self.word(how, true);
        let subjects = ["technical-documents".to_owned()].into();
        let work = documents::make_work(&app, &self.owner, title, subjects).await.expect("made");
        let file = NewFile {
            name: format!("{name}.txt"),
            bytes: inside.into_bytes().into(),
            language: "en".parse().expect("a tag"),
            origin: Origin::Original,
        };
        let new = NewEdition { label: label.clone(), changes: changes.clone(), file };
        let edition = documents::add_edition(&app, &self.owner, work, new).await.expect("added");
        let scope = self.scope().await;
        let seen = documents::document(&app, &scope, work).await.expect("seen");
        let file = seen.editions[0].1[0].record;
        for id in [work, edition, file] {
            self.mark(id, how, None);
            self.ids.push(id.to_string());
        }
        self.files.push([work, edition, file].map(|id| id.to_string()));
        if how == How::Kept {
            return;
        }
        let choice = self.choice(how);
        documents::release(&app, &self.owner, edition, &choice).await.expect("released");
        match how {
            How::Narrowed => {
                let choice = self.narrowed();
                documents::release(&app, &self.owner, edition, &choice).await.expect("narrowed");
                // A work is seen by whoever saw an edition of it: it is never narrowed by one of them.
                self.canaries.retain(|canary| canary.word != *title && canary.word != work.to_string());
            }
            How::Partners => self.give(edition, how).await,
            _ => {}
        }
    }

    /// Gives it to both partners; each knows of its own share alone.
    async fn give(&mut self, edition: RecordId, how: How) {
        let app = self.server.app.clone();
        for reader in ["member", "taker"] {
            let to = vec![self.party(reader)];
            let giving = Giving { to, channel: Channel::Mail, on: None, terms: None };
            let outcome = documents::share(&app, &self.owner, edition, &giving).await.expect("given");
            let share = outcome.shares[0];
            self.mark(share, how, Some(reader));
            self.ids.push(share.to_string());
            let (_, party, person) = *self.people.iter().find(|(login, ..)| *login == reader).expect("there");
            let actor = Actor { person, party, ..self.owner.clone() };
            let remark = self.word(how, false);
            self.canaries.last_mut().expect("one").only = Some(reader);
            sharing::confirm(&app, &actor, share, &remark, None).await.expect("confirmed");
        }
    }

    async fn add_shipment(&mut self, how: How) {
        let app = self.server.app.clone();
        let only = if how == How::Kept { "owner" } else { "member" };
        let names: Vec<String> = (0..6).map(|_| self.word(how, false)).collect();
        for name in &names {
            let canary = self.canaries.iter_mut().find(|canary| canary.word == *name);
            canary.expect("one").only = Some(only);
        }
        let [batch, item, unit, maker, tracking, note] = &names[..] else { unreachable!() };
        let line = Line { item: item.clone(), quantity: 7, unit: unit.clone(), maker: maker.clone() };
        let plan = Plan { batch: batch.clone(), to: self.party("member"), lines: vec![line], on: None };
        let shipment = aid::plan(&app, &self.owner, &plan).await.expect("planned");
        self.mark(shipment, how, Some(only));
        self.ids.push(shipment.to_string());
        if how == How::Partners {
            let sent = Step::To(MovementState::Sent);
            let said = Said { on: None, tracking, note };
            aid::advance(&app, &self.owner, shipment, &sent, &said).await.expect("sent");
        }
    }

    async fn scope(&self) -> Scope {
        self.scope_of(self.owner.party, self.owner.person).await
    }

    async fn scope_of(&self, party: PartyId, person: PersonId) -> Scope {
        let mut read = self.server.app.store.read().await.expect("reading");
        let now = self.server.app.now();
        Scope::of(&mut read, Some(person), party, Role::ALL.into(), now).await.expect("a scope")
    }

    /// Erases the newest public genome, as an operator does while the server runs.
    pub async fn erase_newest(&self) {
        let app = &self.server.app;
        let mut read = app.store.read().await.expect("reading");
        let anybody = Scope::of_anybody(app.now());
        let seen = kept::list(&mut read, &anybody, &Wanted::default()).await.expect("listed").remove(0);
        drop(read);
        let keeper = Keeper { party: app.host().await.expect("asked").expect("set up"), person: None };
        let mut writing = app.store.write(app.now()).await.expect("writing");
        let entry = seen.entry.expect("whole").id;
        let erased = erase::erase(&mut writing, keeper, &[entry], "a law").await.expect("erased");
        writing.commit().await.expect("written");
        erase::clear(&app.store, &app.blobs, &erased).await.expect("cleared");
    }

    /// What each reader may see, nobody among them.
    pub async fn scopes(&self) -> Vec<Scope> {
        let mut scopes = vec![Scope::of_anybody(self.server.app.now()), self.scope().await];
        for (_, party, person) in &self.people {
            scopes.push(self.scope_of(*party, *person).await);
        }
        scopes
    }

    /// The names of the entries that were written are canaries too; those of the owner's face and of shares are found by
    /// what they say, so here only what nobody but the owner may see.
    async fn mark_entries(&mut self, how: How) {
        let scope = self.scope().await;
        let mut read = self.server.app.store.read().await.expect("reading");
        let wanted = visible::Wanted { kind: None, before: None, limit: 1_000 };
        let found = visible::list(&mut read, &scope, &wanted).await.expect("listed");
        drop(read);
        let known: Vec<String> = self.ids.clone();
        let own = self.owner.party;
        for seen in found.iter().filter(|seen| seen.party == own) {
            let id = seen.id.to_string();
            if known.contains(&id) {
                continue;
            }
            self.ids.push(id.clone());
            if how == How::Kept {
                self.mark(id, how, None);
            }
        }
    }
}
