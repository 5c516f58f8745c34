//! The OpenAPI document says every address of the API, and nothing else.

use hearth_server::http::api::openapi::document;
use hearth_server::http::routes::{Sort, rules};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn every_address_is_in_the_document() {
    let document = document();
    let paths = document["paths"].as_object().expect("paths");
    let said: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, of)| {
            of.as_object().expect("methods").keys().map(|method| (method.to_uppercase(), path.clone()))
        })
        .filter(|(method, _)| method != "HEAD")
        .collect();
    let routed: BTreeSet<(String, String)> = rules()
        .iter()
        .filter(|rule| rule.sort == Sort::Api)
        .map(|rule| (rule.method.to_string(), rule.path.to_owned()))
        .collect();
    assert_eq!(said, routed);
}

#[test]
fn what_the_document_refers_to_is_in_it() {
    let document = document();
    let mut names = BTreeSet::new();
    check(&document, &document, &mut names);
    let operations = document["paths"].as_object().expect("paths").values().flat_map(|path| {
        path.as_object().expect("methods").values().map(|one| one["operationId"].as_str().expect("a name"))
    });
    let operations: Vec<&str> = operations.collect();
    let different: BTreeSet<&str> = operations.iter().copied().collect();
    assert_eq!(different.len(), operations.len(), "names of operations are unique");
    assert!(names.contains("#/components/schemas/PageOfGenome"), "{names:?}");
}

fn check(document: &Value, value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').expect("of this document");
                assert!(document.pointer(pointer).is_some(), "{reference}");
                names.insert(reference.to_owned());
            }
            members.values().for_each(|value| check(document, value, names));
        }
        Value::Array(items) => items.iter().for_each(|value| check(document, value, names)),
        _ => {}
    }
}
