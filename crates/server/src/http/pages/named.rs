//! Names for what entries have as identifiers: parties, people, terms, audiences, and moments as people write them.
//!
//! Refuses to tell a reader who else may see something that is not theirs, and the names of other parties' people. Start
//! at [`Names`].

use crate::app::Problem;
use crate::http::{Caller, Site};
use hearth_base::audience::{Audience, Member};
use hearth_base::id::{PartyId, PersonId, RecordId, VersionId};
use hearth_base::terms::{Reach, Terms};
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::body::parties::Party;
use hearth_ledger::entry::{Act as Done, Disclosure, Kind};
use hearth_ledger::rules::Status;
use hearth_pages::site::parts::{Act, Audience as Seers, Event, TermsName};
use hearth_store::db::Session;
use hearth_store::log::read::entry_at;
use hearth_store::state::records::{self, Face, Listing, Seen};
use hearth_store::state::scope::Scope;
use hearth_store::state::{acceptances, parties};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Terms that are offered.
const MOST_TERMS: u32 = 1_000;

/// Names, for one reader.
pub struct Names {
    parties: BTreeMap<PartyId, Party>,
    terms: HashMap<VersionId, Option<Terms>>,
    accepted: HashSet<VersionId>,
    own: Option<PartyId>,
    groups: BTreeSet<PartyId>,
    now: UtcTime,
}

impl Names {
    /// Reads all parties, and what the reader accepted.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(session: &mut Session, caller: &Caller) -> Result<Self, Problem> {
        let mut names = Self::of_terms(session, caller).await?;
        names.learn_parties(session).await?;
        Ok(names)
    }

    /// Reads all parties.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn learn_parties(&mut self, session: &mut Session) -> Result<(), Problem> {
        self.parties = parties::all(session).await?;
        Ok(())
    }

    /// Reads what the reader accepted, and knows no party.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of_terms(session: &mut Session, caller: &Caller) -> Result<Self, Problem> {
        let accepted = match caller.who() {
            Some(who) => acceptances::of_person(session, who.actor.person).await?,
            None => HashSet::new(),
        };
        let reader = caller.scope().reader();
        Ok(Self {
            parties: BTreeMap::new(),
            terms: HashMap::new(),
            accepted,
            own: reader.party,
            groups: reader.groups.clone(),
            now: caller.scope().now(),
        })
    }

    /// The name of a party.
    pub fn party(&self, id: PartyId) -> String {
        self.parties.get(&id).map(|party| party.name.clone()).unwrap_or_default()
    }

    /// All parties.
    pub fn parties(&self) -> impl Iterator<Item = (&PartyId, &Party)> {
        self.parties.iter()
    }

    /// Whether something is the reader's own party's.
    pub fn is_own(&self, owner: PartyId) -> bool {
        self.own == Some(owner)
    }

    /// Terms of a version.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn terms(
        &mut self,
        session: &mut Session,
        id: Option<VersionId>,
    ) -> Result<Option<Terms>, Problem> {
        let Some(id) = id else { return Ok(None) };
        if let Some(found) = self.terms.get(&id) {
            return Ok(found.clone());
        }
        let anybody = Scope::of_anybody(self.now);
        let versions = records::history(session, &anybody, id.record, Face::Released).await?;
        let bodies = versions.into_iter().filter(|seen| seen.version == id);
        let found = bodies.filter_map(|seen| seen.entry).find_map(|entry| match entry.draft.body {
            Body::Terms(terms) => Some(*terms),
            _ => None,
        });
        self.terms.insert(id, found.clone());
        Ok(found)
    }

    /// Whether the reader has to accept the terms of something before they may take it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn must_accept(&mut self, session: &mut Session, seen: &Seen) -> Result<bool, Problem> {
        let Some(id) = seen.disclosure.terms.filter(|_| !self.is_own(seen.owner)) else { return Ok(false) };
        Ok(!self.may_take_under(session, id).await?)
    }

    /// Whether the reader may take what stands under some terms: they accepted them, or need not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn may_take_under(&mut self, session: &mut Session, terms: VersionId) -> Result<bool, Problem> {
        let asks = self.terms(session, Some(terms)).await?.is_none_or(|terms| terms.acceptance);
        Ok(!asks || self.accepted.contains(&terms))
    }

    /// Who may see something, as far as the reader may know.
    pub fn seers(&self, owner: PartyId, disclosure: &Disclosure) -> Seers {
        let opened = disclosure.opens.as_ref().filter(|opening| opening.at <= self.now);
        match opened.map_or(&disclosure.audience, |opening| &opening.to) {
            Audience::Public => Seers::Everybody,
            Audience::Owner => Seers::Own,
            Audience::Members(members) => {
                let is_told = |member: &Member| match member {
                    _ if self.is_own(owner) => true,
                    Member::Party(party) => self.is_own(*party),
                    Member::Group(group) => self.groups.contains(group),
                };
                let id = |member: &Member| match member {
                    Member::Party(id) | Member::Group(id) => *id,
                };
                let told = members.iter().filter(|member| is_told(member));
                Seers::Named(told.map(|member| self.party(id(member))).collect())
            }
        }
    }

    /// The name of a person of the reader's own party; nothing of others.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn person(&self, session: &mut Session, person: Option<PersonId>) -> Result<String, Problem> {
        let Some(person) = person else { return Ok(String::new()) };
        let found = parties::person(session, person.into()).await?;
        let own = found.filter(|(party, _)| self.is_own(*party));
        Ok(own.map(|(_, person)| person.name).unwrap_or_default())
    }

    /// What brought a state about.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn event(&self, session: &mut Session, seen: &Seen) -> Result<Option<Event>, Problem> {
        let Some(entry) =
            entry_at(session, seen.since).await?.map(|kept| kept.entry()).transpose()?.flatten()
        else {
            return Ok(None);
        };
        let draft = entry.draft;
        let (act, reason) = match (draft.act, draft.body) {
            (Done::Keep, Body::Genome(genome)) if draft.version > 1 => (Act::Revised, genome.reason),
            (Done::Keep, _) => (Act::Submitted, String::new()),
            (Done::Release, _) => (Act::Released, String::new()),
            (Done::Approve, Body::Approval(_, remark)) => (Act::Approved, remark.reason),
            (Done::Withdraw, Body::Withdrawal(_, remark)) => (Act::Withdrawn, remark.reason),
            (Done::SendBack, Body::SentBack(_, remark)) => (Act::SentBack, remark.reason),
            (Done::SendBack, _) => (Act::SentBack, String::new()),
            (Done::Approve, _) => (Act::Approved, String::new()),
            (Done::Withdraw, _) => (Act::Withdrawn, String::new()),
        };
        Ok(Some(Event {
            at: minute(entry.recorded),
            act,
            person: self.person(session, draft.person).await?,
            party: self.party(draft.party),
            reason,
            entry: Some(entry.id.to_string()),
        }))
    }
}

/// Code and title of terms.
pub fn name_of(terms: Option<&Terms>) -> TermsName {
    let name = |terms: &Terms| TermsName { code: terms.code.clone(), title: terms.title.clone() };
    terms.map(name).unwrap_or_default()
}

/// Terms to choose from: the newest version of each that holds.
///
/// # Errors
/// When the store fails.
pub async fn offered_terms(site: &Site, session: &mut Session) -> Result<Vec<Terms>, Problem> {
    let anybody = Scope::of_anybody(site.app.now());
    let listing = Listing { limit: MOST_TERMS, ..Listing::of(Kind::Terms, Face::Released) };
    let found = records::list(session, &anybody, &listing).await?;
    let standing = found.into_iter().filter(|seen| seen.status != Status::Withdrawn);
    let mut terms: Vec<Terms> = standing
        .filter_map(|seen| match seen.entry?.draft.body {
            Body::Terms(terms) => Some(*terms),
            _ => None,
        })
        .collect();
    // What is open stands first, and so is chosen where nobody chooses: it needs no partner and no day.
    terms.sort_by_key(|terms| (terms.reach != Reach::Public || terms.embargo, terms.code.clone()));
    Ok(terms)
}

/// The name of a pathogen for people: what the settings call it, or the only pack; its own where there is no better one.
pub fn pathogen(site: &Site, name: &str) -> String {
    let packs = &site.app.packs;
    let title = packs.pathogens().named(name).and_then(|pathogen| match pathogen.segments() {
        [only] => packs.all().get(only.pack)?.pack.pathogen().name.clone(),
        _ => pathogen.title().map(str::to_owned),
    });
    title.unwrap_or_else(|| name.to_owned())
}

/// `2026-11-22 03:00 UTC`.
pub fn minute(time: UtcTime) -> String {
    let text = time.to_string();
    format!("{} {} UTC", text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default())
}

/// `2026-11-22`.
pub fn day(time: UtcTime) -> String {
    time.date().to_string()
}

/// The identifier in an address; what is none names nothing.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn record_of(text: &str, noun: &'static str) -> Result<RecordId, Problem> {
    text.parse().map_err(|_| Problem::NotFound(noun))
}
