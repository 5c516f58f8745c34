//! The people of a party: invited, given roles, closed. The list itself is on the party's page ([`facts`]).
//!
//! Start at [`invite`].

use super::account::own_session;
use super::shown;
use crate::app::Problem;
use crate::app::accounts::people::{self, Invitee};
use crate::app::accounts::{Secret, SignedIn};
use crate::http::caller::page_role;
use crate::http::fields::of_query;
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::id::{PartyId, PersonId};
use hearth_base::role::Roles;
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::parties::{Person as PersonFacts, PersonPage};
use hearth_pages::site::parts::Choice;
use hearth_store::state::parties;
use http::{StatusCode, Uri};

/// The people of a party, for its page; nothing for those who do not keep them.
///
/// # Errors
/// When the store fails.
pub async fn facts(
    site: &Site,
    caller: &Caller,
    party: PartyId,
) -> Result<Option<Vec<PersonFacts>>, Problem> {
    let Some(who) = caller.who() else { return Ok(None) };
    let members = match people::list(&site.app, who, party).await {
        Ok(members) => members,
        Err(Problem::Forbidden(_)) => return Ok(None),
        Err(problem) => return Err(problem),
    };
    let fact = |member: people::Member| PersonFacts {
        id: member.account.person.to_string(),
        name: member.person.name,
        user: member.account.login,
        roles: member.person.roles.into_iter().map(page_role).collect(),
        seen: member.account.seen,
        is_closed: member.account.is_closed,
    };
    Ok(Some(members.into_iter().map(fact).collect()))
}

/// The page with the parties whose people they keep.
async fn page(site: &Site, caller: &Caller, who: &SignedIn, chosen: &str) -> Result<PersonPage, Problem> {
    let mut read = site.app.store.read().await?;
    let kept = parties::all(&mut read).await?;
    let kept = kept.into_iter().filter(|(id, _)| who.actor.require_keeper_of(*id).is_ok());
    let choice = |(id, party): (PartyId, hearth_ledger::body::parties::Party)| {
        let is_chosen = id.to_string() == chosen;
        Choice { value: id.to_string(), label: party.name, is_chosen }
    };
    let mut parties: Vec<Choice> = kept.map(choice).collect();
    parties.sort_by(|a, b| a.label.cmp(&b.label));
    Ok(PersonPage { frame: caller.frame(site), parties, ..PersonPage::default() })
}

/// Shows where somebody is invited.
///
/// # Errors
/// When the store fails.
pub async fn show_new(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    let query = of_query(uri.query());
    let page = page(&site, &caller, own_session(&caller)?, query.text("party")).await?;
    Ok(answer::page(page.to_html(&site.words)))
}

fn link(site: &Site, secret: &Secret) -> String {
    format!("{}{}", site.app.config.public_url(), address::below("/invitations", secret.text()))
}

fn roles_of(fields: &Fields) -> Result<Roles, Problem> {
    let role = |text: &str| text.parse().map_err(|error| Problem::field("role", format!("{error}")));
    fields.all("role").map(role).collect()
}

/// Invites somebody, and shows the link this once.
///
/// # Errors
/// When the store fails.
pub async fn invite(State(site): State<Site>, caller: Caller, fields: Fields) -> Result<Response, Problem> {
    let who = own_session(&caller)?;
    let roles = roles_of(&fields)?;
    let text = |name: &str| fields.text(name).to_owned();
    let invitee = Invitee { name: text("name"), login: text("user"), roles };
    let page = page(&site, &caller, who, fields.text("party")).await?;
    let outcome = match fields.text("party").parse() {
        Ok(party) => people::invite(&site.app, who, party, &invitee).await,
        Err(_) => Err(Problem::field("party", "choose a party")),
    };
    match outcome {
        Ok(secret) => {
            let page = PersonPage { invitation: Some(link(&site, &secret)), ..page };
            Ok(answer::page(page.to_html(&site.words)))
        }
        Err(problem) => {
            let labels = [("name", Key::PersonName), ("user", Key::UserName), ("party", Key::BatchParty)];
            let problems = shown(&site, problem, &labels)?;
            let Invitee { name, login: user, roles } = invitee;
            let roles = roles.into_iter().map(page_role).collect();
            let page = PersonPage { problems, name, user, roles, ..page };
            Ok(answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, answer::page(page.to_html(&site.words))))
        }
    }
}

fn person_of(id: &str) -> Result<PersonId, Problem> {
    id.parse().map_err(|_| Problem::NotFound("person"))
}

/// Makes another link for somebody whose password is lost.
///
/// # Errors
/// When the person may not, or the store fails.
pub async fn invite_again(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let who = own_session(&caller)?;
    let secret = people::invite_again(&site.app, who, person_of(&id)?).await?;
    let page = page(&site, &caller, who, "").await?;
    let page = PersonPage { invitation: Some(link(&site, &secret)), ..page };
    Ok(answer::page(page.to_html(&site.words)))
}

/// The page of a person's party, where one goes afterwards.
async fn party_of(site: &Site, person: PersonId) -> Result<String, Problem> {
    let found = parties::person(&mut *site.app.store.read().await?, person.into()).await?;
    Ok(found.map_or_else(|| "/parties".to_owned(), |(party, _)| address::party(&party.to_string())))
}

/// Gives somebody roles.
///
/// # Errors
/// When the person may not, or the store fails.
pub async fn set_roles(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let person = person_of(&id)?;
    people::set_roles(&site.app, own_session(&caller)?, person, roles_of(&fields)?).await?;
    Ok(answer::see_other_telling(&site, &party_of(&site, person).await?, 'd', "The roles are changed."))
}

/// Closes an account.
///
/// # Errors
/// When the person may not, or the store fails.
pub async fn close(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let person = person_of(&id)?;
    people::close(&site.app, own_session(&caller)?, person).await?;
    Ok(answer::see_other_telling(&site, &party_of(&site, person).await?, 'd', "The account is closed."))
}
