//! Misuse of what somebody learnt: identifiers of others in every address that changes something, and cookies and proofs
//! that are no longer theirs.
//!
//! A foreign identifier is answered as one that names nothing, and nothing is written. Start at
//! [`a_foreign_identifier_names_nothing`].

use crate::client::{Answer, send};
use crate::serving::{PASSWORD, Server};
use crate::walk::world::{How, PATHOGEN, World};
use crate::walk::{UNKNOWN_ID, told};
use hearth_base::role::Role;
use hearth_server::http::routes::{Rule, Sort, rules};
use hearth_store::accounts;
use hearth_store::log::read::head;

/// Fields that make a form right but for its identifier.
const FORM: &[(&str, &str)] = &[
    ("reason", "x"),
    ("revision", "x"),
    ("finding", "all"),
    ("confirmed", "yes"),
    ("role", "submit"),
    ("state", "sent"),
    ("channel", "mail"),
    ("terms", "PARTNERS"),
    ("name", "x"),
    ("language", "en"),
    ("origin", "original"),
    ("version", "1"),
    ("address", "https://hooks.example/hearth"),
];

/// The JSON that makes a request right but for its identifier.
fn json(path: &str) -> &'static str {
    match path.rsplit('/').next().unwrap_or_default() {
        "send-back" | "withdraw" => r#"{"reason":"x"}"#,
        "versions" => r#"{"version":1,"reason":"x","metadata":{"division":"x"}}"#,
        "corrections" => r#"{"all":true}"#,
        "release" => r#"{"terms":"OPEN"}"#,
        _ => "{}",
    }
}

struct Misuser {
    cookie: String,
    csrf: String,
    bearer: String,
    party: String,
}

async fn misuser(world: &World, login: &str) -> Misuser {
    let session = world.server.session_of(login).await;
    let csrf = world.server.get_as(&session, "/account/password").await.csrf().to_owned();
    let scopes = ["read", "submit", "review", "release", "curate", "administer"];
    let bearer = format!("Bearer {}", world.server.token_of(login, &scopes).await);
    let parties = world.server.get_as(&session, "/parties").await.body;
    let (_, rest) = parties.split_once("/parties/").expect("a party");
    Misuser {
        cookie: format!("hearth={session}"),
        csrf,
        bearer,
        party: rest.split('"').next().unwrap_or_default().to_owned(),
    }
}

/// The request that an address takes, right but for what it names.
async fn misuse(world: &World, who: &Misuser, rule: &Rule, path: &str) -> Answer {
    let (address, method) = (world.server.address, rule.method.as_str());
    if rule.sort == Sort::Api {
        let mut headers = vec![("Authorization", who.bearer.as_str()), ("Tus-Resumable", "1.0.0")];
        if method == "PATCH" && path.contains("/uploads/") {
            headers.extend([("Content-Type", "application/offset+octet-stream"), ("Upload-Offset", "0")]);
            return send(address, method, path, &headers, "x").await;
        }
        headers.push(("Content-Type", "application/json"));
        return send(address, method, path, &headers, json(rule.path)).await;
    }
    let own = [("party", who.party.as_str()), ("member", who.party.as_str())];
    let fields = FORM.iter().copied().chain(own);
    if rule.is_upload {
        let host = format!("http://{address}");
        let mut form = String::new();
        for (name, value) in fields {
            form.push_str(&format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        form.push_str(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nx\r\n--b--\r\n",
        );
        let headers = [
            ("Cookie", who.cookie.as_str()),
            ("Origin", host.as_str()),
            ("Content-Type", "multipart/form-data; boundary=b"),
        ];
        return send(address, method, path, &headers, &form).await;
    }
    let fields: Vec<(&str, &str)> = fields.chain([("csrf", who.csrf.as_str())]).collect();
    world.server.post(path, &[("Cookie", &who.cookie)], &fields).await
}

/// The addresses of a route with each of these identifiers, and the same with names of nothing.
fn named(rule: &Rule, ids: &[String], accessions: &[String]) -> Vec<(String, String)> {
    let parts: Vec<&str> = rule.path.split('/').filter(|part| part.starts_with('{')).collect();
    let unknown = |path: &str| path.replace("{id}", UNKNOWN_ID).replace("{edition}", UNKNOWN_ID);
    match parts[..] {
        ["{id}"] => ids.iter().map(|id| (rule.path.replace("{id}", id), unknown(rule.path))).collect(),
        ["{id}", "{edition}"] => {
            let first = ids.iter().map(|id| unknown(&rule.path.replace("{id}", id)));
            let second = ids.iter().map(|id| unknown(&rule.path.replace("{edition}", id)));
            let pairs = ids.iter().zip(ids.iter().skip(1));
            let both = pairs.map(|(id, next)| rule.path.replace("{id}", id).replace("{edition}", next));
            first.chain(second).chain(both).map(|path| (path, unknown(rule.path))).collect()
        }
        ["{accession}"] => {
            let with = |name: &str| rule.path.replace("{accession}", name);
            accessions.iter().map(|one| (with(one), with("HTH_0000000"))).collect()
        }
        // Secrets and codes are no identifiers.
        [] | ["{token}"] | ["{code}"] => Vec::new(),
        _ => panic!("say here what stands in {}", rule.path),
    }
}

/// An answer without what it repeats of the address.
fn plain(answer: &Answer, names: &[String]) -> String {
    let names = names.iter().map(String::as_str).chain([UNKNOWN_ID, "HTH_0000000"]);
    names.fold(told(answer), |text, name| text.replace(name, "NAME"))
}

/// What a party keeps beside the ledger: a token, an upload, a person's account, a saved search.
async fn beside_the_ledger(world: &World, owner: &Misuser) -> [String; 4] {
    let page = world.server.get("/account", &[("Cookie", &owner.cookie)]).await.body;
    let (_, rest) = page.split_once("/account/tokens/").expect("a token");
    let token = rest.split('/').next().expect("an id").to_owned();
    let upload = [
        ("Authorization", owner.bearer.as_str()),
        ("Tus-Resumable", "1.0.0"),
        ("Upload-Length", "7"),
        ("Upload-Metadata", "filename YS50eHQ="),
    ];
    let begun = send(world.server.address, "POST", "/api/v1/uploads", &upload, "").await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let upload = begun.header("location").rsplit('/').next().unwrap_or_default().to_owned();
    let person = {
        let mut read = world.server.app.store.read().await.expect("reading");
        accounts::by_login(&mut read, "owner").await.expect("asked").expect("there").person.to_string()
    };
    let fields = [("csrf", owner.csrf.as_str()), ("pathogen", PATHOGEN), ("name", "x")];
    let kept = world.server.post("/searches", &[("Cookie", &owner.cookie)], &fields).await;
    let search = kept.header("location").rsplit('/').next().unwrap_or_default().to_owned();
    [token, upload, person, search]
}

async fn size(world: &World) -> u64 {
    let mut read = world.server.app.store.read().await.expect("reading");
    head(&mut read).await.expect("a head").size
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_identifier_names_nothing() {
    let mut world = World::new().await;
    for how in [How::Drafted, How::Kept, How::Narrowed, How::Partners, How::Embargo] {
        world.add(how).await;
    }
    world.publish().await;
    let owner = misuser(&world, "owner").await;
    let [token, upload, person, search] = beside_the_ledger(&world, &owner).await;
    let [batches, account, kept] = ["/batches", "/account", "/searches"].map(|path| (path, &owner.cookie));
    let mut before = Vec::new();
    for (path, cookie) in [batches, account, kept] {
        before.push(told(&world.server.get(path, &[("Cookie", cookie)]).await));
    }
    let before_all = size(&world).await;
    let mut wrong = Vec::new();
    let (mut asked, mut not_found) = (0, 0);
    for login in ["stranger", "former", "colleague"] {
        let who = misuser(&world, login).await;
        let hidden = |id: &&String| {
            let own = world.canaries.iter().find(|canary| canary.word == **id);
            own.is_some_and(|canary| !canary.is_for(login, false))
        };
        let mut ids: Vec<String> = world.ids.iter().filter(hidden).cloned().collect();
        ids.extend([token.clone(), upload.clone(), person.clone(), search.clone()]);
        let accessions: Vec<String> = world.accessions.iter().filter(hidden).cloned().collect();
        let names: Vec<String> = ids.iter().chain(&accessions).cloned().collect();
        // In a body, too.
        let begin = async |id: &str| {
            let headers = [("Authorization", who.bearer.as_str()), ("Content-Type", "application/json")];
            let body = format!(r#"{{"title":"x","terms":"OPEN","uploads":["{id}"]}}"#);
            send(world.server.address, "POST", "/api/v1/batches", &headers, &body).await
        };
        let (answer, expected) = (begin(&upload).await, begin(UNKNOWN_ID).await);
        assert_eq!((plain(&answer, &names), answer.status), (plain(&expected, &names), 404), "{login}");
        let changing = rules()
            .into_iter()
            .filter(|rule| rule.method != http::Method::GET && rule.sort != Sort::Question);
        for rule in changing {
            for (path, unknown) in named(&rule, &ids, &accessions) {
                let answer = misuse(&world, &who, &rule, &path).await;
                let expected = misuse(&world, &who, &rule, &unknown).await;
                asked += 1;
                not_found += usize::from(answer.status == 404);
                let (is, other) = (plain(&answer, &names), plain(&expected, &names));
                if is != other || !(400..500).contains(&answer.status) {
                    wrong.push(format!(
                        "{} {path} by {login}: {} {}",
                        rule.method, answer.status, expected.status
                    ));
                }
            }
        }
    }
    assert!(asked > 500 && not_found * 10 > asked * 9, "{not_found} of {asked} are not found");
    assert!(wrong.is_empty(), "{} of {asked}\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
    assert_eq!(size(&world).await, before_all, "nothing was written");
    for ((path, cookie), before) in [batches, account, kept].into_iter().zip(before) {
        assert_eq!(told(&world.server.get(path, &[("Cookie", cookie)]).await), before, "{path}");
    }
    let upload = format!("/api/v1/uploads/{upload}");
    let there =
        world.server.get(&upload, &[("Authorization", &owner.bearer), ("Tus-Resumable", "1.0.0")]).await;
    assert_eq!((there.status, there.header("upload-offset")), (200, "0"), "{}", there.body);
}

const TOKEN: [(&str, &str); 3] = [("name", "stolen"), ("scope", "read"), ("days", "2")];

/// Tries a cookie with the proof that its pages carried; it should lead to nothing but signing in.
async fn is_worth_nothing(server: &Server, session: &str, csrf: &str, when: &str) {
    let cookie = format!("hearth={session}");
    let headers = [("Cookie", cookie.as_str())];
    let page = server.get("/account", &headers).await;
    assert!(page.status == 303 && page.header("location").starts_with("/sign-in"), "{when}: {}", page.status);
    let fields: Vec<(&str, &str)> = TOKEN.into_iter().chain([("csrf", csrf)]).collect();
    let made = server.post("/account/tokens", &headers, &fields).await;
    assert!(made.status == 303 && made.header("location").starts_with("/sign-in"), "{when}: {}", made.status);
    let api = server.get("/api/v1/whoami", &headers).await;
    assert_eq!(api.status, 401, "{when}: {}", api.body);
}

#[tokio::test]
async fn a_stolen_cookie_is_worth_nothing_once_its_session_ended() {
    let server = Server::set_up(|config| config.accounts.session_idle_minutes = 10).await;
    let begin = async || {
        let session = server.session_of("ada").await;
        let csrf = server.get_as(&session, "/account/password").await.csrf().to_owned();
        (session, csrf)
    };
    let (session, csrf) = begin().await;
    let out = server.post("/sign-out", &[("Cookie", &format!("hearth={session}"))], &[("csrf", &csrf)]).await;
    assert_eq!(out.status, 303);
    is_worth_nothing(&server, &session, &csrf, "after signing out").await;

    let ((stolen, proof), (own, _)) = (begin().await, begin().await);
    let new = "some other good words";
    let fields = [("old", PASSWORD), ("password", new), ("repeated", new)];
    assert_eq!(server.post_as(&own, "/account/password", &fields).await.status, 303);
    is_worth_nothing(&server, &stolen, &proof, "after another password").await;
    is_worth_nothing(&server, &own, &proof, "the session that changed it").await;

    let (session, csrf) = begin().await;
    server.turn_clock(11 * 60_000);
    is_worth_nothing(&server, &session, &csrf, "after it was idle").await;

    // An account that is closed meanwhile.
    let (_, person) = server.guest("grace", &[Role::Submit]).await;
    let grace = server.session_of("grace").await;
    let csrf = server.get_as(&grace, "/account/password").await.csrf().to_owned();
    let ada = server.session_of("ada").await;
    assert_eq!(server.post_as(&ada, &format!("/people/{person}/close"), &[]).await.status, 303);
    is_worth_nothing(&server, &grace, &csrf, "after the account was closed").await;
    let tokens = server.get_as(&ada, "/account").await.body;
    assert!(!tokens.contains("stolen"), "nothing was made: {tokens}");
}

#[tokio::test]
async fn the_proof_of_a_form_is_of_one_session_alone() {
    let server = Server::set_up(|_| {}).await;
    server.guest("grace", &Role::ALL).await;
    let (ada, grace) = (server.session_of("ada").await, server.session_of("grace").await);
    let (again, ended) = (server.session_of("ada").await, server.session_of("ada").await);
    let csrf = async |session: &str| server.get_as(session, "/account/password").await.csrf().to_owned();
    let old = csrf(&ended).await;
    assert_eq!(server.post_as(&ended, "/sign-out", &[]).await.status, 303);
    let (own, nobodys) = (csrf(&ada).await, server.get("/sign-in", &[]).await.csrf().to_owned());
    let cookie = format!("hearth={ada}");
    for (wrong, proof) in [
        ("another person's", csrf(&grace).await),
        ("of another session of the same person", csrf(&again).await),
        ("of a session that ended", old),
        ("of nobody's page", nobodys),
        ("none", String::new()),
        ("cut short", own[..own.len() - 1].to_owned()),
        ("its halves exchanged", format!("{}{}", &own[own.len() / 2..], &own[..own.len() / 2])),
        ("all zero", "A".repeat(own.len())),
    ] {
        for headers in [
            &[("Cookie", cookie.as_str())][..],
            &[("Cookie", cookie.as_str()), ("Sec-Fetch-Site", "same-origin")],
        ] {
            let fields: Vec<(&str, &str)> = TOKEN.into_iter().chain([("csrf", proof.as_str())]).collect();
            let answer = server.post("/account/tokens", headers, &fields).await;
            assert_eq!(answer.status, 403, "{wrong}: {}", answer.body);
        }
    }
    assert!(!server.get_as(&ada, "/account").await.body.contains("stolen"));
    let fields: Vec<(&str, &str)> = TOKEN.into_iter().chain([("csrf", own.as_str())]).collect();
    assert_eq!(server.post("/account/tokens", &[("Cookie", &cookie)], &fields).await.status, 200);
}
