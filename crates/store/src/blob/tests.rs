//! The same tests on a folder and on S3, and what each of them can suffer.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{TryStreamExt as _, stream};

use super::*;
use crate::testing::{Fault, S3Server, TestBlobs, TinyDisk, each_blob_store};

/// Parts as small as S3 takes them, and few tries, so that tests are quick.
fn small() -> BlobLimits {
    BlobLimits {
        part_bytes: 5 << 20,
        blob_bytes: 24 << 20,
        retries: 1,
        retry_for: Duration::from_secs(2),
        request: Duration::from_secs(10),
        ..BlobLimits::default()
    }
}

async fn with_small_limits(test: &TestBlobs) -> BlobStore {
    BlobStore::open_with(&test.place, small()).await.unwrap()
}

fn noise(length: usize) -> Bytes {
    let mut state = 1_u32;
    let bytes = (0..length).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    bytes.collect::<Vec<u8>>().into()
}

fn in_pieces(
    bytes: &Bytes,
    size: usize,
) -> impl futures::Stream<Item = std::io::Result<Bytes>> + Send + use<> {
    let pieces: Vec<_> = bytes.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

/// The file behind a blob.
fn file_of(test: &TestBlobs, digest: &Digest) -> std::path::PathBuf {
    let root = test.folder.path().join(if test.s3.is_some() { S3Server::bucket() } else { "" });
    root.join(path_of(digest).as_ref())
}

async fn names(blobs: &BlobStore) -> Vec<Digest> {
    let mut names: Vec<_> = blobs.list().map_ok(|entry| entry.digest).try_collect().await.unwrap();
    names.sort();
    names
}

#[tokio::test]
async fn a_blob_is_read_back_whole_and_in_parts() {
    each_blob_store(async |test| {
        let blobs = &test.blobs;
        for bytes in [Bytes::new(), Bytes::from_static(b"abc"), noise(100_000)] {
            let digest = blobs.put(bytes.clone()).await.unwrap();
            assert_eq!(digest, Digest::of(&bytes));
            assert_eq!(blobs.get(&digest).await.unwrap(), bytes);
            assert_eq!(blobs.size(&digest).await.unwrap(), Some(bytes.len() as u64));
            assert_eq!(blobs.verify(&digest).await.unwrap(), bytes.len() as u64);
            let pieces: Vec<Bytes> = blobs.stream(&digest).await.unwrap().try_collect().await.unwrap();
            assert_eq!(pieces.concat(), bytes);
            // Once more changes nothing.
            assert_eq!(blobs.put(bytes).await.unwrap(), digest);
        }
        let digest = Digest::of(b"abc");
        assert_eq!(blobs.get_range(&digest, 1..3).await.unwrap(), "bc");
        assert_eq!(blobs.get_range(&digest, 2..2).await.unwrap(), "");
        for range in [1..4, 3..4, 7..9] {
            let error = blobs.get_range(&digest, range).await.unwrap_err();
            assert!(matches!(error, BlobError::Range { .. }), "{}: {error}", test.name);
        }
        assert_eq!(names(blobs).await.len(), 3);
        assert!(path_of(&digest).as_ref().starts_with("sha256/ba/7816bf8f01cfea41"));
    })
    .await;
}

#[tokio::test]
async fn a_large_upload_goes_in_parts_and_under_its_digest_when_it_is_whole() {
    each_blob_store(async |test| {
        let blobs = with_small_limits(test).await;
        for length in [5 << 20, (5 << 20) + 1, 13_000_000] {
            let bytes = noise(length);
            let digest = Digest::of(&bytes);
            let found = blobs.put_stream(in_pieces(&bytes, 700_001)).await.unwrap();
            assert_eq!(found, (digest, length as u64), "{}", test.name);
            assert_eq!(blobs.get(&digest).await.unwrap(), bytes);
            assert!(blobs.delete(&digest).await.unwrap());
            assert_eq!(blobs.put(bytes.clone()).await.unwrap(), digest);
            assert_eq!(blobs.verify(&digest).await.unwrap(), length as u64);
        }
        assert_eq!(names(&blobs).await.len(), 3);
        assert_eq!(blobs.clear_unfinished(Duration::ZERO).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_breaks_off_or_is_too_large_leaves_nothing() {
    each_blob_store(async |test| {
        let blobs = with_small_limits(test).await;
        let bytes = noise(8_000_000);
        for kept in [0, 100_000, 8_000_000] {
            let broken = stream::iter([Err(std::io::Error::other("the sender left"))]);
            let source = in_pieces(&bytes.slice(..kept), 1_000_000).chain(broken);
            let error = blobs.put_stream(source).await.unwrap_err();
            assert_eq!(error.to_string(), "the upload broke off, nothing was written: the sender left");
        }
        let error = blobs.put_stream(in_pieces(&noise(25 << 20), 1 << 20)).await.unwrap_err();
        assert!(matches!(error, BlobError::TooLarge { .. }), "{error}");
        assert!(matches!(blobs.put(noise(25 << 20)).await, Err(BlobError::TooLarge { .. })));
        assert_eq!(names(&blobs).await, []);
        assert_eq!(blobs.clear_unfinished(Duration::ZERO).await.unwrap(), 0, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_or_damaged_is_named() {
    each_blob_store(async |test| {
        let blobs = &test.blobs;
        let absent = Digest::of(b"never written");
        let error = blobs.get(&absent).await.unwrap_err();
        let place = test.place.to_string();
        assert_eq!(
            error.to_string(),
            format!("the blob {absent} is missing in {place}: restore it from a backup")
        );
        assert!(matches!(blobs.get_range(&absent, 0..1).await, Err(BlobError::Missing { .. })));
        assert!(matches!(blobs.verify(&absent).await, Err(BlobError::Missing { .. })));
        assert!(!blobs.exists(&absent).await.unwrap());
        assert!(!blobs.delete(&absent).await.unwrap());

        let bytes = noise(100_000);
        let digest = blobs.put(bytes.clone()).await.unwrap();
        let file = file_of(test, &digest);
        let mut damaged = bytes.to_vec();
        damaged[50_000] ^= 1;
        for damaged in [damaged, bytes[..99_999].to_vec()] {
            std::fs::write(&file, damaged).unwrap();
            let error = blobs.get(&digest).await.unwrap_err();
            let expected = format!("the blob {digest} in {place} is damaged");
            assert!(error.to_string().starts_with(&expected), "{error}");
            assert!(matches!(blobs.verify(&digest).await, Err(BlobError::Damaged { .. })));
            let streamed: Result<Vec<_>, _> = blobs.stream(&digest).await.unwrap().try_collect().await;
            assert!(matches!(streamed, Err(BlobError::Damaged { .. })));
        }
        // Writing it again heals it.
        blobs.put(bytes).await.unwrap();
        assert_eq!(blobs.verify(&digest).await.unwrap(), 100_000);
    })
    .await;
}

#[tokio::test]
async fn a_store_tests_itself_and_leaves_nothing() {
    each_blob_store(async |test| {
        test.blobs.self_test().await.unwrap();
        assert_eq!(test.blobs.clear_unfinished(Duration::ZERO).await.unwrap(), 0);
        assert_eq!(names(&test.blobs).await, []);
    })
    .await;
}

#[tokio::test]
async fn what_a_killed_process_left_behind_is_no_blob_and_is_cleared() {
    let test = TestBlobs::folder().await;
    let digest = test.blobs.put("whole").await.unwrap();
    let staged = format!("{}#1", file_of(&test, &digest).display());
    std::fs::write(&staged, "half").unwrap();
    std::fs::create_dir_all(test.folder.path().join("incoming")).unwrap();
    std::fs::write(test.folder.path().join("incoming/0123"), "half").unwrap();
    std::fs::write(test.folder.path().join("sha256/notes.txt"), "not ours").unwrap();
    assert_eq!(names(&test.blobs).await, [digest]);
    assert_eq!(test.blobs.clear_unfinished(Duration::from_secs(3600)).await.unwrap(), 0);
    assert_eq!(test.blobs.clear_unfinished(Duration::ZERO).await.unwrap(), 2);
    assert!(!std::path::Path::new(&staged).exists());
    assert_eq!(test.blobs.get(&digest).await.unwrap(), "whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_of_the_same_blob_agree() {
    each_blob_store(async |test| {
        let bytes = noise(300_000);
        let writers = (0..8).map(|_| {
            let (blobs, bytes) = (test.blobs.clone(), bytes.clone());
            tokio::spawn(async move { blobs.put(bytes).await.unwrap() })
        });
        for writer in writers.collect::<Vec<_>>() {
            assert_eq!(writer.await.unwrap(), Digest::of(&bytes));
        }
        assert_eq!(test.blobs.get(&Digest::of(&bytes)).await.unwrap(), bytes);
        assert_eq!(names(&test.blobs).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_faulty_object_store_is_told_apart_and_recovers() {
    let test = TestBlobs::s3().await;
    let server = test.s3.as_ref().unwrap();
    let blobs = with_small_limits(&test).await;
    let bytes = noise(6_000_000);
    let digest = blobs.put(bytes.clone()).await.unwrap();
    for fault in [Fault::Broken, Fault::Closed, Fault::Slow(Duration::from_millis(50)), Fault::Full] {
        server.set_fault(fault);
        let started = Instant::now();
        let errors = [
            blobs.put("small").await.unwrap_err(),
            blobs.put(bytes.clone()).await.unwrap_err(),
            blobs.put_stream(in_pieces(&bytes, 1_000_000)).await.unwrap_err(),
            blobs.get(&digest).await.unwrap_err(),
            blobs.exists(&digest).await.unwrap_err(),
            blobs.self_test().await.unwrap_err(),
        ];
        for error in errors {
            match fault {
                Fault::Full => assert!(matches!(error, BlobError::Full { .. }), "{error}"),
                _ => assert!(matches!(error, BlobError::Unreachable { .. }), "{fault:?}: {error}"),
            }
            let text = error.to_string();
            assert!(text.starts_with("the bucket hearth-test at http://127.0.0.1:"), "{text}");
            assert!(text.len() < 600, "{text}");
        }
        assert!(started.elapsed() < Duration::from_secs(30));
        server.set_fault(Fault::None);
        assert_eq!(blobs.get(&digest).await.unwrap(), bytes);
        assert_eq!(names(&blobs).await, [digest]);
    }
}

#[tokio::test]
async fn a_short_fault_is_waited_out() {
    let test = TestBlobs::s3().await;
    let server = test.s3.as_ref().unwrap();
    server.set_fault(Fault::Broken);
    let put = test.blobs.put("kept");
    let recover = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        server.set_fault(Fault::None);
    };
    let (digest, ()) = futures::join!(put, recover);
    assert_eq!(test.blobs.get(&digest.unwrap()).await.unwrap(), "kept");
}

#[tokio::test]
async fn a_wrong_key_bucket_or_address_is_said() {
    let test = TestBlobs::s3().await;
    let right = test.s3.as_ref().unwrap().settings();
    let check = async |settings: S3Settings, expected: &str| {
        let blobs = BlobStore::open_with(&BlobPlace::S3(settings), small()).await;
        let error = match blobs {
            Ok(blobs) => blobs.self_test().await.expect_err(expected),
            Err(error) => error,
        };
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    };
    check(S3Settings { secret: "s3cret".to_owned(), ..right.clone() }, "refuses access").await;
    check(S3Settings { key_id: "nobody".to_owned(), ..right.clone() }, "refuses access").await;
    test.s3.as_ref().unwrap().set_fault(Fault::NoBucket);
    check(right.clone(), "(there is no bucket of this name)").await;
    assert!(matches!(test.blobs.get(&Digest::of(b"x")).await, Err(BlobError::Unreachable { .. })));
    test.s3.as_ref().unwrap().set_fault(Fault::None);
    let plain = S3Settings { allow_http: false, ..right.clone() };
    check(plain, "the object store's address is not encrypted (http://)").await;
    let nowhere = S3Settings { endpoint: Some("http://127.0.0.1:9".to_owned()), ..right.clone() };
    check(nowhere, "cannot be reached").await;
    let odd = S3Settings { endpoint: Some("s3.example".to_owned()), ..right.clone() };
    check(odd, "the object store's address is not one").await;
    // TLS works with the cryptography that is built in: the other side just does not speak it.
    let tls = right.endpoint.as_ref().unwrap().replace("http://", "https://");
    check(S3Settings { endpoint: Some(tls), ..right.clone() }, "cannot be reached").await;
    let shown = format!("{:?}", S3Settings { secret: "s3cret".to_owned(), ..right });
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn a_full_or_read_only_folder_is_said_and_recovers() {
    let Some(disk) = TinyDisk::mount(8) else { return };
    let place = BlobPlace::Folder(disk.path().join("blobs"));
    let blobs = BlobStore::open_with(&place, small()).await.unwrap();
    let digest = blobs.put("kept").await.unwrap();
    let ballast = disk.fill();
    let bytes = noise(6_000_000);
    for result in [
        blobs.put(noise(200_000)).await.map(drop),
        blobs.put(bytes.clone()).await.map(drop),
        blobs.put_stream(in_pieces(&bytes, 1_000_000)).await.map(drop),
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, BlobError::Full { .. }), "{error}");
    }
    std::fs::remove_file(ballast).unwrap();
    assert_eq!(names(&blobs).await, [digest]);
    blobs.put(bytes.clone()).await.unwrap();
    disk.set_read_only(true);
    for error in [blobs.put("x").await.unwrap_err(), blobs.self_test().await.unwrap_err()] {
        assert!(matches!(error, BlobError::ReadOnly { .. }), "{error}");
    }
    assert_eq!(blobs.get(&digest).await.unwrap(), "kept");
    assert!(BlobStore::open(&place).await.unwrap().get(&digest).await.is_ok());
    let other = BlobPlace::Folder(disk.path().join("other"));
    assert!(matches!(BlobStore::open(&other).await, Err(BlobError::ReadOnly { .. })));
    disk.set_read_only(false);
    assert_eq!(blobs.put("x").await.unwrap(), Digest::of(b"x"));
}

#[tokio::test]
async fn a_folder_that_vanished_is_not_made_anew() {
    let test = TestBlobs::folder().await;
    let digest = test.blobs.put("x").await.unwrap();
    std::fs::rename(test.folder.path(), test.folder.path().with_extension("away")).unwrap();
    let gone = [
        test.blobs.put("y").await.unwrap_err(),
        test.blobs.get(&digest).await.unwrap_err(),
        test.blobs.exists(&digest).await.unwrap_err(),
    ];
    for error in gone {
        assert!(matches!(error, BlobError::Unreachable { .. }), "{error}");
    }
    assert!(!test.folder.path().exists());
    std::fs::rename(test.folder.path().with_extension("away"), test.folder.path()).unwrap();
    assert_eq!(test.blobs.get(&digest).await.unwrap(), "x");
}

#[test]
fn a_path_is_a_blobs_only_when_it_is_written_as_ours() {
    let digest = Digest::of(b"abc");
    assert_eq!(digest_of(&path_of(&digest)), Some(digest));
    let upper = path_of(&digest).as_ref().to_uppercase();
    for path in ["", "sha256", "sha256/ba", "sha256/ba/", "incoming/ba/78", "sha256/ba/7816", &upper] {
        assert_eq!(digest_of(&Path::from(path)), None, "{path}");
    }
}
