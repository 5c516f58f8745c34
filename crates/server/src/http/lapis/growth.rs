//! The growth of a variant against others, as dashboards of the field ask for it: counts by day in, a curve with intervals
//! out.
//!
//! They ask a model of another server (Chen et al. 2021) for it; the shapes of question and answer are that one's. Refuses
//! to know genomes: the counts come with the question. The model is `index/src/growth.rs`. Start at [`fitness`].

use super::QUESTION_MAX_BYTES;
use super::fault::Fault;
use super::told;
use crate::http::{Caller, Site};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use hearth_base::time::UtcTime;
use hearth_index::growth::{DayCount, Estimate, Growth};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

/// Days of a curve at most.
const CURVE_MAX_DAYS: i64 = 5_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    config: Settings,
    data: Counts,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    /// The level of the intervals.
    alpha: f64,
    generation_time: f64,
    initial_cases_variant: f64,
    initial_cases_wildtype: f64,
    reproduction_number_wildtype: f64,
    t_start: i64,
    t_end: i64,
}

#[derive(Debug, Deserialize)]
struct Counts {
    t: Vec<f64>,
    k: Vec<f64>,
    n: Vec<f64>,
}

/// Estimates the growth from counts.
pub async fn fitness(State(site): State<Site>, caller: Caller, request: Request<Body>) -> Response {
    let path = request.uri().path().to_owned();
    let bytes = to_bytes(request.into_body(), QUESTION_MAX_BYTES).await;
    let answer = bytes
        .map_err(|_| {
            let text = format!("the question has more than {QUESTION_MAX_BYTES} bytes, or came too slowly");
            Fault::of(StatusCode::PAYLOAD_TOO_LARGE, text)
        })
        .and_then(|bytes| estimated(&bytes));
    match answer {
        Ok(value) => {
            told::sent(StatusCode::OK, "application/json", UtcTime::from_unix_ms(0), value.to_string())
        }
        Err(fault) => told::fault(&site, &caller, &path, &fault),
    }
}

fn estimated(bytes: &[u8]) -> Result<Value, Fault> {
    let question: Question = serde_json::from_slice(bytes)
        .map_err(|error| Fault::bad(format!("the question cannot be read: {error}")))?;
    let Question { config, data } = question;
    check(&config)?;
    if data.k.len() != data.t.len() || data.n.len() != data.t.len() {
        return Err(Fault::bad("t, k and n must have the same length: a day, the variant's count, all"));
    }
    let counts = data.t.iter().zip(&data.k).zip(&data.n);
    let days: Vec<DayCount> =
        counts.map(|((day, variant), all)| DayCount { day: *day, variant: *variant, all: *all }).collect();
    let growth = Growth::estimate(&days, config.alpha).map_err(|error| Fault::bad(error.to_string()))?;
    Ok(answer(&growth, &config))
}

fn check(config: &Settings) -> Result<(), Fault> {
    let above = [config.generation_time, config.reproduction_number_wildtype];
    if above.iter().any(|number| !(*number > 0.0 && number.is_finite())) {
        return Err(Fault::bad("generationTime and reproductionNumberWildtype must be numbers above 0"));
    }
    let from_zero = [config.initial_cases_variant, config.initial_cases_wildtype];
    if from_zero.iter().any(|number| !(*number >= 0.0 && number.is_finite())) {
        return Err(Fault::bad("initialCasesVariant and initialCasesWildtype must be numbers from 0 on"));
    }
    let days = config.t_end.saturating_sub(config.t_start);
    if !(0..CURVE_MAX_DAYS).contains(&days) {
        return Err(Fault::bad(format!("tEnd must be tStart or up to {CURVE_MAX_DAYS} days later")));
    }
    Ok(())
}

fn answer(growth: &Growth, config: &Settings) -> Value {
    let days: Vec<i64> = (config.t_start..=config.t_end).collect();
    let proportions: Vec<Estimate> = days.iter().map(|day| growth.proportion(*day as f64)).collect();
    let in_step = growth.advantage_in_step(config.generation_time);
    let at_any_time =
        growth.advantage_at_any_time(config.generation_time, config.reproduction_number_wildtype);
    let cases = |initial: f64, reproduction_number: f64| -> Vec<f64> {
        let generations = |day: &i64| (day - config.t_start) as f64 / config.generation_time;
        days.iter().map(|day| (initial * reproduction_number.powf(generations(day))).round()).collect()
    };
    let of_variant = config.reproduction_number_wildtype * (1.0 + in_step.value);
    let each = |of: fn(&Estimate) -> f64| proportions.iter().map(of).collect::<Vec<f64>>();
    json!({
        "estimatedAbsoluteNumbers": {
            "t": days,
            "variantCases": cases(config.initial_cases_variant, of_variant),
            "wildtypeCases": cases(config.initial_cases_wildtype, config.reproduction_number_wildtype),
        },
        "estimatedProportions": {
            "t": days,
            "proportion": each(|one| one.value),
            "ciLower": each(|one| one.lower),
            "ciUpper": each(|one| one.upper),
        },
        "params": {
            "a": told_of(growth.rate),
            "fc": told_of(at_any_time),
            "fd": told_of(in_step),
            "t0": told_of(growth.half_day),
        },
    })
}

fn told_of(estimate: Estimate) -> Value {
    json!({ "value": estimate.value, "ciLower": estimate.lower, "ciUpper": estimate.upper })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_of_a_dashboard_is_answered() {
        let question = json!({
            "config": { "alpha": 0.95, "generationTime": 7, "initialCasesVariant": 1, "initialCasesWildtype": 1000,
                        "reproductionNumberWildtype": 1, "tStart": 0, "tEnd": 10 },
            "data": { "t": [0, 10], "k": [20, 60], "n": [100, 100] },
        });
        let told = estimated(question.to_string().as_bytes()).expect("an estimate");
        let proportions = told["estimatedProportions"]["proportion"].as_array().expect("a list");
        assert_eq!(proportions.len(), 11);
        assert!((proportions[0].as_f64().expect("a number") - 0.2).abs() < 1e-9);
        assert!((proportions[10].as_f64().expect("a number") - 0.6).abs() < 1e-9);
        assert_eq!(told["estimatedAbsoluteNumbers"]["wildtypeCases"][10], 1000.0);
        assert!(told["params"]["fd"]["ciLower"].as_f64() < told["params"]["fd"]["value"].as_f64());
    }

    #[test]
    fn wrong_questions_are_refused_in_words() {
        let check = |change: fn(&mut Value), sentence: &str| {
            let mut question = json!({
                "config": { "alpha": 0.95, "generationTime": 7, "initialCasesVariant": 1,
                            "initialCasesWildtype": 1000, "reproductionNumberWildtype": 1, "tStart": 0, "tEnd": 10 },
                "data": { "t": [0, 10], "k": [20, 60], "n": [100, 100] },
            });
            change(&mut question);
            let fault = estimated(question.to_string().as_bytes()).expect_err("refused");
            assert!(fault.detail.contains(sentence), "{}", fault.detail);
        };
        check(|question| question["data"]["k"] = json!([1]), "the same length");
        check(|question| question["data"]["k"] = json!([1, 101]), "do not fit");
        check(|question| question["data"]["k"] = json!([0, 0]), "determine no growth");
        check(|question| question["config"]["tEnd"] = json!(9_000), "tEnd must be");
        check(|question| question["config"]["alpha"] = json!(1.0), "between 0 and 1");
        check(|question| question["config"]["generationTime"] = json!(0), "above 0");
        check(|question| question["config"] = json!({}), "cannot be read");
    }
}
