//! The server over real sockets, against a store in a temporary folder: coming in, accounts, limits, every route.
#![allow(clippy::panic)]

mod accounts;
mod client;
#[path = "../desk/mod.rs"]
mod desk;
mod entrance;
#[path = "../hostile/mod.rs"]
mod hostile;
mod kept_index;
mod limits;
mod misuse;
#[path = "../oidc/mod.rs"]
mod oidc;
mod questions;
mod questions_of_clients;
mod questions_of_distance;
mod questions_of_refget;
mod questions_of_segments;
mod questions_of_the_past;
mod questions_over_time;
mod routes;
mod searches;
mod searches_by_mail;
mod segmented;
mod segments_kept;
mod sequences;
mod serving;
mod takes;
mod takes_of_changes;
mod takes_of_tables;
mod trees;
mod used;
mod walk;
