//! What is too large, too slow, too often, unknown or broken.

use crate::client::{FORM, raw, send};
use crate::serving::Server;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn large_bodies_are_refused_also_when_they_do_not_say_so() {
    let server = Server::start(|config| config.limits.form_bytes = 1000).await;
    let said = format!(
        "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}: {}\r\nContent-Length: 99999999999\r\n\r\n",
        FORM.0, FORM.1
    );
    assert_eq!(raw(server.address, said.as_bytes()).await.status, 413);
    let chunk = format!("{:x}\r\n{}\r\n", 600, "a".repeat(600));
    let unsaid = format!(
        "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}: {}\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n",
        FORM.0, FORM.1
    );
    assert_eq!(raw(server.address, unsaid.as_bytes()).await.status, 413);
    let long = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(300_000));
    assert_eq!(raw(server.address, long.as_bytes()).await.status, 431);
    assert_eq!(server.post("/sign-in", &[], &[("user", &"é".repeat(20))]).await.status, 401);
    assert_eq!(send(server.address, "POST", "/sign-in", &[FORM], "a=%FF").await.status, 400);
    assert_eq!(send(server.address, "POST", "/sign-in", &[FORM], "user=a%00&password=b").await.status, 401);
    assert_eq!(raw(server.address, b"nonsense\r\n\r\n").await.status, 400);
}

#[tokio::test]
async fn slow_clients_are_given_up() {
    let server = Server::start(|config| {
        (config.times.header_s, config.times.body_idle_s) = (1, 1);
    })
    .await;
    let began = Instant::now();
    let mut stream = TcpStream::connect(server.address).await.expect("connected");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.expect("sent");
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(began.elapsed() < Duration::from_secs(10), "the head never came");

    let began = Instant::now();
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}: {}\r\nContent-Length: 100\r\n\r\nuser=",
        FORM.0, FORM.1
    );
    assert_eq!(raw(server.address, head.as_bytes()).await.status, 408);
    assert!(began.elapsed() < Duration::from_secs(10), "the body never came");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let server = Server::start(|config| config.times.answer_s = 1).await;
    let answer = server.get("/test/slow", &[]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "30"));
}

#[tokio::test]
async fn who_asks_too_often_has_to_wait() {
    let server = Server::start(|config| {
        (config.rates.address_per_minute, config.rates.address_burst) = (30, 5);
    })
    .await;
    for _ in 0..5 {
        assert_eq!(server.get("/sign-in", &[]).await.status, 200);
    }
    let refused = server.get("/sign-in", &[]).await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|wait| wait > 0), "{refused:?}");
    assert!(refused.body.contains("<html"), "people get a page");
    let refused = server.get("/api/test/fail", &[("Accept", "application/json")]).await;
    assert_eq!((refused.status, refused.header("content-type")), (429, "application/problem+json"));
}

#[tokio::test]
async fn a_party_that_asks_too_often_has_to_wait() {
    let server = Server::set_up(|config| {
        (config.rates.party_per_minute, config.rates.party_burst) = (30, 3);
    })
    .await;
    let session = server.session_of("ada").await;
    for _ in 0..3 {
        assert_eq!(server.get_as(&session, "/account").await.status, 200);
    }
    assert_eq!(server.get_as(&session, "/account").await.status, 429);
    assert_eq!(server.get("/sign-in", &[]).await.status, 200, "others are not touched");
}

#[tokio::test]
async fn what_is_not_there_or_asked_wrongly_is_told() {
    let server = Server::start(|_| {}).await;
    let unknown = server.get("/no/such/%3Cscript%3E", &[]).await;
    assert_eq!((unknown.status, unknown.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(!unknown.body.contains("<script>"));
    assert!(unknown.body.contains(unknown.header("x-request-id")), "{}", unknown.body);
    let unknown = server.get("/api/v1/nothing", &[]).await;
    assert_eq!((unknown.status, unknown.header("content-type")), (404, "application/problem+json"));
    let wrong = send(server.address, "DELETE", "/sign-in", &[], "").await;
    assert_eq!(wrong.status, 405);
    assert!(wrong.header("allow").contains("GET") && wrong.header("allow").contains("POST"), "{wrong:?}");
    let head = send(server.address, "HEAD", "/sign-in", &[], "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(server.get("/people/../account", &[]).await.status, 404);
}

#[tokio::test]
async fn what_breaks_inside_stays_inside() {
    let server = Server::start(|_| {}).await;
    for path in ["/test/panic", "/api/test/panic", "/api/test/fail"] {
        let answer = server.get(path, &[]).await;
        assert_eq!(answer.status, 500, "{path}");
        assert!(!answer.body.contains("secret of the inside"), "{}", answer.body);
        assert!(answer.body.contains(answer.header("x-request-id")), "{path}: {}", answer.body);
    }
    assert_eq!(server.get("/sign-in", &[]).await.status, 200, "and it goes on");
    let counted = send(server.admin, "GET", "/metrics", &[], "").await;
    let line = "hearth_requests_total{method=\"GET\",route=\"/test/panic\",status=\"5xx\"} 1";
    assert!(counted.body.contains(line), "{}", counted.body);
}

#[tokio::test]
async fn every_answer_protects_its_reader() {
    let server = Server::start(|_| {}).await;
    for path in ["/", "/sign-in", "/static/hearth.css", "/nothing", "/api/test/fail"] {
        let answer = server.get(path, &[]).await;
        assert!(answer.header("content-security-policy").starts_with("default-src 'self'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 26, "{path}");
    }
    let named = server.get(&hearth_pages::site::style::address(), &[]).await;
    assert!(named.header("cache-control").contains("immutable"), "{named:?}");
    assert_eq!(server.get("/static/hearth.css?v=old", &[]).await.header("cache-control"), "no-cache");
    let packed = server.get("/static/hearth.css", &[("Accept-Encoding", "gzip")]).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn the_operator_has_an_address_of_their_own() {
    let server = Server::start(|_| {}).await;
    for path in ["/health", "/ready", "/metrics"] {
        assert_eq!(server.get(path, &[]).await.status, 404, "{path}");
        assert_eq!(send(server.admin, "GET", path, &[], "").await.status, 200, "{path}");
    }
    assert_eq!(send(server.admin, "GET", "/sign-in", &[], "").await.status, 404);
    server.app.store.database().close().await;
    let ready = send(server.admin, "GET", "/ready", &[], "").await;
    assert_eq!(ready.status, 503);
    assert!(ready.body.contains("blobs: ready"), "{}", ready.body);
    assert_eq!(send(server.admin, "GET", "/health", &[], "").await.status, 200);
}

#[tokio::test]
async fn what_is_going_on_is_finished_before_the_end() {
    let mut server = Server::start(|_| {}).await;
    let address = server.address;
    let asked = tokio::spawn(async move { send(address, "GET", "/test/slow", &[], "").await });
    // An idle connection does not keep it.
    let _idle = TcpStream::connect(address).await.expect("connected");
    tokio::time::sleep(Duration::from_millis(150)).await;
    server.stop();
    assert_eq!(asked.await.expect("asked").body, "done");
    let ended = server.ended.take().expect("running");
    tokio::time::timeout(Duration::from_secs(5), ended).await.expect("in time").expect("well");
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}
