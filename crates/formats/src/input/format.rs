//! What a file is, when it is not FASTA; and where the first record of a FASTA file begins.
//!
//! Looks only at the first bytes, after decompression. This file refuses to read or to convert.

use hearth_genome::fasta::BYTE_ORDER_MARK;

/// A kind of file that is not FASTA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OtherFormat {
    /// With its article, for "this is …".
    pub what: &'static str,
    /// What to do, a whole sentence.
    pub advice: &'static str,
}

/// Bytes in front of a file that tell what it is, and what to say.
struct Signature {
    at: usize,
    bytes: &'static [u8],
    format: OtherFormat,
}

const fn signature(at: usize, bytes: &'static [u8], what: &'static str, advice: &'static str) -> Signature {
    Signature { at, bytes, format: OtherFormat { what, advice } }
}

const UNPACK: &str = "Unpack it first and give the FASTA file inside.";
const TWICE: &str = "It was compressed twice: unpack it once and try again.";
const EXPORT: &str = "Export the sequences as FASTA from the program that made it.";
const SPREADSHEET: &str = "Save the sequences as plain-text FASTA: a line `>name`, then the letters.";
const UTF8: &str = "Save it again as UTF-8 or plain text (in Notepad: Save as, Encoding: UTF-8).";
const READS: &str =
    "It describes reads, not a genome: make the consensus genome first and give that, as FASTA.";
const CONSENSUS: &str = "FASTQ holds reads, not consensus genomes: map or assemble them first, then give the \
                         consensus as FASTA.";
const GENBANK: &str = "Download or export the same record as FASTA.";
const VARIANTS: &str =
    "It lists variants: make the consensus genome (as with `bcftools consensus`) and give that.";
const WEB_PAGE: &str =
    "A download link often answers with a page that asks to log in: download the file again.";

/// More telling signatures come before those they contain.
const SIGNATURES: &[Signature] = &[
    signature(30, b"[Content_Types].xml", "an Excel or Word file", SPREADSHEET),
    signature(30, b"_rels/.rels", "an Excel or Word file", SPREADSHEET),
    signature(30, b"mimetypeapplication/vnd.oasis", "a LibreOffice file", SPREADSHEET),
    signature(0, b"PK\x03\x04", "a ZIP archive", UNPACK),
    signature(0, b"PK\x05\x06", "an empty ZIP archive", UNPACK),
    signature(0, b"\xD0\xCF\x11\xE0", "an old Excel or Word file", SPREADSHEET),
    signature(0, b"{\\rtf", "a rich-text (RTF) document", SPREADSHEET),
    signature(0, b"%PDF", "a PDF document", SPREADSHEET),
    signature(257, b"ustar", "a tar archive", UNPACK),
    signature(0, b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive", UNPACK),
    signature(0, b"Rar!\x1A\x07", "a RAR archive", UNPACK),
    signature(0, b"\x04\x22\x4D\x18", "an LZ4-compressed file", UNPACK),
    signature(0, b"\x1F\x9D", "an old `compress` (.Z) file", UNPACK),
    signature(0, b"LZIP\x01", "an lzip-compressed file", UNPACK),
    signature(0, b"\x1F\x8B", "gzip inside another compression", TWICE),
    signature(0, b"BZh", "bzip2 inside another compression", TWICE),
    signature(0, b"\xFD7zXZ\0", "xz inside another compression", TWICE),
    signature(0, b"\x28\xB5\x2F\xFD", "zstd inside another compression", TWICE),
    signature(0, b"\xFF\xFE", "UTF-16 text", UTF8),
    signature(0, b"\xFE\xFF", "UTF-16 text", UTF8),
    signature(0, b">\0", "UTF-16 text", UTF8),
    signature(0, b"\0>", "UTF-16 text", UTF8),
    signature(0, b"BAM\x01", "a BAM file", READS),
    signature(0, b"CRAM\x02", "a CRAM file", READS),
    signature(0, b"CRAM\x03", "a CRAM file", READS),
    signature(0, b"@HD\t", "a SAM file", READS),
    signature(0, b"@SQ\t", "a SAM file", READS),
    signature(0, b"BCF\x02", "a BCF file", VARIANTS),
    signature(0, b"##fileformat=VCF", "a VCF file", VARIANTS),
    signature(0, b"##gff-version", "a GFF annotation", GENBANK),
    signature(0, b"LOCUS   ", "a GenBank record", GENBANK),
    signature(0, b"ID   ", "an EMBL record", GENBANK),
    signature(0, b"#NEXUS", "a NEXUS file", EXPORT),
    signature(0, b"CLUSTAL", "a Clustal alignment", EXPORT),
    signature(0, b"# STOCKHOLM", "a Stockholm alignment", EXPORT),
    signature(0, b"{", "JSON", EXPORT),
    signature(0, b"[", "JSON", EXPORT),
];

const WEB_PAGE_STARTS: &[&[u8]] = &[b"<!doctype html", b"<html", b"<head", b"<?xml"];

/// Recognises a file that is not FASTA by its first bytes.
pub(super) fn recognise(head: &[u8]) -> Option<OtherFormat> {
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    if head.starts_with(b">") && head.get(1) != Some(&0) {
        return None;
    }
    let known = SIGNATURES
        .iter()
        .find(|known| head.get(known.at..).is_some_and(|here| here.starts_with(known.bytes)));
    if let Some(known) = known {
        return Some(known.format);
    }
    let text = head.trim_ascii_start();
    let begins_with =
        |start: &&[u8]| text.get(..start.len()).is_some_and(|here| here.eq_ignore_ascii_case(start));
    if WEB_PAGE_STARTS.iter().any(begins_with) {
        return Some(OtherFormat { what: "a web page or XML", advice: WEB_PAGE });
    }
    is_fastq(text).then_some(OtherFormat { what: "FASTQ", advice: CONSENSUS })
}

/// `@name`, a line of letters, and, as far as it can be seen, a line that begins with `+`.
fn is_fastq(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n');
    let header = lines.next().unwrap_or_default();
    let letters = lines.next().unwrap_or_default().trim_ascii_end();
    header.starts_with(b"@")
        && letters.iter().all(|byte| byte.is_ascii_alphabetic() || b".*-".contains(byte))
        && !letters.is_empty()
        && lines.next().is_none_or(|line| line.is_empty() || line.starts_with(b"+"))
}

/// What stands before the first record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Preamble {
    /// White space and comment lines up to this offset, where a record begins.
    Record(usize),
    /// White space and comment lines only.
    Nothing,
    /// Something else, on this line (1-based).
    Text {
        /// 1-based.
        line: u64,
        /// The line begins here.
        offset: usize,
    },
}

/// Looks for the first record behind white space, a byte order mark and lines that begin with `;`.
pub(super) fn read_preamble(head: &[u8]) -> Preamble {
    let mut at = 0;
    let mut line = 1;
    while let Some(&byte) = head.get(at) {
        match byte {
            b'>' => return Preamble::Record(at),
            b'\n' => line += 1,
            b'\r' if head.get(at + 1) != Some(&b'\n') => line += 1,
            b';' => {
                let rest = &head[at..];
                at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                continue;
            }
            _ if head[at..].starts_with(BYTE_ORDER_MARK) => at += BYTE_ORDER_MARK.len() - 1,
            _ if byte.is_ascii_whitespace() => {}
            _ => return Preamble::Text { line, offset: at },
        }
        at += 1;
    }
    Preamble::Nothing
}

/// The line that `text` begins with, without its end.
pub(super) fn first_line(text: &[u8]) -> &[u8] {
    let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    &text[..end]
}

/// Whether a line is made of nucleotide letters, as a sequence is and a sentence is not.
pub(super) fn looks_like_sequence(line: &[u8]) -> bool {
    const LETTERS: &[u8] = b"ACGTUNRYSWKMBDHV-.";
    let line = line.trim_ascii();
    line.len() >= 4 && line.iter().all(|byte| LETTERS.contains(&byte.to_ascii_uppercase()) || *byte == b' ')
}

/// The beginning of a line, fit to be shown: at most 60 characters, nothing that moves a cursor.
pub(super) fn excerpt(line: &[u8]) -> String {
    const SHOWN_CHARS: usize = 60;
    let start = String::from_utf8_lossy(&line[..line.len().min(4 * SHOWN_CHARS)]);
    let mut shown: String = start
        .chars()
        .take(SHOWN_CHARS)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if start.chars().count() > SHOWN_CHARS {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formats_are_told_by_their_first_bytes() {
        let check = |head: &[u8], expected: Option<&str>| {
            assert_eq!(
                recognise(head).map(|format| format.what),
                expected,
                "{}",
                String::from_utf8_lossy(head)
            );
        };
        let mut tar = vec![b'a'; 257];
        tar.extend_from_slice(b"ustar\0");
        let mut workbook = b"PK\x03\x04".to_vec();
        workbook.resize(30, 0);
        workbook.extend_from_slice(b"[Content_Types].xml");
        check(b"", None);
        check(b">a\nACGT\n", None);
        check(b"\xEF\xBB\xBF>a\nACGT\n", None);
        check(b"PK\x03\x04\x14\0", Some("a ZIP archive"));
        check(&workbook, Some("an Excel or Word file"));
        check(&tar, Some("a tar archive"));
        check(b"\xFF\xFE>\0a\0", Some("UTF-16 text"));
        check(b"\0>\0a", Some("UTF-16 text"));
        check(b"LOCUS       NC_045512   29903 bp", Some("a GenBank record"));
        check(b"\n <!DOCTYPE HTML>", Some("a web page or XML"));
        check(b"@r1\nACGT\n+\nIIII\n", Some("FASTQ"));
        check(b"@r1\r\nACGT\r\n+\r\nIIII\r\n", Some("FASTQ"));
        check(b"@r1\nACGTACGTAC", Some("FASTQ"));
        check(b"@r1\nACGT\nACGT\n", None);
        check(b"@HD\tVN:1.6\n", Some("a SAM file"));
        check(b"ACGT\n", None);
        tar[0] = b'>';
        check(&tar, None);
    }

    #[test]
    fn records_begin_after_space_and_comments() {
        let check = |head: &str, expected| assert_eq!(read_preamble(head.as_bytes()), expected, "{head:?}");
        check("", Preamble::Nothing);
        check(" \r\n\u{FEFF}\n", Preamble::Nothing);
        check("; made by hand", Preamble::Nothing);
        check(">a", Preamble::Record(0));
        check("\u{FEFF}>a", Preamble::Record(3));
        check("\n ; x > y\r\n;z\r  >a", Preamble::Record(16));
        check("\r\n\r\nACGT\n>a", Preamble::Text { line: 3, offset: 4 });
        check("\r\rhello", Preamble::Text { line: 3, offset: 2 });
    }

    #[test]
    fn sequences_are_told_from_sentences() {
        let check =
            |line: &str, expected| assert_eq!(looks_like_sequence(line.as_bytes()), expected, "{line:?}");
        check("ACGTNNNacgt", true);
        check("ACG TAC GTA", true);
        check("hello world", false);
        check("Sequence 1", false);
        check("", false);
    }

    #[test]
    fn excerpts_are_short_and_harmless() {
        assert_eq!(excerpt(b"a\x1B[2Jb"), "a\u{FFFD}[2Jb");
        assert_eq!(excerpt(&[b'x'; 100]).chars().count(), 61);
        assert_eq!(excerpt(b""), "");
    }
}
