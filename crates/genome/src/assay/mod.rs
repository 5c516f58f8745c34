//! Which diagnostic assay still detects this genome?
//!
//! A [`Panel`] holds assays as published: oligonucleotides with a role each, read from a table ([`table`]), from a
//! primer scheme ([`bed`]) or from the field's primer list ([`primer_csv`]). [`PanelOnReference`] is a panel with the
//! place of each oligo on a reference; what it says of one genome is an [`AssayFinding`] for each assay: mismatches
//! against the oligos' own letters, and a verdict by written rules ([`Rules`]) that published laboratory evidence
//! ([`Evidence`]) overrides. Everything here is a prediction from letters. Start at [`PanelOnReference::assess`].

pub mod batch;
pub mod bed;
mod binding;
mod evidence;
mod melting;
mod mismatched;
mod oligo;
mod pairing;
mod panel;
pub mod primer_csv;
mod rules;
mod search;
pub mod table;
mod wording;

pub use binding::{Placement, Site};
pub use evidence::{Evidence, MeasuredEffect};
pub use melting::{Chemistry, MeltingTemperature};
pub use oligo::{Assay, Oligo, OligoError, Panel, Role};
pub use pairing::{Mismatch, Pairing};
pub use panel::{AssayFinding, OligoFinding, PanelOnReference, PlacedAssay};
pub use rules::{Rules, Verdict};
pub use table::TableProblem;
