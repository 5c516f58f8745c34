//! The archive's envelope: ustar headers with one spelling.
//!
//! POSIX.1-2024 `pax`, section "ustar Interchange Format": plain files with mode 0644, no owner, no time, names shorter
//! than 100 bytes. A header that is read must be the one that would be written, byte for byte, so links,
//! devices, long names and every other freedom of tar are refused without a rule of their own. A crate for tar
//! reads all of these and writes to a file system; neither is wanted here. Start at [`header`].

/// Length of a header, and what contents are padded to, in bytes.
pub(super) const BLOCK_BYTES: usize = 512;
/// What ends an archive: two blocks of zeroes.
pub(super) const END_BYTES: usize = 2 * BLOCK_BYTES;
/// The longest content: eleven octal digits.
pub(super) const MAX_MEMBER_BYTES: u64 = (1 << 33) - 1;
const NAME_BYTES: usize = 100;
const SIZE_AT: usize = 124;
const CHECKSUM_AT: usize = 148;

/// The header of a plain file; `None` when the name or the content is too long.
pub(super) fn header(name: &str, bytes: u64) -> Option<[u8; BLOCK_BYTES]> {
    // A name that fills its field would end without a zero.
    if name.len() >= NAME_BYTES || bytes > MAX_MEMBER_BYTES {
        return None;
    }
    let mut block = [0; BLOCK_BYTES];
    let mut put = |at: usize, text: &str| {
        block.iter_mut().skip(at).zip(text.bytes()).for_each(|(place, byte)| *place = byte);
    };
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(SIZE_AT, &format!("{bytes:011o}\0"));
    put(136, "00000000000\0");
    put(CHECKSUM_AT, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    put(329, "0000000\0");
    put(337, "0000000\0");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let checksum = format!("{sum:06o}\0 ");
    block[CHECKSUM_AT..CHECKSUM_AT + 8].copy_from_slice(checksum.as_bytes());
    Some(block)
}

/// Name and content length of a header that [`header`] could have written; `None` for every other.
pub(super) fn read_header(block: &[u8; BLOCK_BYTES]) -> Option<(&str, u64)> {
    let name = block.split(|byte| *byte == 0).next().and_then(|name| str::from_utf8(name).ok())?;
    let digits = block.get(SIZE_AT..SIZE_AT + 11).and_then(|digits| str::from_utf8(digits).ok())?;
    let bytes = u64::from_str_radix(digits, 8).ok()?;
    (header(name, bytes)? == *block).then_some((name, bytes))
}

/// Zeroes after a content, up to the next block.
pub(super) fn padding(bytes: u64) -> usize {
    let over = (bytes % BLOCK_BYTES as u64) as usize;
    (BLOCK_BYTES - over) % BLOCK_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_header_is_ustar() {
        let block = header("entries.jsonl", 1000).unwrap();
        assert_eq!(&block[..14], b"entries.jsonl\0");
        assert_eq!(&block[124..136], b"00000001750\0");
        assert_eq!(&block[257..265], b"ustar\x0000");
        assert_eq!(read_header(&block), Some(("entries.jsonl", 1000)));
    }

    #[test]
    fn contents_are_padded_to_blocks() {
        assert_eq!([0, 1, 511, 512, 513].map(padding), [0, 511, 1, 0, 511]);
    }

    #[test]
    fn what_does_not_fit_has_no_header() {
        assert!(header(&"a".repeat(100), 0).is_none());
        assert!(header("a", MAX_MEMBER_BYTES + 1).is_none());
        assert!(read_header(&header("a", MAX_MEMBER_BYTES).unwrap()).is_some());
    }

    #[test]
    fn no_byte_of_a_header_can_be_changed_without_its_checksum() {
        let block = header("blobs.txt", 4711).unwrap();
        for at in 0..BLOCK_BYTES {
            let mut changed = block;
            changed[at] ^= 1;
            assert_eq!(read_header(&changed), None, "byte {at}");
        }
    }

    proptest! {
        #[test]
        fn every_header_reads_back(name in "[a-z./]{0,99}", bytes in 0..=MAX_MEMBER_BYTES) {
            let block = header(&name, bytes).unwrap();
            prop_assert_eq!(read_header(&block), Some((name.as_str(), bytes)));
        }

        #[test]
        fn any_block_is_read_without_panic(bytes in prop::collection::vec(any::<u8>(), BLOCK_BYTES)) {
            let block: [u8; BLOCK_BYTES] = bytes.try_into().unwrap();
            prop_assert!(read_header(&block).is_none());
        }
    }
}
