//! Single sign-on against a real provider: oidc-provider of npm, on this machine.
//!
//! Needs `node` and the package (`npm ci` in this folder, or another with it named by HEARTH_OIDC_MODULES); without them
//! the tests say that they are skipped, or fail where HEARTH_REQUIRE is set. Start at [`Provider::start`].

use crate::client::Answer;
use crate::serving::Server;
use hearth_base::id::PersonId;
use hearth_base::role::Role;
use hearth_server::app::accounts::Secret;
use hearth_server::config::value::Secret as Hidden;
use hearth_store::accounts::invitation::{self, Invited};
use hearth_store::testing;
use std::io::{BufRead as _, BufReader, Lines};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

const MINUTE_MS: i64 = 60_000;

/// A provider that runs until it is dropped.
struct Provider {
    child: Child,
    /// Kept: a provider that cannot write any more ends.
    _output: Lines<BufReader<ChildStdout>>,
    address: SocketAddr,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc")
}

/// Where the package is, if it can run.
fn modules() -> Option<PathBuf> {
    let place = std::env::var_os("HEARTH_OIDC_MODULES").map_or_else(folder, PathBuf::from);
    let node = Command::new("node").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !node.is_ok_and(|status| status.success()) {
        testing::skip("there is no node, which runs the provider of single sign-on");
        return None;
    }
    if !place.join("node_modules/oidc-provider").is_dir() {
        testing::skip("oidc-provider is not installed: `npm ci` in crates/server/tests/oidc");
        return None;
    }
    Some(place)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

impl Provider {
    fn start(port: u16, algorithm: &str, key: &str) -> Option<Self> {
        let modules = modules()?;
        let mut child = Command::new("node")
            .arg(folder().join("provider.mjs"))
            .args([&port.to_string(), algorithm, key])
            .env("HEARTH_OIDC_MODULES", modules)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let is_ready = lines.any(|line| line.is_ok_and(|line| line == "ready"));
        let address = ([127, 0, 0, 1], port).into();
        let provider = Self { child, _output: lines, address };
        assert!(is_ready, "the provider did not start");
        Some(provider)
    }
}

/// A server that trusts the provider, with the clock of this machine.
async fn server(port: u16, match_email: bool) -> Server {
    let server = Server::set_up(|config| {
        config.server.public_url = Some("http://127.0.0.1:8080".to_owned());
        config.oidc.issuer = Some(format!("http://127.0.0.1:{port}"));
        config.oidc.client_id = Some("hearth".to_owned());
        config.oidc.client_secret = Hidden("a secret: with/letters & signs".to_owned());
        config.oidc.name = "Ministry account".to_owned();
        config.oidc.match_email = match_email;
    })
    .await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    server.turn_clock(now.as_millis() as i64 - server.app.now().unix_ms());
    server
}

/// A browser with its cookies, for both ends.
#[derive(Clone, Default)]
struct Browser {
    cookies: Vec<(String, String)>,
}

impl Browser {
    fn of(name: &str) -> Self {
        Self { cookies: vec![("as".to_owned(), name.to_owned())] }
    }

    async fn get(&mut self, address: SocketAddr, path: &str) -> Answer {
        let all: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let headers = [("Cookie", all.join("; "))];
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = crate::client::send(address, "GET", path, &headers, "").await;
        for (_, set) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) =
                set.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            self.cookies.retain(|(own, _)| own != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    /// From our page to the provider and through it: the address that it sends back to.
    async fn granted(&mut self, server: &Server, provider: &Provider, path: &str) -> String {
        let begun = self.get(server.address, path).await;
        assert_eq!(begun.status, 303, "{}", begun.body);
        let mut at = begun.header("location").to_owned();
        for _ in 0..6 {
            let path = path_of(&at);
            if path.starts_with("/sign-in/oidc/done") {
                return path;
            }
            let answer = self.get(provider.address, &path).await;
            assert!([302, 303].contains(&answer.status), "{path}: {answer:?}");
            at = answer.header("location").to_owned();
        }
        panic!("the provider never sent back");
    }

    async fn sign_in(&mut self, server: &Server, provider: &Provider, path: &str) -> Answer {
        let back = self.granted(server, provider, path).await;
        self.get(server.address, &back).await
    }
}

fn path_of(address: &str) -> String {
    match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]).to_owned(),
        None => address.to_owned(),
    }
}

/// A link for somebody new, or somebody known.
async fn invitation(server: &Server, person: PersonId) -> String {
    let secret = Secret::new().expect("random");
    let now = server.app.now();
    let mut tx = server.app.store.database().begin_write().await.expect("a transaction");
    invitation::offer(&mut tx, &secret.digest(), Invited::Person(person), now, now.plus_ms(60 * MINUTE_MS))
        .await
        .expect("offered");
    tx.commit().await.expect("kept");
    secret.text().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_invited_comes_in_and_nobody_else() {
    let port = free_port();
    let Some(provider) = Provider::start(port, "RS256", "one") else { return };
    let server = server(port, false).await;
    let page = server.get("/sign-in?next=/account", &[]).await;
    assert!(page.body.contains("Ministry account"), "{}", page.body);

    // Whom nobody invited is told what to do, and no account is made.
    let stranger = Browser::of("ada").sign_in(&server, &provider, "/sign-in/oidc?next=/account").await;
    assert_eq!(stranger.status, 403);
    assert!(
        stranger.body.contains("ask an administrator of your party for an invitation"),
        "{}",
        stranger.body
    );

    let (_, person) = server.guest("brook", &[Role::Submit]).await;
    let link = invitation(&server, person).await;
    let page = server.get(&format!("/invitations/{link}"), &[]).await;
    assert!(page.body.contains(&format!("/sign-in/oidc?invitation={link}")), "{}", page.body);
    let mut browser = Browser::of("brook-there");
    let path = format!("/sign-in/oidc?invitation={link}");
    let done = browser.sign_in(&server, &provider, &path).await;
    assert_eq!((done.status, done.header("location")), (303, "/"), "{}", done.body);
    assert_eq!(browser.get(server.address, "/account").await.status, 200);
    // The link is used up; the account stays linked.
    let again = Browser::of("other").sign_in(&server, &provider, &path).await;
    assert_eq!(again.status, 410, "{}", again.body);
    let mut elsewhere = Browser::of("brook-there");
    let done = elsewhere.sign_in(&server, &provider, "/sign-in/oidc?next=/account").await;
    assert_eq!((done.status, done.header("location")), (303, "/account"), "{}", done.body);

    // Signing out ends the session, here and in other hands.
    let session = elsewhere.cookies.iter().find(|(name, _)| name == "hearth").expect("a session").1.clone();
    assert_eq!(server.post_as(&session, "/sign-out", &[]).await.status, 303);
    assert_eq!(elsewhere.get(server.address, "/account").await.status, 303);

    // Another's account there, with an invitation for somebody else here.
    let (_, other) = server.guest("chen", &[]).await;
    let link = invitation(&server, other).await;
    let taken = browser.sign_in(&server, &provider, &format!("/sign-in/oidc?invitation={link}")).await;
    assert_eq!(taken.status, 409, "{}", taken.body);
    let session = server.session_of("ada").await;
    let closed = server.post_as(&session, &format!("/people/{person}/close"), &[]).await;
    assert_eq!(closed.status, 303, "{}", closed.body);
    let closed = Browser::of("brook-there").sign_in(&server, &provider, "/sign-in/oidc").await;
    assert_eq!(closed.status, 403, "{}", closed.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_counts_once_in_its_own_browser_and_in_time() {
    let port = free_port();
    let Some(provider) = Provider::start(port, "ES256", "one") else { return };
    let server = server(port, true).await;
    server.guest("brook@example.org", &[]).await;
    server.guest("unverified@example.org", &[]).await;
    let path = "/sign-in/oidc?next=/account";
    let mut browser = Browser::of("brook");
    let back = browser.granted(&server, &provider, path).await;

    // Another browser, without a flow and with its own; and the right one with another state.
    let check = async |browser: &mut Browser, path: &str, status: u16, told: &str| {
        let answer = browser.get(server.address, path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
        assert!(answer.cookie("hearth").is_none());
    };
    check(&mut Browser::default(), &back, 403, "another browser").await;
    let mut other = Browser::of("brook");
    other.get(server.address, path).await;
    check(&mut other, &back, 403, "another browser").await;
    let (_, state) = back.split_once("state=").expect("a state");
    let state = state.split('&').next().expect("a state");
    check(&mut browser, &back.replace(state, &"A".repeat(43)), 403, "another browser").await;
    check(&mut browser, "/sign-in/oidc/done", 403, "another browser").await;
    // The answer of another issuer, a refusal, an invented code.
    let issuer = "iss=http%3A%2F%2F127.0.0.1";
    assert!(back.contains(issuer), "{back}");
    check(&mut browser, &back.replace(issuer, "iss=http%3A%2F%2F127.0.0.2"), 403, "cannot be trusted").await;
    check(
        &mut browser,
        &format!("/sign-in/oidc/done?error=access_denied&state={state}"),
        403,
        "did not sign",
    )
    .await;
    check(
        &mut browser,
        &format!("/sign-in/oidc/done?code=x&state={state}&iss=http%3A%2F%2F127.0.0.1%3A{port}"),
        403,
        "did not confirm",
    )
    .await;

    // The code of one sign-in with the state of another: PKCE and the nonce say no.
    let mut second = Browser::of("brook");
    let stolen = second.granted(&server, &provider, path).await;
    let code = |back: &str| {
        let (_, code) = back.split_once("code=").expect("a code");
        code.split('&').next().expect("a code").to_owned()
    };
    check(&mut browser, &back.replace(&code(&back), &code(&stolen)), 403, "did not confirm").await;

    // In time: the account with the verified address is linked. Then the code is used up.
    let answer = browser.clone().get(server.address, &back).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/account"), "{}", answer.body);
    check(&mut browser, &back, 403, "did not confirm").await;

    let mut late = Browser::of("brook");
    let back = late.granted(&server, &provider, path).await;
    tokio::time::sleep(std::time::Duration::from_millis(5_200)).await;
    check(&mut late, &back, 403, "did not confirm").await;
    // An address that the provider did not verify links nobody.
    let refused = Browser::of("unverified").sign_in(&server, &provider, path).await;
    assert_eq!(refused.status, 403);

    // A clock that goes wrong by hours.
    let mut browser = Browser::of("brook");
    let back = browser.granted(&server, &provider, path).await;
    server.turn_clock(120 * MINUTE_MS);
    check(&mut browser, &back, 403, "cannot be trusted").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_exchanged_and_a_provider_that_is_down_is_said() {
    let port = free_port();
    let Some(provider) = Provider::start(port, "EdDSA", "one") else { return };
    let server = server(port, true).await;
    server.guest("brook@example.org", &[]).await;
    let path = "/sign-in/oidc?next=/account";
    let done = Browser::of("brook").sign_in(&server, &provider, path).await;
    assert_eq!(done.status, 303, "{}", done.body);

    // Another key, of another sort: read again as soon as its signature is met, though not at every request.
    drop(provider);
    let provider = Provider::start(port, "RS256", "two").expect("it ran before");
    server.turn_clock(11_000);
    let done = Browser::of("brook").sign_in(&server, &provider, path).await;
    assert_eq!(done.status, 303, "{}", done.body);

    // Down after it was asked, and before.
    let mut browser = Browser::of("brook");
    let back = browser.granted(&server, &provider, path).await;
    drop(provider);
    let down = browser.get(server.address, &back).await;
    assert_eq!((down.status, down.header("retry-after")), (503, "30"), "{}", down.body);
    assert!(down.body.contains("sign in with a password"), "{}", down.body);
    server.turn_clock(61 * MINUTE_MS);
    let down = server.get(path, &[]).await;
    assert_eq!(down.status, 503);
    assert_eq!(server.sign_in("ada", crate::serving::PASSWORD).await.status, 303, "passwords still work");
    // Up again, and it is found without a hand.
    let provider = Provider::start(port, "RS256", "three").expect("it ran before");
    server.turn_clock(11_000);
    let done = Browser::of("brook").sign_in(&server, &provider, path).await;
    assert_eq!(done.status, 303, "{}", done.body);
}
