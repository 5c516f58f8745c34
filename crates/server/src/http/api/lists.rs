//! Who calls, and what there is to choose from.
//!
//! Start at [`whoami`].

use super::read::ok;
use super::shapes::{Page, Party, PartyRef, Reach, Terms, WhoAmI};
use crate::app::{Problem, parties as all_parties, terms as all_terms};
use crate::http::{Caller, Site};
use axum::extract::State;
use axum::response::Response;
use hearth_base::terms::Reach as TermsReach;
use hearth_ledger::body::parties::PartySort;

/// Whom the token stands for.
pub(super) async fn whoami(caller: Caller) -> Result<Response, Problem> {
    let who = caller.signed_in()?;
    ok(&WhoAmI {
        person: who.name.clone(),
        party: PartyRef { id: who.actor.party.to_string(), name: who.party_name.clone() },
        roles: who.actor.roles.iter().map(|role| role.word().to_owned()).collect(),
        is_of_host: who.actor.is_of_host,
    })
}

/// All terms in force.
pub(super) async fn terms(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    let all = all_terms::list(&site.app, caller.scope()).await?;
    let items = all.into_iter().map(|kept| Terms {
        code: kept.terms.code,
        title: kept.terms.title,
        reach: match kept.terms.reach {
            TermsReach::Public => Reach::Everybody,
            TermsReach::Partners => Reach::Partners,
            TermsReach::Owner => Reach::Own,
        },
        needs_embargo: kept.terms.embargo,
        needs_acceptance: kept.terms.acceptance,
        may_be_handed_on: kept.terms.resharing,
        text: kept.terms.text,
    });
    ok(&Page { items: items.collect(), next: None })
}

/// All parties.
pub(super) async fn parties(State(site): State<Site>) -> Result<Response, Problem> {
    let all = all_parties::list(&site.app).await?;
    let items = all.into_iter().map(|(id, party)| Party {
        id: id.to_string(),
        name: party.name,
        sort: match party.sort {
            PartySort::Country => super::shapes::PartySort::Country,
            PartySort::Organisation => super::shapes::PartySort::Organisation,
            PartySort::International => super::shapes::PartySort::International,
            PartySort::Group => super::shapes::PartySort::Group,
        },
        country: party.country.map(|country| country.to_string()),
    });
    ok(&Page { items: items.collect(), next: None })
}
