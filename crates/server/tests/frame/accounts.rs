//! Sessions, tokens, passwords, people: what holds, and what has ended.

use crate::client::send;
use crate::serving::{PASSWORD, Server};
use hearth_base::role::Role;

const MINUTE_MS: i64 = 60_000;

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_in_any_case() {
    let server = Server::set_up(|config| {
        (config.accounts.session_idle_minutes, config.accounts.session_most_hours) = (10, 1);
    })
    .await;
    let session = server.session_of("ada").await;
    for _ in 0..6 {
        assert_eq!(server.get_as(&session, "/account").await.status, 200);
        // That it was used is written down in passing.
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        server.turn_clock(9 * MINUTE_MS);
    }
    server.turn_clock(7 * MINUTE_MS);
    assert_eq!(server.get_as(&session, "/account").await.status, 303, "an hour is over");
    let idle = server.session_of("ada").await;
    server.turn_clock(10 * MINUTE_MS);
    assert_eq!(server.get_as(&idle, "/account").await.status, 303);
    for wrong in ["", "x", &"A".repeat(43), &"é".repeat(43)] {
        assert_eq!(server.get_as(wrong, "/account").await.status, 303, "{wrong:?}");
    }
}

#[tokio::test]
async fn another_password_ends_every_session() {
    let server = Server::set_up(|_| {}).await;
    let (own, stolen) = (server.session_of("ada").await, server.session_of("ada").await);
    let change = |old: &'static str, new: &'static str, repeated: &'static str| {
        [("old", old), ("password", new), ("repeated", repeated)]
    };
    let new = "some other good words";
    for (old, new, repeated, told) in [
        ("wrong wrong wrong", new, new, "not your password"),
        (PASSWORD, new, "different", "not the same"),
        (PASSWORD, "short", "short", "fewer than 12"),
        (PASSWORD, "aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "first that are tried"),
        (PASSWORD, "Password2026", "Password2026", "first that are tried"),
    ] {
        let answer = server.post_as(&own, "/account/password", &change(old, new, repeated)).await;
        assert_eq!(answer.status, 422, "{told}");
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
    let done = server.post_as(&own, "/account/password", &change(PASSWORD, new, new)).await;
    assert_eq!(done.status, 303);
    let begun = done.cookie("hearth").expect("a new session");
    assert_eq!(server.get_as(&stolen, "/account").await.status, 303);
    assert_eq!(server.get_as(&own, "/account").await.status, 303);
    let cookies = format!("hearth={begun}; hearth-flash={}", done.cookie("hearth-flash").expect("a message"));
    let page = server.get("/account", &[("Cookie", &cookies)]).await;
    assert!(page.body.contains("The password is changed."));
    assert_eq!(page.cookie("hearth-flash").as_deref(), Some(""), "it is shown once");
    assert_eq!(server.sign_in("ada", PASSWORD).await.status, 401);
    assert_eq!(server.sign_in("ada", new).await.status, 303);
}

#[tokio::test]
async fn a_token_does_what_it_was_made_for_until_it_ends() {
    let server = Server::set_up(|_| {}).await;
    let session = server.session_of("ada").await;
    let fields = [("name", "sequencer"), ("scope", "read"), ("scope", "submit"), ("days", "2")];
    let made = server.post_as(&session, "/account/tokens", &fields).await;
    assert_eq!(made.status, 200);
    let (_, rest) = made.body.split_once("<code class=\"secret\">").expect("shown");
    let token = rest.split('<').next().expect("a token").to_owned();
    assert!(token.starts_with("hearth_") && !server.get_as(&session, "/account").await.body.contains(&token));

    let bearer = format!("Bearer {token}");
    let asked = [("Authorization", bearer.as_str())];
    assert_eq!(server.get("/api/test/signed-in", &asked).await.status, 200);
    assert_eq!(
        send(server.address, "POST", "/api/test/submit", &asked, "x").await.body,
        "x",
        "no proof is needed"
    );
    assert_eq!(server.get("/api/test/host", &asked).await.status, 403, "administering was not given to it");
    assert_eq!(server.post("/account/tokens", &asked, &fields).await.status, 403, "a token makes no tokens");
    let page = server.get_as(&session, "/account").await;
    assert!(page.body.contains("sequencer"), "{}", page.body);

    server.turn_clock(2 * 24 * 60 * MINUTE_MS);
    let late = server.get("/api/test/signed-in", &asked).await;
    assert_eq!((late.status, late.header("www-authenticate")), (401, "Bearer"));
    assert_eq!(late.header("content-type"), "application/problem+json");
    for wrong in ["Bearer", "Bearer x", "Basic YTpi", "Bearer hearth_", "bearer  "] {
        assert_eq!(
            server.get("/api/test/signed-in", &[("Authorization", wrong)]).await.status,
            401,
            "{wrong}"
        );
    }
    let session = server.session_of("ada").await;
    for (fields, told) in [
        ([("name", "x"), ("scope", "everything"), ("days", "2")], "not among what you may do"),
        ([("name", ""), ("scope", "read"), ("days", "2")], "this is needed"),
        ([("name", "x"), ("scope", "read"), ("days", "9999")], "1 to 365 days"),
        ([("name", "x"), ("other", "read"), ("days", "2")], "choose at least one"),
    ] {
        let answer = server.post_as(&session, "/account/tokens", &fields).await;
        assert_eq!(answer.status, 422, "{told}");
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_revoked_token_is_worth_nothing() {
    let server = Server::set_up(|_| {}).await;
    server.guest("bob", &[Role::Submit]).await;
    let token = server.token_of("bob", &["read"]).await;
    let bearer = format!("Bearer {token}");
    let asked = [("Authorization", bearer.as_str())];
    assert_eq!(server.get("/api/test/signed-in", &asked).await.status, 200);
    let bob = server.session_of("bob").await;
    let page = server.get_as(&bob, "/account").await;
    let (_, rest) = page.body.split_once("/account/tokens/").expect("a form");
    let id = rest.split('/').next().expect("an id");
    let path = format!("/account/tokens/{id}/revoke");
    let ada = server.session_of("ada").await;
    assert_eq!(server.post_as(&ada, &path, &[]).await.status, 404, "nobody else's");
    assert_eq!(server.get("/api/test/signed-in", &asked).await.status, 200);
    assert_eq!(server.post_as(&bob, &path, &[]).await.status, 303);
    assert_eq!(server.get("/api/test/signed-in", &asked).await.status, 401);
}

#[tokio::test]
async fn somebody_is_invited_given_roles_and_closed() {
    let server = Server::set_up(|_| {}).await;
    let ada = server.session_of("ada").await;
    let page = server.get_as(&ada, "/people/new").await;
    let (_, rest) = page.body.split_once("<select id=\"party\"").expect("parties");
    let party =
        rest.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a party").to_owned();
    let given = [("name", "Grace"), ("user", "Grace"), ("party", party.as_str()), ("role", "submit")];
    let invited = server.post_as(&ada, "/people", &given).await;
    assert_eq!(invited.status, 200);
    let (_, rest) = invited.body.split_once("/invitations/").expect("a link");
    let link = format!("/invitations/{}", rest.split('<').next().expect("a secret"));
    assert!(server.post_as(&ada, "/people", &given).await.body.contains("is taken"));
    assert_eq!(server.sign_in("grace", PASSWORD).await.status, 401, "no password was chosen yet");

    assert!(server.get(&link, &[]).await.body.contains("grace"));
    let chosen = [("password", PASSWORD), ("repeated", PASSWORD)];
    assert_eq!(server.post(&link, &[], &chosen).await.status, 303);
    assert_eq!(server.post(&link, &[], &chosen).await.status, 410, "once");
    assert_eq!(server.get(&link, &[]).await.status, 410);
    let grace = server.sign_in("grace", PASSWORD).await.cookie("hearth").expect("a session");
    assert_eq!(server.get_as(&grace, "/people/new").await.status, 403);

    let mut read = server.app.store.read().await.expect("read");
    let person =
        hearth_store::accounts::by_login(&mut read, "grace").await.expect("asked").expect("there").person;
    let ada_person =
        hearth_store::accounts::by_login(&mut read, "ada").await.expect("asked").expect("there").person;
    drop(read);
    assert_eq!(
        server.post_as(&grace, &format!("/people/{person}/roles"), &[("role", "administer")]).await.status,
        403
    );
    let roles = server.post_as(&ada, &format!("/people/{person}/roles"), &[("role", "administer")]).await;
    assert_eq!((roles.status, roles.header("location")), (303, format!("/parties/{party}").as_str()));
    assert_eq!(server.get_as(&grace, "/people/new").await.status, 200, "with the next request");
    assert_eq!(
        server.post_as(&ada, &format!("/people/{ada_person}/roles"), &[]).await.status,
        409,
        "not one's own"
    );
    assert_eq!(server.post_as(&ada, &format!("/people/{ada_person}/close"), &[]).await.status, 409);
    let again = server.post_as(&ada, &format!("/people/{person}/link"), &[]).await;
    assert!(again.status == 200 && again.body.contains("/invitations/"));
    assert_eq!(server.post_as(&ada, &format!("/people/{person}/close"), &[]).await.status, 303);
    assert_eq!(server.get_as(&grace, "/account").await.status, 303);
    assert_eq!(server.sign_in("grace", PASSWORD).await.status, 401);
    assert_eq!(server.post_as(&ada, &format!("/people/{person}/link"), &[]).await.status, 404);
}

#[tokio::test]
async fn an_administrator_keeps_the_people_of_their_own_party_alone() {
    let server = Server::set_up(|_| {}).await;
    let (_, _) = server.guest("bob", &[Role::Administer]).await;
    let (party, carol) = server.guest("carol", &[Role::Submit]).await;
    let bob = server.session_of("bob").await;
    let given = [("name", "Eve"), ("user", "eve"), ("party", &party.to_string()), ("role", "administer")];
    assert_eq!(server.post_as(&bob, "/people", &given).await.status, 403);
    for act in ["roles", "close", "link"] {
        let answer = server.post_as(&bob, &format!("/people/{carol}/{act}"), &[("role", "submit")]).await;
        assert_eq!(answer.status, 404, "{act}");
    }
    let ada = server.session_of("ada").await;
    assert_eq!(
        server.post_as(&ada, &format!("/people/{carol}/close"), &[]).await.status,
        303,
        "the server's may"
    );
}
