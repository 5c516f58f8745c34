//! The server: use cases, pages and API over HTTP, jobs.
//!
//! [`app`] holds what can be done and knows no HTTP. Start there.

pub mod app;
