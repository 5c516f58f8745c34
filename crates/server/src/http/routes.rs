//! Every address of the server, in one table: method, path, who may call it, what sort it is, and what answers.
//!
//! The router is built from the table and nothing else; a test walks it with every kind of caller. Refuses handlers that
//! are not in it. Start at [`table`].

use super::api;
use super::charon;
use super::guard::guard;
use super::lapis;
use super::pages::{
    account, aid, ask, assets, batch, batches, documents, downloads, entrance, feeds, figures, front, genome,
    genomes, ledger, log, parties, password, people, search, searches, searches_told, single_sign_on, submit,
    terms, versions,
};
use super::refget;
use super::site::Site;
use super::take;
use crate::app::accounts::oidc;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use hearth_base::role::Role;
use http::Method;

/// Who may call an address. What a record says about who may see it is asked below, by the scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anybody,
    /// Whoever signed in, or shows a token.
    SignedIn,
    /// Whoever has a role in their party.
    Role(Role),
    /// An administrator of the party that runs the server.
    Host,
}

/// What sort of address it is: how problems are told, and how long and large things may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A page for people, or what its form is sent to.
    Page,
    /// For programs: JSON.
    Api,
    /// A question of the field's own API, which any page of the world may ask: who calls is asked by token alone.
    Question,
    /// A file that every page shares. Nobody is asked who they are.
    Asset,
    /// The public log. Nobody is asked who they are.
    Log,
}

/// What is declared of an address.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its place in the table.
    pub number: usize,
    /// The method; GET answers HEAD too.
    pub method: Method,
    /// The path, with `{name}` for a part from outside.
    pub path: &'static str,
    /// Who may call it.
    pub who: Who,
    /// What sort it is.
    pub sort: Sort,
    /// Whether files are uploaded to it.
    pub is_upload: bool,
}

/// An address and what answers.
pub struct Route {
    /// What is declared of it.
    pub rule: Rule,
    handler: MethodRouter<Site>,
}

impl Route {
    /// An address of any sort.
    pub fn new<H, T>(sort: Sort, method: Method, path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let rule = Rule { number: 0, method, path, who, sort, is_upload: false };
        Self { rule, handler: on(filter, handler) }
    }

    /// The same, for large bodies that take their time.
    pub fn upload(mut self) -> Self {
        self.rule.is_upload = true;
        // The guard bounds every body; the framework's own bound of two megabytes is too small for files.
        self.handler = self.handler.layer(DefaultBodyLimit::disable());
        self
    }
}

/// A page.
fn get<H: Handler<T, Site>, T: 'static>(path: &'static str, who: Who, handler: H) -> Route {
    Route::new(Sort::Page, Method::GET, path, who, handler)
}

/// What a page's form is sent to.
fn post<H: Handler<T, Site>, T: 'static>(path: &'static str, who: Who, handler: H) -> Route {
    Route::new(Sort::Page, Method::POST, path, who, handler)
}

/// Every address.
pub fn table() -> Vec<Route> {
    let mut routes = accounts();
    routes.extend(of_genomes());
    routes.extend(of_sharing());
    routes.extend(of_searches());
    routes.extend(api::routes());
    routes.extend(lapis::routes());
    routes.extend(charon::routes());
    routes.extend(refget::routes());
    routes.extend(take::routes());
    for (number, route) in routes.iter_mut().enumerate() {
        route.rule.number = number;
    }
    routes
}

/// The front page, coming in, accounts and people.
fn accounts() -> Vec<Route> {
    use Who::{Anybody, SignedIn};
    let administer = Who::Role(Role::Administer);
    vec![
        get("/", Anybody, front::show),
        Route::new(Sort::Asset, Method::GET, "/static/hearth.css", Anybody, assets::sheet),
        get("/search", Anybody, search::show),
        // Coming in.
        get("/sign-in", Anybody, entrance::show),
        post("/sign-in", Anybody, entrance::sign_in),
        get("/sign-in/oidc", Anybody, single_sign_on::begin),
        get(oidc::DONE, Anybody, single_sign_on::done),
        post("/sign-out", Anybody, entrance::sign_out),
        get("/set-up/{token}", Anybody, entrance::show_set_up),
        post("/set-up/{token}", Anybody, entrance::set_up),
        get("/invitations/{token}", Anybody, password::show_invitation),
        post("/invitations/{token}", Anybody, password::accept_invitation),
        // One's own account.
        get("/account", SignedIn, account::show),
        post("/account/tokens", SignedIn, account::make_token),
        post("/account/tokens/{id}/revoke", SignedIn, account::revoke_token),
        get("/account/password", SignedIn, password::show),
        post("/account/password", SignedIn, password::change),
        // The people of a party.
        get("/people/new", administer, people::show_new),
        post("/people", administer, people::invite),
        post("/people/{id}/link", administer, people::invite_again),
        post("/people/{id}/roles", administer, people::set_roles),
        post("/people/{id}/close", administer, people::close),
    ]
}

/// Genomes, from the file that is brought to the one that is taken away.
fn of_genomes() -> Vec<Route> {
    use Who::{Anybody, SignedIn};
    let submitter = Who::Role(Role::Submit);
    vec![
        // Genomes: brought in, looked through, released.
        get("/submit", submitter, submit::show),
        get("/submit/template.tsv", Anybody, submit::template),
        get("/submit/template.xlsx", Anybody, submit::workbook),
        get("/batches", SignedIn, batches::list),
        post("/batches", submitter, submit::bring).upload(),
        get("/batches/{id}", SignedIn, batch::show),
        post("/batches/{id}/submit", submitter, batch::hand_in),
        post("/batches/{id}/accept", submitter, batch::accept),
        post("/batches/{id}/discard", submitter, batch::discard),
        post("/batches/{id}/approve", Who::Role(Role::Review), batch::approve),
        post("/batches/{id}/send-back", Who::Role(Role::Review), batch::send_back),
        post("/batches/{id}/release", Who::Role(Role::Release), batch::release),
        // Genomes: seen, taken, revised, withdrawn.
        get("/genomes", Anybody, genomes::list),
        get("/genomes.fasta", Anybody, downloads::all_fasta),
        get("/genomes.tsv", Anybody, downloads::all_tsv),
        get("/genomes.json", Anybody, downloads::all_json),
        get("/genomes.manifest.json", Anybody, downloads::manifest),
        get("/ask", Anybody, ask::which),
        get("/ask/{pathogen}", Anybody, ask::show),
        get("/ask/{pathogen}/feed.atom", Anybody, feeds::atom),
        get("/ask/{pathogen}/feed.json", Anybody, feeds::json),
        get("/feeds/{token}/feed.atom", Anybody, feeds::saved_atom),
        get("/feeds/{token}/feed.json", Anybody, feeds::saved_json),
        get("/genomes/{accession}", Anybody, genome::show),
        get("/genomes/{accession}/sequence.fasta", Anybody, downloads::fasta),
        get("/genomes/{accession}/metadata.json", Anybody, downloads::metadata),
        get("/genomes/{accession}/compare", Anybody, versions::compare),
        get("/genomes/{accession}/revise", SignedIn, versions::show_revise),
        post("/genomes/{accession}/revise", SignedIn, versions::revise).upload(),
        get("/genomes/{accession}/send-back", Who::Role(Role::Review), versions::show_send_back),
        post("/genomes/{accession}/send-back", Who::Role(Role::Review), versions::send_back),
        get("/genomes/{accession}/withdraw", Who::Role(Role::Release), versions::show_withdraw),
        post("/genomes/{accession}/withdraw", Who::Role(Role::Release), versions::withdraw),
    ]
}

/// Documents, aid, parties, terms, figures, and the ledger of it all.
fn of_sharing() -> Vec<Route> {
    use Who::{Anybody, SignedIn};
    let curate = Who::Role(Role::Curate);
    let release = Who::Role(Role::Release);
    vec![
        // Documents, and what is given to parties.
        get("/documents", Anybody, documents::list),
        post("/documents", curate, documents::make),
        get("/documents/{id}", Anybody, documents::show),
        post("/documents/{id}/editions", curate, documents::add_edition).upload(),
        post("/documents/{id}/editions/{edition}/files", curate, documents::add_file).upload(),
        post("/documents/{id}/editions/{edition}/shares", release, documents::share),
        post("/documents/{id}/editions/{edition}/release", release, documents::release),
        post("/documents/{id}/editions/{edition}/withdraw", release, documents::withdraw),
        get("/documents/{id}/files/{file}", Anybody, documents::download),
        post("/shares/{id}/confirm", SignedIn, documents::confirm),
        // Shipments.
        get("/aid", Anybody, aid::list),
        post("/aid", curate, aid::plan),
        post("/aid/{id}/move", curate, aid::advance),
        post("/aid/{id}/confirm", SignedIn, aid::confirm),
        // Parties and terms.
        get("/parties", SignedIn, parties::list),
        post("/parties", Who::Host, parties::register),
        get("/parties/{id}", SignedIn, parties::show),
        post("/parties/{id}/members", Who::Host, parties::add_member),
        post("/parties/{id}/members/remove", Who::Host, parties::end_member),
        get("/terms", Anybody, terms::list),
        post("/terms", Who::Host, terms::write),
        get("/terms/{code}/accept", SignedIn, terms::show_accept),
        post("/terms/{code}/accept", SignedIn, terms::accept),
        // Figures are numbers only, and everybody's.
        get("/figures", Anybody, figures::show),
        get("/ledger", Anybody, ledger::list),
        get("/ledger/{id}", Anybody, ledger::show),
        get("/ledger/{id}/receipt", Anybody, log::receipt),
        Route::new(Sort::Log, Method::GET, "/log/checkpoint", Anybody, log::checkpoint),
        Route::new(Sort::Log, Method::GET, "/log/keys", Anybody, log::keys),
        Route::new(Sort::Log, Method::GET, "/log/tile/{*path}", Anybody, log::tile),
    ]
}

/// Saved searches, and the links of their mails.
fn of_searches() -> Vec<Route> {
    use Who::{Anybody, SignedIn};
    vec![
        get("/searches", SignedIn, searches::list),
        post("/searches", SignedIn, searches::save),
        post("/searches/address", SignedIn, searches_told::offer_address),
        get("/searches/{id}", SignedIn, searches::show),
        post("/searches/{id}/change", SignedIn, searches::change),
        post("/searches/{id}/seen", SignedIn, searches::seen),
        post("/searches/{id}/forget", SignedIn, searches::forget),
        post("/searches/{id}/feed", SignedIn, searches_told::make_feed),
        post("/searches/{id}/feed/end", SignedIn, searches_told::end_feed),
        post("/searches/{id}/webhook", SignedIn, searches_told::set_webhook),
        post("/searches/{id}/webhook/end", SignedIn, searches_told::end_webhook),
        post("/searches/{id}/webhook/resume", SignedIn, searches_told::resume_webhook),
        post("/searches/{id}/mail", SignedIn, searches_told::set_mail),
        post("/searches/{id}/mail/end", SignedIn, searches_told::end_mail),
        post("/searches/{id}/mail/resume", SignedIn, searches_told::resume_mail),
        get("/mail/{token}", Anybody, searches_told::show_verify),
        post("/mail/{token}", Anybody, searches_told::verify),
        get("/unsubscribe/{token}", Anybody, searches_told::show_unsubscribe),
        // A mail program sends this on its own, from anywhere and without a session: the secret alone counts.
        Route::new(Sort::Question, Method::POST, "/unsubscribe/{token}", Anybody, searches_told::unsubscribe),
    ]
}

/// What is declared of every address.
pub fn rules() -> Vec<Rule> {
    table().into_iter().map(|route| route.rule).collect()
}

/// The router of these routes.
pub fn router(site: &Site, routes: Vec<Route>) -> Router {
    let mut router = Router::new();
    for Route { rule, handler } in routes {
        let path = rule.path;
        router = router.route(path, handler.route_layer(from_fn_with_state((site.clone(), rule), guard)));
    }
    router.with_state(site.clone())
}
