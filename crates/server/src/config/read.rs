//! Reading settings out of a TOML file and environment variables.
//!
//! Every mistake is told, not only the first; a name that is not known is answered with the nearest that is. Refuses to
//! judge what fits together ([`super::Config::check`]). Start at [`file()`].

use super::Config;
use super::grouped;
use super::sections::Visitor;
use super::value::Value;
use hearth_base::language::distance_within;
use std::fmt;
use toml::de::{DeTable, DeValue};

/// What every variable of ours begins with.
const PREFIX: &str = "HEARTH_";
/// Variables that other parts of the program read.
const OTHERS: &[&str] = &["HEARTH_CONFIG", "HEARTH_PACKS"];
/// The longest file, in bytes.
const FILE_MAX_BYTES: usize = 1 << 20;

/// Something wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: file and line, variable, or setting.
    pub place: String,
    /// What is wrong, and what to do.
    pub text: String,
}

impl Fault {
    pub(super) fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), text: text.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

/// Something that was given, looking for its setting.
struct Given<'a> {
    /// As in `server.listen`.
    name: &'a str,
    text: &'a str,
    outcome: Option<Result<(), String>>,
    known: Vec<String>,
}

impl Visitor for Given<'_> {
    fn setting(
        &mut self,
        table: &'static str,
        name: &'static str,
        _: &[&'static str],
        value: &mut dyn Value,
    ) {
        let own = format!("{table}.{name}");
        if own == self.name {
            self.outcome = Some(value.take(self.text));
        }
        self.known.push(own);
    }
}

fn give(config: &mut Config, name: &str, text: &str, shown: impl Fn(&str) -> String) -> Result<(), String> {
    let mut given = Given { name, text, outcome: None, known: Vec::new() };
    config.visit(&mut given);
    given.outcome.unwrap_or_else(|| {
        let near = nearest(name, &given.known);
        Err(match near {
            Some(known) => format!("there is no such setting; did you mean {}?", shown(known)),
            None => "there is no such setting: `hearth config example` shows all".to_owned(),
        })
    })
}

/// The known name that is most like this one, if any is.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a String> {
    let limit = (name.chars().count() / 3).max(2);
    let distance = |other: &String| distance_within(name, other, limit);
    known.iter().filter_map(|other| Some((distance(other)?, other))).min().map(|(_, other)| other)
}

/// Takes the settings of a TOML file.
pub(super) fn file(config: &mut Config, name: &str, text: &str, faults: &mut Vec<Fault>) {
    if text.len() > FILE_MAX_BYTES {
        faults.push(Fault::new(
            name,
            format!("longer than {FILE_MAX_BYTES} bytes: this is no file of settings"),
        ));
        return;
    }
    let line = |at: usize| {
        format!(
            "{name}:{}",
            1 + text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
        )
    };
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            faults.push(Fault::new(line(at), error.message()));
            return;
        }
    };
    for (table, content) in document.get_ref() {
        if table.get_ref() == grouped::TABLE {
            let told = |place: usize, text: String| faults.push(Fault::new(line(place), text));
            config.pathogens = grouped::read(content, told);
            continue;
        }
        let DeValue::Table(content) = content.get_ref() else {
            let text = "settings stand in tables: write [server] above, or another";
            faults.push(Fault::new(line(table.span().start), text));
            continue;
        };
        for (key, value) in content {
            let setting = format!("{}.{}", table.get_ref(), key.get_ref());
            let given = match value.get_ref() {
                DeValue::String(text) => Ok(text.to_string()),
                DeValue::Integer(number) => Ok(number.as_str().to_owned()),
                DeValue::Boolean(truth) => Ok(truth.to_string()),
                _ => Err("neither a text, a whole number, true nor false".to_owned()),
            };
            let taken = given.and_then(|given| give(config, &setting, &given, str::to_owned));
            if let Err(reason) = taken {
                faults.push(Fault::new(line(key.span().start), format!("{setting}: {reason}")));
            }
        }
    }
}

/// Takes the settings of environment variables: `HEARTH_SERVER_LISTEN` is `server.listen`.
pub(super) fn environment(
    config: &mut Config,
    variables: impl IntoIterator<Item = (String, String)>,
    faults: &mut Vec<Fault>,
) {
    for (variable, text) in variables {
        let Some(rest) = variable.strip_prefix(PREFIX) else { continue };
        if OTHERS.contains(&variable.as_str()) {
            continue;
        }
        let setting = rest.to_ascii_lowercase().replacen('_', ".", 1);
        if let Err(reason) = give(config, &setting, &text, variable_of) {
            faults.push(Fault::new(variable, reason));
        }
    }
}

/// The variable that sets `server.listen`.
pub(super) fn variable_of(setting: &str) -> String {
    format!("{PREFIX}{}", setting.replace('.', "_").to_ascii_uppercase())
}
