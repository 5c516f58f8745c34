//! The front page: what this server holds that the reader may see, and what waits for them.
//!
//! Start at [`FrontPage`].

use super::frame::Frame;
use super::parts::{Audience, Kind, Link};

/// The front page.
#[derive(Clone, Debug, Default)]
pub struct FrontPage {
    /// What every page carries.
    pub frame: Frame,
    /// Released genomes by pathogen, the most frequent first.
    pub pathogens: Vec<PathogenCount>,
    /// Documents that the reader may see.
    pub documents: u64,
    /// Shipments that the reader may see.
    pub shipments: u64,
    /// What was released last, the newest first; 10 are plenty.
    pub releases: Vec<Release>,
    /// The work of the reader; nothing for who is not signed in.
    pub work: Option<Work>,
    /// What was shared with the reader's party and is not confirmed.
    pub to_confirm: Vec<Incoming>,
}

/// Genomes of one pathogen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathogenCount {
    /// Id, as filters have it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Genomes that the reader may see.
    pub genomes: u64,
    /// When the newest was released: `2026-11-20`.
    pub newest: Option<String>,
}

/// What was released.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// What kind of thing.
    pub kind: Kind,
    /// Its name and page.
    pub link: Link,
    /// How many, for batches of genomes.
    pub genomes: Option<u64>,
    /// Who released it.
    pub party: String,
    /// When: `2026-11-20`.
    pub on: String,
    /// Who may see it.
    pub audience: Audience,
}

/// The work of a reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Batches of their own that are not submitted.
    pub drafts: Vec<WorkItem>,
    /// Batches that wait for review, if they review.
    pub to_review: Vec<WorkItem>,
    /// Batches that wait for release, if they release.
    pub to_release: Vec<WorkItem>,
}

/// A batch that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkItem {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its genomes.
    pub genomes: u64,
    /// Those that are analysed.
    pub analysed: u64,
    /// What there is to look at before it can go on.
    pub findings: u64,
    /// Since when it waits: `2026-11-20`.
    pub since: String,
}

/// Something that a party was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// Id of the share, which the form hands back.
    pub share: String,
    /// What kind of thing.
    pub kind: Kind,
    /// Its name and page.
    pub link: Link,
    /// Who gave it.
    pub from: String,
    /// When it was sent: `2026-11-20`.
    pub sent: String,
}

impl Work {
    /// Whether nothing waits.
    pub fn is_nothing(&self) -> bool {
        self.drafts.is_empty() && self.to_review.is_empty() && self.to_release.is_empty()
    }
}

page!(FrontPage, "site/front.html");
