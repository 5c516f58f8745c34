//! Terms of use: the list, others, and their acceptance.
//!
//! Start at [`list`].

use super::shown;
use crate::app::Problem;
use crate::app::terms::{self, Kept};
use crate::http::fields::of_query;
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::terms::{Reach as TermsReach, Terms as TermsBody};
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::parts::FieldProblem;
use hearth_pages::site::terms::{AcceptPage, Reach, Terms, TermsPage};
use http::{StatusCode, Uri};

fn fact(kept: Kept) -> Terms {
    let Kept { terms, records, .. } = kept;
    Terms {
        code: terms.code,
        title: terms.title,
        reach: match terms.reach {
            TermsReach::Public => Reach::Everybody,
            TermsReach::Partners => Reach::Partners,
            TermsReach::Owner => Reach::Own,
        },
        may_embargo: terms.embargo,
        must_accept: terms.acceptance,
        is_bound: !terms.resharing,
        text: terms.text,
        records,
    }
}

async fn page(
    site: &Site,
    caller: &Caller,
    given: Terms,
    problems: Vec<FieldProblem>,
) -> Result<Response, Problem> {
    let all = terms::list(&site.app, caller.scope()).await?;
    let page = TermsPage {
        frame: caller.frame(site),
        terms: all.into_iter().map(fact).collect(),
        may_add: caller.who().is_some_and(|who| who.actor.require_host().is_ok()),
        given,
        problems,
    };
    let status = if page.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(answer::with_status(status, answer::page(page.to_html(&site.words))))
}

/// Shows all terms.
///
/// # Errors
/// When the store fails.
pub async fn list(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    page(&site, &caller, Terms::default(), Vec::new()).await
}

/// Writes other terms.
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn write(State(site): State<Site>, caller: Caller, fields: Fields) -> Result<Response, Problem> {
    let reach = Reach::ALL.into_iter().find(|reach| reach.id() == fields.text("reach")).unwrap_or_default();
    let given = Terms {
        code: fields.text("code").trim().to_owned(),
        title: fields.text("title").trim().to_owned(),
        reach,
        may_embargo: fields.text("embargo") == "yes",
        must_accept: fields.text("accept") == "yes",
        is_bound: fields.text("bound") == "yes",
        text: fields.text("text").to_owned(),
        records: 0,
    };
    let body = TermsBody {
        code: given.code.clone(),
        title: given.title.clone(),
        text: given.text.clone(),
        reach: match reach {
            Reach::Everybody => TermsReach::Public,
            Reach::Partners => TermsReach::Partners,
            Reach::Own => TermsReach::Owner,
        },
        embargo: given.may_embargo,
        acceptance: given.must_accept,
        resharing: !given.is_bound,
        licence: None,
    };
    match terms::write(&site.app, caller.actor()?, body).await {
        Ok(()) => Ok(answer::see_other_telling(&site, "/terms", 'd', "The terms can be chosen from now on.")),
        Err(problem) => {
            let problems = shown(&site, problem, &[("code", Key::TermsCode), ("title", Key::TermsName)])?;
            page(&site, &caller, given, problems).await
        }
    }
}

fn next_of(text: &str) -> String {
    address::local(text).unwrap_or("/terms").to_owned()
}

/// Shows where terms are accepted.
///
/// # Errors
/// When there are none with this code, or the store fails.
pub async fn show_accept(
    State(site): State<Site>,
    caller: Caller,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let kept = terms::find(&site.app, caller.scope(), &code).await?;
    let page = AcceptPage {
        frame: caller.frame(&site),
        next: next_of(of_query(uri.query()).text("next")),
        records: kept.records,
        parties: Vec::new(),
        terms: fact(kept),
    };
    Ok(answer::page(page.to_html(&site.words)))
}

/// Accepts terms, and goes on to where they were asked for.
///
/// # Errors
/// When there are none with this code, they were not accepted, or the store fails.
pub async fn accept(
    State(site): State<Site>,
    caller: Caller,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let next = next_of(fields.text("next"));
    if fields.text("accepted") != "yes" {
        return Ok(answer::see_other(&address::accept(&code, &next)));
    }
    terms::accept(&site.app, caller.actor()?, &code).await?;
    Ok(answer::see_other(&next))
}
