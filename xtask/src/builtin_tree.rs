//! `cargo xtask builtin-tree [--check]`: makes the generated files of the built-in pathogen pack.
//!
//! The facts stand in `packs/sars-cov-2/clade_mutations.tsv` (clade, parent, nucleotide changes, who
//! published them). From those and the reference this chore computes the amino-acid column of that table,
//! `tree.json` and `examples.fasta`. It refuses facts that do not fit the reference or each other. With
//! `--check` nothing is written: the chore fails when a file on disk is not what would be written.
//! Start reading at [`run`].

mod annotation;
mod examples;
mod genome;
mod protein;
mod table;
mod tree;

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The built-in pack's folder, from the workspace's root.
const PACK: &str = "packs/sars-cov-2";

/// How to run it.
pub const USAGE: &str =
    "cargo xtask builtin-tree [--check]    make, or only compare, the generated files of the built-in pack";

/// Runs the chore with the arguments that follow its name.
pub fn run(mut arguments: lexopt::Parser) -> Result<()> {
    let mut check = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("check") => check = true,
            other => bail!("builtin-tree takes only --check, not {other:?}"),
        }
    }
    let folder = workspace_root()?.join(PACK);
    let stale: Vec<PathBuf> = generate(&folder)?
        .into_iter()
        .filter(|(path, content)| std::fs::read_to_string(path).ok().as_ref() != Some(content))
        .map(|(path, content)| if check { Ok(path) } else { std::fs::write(&path, content).map(|()| path) })
        .collect::<Result<_, _>>()?;
    for path in &stale {
        println!("{} {}", if check { "out of date:" } else { "written:" }, path.display());
    }
    if check && !stale.is_empty() {
        bail!("run 'cargo xtask builtin-tree' and commit what it writes");
    }
    Ok(())
}

/// Every generated file with the text it should have.
fn generate(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let reference = genome::read_reference(&read("reference.fasta")?)?;
    let cdses = annotation::read_cdses(&read("genome_annotation.gff3")?)?;
    let mut clades = table::read(&read("clade_mutations.tsv")?)?;
    for cds in &cdses {
        cds.verify(&reference)?;
    }
    let genomes = table::grow(&reference, &clades)?;
    protein::annotate(&reference, &cdses, &mut clades, &genomes)?;
    let mut tree_json = serde_json::to_string_pretty(&tree::auspice(&clades, &genomes))?;
    tree_json.push('\n');
    Ok(vec![
        (folder.join("clade_mutations.tsv"), table::write(&clades)),
        (folder.join("tree.json"), tree_json),
        (folder.join("examples.fasta"), examples::fasta(&clades, &genomes)?),
    ])
}

fn workspace_root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here.parent().context("xtask lies inside the workspace")?.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_pack_is_what_the_chore_writes() {
        run(lexopt::Parser::from_args(["--check"])).unwrap();
    }

    #[test]
    fn unknown_flags_are_refused() {
        assert!(run(lexopt::Parser::from_args(["--chekc"])).is_err());
    }
}
