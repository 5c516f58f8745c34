//! What is said of an address: what it asks, takes and gives.
//!
//! Refuses to know how it is written down ([`super::openapi`] does). Start at [`Operation`].

use super::JSON;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Makes the schema of a type, and those it refers to.
pub(super) type Shape = fn(&mut SchemaGenerator) -> Schema;

/// A header that an address reads.
pub(super) struct Header {
    pub name: &'static str,
    pub kind: &'static str,
    pub is_needed: bool,
    pub about: &'static str,
}

/// What a body is.
pub(super) enum Content {
    /// Of a shape.
    Shaped(Shape),
    /// Bytes.
    Bytes,
    /// The document itself.
    Anything,
    /// A form with files, and the fields of a new batch.
    Form,
}

/// An answer.
pub(super) struct Answer {
    pub status: u16,
    pub about: &'static str,
    pub content: Option<(&'static str, Content)>,
}

/// What is said of an address.
pub(super) struct Operation {
    pub name: &'static str,
    pub summary: &'static str,
    pub query: Option<Shape>,
    pub headers: Vec<Header>,
    pub takes: Vec<(&'static str, Content)>,
    pub answers: Vec<Answer>,
    pub fails: &'static [u16],
}

fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

fn whole<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    T::json_schema(generator)
}

impl Operation {
    pub(super) fn new(name: &'static str, summary: &'static str) -> Self {
        let (headers, takes, answers) = (Vec::new(), Vec::new(), Vec::new());
        Self { name, summary, query: None, headers, takes, answers, fails: &[] }
    }

    /// What may follow `?`.
    pub(super) fn asks<T: JsonSchema>(mut self) -> Self {
        self.query = Some(whole::<T>);
        self
    }

    pub(super) fn header(
        mut self,
        name: &'static str,
        kind: &'static str,
        is_needed: bool,
        about: &'static str,
    ) -> Self {
        self.headers.push(Header { name, kind, is_needed, about });
        self
    }

    pub(super) fn takes<T: JsonSchema>(mut self) -> Self {
        self.takes.push((JSON, Content::Shaped(shape::<T>)));
        self
    }

    pub(super) fn takes_any(mut self, media: &'static str) -> Self {
        self.takes.push((media, Content::Bytes));
        self
    }

    pub(super) fn takes_form(mut self) -> Self {
        self.takes.push(("multipart/form-data", Content::Form));
        self
    }

    pub(super) fn gives<T: JsonSchema>(mut self, status: u16, about: &'static str) -> Self {
        let content = Some((JSON, Content::Shaped(shape::<T> as Shape)));
        self.answers.push(Answer { status, about, content });
        self
    }

    pub(super) fn gives_any(mut self, status: u16, about: &'static str, media: &'static str) -> Self {
        let content = if media == JSON { Content::Anything } else { Content::Bytes };
        self.answers.push(Answer { status, about, content: Some((media, content)) });
        self
    }

    pub(super) fn gives_nothing(mut self, status: u16, about: &'static str) -> Self {
        self.answers.push(Answer { status, about, content: None });
        self
    }

    /// Statuses of problems, beside those that every address may have.
    pub(super) fn fails(mut self, statuses: &'static [u16]) -> Self {
        self.fails = statuses;
        self
    }
}
