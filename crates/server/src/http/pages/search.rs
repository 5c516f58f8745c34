//! The page of a search.
//!
//! Start at [`show`].

use super::genomes::{place_of, said_ever};
use super::named::Names;
use crate::app::Problem;
use crate::app::search::{self, Results, TEXT_MAX_CHARS};
use crate::http::fields::of_query;
use crate::http::{Caller, Site, answer};
use axum::extract::State;
use axum::response::Response;
use hearth_base::language::UnLanguage;
use hearth_ledger::rules::Status;
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::genomes::{Found, Hit, SearchPage};
use hearth_pages::site::parts::{Kind, Link};
use hearth_store::state::records::Seen;
use http::Uri;

/// Shows what a search led to; the form alone if nothing is searched for.
///
/// # Errors
/// When the store fails.
pub async fn show(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    let query = of_query(uri.query());
    let text: String = query.text("q").trim().chars().filter(|letter| !letter.is_control()).collect();
    let text: String = text.chars().take(TEXT_MAX_CHARS).collect();
    let found = match text.as_str() {
        "" => Vec::new(),
        text => {
            let results = search::search(&site.app, caller.scope(), text).await?;
            let mut read = site.app.store.read().await?;
            let names = Names::read(&mut read, &caller).await?;
            told(&site, &names, text, &results)
        }
    };
    let page = SearchPage { frame: caller.frame(&site), query: text, found };
    Ok(answer::page(page.to_html(&site.words)))
}

fn told(site: &Site, names: &Names, text: &str, results: &Results) -> Vec<Found> {
    let genomes = Found {
        kind: Kind::Genome,
        hits: results.genomes.first.iter().filter_map(|seen| genome(site, seen)).collect(),
        is_more: results.genomes.is_more,
        all: format!("/genomes?text={}", address::encoded(text)),
    };
    let document = |work: &crate::app::documents::Found<hearth_ledger::body::documents::Work>| Hit {
        link: Link { label: work.body.title.clone(), address: address::document(&work.record.to_string()) },
        about: names.party(work.owner),
    };
    let documents = Found {
        kind: Kind::Document,
        hits: results.documents.first.iter().map(document).collect(),
        is_more: results.documents.is_more,
        all: "/documents".to_owned(),
    };
    let parties = Found {
        kind: Kind::Party,
        hits: results
            .parties
            .first
            .iter()
            .map(|(id, party)| Hit {
                link: Link { label: party.name.clone(), address: address::party(&id.to_string()) },
                about: party
                    .country
                    .map(|country| country.name(UnLanguage::English).to_owned())
                    .unwrap_or_default(),
            })
            .collect(),
        is_more: results.parties.is_more,
        all: "/parties".to_owned(),
    };
    [genomes, documents, parties].into_iter().filter(|found| !found.hits.is_empty()).collect()
}

fn genome(site: &Site, seen: &Seen) -> Option<Hit> {
    let genome = said_ever(seen)?;
    let is_withdrawn = seen.status == Status::Withdrawn;
    let parts = [
        genome.sample.name.clone(),
        if is_withdrawn { String::new() } else { place_of(genome) },
        if is_withdrawn { site.words.say(Key::GenomeWithdrawn) } else { String::new() },
    ];
    let about: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let versioned = format!("{}.{}", genome.accession, seen.version.version);
    Some(Hit {
        link: Link { address: address::genome(&versioned), label: versioned },
        about: about.join(" · "),
    })
}
