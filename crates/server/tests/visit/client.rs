//! A server in a temporary folder, and a visitor with a browser's manners: forms are sent as pages have them.

use crate::form::Form;
use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::role::Role;
use hearth_base::time::UtcTime;
use hearth_genome::assay::PanelOnReference;
use hearth_genome::pack::{Pack, PackFiles};
use hearth_ledger::body::Body;
use hearth_ledger::body::parties::{Party, PartySort, Person};
use hearth_ledger::entry::{Act, Disclosure, Draft, Happened};
use hearth_server::app::App;
use hearth_server::app::accounts::Secret;
use hearth_server::app::accounts::set_up::{self, Founding};
use hearth_server::app::genomes::opening::OPEN_REST;
use hearth_server::app::packs::{Packs, ReadyPack};
use hearth_server::config::Config;
use hearth_server::http::Serving;
use hearth_store::accounts::{self, Account, session};
use hearth_store::blob::{BlobPlace, BlobStore};
use hearth_store::db::{DatabaseOptions, DatabaseUrl, Durability};
use hearth_store::{Store, jobs, random};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const BOUNDARY: &str = "----hearth-test";

pub struct Visit {
    address: SocketAddr,
    app: App,
    _folder: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

/// What stands between two texts.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split(after).next().unwrap_or_default()
}

fn built_in(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs/sars-cov-2").join(name);
    std::fs::read(&path).expect("a file of the built-in pack")
}

fn packs() -> Packs {
    let (reference, pathogen) = (built_in("reference.fasta"), built_in("pathogen.json"));
    let (annotation, tree) = (built_in("genome_annotation.gff3"), built_in("tree.json"));
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

/// Two genomes with a stretch not read: the reference with one letter changed, and one of the clade 20A.
pub fn genomes() -> Vec<u8> {
    let mut fasta = Vec::new();
    let reference: Vec<u8> = built_in("reference.fasta")
        .split(|byte| *byte == b'\n')
        .skip(1)
        .flat_map(<[u8]>::to_ascii_uppercase)
        .collect();
    for (name, places) in [("K-1", &[240][..]), ("K-2", &[240, 3_036, 14_407, 23_402])] {
        let mut letters = reference.clone();
        for place in places {
            letters[*place] = if letters[*place] == b'T' { b'C' } else { b'T' };
        }
        letters[10_000..10_050].fill(b'N');
        fasta.extend(format!(">{name}\n").into_bytes());
        fasta.extend(letters);
        fasta.push(b'\n');
    }
    fasta
}

fn now() -> UtcTime {
    "2026-11-22T12:00:00Z".parse().expect("a time")
}

impl Visit {
    /// A server that is set up, with the administrator `ada` of the party “Reference laboratory”.
    pub async fn set_up() -> Self {
        Self::set_up_as(|_| ()).await
    }

    /// The same with other settings.
    pub async fn set_up_as(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config::default();
        change(&mut config);
        config.set_folder(folder.path());
        config.server.listen = "127.0.0.1:0".parse().expect("an address");
        config.server.admin_listen = config.server.listen;
        let options = DatabaseOptions { durability: Durability::Process, ..DatabaseOptions::default() };
        let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
        let store = Store::open(&url, &options, "log.example").await.expect("a store");
        let blobs = BlobStore::open(&BlobPlace::Folder(folder.path().join("blobs"))).await.expect("blobs");
        let app = App::new(store, blobs, Arc::new(packs()), config, Arc::new(now));
        let serving = Serving::bind(app.clone()).await.expect("listening");
        let (address, _) = serving.addresses().expect("addresses");
        tokio::spawn(serving.run(std::future::pending()));
        let secret = set_up::offer(&app).await.expect("offered").expect("empty");
        let text = str::to_owned;
        let founding = Founding {
            party: text("Reference laboratory"),
            country: text("KE"),
            person: text("Ada"),
            login: text("ada"),
            password: text("a few good words"),
        };
        set_up::found(&app, &secret, &founding).await.expect("set up");
        Self { address, app, _folder: folder }
    }

    /// The session of somebody, begun without a password.
    pub async fn session_of(&self, login: &str) -> String {
        let secret = Secret::new().expect("random");
        let mut tx = self.app.store.database().begin_write().await.expect("a transaction");
        let account = accounts::by_login(&mut tx, login).await.expect("asked").expect("an account");
        let digest = secret.digest();
        let begun = session::begin(&mut tx, &digest, account.person, now(), UtcTime::default());
        begun.await.expect("begun");
        tx.commit().await.expect("kept");
        secret.text().to_owned()
    }

    /// Somebody of another party, which is made with them.
    pub async fn guest(&self, login: &str, roles: &[Role]) -> PartyId {
        let id = || RecordId::from_bytes(random::bytes().expect("random"));
        let (party, person): (PartyId, PersonId) = (id().into(), id().into());
        let mut writing = self.app.store.write(now()).await.expect("a turn");
        let draft = |record: RecordId, body: Body| Draft {
            act: Act::Keep,
            record,
            version: 1,
            party,
            person: Some(person),
            disclosure: Disclosure { audience: Audience::Public, ..Disclosure::default() },
            happened: Happened::At(now()),
            simulated: false,
            body,
            blobs: Vec::new(),
        };
        let name = format!("Party of {login}");
        let said = Party { name, sort: PartySort::Organisation, country: None, members: Vec::new() };
        let somebody = Person { name: login.to_owned(), roles: roles.iter().copied().collect(), orcid: None };
        let drafts = vec![draft(party.into(), said.into()), draft(person.into(), somebody.into())];
        writing.append(drafts).await.expect("appended");
        let login = login.to_owned();
        let account =
            Account { person, party, login, password: None, subject: None, is_closed: false, seen: None };
        assert!(accounts::open(writing.tx(), &account, now()).await.expect("opened"));
        writing.commit().await.expect("kept");
        party
    }

    /// The address that an answer sends to; what a page says at its top is asserted with it.
    pub async fn followed(&self, session: &str, answer: &Answer, told: &str) -> Answer {
        assert_eq!(answer.status, 303, "{}", answer.body);
        let flash = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value);
        let cookies: Vec<&str> = flash.filter_map(|value| value.split(';').next()).collect();
        let path = answer.header("location").split('#').next().unwrap_or_default().to_owned();
        let page = self.send_with("GET", &path, session, "", b"", &cookies).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        assert!(page.body.contains(told), "{told} is not said: {}", page.body);
        page
    }

    /// Does all jobs that are due.
    pub async fn work(&self) {
        let database = self.app.store.database();
        while let Some(job) = jobs::claim(database, "test", now(), 60_000).await.expect("claimed") {
            let genomes = self.app.genomes();
            let done = match job.sort.as_str() {
                OPEN_REST => genomes.open_rest(&job, &now).await,
                _ => genomes.analyse_draft(&job, now()).await,
            };
            done.expect("done");
        }
    }

    async fn send(&self, method: &str, path: &str, session: &str, media: &str, body: &[u8]) -> Answer {
        self.send_with(method, path, session, media, body, &[]).await
    }

    async fn send_with(
        &self,
        method: &str,
        path: &str,
        session: &str,
        media: &str,
        body: &[u8],
        cookies: &[&str],
    ) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        head.push_str("Sec-Fetch-Site: same-origin\r\n");
        let own = (!session.is_empty()).then(|| format!("hearth={session}"));
        let cookies: Vec<&str> = own.as_deref().into_iter().chain(cookies.iter().copied()).collect();
        if !cookies.is_empty() {
            head.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        if method != "GET" {
            head.push_str(&format!("Content-Type: {media}\r\nContent-Length: {}\r\n", body.len()));
        }
        let mut stream = TcpStream::connect(self.address).await.expect("connected");
        let bytes = [head.as_bytes(), b"\r\n", body].concat();
        let _ = stream.write_all(&bytes).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        parse(&String::from_utf8_lossy(&answer))
    }

    pub async fn get(&self, session: &str, path: &str) -> Answer {
        self.send("GET", path, session, "", b"").await
    }

    /// Sends the form of a page as a browser does: hidden fields and what is chosen already go along, and what the form
    /// has no field or no choice for cannot be sent.
    pub async fn fill(&self, session: &str, page: &str, action: &str, given: &[(&str, &str)]) -> Answer {
        self.fill_with(session, page, action, given, &[]).await
    }

    /// The same with files: the field, the name, the content.
    pub async fn fill_with(
        &self,
        session: &str,
        page: &str,
        action: &str,
        given: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let shown = self.get(session, page).await;
        assert_eq!(shown.status, 200, "{page}: {}", shown.body);
        let form = Form::find(&shown.body, action);
        let fields = form.filled(given);
        if form.is_multipart {
            return self.upload(session, &form.action, &fields, files).await;
        }
        let encoded = hearth_pages::site::address::encoded;
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let media = "application/x-www-form-urlencoded";
        self.send("POST", &form.action, session, media, pairs.join("&").as_bytes()).await
    }

    async fn upload(
        &self,
        session: &str,
        path: &str,
        fields: &[(String, String)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        for (field, name, bytes) in files {
            let disposition = format!("form-data; name=\"{field}\"; filename=\"{name}\"");
            body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n").into_bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        let media = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send("POST", path, session, &media, &body).await
    }
}

/// An answer; one that came in chunks is put together.
fn parse(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let header =
        |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers: Vec<(String, String)> = lines.filter_map(header).collect();
    let is_chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if is_chunked { unchunked(body) } else { body.to_owned() };
    Answer { status: status.unwrap_or(0), headers, body }
}

fn unchunked(mut text: &str) -> String {
    let mut whole = String::new();
    while let Some((length, rest)) = text.split_once("\r\n") {
        let length = usize::from_str_radix(length.trim(), 16).unwrap_or(0);
        let Some(piece) = rest.get(..length).filter(|piece| !piece.is_empty()) else { break };
        whole.push_str(piece);
        text = rest.get(length + 2..).unwrap_or_default();
    }
    whole
}
