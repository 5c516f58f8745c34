//! A dataset server: an `index.json` (Nextclade schema 3) and, for each version of each data set, its files
//! at `{base}/{path}/{tag}/`, and all of them in `dataset.zip` there.

use super::assemble::assemble;
use super::download::Downloader;
use super::{Origin, PackError, PackFiles, PackLimits, archive};
use serde::Deserialize;
use std::borrow::Cow;
use std::io::Cursor;

/// A dataset server, with its index.
pub struct Server {
    base: String,
    downloader: Downloader,
    datasets: Vec<Dataset>,
}

/// A data set, as the index describes it.
#[derive(Debug, Deserialize)]
pub struct Dataset {
    /// Its path on the server, e.g. `nextstrain/sars-cov-2/wuhan-hu-1/orfs`.
    pub path: String,
    /// Short names.
    #[serde(default)]
    pub shortcuts: Vec<String>,
    #[serde(default)]
    attributes: Attributes,
    #[serde(default)]
    versions: Vec<Version>,
    version: Option<Version>,
}

#[derive(Debug, Default, Deserialize)]
struct Attributes {
    name: Option<String>,
    #[serde(rename = "reference accession")]
    reference_accession: Option<String>,
    deprecated: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Version {
    tag: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    schema_version: String,
    collections: Vec<Collection>,
}

#[derive(Deserialize)]
struct Collection {
    datasets: Vec<Dataset>,
}

impl Dataset {
    /// What it is, for people.
    pub fn title(&self) -> &str {
        self.attributes.name.as_deref().unwrap_or("")
    }

    /// Accession of its reference, if given.
    pub fn reference_accession(&self) -> &str {
        self.attributes.reference_accession.as_deref().unwrap_or("")
    }

    /// Whether its authors gave it up.
    pub fn is_deprecated(&self) -> bool {
        self.attributes.deprecated.unwrap_or(false)
    }

    /// Its newest version.
    pub fn newest(&self) -> Option<&str> {
        self.version.as_ref().or(self.versions.first()).map(|version| version.tag.as_str())
    }

    fn tags(&self) -> Vec<&str> {
        let mut tags: Vec<&str> =
            self.version.iter().chain(&self.versions).map(|version| version.tag.as_str()).collect();
        tags.sort_unstable_by(|one, other| other.cmp(one));
        tags.dedup();
        tags
    }
}

impl Server {
    /// Reads the index of the server at `url`: its base address or that of its `index.json`.
    pub fn open(url: &str) -> Result<Self, PackError> {
        let base = url.trim_end_matches('/');
        let base = base.strip_suffix("/index.json").unwrap_or(base).trim_end_matches('/').to_owned();
        let downloader = Downloader::new()?;
        let address = format!("{base}/index.json");
        let Some(bytes) = downloader.get(&address, PackLimits::default().index_bytes)? else {
            return Err(PackError::NoIndex { url: address });
        };
        let wrong = |problem: String| PackError::Index { url: address.clone(), problem };
        let index: Index = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        if index.schema_version.split('.').next() != Some("3") {
            return Err(wrong(format!("its schemaVersion is {}", index.schema_version)));
        }
        let datasets = index.collections.into_iter().flat_map(|collection| collection.datasets).collect();
        Ok(Self { base, downloader, datasets })
    }

    /// Every data set, in the index's order.
    pub fn datasets(&self) -> &[Dataset] {
        &self.datasets
    }

    /// Fetches a data set by path or shortcut: the version `tag`, or the newest.
    pub fn fetch(&self, name: &str, tag: Option<&str>) -> Result<PackFiles, PackError> {
        let dataset = self.find(name)?;
        let tags = dataset.tags();
        let found = match tag {
            None | Some("latest") => dataset.newest(),
            Some(tag) => tags.contains(&tag).then_some(tag),
        };
        let tag = found.ok_or_else(|| PackError::NoVersion {
            name: dataset.path.clone(),
            tag: tag.unwrap_or("latest").to_owned(),
            known: tags.join(", "),
        })?;
        for part in [dataset.path.as_str(), tag] {
            if !is_plain(part) {
                let problem = format!("'{part}' cannot be part of an address");
                return Err(PackError::Index { url: format!("{}/index.json", self.base), problem });
            }
        }
        self.fetch_files(name, &format!("{}/{}/{tag}", self.base, dataset.path))
    }

    fn find(&self, name: &str) -> Result<&Dataset, PackError> {
        let called = |dataset: &&Dataset| {
            dataset.path == name || dataset.shortcuts.iter().any(|shortcut| shortcut == name)
        };
        self.datasets.iter().find(called).ok_or_else(|| {
            let near: Vec<&str> = self
                .datasets
                .iter()
                .map(|dataset| dataset.path.as_str())
                .filter(|path| path.contains(name))
                .take(5)
                .collect();
            let hint = if near.is_empty() { String::new() } else { format!(" Near: {}.", near.join(", ")) };
            PackError::NoDataset { url: self.base.clone(), name: name.to_owned(), hint }
        })
    }

    /// The files at `folder`, as one zip if the server has it, else one by one.
    fn fetch_files(&self, name: &str, folder: &str) -> Result<PackFiles, PackError> {
        let limits = PackLimits::default();
        let origin = Origin::Url(folder.to_owned());
        let zip = self.downloader.get(&format!("{folder}/dataset.zip"), limits.download_bytes)?;
        if let Some(zip) = zip {
            return archive::load(Cursor::new(zip), name, origin, limits);
        }
        assemble(name, origin, &mut |path| {
            let found = self.downloader.get(&format!("{folder}/{path}"), limits.download_bytes)?;
            Ok(found.map(Cow::Owned))
        })
    }
}

/// Fetches a zip file by its own address.
pub fn fetch_zip(url: &str, name: &str) -> Result<PackFiles, PackError> {
    let limits = PackLimits::default();
    let Some(zip) = Downloader::new()?.get(url, limits.download_bytes)? else {
        let problem = "the server has no such file".to_owned();
        return Err(PackError::Fetch { url: url.to_owned(), problem });
    };
    archive::load(Cursor::new(zip), name, Origin::Url(url.to_owned()), limits)
}

/// Whether text from an index may stand in an address: no surprises, no way up.
fn is_plain(part: &str) -> bool {
    let letters = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
    letters && part.split('/').all(|step| !step.is_empty() && step != "." && step != "..")
}
