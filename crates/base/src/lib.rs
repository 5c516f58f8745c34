//! The shared words: identifiers, digests, dates, places, audiences, terms. Types only.
