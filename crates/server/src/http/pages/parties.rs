//! Organisations and groups: the list, one of them, and their forms.
//!
//! Start at [`list`] and [`show`].

use super::documents::{choices, country_of, day, name_of};
use super::ledger::{kind_fact, link_to};
use super::{countries, people, shown};
use crate::app::{Problem, parties, sharing};
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::country::Country;
use hearth_base::id::PartyId;
use hearth_ledger::body::parties::{Membership, Party, PartySort};
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::parties::{Group, Member, Organisation, PartiesPage, PartyPage, Share, Sort};
use hearth_pages::site::parts::{FieldProblem, Paging};
use hearth_store::state::gifts::Given;
use hearth_store::state::records;
use http::StatusCode;
use std::collections::BTreeMap;

/// Shares on the page of a party.
const SHARES_MAX: u32 = 1_000;

fn is_of_host(caller: &Caller) -> bool {
    caller.who().is_some_and(|who| who.actor.require_host().is_ok())
}

async fn list_page(site: &Site, caller: &Caller, problems: Vec<FieldProblem>) -> Result<Response, Problem> {
    let all = parties::list(&site.app).await?;
    let host = site.app.host().await?;
    let today = site.app.now().date();
    let (groups, others): (Vec<_>, Vec<_>) =
        all.iter().partition(|(_, party)| party.sort == PartySort::Group);
    let genomes = genomes_of(site, caller).await?;
    let organisation = |(id, party): (&PartyId, &Party)| Organisation {
        id: id.to_string(),
        name: party.name.clone(),
        sort: sort_fact(party.sort),
        country: country_of(&all, *id),
        genomes: genomes.get(id).copied().unwrap_or_default(),
        is_host: host == Some(*id),
    };
    let mut organisations: Vec<Organisation> = others.into_iter().map(organisation).collect();
    organisations.sort_by(|a, b| (&a.country, &a.name).cmp(&(&b.country, &b.name)));
    let group = |(id, party): (&PartyId, &Party)| Group {
        id: id.to_string(),
        name: party.name.clone(),
        members: party.members.iter().filter(|member| member.holds_on(today)).count() as u64,
    };
    let mut groups: Vec<Group> = groups.into_iter().map(group).collect();
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    let shown = organisations.len() as u64;
    let page = PartiesPage {
        frame: caller.frame(site),
        organisations,
        paging: Paging { first: shown.min(1), shown, all: shown, ..Paging::default() },
        groups,
        may_add: is_of_host(caller),
        countries: countries("").into_iter().filter(|choice| !choice.value.is_empty()).collect(),
        problems,
    };
    let status = if page.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(answer::with_status(status, answer::page(page.to_html(&site.words))))
}

fn sort_fact(sort: PartySort) -> Sort {
    match sort {
        PartySort::Country => Sort::Country,
        PartySort::Organisation => Sort::Organisation,
        PartySort::International => Sort::International,
        PartySort::Group => Sort::Group,
    }
}

/// Genomes of each party that the reader may see.
async fn genomes_of(site: &Site, caller: &Caller) -> Result<BTreeMap<PartyId, u64>, Problem> {
    let mut read = site.app.store.read().await?;
    let counts =
        records::count_by_owner(&mut read, caller.scope(), hearth_ledger::entry::Kind::Genome).await?;
    Ok(counts.into_iter().collect())
}

/// Shows all parties.
///
/// # Errors
/// When the store fails.
pub async fn list(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    list_page(&site, &caller, Vec::new()).await
}

/// Registers a party.
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn register(State(site): State<Site>, caller: Caller, fields: Fields) -> Result<Response, Problem> {
    let sort = match fields.text("kind") {
        "country" => PartySort::Country,
        "international" => PartySort::International,
        "group" => PartySort::Group,
        _ => PartySort::Organisation,
    };
    let country = Country::from_alpha2(fields.text("country"));
    let outcome = parties::register(&site.app, caller.actor()?, fields.text("name"), sort, country).await;
    match outcome {
        Ok(party) => Ok(answer::see_other(&address::party(&party.to_string()))),
        Err(problem) => {
            let labels = [("name", Key::PartyAddName), ("country", Key::PartyAddCountry)];
            list_page(&site, &caller, shown(&site, problem, &labels)?).await
        }
    }
}

fn membership(all: &BTreeMap<PartyId, Party>, id: PartyId, member: &Membership) -> Member {
    Member {
        id: id.to_string(),
        name: name_of(all, id),
        since: member.from.to_string(),
        until: member.to.map(|last| last.to_string()),
    }
}

/// What went between a party and the reader's, one way.
async fn shares(
    site: &Site,
    caller: &Caller,
    all: &BTreeMap<PartyId, Party>,
    given: &[Given],
    (party, is_received): (PartyId, bool),
) -> Result<Vec<Share>, Problem> {
    let mut read = site.app.store.read().await?;
    let own = caller.scope().reader().party;
    let mut shares = Vec::new();
    for one in given {
        let (this, other) = if is_received { (one.share.to, one.from) } else { (one.from, one.share.to) };
        if this != party {
            continue;
        }
        let what = one.share.what.record;
        let called = sharing::called(&mut read, caller.scope(), what).await?;
        let kind = records::standing(&mut read, what).await?.map(|standing| standing.kind);
        shares.push(Share {
            id: one.record.to_string(),
            kind: kind.map(kind_fact).unwrap_or_default(),
            link: kind.map(|kind| link_to(kind, called.as_ref())).unwrap_or_default(),
            other: name_of(all, other),
            sent: one.entry.draft.happened.latest().date().to_string(),
            confirmed: one.confirmed.as_ref().map(|(_, happened)| happened.latest().date().to_string()),
            may_confirm: one.confirmed.is_none() && own == Some(one.share.to),
        });
    }
    Ok(shares)
}

async fn page(
    site: &Site,
    caller: &Caller,
    id: PartyId,
    problems: Vec<FieldProblem>,
) -> Result<Response, Problem> {
    let all = parties::list(&site.app).await?;
    let party = all.get(&id).ok_or(Problem::NotFound("party"))?;
    let today = site.app.now().date();
    let mut memberships = party.members.clone();
    memberships.sort_by_key(|one| (!one.holds_on(today), one.from));
    let groups = all.iter().flat_map(|(group, party)| {
        let own = party.members.iter().filter(|one| one.party == id);
        own.map(|one| membership(&all, *group, one)).collect::<Vec<_>>()
    });
    let given = sharing::of_reader(&site.app, caller.scope(), None, SHARES_MAX).await?;
    let is_group = party.sort == PartySort::Group;
    let own_people = people::facts(site, caller, id).await?;
    let may_change = if is_group { is_of_host(caller) } else { own_people.is_some() };
    let page = PartyPage {
        frame: caller.frame(site),
        id: id.to_string(),
        name: party.name.clone(),
        country: country_of(&all, id),
        sort: sort_fact(party.sort),
        members: memberships.iter().map(|one| membership(&all, one.party, one)).collect(),
        groups: groups.collect(),
        people: own_people.filter(|_| !is_group),
        received: shares(site, caller, &all, &given, (id, true)).await?,
        given: shares(site, caller, &all, &given, (id, false)).await?,
        may_change,
        candidates: if may_change && is_group {
            choices(&all, None, |party| party.sort != PartySort::Group)
        } else {
            Vec::new()
        },
        problems,
    };
    let status = if page.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(answer::with_status(status, answer::page(page.to_html(&site.words))))
}

fn party_id(id: &str) -> Result<PartyId, Problem> {
    id.parse().map_err(|_| Problem::NotFound("party"))
}

/// Shows a party.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    page(&site, &caller, party_id(&id)?, Vec::new()).await
}

async fn done(
    site: &Site,
    caller: &Caller,
    group: PartyId,
    outcome: Result<(), Problem>,
) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => {
            let back = address::party(&group.to_string());
            Ok(answer::see_other_telling(site, &back, 'd', "The group is changed."))
        }
        Err(problem) => {
            let labels = [("member", Key::MemberAdd), ("since", Key::MemberSince)];
            page(site, caller, group, shown(site, problem, &labels)?).await
        }
    }
}

/// Takes a party into a group.
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn add_member(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let group = party_id(&id)?;
    let member = fields.text("member").parse().map_err(|_| Problem::field("member", "choose a party"));
    let outcome = match (member, day("since", fields.text("since"))) {
        (Ok(member), Ok(since)) => {
            let since = since.map(hearth_base::date::PartialDate::first_day);
            parties::add_member(&site.app, caller.actor()?, group, member, since).await
        }
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
    };
    done(&site, &caller, group, outcome).await
}

/// Ends a membership.
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn end_member(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let group = party_id(&id)?;
    let member = fields.text("member").parse().map_err(|_| Problem::field("member", "choose a party"));
    let outcome = match member {
        Ok(member) => parties::end_member(&site.app, caller.actor()?, group, member).await,
        Err(problem) => Err(problem),
    };
    done(&site, &caller, group, outcome).await
}
