//! Figures: what the ledger counts beside what somebody stated; the two are visibly different kinds.
//!
//! Start at [`show`].

use crate::app::figures::{self, Counted, Stated};
use crate::app::{Problem, ledger};
use crate::http::fields::of_query;
use crate::http::{Caller, Site, answer};
use axum::extract::State;
use axum::response::Response;
use hearth_ledger::figure::Counted as What;
use hearth_pages::number;
use hearth_pages::site::figures::{Figure, FigureKind, FiguresPage};
use http::Uri;
use jiff::civil::Date;

/// The days for which figures are shown.
#[derive(Clone, Copy)]
struct Days {
    happened_by: Date,
    known_by: Date,
}

fn unit_of(what: What) -> &'static str {
    match what {
        What::Countries => "countries",
        What::InternationalOrganisations => "organisations",
    }
}

fn counted(counted: &Counted, days: Days) -> Figure {
    let definition = counted.definition;
    Figure {
        id: definition.code.to_owned(),
        sentence: definition.title.to_owned(),
        value: Some(number::whole(counted.count.value)),
        unit: unit_of(definition.counted).to_owned(),
        qualifier: String::new(),
        kind: FigureKind::Counted {
            entries: counted.count.gifts,
            simulated: counted.count.simulated,
            list: None,
        },
        definition: definition.words.to_owned(),
        happened_by: days.happened_by.to_string(),
        known_by: days.known_by.to_string(),
        is_simulated: counted.count.simulated > 0,
    }
}

/// What the ledger says of a statement, in a sentence.
fn borne_out(stated: &Stated) -> String {
    let day = stated.said.as_of;
    match &stated.supported {
        None => "The ledger does not count this; it stands as it was stated.".to_owned(),
        Some(supported) => {
            let counted = number::whole(supported.counted);
            let words = if supported.is_borne_out { "bears this out" } else { "does not bear this out" };
            let from = if supported.is_simulated { " from simulated rows" } else { "" };
            format!("The ledger counts {counted}{from} for {day}, which {words}.")
        }
    }
}

fn stated(stated: &Stated, days: Days) -> Figure {
    let said = &stated.said;
    Figure {
        id: format!("{}-stated", said.code),
        sentence: said.statement.clone(),
        value: Some(number::whole(said.value)),
        unit: said.unit.clone(),
        qualifier: said.qualifier.words().to_owned(),
        definition: borne_out(stated),
        happened_by: said.as_of.to_string(),
        known_by: days.known_by.to_string(),
        is_simulated: stated.is_simulated,
        kind: FigureKind::Attested {
            by: said.said_by.clone(),
            on: said.as_of.to_string(),
            source: said.source.clone(),
            entry: Some(stated.entry.to_string()),
        },
    }
}

/// Shows the figures for two days; today if none are said.
///
/// # Errors
/// When the store fails.
pub async fn show(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    let query = of_query(uri.query());
    let today = site.app.now().date();
    let mut problem = String::new();
    let mut day = |name: &str| match query.text(name).trim() {
        "" => today,
        text => text.parse().unwrap_or_else(|_| {
            let given: String = text.chars().take(40).collect();
            problem = format!("“{given}” is no day: write it as 2026-11-20. Today is shown instead.");
            today
        }),
    };
    let days = Days { happened_by: day("happened_by"), known_by: day("known_by") };
    let found = figures::figures(&site.app, caller.scope(), days.happened_by, days.known_by).await?;
    let mut shown: Vec<Figure> = Vec::new();
    for one in &found.counted {
        shown.push(counted(one, days));
        let same = found.stated.iter().filter(|said| said.said.code == one.definition.code);
        shown.extend(same.map(|said| stated(said, days)));
    }
    let is_counted = |said: &&Stated| said.supported.is_some();
    shown.extend(found.stated.iter().filter(|said| !is_counted(said)).map(|said| stated(said, days)));
    for figure in &mut shown {
        if let FigureKind::Attested { entry, .. } = &mut figure.kind
            && let Some(id) = entry.as_deref().and_then(|id| id.parse().ok())
            && ledger::entry(&site.app, caller.scope(), id).await.is_err()
        {
            *entry = None;
        }
    }
    let page = FiguresPage {
        frame: caller.frame(&site),
        figures: shown,
        happened_by: days.happened_by.to_string(),
        known_by: days.known_by.to_string(),
        problem,
    };
    Ok(answer::page(page.to_html(&site.words)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_ledger::figure::{Count, DEFINITIONS};
    use hearth_pages::messages::Catalogue;

    #[test]
    fn simulated_gifts_are_said_where_they_are_counted() {
        let day: Date = "2026-11-22".parse().expect("a day");
        let days = Days { happened_by: day, known_by: day };
        let html = |simulated| {
            let count = Count { value: 2, gifts: 3, simulated };
            let figures = vec![counted(&Counted { definition: &DEFINITIONS[0], count }, days)];
            FiguresPage { figures, ..FiguresPage::default() }.to_html(&Catalogue::english())
        };
        let told = html(2);
        assert!(told.contains("from simulated rows") && told.contains("2 of them are simulated."), "{told}");
        assert!(!html(0).contains("simulated"));
    }
}
