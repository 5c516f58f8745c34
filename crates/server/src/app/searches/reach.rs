//! Where the server may send something that somebody else wrote the address of: to the world, and not into the network
//! that it stands in.
//!
//! A name is resolved here, every address that it has is judged, and the request goes to those addresses and no other.
//! Refuses redirects: the caller's client follows none. Start at [`checked`] and [`resolved`].

use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// The longest address, in bytes.
const ADDRESS_MAX_BYTES: usize = 500;
/// How long resolving a name may take.
const RESOLVE_MOST: Duration = Duration::from_secs(5);

/// The host of an address: a name, or numbers however they were written.
enum Host {
    Name(String),
    Number(IpAddr),
}

impl Host {
    fn of(url: &Url) -> Option<Self> {
        let text = url.host_str().filter(|text| !text.is_empty())?;
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        Some(bare.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Number))
    }
}

/// An address that something may be sent to, as far as its text tells.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn checked(text: &str, is_own_network_allowed: bool) -> Result<Url, String> {
    let text = text.trim();
    if text.len() > ADDRESS_MAX_BYTES {
        return Err(format!("this is longer than {ADDRESS_MAX_BYTES} letters: take a shorter address"));
    }
    let url = Url::parse(text).map_err(|_| "this is no address: write https://HOST/PATH".to_owned())?;
    let is_plain_allowed = url.scheme() == "http" && is_own_network_allowed;
    if url.scheme() != "https" && !is_plain_allowed {
        return Err("messages are sent by TLS only: write an address that begins with https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("leave the user name and the password out of the address".to_owned());
    }
    if url.fragment().is_some() {
        return Err("leave out what follows the # in the address".to_owned());
    }
    match Host::of(&url) {
        None => Err("this is no address: write https://HOST/PATH".to_owned()),
        Some(Host::Number(number)) if !is_own_network_allowed && !is_of_the_world(number) => {
            Err(PRIVATE.to_owned())
        }
        Some(_) => Ok(url),
    }
}

const PRIVATE: &str = "this address leads into the server's own network, where messages are not sent: take one that everybody \
                       can reach, or ask the operator (setting tell.webhooks_to_own_network)";

/// Where a checked address leads at this moment.
///
/// # Errors
/// A sentence that says why nothing is sent there.
pub async fn resolved(url: &Url, is_own_network_allowed: bool) -> Result<Vec<SocketAddr>, String> {
    let port = url.port_or_known_default().unwrap_or(443);
    let found: Vec<SocketAddr> = match Host::of(url) {
        None => Vec::new(),
        Some(Host::Number(number)) => vec![SocketAddr::new(number, port)],
        Some(Host::Name(name)) => {
            let looking = tokio::time::timeout(RESOLVE_MOST, tokio::net::lookup_host((name.as_str(), port)));
            match looking.await {
                Ok(Ok(found)) => found.collect(),
                Ok(Err(_)) => return Err(format!("the name {name} is not known")),
                Err(_) => return Err(format!("looking up the name {name} took too long")),
            }
        }
    };
    // One address inside is enough to refuse: which one a client takes is chance.
    if !is_own_network_allowed && found.iter().any(|address| !is_of_the_world(address.ip())) {
        return Err(PRIVATE.to_owned());
    }
    if found.is_empty() { Err("this address leads nowhere".to_owned()) } else { Ok(found) }
}

/// Whether an address is one that everybody reaches (IANA's special-purpose registries, RFC 6890).
fn is_of_the_world(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(four) => is_of_the_world_v4(four),
        IpAddr::V6(six) => is_of_the_world_v6(six),
    }
}

fn is_of_the_world_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match (a, b, c) {
        (0 | 10 | 127 | 224.., ..) => true,
        // Shared by a provider's customers; the machine's own links, where clouds keep secrets.
        (100, 64..=127, _) | (169, 254, _) => true,
        (172, 16..=31, _) | (192, 168, _) => true,
        // For protocols, documentation, relays and measurements.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        _ => false,
    };
    !is_special
}

fn is_of_the_world_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only 2000::/3 is given to anybody; in it, 2001::/23 is for protocols, 2002::/16 carries addresses of the older kind
    // within it, 2001:db8::/32 and 3fff::/20 are for documentation.
    let is_given = (0x2000..=0x3fff).contains(&a);
    let is_special = (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    is_given && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_inside_are_told_from_those_of_the_world() {
        let check = |address: &str, expected: bool| {
            assert_eq!(is_of_the_world(address.parse().expect("an address")), expected, "{address}");
        };
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
        ] {
            check(inside, false);
        }
        for outside in [
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2a00::1",
        ] {
            check(outside, true);
        }
    }

    #[test]
    fn an_address_is_judged_by_its_text_first() {
        let check = |address: &str, sentence: &str| match checked(address, false) {
            Ok(url) => assert_eq!(sentence, "", "{url}"),
            Err(told) => assert!(!sentence.is_empty() && told.contains(sentence), "{address}: {told}"),
        };
        check("https://hooks.example/hearth?a=1", "");
        check(" https://1.1.1.1:8443/x ", "");
        check("http://hooks.example", "https://");
        check("ftp://hooks.example", "https://");
        check("hooks.example", "no address");
        check("https://", "no address");
        check("https://ada:secret@hooks.example", "user name");
        check("https://hooks.example/#x", "#");
        check("https://127.0.0.1/", "own network");
        // The same host in other writings.
        check("https://2130706433/", "own network");
        check("https://0x7f.1/", "own network");
        check("https://[::ffff:10.0.0.1]/", "own network");
        check(&format!("https://a/{}", "a".repeat(500)), "longer");
        assert!(checked("http://127.0.0.1:9/x", true).is_ok(), "the operator allows it");
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused() {
        let url = checked("https://localhost:1/", false).expect("its text tells nothing");
        assert!(resolved(&url, false).await.is_err_and(|told| told.contains("own network")));
        assert!(resolved(&url, true).await.is_ok());
    }
}
