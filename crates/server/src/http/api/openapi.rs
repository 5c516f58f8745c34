//! The OpenAPI 3.1 document, made of the table of addresses and of the types that they read and write.
//!
//! Start at [`document`].

use super::operation::{Answer, Content, Operation};
use super::{JSON, table};
use crate::http::routes::{Rule, Who};
use crate::http::site::Site;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// Problems that every address may have.
const ALWAYS: [u16; 6] = [400, 401, 408, 413, 429, 503];

const ABOUT: &str = "Genomes and what is known of them: handed in, looked through, released, found. Programs show a token \
that a person made on their page (`Authorization: Bearer …`); it may do what its scopes and that person's roles allow. \
Problems are told as RFC 9457 says, in sentences for people. Lists come in pieces: pass `next` on as `after`. \
Files are uploaded by the tus protocol 1.0, so that a link that breaks costs little.";

/// The document as it is served.
pub async fn show(State(_): State<Site>) -> Response {
    let mut response = Response::new(Body::from(document().to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

/// The document.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = SchemaGenerator::new(settings);
    let mut paths = Map::new();
    for (route, operation) in table() {
        let method = route.rule.method.as_str().to_ascii_lowercase();
        let written = written(&mut generator, &route.rule, &operation);
        let path = paths.entry(route.rule.path).or_insert_with(|| json!({}));
        path[method] = written;
        if route.rule.path == "/api/v1/uploads/{id}" && route.rule.method == Method::GET {
            path["head"] = head(&path["get"]);
        }
    }
    generator.subschema_for::<super::shapes::Problem>();
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Hearth",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": problems(),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

/// The same asked by HEAD: no content.
fn head(get: &Value) -> Value {
    let mut head = get.clone();
    head["operationId"] = "askUpload".into();
    if let Some(answers) = head["responses"].as_object_mut() {
        for answer in answers.values_mut() {
            *answer = json!({ "description": "Headers alone" });
        }
    }
    head
}

fn written(generator: &mut SchemaGenerator, rule: &Rule, operation: &Operation) -> Value {
    let mut parameters = Vec::new();
    for name in rule.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        let about =
            if name == "id" { "Its identifier" } else { "Its accession, also with a version: `HTH_….2`" };
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 64 });
        parameters.push(
            json!({ "name": name, "in": "path", "required": true, "description": about, "schema": schema }),
        );
    }
    for header in &operation.headers {
        let schema = match header.kind {
            "integer" => json!({ "type": "integer", "minimum": 0 }),
            kind => json!({ "type": kind }),
        };
        parameters.push(json!({
            "name": header.name, "in": "header", "required": header.is_needed, "description": header.about,
            "schema": schema,
        }));
    }
    if let Some(shape) = operation.query {
        parameters.extend(of_query(&shape(generator).to_value()));
    }
    let mut all = json!({
        "operationId": operation.name,
        "summary": operation.summary,
        "description": who(rule.who),
        "responses": responses(generator, rule, operation),
        // What everybody may ask, a token may ask too.
        "security": if rule.who == Who::Anybody { json!([{}, { "token": [] }]) } else { json!([{ "token": [] }]) },
    });
    if !parameters.is_empty() {
        all["parameters"] = parameters.into();
    }
    if !operation.takes.is_empty() {
        let content: Map<String, Value> = operation
            .takes
            .iter()
            .map(|(media, content)| ((*media).to_owned(), json!({ "schema": schema_of(generator, content) })))
            .collect();
        all["requestBody"] = json!({ "required": true, "content": content });
    }
    all
}

/// Each member of a query's shape is a parameter.
fn of_query(shape: &Value) -> Vec<Value> {
    let Some(members) = shape["properties"].as_object() else { return Vec::new() };
    let parameter = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let about = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        // What is not given is not there; a query cannot say null.
        if let Some(kinds) = schema["type"].as_array() {
            schema["type"] = kinds.iter().find(|kind| *kind != "null").cloned().unwrap_or_default();
        }
        json!({
            "name": name, "in": "query", "required": false, "description": about.unwrap_or_default(), "schema": schema,
        })
    };
    members.iter().map(parameter).collect()
}

fn who(who: Who) -> String {
    match who {
        Who::Anybody => "Everybody may ask; what they see depends on who they are.".to_owned(),
        Who::SignedIn => "Needs a token with the scope `read`.".to_owned(),
        Who::Role(role) => format!("Needs a token with the scope `{}`.", role.word()),
        Who::Host => "Needs a token of an administrator of the server.".to_owned(),
    }
}

fn responses(generator: &mut SchemaGenerator, rule: &Rule, operation: &Operation) -> Value {
    let mut all = Map::new();
    for Answer { status, about, content } in &operation.answers {
        let mut answer = json!({ "description": about });
        if let Some((media, content)) = content {
            answer["content"] = json!({ *media: { "schema": schema_of(generator, content) } });
        }
        all.insert(status.to_string(), answer);
    }
    let mut problems: Vec<u16> = ALWAYS.into_iter().chain(operation.fails.iter().copied()).collect();
    if matches!(rule.who, Who::Role(_) | Who::Host) {
        problems.push(403);
    }
    if rule.path.contains('{') {
        problems.push(404);
    }
    if !operation.takes.is_empty() {
        problems.push(415);
    }
    if operation.query.is_some() || !operation.takes.is_empty() || !operation.headers.is_empty() {
        problems.push(422);
    }
    for status in problems {
        let reference = json!({ "$ref": format!("#/components/responses/Problem{status}") });
        all.entry(status.to_string()).or_insert(reference);
    }
    all.into()
}

fn schema_of(generator: &mut SchemaGenerator, content: &Content) -> Value {
    match content {
        Content::Shaped(shape) => shape(generator).to_value(),
        Content::Bytes => json!({ "type": "string", "format": "binary" }),
        Content::Anything => json!({ "type": "object" }),
        Content::Form => json!({
            "type": "object",
            "required": ["files", "terms"],
            "properties": {
                "files": { "type": "array", "minItems": 1, "items": { "type": "string", "contentMediaType": "application/octet-stream" } },
                "title": { "type": "string" },
                "terms": { "type": "string" },
                "partners": { "type": "array", "items": { "type": "string" } },
                "embargo": { "type": "string" },
                "pathogen": { "type": "string" },
            },
        }),
    }
}

fn problems() -> Value {
    let mut all = Map::new();
    for status in [400, 401, 403, 404, 408, 409, 410, 412, 413, 415, 422, 429, 503] {
        let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let content = json!({ "application/problem+json": { "schema": schema } });
        let answer = json!({ "description": reason.unwrap_or_default(), "content": content });
        all.insert(format!("Problem{status}"), answer);
    }
    all.into()
}
