//! What the commands of `hearth` are made of.

pub mod input;
pub mod pack;
