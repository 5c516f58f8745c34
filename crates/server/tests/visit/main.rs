//! Pages as people use them, over real HTTP and without a browser: every step goes through the forms that the pages have.
#![allow(clippy::panic)]

mod client;
mod documents;
mod form;
mod genomes;
mod ledger;
mod parties;
mod search;
mod time;
