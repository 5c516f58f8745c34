//! Cookies: the session's secret, and the message of the last act.
//!
//! With TLS they are called `__Host-…`, so that no other host of the domain can set them. Refuses to keep anything that
//! says who somebody is. Start at [`Jar`].

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Cookies that a request may have.
const COOKIES_MAX: usize = 50;
/// The longest message that is carried over, in bytes.
const FLASH_MAX_BYTES: usize = 1000;

/// How cookies of a server are called and sent.
#[derive(Clone, Copy, Debug)]
pub struct Jar {
    /// Whether people reach it by TLS.
    pub is_https: bool,
}

impl Jar {
    /// The name of a cookie.
    pub fn name(self, name: &str) -> String {
        if self.is_https { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// The value of a cookie in a request. If it is there twice, somebody else set one: then there is none.
    pub fn read(self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = self.name(name);
        let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = texts.flat_map(|text| text.split(';')).take(COOKIES_MAX);
        let mut values = pairs.filter_map(|pair| pair.trim().split_once('=')).filter(|(own, _)| *own == name);
        let (_, value) = values.next()?;
        values.next().is_none().then(|| value.to_owned())
    }

    /// A header that sets a cookie for so many seconds; 0 takes it away.
    pub fn set(self, name: &str, value: &str, seconds: u64) -> Option<HeaderValue> {
        let secure = if self.is_https { "; Secure" } else { "" };
        let name = self.name(name);
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        HeaderValue::from_str(&text).ok()
    }
}

/// A message as it stands in a cookie: its kind, and what is said.
pub fn flash_written(kind: char, text: &str) -> String {
    let mut end = text.len().min(FLASH_MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{kind}{}", utf8_percent_encode(&text[..end], NON_ALPHANUMERIC))
}

/// The message that a cookie carries.
pub fn flash_read(value: &str) -> Option<(char, String)> {
    let kind = value.chars().next().filter(|kind| matches!(kind, 'd' | 'c' | 'p'))?;
    let text = percent_decode_str(&value[1..]).decode_utf8().ok()?;
    (text.len() <= FLASH_MAX_BYTES && !text.chars().any(char::is_control)).then(|| (kind, text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_is_there_twice_is_none() {
        let check = |text: &'static str, is_https: bool, expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_static(text));
            assert_eq!(Jar { is_https }.read(&headers, "hearth").as_deref(), expected, "{text}");
        };
        check("a=1; hearth=x; b=2", false, Some("x"));
        check("hearth=x", true, None);
        check("__Host-hearth=x; hearth=y", true, Some("x"));
        check("hearth=x; hearth=y", false, None);
        check("hearth", false, None);
    }

    #[test]
    fn a_message_survives_its_cookie() {
        let text = "“Été”; released\u{202e}, 50 %";
        assert_eq!(flash_read(&flash_written('d', text)), Some(('d', text.to_owned())));
        assert!(Jar { is_https: false }.set("f", &flash_written('d', text), 60).is_some());
        for wrong in ["", "x", "é", "d%00", "d%ff"] {
            assert_eq!(flash_read(wrong), None, "{wrong}");
        }
    }
}
