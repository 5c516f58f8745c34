//! What the commands of `hearth` are made of.

pub mod analyse;
pub mod demo;
pub mod ledger;
pub mod pack;
pub mod query;
pub mod serve;
pub mod submit;
pub mod work;
