//! Pages for people: the words, the templates and the drawings of Hearth, for the server and for printed reports.
//!
//! Plain values in, text out. Refuses to know where the values come from: no genome is read here, no clock, no file and
//! no request. Words stand in `messages/`, one file for each language ([`messages`]); drawings are SVG of our own
//! ([`svg`]); a whole page is made from one value: the report of a run ([`report::BatchReport`]) and each page of the
//! server ([`site`]). Start at [`report::BatchReport::to_html`] or at [`site::frame::Frame`].
//!
//! What comes from outside (names of records, of lineages, of assays) is escaped where it enters a page: by the template
//! engine in HTML, by [`svg::Drawing`] in drawings. Pages need no script and fetch nothing.

pub mod messages;
pub mod number;
pub mod report;
pub mod site;
pub mod svg;
