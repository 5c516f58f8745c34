//! Who calls: somebody with a session or a token, or nobody we know.
//!
//! Made once by the guard for every request; handlers take a [`Caller`] and get from it what it may see ([`Caller::scope`])
//! and what it may do ([`Caller::actor`]). Refuses to be made by a handler. Start at [`Caller`].

use super::cookie::{Jar, flash_read};
use super::site::Site;
use crate::app::accounts::{Means, Secret, SignedIn, carried};
use crate::app::{App, Problem};
use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_base::id::PartyId;
use hearth_base::role::Role;
use hearth_ledger::rules::Actor;
use hearth_pages::site::frame::{Flash, FlashKind, Frame, Reader, Role as PageRole};
use hearth_store::random;
use hearth_store::state::scope::Scope;
use http::header::AUTHORIZATION;
use http::request::Parts;
use std::net::IpAddr;
use std::sync::Arc;

/// The cookie of a session.
pub const SESSION: &str = "hearth";
/// The cookie of a message.
pub const FLASH: &str = "hearth-flash";

/// Who calls. Clones share it.
#[derive(Clone)]
pub struct Caller(Arc<Inner>);

struct Inner {
    who: Option<SignedIn>,
    nobodys: Scope,
    address: IpAddr,
    request: String,
    path: String,
    flash: Option<Flash>,
}

/// What a request says of itself beside who calls.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub address: IpAddr,
    pub request: String,
}

impl Caller {
    /// Finds out who calls.
    pub(super) async fn find(app: &App, parts: &Parts, asked: Asked) -> Result<Self, Problem> {
        let jar = Jar { is_https: app.config.is_https() };
        let who = match parts.headers.get(AUTHORIZATION) {
            Some(value) => {
                let text = value.to_str().unwrap_or_default();
                let token = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
                let token = token.map(|(_, token)| token.trim()).unwrap_or_default();
                // Whoever shows a token that does not hold is told so, and not taken for nobody.
                Some(carried::by_token(app, token).await?.ok_or(Problem::SignIn)?)
            }
            None => match jar.read(&parts.headers, SESSION).as_deref().and_then(Secret::read) {
                Some(secret) => carried::by_session(app, &secret).await?,
                None => None,
            },
        };
        let flash = jar.read(&parts.headers, FLASH).as_deref().and_then(flash_read).map(|(kind, text)| {
            let kind = match kind {
                'd' => FlashKind::Done,
                'c' => FlashKind::Caution,
                _ => FlashKind::Problem,
            };
            Flash { kind, text }
        });
        Ok(Self::new(app, who, asked, parts.uri.path(), flash))
    }

    /// The same of whoever shows a token; sessions are not looked at.
    pub(super) async fn find_by_token(app: &App, parts: &Parts, asked: Asked) -> Result<Self, Problem> {
        if parts.headers.contains_key(AUTHORIZATION) {
            return Self::find(app, parts, asked).await;
        }
        Ok(Self::nobody(app, asked, parts.uri.path()))
    }

    /// Somebody of whom nothing is asked.
    pub(super) fn nobody(app: &App, asked: Asked, path: &str) -> Self {
        Self::new(app, None, asked, path, None)
    }

    fn new(app: &App, who: Option<SignedIn>, asked: Asked, path: &str, flash: Option<Flash>) -> Self {
        let nobodys = Scope::of_anybody(app.now());
        let Asked { address, request } = asked;
        Self(Arc::new(Inner { who, nobodys, address, request, path: path.to_owned(), flash }))
    }

    /// Who it is, if anybody we know.
    pub fn who(&self) -> Option<&SignedIn> {
        self.0.who.as_ref()
    }

    /// Who it is.
    ///
    /// # Errors
    /// [`Problem::SignIn`] when it is nobody we know.
    pub fn signed_in(&self) -> Result<&SignedIn, Problem> {
        self.who().ok_or(Problem::SignIn)
    }

    /// What it may do.
    ///
    /// # Errors
    /// [`Problem::SignIn`] when it is nobody we know.
    pub fn actor(&self) -> Result<&Actor, Problem> {
        Ok(&self.signed_in()?.actor)
    }

    /// The party whose own things it may see: a token without the scope of reading sees nobody's.
    ///
    /// # Errors
    /// [`Problem::SignIn`] when it is nobody we know, [`Problem::Forbidden`] without that scope.
    pub fn scope_party(&self) -> Result<PartyId, Problem> {
        let who = self.signed_in()?;
        let text = "this token may not read: make one with the scope “read”";
        who.scope.reader().party.ok_or_else(|| Problem::Forbidden(text.to_owned()))
    }

    /// What it may see.
    pub fn scope(&self) -> &Scope {
        self.who().map_or(&self.0.nobodys, |who| &who.scope)
    }

    /// Where it calls from.
    pub fn address(&self) -> IpAddr {
        self.0.address
    }

    /// By which the request is found in the log.
    pub fn request(&self) -> &str {
        &self.0.request
    }

    /// Whether it calls with a browser's session.
    pub(super) fn has_session(&self) -> bool {
        self.who().is_some_and(|who| matches!(who.means, Means::Session(_)))
    }

    /// Whether it calls with a token.
    pub(super) fn has_token(&self) -> bool {
        self.who().is_some_and(|who| matches!(who.means, Means::Token(_)))
    }

    /// The proof that a form comes from a page of this session. It is masked anew each time, so that a compressed page
    /// does not betray it letter by letter.
    pub fn csrf(&self) -> String {
        let Some(proof) = self.proof() else { return String::new() };
        let Ok(mask) = random::bytes::<32>() else { return String::new() };
        let masked = mask.iter().zip(proof).map(|(mask, byte)| mask ^ byte);
        URL_SAFE_NO_PAD.encode(mask.iter().copied().chain(masked).collect::<Vec<u8>>())
    }

    /// Whether a form brings the proof that it comes from a page of this session. Who has no session needs none.
    pub fn is_proved_by(&self, csrf: &str) -> bool {
        let Some(proof) = self.proof() else { return true };
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(csrf) else { return false };
        if bytes.len() != 64 {
            return false;
        }
        let (mask, masked) = bytes.split_at(32);
        // Every byte is looked at, whatever the first ones were.
        let differences =
            mask.iter().zip(masked).zip(proof).fold(0, |all, ((mask, byte), own)| all | (mask ^ byte ^ own));
        differences == 0
    }

    fn proof(&self) -> Option<[u8; 32]> {
        match &self.who()?.means {
            Means::Session(secret) => Some(secret.derived("csrf")),
            Means::Token(_) => None,
        }
    }

    /// What every page carries.
    pub fn frame(&self, site: &Site) -> Frame {
        let reader = self.who().map(|who| Reader {
            name: who.name.clone(),
            party: who.party_name.clone(),
            party_id: who.actor.party.to_string(),
            roles: who.actor.roles.iter().copied().map(page_role).collect(),
        });
        Frame {
            site: site.app.config.server.site_name.clone(),
            reader,
            csrf: self.csrf(),
            path: self.0.path.clone(),
            flash: self.0.flash.clone(),
            is_demonstration: site.app.is_demonstration(),
        }
    }
}

/// A role as pages have it.
pub fn page_role(role: Role) -> PageRole {
    match role {
        Role::Submit => PageRole::Submit,
        Role::Review => PageRole::Review,
        Role::Release => PageRole::Release,
        Role::Curate => PageRole::Curate,
        Role::Administer => PageRole::Administer,
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing = || Problem::Internal("a route was reached without its guard".to_owned());
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}
