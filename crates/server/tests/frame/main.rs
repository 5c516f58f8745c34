//! The server over real sockets, against a store in a temporary folder: coming in, accounts, limits, every route.

mod accounts;
mod client;
mod entrance;
mod limits;
mod routes;
mod serving;
