//! The example file, and what is in force: both from the definitions.
//!
//! Start at [`example`].

use super::sections::Visitor;
use super::value::Value;
use super::{Config, grouped};
use std::fmt::Write as _;

const OPENING: &str = "\
# Settings of a Hearth server. Every line that is commented out is as it would be anyway.
# Each can also be given as an environment variable, which goes before this file:
# server.listen is HEARTH_SERVER_LISTEN. `hearth config check --config FILE` tells what is wrong.
";

const GROUPS: &str = "
# Packs that are the segments of one pathogen, in the order of the segments; a table for each such pathogen. A pack that
# stands in none is a pathogen of its own. Environment variables cannot say this.
# [[pathogens]]
#   name = \"flu-h3n2\"
#   title = \"Influenza A(H3N2)\"
#   [pathogens.segments]
#     HA = \"flu_h3n2_ha\"
#     NA = \"flu_h3n2_na\"
";

struct Writer {
    text: String,
    table: &'static str,
    is_example: bool,
}

impl Visitor for Writer {
    fn setting(
        &mut self,
        table: &'static str,
        name: &'static str,
        meaning: &[&'static str],
        value: &mut dyn Value,
    ) {
        if table != self.table {
            self.table = table;
            let _ = write!(self.text, "\n[{table}]\n");
        }
        if self.is_example {
            for line in meaning {
                let _ = writeln!(self.text, "#{line}");
            }
        }
        let comment = if self.is_example { "# " } else { "" };
        let _ = match value.written() {
            Some(_) if value.is_secret() => writeln!(self.text, "{comment}{name} = \"(hidden)\""),
            Some(written) => writeln!(self.text, "{comment}{name} = {written}"),
            None if self.is_example => writeln!(self.text, "# {name} = \"\""),
            None => writeln!(self.text, "# {name} is not set"),
        };
    }
}

fn written(config: &Config, opening: &str, is_example: bool) -> String {
    let mut writer = Writer { text: opening.to_owned(), table: "", is_example };
    config.clone().visit(&mut writer);
    writer.text
}

pub(super) fn example() -> String {
    written(&Config::default(), OPENING, true) + GROUPS
}

pub(super) fn in_force(config: &Config) -> String {
    let mut text = written(config, "", false).trim_start().to_owned();
    text.extend(config.pathogens.iter().map(grouped::written));
    text
}
