//! What the program says of genomes: the parents of each, if it finds two.
//!
//! Start at [`Judge::parents`].

use crate::corpus::tree::Pack;
use crate::programs::{Job, Program};
use anyhow::{Context, Result};
use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

const COLUMNS: [&str; 3] = ["structure.leftParent", "structure.rightParent", "structure.breakpoint"];

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
pub struct Judge {
    program: Program,
    folder: tempfile::TempDir,
}

impl Judge {
    /// The given binary, else the release build.
    pub fn new(binary: Option<PathBuf>) -> Result<Self> {
        Ok(Self { program: Program::ours(binary)?, folder: tempfile::tempdir()? })
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
        if output.exists() {
            fs::remove_file(&output)?;
        }
        self.program.analyse(&Job { pack: folder, input: &input, output: &output, threads: 2 })?;
        let nodes: HashMap<&str, usize> =
            pack.nodes.iter().enumerate().map(|(number, node)| (node.name.as_str(), number)).collect();
        let table = fs::read_to_string(&output)?;
        let mut lines = table.lines();
        let head: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
        let place = |name: &str| {
            head.iter()
                .position(|column| *column == name)
                .with_context(|| format!("there is no column {name}"))
        };
        let places = [place(COLUMNS[0])?, place(COLUMNS[1])?, place(COLUMNS[2])?];
        lines.map(|line| read(line, places, &nodes)).collect()
    }
}

fn read(line: &str, places: [usize; 3], nodes: &HashMap<&str, usize>) -> Result<Option<Parents>> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [left, right, breakpoint] = places.map(|place| cells.get(place).copied().unwrap_or_default());
    if left.is_empty() {
        return Ok(None);
    }
    let node =
        |name: &str| nodes.get(name).copied().with_context(|| format!("the tree has no node {name:?}"));
    let (first, last) = breakpoint.split_once('-').unwrap_or((breakpoint, breakpoint));
    let breakpoint = first.parse::<usize>()? - 1..last.parse()?;
    Ok(Some(Parents { left: node(left)?, right: node(right)?, breakpoint }))
}
