//! How the two programs are called: the product, and the peer it is measured against.
//!
//! The only file that knows either command line. It refuses to judge what they answer. Start at [`Program`].

use crate::workspace;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that turns FASTA into a result table.
#[derive(Clone, Debug)]
pub enum Program {
    /// This project's `hearth`.
    Ours(PathBuf),
    /// Nextclade.
    Peer(PathBuf),
}

/// One analysis to run.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// Pathogen pack folder.
    pub pack: &'a Path,
    /// FASTA to read.
    pub input: &'a Path,
    /// TSV to write.
    pub output: &'a Path,
    /// Threads that analyse.
    pub threads: usize,
}

impl Program {
    /// Ours: the given binary, else the release build, built now.
    pub fn ours(binary: Option<PathBuf>) -> Result<Self> {
        Ok(Self::Ours(match binary {
            Some(path) => existing(path)?,
            None => workspace::release_binary()?,
        }))
    }

    /// The peer's binary at `path`.
    pub fn peer(path: PathBuf) -> Result<Self> {
        Ok(Self::Peer(existing(path)?))
    }

    /// The word for it in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ours(_) => "ours",
            Self::Peer(_) => "peer",
        }
    }

    /// The arguments of an analysis, program first.
    pub fn command_line(&self, job: &Job<'_>) -> Vec<String> {
        let text = |path: &Path| path.display().to_string();
        let (pack, input, output) = (text(job.pack), text(job.input), text(job.output));
        let threads = job.threads.to_string();
        let words: Vec<&str> = match self {
            Self::Ours(_) => {
                vec!["analyse", "--pack", &pack, "-j", &threads, "--output-tsv", &output, &input]
            }
            Self::Peer(_) => vec![
                "run",
                "--jobs",
                &threads,
                "--in-order",
                "--retry-reverse-complement",
                "--input-dataset",
                &pack,
                "--output-tsv",
                &output,
                &input,
            ],
        };
        let (Self::Ours(path) | Self::Peer(path)) = self;
        std::iter::once(text(path)).chain(words.into_iter().map(str::to_owned)).collect()
    }

    /// Runs an analysis; what the program prints is thrown away unless it fails.
    pub fn analyse(&self, job: &Job<'_>) -> Result<()> {
        let line = self.command_line(job);
        let output = Command::new(&line[0]).args(&line[1..]).stdin(Stdio::null()).output()?;
        // Bad records are findings: the product says so with its exit code, and still writes the table.
        if !job.output.exists() {
            bail!(
                "{}\n{} wrote no table ({})",
                String::from_utf8_lossy(&output.stderr),
                self.word(),
                output.status
            );
        }
        Ok(())
    }
}

fn existing(path: PathBuf) -> Result<PathBuf> {
    if !path.is_file() {
        bail!("{}: there is no such program", path.display());
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_programs_get_the_same_job() {
        let (pack, input, output) = (Path::new("packs/flu"), Path::new("in.fasta"), Path::new("out.tsv"));
        let job = Job { pack, input, output, threads: 2 };
        let check =
            |program: Program, expected: &str| assert_eq!(program.command_line(&job).join(" "), expected);
        check(
            Program::Ours("hearth".into()),
            "hearth analyse --pack packs/flu -j 2 --output-tsv out.tsv in.fasta",
        );
        check(
            Program::Peer("nextclade".into()),
            "nextclade run --jobs 2 --in-order --retry-reverse-complement --input-dataset packs/flu \
             --output-tsv out.tsv in.fasta",
        );
    }
}
