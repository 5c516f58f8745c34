//! A server for one test: an empty store in a folder that goes with it, and a clock that the test turns.

use crate::client::{Answer, FORM, encoded, send};
use hearth_base::audience::Audience;
use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::role::{Role, Roles};
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::body::parties::{Party, PartySort, Person};
use hearth_ledger::entry::{Act, Disclosure, Draft, Happened};
use hearth_server::app::accounts::set_up::{self, Founding};
use hearth_server::app::accounts::{Secret, carried, tokens};
use hearth_server::app::packs::Packs;
use hearth_server::app::{App, Problem};
use hearth_server::config::Config;
use hearth_server::http::routes::{Route, Sort, Who, table};
use hearth_server::http::{Caller, Serving};
use hearth_store::Store;
use hearth_store::accounts::{self, Account, session};
use hearth_store::blob::{BlobPlace, BlobStore};
use hearth_store::db::{DatabaseOptions, DatabaseUrl, Durability};
use hearth_store::random;
use http::Method;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;

pub const PASSWORD: &str = "a few good words";

pub struct Server {
    pub address: SocketAddr,
    pub admin: SocketAddr,
    pub app: App,
    clock: Arc<AtomicI64>,
    stop: Option<oneshot::Sender<()>>,
    pub ended: Option<tokio::task::JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    "done"
}

#[expect(clippy::panic, reason = "it is what this route is for")]
async fn panicking() -> &'static str {
    panic!("a secret of the inside")
}

async fn failing(_: Caller) -> Result<&'static str, Problem> {
    Err(Problem::Internal("a secret of the inside".to_owned()))
}

/// The routes of the server, and some that only tests have.
fn routes() -> Vec<Route> {
    let of = |sort, path| (sort, Method::GET, path, Who::Anybody);
    let mut routes = table();
    let (sort, method, path, who) = of(Sort::Page, "/test/panic");
    routes.push(Route::new(sort, method, path, who, panicking));
    let (sort, method, path, who) = of(Sort::Page, "/test/slow");
    routes.push(Route::new(sort, method, path, who, slow));
    let (sort, method, path, who) = of(Sort::Api, "/api/test/fail");
    routes.push(Route::new(sort, method, path, who, failing));
    let (sort, method, path, who) = of(Sort::Api, "/api/test/panic");
    routes.push(Route::new(sort, method, path, who, panicking));
    routes.push(Route::new(Sort::Api, Method::GET, "/api/test/signed-in", Who::SignedIn, || async { "in" }));
    routes.push(Route::new(
        Sort::Api,
        Method::POST,
        "/api/test/submit",
        Who::Role(Role::Submit),
        |body: String| async { body },
    ));
    routes.push(Route::new(Sort::Api, Method::GET, "/api/test/host", Who::Host, || async { "host" }));
    routes
}

impl Server {
    pub async fn start(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_with(Packs::new(Vec::new()).expect("none"), change).await
    }

    /// The same, with packs to analyse with.
    pub async fn start_with(packs: Packs, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config::default();
        config.set_folder(folder.path());
        config.server.listen = "127.0.0.1:0".parse().expect("an address");
        config.server.admin_listen = config.server.listen;
        change(&mut config);
        let options = DatabaseOptions { durability: Durability::Process, ..DatabaseOptions::default() };
        let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
        let store = Store::open(&url, &options, "log.example").await.expect("a store");
        let blobs = BlobStore::open(&BlobPlace::Folder(folder.path().join("blobs"))).await.expect("blobs");
        let clock = Arc::new(AtomicI64::new(1_790_000_000_000));
        let told = Arc::clone(&clock);
        let tell = Arc::new(move || UtcTime::from_unix_ms(told.load(Ordering::Relaxed)));
        let app = App::new(store, blobs, Arc::new(packs), config, tell);
        let serving = Serving::bind_with(app.clone(), routes()).await.expect("listening");
        let (address, admin) = serving.addresses().expect("addresses");
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(serving.run(async {
            let _ = stopped.await;
        }));
        Self { address, admin, app, clock, stop: Some(stop), ended: Some(ended), _folder: folder }
    }

    /// A server that is set up, with the administrator `ada`.
    pub async fn set_up(change: impl FnOnce(&mut Config)) -> Self {
        Self::start(change).await.founded().await
    }

    /// The same server after its set-up.
    pub async fn founded(self) -> Self {
        let server = self;
        let secret = set_up::offer(&server.app).await.expect("offered").expect("empty");
        let text = str::to_owned;
        let founding = Founding {
            party: text("Reference laboratory"),
            country: text("KE"),
            person: text("Ada <b>&"),
            login: text("ada"),
            password: text(PASSWORD),
        };
        set_up::found(&server.app, &secret, &founding).await.expect("set up");
        server
    }

    pub fn turn_clock(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn stop(&mut self) {
        let _ = self.stop.take().expect("not stopped before").send(());
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        send(self.address, "GET", path, headers, "").await
    }

    /// Asks with a session.
    pub async fn get_as(&self, session: &str, path: &str) -> Answer {
        self.get(path, &[("Cookie", &format!("hearth={session}"))]).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([FORM]).collect();
        send(self.address, "POST", path, &headers, &body.join("&")).await
    }

    /// Sends a form with a session and the proof that its pages carry.
    pub async fn post_as(&self, session: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.get_as(session, "/account/password").await.csrf().to_owned();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post(path, &[("Cookie", &format!("hearth={session}"))], &fields).await
    }

    pub async fn sign_in(&self, user: &str, password: &str) -> Answer {
        self.post("/sign-in", &[], &[("user", user), ("password", password), ("next", "/account")]).await
    }

    /// The session of somebody, begun without a password.
    pub async fn session_of(&self, login: &str) -> String {
        let secret = Secret::new().expect("random");
        let mut tx = self.app.store.database().begin_write().await.expect("a transaction");
        let account = accounts::by_login(&mut tx, login).await.expect("asked").expect("an account");
        let now = self.app.now();
        session::begin(&mut tx, &secret.digest(), account.person, now, UtcTime::default())
            .await
            .expect("begun");
        tx.commit().await.expect("kept");
        secret.text().to_owned()
    }

    /// A token of somebody.
    pub async fn token_of(&self, login: &str, scopes: &[&str]) -> String {
        let session = Secret::read(&self.session_of(login).await).expect("a secret");
        let who = carried::by_session(&self.app, &session).await.expect("asked").expect("signed in");
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        tokens::make(&self.app, &who, "test", &scopes, 30).await.expect("a token")
    }

    /// Somebody of another party, which is made with them.
    pub async fn guest(&self, login: &str, roles: &[Role]) -> (PartyId, PersonId) {
        let id = || RecordId::from_bytes(random::bytes().expect("random"));
        let (party, person): (PartyId, PersonId) = (id().into(), id().into());
        let mut writing = self.app.store.write(self.app.now()).await.expect("a turn");
        let now = writing.now();
        let whose =
            |record: &RecordId| if *record == party.into() { Audience::Public } else { Audience::Owner };
        let draft = |record: RecordId, body: Body| Draft {
            act: Act::Keep,
            record,
            version: 1,
            party,
            person: Some(person),
            disclosure: Disclosure { audience: whose(&record), ..Disclosure::default() },
            happened: Happened::At(now),
            simulated: false,
            body,
            blobs: Vec::new(),
        };
        let said = Party {
            name: format!("Party of {login}"),
            sort: PartySort::Organisation,
            country: None,
            members: Vec::new(),
        };
        let roles: Roles = roles.iter().copied().collect();
        let name = login.to_owned();
        let drafts = vec![
            draft(party.into(), said.into()),
            draft(person.into(), Person { name, roles, orcid: None }.into()),
        ];
        writing.append(drafts).await.expect("appended");
        let (login, password) = (login.to_owned(), None);
        let account = Account { person, party, login, password, subject: None, is_closed: false, seen: None };
        assert!(accounts::open(writing.tx(), &account, now).await.expect("opened"));
        writing.commit().await.expect("kept");
        (party, person)
    }
}
