//! The server: use cases, pages and API over HTTP, jobs.
