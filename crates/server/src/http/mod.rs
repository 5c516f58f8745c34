//! HTTP: what is asked becomes a use case's plain values, what it gives becomes a page or JSON.
//!
//! Every address stands in one table ([`routes`]), with who may call it; before every handler stands the [`guard`], which
//! finds out who calls ([`caller`]) and refuses what must not pass. Every problem becomes an answer in one file
//! ([`answer`]). Refuses to decide anything about records. Start at [`routes::table`], then [`server`].

pub mod admin;
pub mod answer;
pub mod api;
pub mod body;
pub mod caller;
pub mod charon;
pub mod cookie;
mod crowd;
mod feed;
pub mod fields;
mod guard;
pub mod lapis;
mod listen;
pub mod metrics;
pub mod origin;
mod outer;
pub mod pages;
pub mod rates;
mod refget;
pub mod routes;
pub mod server;
pub mod site;
mod take;

pub use caller::Caller;
pub use fields::Fields;
pub use server::{ServeError, Serving, Watching};
pub use site::Site;
