//! A temporary folder in which the real program runs, for tests of it as people run it. Start at [`Desk`].

// Each file of tests uses a part of this.
#![allow(dead_code)]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A temporary folder in which the program runs.
pub struct Desk {
    pub folder: tempfile::TempDir,
}

/// How a run ended.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn get(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Names in the folder, hidden ones too.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
        command.args(line.split_whitespace()).current_dir(self.folder.path());
        command.env("HEARTH_PACKS", self.at("packs")).env("SOURCE_DATE_EPOCH", "0").stdin(Stdio::null());
        command
    }

    pub fn run(&self, line: &str) -> Run {
        Run::of(self.command(line).output().unwrap())
    }

    pub fn run_with_input(&self, line: &str, input: &[u8]) -> Run {
        let mut command = self.command(line);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let input = input.to_vec();
        let feeder = std::thread::spawn(move || {
            // The program may end before it has read everything.
            let _ = pipe.write_all(&input);
        });
        let run = Run::of(child.wait_with_output().unwrap());
        feeder.join().unwrap();
        run
    }

    /// Installs a pack with a reference of random letters.
    pub fn install(&self, name: &str, seed: u64) {
        let reference = letters(seed, 6000);
        self.put(&format!("packs/{name}/reference.fasta"), format!(">{name}-reference\n{reference}\n"));
        self.put(&format!("packs/{name}/pathogen.json"), r#"{"schemaVersion": "3.0.0"}"#);
    }
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn ends(self, code: i32, err: &str) -> Self {
        assert_eq!(self.code, code, "{}", self.err);
        assert!(self.err.contains(err), "{:?} is not in:\n{}", err, self.err);
        self
    }
}

/// Random letters, the same for the same seed (xorshift64).
pub fn letters(seed: u64, count: usize) -> String {
    let mut state = seed * 0x9E37_79B9 + 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b"ACGT"[(state >> 60) as usize & 3])
    };
    (0..count).map(|_| next()).collect()
}
