//! The language that joins conditions: `S:501Y & (country='Kenya' | [2-of: 241T, 3037T, S:614G]) & !ins_214:?`.
//!
//! Words mean the same in any case, values do not. `&` binds tighter than `|`. Start at [`parse`].

use super::field::{below, is, number, search};
use super::text::{Reader, short};
use super::variant::Asked;
use super::{Query, QueryError, TEXT_MAX_BYTES, code, field_named};
use crate::filter::{MAX_COUNTED, MAX_DEPTH};
use crate::row::Schema;

/// Reads a query.
///
/// # Errors
/// When it cannot be understood, with the place.
pub fn parse(schema: &Schema, text: &str) -> Result<Query, QueryError> {
    Parser::read(schema, text, None)
}

/// What a word asks for in the language of variants.
pub(super) type Condition = fn(&Schema, &str) -> Result<Asked, QueryError>;

/// Both languages: signs and brackets are the same.
pub(super) struct Parser<'a> {
    schema: &'a Schema,
    text: Reader<'a>,
    /// The language of variants has these, and neither operators in words nor fields.
    variant: Option<Condition>,
    depth: usize,
    /// Not within MAYBE.
    may_ask_fields: bool,
}

impl<'a> Parser<'a> {
    /// Reads all of a text.
    pub(super) fn read(
        schema: &'a Schema,
        text: &'a str,
        variant: Option<Condition>,
    ) -> Result<Query, QueryError> {
        if text.len() > TEXT_MAX_BYTES {
            return Err(QueryError::Long);
        }
        let language = if variant.is_some() { "variant" } else { "advanced" };
        let text = Reader::new(text, language);
        let mut parser = Parser { schema, text, variant, depth: 0, may_ask_fields: true };
        let query = parser.or()?;
        parser.text.skip_blanks();
        if !parser.text.rest().is_empty() {
            return Err(parser.text.wrong("an operator or the end of the query is expected here"));
        }
        Ok(query)
    }

    fn word(&mut self, word: &str) -> bool {
        self.variant.is_none() && self.text.take_word(word)
    }

    fn or(&mut self) -> Result<Query, QueryError> {
        self.depth += 1;
        // Each bracket takes a level for `or`, one for `and` and one for itself.
        if self.depth * 3 > MAX_DEPTH {
            return Err(self.text.wrong("the query is nested too deep here: write it flatter"));
        }
        let query = self.chain(Self::and, &["|"], "or", Query::Or)?;
        self.depth -= 1;
        Ok(query)
    }

    fn and(&mut self) -> Result<Query, QueryError> {
        self.chain(Self::not, &["&"], "and", Query::And)
    }

    fn chain(
        &mut self,
        part: fn(&mut Self) -> Result<Query, QueryError>,
        signs: &[&str],
        word: &str,
        join: fn(Vec<Query>) -> Query,
    ) -> Result<Query, QueryError> {
        let first = part(self)?;
        let mut all = vec![first];
        loop {
            self.text.skip_blanks();
            if !signs.iter().any(|sign| self.text.take(sign)) && !self.word(word) {
                break;
            }
            all.push(part(self)?);
        }
        Ok(if all.len() == 1 { all.pop().unwrap_or(Query::True) } else { join(all) })
    }

    fn not(&mut self) -> Result<Query, QueryError> {
        self.text.skip_blanks();
        let mut is_turned = false;
        while self.text.take("!") || self.word("not") {
            is_turned = !is_turned;
            self.text.skip_blanks();
        }
        let query = self.one()?;
        Ok(if is_turned { Query::Not(Box::new(query)) } else { query })
    }

    fn one(&mut self) -> Result<Query, QueryError> {
        if self.text.take("(") {
            let query = self.or()?;
            return self.closed(query, ")");
        }
        if self.text.take("maybe(") || self.text.take("maybe (") {
            let may_ask_fields = std::mem::replace(&mut self.may_ask_fields, false);
            let query = Query::Maybe(Box::new(self.or()?));
            self.may_ask_fields = may_ask_fields;
            return self.closed(query, ")");
        }
        if self.text.take("[") {
            return self.n_of();
        }
        if self.variant.is_none() && self.text.take("isnull(") {
            let name = self.name().to_owned();
            let (field, _) = field_named(self.schema, &name)?;
            return self.closed(Query::IsNull { field }, ")");
        }
        self.atom()
    }

    fn closed(&mut self, query: Query, sign: &str) -> Result<Query, QueryError> {
        self.text.skip_blanks();
        if self.text.take(sign) {
            Ok(query)
        } else {
            Err(self.text.wrong(format!("a {sign} is missing here")))
        }
    }

    fn n_of(&mut self) -> Result<Query, QueryError> {
        self.text.skip_blanks();
        let is_exact = self.text.take("exactly-");
        let digits = self.text.run(|letter| letter.is_ascii_digit());
        let number = digits.parse().ok().filter(|_| self.text.take("-of:"));
        let number = number.ok_or_else(|| self.text.wrong("write [2-of: …, …] or [exactly-2-of: …, …]"))?;
        let mut of = Vec::new();
        loop {
            of.push(self.or()?);
            if of.len() > MAX_COUNTED {
                return Err(self
                    .text
                    .wrong(format!("at most {MAX_COUNTED} conditions can be counted at once")));
            }
            self.text.skip_blanks();
            if !self.text.take(",") {
                break;
            }
        }
        self.closed(Query::NOf { number, is_exact, of }, "]")
    }

    /// The name of a field, after blanks.
    fn name(&mut self) -> &str {
        self.text.skip_blanks();
        self.text.run(|letter| letter.is_alphanumeric() || letter == '_')
    }

    fn atom(&mut self) -> Result<Query, QueryError> {
        let is_of_word = |letter: char| letter.is_alphanumeric() || "_.:*?-".contains(letter);
        let begin = self.text.place();
        let word = self.text.run(is_of_word);
        if word.is_empty() {
            return Err(self.text.wrong("a condition is expected here: a mutation, an insertion or a field"));
        }
        if let Some(condition) = self.variant {
            return match condition(self.schema, word).map_err(|error| begin.told(error))? {
                Asked::Letters(query) => Ok(query),
                Asked::Field(query) if self.may_ask_fields => Ok(query),
                Asked::Field(_) => Err(self.text.wrong(ONLY_LETTERS)),
            };
        }
        self.text.skip_blanks();
        for (sign, bound) in [("=", Bound::Is), (">=", Bound::From), ("<=", Bound::To)] {
            if self.text.take(sign) {
                return self.field(word, bound);
            }
        }
        code::mutation_or_insertion(self.schema, word).map_err(|error| begin.told(error))
    }

    fn field(&mut self, name: &str, bound: Bound) -> Result<Query, QueryError> {
        if !self.may_ask_fields {
            return Err(self.text.wrong(ONLY_LETTERS));
        }
        let value = self.value()?;
        let (name, question) = name.rsplit_once('.').map_or((name, ""), |(name, question)| (name, question));
        let (number_of, field) = field_named(self.schema, name)?;
        match (question.to_ascii_lowercase().as_str(), bound) {
            ("", _) => {}
            ("regex", Bound::Is) => return search(number_of, field, Some(&value)),
            ("phylodescendantof", Bound::Is) => return below(self.schema, number_of, field, &value),
            _ => {
                let what =
                    format!("behind {name}. stand regex= or phyloDescendantOf=, not {}", short(question));
                return Err(self.text.wrong(what));
            }
        }
        if bound == Bound::Is {
            return is(number_of, field, Some(&value));
        }
        if !field.kind.has_order() {
            return Err(self
                .text
                .wrong(format!("{} has no order: >= and <= are for numbers and dates", field.name)));
        }
        let value = Some(number(field, &value)?);
        let (from, to) = if bound == Bound::From { (value, None) } else { (None, value) };
        Ok(Query::Between { field: number_of, from, to })
    }

    /// A value: in quotation marks, or a run of letters that need none.
    fn value(&mut self) -> Result<String, QueryError> {
        self.text.skip_blanks();
        if !self.text.take("'") {
            let run = self.text.run(|letter| letter.is_alphanumeric() || "-_.*/".contains(letter));
            return if run.is_empty() {
                Err(self.text.wrong("a value is expected here"))
            } else {
                Ok(run.to_owned())
            };
        }
        let mut value = String::new();
        loop {
            match self.text.letter() {
                Some('\'') => return Ok(value),
                Some('\\') => value.extend(self.text.letter()),
                Some(letter) => value.push(letter),
                None => return Err(self.text.wrong("a ' is missing here")),
            }
        }
    }
}

const ONLY_LETTERS: &str = "MAYBE takes mutations and insertions, not fields";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Is,
    From,
    To,
}

#[cfg(test)]
mod tests;
