//! What is chosen with a batch, in the words in which it is given, and whether it holds together.
//!
//! Pages and the API both come here. Refuses to know forms and JSON. Start at [`settings`] and [`choice`].

use super::DraftSettings;
use super::release::{Choice, terms_with_code};
use crate::app::{App, Problem};
use hearth_base::audience::{Audience, Member};
use hearth_base::id::PartyId;
use hearth_base::terms::Reach;
use hearth_base::time::UtcTime;
use hearth_ledger::body::parties::PartySort;
use hearth_ledger::rules::disclosure;
use hearth_store::state::parties;

/// What is chosen, as it was given. What is empty was not given.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The code of the terms.
    pub terms: String,
    /// Identifiers of partners: parties and groups.
    pub partners: Vec<String>,
    /// The day on which an embargo ends.
    pub embargo: String,
    /// The name of the pathogen.
    pub pathogen: String,
}

/// What is kept with a draft: nobody should learn at the release that it does not hold together.
///
/// # Errors
/// Says which field is wrong.
pub async fn settings(app: &App, given: &Given, now: UtcTime) -> Result<DraftSettings, Problem> {
    let Choice { terms, audience, open_from } = choice(app, given, now).await?;
    let pathogen = match given.pathogen.as_str() {
        "" => None,
        name if app.packs.pathogens().named(name).is_some() => Some(name.to_owned()),
        _ => return Err(Problem::field("pathogen", "this server has no pack for it: choose another")),
    };
    Ok(DraftSettings { pathogen, terms, audience, open_from, ..DraftSettings::default() })
}

/// How far something is to go.
///
/// # Errors
/// Says which field is wrong.
pub async fn choice(app: &App, given: &Given, now: UtcTime) -> Result<Choice, Problem> {
    let mut read = app.store.read().await?;
    let found = terms_with_code(&mut read, &given.terms).await?;
    let (id, terms) = found.ok_or_else(|| Problem::field("terms", "choose terms"))?;
    let open_from = match given.embargo.trim() {
        "" => None,
        text => {
            let day: jiff::civil::Date = text
                .parse()
                .map_err(|_| Problem::field("embargo", "write the day as year-month-day: 2027-01-31"))?;
            Some(UtcTime::start_of(day))
        }
    };
    let known = parties::all(&mut read).await?;
    let member = |text: &String| {
        let id: Option<PartyId> = text.parse().ok();
        let party = id.and_then(|id| Some((id, known.get(&id)?)));
        match party {
            Some((id, party)) if party.sort == PartySort::Group => Ok(Member::Group(id)),
            Some((id, _)) => Ok(Member::Party(id)),
            None => Err(Problem::field("partners", "one of the partners is not known here: choose again")),
        }
    };
    let members = given.partners.iter().filter(|text| !text.is_empty()).map(member);
    let members = members.collect::<Result<Vec<Member>, Problem>>()?;
    let audience = Audience::of(members).map_err(|error| Problem::field("partners", error.to_string()))?;
    // Private terms say so at the release; such a batch may be kept without one.
    if terms.reach != Reach::Owner {
        disclosure::within_terms((&terms, id), audience.clone(), open_from, now)
            .map_err(|refusal| Problem::field("terms", refusal.to_string()))?;
    }
    Ok(Choice { terms: given.terms.clone(), audience, open_from })
}
