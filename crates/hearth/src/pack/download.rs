//! Fetches one file over HTTP or HTTPS, under limits.

use super::PackError;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(30);
/// Longest time for one whole answer.
const ANSWER: Duration = Duration::from_secs(600);
/// Most redirects followed.
const REDIRECTS: u32 = 5;

/// Fetches files; honours `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY` and `SSL_CERT_FILE`.
pub struct Downloader {
    agent: ureq::Agent,
}

impl Downloader {
    /// A downloader with the house's limits of time.
    ///
    /// It trusts Mozilla's list of authorities or, where `SSL_CERT_FILE` names a PEM file, those in it: in
    /// many ministries a proxy opens every TLS connection and signs it anew.
    pub fn new() -> Result<Self, PackError> {
        let config = ureq::Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ANSWER))
            .max_redirects(REDIRECTS)
            .proxy(ureq::Proxy::try_from_env())
            .tls_config(tls()?)
            .user_agent(concat!("hearth/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { agent: config.into() })
    }

    /// The content at `url`; `None` when the server says there is nothing (404 or 410).
    pub fn get(&self, url: &str, limit: u64) -> Result<Option<Vec<u8>>, PackError> {
        let failed = |problem: String| PackError::Fetch { url: url.to_owned(), problem };
        let mut answer = match self.agent.get(url).call() {
            Ok(answer) => answer,
            Err(ureq::Error::StatusCode(404 | 410)) => return Ok(None),
            Err(ureq::Error::StatusCode(status)) => {
                return Err(failed(format!("the server answered with status {status}")));
            }
            Err(error) => return Err(failed(error.to_string())),
        };
        let claimed = answer.body().content_length();
        match answer.body_mut().with_config().limit(limit).read_to_vec() {
            Ok(bytes) if claimed.is_some_and(|claimed| claimed != bytes.len() as u64) => {
                Err(failed("the connection broke off before the end".to_owned()))
            }
            Ok(bytes) => Ok(Some(bytes)),
            Err(ureq::Error::BodyExceedsLimit(_)) => Err(PackError::TooLarge { what: url.to_owned(), limit }),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

/// Whom to trust: Mozilla's list of authorities, or those of the file that `SSL_CERT_FILE` names.
///
/// # Errors
/// When that file cannot be read, or holds no certificate.
pub fn tls() -> Result<TlsConfig, PackError> {
    let roots = match std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()) {
        Some(path) => RootCerts::Specific(Arc::new(authorities(Path::new(&path))?)),
        None => RootCerts::WebPki,
    };
    Ok(TlsConfig::builder().root_certs(roots).build())
}

/// The certificates of a PEM file.
fn authorities(path: &Path) -> Result<Vec<Certificate<'static>>, PackError> {
    let pem = std::fs::read(path).map_err(|error| PackError::read(path, error))?;
    let certificates: Vec<Certificate> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(PackError::NoAuthorities { path: path.to_path_buf() });
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("roots.pem");
        assert!(matches!(authorities(&file), Err(PackError::Read { .. })));
        std::fs::write(&file, "no certificate").unwrap();
        assert!(matches!(authorities(&file), Err(PackError::NoAuthorities { .. })));
        let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        std::fs::write(&file, format!("{pem}{pem}")).unwrap();
        assert_eq!(authorities(&file).unwrap().len(), 2);
    }
}
