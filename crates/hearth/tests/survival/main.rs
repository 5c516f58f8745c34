//! What must survive: the real program, killed, starved and repaired, against what its client wrote down.
//!
//! `HEARTH_KILLS` says how often it is killed (otherwise a few times), `HEARTH_SEED` makes a run again. The points between
//! two steps are walked when the program is built with the feature `failpoints`:
//! `cargo test -p hearth --features failpoints --test survival`.
#![allow(clippy::panic, missing_docs)]

mod acts;
mod client;
mod commands;
mod faults;
mod journal;
mod kills;
mod monitor;
mod notify;
#[cfg(feature = "failpoints")]
mod points;
mod program;
mod several;
