//! Whether a request that changes something comes from our own pages.
//!
//! Browsers say it: `Sec-Fetch-Site` (W3C Fetch Metadata) and `Origin` (RFC 6454, section 7). What a browser cannot be
//! made to forge is enough; programs send neither. Start at [`judge`].

use http::HeaderMap;
use http::header::{HOST, ORIGIN};

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From our own pages: the browser says so.
    Own,
    /// From elsewhere.
    Foreign,
    /// It is not said: no browser of today.
    Unsaid,
}

/// Where a request comes from. `own` is the public address where one is set; else the host that was asked is taken.
pub fn judge(headers: &HeaderMap, own: Option<&str>) -> Origin {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let by_site = text("sec-fetch-site").map(|site| matches!(site, "same-origin" | "none"));
    let by_origin = text(ORIGIN.as_str()).map(|origin| match own {
        Some(own) => origin.eq_ignore_ascii_case(own),
        None => {
            let host = text(HOST.as_str()).unwrap_or_default();
            !host.is_empty() && origin.eq_ignore_ascii_case(&format!("http://{host}"))
        }
    });
    match (by_site, by_origin) {
        (Some(false), _) | (_, Some(false)) => Origin::Foreign,
        (None, None) => Origin::Unsaid,
        _ => Origin::Own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_browser_says_where_a_request_comes_from() {
        let check = |given: &[(&'static str, &'static str)], own: Option<&str>, expected: Origin| {
            let mut headers = HeaderMap::new();
            for (name, value) in given {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            assert_eq!(judge(&headers, own), expected, "{given:?}");
        };
        let own = Some("https://h.example");
        check(&[], own, Origin::Unsaid);
        check(&[("origin", "https://h.example")], own, Origin::Own);
        check(&[("origin", "http://h.example")], own, Origin::Foreign);
        check(&[("origin", "null")], own, Origin::Foreign);
        check(&[("origin", "https://h.example.evil")], own, Origin::Foreign);
        check(&[("sec-fetch-site", "same-origin")], own, Origin::Own);
        check(&[("sec-fetch-site", "cross-site")], own, Origin::Foreign);
        check(&[("sec-fetch-site", "same-site")], own, Origin::Foreign);
        check(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil")], own, Origin::Foreign);
        check(&[("origin", "http://127.0.0.1:1"), ("host", "127.0.0.1:1")], None, Origin::Own);
        check(&[("origin", "http://127.0.0.1:2"), ("host", "127.0.0.1:1")], None, Origin::Foreign);
    }
}
