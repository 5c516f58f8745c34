//! Takes values out of a JSON object by key, knowing where in the file they stand.
//!
//! Each key asked for is crossed off; [`Fields::finish`] notes what nobody asked for. `null` counts as
//! absent. Refuses to know any key by name.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::{PathogenError, Unhonoured};
use crate::coordinate::{Position, Span};

type Taken<T> = Result<Option<T>, PathogenError>;

/// Largest whole number read, so that every one fits a signed 32-bit integer.
pub(super) const MOST: u64 = i32::MAX as u64;

/// One object of the file.
pub(super) struct Fields<'a> {
    path: String,
    object: &'a Map<String, Value>,
    taken: Vec<&'static str>,
    notes: &'a RefCell<Vec<Unhonoured>>,
}

impl<'a> Fields<'a> {
    /// The object at `path` (empty for the whole file).
    pub(super) fn new(
        value: &'a Value,
        path: String,
        notes: &'a RefCell<Vec<Unhonoured>>,
    ) -> Result<Self, PathogenError> {
        match value {
            Value::Object(object) => Ok(Self { path, object, taken: Vec::new(), notes }),
            other => {
                let path = if path.is_empty() { "the file".to_owned() } else { path };
                Err(wrong(path, "an object { ... }", other))
            }
        }
    }

    /// Path of a key of this object.
    pub(super) fn path_of(&self, key: impl Display) -> String {
        if self.path.is_empty() { key.to_string() } else { format!("{}.{key}", self.path) }
    }

    /// An error at a key of this object.
    pub(super) fn fail(&self, key: impl Display, problem: impl Into<String>) -> PathogenError {
        PathogenError::value(self.path_of(key), problem)
    }

    /// Notes that a key of this object has no effect.
    pub(super) fn note(&self, key: impl Display, reason: impl Into<String>) {
        self.notes.borrow_mut().push(Unhonoured {
            path: self.path_of(key),
            reason: reason.into(),
            may_change_answers: true,
        });
    }

    /// The value at `key`, crossed off.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'a Value> {
        self.taken.push(key);
        self.object.get(key).filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, key: &'static str) -> Taken<String> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(wrong(self.path_of(key), "a text", other)),
        }
    }

    /// A text that must be there.
    pub(super) fn needed_text(&mut self, key: &'static str) -> Result<String, PathogenError> {
        self.text(key)?.ok_or_else(|| self.fail(key, "is missing"))
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Taken<bool> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(wrong(self.path_of(key), "true or false", other)),
        }
    }

    /// A whole number in `range`.
    pub(super) fn whole<T: TryFrom<u64>>(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u64>,
    ) -> Taken<T> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let (least, most) = (range.start(), range.end());
        let number = value.as_u64().filter(|number| range.contains(number)).and_then(|n| T::try_from(n).ok());
        let expected = || format!("a whole number from {least} to {most}");
        number.map(Some).ok_or_else(|| wrong(self.path_of(key), &expected(), value))
    }

    /// A number in `range`.
    pub(super) fn number(&mut self, key: &'static str, range: RangeInclusive<f64>) -> Taken<f64> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let expected = || match (range.start().is_finite(), range.end().is_finite()) {
            (true, true) => format!("a number from {} to {}", range.start(), range.end()),
            (true, false) => format!("a number, at least {}", range.start()),
            _ => "a number".to_owned(),
        };
        match value.as_f64().filter(|number| number.is_finite() && range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(wrong(self.path_of(key), &expected(), value)),
        }
    }

    /// A text that must be one of `choices`.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Taken<T> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let found = choices.iter().find(|(name, _)| value.as_str() == Some(name));
        let expected = || {
            let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            names.join(" or ")
        };
        found.map(|(_, choice)| Some(*choice)).ok_or_else(|| wrong(self.path_of(key), &expected(), value))
    }

    /// A list; empty if absent.
    fn list(&mut self, key: &'static str) -> Result<&'a [Value], PathogenError> {
        match self.take(key) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(wrong(self.path_of(key), "a list [ ... ]", other)),
        }
    }

    /// A list of texts; empty if absent.
    pub(super) fn texts(&mut self, key: &'static str) -> Result<Vec<String>, PathogenError> {
        let items = self.list(key)?;
        texts(items, &self.path_of(key))
    }

    /// A list of objects; empty if absent.
    pub(super) fn objects(&mut self, key: &'static str) -> Result<Vec<Fields<'a>>, PathogenError> {
        let path = self.path_of(key);
        let items = self.list(key)?;
        items
            .iter()
            .enumerate()
            .map(|(at, item)| Fields::new(item, format!("{path}[{at}]"), self.notes))
            .collect()
    }

    /// An object.
    pub(super) fn object(&mut self, key: &'static str) -> Taken<Fields<'a>> {
        let path = self.path_of(key);
        self.take(key).map(|value| Fields::new(value, path, self.notes)).transpose()
    }

    /// All keys and values, for an object whose keys are data.
    pub(super) fn entries(&self) -> &'a Map<String, Value> {
        self.object
    }

    /// An object `{"begin": 0, "end": 9}`, 0-based and half-open.
    pub(super) fn span<P: Position>(&mut self, key: &'static str) -> Taken<Span<P>> {
        self.object(key)?.map(Fields::into_span).transpose()
    }

    /// A list of such objects; empty if absent.
    pub(super) fn spans<P: Position>(&mut self, key: &'static str) -> Result<Vec<Span<P>>, PathogenError> {
        self.objects(key)?.into_iter().map(Fields::into_span).collect()
    }

    fn into_span<P: Position>(mut self) -> Result<Span<P>, PathogenError> {
        let begin = self.whole("begin", 0..=MOST)?.ok_or_else(|| self.fail("begin", "is missing"))?;
        let end = self.whole("end", 0..=MOST)?.ok_or_else(|| self.fail("end", "is missing"))?;
        if end < begin {
            return Err(self.fail("end", format!("is {end}, before begin, which is {begin}")));
        }
        self.finish();
        Ok(Span::new(begin, end))
    }

    /// Notes every key that nobody took.
    pub(super) fn finish(self) {
        for key in self.object.keys().filter(|key| !self.taken.contains(&key.as_str())) {
            self.note(key, "Hearth does not know this key; is it misspelt?");
        }
    }
}

/// A list of texts.
pub(super) fn texts(items: &[Value], path: &str) -> Result<Vec<String>, PathogenError> {
    let text = |(at, item): (usize, &Value)| match item {
        Value::String(text) => Ok(text.clone()),
        other => Err(wrong(format!("{path}[{at}]"), "a text", other)),
    };
    items.iter().enumerate().map(text).collect()
}

/// The error for a value that is not what was expected.
pub(super) fn wrong(path: String, expected: &str, found: &Value) -> PathogenError {
    let shown = match found {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        other => other.to_string().chars().take(60).collect(),
    };
    PathogenError::value(path, format!("should be {expected}, but is {shown}"))
}
