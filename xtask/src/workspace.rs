//! Where things are: the workspace, its build folder, the test data beside it, the release binary.
//!
//! The only file of `xtask` that knows folders. It refuses to know what any chore does there.

use anyhow::{Context, Result, bail};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder with the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = PathBuf::from(here);
    here.parent().map(Path::to_owned).unwrap_or(here)
}

/// The folder that cargo builds into.
pub fn target_dir() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// A folder under the build folder for what chores leave behind, made when it is not there.
pub fn scratch(name: &str) -> Result<PathBuf> {
    let dir = target_dir().join("xtask").join(name);
    std::fs::create_dir_all(&dir).with_context(|| format!("{}: cannot be made", dir.display()))?;
    Ok(dir)
}

/// Test data beside the project (`HEARTH_SHARED`, else `../shared/data`); `None` where there is none.
pub fn shared_data() -> Option<PathBuf> {
    let dir = match env::var_os("HEARTH_SHARED") {
        Some(dir) => PathBuf::from(dir),
        None => root().join("../shared/data"),
    };
    dir.is_dir().then_some(dir)
}

/// Runs cargo in the workspace and fails when cargo does.
pub fn cargo(arguments: &[&str]) -> Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Command::new(cargo).args(arguments).current_dir(root()))
}

/// Runs a command and fails when it does, naming it.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?} cannot be started"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}

/// The release build of the product, built first.
pub fn release_binary() -> Result<PathBuf> {
    cargo(&["build", "--release", "--package", "hearth"])?;
    Ok(target_dir().join("release").join(format!("hearth{}", env::consts::EXE_SUFFIX)))
}

/// The commit that is checked out, short, with `-dirty` when tracked files differ from it.
pub fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(root()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        (output.status.success() && !text.is_empty()).then_some(text)
    };
    git(&["describe", "--always", "--dirty", "--exclude=*"]).unwrap_or_else(|| "no-commit".to_owned())
}
