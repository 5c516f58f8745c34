//! What is kept can be proven: heads, receipts, rotation, erasure, bundles, backups, and every fault that is told.

mod backups;
mod bundles;
mod faults;
mod log;
mod world;
