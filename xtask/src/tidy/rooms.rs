//! The borders between crates: who may depend on whom, and what a crate may not know.
//!
//! The table below is the workspace's plan as code: dependencies point from a higher floor to a lower one,
//! never sideways. Refuses to judge single files beyond their borders. Start at [`ROOMS`].

use super::Violation;
use super::code::{has_word, is_test_file};
use super::source::Source;

const HTTP: &[&str] = &["axum", "hyper", "reqwest", "tower", "tower-http", "ureq", "utoipa"];
const SQL: &[&str] = &["sqlx", "rusqlite", "diesel", "tokio-postgres", "postgres"];
const RUNTIME: &[&str] = &["tokio", "async-std", "smol", "futures", "rayon"];
/// Errors without a type: only where nobody matches on them.
const UNTYPED: &[&str] = &["anyhow", "eyre", "color-eyre"];

const FILES: &[&str] = &["std::fs", "fs::", "File::", "std::env", "env::"];
const NETWORK: &[&str] = &["std::net", "net::", "TcpStream"];
const CLOCK: &[&str] = &["SystemTime", "Instant::now"];
const PROCESS: &[&str] = &["std::process", "process::"];
const PRINTING: &[&str] = &["println!", "print!", "eprintln!", "eprint!"];

/// A crate of the workspace and its borders.
struct Room {
    name: &'static str,
    /// A crate may depend only on crates of lower floors.
    floor: u8,
    /// Crates from outside that it may not use.
    without: &'static [&'static [&'static str]],
    /// What its code, tests aside, may not say.
    silent_about: &'static [&'static [&'static str]],
}

const PURE: &[&[&str]] = &[FILES, NETWORK, CLOCK, PROCESS, PRINTING];

const ROOMS: [Room; 13] = [
    Room { name: "base", floor: 0, without: &[HTTP, SQL, RUNTIME, UNTYPED], silent_about: PURE },
    Room { name: "genome", floor: 1, without: &[HTTP, SQL, RUNTIME, UNTYPED], silent_about: PURE },
    Room { name: "models", floor: 1, without: &[HTTP, SQL, RUNTIME, UNTYPED], silent_about: PURE },
    Room { name: "ledger", floor: 1, without: &[HTTP, SQL, RUNTIME, UNTYPED], silent_about: PURE },
    Room { name: "library", floor: 1, without: &[HTTP, SQL, UNTYPED], silent_about: &[CLOCK, PRINTING] },
    Room { name: "response", floor: 1, without: &[HTTP, SQL, RUNTIME, UNTYPED], silent_about: PURE },
    Room { name: "index", floor: 2, without: &[HTTP, SQL, UNTYPED], silent_about: PURE },
    Room { name: "store", floor: 3, without: &[HTTP, UNTYPED], silent_about: &[PRINTING] },
    Room { name: "formats", floor: 3, without: &[HTTP, SQL, UNTYPED], silent_about: &[PRINTING] },
    Room { name: "pages", floor: 3, without: &[HTTP, SQL, UNTYPED], silent_about: &[PRINTING] },
    Room { name: "server", floor: 4, without: &[], silent_about: &[PRINTING] },
    Room { name: "hearth", floor: 5, without: &[], silent_about: &[] },
    Room { name: "xtask", floor: 6, without: &[], silent_about: &[] },
];

/// The crate that a path belongs to, if it belongs to one.
fn room_of(path: &str) -> Option<&str> {
    let mut parts = path.split('/');
    match parts.next()? {
        "crates" => parts.next(),
        "xtask" => Some("xtask"),
        _ => None,
    }
}

fn room(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.name == name)
}

/// Checks a crate's `Cargo.toml`.
pub fn check_manifest(path: &str, text: &str) -> Vec<Violation> {
    let Some(name) = room_of(path) else { return Vec::new() };
    let Some(own) = room(name) else {
        let advice = format!("the crate {name} is new: give it a floor in xtask/src/tidy/rooms.rs");
        return vec![Violation::new(path, 1, "rooms", advice)];
    };
    let mut found = Vec::new();
    for (line, dependency) in dependencies(text) {
        let inside = dependency.strip_prefix("hearth-").and_then(room);
        if inside.is_some_and(|other| other.floor >= own.floor) {
            let advice = format!("{name} may not depend on {dependency}: dependencies point down only");
            found.push(Violation::new(path, line, "rooms", advice));
        }
        if own.without.iter().any(|group| group.contains(&dependency.as_str())) {
            let advice = format!("{name} may not know {dependency}: move what needs it to a higher floor");
            found.push(Violation::new(path, line, "rooms", advice));
        }
    }
    found
}

/// Checks what the code of a crate may not say.
pub fn check_code(path: &str, text: &str) -> Vec<Violation> {
    let Some(own) = room_of(path).and_then(room) else { return Vec::new() };
    let source = Source::new(text, is_test_file(path) || path.contains("/examples/"));
    let mut forbidden: Vec<&str> = own.silent_about.iter().copied().flatten().copied().collect();
    if path.starts_with("crates/server/src/app/") {
        forbidden.push("crate::http");
    }
    let mut found = Vec::new();
    for (index, (line, is_test)) in source.code_lines().enumerate() {
        if let (false, Some(word)) = (is_test, forbidden.iter().find(|word| has_word(line, word))) {
            let advice = format!("{} may not know {word}: let the caller bring what it gives", own.name);
            found.push(Violation::new(path, index + 1, "rooms", advice));
        }
    }
    found
}

/// Line (1-based) and name of each dependency that is not only for tests.
fn dependencies(manifest: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (index, line) in manifest.lines().map(str::trim).enumerate() {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            let parts: Vec<&str> = section.split('.').collect();
            let at = parts.iter().position(|part| matches!(*part, "dependencies" | "build-dependencies"));
            inside = at.is_some_and(|at| at + 1 == parts.len());
            if let Some(name) = at.and_then(|at| parts.get(at + 1)) {
                found.push((index + 1, (*name).to_owned()));
            }
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
            found.push((index + 1, name.trim_matches('"').to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(found: &[Violation]) -> Vec<usize> {
        found.iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn dependencies_are_read_in_every_spelling() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\n# why\na.workspace = true\nb = \"1\"\n\
                        [dev-dependencies]\nc = \"1\"\n[dependencies.d]\nversion = \"1\"\n\
                        [target.'cfg(unix)'.dependencies]\ne = \"1\"\n";
        let names: Vec<String> = dependencies(manifest).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["a", "b", "d", "e"]);
    }

    #[test]
    fn dependencies_point_down() {
        let check = |path: &str, dependency: &str, expected: &[usize]| {
            let found = check_manifest(path, &format!("[dependencies]\n{dependency} = \"1\"\n"));
            assert_eq!(lines(&found), expected, "{path} {dependency}");
        };
        check("crates/hearth/Cargo.toml", "hearth-genome", &[]);
        check("crates/genome/Cargo.toml", "hearth-base", &[]);
        check("crates/genome/Cargo.toml", "hearth-index", &[2]);
        check("crates/models/Cargo.toml", "hearth-genome", &[2]);
        check("crates/genome/Cargo.toml", "sqlx", &[2]);
        check("crates/genome/Cargo.toml", "anyhow", &[2]);
        check("crates/store/Cargo.toml", "sqlx", &[]);
        check("crates/attic/Cargo.toml", "memchr", &[1]);
        check("Cargo.toml", "sqlx", &[]);
    }

    #[test]
    fn pure_crates_stay_pure_outside_their_tests() {
        let check = |path: &str, text: &str, expected: &[usize]| {
            assert_eq!(lines(&check_code(path, text)), expected, "{path} {text}");
        };
        check("crates/genome/src/a.rs", "use std::fs;\n", &[1]);
        check("crates/genome/src/a.rs", "use std::{fs, io};\nfn a() { fs::read(b); }\n", &[2]);
        check("crates/genome/src/a.rs", "fn a() { println!(); }\n", &[1]);
        check("crates/genome/src/a.rs", "fn a(now: std::time::SystemTime) {}\n", &[1]);
        check("crates/genome/src/a.rs", "// std::fs is not used\nfn offs() { offs::a(\"println!\") }\n", &[]);
        check("crates/genome/src/a.rs", "#[cfg(test)]\nmod tests { fn a() { println!(); } }\n", &[]);
        check("crates/genome/tests/a.rs", "use std::fs;\n", &[]);
        check("crates/hearth/src/a.rs", "use std::fs;\n", &[]);
    }

    #[test]
    fn use_cases_do_not_know_http() {
        let text = "use crate::http::Reply;\n";
        assert_eq!(lines(&check_code("crates/server/src/app/submit.rs", text)), [1]);
        assert!(check_code("crates/server/src/http/reply.rs", text).is_empty());
    }
}
