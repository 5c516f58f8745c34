//! What a webhook is told, as JSON: that something happened to named things, and nothing of what is in them.
//!
//! Names here are part of what programs rely on: once written they stay. Start at [`payload`].

use super::news::News;
use super::page_of;
use crate::app::App;
use hearth_store::searches::{Moment, Saved};
use serde_json::{Value, json};

/// The type of what is told.
const CHANGED: &str = "search.changed";
/// The type of a message that only tries whether it arrives.
const PING: &str = "search.ping";

/// What is told of news.
pub fn payload(app: &App, search: &Saved, (from, until): (Moment, Moment), news: &News) -> String {
    let origin = app.config.public_url();
    let thing = |thing: &super::news::Thing| json!({ "change": thing.change.word(), "name": thing.name, "address": format!("{origin}{}", thing.path) });
    let things: Vec<Value> = news.things.iter().map(thing).collect();
    let body = json!({
        "type": CHANGED,
        "timestamp": until.at.to_string(),
        "data": {
            "search": described(app, search),
            "from": place(from),
            "until": place(until),
            "counts": { "new": news.new, "revised": news.revised, "gone": news.gone },
            "is_whole": news.things.len() as u64 == news.count(),
            "things": things,
        },
    });
    body.to_string()
}

/// What is told when somebody tries whether messages arrive.
pub fn ping(app: &App, search: &Saved) -> String {
    let body = json!({
        "type": PING,
        "timestamp": app.now().to_string(),
        "data": { "search": described(app, search) },
    });
    body.to_string()
}

fn described(app: &App, search: &Saved) -> Value {
    json!({
        "id": search.id.to_string(),
        "name": search.name,
        "sort": search.sort,
        "subject": search.subject,
        "question": search.question,
        "address": format!("{}{}", app.config.public_url(), page_of(search)),
    })
}

fn place(moment: Moment) -> Value {
    json!({ "entries": moment.size, "time": moment.at.to_string() })
}
