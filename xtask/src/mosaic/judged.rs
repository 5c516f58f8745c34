//! What the program says of genomes: the parents of each, if it finds two.
//!
//! Start at [`Program::parents`].

use crate::corpus::tree::Pack;
use anyhow::{Context, Result, bail, ensure};
use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

const COLUMNS: &str = "index,structure.leftParent,structure.rightParent,structure.breakpoint";

/// Two parents that were found.
#[derive(Clone, Debug)]
pub struct Parents {
    /// Node on the left.
    pub left: usize,
    /// Node on the right.
    pub right: usize,
    /// Where the right one's part may begin, from 0.
    pub breakpoint: Range<usize>,
}

/// The program and a folder for its files.
pub struct Program {
    binary: PathBuf,
    folder: tempfile::TempDir,
}

impl Program {
    /// The program at `binary`.
    pub fn new(binary: &Path) -> Result<Self> {
        ensure!(
            binary.is_file(),
            "{}: no such program; build it with cargo build --release",
            binary.display()
        );
        Ok(Self { binary: binary.to_owned(), folder: tempfile::tempdir()? })
    }

    /// What is found in each genome with the pack in `folder`; nodes are those of `pack`.
    pub fn parents<'a>(
        &self,
        pack: &Pack,
        folder: &Path,
        genomes: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Vec<Option<Parents>>> {
        let (input, output) = (self.folder.path().join("in.fasta"), self.folder.path().join("out.tsv"));
        let mut text = Vec::new();
        for (number, letters) in genomes.enumerate() {
            text.extend_from_slice(format!(">{number}\n").as_bytes());
            text.extend_from_slice(letters);
            text.push(b'\n');
        }
        fs::write(&input, text)?;
        let mut command = Command::new(&self.binary);
        command.arg("analyse").arg("--quiet").arg("--pack").arg(folder);
        command.args(["-C", COLUMNS, "--output-tsv"]).arg(&output).arg(&input);
        if !command.status().context("the program cannot be started")?.success() {
            bail!("the program failed");
        }
        let nodes: HashMap<&str, usize> =
            pack.nodes.iter().enumerate().map(|(number, node)| (node.name.as_str(), number)).collect();
        fs::read_to_string(&output)?.lines().skip(1).map(|line| read(line, &nodes)).collect()
    }
}

fn read(line: &str, nodes: &HashMap<&str, usize>) -> Result<Option<Parents>> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [_, left, right, breakpoint] = cells[..] else { bail!("{line:?} has not four cells") };
    if left.is_empty() {
        return Ok(None);
    }
    let node =
        |name: &str| nodes.get(name).copied().with_context(|| format!("the tree has no node {name:?}"));
    let (first, last) = breakpoint.split_once('-').unwrap_or((breakpoint, breakpoint));
    let breakpoint = first.parse::<usize>()? - 1..last.parse()?;
    Ok(Some(Parents { left: node(left)?, right: node(right)?, breakpoint }))
}
