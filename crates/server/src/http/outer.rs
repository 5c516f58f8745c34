//! Around all routes: a number for the request, who asks and how often, headers that every answer has, and addresses
//! that do not exist.
//!
//! Start at [`wrapped`].

use super::answer::{self, Always};
use super::caller::{Asked, Caller};
use super::listen::Peer;
use super::routes::Sort;
use super::site::Site;
use crate::app::Problem;
use crate::app::accounts::network;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use hearth_base::id::EntryId;
use hearth_store::random;
use http::header::{ACCEPT_RANGES, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Extensions, HeaderMap, StatusCode, Version};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};

/// What pages may fetch and run: nothing but our own files.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// The longest number that a client gives its request, in bytes.
const GIVEN_MAX_BYTES: usize = 64;

/// The router, wrapped.
pub(super) fn wrapped(site: &Site, router: Router) -> Router {
    let always = always(site.app.config.is_https());
    // What is packed already stays as it is.
    let large = SizeAbove::new(512)
        .and(NotForContentType::const_new("application/octet-stream"))
        .and(NotForContentType::const_new("application/gzip"))
        // Clients of refget count on the length of what they asked for.
        .and(NotForContentType::const_new("text/vnd.ga4gh.refget"))
        .and(NotForContentType::const_new("application/zstd"))
        .and(is_no_file);
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(large);
    router
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state((site.clone(), always), outer))
        .layer(compression)
}

/// A file that parts can be taken of stays byte for byte.
fn is_no_file(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(ACCEPT_RANGES)
}

async fn unknown() -> Problem {
    Problem::NotFound("page")
}

async fn wrong_method() -> Problem {
    Problem::Method
}

fn always(is_https: bool) -> Vec<Always> {
    let mut headers = vec![
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        // Not no-referrer: with that, browsers would send the origin of our own forms as null.
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ];
    if is_https {
        headers.push(("strict-transport-security", "max-age=31536000"));
    }
    let header = |(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    headers.into_iter().map(header).collect()
}

async fn outer(
    State((site, always)): State<(Site, Vec<Always>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
    let address =
        if site.app.config.server.is_behind_proxy { forwarded(request.headers(), peer) } else { peer };
    let given = given(request.uri().path(), request.headers());
    let asked = Asked { address, request: given.unwrap_or_else(number) };
    request.extensions_mut().insert(asked.clone());
    let (parts, body) = request.into_parts();
    let caller = Caller::nobody(&site.app, asked.clone(), parts.uri.path());
    let mut response = match site.addresses.take(bytes_of(network(address))) {
        Ok(()) => next.run(Request::from_parts(parts.clone(), body)).await,
        Err(wait) => Problem::TooMany(wait).into_response(),
    };
    // What no route answered: an unknown address, a wrong method, too many requests.
    if let Some(problem) = answer::carried(&mut response) {
        let sort = sort_of(&parts);
        let allow = response.headers().get(http::header::ALLOW).cloned();
        response = answer::told(&site, &caller, sort, &parts, &problem);
        if let Some(allow) = allow {
            response.headers_mut().insert(http::header::ALLOW, allow);
        }
        site.metrics.count_unrouted(response.status(), began.elapsed());
        let status = response.status().as_u16();
        tracing::info!(request = caller.request(), method = %parts.method, status, "answered without a route");
    }
    for (name, value) in always {
        response.headers_mut().entry(name).or_insert(value);
    }
    if let Ok(number) = HeaderValue::from_str(&asked.request) {
        response.headers_mut().insert("x-request-id", number);
    }
    response
}

/// How to tell a problem at an address that no route has.
fn sort_of(asked: &Parts) -> Sort {
    let accept = asked.headers.get(http::header::ACCEPT).map(|accept| accept.to_str().unwrap_or_default());
    let wants_page = accept.is_some_and(|accept| accept.contains("text/html"));
    let wants_html = accept.is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*"));
    match asked.uri.path() {
        path if path.starts_with("/lapis/") && !wants_page => Sort::Question,
        path if path.starts_with("/api/") || !wants_html => Sort::Api,
        _ => Sort::Page,
    }
}

/// The last address that the proxy wrote down: those before it are whatever somebody sent.
fn forwarded(headers: &HeaderMap, peer: IpAddr) -> IpAddr {
    let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let last = last.and_then(|text| text.rsplit(',').next()).map(str::trim);
    last.and_then(|text| text.parse().ok()).unwrap_or(peer)
}

fn bytes_of(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(four) => four.to_ipv6_mapped().octets(),
        IpAddr::V6(six) => six.octets(),
    }
}

/// The number that a client of the field's own API gave its request: it finds the request in both logs.
fn given(path: &str, headers: &HeaderMap) -> Option<String> {
    let text = headers.get("x-request-id").filter(|_| path.starts_with("/lapis/"))?.to_str().ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    ((1..=GIVEN_MAX_BYTES).contains(&text.len()) && text.bytes().all(is_plain)).then(|| text.to_owned())
}

/// A number that finds the request in the log.
fn number() -> String {
    // Without random bytes nothing else works either; the log then has requests without a number.
    random::bytes::<16>().map_or_else(|_| String::new(), |bytes| EntryId::from_bytes(bytes).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_clients_are_taken_where_they_are_plain() {
        let check = |path: &str, text: &'static str, is_taken: bool| {
            let headers = HeaderMap::from_iter([(
                HeaderName::from_static("x-request-id"),
                HeaderValue::from_static(text),
            )]);
            assert_eq!(given(path, &headers).as_deref(), is_taken.then_some(text), "{path} {text}");
        };
        check("/lapis/x/sample/info", "3f2a-B_1", true);
        check("/genomes", "3f2a", false);
        check("/lapis/x", "a b", false);
        check("/lapis/x", "", false);
        check("/lapis/x", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggg", false);
    }

    #[test]
    fn only_what_the_proxy_wrote_is_believed() {
        let check = |lines: &[&'static str], expected: &str| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            let peer = "10.0.0.1".parse().expect("an address");
            assert_eq!(forwarded(&headers, peer).to_string(), expected, "{lines:?}");
        };
        check(&[], "10.0.0.1");
        check(&["198.51.100.7, 192.0.2.1"], "192.0.2.1");
        check(&["198.51.100.7", "192.0.2.1"], "192.0.2.1");
        check(&["nonsense"], "10.0.0.1");
    }
}
