//! Uploads that break off, are continued, given up, forgotten.

use crate::World;
use crate::flow::fasta;
use serde_json::json;
use std::time::Duration;

async fn begun(world: &World, bytes: usize) -> String {
    let begun = world.raw("POST", "/uploads", &[("Upload-Length", &bytes.to_string())], "").await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    begun.header("location").strip_prefix("/api/v1").expect("its address").to_owned()
}

async fn offset(world: &World, path: &str) -> (u16, String) {
    let answer = world.raw("HEAD", path, &[], "").await;
    (answer.status, answer.header("upload-offset").to_owned())
}

#[tokio::test]
async fn an_upload_goes_on_where_it_broke_off() {
    let world = World::new(|_| {}).await;
    let text = fasta();
    let path = begun(&world, text.len()).await;
    assert_eq!(offset(&world, &path).await, (200, "0".to_owned()));
    let (first, second) = text.split_at(20_000);
    assert_eq!(world.patch(&path, 0, first).await.status, 204);
    assert_eq!(world.patch(&path, 0, first).await.status, 409, "the same bytes twice");
    assert_eq!(world.patch(&path, 20_001, "A").await.status, 409, "a gap");
    // A request that promises more than comes: what came is kept.
    let broken = broken_off(&world, &path, 20_000, &second[..10_000], second.len()).await;
    assert_eq!(broken, 0, "no answer was waited for");
    for _ in 0..100 {
        if offset(&world, &path).await.1 == "30000" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(offset(&world, &path).await, (200, "30000".to_owned()));
    assert_eq!(world.patch(&path, 30_000, &second[10_000..]).await.status, 204);
    let id = path.rsplit('/').next().expect("an identifier");
    let (_, batch) = world.ask("POST", "/batches", Some(json!({ "uploads": [id], "terms": "OPEN" }))).await;
    let batch = world.analysed(batch["id"].as_str().expect("an identifier")).await;
    let expected = hearth_base::digest::Digest::of(text.as_bytes()).hex();
    assert_eq!((&batch["genomes"], &batch["files"][0]["sha256"]), (&json!(2), &json!(expected)));
    assert_eq!(world.patch(&path, text.len(), "A").await.status, 409, "it is used");
}

/// Sends a part of what it promises and hangs up.
async fn broken_off(world: &World, path: &str, from: usize, text: &str, promised: usize) -> usize {
    use tokio::io::AsyncWriteExt as _;
    let mut stream = tokio::net::TcpStream::connect(world.server.address).await.expect("connected");
    let head = format!(
        "PATCH /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
         Upload-Offset: {from}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {promised}\r\n\r\n{text}",
        world.token
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream.shutdown().await.expect("hung up");
    0
}

#[tokio::test]
async fn limits_hold_and_are_told() {
    let world = World::new(|config| {
        config.limits.upload_bytes = 1_000;
        config.limits.party_uploads = 2;
        config.limits.party_upload_bytes = 1_500;
    })
    .await;
    let begin = async |headers: &[(&str, &str)]| world.raw("POST", "/uploads", headers, "").await.status;
    assert_eq!(begin(&[("Upload-Length", "1001")]).await, 413);
    assert_eq!(begin(&[("Upload-Length", "0")]).await, 422);
    assert_eq!(begin(&[("Upload-Length", "-1")]).await, 400);
    assert_eq!(begin(&[]).await, 400);
    assert_eq!(begin(&[("Upload-Length", "900")]).await, 201);
    assert_eq!(begin(&[("Upload-Length", "900")]).await, 409, "too many bytes of the party");
    let path = begun(&world, 10).await;
    assert_eq!(begin(&[("Upload-Length", "1")]).await, 409, "too many uploads of the party");
    assert_eq!(world.patch(&path, 0, "12345678901").await.status, 409, "more than was said");
    let wrong = [("Upload-Offset", "0"), ("Content-Type", "text/plain")];
    assert_eq!(world.raw("PATCH", &path, &wrong, "1").await.status, 415);
    let id = path.rsplit('/').next().expect("an identifier");
    let new = json!({ "uploads": [id], "terms": "OPEN" });
    assert_eq!(world.ask("POST", "/batches", Some(new)).await.0, 409, "not complete");
    assert_eq!(world.raw("DELETE", &path, &[], "").await.status, 204);
    assert_eq!(offset(&world, &path).await.0, 404);
    let options = world.raw("OPTIONS", "/uploads", &[], "").await;
    assert_eq!((options.status, options.header("tus-max-size")), (204, "1000"));
    let bearer = format!("Bearer {}", world.token);
    let old = [("Authorization", bearer.as_str()), ("Tus-Resumable", "0.2.2"), ("Upload-Length", "1")];
    let answer = crate::send(world.server.address, "POST", "/api/v1/uploads", &old, "").await;
    assert_eq!(answer.status, 412);
}

#[tokio::test]
async fn another_party_finds_nothing_and_what_nobody_needs_is_cleared() {
    use hearth_base::role::Role;
    use hearth_server::app::upkeep;
    let world = World::new(|_| {}).await;
    let path = begun(&world, 20).await;
    assert_eq!(world.patch(&path, 0, ">a\nACGT").await.status, 204);
    world.server.guest("guest", &[Role::Submit]).await;
    let guest = World { token: world.server.token_of("guest", &["read", "submit"]).await, ..world };
    assert_eq!(offset(&guest, &path).await.0, 404);
    assert_eq!(guest.patch(&path, 7, "A").await.status, 404);
    // A form whose terms are wrong: its file was kept and belongs to nothing.
    let used = guest.upload("run.fasta", ">a\nACGT\n").await;
    let body = "--X\r\nContent-Disposition: form-data; name=\"terms\"\r\n\r\nnone\r\n--X\r\nContent-Disposition: \
                form-data; name=\"files\"; filename=\"run.fasta\"\r\n\r\n>lost\nACGT\r\n--X--\r\n";
    let media = [("Content-Type", "multipart/form-data; boundary=X")];
    assert_eq!(guest.raw("POST", "/batches", &media, body).await.status, 422);
    let (status, batch) =
        guest.ask("POST", "/batches", Some(json!({ "uploads": [used], "terms": "OPEN" }))).await;
    assert_eq!(status, 201, "{batch}");
    let app = &guest.server.app;
    let cleared = upkeep::once(app, Duration::ZERO, Duration::ZERO).await.expect("cleared");
    assert_eq!((cleared.uploads, cleared.parts), (0, 1), "the parts of the one that was used");
    guest.server.turn_clock(49 * 3_600_000);
    let cleared = upkeep::once(app, Duration::ZERO, Duration::ZERO).await.expect("cleared");
    assert_eq!((cleared.uploads, cleared.parts, cleared.blobs), (2, 1, 1));
    let lost = hearth_base::digest::Digest::of(b">lost\nACGT");
    let kept = hearth_base::digest::Digest::of(b">a\nACGT\n");
    let blobs = &app.blobs;
    assert_eq!(
        (blobs.exists(&lost).await.expect("asked"), blobs.exists(&kept).await.expect("asked")),
        (false, true)
    );
}
