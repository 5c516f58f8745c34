//! The pages in a real browser: what a person can reach, do, read and print; on a phone, from right to left, in the dark.
//!
//! Chromium is led by chromedriver (Debian: `chromium`, `chromium-driver`); rules of accessibility are those of axe-core
//! (`npm ci` in this folder). Where one is absent the tests say that they are skipped, or fail where HEARTH_REQUIRE is set.
//! With HEARTH_PICTURES=FOLDER each page that is looked at is kept there as a picture. All tests share one demonstration
//! and one empty server (`running.rs`); each has a browser of its own (`driver.rs`).
#![allow(clippy::panic, missing_docs)]

mod contents;
mod driver;
mod empty;
mod first_job;
mod foreign;
mod looks;
mod paper;
mod reach;
mod running;
mod searches;
