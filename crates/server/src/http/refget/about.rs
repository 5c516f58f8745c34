//! What the server says of itself to programs: GA4GH service-info 1.0, for all of it and for each service.
//!
//! Start at [`server`].

use super::found;
use crate::http::Site;
use crate::http::routes::rules;
use axum::extract::State;
use axum::response::Response;
use hearth_formats::refget::collection::{ATTRIBUTES, TRANSIENT};
use serde_json::{Map, Value, json};

/// What every description has.
fn described(site: &Site, part: &str, (group, artifact, version): (&str, &str, &str)) -> Value {
    let config = &site.app.config;
    let url = config.public_url();
    let host = url.split_once("://").map_or(url.as_str(), |(_, host)| host);
    let name = host.split([':', '/']).next().unwrap_or_default();
    let reversed: Vec<&str> = name.rsplit('.').collect();
    json!({
        "id": format!("{}.hearth{part}", reversed.join(".")),
        "name": config.server.site_name,
        "type": { "group": group, "artifact": artifact, "version": version },
        "organization": { "name": config.server.site_name, "url": url },
        "version": env!("CARGO_PKG_VERSION"),
    })
}

/// The whole server.
pub async fn server(State(site): State<Site>) -> Response {
    found(&described(&site, "", ("hearth", "hearth", env!("CARGO_PKG_VERSION"))))
}

/// Sequences, as both versions of refget ask.
pub async fn sequences(State(site): State<Site>) -> Response {
    let mut told = described(&site, ".refget", ("org.ga4gh", "refget-sequence", "2.0.0"));
    let versions = ["1.0.0", "1.2.0", "2.0.0"];
    told["service"] = json!({
        "circular_supported": true,
        "algorithms": ["md5", "trunc512", "ga4gh"],
        "subsequence_limit": null,
        "supported_api_versions": versions,
    });
    told["refget"] = json!({
        "circular_supported": true,
        "algorithms": ["md5", "ga4gh", "trunc512"],
        "identifier_types": ["insdc"],
        "subsequence_limit": null,
    });
    found(&told)
}

/// Collections of sequences.
pub async fn collections(State(site): State<Site>) -> Response {
    let mut told = described(&site, ".seqcol", ("org.ga4gh", "refget-seqcol", "1.0.0"));
    told["seqcol"] = json!({ "schema": schema() });
    found(&told)
}

/// The attributes of a collection, as JSON Schema with the standard's own words.
fn schema() -> Value {
    let items = |name: &str| match name {
        "lengths" => json!({ "type": "integer" }),
        "name_length_pairs" | TRANSIENT => json!({ "type": "object" }),
        _ => json!({ "type": "string" }),
    };
    let attribute = |name: &&str| {
        let is_collated = !name.starts_with("sorted_");
        ((*name).to_owned(), json!({ "type": "array", "collated": is_collated, "items": items(name) }))
    };
    let properties: Map<String, Value> = ATTRIBUTES.iter().chain(&[TRANSIENT]).map(attribute).collect();
    json!({
        "description": "A collection of biological sequences.",
        "type": "object",
        "properties": properties,
        "required": ["names", "lengths", "sequences"],
        "ga4gh": { "inherent": ["names", "sequences"], "transient": [TRANSIENT], "passthru": [] },
    })
}

/// What can be asked here, as OpenAPI 3.1.
pub async fn document(State(site): State<Site>) -> Response {
    let mut paths: Map<String, Value> = Map::new();
    for rule in rules() {
        let Some(path) = rule.path.strip_prefix("/refget") else { continue };
        let parts = path.split('{').skip(1).filter_map(|part| part.split('}').next());
        let parameter = |name: &str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
        let asked = json!({
            "parameters": parts.map(parameter).collect::<Vec<_>>(),
            "responses": { "200": { "description": "The answer" }, "default": { "description": "Why there is none" } },
        });
        let method = rule.method.as_str().to_ascii_lowercase();
        if let Some(own) = paths.entry(path).or_insert_with(|| json!({})).as_object_mut() {
            own.insert(method, asked);
        }
    }
    let url = format!("{}/refget", site.app.config.public_url());
    found(&json!({
        "openapi": "3.1.0",
        "info": { "title": "refget: sequences and collections of them", "version": env!("CARGO_PKG_VERSION") },
        "servers": [{ "url": url }],
        "paths": paths,
    }))
}
