//! House rules for one Rust file: how it opens, how long it is, what it may not say.
//!
//! Refuses to know other files; crates and their borders are in `rooms.rs`. Start at [`check`].

use super::source::Source;
use super::{Exceptions, Violation};

/// Lines of a file outside its tests.
const FILE_LINES: usize = 400;
/// Lines of code of a function.
const FUNCTION_LINES: usize = 70;
/// Said nowhere.
const NEVER: &[&str] = &["todo!", "unimplemented!", "dbg!"];
/// Said only in tests.
const ONLY_IN_TESTS: &[&str] = &[".unwrap()", ".unwrap_err()"];
/// Marks of unfinished work, in comments.
const MARKS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Checks the file at `path` (relative to the workspace).
pub fn check(path: &str, text: &str, exceptions: &mut Exceptions) -> Vec<Violation> {
    let source = Source::new(text, is_test_file(path));
    let mut found = Vec::new();
    if !text.starts_with("//!") {
        let advice = "open with //! lines: what it does, what it refuses to know, where to start reading";
        found.push(Violation::new(path, 1, "opening", advice));
    }
    lengths(path, &source, exceptions, &mut found);
    words(path, &source, &mut found);
    found
}

/// Whether a file holds nothing but tests.
pub fn is_test_file(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "fuzz_targets"))
}

fn lengths(path: &str, source: &Source, exceptions: &mut Exceptions, found: &mut Vec<Violation>) {
    let lines = source.is_test.iter().filter(|is_test| !**is_test).count();
    found.extend(exceptions.judge(path, 1, "file-length", lines, FILE_LINES));
    for function in source.functions() {
        let rule = format!("function-length {}", function.name);
        found.extend(exceptions.judge(path, function.line + 1, &rule, function.code_lines, FUNCTION_LINES));
    }
}

fn words(path: &str, source: &Source, found: &mut Vec<Violation>) {
    for (index, (line, is_test)) in source.code_lines().enumerate() {
        for word in NEVER.iter().filter(|word| has_word(line, word)) {
            let advice = format!("finish it: {word} may not stay");
            found.push(Violation::new(path, index + 1, "unfinished", advice));
        }
        for word in ONLY_IN_TESTS.iter().filter(|word| !is_test && line.contains(**word)) {
            let advice = format!("{word} only in tests: return an error, or expect(\"the invariant\")");
            found.push(Violation::new(path, index + 1, "unwrap", advice));
        }
    }
    for (index, line) in source.comments.lines().enumerate() {
        for mark in MARKS.iter().filter(|mark| has_word(line, mark)) {
            let advice = format!("do it or file an issue: {mark} may not stay");
            found.push(Violation::new(path, index + 1, "unfinished", advice));
        }
    }
}

/// Whether `word` stands in `line` and is not the end or the start of a longer word.
pub fn has_word(line: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let ends_open = word.ends_with(|c| !part_of_word(c));
        !line[..at].ends_with(part_of_word)
            && (ends_open || !line[at + word.len()..].starts_with(part_of_word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(path: &str, text: &str, expected: &[(usize, &str)]) {
        let found = check(path, text, &mut Exceptions::default());
        let found: Vec<(usize, &str)> = found.iter().map(|v| (v.line, v.rule.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_file_opens_with_its_purpose() {
        check_text("a.rs", "//! Does.\n", &[]);
        check_text("a.rs", "use b;\n", &[(1, "opening")]);
        check_text("a.rs", "", &[(1, "opening")]);
    }

    #[test]
    fn long_files_are_found_but_tests_are_free() {
        let long = |lines: usize| format!("//! Does.\n{}", "a();\n".repeat(lines));
        check_text("a.rs", &long(399), &[]);
        check_text("a.rs", &long(400), &[(1, "file-length")]);
        check_text("tests/a.rs", &long(4000), &[]);
        check_text(
            "a.rs",
            &format!("//! Does.\n#[cfg(test)]\nmod tests {{\n{}}}\n", "a();\n".repeat(900)),
            &[],
        );
    }

    #[test]
    fn long_functions_are_found_by_name() {
        let function = |lines: usize| format!("//! Does.\nfn a() {{\n{}}}\n", "    b();\n".repeat(lines));
        check_text("a.rs", &function(68), &[]);
        check_text("a.rs", &function(69), &[(2, "function-length a")]);
    }

    #[test]
    fn unfinished_work_is_found_in_code_and_comments() {
        check_text("a.rs", "//! Does.\nfn a() { todo!() }\n", &[(2, "unfinished")]);
        check_text("tests/a.rs", "//! Does.\nfn a() { dbg!(1) }\n", &[(2, "unfinished")]);
        check_text("a.rs", concat!("//! Does.\n// TO", "DO: later\n"), &[(2, "unfinished")]);
        check_text("a.rs", "//! Does.\nfn a() { not_todo!(); \"todo!\" }\n", &[]);
    }

    #[test]
    fn unwrap_is_for_tests() {
        check_text("a.rs", "//! Does.\nfn a() { b.unwrap() }\n", &[(2, "unwrap")]);
        check_text("a.rs", "//! Does.\nfn a() { b.unwrap_or(1) }\n", &[]);
        check_text("a.rs", "//! Does.\n#[cfg(test)]\nmod tests { fn a() { b.unwrap() } }\n", &[]);
    }
}
