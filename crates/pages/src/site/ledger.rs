//! The ledger: what happened, by whom, and how to prove it.
//!
//! Refuses to verify: it shows what was verified and says how anybody can. Start at [`LedgerPage`].

use super::frame::Frame;
use super::parts::{Act, Audience, FilterLink, Kind, Link, Paging};

/// The ledger, as far as the reader may see it.
#[derive(Clone, Debug, Default)]
pub struct LedgerPage {
    /// What every page carries.
    pub frame: Frame,
    /// The last signed head; nothing before the first entry.
    pub head: Option<Head>,
    /// Kinds of records, as filters.
    pub kinds: Vec<FilterLink>,
    /// Entries that the reader may see, the newest first.
    pub entries: Vec<EntryLine>,
    /// Which part of them.
    pub paging: Paging,
}

/// A signed head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Name of the log.
    pub origin: String,
    /// Entries under it.
    pub size: u64,
    /// Hash of the root, base64.
    pub root: String,
    /// When it was signed.
    pub signed: String,
    /// The public key, as a note names it: `name+hash+key`.
    pub key: String,
}

/// An entry in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryLine {
    /// Its random id.
    pub id: String,
    /// Its number, if the reader may know it.
    pub number: Option<u64>,
    /// When it was recorded: `2026-11-22 03:00 UTC`.
    pub recorded: String,
    /// When it happened, if that is another time.
    pub happened: Option<String>,
    /// What kind of record.
    pub kind: Kind,
    /// What was done.
    pub act: Act,
    /// The record.
    pub record: Link,
    /// By which party.
    pub party: String,
    /// By whom; empty if the reader may not know.
    pub person: String,
    /// Who may see it.
    pub audience: Audience,
    /// Whether its proof holds under the head.
    pub is_verified: bool,
}

/// One entry.
#[derive(Clone, Debug, Default)]
pub struct EntryPage {
    /// What every page carries.
    pub frame: Frame,
    /// What the list says of it.
    pub line: EntryLine,
    /// Its body as JSON, pretty printed; nothing if it was erased by a rule of retention.
    pub body: Option<String>,
    /// Salted digest of the entry: the leaf, base64.
    pub leaf: String,
    /// Hashes on the way from the leaf to the root.
    pub proof: Vec<String>,
    /// The head that it is proved under.
    pub head: Option<Head>,
    /// Digests of blobs that it names.
    pub blobs: Vec<String>,
    /// Whether the reader may have its receipt.
    pub has_receipt: bool,
}

page!(LedgerPage, "site/ledger.html");
page!(EntryPage, "site/entry.html");
