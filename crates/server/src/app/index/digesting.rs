//! Reading and writing with a digest of what passed, so that a file's end can tell whether all of it is whole.
//!
//! Refuses to know what passes. Start at [`Digesting`].

use hearth_base::digest::Digester;
use std::io::{self, Read, Write};

/// What passes through is digested.
pub(super) struct Digesting<T> {
    /// What is read or written.
    pub(super) inner: T,
    /// Of what passed so far.
    pub(super) digester: Digester,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digester.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(bytes)?;
        self.digester.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }
}
