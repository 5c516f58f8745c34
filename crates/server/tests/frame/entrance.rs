//! Setting up, signing in and out, and what must not pass there.

use crate::client::{FORM, send};
use crate::serving::{PASSWORD, Server};
use hearth_server::app::accounts::set_up;

#[tokio::test]
async fn the_set_up_link_works_once() {
    let server = Server::start(|_| {}).await;
    let secret = set_up::offer(&server.app).await.expect("offered").expect("empty");
    let path = format!("/set-up/{}", secret.text());
    assert_eq!(server.get("/set-up/wrong", &[]).await.status, 410);
    let page = server.get(&path, &[]).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<option value=\"KE\">Kenya</option>"), "{}", page.body);

    let given = [
        ("party", "INRB <&>"),
        ("country", "CD"),
        ("person", "Ada"),
        ("user", "Ada"),
        ("password", PASSWORD),
    ];
    let with = |name: &'static str, value: &'static str| {
        let mut fields = given.to_vec();
        fields.push(("repeated", PASSWORD));
        if let Some(field) = fields.iter_mut().find(|(own, _)| *own == name) {
            field.1 = value;
        }
        fields
    };
    for (name, value, told) in [
        ("repeated", "another", "not the same"),
        ("country", "XX", "choose a country"),
        ("party", " ", "this is needed"),
        ("user", "a b", "without spaces"),
        ("person", "A\u{7}da", "control characters"),
    ] {
        let answer = server.post(&path, &[], &with(name, value)).await;
        assert_eq!(answer.status, 422, "{name}");
        assert!(
            answer.body.contains(told) && answer.body.contains("INRB &#60;&#38;&#62;") || name == "party",
            "{}",
            answer.body
        );
    }
    let mut short = with("password", "short");
    short.retain(|(name, _)| *name != "repeated");
    short.push(("repeated", "short"));
    assert!(server.post(&path, &[], &short).await.body.contains("fewer than 12 characters"));

    let done = server.post(&path, &[], &with("", "")).await;
    assert_eq!((done.status, done.header("location")), (303, "/"));
    let session = done.cookie("hearth").expect("a session");
    assert_eq!(server.get_as(&session, "/account").await.status, 200);
    assert_eq!(server.post(&path, &[], &with("user", "eve")).await.status, 410, "a second time");
    assert_eq!(server.get(&path, &[]).await.status, 410);
    assert!(set_up::offer(&server.app).await.expect("asked").is_none());
    assert_eq!(server.app.store.head().await.expect("a head").size, 6, "party, person, four terms");
}

#[tokio::test]
async fn somebody_signs_in_and_out() {
    let server = Server::set_up(|_| {}).await;
    let page = server.get("/account", &[]).await;
    assert_eq!((page.status, page.header("location")), (303, "/sign-in?next=%2Faccount"));
    let wrong = server.sign_in("ada", "not the password").await;
    let unknown = server.sign_in("nobody", "not the password").await;
    assert_eq!((wrong.status, unknown.status), (401, 401));
    assert_eq!(wrong.body.replace("\"ada\"", ""), unknown.body.replace("\"nobody\"", ""), "the same is said");

    let done = server.sign_in(" ADA", PASSWORD).await;
    assert_eq!((done.status, done.header("location")), (303, "/account"));
    let cookie = done.header("set-cookie");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax;") && cookie.contains("Path=/"), "{cookie}");
    let session = done.cookie("hearth").expect("a session");
    let page = server.get_as(&session, "/account").await;
    assert!(page.body.contains("Ada &#60;b&#62;&#38;") && !page.body.contains("Ada <b>"), "{}", page.body);
    assert_eq!(page.header("cache-control"), "private, no-store");

    let out = server.post_as(&session, "/sign-out", &[]).await;
    assert_eq!((out.status, out.header("location")), (303, "/"));
    assert_eq!(server.get_as(&session, "/account").await.status, 303, "the secret is worth nothing now");
}

#[tokio::test]
async fn guessing_passwords_takes_longer_and_longer() {
    let server = Server::set_up(|config| config.accounts.attempts_free = 2).await;
    assert_eq!(server.sign_in("ada", "wrong wrong").await.status, 401);
    assert_eq!(server.sign_in("ada", "wrong wrong").await.status, 401);
    let locked = server.sign_in("ada", PASSWORD).await;
    assert_eq!((locked.status, locked.header("retry-after")), (429, "1"), "also the right one waits");
    server.turn_clock(1_000);
    assert_eq!(server.sign_in("ada", "wrong wrong").await.status, 401);
    assert_eq!(server.sign_in("ada", PASSWORD).await.header("retry-after"), "2");
    server.turn_clock(2_000);
    assert_eq!(server.sign_in("ada", PASSWORD).await.status, 303);
    assert_eq!(server.sign_in("ada", "wrong wrong").await.status, 401, "counting begins anew");
}

#[tokio::test]
async fn after_signing_in_one_stays_on_this_server() {
    let server = Server::set_up(|_| {}).await;
    let session = server.session_of("ada").await;
    for (next, expected) in [
        ("/genomes?x=1", "/genomes?x=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("/sign-out", "/"),
        ("", "/"),
    ] {
        let path = format!("/sign-in?next={}", crate::client::encoded(next));
        let answer = server.get_as(&session, &path).await;
        assert_eq!((answer.status, answer.header("location")), (303, expected), "{next:?}");
        assert_eq!(answer.cookie("x"), None, "{next:?}");
    }
}

#[tokio::test]
async fn a_form_must_come_from_a_page_of_the_session() {
    let server = Server::set_up(|_| {}).await;
    let (session, other) = (server.session_of("ada").await, server.session_of("ada").await);
    let cookie = format!("hearth={session}");
    let csrf = server.get_as(&session, "/account").await.csrf().to_owned();
    let others = server.get_as(&other, "/account").await.csrf().to_owned();
    let own = format!("http://{}", server.address);
    let token = [("name", "x"), ("scope", "read"), ("days", "3")];
    for (proof, origin, expected) in [
        ("", "", 403),
        ("AAAA", "", 403),
        (&*others, "", 403),
        (&*others, &*own, 403),
        (&*csrf, "https://evil.example", 403),
        (&*csrf, "null", 403),
        (&*csrf, "", 200),
        (&*csrf, &*own, 200),
    ] {
        let mut fields = token.to_vec();
        fields.push(("csrf", proof));
        let mut headers = vec![("Cookie", cookie.as_str())];
        if !origin.is_empty() {
            headers.push(("Origin", origin));
        }
        let answer = server.post("/account/tokens", &headers, &fields).await;
        assert_eq!(answer.status, expected, "{proof:?} {origin:?}");
    }
    // Without a form, a browser has to say that it is ours.
    let json = [("Cookie", cookie.as_str()), ("Content-Type", "application/json")];
    assert_eq!(send(server.address, "POST", "/api/test/submit", &json, "{}").await.status, 403);
    let with = |extra| json.iter().copied().chain([extra]).collect::<Vec<_>>();
    let ours = with(("Sec-Fetch-Site", "same-origin"));
    assert_eq!(send(server.address, "POST", "/api/test/submit", &ours, "{}").await.status, 200);
    let foreign = with(("Sec-Fetch-Site", "cross-site"));
    assert_eq!(send(server.address, "POST", "/api/test/submit", &foreign, "{}").await.status, 403);
    let proved = with(("X-CSRF-Token", &csrf));
    assert_eq!(send(server.address, "POST", "/api/test/submit", &proved, "{}").await.status, 200);
    // Somebody else's page may not sign a visitor in under another name.
    let crossed = server.post(
        "/sign-in",
        &[("Origin", "https://evil.example")],
        &[("user", "ada"), ("password", PASSWORD)],
    );
    assert_eq!(crossed.await.status, 403);
    // A session's cookie with a form that says to be no form.
    let plain = [("Cookie", cookie.as_str()), ("Content-Type", "text/plain")];
    assert_eq!(send(server.address, "POST", "/account/tokens", &plain, "name=x").await.status, 403);
    assert_eq!(FORM.1, "application/x-www-form-urlencoded");
}

#[tokio::test]
async fn behind_tls_cookies_belong_to_this_host_alone() {
    let change = |config: &mut hearth_server::config::Config| {
        config.server.public_url = Some("https://hearth.example.org".to_owned());
    };
    let server = Server::set_up(change).await;
    let done = server.sign_in("ada", PASSWORD).await;
    let cookie = done.header("set-cookie");
    assert!(cookie.starts_with("__Host-hearth=") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(!done.header("strict-transport-security").is_empty());
    let session = done.cookie("__Host-hearth").expect("a session");
    assert_eq!(server.get_as(&session, "/account").await.status, 303, "the plain name is not believed");
}
