//! A form of a page, read as a browser reads it, so that a test can send only what a person could.

/// What is between `<` and `>`.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next().map(plain)
}

fn has(tag: &str, name: &str) -> bool {
    tag.split(' ').any(|word| word.trim_end_matches('>') == name)
}

/// Text without the escapes of HTML.
fn plain(text: &str) -> String {
    let escapes = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    escapes.into_iter().fold(text.to_owned(), |text, (escape, letter)| text.replace(escape, letter))
}

#[derive(Debug, PartialEq)]
enum Sort {
    Text,
    Ticked,
    /// The one of several that is chosen already.
    Picked,
    Chosen {
        options: Vec<(String, String)>,
        is_multiple: bool,
    },
    File,
}

#[derive(Debug)]
struct Field {
    name: String,
    value: Option<String>,
    sort: Sort,
}

/// A form.
#[derive(Debug)]
pub struct Form {
    pub action: String,
    pub is_multipart: bool,
    fields: Vec<Field>,
}

impl Form {
    /// The first form of a page whose address ends like this.
    pub fn find(page: &str, action: &str) -> Self {
        let mut rest = page;
        while let Some((_, begun)) = rest.split_once("<form") {
            let (tag, inner) = begun.split_once('>').expect("a whole tag");
            let (inner, after) = inner.split_once("</form>").expect("a whole form");
            let own = attribute(tag, "action").unwrap_or_default();
            if own.ends_with(action) && attribute(tag, "method").as_deref() == Some("post") {
                let is_multipart = attribute(tag, "enctype").as_deref() == Some("multipart/form-data");
                return Self { action: own, is_multipart, fields: fields(inner) };
            }
            rest = after;
        }
        panic!("no form is sent to {action}: {page}");
    }

    /// The fields as they are sent once a person filled these. A choice may be named by its label.
    pub fn filled(&self, given: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut left: Vec<(&str, &str)> = given.to_vec();
        let mut sent = Vec::new();
        let mut send = |name: &str, value: String| sent.push((name.to_owned(), value));
        for field in &self.fields {
            let is_given = left.iter().any(|(name, _)| *name == field.name);
            let mut take = || {
                let at = left.iter().position(|(name, _)| *name == field.name)?;
                Some(left.remove(at).1.to_owned())
            };
            match &field.sort {
                Sort::File => {}
                Sort::Text => send(&field.name, take().or(field.value.clone()).unwrap_or_default()),
                Sort::Picked if is_given => {
                    let own = field.value.as_deref();
                    let at = left.iter().position(|(name, value)| *name == field.name && Some(*value) == own);
                    at.map(|at| left.remove(at))
                        .into_iter()
                        .for_each(|(name, value)| send(name, value.to_owned()));
                }
                Sort::Picked => send(&field.name, field.value.clone().unwrap_or_default()),
                Sort::Ticked => {
                    let own = field.value.clone().unwrap_or_default();
                    let own = own.strip_prefix("✓").map(str::to_owned).ok_or(own);
                    let at = left.iter().position(|(name, value)| {
                        *name == field.name && Some(*value) == own.as_ref().err().map(String::as_str)
                    });
                    match (own, at) {
                        (Ok(ticked), _) => send(&field.name, ticked),
                        (Err(value), Some(at)) => {
                            left.remove(at);
                            send(&field.name, value);
                        }
                        (Err(_), None) => {}
                    }
                }
                Sort::Chosen { options, is_multiple } => {
                    let mut chosen: Vec<String> = take().into_iter().collect();
                    while *is_multiple && let Some(more) = take() {
                        chosen.push(more);
                    }
                    let value = |wanted: String| {
                        let found =
                            options.iter().find(|(value, label)| *value == wanted || *label == wanted);
                        found
                            .unwrap_or_else(|| panic!("{} offers no {wanted}: {options:?}", field.name))
                            .0
                            .clone()
                    };
                    if chosen.is_empty() {
                        chosen.extend(field.value.clone());
                    }
                    chosen.into_iter().map(value).for_each(|value| send(&field.name, value));
                }
            }
        }
        assert!(left.is_empty(), "the form of {} has no field for {left:?}", self.action);
        sent
    }
}

fn fields(form: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut rest = form;
    while let Some((_, begun)) = rest.split_once('<') {
        let (tag, after) = begun.split_once('>').unwrap_or((begun, ""));
        rest = after;
        let Some(name) = attribute(tag, "name") else { continue };
        let word = tag.split([' ', '>']).next().unwrap_or_default();
        let value = attribute(tag, "value");
        let (value, sort) = match (word, attribute(tag, "type").as_deref()) {
            ("input", Some("radio")) if has(tag, "checked") => (value, Sort::Picked),
            ("input", Some("checkbox")) if has(tag, "checked") => {
                (Some(format!("✓{}", value.unwrap_or_default())), Sort::Ticked)
            }
            ("input", Some("checkbox" | "radio")) => (value, Sort::Ticked),
            ("input", Some("file")) => (None, Sort::File),
            ("input", _) => (value, Sort::Text),
            ("textarea", _) => (after.split("</textarea>").next().map(plain), Sort::Text),
            ("select", _) => {
                let (options, chosen) = options(after.split("</select>").next().unwrap_or_default());
                let is_multiple = has(tag, "multiple");
                let first = options.first().map(|(value, _)| value.clone()).filter(|_| !is_multiple);
                (chosen.or(first), Sort::Chosen { options, is_multiple })
            }
            _ => continue,
        };
        fields.push(Field { name, value, sort });
    }
    fields
}

fn options(text: &str) -> (Vec<(String, String)>, Option<String>) {
    let (mut options, mut chosen) = (Vec::new(), None);
    for option in text.split("<option").skip(1) {
        let (tag, label) = option.split_once('>').expect("a whole tag");
        let label = plain(label.split('<').next().unwrap_or_default().trim());
        let value = attribute(tag, "value").unwrap_or_else(|| label.clone());
        if has(tag, "selected") {
            chosen = Some(value.clone());
        }
        options.push((value, label));
    }
    (options, chosen)
}

#[test]
fn forms_are_read_as_browsers_read_them() {
    let page = r#"<form method="post" action="/a/b"><input type="hidden" name="csrf" value="p&#34;q">
        <select name="to"><option value="1">One</option><option value="2" selected>Two</option></select>
        <input type="checkbox" name="role" value="x" checked><input type="checkbox" name="role" value="y">
        <textarea name="text" rows="2">old</textarea></form>"#;
    let form = Form::find(page, "/b");
    let check = |given: &[(&str, &str)], expected: &str| {
        let sent = form.filled(given);
        let sent: Vec<String> = sent.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(sent.join("&"), expected);
    };
    check(&[], "csrf=p\"q&to=2&role=x&text=old");
    check(&[("to", "One"), ("role", "y"), ("text", "new")], "csrf=p\"q&to=1&role=x&role=y&text=new");
}
