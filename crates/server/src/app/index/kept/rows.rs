//! Where rows come from, as bytes: all rows of a pathogen are as long.
//!
//! Owners and terms are written out, since their numbers mean something in one process alone. Start at [`write()`] and
//! [`read`].

use crate::app::index::origins::{Origin, Origins};
use hearth_base::digest::Digest;
use hearth_base::id::{EntryId, PartyId, RecordId, VersionId};
use hearth_index::row::RowId;
use std::io::{self, Read, Write};

/// Writes all origins, in their order.
pub(super) fn write(origins: &Origins, out: &mut impl Write) -> io::Result<()> {
    for row in (0..origins.len() as u32).map(RowId) {
        let Some(origin) = origins.at(row) else { continue };
        out.write_all(&origin.since.to_le_bytes())?;
        out.write_all(&origin.content.to_le_bytes())?;
        out.write_all(origin.entry.as_bytes())?;
        out.write_all(origin.owner.as_bytes())?;
        write_version(Some(origin.version), out)?;
        write_version(origin.terms, out)?;
        for sequence in origins.sequences(row) {
            out.write_all(&[u8::from(sequence.is_some())])?;
            out.write_all(&sequence.map_or([0; 32], |digest| *digest.as_bytes()))?;
        }
    }
    Ok(())
}

/// Reads the next origin, and the sequences of its row, of so many segments.
pub(super) fn read(input: &mut impl Read, segments: usize) -> io::Result<(Origin, Vec<Option<Digest>>)> {
    let origin = Origin {
        since: u64::from_le_bytes(next(input)?),
        content: u64::from_le_bytes(next(input)?),
        entry: EntryId::from_bytes(next(input)?),
        owner: PartyId::from_bytes(next(input)?),
        version: read_version(input)?.ok_or_else(|| io::Error::other("a row is of no record"))?,
        terms: read_version(input)?,
    };
    let mut sequences = Vec::with_capacity(segments);
    for _ in 0..segments {
        let is_there = next(input)? != [0];
        let digest = Digest::from_bytes(next(input)?);
        sequences.push(is_there.then_some(digest));
    }
    Ok((origin, sequences))
}

fn write_version(version: Option<VersionId>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[u8::from(version.is_some())])?;
    out.write_all(&version.map_or([0; 16], |version| *version.record.as_bytes()))?;
    out.write_all(&version.map_or(0, |version| version.version).to_le_bytes())
}

fn read_version(input: &mut impl Read) -> io::Result<Option<VersionId>> {
    let is_there = next(input)? != [0];
    let record = RecordId::from_bytes(next(input)?);
    let version = u32::from_le_bytes(next(input)?);
    Ok(is_there.then_some(VersionId { record, version }))
}

fn next<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}
