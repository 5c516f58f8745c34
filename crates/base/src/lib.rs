//! The shared words: identifiers, digests, dates, places, audiences, terms. Types only.

pub mod country;
pub mod date;
pub mod language;
