//! The server: use cases, pages and API over HTTP, jobs.
//!
//! [`config`] says how it is set, [`app`] what it can do, [`http`] how people and programs reach that, [`jobs`] what is done
//! beside, [`traces`] what an operator hears of it. `app` may not know `http`. Start at [`http::routes`] for what can be asked, and at [`app::App`] for what answers.

pub mod app;
pub mod config;
pub mod http;
pub mod jobs;
pub mod traces;
