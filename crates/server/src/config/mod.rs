//! Every setting of a server: one struct for each concern, with what it is without being set.
//!
//! A setting is defined once, in [`sections`]; reading a file, reading the environment, the example file and what
//! `hearth config check` prints all follow from that. Refuses to open files: texts and variables are handed in. Start at
//! [`Config::read`]; the kinds of values are in [`value`].

mod example;
mod grouped;
mod mail;
mod read;
pub mod sections;
#[cfg(test)]
mod tests;
pub mod value;

pub use read::Fault;

use crate::app::pathogens::Grouping;
use hearth_base::accession::Prefix;
use hearth_store::blob::{BlobPlace, S3Settings};
use hearth_store::db::DatabaseUrl;
use sections::{
    Accounts, Data, Ledger, Limits, Log, Mail, Oidc, Rates, Server, Tell, Times, Viewers, Visitor, Work,
};
use std::path::Path;

/// What a server is set to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Where it listens, and what it is called.
    pub server: Server,
    /// Where it keeps things.
    pub data: Data,
    /// The log.
    pub ledger: Ledger,
    /// The work that nobody waits for.
    pub work: Work,
    /// Passwords, sessions, tokens.
    pub accounts: Accounts,
    /// How large things may be.
    pub limits: Limits,
    /// How long things may take.
    pub times: Times,
    /// Saved searches.
    pub tell: Tell,
    /// The mail that it sends.
    pub mail: Mail,
    /// How often somebody may ask.
    pub rates: Rates,
    /// Programs of others that run in its pages.
    pub viewers: Viewers,
    /// What it writes down about itself.
    pub log: Log,
    /// Single sign-on.
    pub oidc: Oidc,
    /// Packs that are the segments of one pathogen: tables `[[pathogens]]`.
    pub pathogens: Vec<Grouping>,
}

impl Config {
    /// The settings of a file (its name and text) and of environment variables, which go before the file.
    ///
    /// # Errors
    /// Everything that is wrong, with its place.
    pub fn read(
        file: Option<(&str, &str)>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Fault>> {
        let mut config = Self::default();
        let mut faults = Vec::new();
        if let Some((name, text)) = file {
            read::file(&mut config, name, text, &mut faults);
        }
        read::environment(&mut config, environment, &mut faults);
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    /// What does not fit together. Asked after flags of the command line were taken in.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |setting: &str, text: String| faults.push(Fault::new(setting, text));
        if let Some(url) = &self.server.public_url
            && let Err(reason) = check_public_url(url)
        {
            fault("server.public_url", reason);
        }
        if let Err(error) = self.database_url() {
            fault("data.database_url", error.to_string());
        }
        if self.data.database_url.0.is_empty() && self.data.folder.as_os_str().is_empty() {
            fault("data.folder", "no folder is given: write one, or use `--data DIR`".to_owned());
        } else if self.data.s3_bucket.is_none() && self.data.folder.as_os_str().is_empty() {
            let text = "files need a place: write a folder, or use `--data DIR`, or set data.s3_bucket";
            fault("data.folder", text.to_owned());
        }
        if !self.work.in_serve && self.is_alone() {
            let text = "with the embedded database one process does everything, and somebody has to work: leave it true, \
                        or set data.database_url to a PostgreSQL database and start `hearth work` beside it";
            fault("work.in_serve", text.to_owned());
        }
        if let Err(error) = self.ledger.accession_prefix.parse::<Prefix>() {
            fault("ledger.accession_prefix", error.to_string());
        }
        if self.data.s3_bucket.is_some()
            && (self.data.s3_key_id.is_none() || self.data.s3_secret.0.is_empty())
        {
            fault("data.s3_bucket", "a bucket needs data.s3_key_id and data.s3_secret too".to_owned());
        }
        if self.oidc.issuer.is_some() != self.oidc.client_id.is_some() {
            fault("oidc.issuer", "single sign-on needs both oidc.issuer and oidc.client_id".to_owned());
        }
        if self.oidc.issuer.as_deref().is_some_and(|issuer| !is_safe(issuer)) {
            fault("oidc.issuer", "write the issuer's address with https://, as it calls itself".to_owned());
        }
        if self.oidc.issuer.is_some() && self.server.public_url.is_none() {
            fault("oidc.issuer", "single sign-on sends people back to server.public_url: set it".to_owned());
        }
        faults.extend(mail::faults(&self.mail));
        let mut fault = |setting: &str, text: String| faults.push(Fault::new(setting, text));
        if !matches!(self.log.form.as_str(), "text" | "json") {
            fault("log.form", format!("{:?} is neither text nor json", self.log.form));
        }
        if self.log.traces_to.as_deref().is_some_and(|address| !is_address(address)) {
            fault("log.traces_to", "write an address that begins with http:// or https://".to_owned());
        }
        if self.server.listen == self.server.admin_listen && self.server.listen.port() != 0 {
            fault(
                "server.admin_listen",
                "this is the address that everybody reaches: take another".to_owned(),
            );
        }
        faults
    }

    /// The database: what is set, or a file in the data folder.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn database_url(&self) -> Result<DatabaseUrl, hearth_store::db::DbError> {
        match self.data.database_url.0.as_str() {
            "" => Ok(DatabaseUrl::Sqlite(self.data.folder.join("hearth.db"))),
            url => DatabaseUrl::parse(url),
        }
    }

    /// Where blobs lie: the bucket that is set, or a folder in the data folder.
    pub fn blob_place(&self) -> BlobPlace {
        let data = &self.data;
        match &data.s3_bucket {
            None => BlobPlace::Folder(data.folder.join("blobs")),
            Some(bucket) => BlobPlace::S3(S3Settings {
                endpoint: data.s3_endpoint.clone(),
                bucket: bucket.clone(),
                region: data.s3_region.clone(),
                key_id: data.s3_key_id.clone().unwrap_or_default(),
                secret: data.s3_secret.0.clone(),
                allow_http: data.s3_endpoint.as_deref().is_some_and(|url| url.starts_with("http://")),
            }),
        }
    }

    /// The address at which people reach this server, without a slash at the end.
    pub fn public_url(&self) -> String {
        match &self.server.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.server.listen),
        }
    }

    /// Whether people reach it by TLS.
    pub fn is_https(&self) -> bool {
        self.server.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The part of accessions before `_`; it was checked when the settings were read.
    pub fn accession_prefix(&self) -> Prefix {
        self.ledger.accession_prefix.parse().unwrap_or_default()
    }

    /// The name of the log: what is set, or the public address without its scheme.
    pub fn origin(&self) -> String {
        match (&self.ledger.origin, &self.server.public_url) {
            (Some(origin), _) => origin.clone(),
            (None, Some(_)) => {
                let url = self.public_url();
                url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).to_owned()
            }
            (None, None) => "localhost/hearth".to_owned(),
        }
    }

    /// Whether everything is kept in the data folder, so that no other process may serve it.
    pub fn is_alone(&self) -> bool {
        matches!(self.database_url(), Ok(DatabaseUrl::Sqlite(_)))
    }

    /// Takes the data folder of a command line.
    pub fn set_folder(&mut self, folder: &Path) {
        folder.clone_into(&mut self.data.folder);
    }

    /// An example file: every setting with its meaning, commented out where it is as it would be anyway.
    pub fn example() -> String {
        example::example()
    }

    /// What is in force, as a file, secrets hidden.
    pub fn in_force(&self) -> String {
        example::in_force(self)
    }

    fn visit(&mut self, visitor: &mut dyn Visitor) {
        self.server.visit(visitor);
        self.data.visit(visitor);
        self.ledger.visit(visitor);
        self.work.visit(visitor);
        self.accounts.visit(visitor);
        self.limits.visit(visitor);
        self.times.visit(visitor);
        self.tell.visit(visitor);
        self.mail.visit(visitor);
        self.rates.visit(visitor);
        self.viewers.visit(visitor);
        self.log.visit(visitor);
        self.oidc.visit(visitor);
    }
}

/// Whether an address is one by TLS, or on this machine.
pub(crate) fn is_safe(address: &str) -> bool {
    let Ok(uri) = address.parse::<http::Uri>() else { return false };
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    let is_plain = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    let is_loopback = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    has_host
        && is_plain
        && (uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_loopback))
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|rest| !rest.is_empty()) && text.parse::<http::Uri>().is_ok()
}

fn check_public_url(url: &str) -> Result<(), String> {
    let uri: http::Uri = url.parse().map_err(|_| format!("{url:?} is not an address: write https://HOST"))?;
    let scheme = uri.scheme_str().unwrap_or_default();
    let is_loopback = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if uri.host().is_none() || !matches!(scheme, "http" | "https") {
        return Err(format!("{url:?} is not an address: write https://HOST"));
    }
    if scheme == "http" && !is_loopback {
        return Err("passwords would be sent without TLS: write https://, or use this machine's own address"
            .to_owned());
    }
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
        return Err("pages lie at the root of a host: leave out what follows the host".to_owned());
    }
    Ok(())
}
