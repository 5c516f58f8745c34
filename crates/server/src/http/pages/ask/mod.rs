//! The page on which anybody asks about many genomes: `/ask/{pathogen}`, and `/ask` to choose one.
//!
//! A question is its address, and the same question can be asked of the API. What a reader may see is decided in the
//! index; unlike the API, a page heeds the session of its reader. Start at [`show`]; a question is read and put to the
//! index by [`crate::app::questions`], its answer made by [`found`].

mod facets;
pub(in crate::http) mod found;
mod map;
mod time;

use super::named::pathogen as named;
use crate::app::Problem;
use crate::app::index::Held;
use crate::app::questions::asked::{AS_OF, Asked, CATEGORIES, DAYS, QUERY, Wrong};
use crate::app::questions::select::Asking;
use crate::http::charon::place::Place;
use crate::http::fields::Fields;
use crate::http::lapis::select::Ground;
use crate::http::{Caller, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_index::filter::Filter;
use hearth_index::visible::{Reader, Visible};
use hearth_pages::site::address;
use hearth_pages::site::ask::{Answer, AskPage, AskWhichPage, Asked as Pathogen, Input};
use hearth_pages::site::parts::{Choice, FieldProblem};
use hearth_store::log::read::head;
use hearth_store::state::genomes::{self, Wanted};
use hearth_store::state::scope::Scope;
use http::{StatusCode, Uri};
use std::ops::Deref;
use std::sync::Arc;

/// What the index says.
struct Told {
    /// Genomes that the reader sees.
    all: u64,
    /// So many entries of the ledger are known.
    size: u64,
    answer: Result<Answer, Vec<Wrong>>,
}

/// Shows which pathogens can be asked about; if it is one alone, leads there.
///
/// # Errors
/// When the work fails.
pub async fn which(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    let all = site.app.packs.pathogens().all();
    if let [only] = all {
        return Ok(answer::see_other(&address::below("/ask", only.name())));
    }
    let own = (site.clone(), caller.clone());
    let counted = move || {
        let (site, caller) = own;
        let numbers = 0..site.app.packs.pathogens().all().len();
        let counts = numbers.map(|pathogen| seen(&site, &caller, pathogen));
        counts.collect::<Vec<u64>>()
    };
    let counts = blocking(counted).await?;
    let of = |(pathogen, genomes): (&crate::app::pathogens::Pathogen, u64)| {
        let id = pathogen.name().to_owned();
        Pathogen { name: named(&site, &id), id, genomes }
    };
    let mut pathogens: Vec<Pathogen> = all.iter().zip(counts).map(of).collect();
    pathogens.sort_by(|one, other| other.genomes.cmp(&one.genomes).then_with(|| one.name.cmp(&other.name)));
    let page = AskWhichPage { frame: caller.frame(&site), pathogens };
    Ok(answer::page(page.to_html(&site.words)))
}

/// Shows a question about a pathogen, and its answer.
///
/// # Errors
/// When there is no such pathogen, the address cannot be read, or the store fails.
pub async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let all = site.app.packs.pathogens();
    let number = all.position(&id).ok_or(Problem::NotFound("pathogen"))?;
    let (asked, mut wrong) = Asked::read(Fields::read(uri.query().unwrap_or_default().as_bytes())?.pairs());
    let own = (site.clone(), caller.clone(), asked.clone(), address::below("/ask", &id));
    let told = blocking(move || {
        let (site, caller, asked, path) = own;
        match of_moment(&site, &caller, number, &asked) {
            Ok(reader) => of_index(&site, caller.scope(), number, reader, |held, visible| {
                told(&site, held, visible, &asked, &path, wrong)
            }),
            Err(text) => {
                wrong.push(Wrong { name: AS_OF, text });
                Some((Told { all: 0, size: site.app.indexes.size(), answer: Err(wrong) }, u64::MAX))
            }
        }
    });
    let (told, size) = told.await?.ok_or(Problem::NotFound("pathogen"))?;
    let told = Told { size, ..told };
    let following = match asked.as_of() {
        Some(_) => 0,
        None => following(&site, &caller, &id, &told).await?,
    };
    let mut page = AskPage {
        frame: caller.frame(&site),
        pathogen: Pathogen { name: named(&site, &id), id, genomes: told.all },
        has_others: all.all().len() > 1,
        question: asked.address(),
        is_any: asked.is_any(),
        following,
        ..AskPage::default()
    };
    let status = match told.answer {
        Ok(mut found) => {
            found.call.tree = tree(&site, number, &asked, found.count);
            found.call.origin = site.app.config.public_url().trim_end_matches('/').to_owned();
            fill(&mut page, &asked, &[], &site);
            page.answer = Some(found);
            StatusCode::OK
        }
        Err(wrong) => {
            fill(&mut page, &asked, &wrong, &site);
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    Ok(answer::with_status(status, answer::page(page.to_html(&site.words))))
}

/// Does something with what somebody sees of the index of a pathogen, and says how much of the ledger that index knows.
pub(in crate::http) fn of_index<T>(
    site: &Site,
    scope: &Scope,
    pathogen: usize,
    past: Option<Reader>,
    work: impl FnOnce(&Held, &Visible) -> T,
) -> Option<(T, u64)> {
    let indexes = &site.app.indexes;
    let shelf = indexes.shelf(pathogen)?;
    let (size, reader) = (indexes.size(), past.unwrap_or_else(|| indexes.reader(scope)));
    let held = shelf.held();
    let visible = Visible::new(&held.index, &reader);
    Some((work(held.deref(), &visible), size))
}

/// Where a question's genomes are shown as a tree; nowhere without a viewer, a tree or genomes.
fn tree(site: &Site, pathogen: usize, asked: &Asked, count: u64) -> String {
    let shelf = site.app.indexes.shelf(pathogen);
    let shelf = shelf.filter(|shelf| shelf.lead().pack.tree().is_some() && count > 0);
    match shelf.filter(|_| !site.app.config.viewers.auspice.as_os_str().is_empty()) {
        Some(shelf) => Place::of_question(shelf.pathogen().name(), asked.keys_of_api(), count).address(),
        None => String::new(),
    }
}

/// A caller as of the past moment that is asked about, if one is; a sentence where nothing can be said of it.
fn of_moment(site: &Site, caller: &Caller, pathogen: usize, asked: &Asked) -> Result<Option<Reader>, String> {
    let indexes = &site.app.indexes;
    let (Some(moment), Some(shelf)) = (asked.as_of(), indexes.shelf(pathogen)) else { return Ok(None) };
    let ground = Ground::new(Arc::clone(shelf), indexes.reader(caller.scope())).at(moment);
    ground.map(|ground| Some(ground.reader)).map_err(|fault| fault.detail)
}

/// How many genomes of a pathogen a caller sees, without making an index that nothing was put in.
fn seen(site: &Site, caller: &Caller, pathogen: usize) -> u64 {
    let indexes = &site.app.indexes;
    let reader = indexes.reader(caller.scope());
    let held = indexes.shelf(pathogen).and_then(|shelf| shelf.held_if_made());
    held.map_or(0, |held| everything(&Visible::new(&held.index, &reader)))
}

fn everything(visible: &Visible) -> u64 {
    visible.select(&Filter::True).map_or(0, |all| all.count())
}

pub(in crate::http) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Problem::Internal(format!("a question failed: {error}")))
}

fn told(
    site: &Site,
    held: &Held,
    visible: &Visible,
    asked: &Asked,
    path: &str,
    mut wrong: Vec<Wrong>,
) -> Told {
    let schema = held.index.schema();
    let all = everything(visible);
    let answer = match Asking::new(visible, schema, asked) {
        Ok(asking) if wrong.is_empty() => Ok(found::answer(&asking, schema, asked, path, &site.words)),
        Ok(_) => Err(wrong),
        Err(more) => {
            wrong.extend(more);
            Err(wrong)
        }
    };
    Told { all, size: 0, answer }
}

/// How many released genomes the caller may see that the index does not know yet.
async fn following(site: &Site, caller: &Caller, pathogen: &str, told: &Told) -> Result<u64, Problem> {
    let mut read = site.app.store.read().await?;
    if head(&mut read).await?.size <= told.size {
        return Ok(0);
    }
    let wanted = Wanted { pathogen: Some(pathogen.to_owned()), ..Wanted::default() };
    Ok(genomes::count(&mut read, caller.scope(), &wanted).await?.saturating_sub(told.all))
}

/// Fills the form with what was typed, and what is wrong with it.
fn fill(page: &mut AskPage, asked: &Asked, wrong: &[Wrong], site: &Site) {
    let problem = |name: &str| {
        let own = wrong.iter().filter(|one| one.name == name && !name.is_empty());
        own.map(|one| one.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    let input = |name: &str, is_unknown: Option<bool>| Input {
        name: name.to_owned(),
        values: asked.values(name).map(str::to_owned).collect(),
        is_unknown,
        problem: problem(name),
    };
    let texts = CATEGORIES.iter().filter(|name| **name != "simulated");
    page.query = input(QUERY, None);
    page.fields = texts.map(|name| input(name, Some(asked.is_unknown(name)))).collect();
    let days = DAYS.iter().flat_map(|(_, ends)| ends).chain(&[AS_OF]);
    page.days = days.map(|name| input(name, None)).collect();
    let typed = asked.text("simulated").to_owned();
    let mut offered = vec!["true".to_owned(), "false".to_owned()];
    if !typed.is_empty() && !offered.contains(&typed) {
        offered.push(typed.clone());
    }
    let choice = |value: String| {
        let is_known = ["true", "false"].contains(&value.as_str());
        let label =
            if is_known { site.words.say(AskPage::simulated_key(value == "true")) } else { value.clone() };
        Choice { is_chosen: value == typed, value, label }
    };
    page.simulated = offered.into_iter().map(choice).collect();
    let elsewhere = wrong.iter().filter(|one| one.name.is_empty() || one.name == "simulated");
    page.problems =
        elsewhere.map(|one| FieldProblem { field: String::new(), text: one.text.clone() }).collect();
}
