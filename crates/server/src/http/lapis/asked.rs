//! A question as it comes: by address, by form or as JSON, made into one list of values for each key.
//!
//! Questions over time and queries to be read come as a document instead, whose members have their own types. What the
//! keys mean is told in docs/manual/questions.md. Refuses to know fields and sequences. Start at [`read`].

use super::QUESTION_MAX_BYTES;
use super::fault::Fault;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use hearth_index::query::QueryError;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Method, StatusCode};
use percent_encoding::percent_decode;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Keys that are no filter of a field.
const RESERVED: [&str; 23] = [
    "dataFormat",
    "minProportion",
    "fields",
    "nucleotideMutations",
    "aminoAcidMutations",
    "nucleotideInsertions",
    "aminoAcidInsertions",
    "orderBy",
    "limit",
    "offset",
    "downloadAsFile",
    "downloadFileBasename",
    "compression",
    "segments",
    "genes",
    "fastaHeaderTemplate",
    "printNodesNotInTree",
    "phyloTreeField",
    "of",
    "most",
    "distance",
    "asOf",
    "dataVersion",
];
/// Lists that an address may write with commas.
const LISTS: [&str; 8] = [
    "fields",
    "orderBy",
    "nucleotideMutations",
    "aminoAcidMutations",
    "nucleotideInsertions",
    "aminoAcidInsertions",
    "segments",
    "genes",
];
/// Keys of one question.
const KEYS_MAX: usize = 1_000;

/// What a question is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Keys with values.
    Keys,
    /// One JSON document.
    Document,
}

/// A question.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    values: BTreeMap<String, Vec<Value>>,
    document: Value,
    parts: BTreeMap<String, String>,
    /// Whether all of it stands in the address.
    is_address: bool,
    /// The host that was asked, for the answer's description of itself.
    pub host: String,
    /// What whoever asks would like to get.
    pub accept: String,
}

impl Asked {
    /// A part of the path, by its name in the table of routes.
    pub fn part(&self, name: &str) -> &str {
        self.parts.get(name).map_or("", String::as_str)
    }

    /// The document, if it has the members that are needed.
    pub fn document<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Fault> {
        T::deserialize(&self.document)
            .map_err(|error| Fault::bad(format!("the question cannot be understood: {error}")))
    }

    /// A question with other keys and values, from whoever asked this one.
    pub fn with_keys(&self, members: &Map<String, Value>) -> Result<Self, Fault> {
        let (host, accept) = (self.host.clone(), self.accept.clone());
        let mut asked = Self { host, accept, ..Self::default() };
        asked.add_members(members.clone())?;
        Ok(asked)
    }

    /// A question of keys and values that an address has elsewhere than behind its question mark.
    pub fn of_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Fault> {
        let mut asked = Self::default();
        pairs.into_iter().try_for_each(|(key, value)| asked.add_pair(&key, value))?;
        Ok(asked)
    }

    /// Why a value of a list means nothing.
    pub fn wrong(&self, list: &str, value: &str, error: QueryError) -> Fault {
        match error {
            QueryError::Code(_) if self.is_address => Fault::unread(list, value),
            other => other.into(),
        }
    }

    /// The values of a key that is no field's.
    fn reserved(&self, key: &str) -> &[Value] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }

    /// Takes a key of another address out, with its first text.
    pub fn take_out(&mut self, key: &str) -> Option<String> {
        let values = self.values.remove(key)?;
        values.first().and_then(Value::as_str).map(str::to_owned)
    }

    /// The texts of a list.
    pub fn texts(&self, key: &str) -> Result<Vec<&str>, Fault> {
        let text = |value: &'_ Value| -> Result<_, Fault> {
            Err(Fault::bad(format!("{key} holds {value}, which is no text")))
        };
        self.reserved(key)
            .iter()
            .filter(|value| !value.is_null())
            .map(|value| value.as_str().map_or_else(|| text(value), Ok))
            .collect()
    }

    /// Values of any type.
    pub fn values(&self, key: &str) -> &[Value] {
        self.reserved(key)
    }

    /// One text.
    pub fn text(&self, key: &str) -> Result<Option<&str>, Fault> {
        Ok(self.texts(key)?.into_iter().next())
    }

    /// A value of a question, however it comes: among its keys, or as a member of its document.
    pub fn value(&self, key: &str) -> Option<&Value> {
        let member = || self.document.get(key);
        self.reserved(key).first().or_else(member).filter(|value| !value.is_null())
    }

    /// One number from 0 on.
    pub fn number(&self, key: &str) -> Result<Option<f64>, Fault> {
        let Some(value) = self.reserved(key).first().filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let number = value.as_f64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
        let number = number.filter(|number: &f64| number.is_finite() && *number >= 0.0);
        number
            .map(Some)
            .ok_or_else(|| Fault::bad(format!("{key} is {value}, and must be a number from 0 on")))
    }

    /// Yes or no.
    pub fn flag(&self, key: &str) -> Result<bool, Fault> {
        match self.reserved(key).first() {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(value) => Err(Fault::bad(format!("{key} is {value}, and must be true or false"))),
        }
    }

    /// What the fields must be: every key that is not reserved, with its values.
    pub fn filters(&self) -> impl Iterator<Item = (&str, &[Value])> {
        let others = self.values.iter().filter(|(key, _)| !RESERVED.contains(&key.as_str()));
        others.map(|(key, values)| (key.as_str(), values.as_slice()))
    }

    fn add(&mut self, key: &str, value: Value) -> Result<(), Fault> {
        if self.values.len() >= KEYS_MAX && !self.values.contains_key(key) {
            return Err(Fault::bad(format!(
                "the question has more than {KEYS_MAX} keys: ask for less at once"
            )));
        }
        self.values.entry(key.to_owned()).or_default().push(value);
        Ok(())
    }

    fn add_pairs(&mut self, text: &[u8]) -> Result<(), Fault> {
        for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let key = decoded(&pair[..equals])?;
            let value = decoded(pair.get(equals + 1..).unwrap_or_default())?;
            self.add_pair(&key, value)?;
        }
        Ok(())
    }

    fn add_pair(&mut self, key: &str, value: String) -> Result<(), Fault> {
        if !LISTS.contains(&key) {
            return self.add(key, Value::String(value));
        }
        let mut parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.try_for_each(|part| self.add(key, Value::String(part.to_owned())))
    }

    fn add_json(&mut self, bytes: &[u8], form: Form) -> Result<(), Fault> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| Fault::bad(format!("the question is no JSON: {error}")))?;
        match (value, form) {
            (Value::Object(members), Form::Keys) => self.add_members(members),
            (value @ Value::Object(_), Form::Document) => {
                self.document = value;
                Ok(())
            }
            _ => Err(Fault::bad("the question must be a JSON object")),
        }
    }

    fn add_members(&mut self, members: Map<String, Value>) -> Result<(), Fault> {
        for (key, value) in members {
            match value {
                Value::Array(values) => {
                    self.values.entry(key.clone()).or_default();
                    values.into_iter().try_for_each(|value| self.add(&key, value))?;
                }
                value => self.add(&key, value)?,
            }
        }
        Ok(())
    }
}

/// Reads a question; `of_path` are the parts of its path.
///
/// # Errors
/// When it is too long or cannot be read.
pub async fn read(
    request: Request<Body>,
    form: Form,
    of_path: BTreeMap<String, String>,
) -> Result<Asked, Fault> {
    let (parts, body) = request.into_parts();
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (host, accept) = (header(HOST).to_owned(), header(ACCEPT).to_owned());
    let is_address = parts.method != Method::POST;
    let mut asked = Asked { host, accept, is_address, parts: of_path, ..Asked::default() };
    asked.add_pairs(parts.uri.query().unwrap_or_default().as_bytes())?;
    if is_address {
        return Ok(asked);
    }
    let media = header(CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let bytes = to_bytes(body, QUESTION_MAX_BYTES).await.map_err(|_| {
        let text = format!("the question has more than {QUESTION_MAX_BYTES} bytes, or came too slowly");
        Fault::of(StatusCode::PAYLOAD_TOO_LARGE, text)
    })?;
    match media.as_str() {
        _ if bytes.is_empty() && form == Form::Keys => {}
        "application/x-www-form-urlencoded" if form == Form::Keys => asked.add_pairs(&bytes)?,
        "application/json" | "" => asked.add_json(&bytes, form)?,
        other => {
            let or_form = if form == Form::Keys { " or as a form" } else { "" };
            let text = format!("a question comes here as application/json{or_form}, not as {other}");
            return Err(Fault::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
        }
    }
    Ok(asked)
}

fn decoded(part: &[u8]) -> Result<String, Fault> {
    let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let text = percent_decode(&spaced).decode_utf8();
    text.map(|text| text.into_owned()).map_err(|_| Fault::bad("the question is not written in UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    async fn check(request: Request<Body>, key: &str, expected: &[Value]) {
        let asked = read(request, Form::Keys, BTreeMap::new()).await.expect("a question");
        assert_eq!(asked.values(key), expected);
    }

    #[tokio::test]
    async fn a_question_means_the_same_however_it_comes() {
        let both = [Value::from("country"), Value::from("date")];
        let get = |uri: &str| Request::get(uri).body(Body::empty()).expect("a request");
        check(get("/?fields=country,date"), "fields", &both).await;
        check(get("/?fields=country&fields=date"), "fields", &both).await;
        check(get("/?country=C%C3%B4te%20d%27Ivoire,+x"), "country", &[Value::from("Côte d'Ivoire, x")])
            .await;
        let post = |media: &str, body: &'static str| {
            Request::post("/").header(CONTENT_TYPE, media).body(Body::from(body)).expect("a request")
        };
        check(post("application/json", r#"{"fields":["country","date"]}"#), "fields", &both).await;
        check(post("application/x-www-form-urlencoded", "fields=country&fields=date"), "fields", &both).await;
        check(post("application/json", r#"{"limit":7}"#), "limit", &[Value::from(7)]).await;
    }
}
