//! Hostile input at the doors: markup, template characters and formulas in every text, forms from other sites, forms
//! with too many fields. Nothing of a text becomes an element, an attribute or a formula, and nothing breaks inside.
//!
//! What is hostile to one parser alone is tried beside it: packed bombs and lying archives in `hearth-formats`, names of
//! files in headers in `pages/documents/download.rs`, slow and greedy clients in `limits.rs`. Start at [`is_harmless`].

use crate::client::send;
use crate::serving::Server;
use crate::walk::addresses;
use crate::walk::world::{How, World};

/// What somebody may write into a field.
const TEXTS: [&str; 12] = [
    "<script>zq()</script>",
    "\"><img src=x onerror=zq()>",
    "' onmouseover='zq()",
    "</textarea></title><svg onload=zq()>",
    "javascript:zq()",
    "{{7919*7907}}${7919*7907}<%= 7919*7907 %>",
    "'; DROP TABLE entry; --",
    "\u{202e}gpj.zq\u{2066}",
    "a\0b",
    "=HYPERLINK(\"http://zq.example\")",
    "../../etc/passwd\r\nSet-Cookie: zq=1",
    "ملف文書דוחไฟล์",
];

/// Elements that pages are made of. None of them runs or fetches anything that a text could name.
const ELEMENTS: &str = " a abbr b bdi body br button caption circle code datalist dd desc details div dl dt em fieldset \
    figcaption figure footer form g h1 h2 h3 head header hr html i img input label legend li line link main meta nav ol \
    optgroup option p path polygon polyline pre progress rect section select small span strong summary sup sub svg table \
    tbody td text textarea tfoot th thead time title tr tspan ul use aside article output meter wbr kbd var defs clippath \
    pattern marker symbol q cite blockquote address ";

/// A tag that begins an element: its name and its attributes.
type Tag = (String, Vec<(String, String)>);

/// The tags of a page, read as a browser does (WHATWG HTML, section 13.2.5), but for scripts and comments, of which our
/// pages have none.
fn tags(html: &str) -> Vec<Tag> {
    let bytes = html.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = html[at..].find('<') {
        at += next + 1;
        if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let (tag, end) = tag(html, at);
        at = end;
        found.push(tag);
    }
    found
}

fn tag(html: &str, from: usize) -> (Tag, usize) {
    let bytes = html.as_bytes();
    let mut at = from;
    let word = |at: &mut usize, ends: &[u8]| {
        let begin = *at;
        while *at < bytes.len() && !ends.contains(&bytes[*at]) && !bytes[*at].is_ascii_whitespace() {
            *at += 1;
        }
        html[begin..*at].to_lowercase()
    };
    let name = word(&mut at, b">/");
    let mut attributes = Vec::new();
    loop {
        while at < bytes.len() && (bytes[at].is_ascii_whitespace() || bytes[at] == b'/') {
            at += 1;
        }
        if at >= bytes.len() || bytes[at] == b'>' {
            return ((name, attributes), at);
        }
        let own = word(&mut at, b">/=");
        let mut value = String::new();
        if at < bytes.len() && bytes[at] == b'=' {
            at += 1;
            if at < bytes.len() && matches!(bytes[at], b'"' | b'\'') {
                let quote = char::from(bytes[at]);
                let end = html[at + 1..].find(quote).map_or(html.len(), |end| at + 1 + end);
                value = html[at + 1..end].to_owned();
                at = (end + 1).min(html.len());
            } else {
                value = word(&mut at, b">");
            }
        }
        attributes.push((own, value));
    }
}

/// What a text made of a page, if it made anything.
fn is_harmless(html: &str) -> Result<(), String> {
    for (name, attributes) in tags(html) {
        if !ELEMENTS.contains(&format!(" {name} ")) {
            return Err(format!("an element {name:?}"));
        }
        for (own, value) in attributes {
            let is_name =
                own.bytes().all(|byte| byte.is_ascii_lowercase() || b"-:0123456789".contains(&byte));
            if !is_name || own.starts_with("on") || own == "style" || own == "srcdoc" || own.contains("zq") {
                return Err(format!("an attribute {own:?} of {name}"));
            }
            let leads =
                ["href", "src", "action", "formaction", "xlink:href", "content"].contains(&own.as_str());
            let value = value.trim_start().to_lowercase();
            if leads
                && (value.starts_with("javascript:")
                    || value.contains("zq.example")
                    || value.starts_with("//"))
            {
                return Err(format!("{own} of {name} leads to {value:?}"));
            }
        }
    }
    // 7 times 191, which nobody wrote.
    if html.contains("62615533") { Err("a template that was worked out".to_owned()) } else { Ok(()) }
}

#[test]
fn the_reader_of_pages_sees_what_a_browser_would() {
    assert_eq!(is_harmless("<p title=\"a > b\">&lt;script&gt; 1 < 2 <b>x</b>"), Ok(()));
    for wrong in [
        "<p><script>x</script>",
        "<p title=\"\"><img src=x onerror=zq()>\"",
        "<a href='javascript:x'>",
        "<p/onclick=x>",
        "<a href=\"//zq.example\">",
        "<input value='' onmouseover='zq()'>",
    ] {
        assert!(is_harmless(wrong).is_err(), "{wrong}");
    }
}

fn check(path: &str, answer: &crate::client::Answer, wrong: &mut Vec<String>) {
    if answer.status == 0 || answer.status >= 500 {
        wrong.push(format!("{path} broke: {}", answer.status));
    }
    if answer.headers.iter().any(|(name, value)| name == "set-cookie" && value.starts_with("zq")) {
        wrong.push(format!("{path} sets a header that somebody wrote"));
    }
    if answer.header("content-type").starts_with("text/html")
        && let Err(what) = is_harmless(&answer.body)
    {
        wrong.push(format!("{path}: {what}"));
    }
}

/// Its path, the fields that are tried, and what else must be sent.
type Form = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

/// Forms with fields of text, each with those that must be right so that the text is kept.
const FORMS: [Form; 9] = [
    ("/people", &["name", "user", "party"], &[("role", "submit")]),
    ("/account/tokens", &["name", "scope"], &[("scope", "read"), ("days", "2")]),
    ("/account/password", &["old", "password", "repeated"], &[]),
    ("/documents", &["title", "subject"], &[]),
    ("/aid", &["batch", "item", "unit", "maker", "quantity", "on", "to"], &[("quantity", "7")]),
    ("/parties", &["name", "kind", "country"], &[("kind", "organisation")]),
    (
        "/terms",
        &["code", "title", "text"],
        &[("code", "HEALTH-1"), ("title", "x"), ("text", "x"), ("reach", "everybody")],
    ),
    ("/terms/OPEN/accept", &["next", "accepted"], &[]),
    ("/sign-in", &["user", "password", "next"], &[]),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_of_a_form_becomes_part_of_a_page() {
    let server = Server::set_up(|config| {
        (config.rates.address_burst, config.rates.party_burst) = (100_000, 100_000);
    })
    .await;
    let session = server.session_of("ada").await;
    let parties = server.get_as(&session, "/people/new").await;
    let own =
        parties.body.split("value=\"").filter_map(|rest| rest.split('"').next()).find(|id| id.len() == 26);
    let own = own.unwrap_or_default().to_owned();
    let mut wrong = Vec::new();
    for text in TEXTS {
        // Long too: 500 letters.
        let long: String = text.chars().cycle().take(500).collect();
        for (path, fields, right) in FORMS {
            for field in fields {
                for text in [text, &long] {
                    let mut sent: Vec<(&str, &str)> = vec![(field, text)];
                    sent.extend(right.iter().filter(|(name, _)| name != field));
                    if *field != "party" && *field != "to" {
                        sent.extend([("party", own.as_str()), ("to", own.as_str())]);
                    }
                    for other in ["name", "title", "batch", "item", "unit", "user"] {
                        if other != *field
                            && path != "/account/password"
                            && !right.iter().any(|(own, _)| *own == other)
                        {
                            sent.push((other, "plain"));
                        }
                    }
                    let answer = server.post_as(&session, path, &sent).await;
                    check(&format!("POST {path} {field}={text:?}"), &answer, &mut wrong);
                }
            }
        }
        server.turn_clock(3_600_000);
    }
    let session = server.session_of("ada").await;
    let plain = hearth_server::http::routes::rules();
    for rule in plain.iter().filter(|rule| rule.method == http::Method::GET && !rule.path.contains('{')) {
        check(rule.path, &server.get_as(&session, rule.path).await, &mut wrong);
        for text in TEXTS {
            let text = crate::client::encoded(text);
            for name in [
                "q", "text", "next", "lineage", "kind", "before", "from", "pathogen", "country", "batch",
                "state", "error",
            ] {
                let path = format!("{}?{name}={text}", rule.path);
                check(&path, &server.get_as(&session, &path).await, &mut wrong);
            }
        }
    }
    // What was taken is there, as a text.
    let shown = server.get_as(&session, "/documents").await.body;
    assert!(shown.contains("{{7919*7907}}") && shown.contains("&#60;script&#62;"), "{shown}");
    assert!(wrong.is_empty(), "{}", wrong[..wrong.len().min(30)].join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_of_a_record_becomes_part_of_a_page_or_a_formula() {
    for around in [("", "\"><img/src=x/onerror=zq()>{{7919*7907}}'"), ("=1+", "<script>zq()</script>")] {
        let mut world = World::new().await;
        world.around = around;
        world.add(How::Kept).await;
        world.add(How::Partners).await;
        world.publish().await;
        let mut wrong = Vec::new();
        for login in ["owner", "taker"] {
            let session = world.server.session_of(login).await;
            for path in addresses(&world) {
                check(&path, &world.server.get_as(&session, &path).await, &mut wrong);
            }
            // Every cell of a table that a spreadsheet opens is a text.
            let table = world.server.get_as(&session, "/genomes.tsv").await.body;
            assert!(table.lines().count() == 2 && table.contains("Zq"), "{table}");
            let is_formula = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            let formula = table.lines().flat_map(|line| line.split('\t')).find(|cell| is_formula(cell));
            assert_eq!(formula, None, "{table}");
        }
        assert!(wrong.is_empty(), "{}", wrong[..wrong.len().min(30)].join("\n"));
    }
}

#[tokio::test]
async fn a_form_with_files_comes_from_our_own_pages() {
    let server = Server::set_up(|_| {}).await;
    let session = server.session_of("ada").await;
    let cookie = format!("hearth={session}");
    let host = format!("http://{}", server.address);
    let form = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx\r\n--b--\r\n";
    let check = async |headers: &[(&str, &str)], is_refused: bool| {
        let mut all = vec![("Cookie", cookie.as_str()), ("Content-Type", "multipart/form-data; boundary=b")];
        all.extend(headers);
        let answer = send(server.address, "POST", "/batches", &all, form).await;
        assert_eq!(answer.status == 403, is_refused, "{headers:?}: {} {}", answer.status, answer.body);
    };
    check(&[], true).await;
    check(&[("Origin", "https://elsewhere.example")], true).await;
    check(&[("Origin", "null")], true).await;
    check(&[("Origin", &host), ("Sec-Fetch-Site", "cross-site")], true).await;
    check(&[("Origin", &host), ("Sec-Fetch-Site", "same-site")], true).await;
    check(&[("Sec-Fetch-Site", "cross-site")], true).await;
    check(&[("X-CSRF-Token", "AAAA"), ("Origin", &host)], true).await;
    check(&[("Origin", &host), ("Sec-Fetch-Site", "same-origin")], false).await;
    check(&[("Origin", &host)], false).await;
}

#[tokio::test]
async fn a_form_has_no_more_fields_than_it_may() {
    let server = Server::set_up(|_| {}).await;
    let session = server.session_of("ada").await;
    let (cookie, host) = (format!("hearth={session}"), format!("http://{}", server.address));
    let part = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nx\r\n";
    let form = format!("{}--b--\r\n", part.repeat(10_000));
    let headers = [
        ("Cookie", cookie.as_str()),
        ("Origin", host.as_str()),
        ("Content-Type", "multipart/form-data; boundary=b"),
    ];
    let answer = send(server.address, "POST", "/batches", &headers, &form).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    let many = "x=x&".repeat(10_000);
    let headers = [("Cookie", cookie.as_str()), crate::client::FORM];
    assert_eq!(send(server.address, "POST", "/documents", &headers, &many).await.status, 400);
    assert_eq!(server.get("/sign-in", &[]).await.status, 200, "and it goes on");
}
