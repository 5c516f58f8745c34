//! Rust text split into code, comments and tests, without a parser.
//!
//! Good enough for house rules: strings and comments are blanked out letter by letter, so that lines keep
//! their numbers, and what stands under `#[cfg(test)]` is marked. It refuses to judge. Start at [`Source`].

use std::ops::Range;

/// A Rust file, seen three ways; all have the same lines.
#[derive(Debug)]
pub struct Source {
    /// Code alone: comments and the insides of strings and characters are blank.
    pub code: String,
    /// Comments alone.
    pub comments: String,
    /// For each line (0-based), whether it belongs to a test.
    pub is_test: Vec<bool>,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// 0-based line of `fn`.
    pub line: usize,
    /// Lines with code from `fn` to the closing brace.
    pub code_lines: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    LineComment,
    BlockComment(usize),
    Text,
    RawText(usize),
}

impl Source {
    /// Splits the text of a file; `whole_is_test` for files that hold nothing but tests.
    pub fn new(text: &str, whole_is_test: bool) -> Self {
        let (code, comments) = separate(text);
        let mut is_test = vec![whole_is_test; text.lines().count()];
        if !whole_is_test {
            for lines in test_items(&code) {
                let last = lines.end.min(is_test.len());
                is_test[lines.start.min(last)..last].fill(true);
            }
        }
        Self { code, comments, is_test }
    }

    /// Lines of code and tests' marks, first to last.
    pub fn code_lines(&self) -> impl Iterator<Item = (&str, bool)> {
        self.code.lines().zip(self.is_test.iter().copied())
    }

    /// Every function with a body that is not a test.
    pub fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices("fn ") {
            let line = line_of(&self.code, at);
            let starts_word = !self.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if !starts_word || self.is_test.get(line).copied().unwrap_or(false) {
                continue;
            }
            let rest = &self.code[at + 3..];
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if let (false, Some(body)) = (name.is_empty(), body(rest)) {
                let text = &self.code[at..at + 3 + body.end];
                let code_lines = text.lines().filter(|line| !line.trim().is_empty()).count();
                found.push(Function { name, line, code_lines });
            }
        }
        found
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count()
}

/// The first brace block of `text`, unless a `;` ends the item before it.
fn body(text: &str) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b';' if depth == 0 => return None,
            b'{' if depth == 0 => return Some(at..closing(text, at)),
            _ => {}
        }
    }
    None
}

/// One past the brace that closes the one at `open`; the end of the text when none does.
fn closing(text: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Lines of the items under `#[cfg(test)]`, attribute included.
fn test_items(code: &str) -> Vec<Range<usize>> {
    const ATTRIBUTE: &str = "#[cfg(test)]";
    code.match_indices(ATTRIBUTE)
        .map(|(at, _)| {
            let rest = &code[at + ATTRIBUTE.len()..];
            let end =
                body(rest).map_or_else(|| rest.find(';').map_or(rest.len(), |end| end + 1), |body| body.end);
            line_of(code, at)..line_of(code, at + ATTRIBUTE.len() + end) + 1
        })
        .collect()
}

fn separate(text: &str) -> (String, String) {
    let (mut code, mut comments) = (String::with_capacity(text.len()), String::with_capacity(text.len()));
    let mut state = State::Code;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (next, taken) = step(state, rest, code.chars().last());
        let piece = &rest[..taken.max(first.len_utf8())];
        let of_comment = |state| matches!(state, State::LineComment | State::BlockComment(_));
        let is_comment = of_comment(state) || of_comment(next);
        let is_character = state == State::Code && next == State::Code && taken > 0;
        let is_code = state == State::Code && !is_comment && !is_character;
        for letter in piece.chars() {
            let keep = |wanted: bool| if wanted || letter == '\n' { letter } else { ' ' };
            code.push(keep(is_code));
            comments.push(keep(is_comment));
        }
        state = next;
        rest = &rest[piece.len()..];
    }
    (code, comments)
}

/// The state after the next piece of text, and the length of the piece in bytes.
fn step(state: State, rest: &str, before: Option<char>) -> (State, usize) {
    match state {
        State::Code => step_code(rest, before),
        State::LineComment if rest.starts_with('\n') => (State::Code, 1),
        State::BlockComment(depth) if rest.starts_with("*/") => {
            (if depth == 1 { State::Code } else { State::BlockComment(depth - 1) }, 2)
        }
        State::BlockComment(depth) if rest.starts_with("/*") => (State::BlockComment(depth + 1), 2),
        State::Text if rest.starts_with('\\') => {
            (state, 1 + rest[1..].chars().next().map_or(0, char::len_utf8))
        }
        State::Text if rest.starts_with('"') => (State::Code, 1),
        State::RawText(hashes) if closes_raw(rest, hashes) => (State::Code, 1 + hashes),
        _ => (state, 0),
    }
}

fn step_code(rest: &str, before: Option<char>) -> (State, usize) {
    if rest.starts_with("//") {
        return (State::LineComment, 2);
    }
    if rest.starts_with("/*") {
        return (State::BlockComment(1), 2);
    }
    if rest.starts_with('"') {
        return (State::Text, 1);
    }
    let starts_word = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if let (true, Some(inside)) = (starts_word, rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))) {
        let hashes = inside.bytes().take_while(|&byte| byte == b'#').count();
        if inside[hashes..].starts_with('"') {
            return (State::RawText(hashes), rest.len() - inside.len() + hashes + 1);
        }
    }
    (State::Code, character_length(rest))
}

fn closes_raw(rest: &str, hashes: usize) -> bool {
    let after = rest.strip_prefix('"').unwrap_or_default();
    rest.starts_with('"') && after.bytes().take_while(|&byte| byte == b'#').count() >= hashes
}

/// The length of a character literal at the start of `rest`, such as a quoted brace; 0 for anything else.
fn character_length(rest: &str) -> usize {
    let Some(inside) = rest.strip_prefix('\'') else { return 0 };
    let mut letters = inside.char_indices();
    match letters.next() {
        Some((_, '\\')) => {
            inside.get(2..).and_then(|tail| tail.find('\'')).map_or(0, |at| if at < 10 { at + 4 } else { 0 })
        }
        Some((_, first)) if inside[first.len_utf8()..].starts_with('\'') => first.len_utf8() + 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_leave_the_code() {
        let check = |text: &str, code: &str, comments: &str| {
            let source = Source::new(text, false);
            let squeezed: Vec<&str> = source.code.split_whitespace().collect();
            assert_eq!((squeezed.join(" ").as_str(), source.comments.trim()), (code, comments), "{text}");
            assert_eq!((source.code.len(), source.comments.len()), (text.len(), text.len()));
        };
        check("a(); // b()", "a();", "// b()");
        check("a(/* b /* c */ d */);", "a( );", "/* b /* c */ d */");
        check(r#"a("b\"c // d");"#, r#"a(" );"#, "");
        check(r##"a(r#"b"c"#);"##, r##"a(r#" );"##, "");
        check("a(b'{', '\\'', '}');", "a(b , , );", "");
        check("a(b'x', 'y', \"\\\\\");", "a(b , , \" );", "");
    }

    #[test]
    fn braces_in_characters_and_lifetimes_do_not_count() {
        let source = Source::new(
            "fn a<'x>(b: &'x str) { b.find('{'); b.find('{'); b.find('\\''); c('\\u{7d}') }\nfn d() {}\n",
            false,
        );
        let names: Vec<String> = source.functions().into_iter().map(|function| function.name).collect();
        assert_eq!(names, ["a", "d"]);
    }

    #[test]
    fn tests_are_marked_with_their_attribute() {
        let check = |text: &str, expected: &[usize]| {
            let source = Source::new(text, false);
            let marked: Vec<usize> =
                source.is_test.iter().enumerate().filter(|(_, test)| **test).map(|(line, _)| line).collect();
            assert_eq!(marked, expected, "{text}");
        };
        check("fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n", &[1, 2, 3, 4]);
        check("#[cfg(test)]\nmod tests;\nfn c() {}\n", &[0, 1]);
        check("fn a() {}\n", &[]);
        assert_eq!(Source::new("fn a() {}\n", true).is_test, [true]);
    }

    #[test]
    fn functions_are_measured_in_lines_of_code() {
        let text =
            "trait T { fn declared(&self); }\nfn long(\n    a: [u8; 3],\n) {\n    // why\n\n    a;\n}\n";
        let expected = Function { name: "long".to_owned(), line: 1, code_lines: 5 };
        assert_eq!(Source::new(text, false).functions(), [expected]);
    }

    #[test]
    fn nothing_breaks_on_unfinished_text() {
        for text in ["fn", "fn a(", "\"", "r#\"", "/*", "'\\", "'", "#[cfg(test)]", "b'é", "'é'", "fn é() {"]
        {
            let _ = Source::new(text, false).functions();
        }
    }
}
