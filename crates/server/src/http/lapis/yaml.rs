//! Documents as YAML, for whoever asks for it: each member on a line of its own, texts in quotation marks.
//!
//! Start at [`written`].

use super::asked::Asked;
use serde_json::Value;

/// Its media type (RFC 9512).
pub(super) const MEDIA: &str = "application/yaml";
/// Words that are no text in YAML if they stand alone (YAML 1.1, which clients still read).
const YAML_WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Whether it is asked for.
pub(super) fn is_asked(asked: &Asked) -> bool {
    asked.accept.to_ascii_lowercase().contains(MEDIA)
}

/// A whole document. How deep it goes is for the caller to know: it is one of our own.
pub(super) fn written(value: &Value) -> String {
    let mut text = "---\n".to_owned();
    lines(value, 0, &mut text);
    text
}

fn lines(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                out.push_str(&format!("{indent}{}:", key(name)));
                below(value, depth + 1, out);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            for value in values {
                out.push_str(&format!("{indent}-"));
                below(value, depth + 1, out);
            }
        }
        // Empty ones, texts, numbers: as JSON has them.
        other => out.push_str(&format!("{indent}{other}\n")),
    }
}

fn below(value: &Value, depth: usize, out: &mut String) {
    let is_long = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(values) => !values.is_empty(),
        _ => false,
    };
    if is_long {
        out.push('\n');
        lines(value, depth, out);
    } else {
        out.push_str(&format!(" {value}\n"));
    }
}

/// A key as it is where that is surely a text, otherwise in quotation marks.
pub(super) fn key(name: &str) -> String {
    let is_plain = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
        && !YAML_WORDS.contains(&name.to_ascii_lowercase().as_str());
    if is_plain { name.to_owned() } else { quoted(name) }
}

/// What JSON quotes YAML reads (YAML 1.2.2, section 1.2).
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn documents_are_lines() {
        let check = |value: Value, expected: &str| assert_eq!(written(&value), expected);
        check(json!({}), "---\n{}\n");
        check(json!({ "a": { "b": [1, "x: y", []] } }), "---\na:\n  b:\n    - 1\n    - \"x: y\"\n    - []\n");
        check(json!([{ "no": true }]), "---\n-\n  \"no\": true\n");
    }

    #[test]
    fn names_that_look_like_something_else_are_quoted() {
        let check = |name: &str, expected: &str| assert_eq!(key(name), expected);
        check("BA.2.75", "BA.2.75");
        check("20A", "\"20A\"");
        check("No", "\"No\"");
        check("20I (Alpha, V1)", "\"20I (Alpha, V1)\"");
        check("a \"b\": c", "\"a \\\"b\\\": c\"");
    }
}
