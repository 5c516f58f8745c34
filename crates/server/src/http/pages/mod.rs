//! Pages for people, one file for each family: facts from use cases into the pages of `hearth-pages`.
//!
//! A handler reads what came, calls one use case, and shows what it gave; a form that was not taken is shown again with
//! what is wrong. Refuses to decide anything. Start at [`entrance`].

pub mod account;
pub mod aid;
mod analysed;
pub(super) mod as_of;
pub mod ask;
pub mod assets;
mod assigned;
pub mod batch;
pub(super) mod batch_facts;
pub(super) mod batch_findings;
mod batch_kept;
mod batch_rows;
pub mod batches;
pub mod documents;
pub mod downloads;
pub mod entrance;
pub mod feeds;
pub mod figures;
pub mod front;
pub mod genome;
pub mod genomes;
pub mod ledger;
pub mod log;
pub(super) mod named;
pub mod parties;
pub mod password;
pub mod people;
pub(super) mod record;
pub mod search;
pub mod searches;
pub mod searches_told;
pub mod single_sign_on;
pub mod submit;
pub mod terms;
pub mod versions;
mod walk;

use super::site::Site;
use crate::app::{FieldFault, Problem};
use hearth_base::country::Country;
use hearth_base::language::UnLanguage;
use hearth_pages::messages::Key;
use hearth_pages::site::parts::{Choice, FieldProblem};

/// Said when a password was not typed twice in the same way.
const DIFFER: &str = "the two passwords are not the same: type both again";

/// What is wrong with a form, for the page that shows it again; any other problem goes on.
///
/// # Errors
/// The problem, if it is none of a form.
pub fn shown(site: &Site, problem: Problem, labels: &[(&str, Key)]) -> Result<Vec<FieldProblem>, Problem> {
    let of_field = |fault: &FieldFault| {
        let label = labels.iter().find(|(name, _)| *name == fault.field);
        FieldProblem {
            field: label.map(|(_, key)| site.words.say(*key)).unwrap_or_default(),
            text: fault.text.clone(),
        }
    };
    match problem {
        Problem::Invalid(faults) => Ok(faults.iter().map(of_field).collect()),
        Problem::Conflict(text) => Ok(vec![FieldProblem { field: String::new(), text }]),
        other => Err(other),
    }
}

/// Every country, to choose from.
pub fn countries(chosen: &str) -> Vec<Choice> {
    let choice = |country: Country| Choice {
        value: country.alpha2().to_owned(),
        label: country.name(UnLanguage::English).to_owned(),
        is_chosen: country.alpha2() == chosen,
    };
    let mut choices: Vec<Choice> = Country::all().map(choice).collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    choices.insert(0, Choice::default());
    choices
}
