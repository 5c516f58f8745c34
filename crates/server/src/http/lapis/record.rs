//! How a genome's sequences are written: FASTA with a header of one's own, JSON, or JSON lines.
//!
//! Refuses to know which genomes and where letters come from. Start at [`Form::of`] and [`Header::read`].

use super::asked::Asked;
use super::columns::cell;
use super::fault::Fault;
use crate::app::index::fields::{FIELDS, PRIMARY_KEY};
use hearth_index::alphabet::Alphabet;
use hearth_index::row::RowId;
use hearth_index::visible::Selection;
use http::StatusCode;
use serde_json::Value;

/// The longest template of a header, in bytes.
const TEMPLATE_MAX_BYTES: usize = 10_000;

/// In which form sequences are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A line of the header and one of letters for each sequence.
    Fasta,
    /// An array of objects.
    Json,
    /// An object on each line.
    Lines,
}

impl Form {
    /// What a question asks for.
    ///
    /// # Errors
    /// When sequences are not written so.
    pub fn of(asked: &Asked) -> Result<Self, Fault> {
        let named = asked.text("dataFormat")?.map(str::to_ascii_lowercase);
        match named.as_deref() {
            Some("fasta") => return Ok(Self::Fasta),
            Some("json") => return Ok(Self::Json),
            Some("ndjson") => return Ok(Self::Lines),
            Some(other) => {
                let text = format!("sequences cannot be written as {other:?}: ask for FASTA, JSON or NDJSON");
                return Err(Fault::of(StatusCode::NOT_ACCEPTABLE, text));
            }
            None => {}
        }
        let accept = asked.accept.to_ascii_lowercase();
        Ok(match () {
            () if accept.contains("x-fasta") => Self::Fasta,
            () if accept.contains("x-ndjson") => Self::Lines,
            () if accept.contains("application/json") => Self::Json,
            () => Self::Fasta,
        })
    }

    /// Its media type.
    pub fn media(self) -> &'static str {
        match self {
            Self::Fasta => "text/x-fasta;charset=UTF-8",
            Self::Json => "application/json;charset=UTF-8",
            Self::Lines => "application/x-ndjson;charset=UTF-8",
        }
    }

    /// What the name of a file ends with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Fasta => "fasta",
            Self::Json => "json",
            Self::Lines => "ndjson",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Field(usize),
    Sequence,
}

/// What stands behind the `>` of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Header(Vec<Part>);

impl Header {
    /// Reads the template that a question gives, such as `{accession}/{country}|{.gene}`; otherwise the primary key, and
    /// the sequence where there are several.
    ///
    /// # Errors
    /// When the template names what there is not, or the form has no headers.
    pub fn read(asked: &Asked, form: Form, alphabet: Alphabet, is_one: bool) -> Result<Self, Fault> {
        let sequence = match alphabet {
            Alphabet::Nucleotide => ".segment",
            Alphabet::AminoAcid => ".gene",
        };
        let Some(template) = asked.text("fastaHeaderTemplate")? else {
            let both = format!("{{{PRIMARY_KEY}}}|{{{sequence}}}");
            return Self::parsed(if is_one { &both[..PRIMARY_KEY.len() + 2] } else { &both }, sequence);
        };
        if form != Form::Fasta {
            return Err(Fault::bad("fastaHeaderTemplate is for FASTA: leave it out, or ask for FASTA"));
        }
        Self::parsed(template, sequence)
    }

    fn parsed(template: &str, sequence: &str) -> Result<Self, Fault> {
        let wrong = |what: String| Fault::bad(format!("Invalid FASTA header template: {what}"));
        if template.len() > TEMPLATE_MAX_BYTES {
            return Err(wrong(format!("it has more than {TEMPLATE_MAX_BYTES} bytes")));
        }
        let (mut parts, mut rest) = (Vec::new(), template);
        while let Some((text, after)) = rest.split_once('{') {
            let (name, behind) =
                after.split_once('}').ok_or_else(|| wrong("a { is not followed by a }".to_owned()))?;
            parts.push(Part::Text(one_line(text)));
            if name.eq_ignore_ascii_case(sequence) {
                parts.push(Part::Sequence);
            } else {
                let field = FIELDS.iter().position(|field| field.name.eq_ignore_ascii_case(name));
                let field = field.ok_or_else(|| wrong(format!("{{{name:.60}}} is no field")))?;
                parts.push(Part::Field(field));
            }
            rest = behind;
        }
        parts.push(Part::Text(one_line(rest)));
        Ok(Self(parts))
    }

    /// The header of a row's sequence.
    pub fn of(&self, selection: &Selection, row: RowId, sequence: &str) -> String {
        self.0.iter().fold(String::new(), |text, part| match part {
            Part::Text(own) => text + own,
            Part::Sequence => text + sequence,
            Part::Field(field) => text + &one_line(&told(selection, row, *field)),
        })
    }
}

/// What would begin another line or record does not.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A value of a row as a text.
fn told(selection: &Selection, row: RowId, field: usize) -> String {
    let kind = FIELDS.get(field).map(|field| field.kind);
    let value = selection.value(row, field).zip(kind).map(|(value, kind)| cell(&value, kind));
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

/// Writes records one after the other.
#[derive(Clone, Debug)]
pub struct Writer {
    form: Form,
    header: Header,
    is_first: bool,
}

impl Writer {
    /// Nothing is written yet.
    pub fn new(form: Form, header: Header) -> Self {
        Self { form, header, is_first: true }
    }

    /// Begins a record.
    pub fn begin(&mut self, out: &mut Vec<u8>, selection: &Selection, row: RowId) {
        let before: &[u8] = match (self.form, self.is_first) {
            (Form::Fasta, _) => return,
            (Form::Json, true) => b"[",
            (Form::Json, false) => b",\n",
            (Form::Lines, _) => b"",
        };
        self.is_first = false;
        let key = FIELDS.iter().position(|field| field.name == PRIMARY_KEY).unwrap_or(0);
        out.extend_from_slice(before);
        let key = Value::from(told(selection, row, key));
        out.extend_from_slice(format!("{{\"{PRIMARY_KEY}\":{key}").as_bytes());
    }

    /// One of its sequences, under its name; `None` where none of it was read.
    pub fn sequence(
        &self,
        out: &mut Vec<u8>,
        (selection, row): (&Selection, RowId),
        (column, name): (&str, &str),
        letters: Option<&[u8]>,
    ) {
        if self.form != Form::Fasta {
            out.extend_from_slice(format!(",{}:", Value::from(column)).as_bytes());
            let Some(letters) = letters else { return out.extend_from_slice(b"null") };
            out.push(b'"');
            out.extend_from_slice(letters);
            out.push(b'"');
            return;
        }
        let Some(letters) = letters else { return };
        out.push(b'>');
        out.extend_from_slice(self.header.of(selection, row, name).as_bytes());
        out.push(b'\n');
        out.extend_from_slice(letters);
        out.push(b'\n');
    }

    /// Ends a record.
    pub fn end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(match self.form {
            Form::Fasta => b"",
            Form::Json => b"}",
            Form::Lines => b"}\n",
        });
    }

    /// Ends everything.
    pub fn finish(&self, out: &mut Vec<u8>) {
        if self.form == Form::Json {
            out.extend_from_slice(if self.is_first { b"[]" } else { b"]" });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_read_and_refused_in_words() {
        let parsed = |template: &str| Header::parsed(template, ".gene").map(|header| header.0);
        let field = |name: &str| FIELDS.iter().position(|field| field.name == name).expect("a field");
        let expected = vec![
            Part::Text("a ".into()),
            Part::Field(field("country")),
            Part::Text("|".into()),
            Part::Sequence,
            Part::Text(" ".into()),
        ];
        assert_eq!(parsed("a {COUNTRY}|{.gene}\n"), Ok(expected));
        for (template, sentence) in [
            ("{nope}", "Invalid FASTA header template: {nope} is no field"),
            ("{country", "Invalid FASTA header template: a { is not followed by a }"),
            ("{.segment}", "Invalid FASTA header template: {.segment} is no field"),
        ] {
            assert_eq!(parsed(template), Err(Fault::bad(sentence)));
        }
    }
}
