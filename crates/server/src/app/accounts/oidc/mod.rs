//! Single sign-on: the authorization code flow of OpenID Connect Core 1.0, with PKCE (RFC 7636).
//!
//! State, nonce and the proof of PKCE follow from one secret in the browser's cookie, so that an answer counts in the
//! browser that asked, and nothing is kept here meanwhile. Who comes in is linked with an account: by an invitation that
//! was opened with it, or, where the operator says so, by a verified mail address that is the account's name. No account
//! is ever made by signing in. Refuses to know cookies. Start at [`Sso::begin`] and [`Sso::finish`].

mod keys;
mod provider;
mod token;

use super::{Secret, login_form, sign_in};
use crate::app::{App, Problem};
use crate::config::sections::Oidc;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_base::digest::Digest;
use hearth_base::id::PersonId;
use hearth_pages::site::address::encoded;
use hearth_store::accounts::invitation::{self, Invited};
use hearth_store::accounts::{self, Account};
use keys::Verdict;
use provider::{Provider, ProviderError};
use token::{Claims, Expected, Signed, TokenError};

/// Where the provider sends people back to.
pub const DONE: &str = "/sign-in/oidc/done";
/// How long a sign-in may take at the provider, in seconds.
pub const FLOW_S: u64 = 600;
/// The longest path to go to afterwards, in bytes.
const NEXT_MAX_BYTES: usize = 1_000;
/// The longest code, in bytes.
const CODE_MAX_BYTES: usize = 8 * 1024;

/// Single sign-on with one provider.
pub struct Sso {
    settings: Oidc,
    issuer: String,
    client: String,
    provider: Provider,
}

/// A sign-in on its way: what its browser carries until it comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    secret: Secret,
    invitation: Option<Secret>,
    /// The path to go to afterwards.
    pub next: String,
}

/// What the provider's answer carries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answered<'a> {
    /// The code to exchange.
    pub code: &'a str,
    /// Which sign-in it belongs to.
    pub state: &'a str,
    /// Why there is none.
    pub error: &'a str,
    /// Who answers, if it says so.
    pub issuer: &'a str,
}

impl Flow {
    fn new(next: &str, invitation: Option<Secret>) -> Result<Self, Problem> {
        let next = if next.len() > NEXT_MAX_BYTES { "/" } else { next };
        Ok(Self { secret: Secret::new()?, invitation, next: next.to_owned() })
    }

    /// As it is carried.
    pub fn written(&self) -> String {
        let invitation = self.invitation.as_ref().map(Secret::text).unwrap_or_default();
        format!("{}.{invitation}.{}", self.secret.text(), URL_SAFE_NO_PAD.encode(&self.next))
    }

    /// What was carried.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let secret = Secret::read(parts.next()?)?;
        let invitation = match parts.next()? {
            "" => None,
            text => Some(Secret::read(text)?),
        };
        let next = String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
        (parts.next().is_none() && next.len() <= NEXT_MAX_BYTES).then_some(Self { secret, invitation, next })
    }

    fn derived(&self, purpose: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.secret.derived(purpose))
    }

    fn state(&self) -> String {
        self.derived("oidc state")
    }

    fn nonce(&self) -> String {
        self.derived("oidc nonce")
    }

    fn verifier(&self) -> String {
        self.derived("oidc pkce")
    }
}

impl Sso {
    /// Single sign-on, if it is set.
    pub fn new(settings: &Oidc) -> Option<Self> {
        let (issuer, client) = (settings.issuer.clone()?, settings.client_id.clone()?);
        let provider = Provider::new(&issuer);
        Some(Self { settings: settings.clone(), issuer, client, provider })
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Begins: the address to send the browser to, and what it carries.
    ///
    /// # Errors
    /// When the provider cannot be asked.
    pub async fn begin(
        &self,
        app: &App,
        next: &str,
        invitation: Option<Secret>,
    ) -> Result<(String, Flow), Problem> {
        let described = self.provider.described(app.now()).await.map_err(|error| self.problem(&error))?;
        let flow = Flow::new(next, invitation)?;
        let challenge = URL_SAFE_NO_PAD.encode(Digest::of(flow.verifier().as_bytes()).as_bytes());
        let scope = if self.settings.match_email { "openid email" } else { "openid" };
        let back = self.back(app);
        let fields = [
            ("response_type", "code"),
            ("client_id", &self.client),
            ("redirect_uri", &back),
            ("scope", scope),
            ("state", &flow.state()),
            ("nonce", &flow.nonce()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let fields: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let endpoint = described.authorization_endpoint;
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        Ok((format!("{endpoint}{joint}{}", fields.join("&")), flow))
    }

    fn back(&self, app: &App) -> String {
        format!("{}{DONE}", app.config.public_url())
    }

    /// Finishes: a session for whom the provider names.
    ///
    /// # Errors
    /// When the answer is not of this browser's sign-in, cannot be trusted, or names nobody who was invited.
    pub async fn finish(
        &self,
        app: &App,
        flow: Option<&Flow>,
        answered: &Answered<'_>,
    ) -> Result<Secret, Problem> {
        let flow = flow.filter(|flow| is_same(&flow.state(), answered.state)).ok_or_else(|| {
            let text = "this sign-in was begun in another browser or window, or more than ten minutes ago: begin again";
            Problem::Forbidden(text.to_owned())
        })?;
        let name = self.name();
        if !answered.error.is_empty() {
            tracing::info!(error = answered.error, "single sign-on was not granted");
            let text = format!("{name} did not sign you in: try again, or sign in with a password");
            return Err(Problem::Forbidden(text));
        }
        let claims = self.claims(app, flow, answered).await?;
        let person = self.person(app, flow, &claims).await?;
        sign_in::begin(app, person).await
    }

    /// What the provider says of whoever sits there.
    async fn claims(&self, app: &App, flow: &Flow, answered: &Answered<'_>) -> Result<Claims, Problem> {
        let now = app.now();
        let failed = |error: ProviderError| self.problem(&error);
        let described = self.provider.described(now).await.map_err(failed)?;
        let says = answered.issuer;
        let must_say = described.authorization_response_iss_parameter_supported;
        if (must_say || !says.is_empty()) && says != self.issuer {
            return Err(self.untrusted(&TokenError::Issuer(says.chars().take(200).collect())));
        }
        if answered.code.is_empty() || answered.code.len() > CODE_MAX_BYTES {
            return Err(self.untrusted(&TokenError::Form("there is no code")));
        }
        let (back, verifier) = (self.back(app), flow.verifier());
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", answered.code),
            ("redirect_uri", &back),
            ("code_verifier", &verifier),
        ];
        let client = (self.client.as_str(), self.settings.client_secret.0.as_str());
        let token = self.provider.exchange(now, client, &fields).await.map_err(failed)?;
        let signed = Signed::read(&token).map_err(|error| self.untrusted(&error))?;
        let verdict = async |stale| {
            let keys = self.provider.keys(now, stale).await.map_err(failed)?;
            Ok::<_, Problem>(keys.verify(
                signed.algorithm,
                signed.kid.as_deref(),
                signed.message,
                &signed.signature,
            ))
        };
        let found = match verdict(false).await? {
            // The provider may have exchanged its keys since they were read.
            Verdict::Unknown => verdict(true).await?,
            found => found,
        };
        if found != Verdict::Good {
            return Err(self.untrusted(&TokenError::Signature));
        }
        let expected = Expected {
            issuer: &self.issuer,
            client: &self.client,
            nonce: &flow.nonce(),
            now_s: now.unix_ms() as f64 / 1000.0,
            skew_s: self.settings.clock_skew_s as f64,
        };
        let claims = signed.claims().map_err(|error| self.untrusted(&error))?;
        claims.check(&expected).map_err(|error| self.untrusted(&error))?;
        Ok(claims)
    }

    /// Who that is here. An invitation that they came with links them.
    async fn person(&self, app: &App, flow: &Flow, claims: &Claims) -> Result<PersonId, Problem> {
        let mut tx = app.store.database().begin_write().await?;
        let linked = accounts::by_subject(&mut tx, &claims.iss, &claims.sub).await?;
        let account = match (&flow.invitation, linked) {
            (None, Some(account)) => account,
            (Some(secret), linked) => {
                let spent =
                    || Problem::Gone("this link was used already or is too old: ask for another".to_owned());
                let invited = invitation::spend(&mut tx, &secret.digest(), app.now()).await?;
                let Some(Invited::Person(person)) = invited else { return Err(spent()) };
                if linked.is_some_and(|other| other.person != person) {
                    return Err(self.taken());
                }
                self.link(&mut tx, person, claims).await?
            }
            (None, None) => {
                let account = self.by_email(&mut tx, claims).await?.ok_or_else(|| self.unknown())?;
                self.link(&mut tx, account.person, claims).await?
            }
        };
        if account.is_closed {
            return Err(self.unknown());
        }
        tx.commit().await?;
        Ok(account.person)
    }

    /// Links an account; as with another password, every session before ends.
    async fn link(
        &self,
        tx: &mut hearth_store::db::Write,
        person: PersonId,
        claims: &Claims,
    ) -> Result<Account, Problem> {
        if !accounts::link(tx, person, &claims.iss, &claims.sub).await? {
            return Err(self.taken());
        }
        accounts::session::end_all(tx, person).await?;
        accounts::of_person(tx, person).await?.ok_or_else(|| self.unknown())
    }

    /// The account whose name is the verified mail address, if the operator trusts the provider with that, and nobody is
    /// linked with it yet.
    async fn by_email(
        &self,
        tx: &mut hearth_store::db::Write,
        claims: &Claims,
    ) -> Result<Option<Account>, Problem> {
        let email = claims.verified_email().filter(|email| self.settings.match_email && email.contains('@'));
        let Some(email) = email else { return Ok(None) };
        let account = accounts::by_login(tx, &login_form(email)).await?;
        Ok(account.filter(|account| account.subject.is_none() && !account.is_closed))
    }

    fn unknown(&self) -> Problem {
        let name = self.name();
        let text = format!(
            "{name} knows you, but nobody was invited here with that account: ask an administrator of your party for an \
             invitation, open its link, and choose {name} there"
        );
        Problem::Forbidden(text)
    }

    fn taken(&self) -> Problem {
        let text =
            format!("this account at {} belongs to somebody else here: sign out there first", self.name());
        Problem::Conflict(text)
    }

    fn untrusted(&self, error: &TokenError) -> Problem {
        tracing::warn!(%error, "an answer of single sign-on was not believed");
        let text = format!(
            "what {} answered cannot be trusted and was not used: begin again; if it comes back, tell the operator of \
             this server",
            self.name()
        );
        Problem::Forbidden(text)
    }

    fn problem(&self, error: &ProviderError) -> Problem {
        tracing::warn!(%error, "single sign-on failed");
        let name = self.name();
        match error {
            ProviderError::Refused(_) => Problem::Forbidden(format!(
                "{name} did not confirm this sign-in, or took too long: begin again"
            )),
            ProviderError::Down(_) | ProviderError::Wrong(_) => Problem::Unavailable {
                text: format!(
                    "{name} does not answer as it should: try again in a minute, or sign in with a password"
                ),
                wait_s: 30,
            },
        }
    }
}

/// Compares without telling by its time where they differ.
fn is_same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |all, (one, other)| all | (one ^ other));
    one.len() == other.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_comes_back_as_it_was_carried() {
        for (next, invitation) in [("/", None), ("/genomes?text=é&x=1", Secret::new().ok())] {
            let flow = Flow::new(next, invitation).expect("random");
            let written = flow.written();
            assert!(written.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"._-".contains(&letter)));
            assert_eq!(Flow::read(&written), Some(flow.clone()));
            let all = [flow.state(), flow.nonce(), flow.verifier()];
            assert!(all.iter().all(|one| one.len() == 43 && !written.contains(one.as_str())));
            assert!(all[0] != all[1] && all[1] != all[2]);
        }
        for wrong in ["", "..", "a.b.c", &format!("{}..!", "A".repeat(43)), &format!("{}...", "A".repeat(43))]
        {
            assert_eq!(Flow::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_equal_texts_are_the_same() {
        assert!(is_same("ab", "ab") && !is_same("ab", "ac") && !is_same("ab", "a") && !is_same("", "a"));
    }
}
