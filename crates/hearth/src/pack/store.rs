//! Installed packs: one folder each, in the packs folder.

use super::{Origin, PackError, PackFiles, folder};
use hearth_genome::pack::pathogen::Pathogen;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file in an installed pack's folder that says where the pack came from.
const RECEIPT: &str = "hearth.json";

/// Longest name of a pack.
const NAME_BYTES: usize = 100;

/// An installed pack, unread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Its name: that of its folder.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
}

impl Installed {
    /// Reads its files.
    ///
    /// # Errors
    /// [`PackError`] when they are gone or cannot be used.
    pub fn load(&self) -> Result<PackFiles, PackError> {
        folder::load(&self.path, &self.name, Origin::Installed(self.path.clone()))
    }

    /// Where it came from and its digest then, as its receipt says; `None` without a readable receipt.
    pub fn receipt(&self) -> Option<(String, String)> {
        let receipt: serde_json::Value =
            serde_json::from_slice(&std::fs::read(self.path.join(RECEIPT)).ok()?).ok()?;
        let text = |key: &str| receipt.get(key)?.as_str().map(str::to_owned);
        Some((text("source")?, text("digest")?))
    }
}

/// The packs folder: the flag, else `HEARTH_PACKS`, else `hearth/packs` in the user's data folder
/// (`XDG_DATA_HOME`, else `~/.local/share`).
///
/// # Errors
/// [`PackError::NoPacksDir`] when none of these is set.
pub fn packs_dir(flag: Option<&Path>) -> Result<PathBuf, PackError> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    flag.map(Path::to_path_buf)
        .or_else(|| variable("HEARTH_PACKS"))
        .or_else(|| variable("XDG_DATA_HOME").map(|data| data.join("hearth/packs")))
        .or_else(|| variable("HOME").map(|home| home.join(".local/share/hearth/packs")))
        .ok_or(PackError::NoPacksDir)
}

/// The installed packs, by name; none when the folder does not exist.
///
/// # Errors
/// [`PackError::Read`] when the folder cannot be listed.
pub fn installed(dir: &Path) -> Result<Vec<Installed>, PackError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(PackError::read(dir, error)),
    };
    let mut packs = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| PackError::read(dir, error))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if is_name(name) && path.is_dir() {
            packs.push(Installed { name: name.to_owned(), path });
        }
    }
    packs.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(packs)
}

/// The installed pack of that name, else the first that has it as a shortcut.
pub fn find(dir: &Path, name: &str) -> Result<Option<Installed>, PackError> {
    let packs = installed(dir)?;
    let local = local_name(name);
    let by_name = packs.iter().find(|pack| Some(&pack.name) == local.as_ref());
    let by_shortcut = || packs.iter().find(|pack| shortcuts(pack).iter().any(|shortcut| shortcut == name));
    Ok(by_name.or_else(by_shortcut).cloned())
}

fn shortcuts(pack: &Installed) -> Vec<String> {
    let text = std::fs::read_to_string(pack.path.join("pathogen.json")).unwrap_or_default();
    Pathogen::from_json(&text).map(|pathogen| pathogen.shortcuts).unwrap_or_default()
}

/// The name under which a pack asked for as `name` is kept: slashes become underscores.
pub fn local_name(name: &str) -> Option<String> {
    let name = name.trim_matches('/').replace('/', "_");
    is_name(&name).then_some(name)
}

/// The name a pack at `path` gets when nobody gives one: that of the folder, or of the zip without `.zip`.
pub fn name_of(path: &Path) -> String {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = if path.is_dir() { path.file_name() } else { path.file_stem() };
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is_name(name: &str) -> bool {
    name.len() <= NAME_BYTES
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Writes a pack into the packs folder under `name`, whole or not at all.
pub fn install(dir: &Path, name: &str, pack: &PackFiles, force: bool) -> Result<Installed, PackError> {
    let local = local_name(name).ok_or_else(|| PackError::Name { name: name.to_owned() })?;
    let target = dir.join(&local);
    if target.exists() && !force {
        return Err(PackError::AlreadyInstalled { name: local });
    }
    std::fs::create_dir_all(dir).map_err(|error| PackError::write(dir, error))?;
    let incoming = tempfile::Builder::new()
        .prefix(".incoming-")
        .tempdir_in(dir)
        .map_err(|error| PackError::write(dir, error))?;
    let fresh = incoming.path().join("pack");
    for file in &pack.files {
        write(&fresh.join(&file.path), &file.bytes)?;
    }
    let receipt = serde_json::json!({
        "source": pack.origin.to_string(),
        "digest": pack.digest.to_string(),
    });
    write(&fresh.join(RECEIPT), format!("{receipt:#}\n").as_bytes())?;
    let replaced = incoming.path().join("replaced");
    if target.exists() {
        std::fs::rename(&target, &replaced).map_err(|error| PackError::write(&target, error))?;
    }
    if let Err(error) = std::fs::rename(&fresh, &target) {
        if replaced.exists() {
            std::fs::rename(&replaced, &target).map_err(|error| PackError::write(&target, error))?;
        }
        return Err(PackError::write(&target, error));
    }
    Ok(Installed { name: local, path: target })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PackError> {
    let folder = path.parent().unwrap_or(path);
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        let mut file = std::fs::File::create(path)?;
        std::io::Write::write_all(&mut file, bytes)?;
        file.sync_all()
    });
    written.map_err(|error| PackError::write(path, error))
}

#[cfg(test)]
mod tests {
    use super::super::built_in;
    use super::*;

    #[test]
    fn names_are_safe_as_folders() {
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(local_name(name).as_deref(), expected, "{name}");
        };
        check("sars-cov-2", Some("sars-cov-2"));
        check("nextstrain/mpox/clade-iib", Some("nextstrain_mpox_clade-iib"));
        check("..", None);
        check("a/../b", Some("a_.._b"));
        check("", None);
        check(".hidden", None);
        check("a b", None);
        check("a\\b", None);
        check(&"x".repeat(101), None);
    }

    #[test]
    fn a_pack_is_installed_whole_and_never_replaced_silently() {
        let dir = tempfile::tempdir().unwrap();
        let packs = dir.path().join("packs");
        assert_eq!(installed(&packs).unwrap(), []);
        let pack = built_in().unwrap();
        let kept = install(&packs, "mine", &pack, false).unwrap();
        assert_eq!(kept.load().unwrap().digest, pack.digest);
        assert_eq!(kept.receipt(), Some(("built-in".to_owned(), pack.digest.to_string())));
        assert!(matches!(install(&packs, "mine", &pack, false), Err(PackError::AlreadyInstalled { .. })));
        std::fs::write(kept.path.join("stray"), "x").unwrap();
        install(&packs, "mine", &pack, true).unwrap();
        assert!(!kept.path.join("stray").exists());
        assert!(matches!(install(&packs, "../up", &pack, false), Err(PackError::Name { .. })));
        let left: Vec<_> =
            std::fs::read_dir(&packs).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["mine"], "no half pack stays behind");
        assert_eq!(installed(&packs).unwrap(), [kept]);
    }

    #[test]
    fn the_flag_says_where_packs_live() {
        assert_eq!(packs_dir(Some(Path::new("here"))).unwrap(), Path::new("here"));
    }
}
