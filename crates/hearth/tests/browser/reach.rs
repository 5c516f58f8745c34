//! What can be reached by clicking: every page kind is opened and looked at, every other link answers.
//!
//! Kinds are the server's own table of addresses, with the names of the query's fields. Start at [`Walk`].

use crate::driver::{Browser, Scripts, agent};
use crate::looks::Look;
use crate::running::House;
use hearth_server::app::demo::PASSWORD;
use hearth_server::http::routes::rules;
use std::collections::{BTreeSet, VecDeque};

/// Addresses of links on a page, as they are within the site.
const LINKS: &str = "return [...document.links].map((link) => link.origin === location.origin ? link.pathname + link.search : link.href)";

/// Links of one kind that are followed, where they are not looked at: their number is not bounded by the site.
const OF_A_KIND: usize = 5;

struct Walk<'a> {
    browser: &'a Browser,
    look: Look<'a>,
    waiting: VecDeque<(String, String)>,
    seen: BTreeSet<String>,
    asked: Vec<String>,
    /// Paths of the table that were reached.
    kinds: BTreeSet<&'static str>,
}

/// The path of the table that an address belongs to.
fn kind(address: &str) -> Option<&'static str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let fits = |pattern: &str| {
        let (mut own, mut other) = (pattern.split('/'), path.split('/'));
        loop {
            match (own.next(), other.next()) {
                (None, None) => return true,
                (Some(part), Some(_)) if part.starts_with("{*") => return true,
                (Some(part), Some(given)) if part == given || part.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    let mut paths: Vec<&'static str> =
        rules().into_iter().map(|rule| rule.path).filter(|path| fits(path)).collect();
    paths.sort_by_key(|path| path.matches('{').count());
    paths.first().copied()
}

/// The names of a query's fields.
fn fields(address: &str) -> String {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    names.into_iter().collect::<Vec<_>>().join("&")
}

impl<'a> Walk<'a> {
    fn new(browser: &'a Browser) -> Self {
        let first = ("/".to_owned(), "the browser".to_owned());
        Self {
            browser,
            look: Look::with(browser),
            waiting: VecDeque::from([first]),
            seen: BTreeSet::new(),
            asked: Vec::new(),
            kinds: BTreeSet::new(),
        }
    }

    /// Follows links from the front page on until there is no new kind.
    fn walk(&mut self) {
        while let Some((address, from)) = self.waiting.pop_front() {
            // What is shown there is a program of others (`foreign.rs`).
            if address.starts_with("/trees/") {
                continue;
            }
            let Some(kind) = kind(&address) else {
                self.look.found.push(format!("{from}: a link to {address}, which nothing answers"));
                continue;
            };
            let named = format!("{kind}?{}", fields(&address));
            let before = self.asked.iter().filter(|own| **own == named).count();
            if before >= OF_A_KIND || !self.seen.insert(address.clone()) {
                continue;
            }
            self.asked.push(named.clone());
            self.kinds.insert(kind);
            self.follow(&address, &from, (before == 0).then_some(named.trim_end_matches('?')));
        }
    }

    /// Asks for an address; a page is opened, and the first of its kind is looked at.
    fn follow(&mut self, address: &str, from: &str, is_looked_at: Option<&str>) {
        let url = format!("{}{address}", self.browser.base);
        let answer = agent().get(&url).header("cookie", self.browser.cookies()).call();
        let answer = answer.unwrap_or_else(|error| panic!("{url}: {error}"));
        let header = |name: &str| {
            let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        match answer.status().as_u16() {
            status if status >= 400 => {
                self.look.found.push(format!("{from}: a link to {address}, which answers {status}"))
            }
            300..400 => self.waiting.push_back((header("location"), address.to_owned())),
            // Filters upon filters show what each shows alone.
            _ if !header("content-type").starts_with("text/html") || address.contains('&') => {}
            _ => {
                if let Some(what) = is_looked_at {
                    self.look.at(address, what);
                } else {
                    self.browser.go(address);
                }
                let links = self.browser.run(LINKS);
                for link in links.as_array().into_iter().flatten().filter_map(|link| link.as_str()) {
                    self.waiting.push_back((link.to_owned(), address.to_owned()));
                }
            }
        }
    }
}

/// Walks as somebody, and names pages that they must come to.
fn check(user: Option<&str>, must: &[&str]) {
    let Some(house) = House::of_this_process() else { return };
    let browser = Browser::open(house, &house.demo, Scripts::On);
    if let Some(user) = user {
        browser.sign_in(user, PASSWORD);
        let _ = (browser.log("browser"), browser.log("performance"));
    }
    let mut walk = Walk::new(&browser);
    walk.walk();
    for path in must {
        if !walk.kinds.contains(path) {
            walk.look.found.push(format!("no click leads to {path}"));
        }
    }
    walk.look.end();
}

#[test]
fn a_stranger_reaches_what_is_public() {
    check(
        None,
        &[
            "/",
            "/sign-in",
            "/ask",
            "/ask/{pathogen}",
            "/genomes",
            "/genomes/{accession}",
            "/ledger",
            "/ledger/{id}",
            "/terms",
            "/figures",
        ],
    );
}

#[test]
fn a_partner_reaches_what_was_given_to_it() {
    // Chen's party accepts terms in the first job; Dragana's has yet to.
    check(Some("dragana"), &["/documents/{id}", "/aid", "/account", "/terms/{code}/accept"]);
}

#[test]
fn an_administrator_reaches_every_page() {
    // By a link that is handed over, by a button elsewhere, only for whom it concerns, or once there are two versions.
    let not_by_clicking = [
        "/set-up/{token}",
        "/invitations/{token}",
        "/sign-in",
        "/sign-in/oidc",
        "/sign-in/oidc/done",
        "/terms/{code}/accept",
        "/genomes/{accession}/compare",
        // For programs.
        "/take/{pathogen}/changes",
        // Of a viewer of others, and what it asks.
        "/trees",
        "/trees/{*path}",
        "/charon/getAvailable",
        "/charon/getDataset",
        "/charon/getNarrative",
        // Of a search that somebody saved: `searches.rs` does. Behind secrets: tests of the server do.
        "/searches/{id}",
        "/feeds/{token}/feed.atom",
        "/feeds/{token}/feed.json",
        "/mail/{token}",
        "/unsubscribe/{token}",
    ];
    let must: Vec<&str> = rules()
        .into_iter()
        .filter(|rule| rule.method == "GET" && rule.sort == hearth_server::http::routes::Sort::Page)
        .map(|rule| rule.path)
        .filter(|path| !not_by_clicking.contains(path))
        .collect();
    check(Some("amina"), &must);
}
