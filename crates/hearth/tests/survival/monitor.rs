//! A monitor of the log: holds every head it ever saw against the newest, by the log's own tiles and nothing else.

use crate::client::Client;
use hearth_ledger::note::{Checkpoint, KeyHistory, Note, Receipt, VerifierKey};
use hearth_ledger::tree::{Tile, TileId, TileSet, consistency, tiles_for_consistency, verify_consistency};
use std::collections::BTreeMap;
use std::io;

/// What a monitor holds.
#[derive(Default)]
pub struct Monitor {
    /// The key that was trusted at first sight.
    first: Option<VerifierKey>,
    keys: Option<KeyHistory>,
    /// Heads by their size.
    pub heads: BTreeMap<u64, Checkpoint>,
}

impl Monitor {
    /// Takes the newest head and holds the earlier ones against it: all of them, or the newest few.
    pub fn look(&mut self, client: &Client, most: usize) -> io::Result<()> {
        let answer = client.get("/log/keys")?;
        if answer.status == 404 {
            assert!(self.heads.is_empty(), "the log lost its key");
            return Ok(());
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
        let text = answer.text();
        let first = text.lines().nth(1).and_then(|line| VerifierKey::parse(line).ok()).expect("a key");
        let trusted = self.first.get_or_insert(first).clone();
        let keys = KeyHistory::parse(&text, &trusted).expect("the log's keys go on from the first");
        if let Some(held) = &self.keys {
            assert!(keys.continues(held), "the log's keys have another past");
        }
        let answer = client.get("/log/checkpoint")?;
        if answer.status == 404 {
            assert!(self.heads.is_empty(), "the log lost its head");
            self.keys = Some(keys);
            return Ok(());
        }
        let note = Note::parse(&answer.body).expect("a signed note");
        let newest = keys.verify(&note).expect("a head by the log's key");
        self.keys = Some(keys);
        let held: Vec<Checkpoint> = self.heads.values().rev().take(most).cloned().collect();
        for old in &held {
            goes_on(client, old, &newest)?;
        }
        self.heads.insert(newest.size, newest);
        Ok(())
    }

    /// That a receipt holds, and that its head is one of this log.
    pub fn check_receipt(&mut self, client: &Client, bytes: &[u8]) -> io::Result<()> {
        let keys = self.keys.as_ref().expect("keys before receipts");
        let head = Receipt::parse(bytes).expect("a receipt").verify(keys).expect("a receipt that holds");
        let newest = self.heads.values().next_back().cloned().expect("a head");
        if head.size <= newest.size {
            goes_on(client, &head, &newest)
        } else {
            goes_on(client, &newest, &head)
        }
    }
}

fn goes_on(client: &Client, old: &Checkpoint, new: &Checkpoint) -> io::Result<()> {
    assert!(old.size <= new.size, "a log of {} entries had {} before", new.size, old.size);
    if old.size == new.size {
        assert_eq!(old.root, new.root, "two roots at {} entries", old.size);
        return Ok(());
    }
    let mut tiles = TileSet::new();
    for id in tiles_for_consistency(old.size, new.size).expect("sizes") {
        tiles.insert(tile(client, id)?);
    }
    let proof = consistency(&tiles, old.size, new.size).expect("tiles");
    let verified = verify_consistency((old.size, &old.root), (new.size, &new.root), &proof);
    verified.unwrap_or_else(|error| panic!("from {} to {} entries: {error}", old.size, new.size));
    Ok(())
}

fn tile(client: &Client, id: TileId) -> io::Result<Tile> {
    let answer = client.get(&format!("/log/{}", id.path()))?;
    assert_eq!(answer.status, 200, "{}: {}", id.path(), answer.text());
    Ok(Tile::from_bytes(id.level, id.index, &answer.body).expect("a tile"))
}
