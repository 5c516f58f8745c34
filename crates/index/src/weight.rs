//! How much work a filter is, before any of it is done. Refuses to know rows: it counts questions. Start at [`weight`].

use crate::filter::Filter;

/// The heaviest filter that is answered.
pub const MAX_WEIGHT: usize = 20_000;
/// A regular expression is tried on every text of a field, which may be one for each row.
const PATTERN: usize = 1_000;
/// Nodes of a tree are gone through.
const NODES: usize = 20;
/// Texts that are looked up in the time of one question.
const TEXTS: usize = 20;

/// Questions that a filter asks of rows. An exact count within `Maybe` asks all below it twice, and so on downwards.
pub fn weight(filter: &Filter) -> usize {
    weigh(filter, false)
}

fn weigh(filter: &Filter, in_maybe: bool) -> usize {
    let sum = |of: &[Filter]| {
        of.iter().fold(1usize, |sum, one| {
            // What is too heavy already is not looked at.
            if sum > MAX_WEIGHT { sum } else { sum.saturating_add(weigh(one, in_maybe)) }
        })
    };
    match filter {
        Filter::And(of) | Filter::Or(of) => sum(of),
        Filter::Not(of) => weigh(of, in_maybe).saturating_add(1),
        Filter::Maybe(of) => weigh(of, true),
        Filter::NOf { exactly, of, .. } => {
            let times = if *exactly && in_maybe { 2 } else { 1 };
            sum(of).saturating_mul(times)
        }
        Filter::AnyText { texts, .. } => texts.len().div_ceil(TEXTS),
        Filter::Begins { .. } | Filter::Matches { .. } => PATTERN,
        Filter::Descends { .. } => NODES,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted_as_it_is_done() {
        let check = |filter: Filter, expected: usize| assert_eq!(weight(&filter), expected);
        let exact = |of| Filter::NOf { count: 1, exactly: true, of };
        check(Filter::True, 1);
        check(Filter::Or(vec![Filter::True; 5]), 6);
        check(exact(vec![exact(vec![Filter::True])]), 3);
        check(Filter::Maybe(Box::new(exact(vec![exact(vec![Filter::True])]))), 10);
        let deep = (0..40).fold(Filter::True, |inner, _| exact(vec![inner]));
        assert!(weight(&Filter::Maybe(Box::new(deep))) > MAX_WEIGHT);
        let texts = (0..4_500).map(|number| number.to_string()).collect();
        check(Filter::AnyText { field: 0, texts }, 225);
    }
}
