//! The pages of the server: plain facts in, HTML out, one file for each page or family of pages.
//!
//! Every page works without scripts, on a phone and in print; everything that it fetches is the one style sheet
//! ([`style`]). Refuses to know requests, rights and where facts come from. Addresses of links and forms are in
//! [`address`]. Start at [`frame::Frame`], then at the page you need.

pub mod account;
pub mod address;
pub mod aid;
pub mod batch;
pub mod documents;
pub mod entrance;
pub mod error;
pub mod figures;
pub mod frame;
pub mod front;
pub mod genome;
pub mod genomes;
pub mod ledger;
pub mod parties;
pub mod parts;
pub mod style;
pub mod submission;
pub mod terms;
pub mod versions;
