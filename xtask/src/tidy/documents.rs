//! Rules for what is not code: names of files, the changelog, links, and what may not leave this machine.
//!
//! Refuses to look at the network: only links to files of the repository are followed. Start at the checks,
//! one per rule.

use super::Violation;
use std::path::{Component, Path, PathBuf};

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["utils", "util", "common", "helpers", "helper", "manager", "managers", "misc", "stuff"];

/// Folders of single machines. Written in two parts so that this file passes its own rule.
const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/tmp/", "peer"), concat!("/ro", "ot/")];

/// Hosts of package registries: a clone must not depend on which one its builder reaches.
const REGISTRIES: &[&str] = &[
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("registry.npm", "js"),
    concat!("deb.deb", "ian.org"),
    concat!("proxy.gol", "ang"),
];

/// A name must say what is inside.
pub fn check_name(path: &str) -> Vec<Violation> {
    let parts = path.split('/').map(|part| part.split('.').next().unwrap_or(part));
    let empty = parts.filter(|part| EMPTY_NAMES.contains(&part.to_ascii_lowercase().as_str()));
    empty
        .map(|part| {
            let advice = format!("{part:?} says nothing: name the file for the noun it holds");
            Violation::new(path, 1, "name", advice)
        })
        .collect()
}

/// Nothing of the machine it was written on may stand in a file.
pub fn check_machine(path: &str, text: &str) -> Vec<Violation> {
    let is_lock = path.ends_with("Cargo.lock");
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for word in MACHINE_PATHS.iter().filter(|word| has_path(line, word)) {
            let advice = format!("{word} is a folder of one machine: say it relative to the workspace");
            found.push(Violation::new(path, index + 1, "machine", advice));
        }
        for word in REGISTRIES.iter().filter(|word| !is_lock && line.contains(**word)) {
            let advice = format!("{word} names a registry's host: name the package and its version");
            found.push(Violation::new(path, index + 1, "machine", advice));
        }
    }
    found
}

/// Whether an absolute path starts here, rather than going on from a relative one or a web address.
fn has_path(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | '*' | '/'))
    })
}

/// The changelog opens with a dated entry.
pub fn check_changelog(text: Option<&str>) -> Vec<Violation> {
    const PATH: &str = "CHANGELOG.md";
    const ADVICE: &str = "open with an entry `## YYYY-MM-DD …` that speaks of effects on users";
    let Some(text) = text else { return vec![Violation::new(PATH, 1, "changelog", ADVICE)] };
    let first = text.lines().enumerate().find(|(_, line)| line.starts_with("## "));
    match first {
        Some((_, heading)) if heading.split_whitespace().any(is_date) => Vec::new(),
        Some((index, _)) => vec![Violation::new(PATH, index + 1, "changelog", ADVICE)],
        None => vec![Violation::new(PATH, 1, "changelog", ADVICE)],
    }
}

fn is_date(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let parts: Vec<&str> = word.split('-').collect();
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<u32>().ok())
            .flatten()
    };
    match parts.as_slice() {
        [year, month, day] => {
            number(year, 4).is_some()
                && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
                && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
        }
        _ => false,
    }
}

/// Every link of a Markdown file to another file finds it; `exists` answers for paths in the workspace.
pub fn check_links(path: &str, text: &str, exists: &dyn Fn(&Path) -> bool) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for target in targets(&without_code(line)) {
            let file = target.split(['#', '?']).next().unwrap_or_default();
            if file.is_empty() || file.contains(':') {
                continue;
            }
            let folder = Path::new(path).parent().unwrap_or(Path::new(""));
            if !plain(&folder.join(file)).is_some_and(|resolved| exists(&resolved)) {
                let advice = format!("the link to {file:?} leads nowhere: correct or remove it");
                found.push(Violation::new(path, index + 1, "link", advice));
            }
        }
    }
    found
}

/// The line with what stands between backticks taken out.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("``")
}

/// Targets of `[text](target)`, `[text](target "title")` and `[name]: target`.
fn targets(line: &str) -> Vec<String> {
    let mut found: Vec<String> = line
        .match_indices("](")
        .filter_map(|(at, _)| line[at + 2..].split(')').next())
        .filter_map(|target| target.split_whitespace().next())
        .map(|target| target.trim_matches(['<', '>']).to_owned())
        .collect();
    if let Some((name, target)) = line.split_once("]: ")
        && name.starts_with('[')
        && !name.starts_with("[^")
    {
        found.extend(target.split_whitespace().next().map(str::to_owned));
    }
    found
}

/// The path without `.` and `..`; `None` when it leaves the workspace.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => out.push(part),
            Component::CurDir => {}
            Component::ParentDir if out.pop() => {}
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(found: &[Violation]) -> Vec<usize> {
        found.iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn empty_names_are_found_in_files_and_folders() {
        let check = |path: &str, expected: usize| assert_eq!(check_name(path).len(), expected, "{path}");
        check("crates/genome/src/utils.rs", 1);
        check("crates/common/src/lib.rs", 1);
        check("docs/Misc.md", 1);
        check("crates/genome/src/commonness.rs", 0);
    }

    #[test]
    fn traces_of_a_machine_are_found() {
        let check = |text: &str, expected: &[usize]| {
            assert_eq!(lines(&check_machine("a.md", text)), expected, "{text}");
        };
        check(concat!("x\ncd /wo", "rk/main\n"), &[2]);
        check(concat!("`/ro", "ot/.cargo`"), &[1]);
        check(concat!("from static.crates", ".io"), &[1]);
        check(concat!("https://example.org/wo", "rk/1 and docs/wo", "rk/2"), &[]);
        assert!(check_machine("Cargo.lock", concat!("registry+https://x/crates", ".io-index")).is_empty());
    }

    #[test]
    fn the_changelog_opens_with_a_date() {
        let check =
            |text: Option<&str>, expected: &[usize]| assert_eq!(lines(&check_changelog(text)), expected);
        check(Some("# Changes\n\n## 2026-11-22\n"), &[]);
        check(Some("## 0.1.0 (2026-11-22)\n"), &[]);
        check(Some("# Changes\n\n## Unreleased\n## 2026-11-22\n"), &[3]);
        check(Some("## 2026-13-22\n"), &[1]);
        check(Some(""), &[1]);
        check(None, &[1]);
    }

    #[test]
    fn links_find_their_files() {
        let exists = |path: &Path| path == Path::new("docs/GLOSSARY.md") || path == Path::new("README.md");
        let check = |text: &str, expected: &[usize]| {
            assert_eq!(lines(&check_links("docs/A.md", text, &exists)), expected, "{text}");
        };
        check("[a](GLOSSARY.md) [b](../README.md#two) [c](#here) [d](https://x.org/y)", &[]);
        check("x\n[a](MISSING.md)", &[2]);
        check("[a](../../outside.md)", &[1]);
        check("[a]: GONE.md\n[b]: GLOSSARY.md \"title\"", &[1]);
        check("`[a](MISSING.md)`\n```\n[a](MISSING.md)\n```\n", &[]);
        check("![a](<GLOSSARY.md>)", &[]);
    }
}
