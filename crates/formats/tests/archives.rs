//! Archives that are made to harm: packed in one another, packed a thousandfold, with names that lead out of a folder.
//! Each is refused with a sentence that says what it is, without the memory or the time that it asks for.

// All of this is test code.
#![allow(clippy::unwrap_used, clippy::panic)]

use hearth_formats::input::{BatchReader, InputLimits};
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

type Packer = (&'static str, fn(&[u8]) -> Vec<u8>);

const PACKERS: [Packer; 3] = [("gzip", gzip), ("xz", xz), ("zstd", zstd)];
const ADVICE: &str = "It was compressed twice: unpack it once and try again.";

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn xz(text: &[u8]) -> Vec<u8> {
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::default()).unwrap();
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
}

/// What is said of a file: errors as sentences, and how many bytes of records came out.
fn read(bytes: Vec<u8>, max_record_bytes: usize) -> (Vec<String>, usize) {
    let limits = InputLimits { max_record_bytes, ..InputLimits::default() };
    let reader = match BatchReader::of_stream("run.fasta", Cursor::new(bytes), limits) {
        Ok(reader) => reader,
        Err(error) => return (vec![error.to_string()], 0),
    };
    let (mut said, mut length) = (Vec::new(), 0);
    for batch in reader {
        match batch {
            Ok(batch) => length += batch.records().map(|(_, raw)| raw.len()).sum::<usize>(),
            Err(error) => said.push(error.to_string()),
        }
    }
    (said, length)
}

#[test]
fn what_is_packed_twice_or_ten_times_is_refused_by_its_name() {
    for (inner, pack) in PACKERS {
        for (outer, pack_again) in PACKERS {
            let mut packed = pack_again(&pack(b">a\nACGT\n"));
            let (said, length) = read(packed.clone(), 1 << 20);
            let [sentence] = &said[..] else { panic!("{inner} in {outer}: {said:?}") };
            assert_eq!(length, 0);
            assert!(sentence.contains(&format!("{inner} inside another compression")), "{sentence}");
            assert!(sentence.ends_with(ADVICE), "{sentence}");
            for _ in 0..10 {
                packed = pack_again(&packed);
            }
            assert!(read(packed, 1 << 20).0[0].ends_with(ADVICE));
        }
    }
}

#[test]
fn a_bomb_within_a_bomb_is_not_unpacked() {
    // 32 MiB of one letter in 32 KiB, and that again: nobody unpacks the inner one.
    let inner = gzip(&vec![b'A'; 32 << 20]);
    for (name, pack) in PACKERS {
        let bomb = pack(&inner);
        let began = Instant::now();
        let (said, length) = read(bomb, 1 << 20);
        assert!(said[0].contains("gzip inside another compression") && length == 0, "{name}: {said:?}");
        assert!(began.elapsed() < Duration::from_secs(10), "{name} took {:?}", began.elapsed());
    }
}

#[test]
fn a_record_that_unpacks_without_end_is_refused_at_the_limit() {
    for (name, pack) in PACKERS {
        let mut text = b">a\n".to_vec();
        text.resize(16 << 20, b'A');
        text.extend(b"\n>b\nACGT\n");
        let bomb = pack(&text);
        assert!(bomb.len() < text.len() / 100, "{name}: {} bytes", bomb.len());
        let (said, length) = read(bomb, 1 << 20);
        assert!(length <= 2 << 20, "{name}: {length} bytes came out");
        let sentence = said.join(" ");
        assert!(sentence.contains("run.fasta") && sentence.ends_with('.'), "{name}: {sentence}");
    }
}

#[test]
fn white_space_without_end_is_given_up() {
    for (name, pack) in PACKERS {
        let (said, length) = read(pack(&vec![b'\n'; 16 << 20]), 1 << 20);
        assert!(said.len() == 1 && length == 0 && said[0].contains("run.fasta"), "{name}: {said:?}");
    }
}

#[test]
fn thousands_of_empty_members_are_an_empty_file() {
    let (said, length) = read(gzip(b"").repeat(20_000), 1 << 20);
    assert!(said.len() == 1 && said[0].contains("is empty") && length == 0, "{said:?}");
}

/// An archive with one entry of a name, stored as it is.
fn zipped(name: &str, is_link: bool) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    if is_link {
        zip.add_symlink(name, "/etc/passwd", options).unwrap();
    } else {
        zip.start_file(name, options).unwrap();
        zip.write_all(b">a\nACGT\n").unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn archives_are_never_opened_whatever_their_entries_are_called() {
    for name in ["../../x", "/etc/cron.d/x", "C:\\x", "..\\..\\x", "a/../../x", "plain.fasta"] {
        for is_link in [false, true] {
            let (said, length) = read(zipped(name, is_link), 1 << 20);
            let [sentence] = &said[..] else { panic!("{name}: {said:?}") };
            assert!(sentence.contains("a ZIP archive") && sentence.contains("Unpack it first"), "{sentence}");
            assert_eq!(length, 0, "{name}");
        }
    }
    // A tar's first block with such a name.
    let mut tar = vec![0; 1024];
    tar[..7].copy_from_slice(b"../../x");
    tar[257..262].copy_from_slice(b"ustar");
    let (said, _) = read(tar.clone(), 1 << 20);
    assert!(said[0].contains("a tar archive"), "{said:?}");
    for (name, pack) in PACKERS {
        let (said, _) = read(pack(&tar), 1 << 20);
        assert!(said[0].contains("a tar archive"), "{name}: {said:?}");
    }
}
