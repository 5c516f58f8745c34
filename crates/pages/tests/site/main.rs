//! Every page of the server, empty and full, as HTML: what must hold for all of them. Start at [`all`].

// All of this is test code.
#![allow(clippy::unwrap_used, clippy::panic)]

mod facts;

use facts::Taste;
use hearth_pages::messages::Catalogue;
use hearth_pages::site::batch::BatchPage;
use hearth_pages::site::frame::{Frame, Reader, Role};
use hearth_pages::site::genome::{GenomePage, RecordState};
use hearth_pages::site::genomes::GenomesPage;
use hearth_pages::site::parts::{Audience, Link, TermsName};
use hearth_pages::site::versions::WithdrawPage;
use hearth_pages::site::{address, style};

/// What must stay a text wherever it stands.
const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=x>&{{ x }}\u{202e}";

fn plain(text: &str) -> String {
    text.to_owned()
}

fn hostile(text: &str) -> String {
    format!("{HOSTILE}{text}")
}

/// All pages: with nothing, with invented facts, and with hostile ones.
fn all() -> Vec<(String, String)> {
    let words = Catalogue::english();
    let mut pages = facts::pages(Taste { text: plain, many: 12 }, &words);
    for (name, html) in facts::pages(Taste { text: hostile, many: 3 }, &words) {
        pages.push((format!("{name}, hostile"), html));
    }
    for (name, html) in facts::empty(&words) {
        pages.push((format!("{name}, empty"), html));
    }
    pages
}

/// An element's start: its name, and its attributes with values unescaped.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    /// Written with `/>`.
    is_closed: bool,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for (escaped, letter) in [
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
    ] {
        text = text.replace(escaped, letter);
    }
    text.replace("&#38;", "&").replace("&amp;", "&")
}

/// The starts and ends of elements, in order, by a reader that stops at anything that our templates would not write.
fn tags(name: &str, html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let mut tag = Tag { name: String::new(), attributes: Vec::new(), is_closed: false };
        let end = rest.find(|letter: char| letter == '>' || letter.is_whitespace()).unwrap();
        tag.name = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix("/>") {
                (rest, tag.is_closed) = (after, true);
                break;
            }
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break;
            }
            let end = rest.find(['=', '>', ' ', '/']).unwrap_or_else(|| panic!("{name}: {rest:.80}"));
            let attribute = rest[..end].to_owned();
            rest = &rest[end..];
            let value = match rest.strip_prefix("=\"") {
                Some(after) => {
                    let end = after.find('"').unwrap();
                    rest = &after[end + 1..];
                    unescaped(&after[..end])
                }
                None => {
                    assert!(!rest.starts_with('='), "{name}: a value without quotes: {rest:.80}");
                    String::new()
                }
            };
            let is_plain = attribute.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '-');
            assert!(is_plain && !attribute.is_empty(), "{name}: {attribute}");
            tag.attributes.push((attribute, value));
        }
        tags.push(tag);
    }
    tags
}

/// Elements that pages have. A hostile text that became an element would not be among them.
const ELEMENTS: &str = "!doctype html head meta title link body a p b header div nav form input button small bdi main \
    footer section aside h1 h2 h3 ul li ol span label progress fieldset legend select option textarea table thead tbody tr th \
    td code pre dl dt dd details summary figure svg rect circle path text q time article ins del strong";

/// Elements that have no end.
const VOID: &str = "!doctype meta link input";

#[test]
fn pages_are_made_of_known_elements_that_all_end() {
    for (name, html) in all() {
        let mut open: Vec<String> = Vec::new();
        for (at, tag) in tags(&name, &html).into_iter().enumerate() {
            match tag.name.strip_prefix('/') {
                Some(ended) => assert_eq!(open.pop().unwrap_or_default(), ended, "{name}: element {at}"),
                None => {
                    assert!(ELEMENTS.split_whitespace().any(|known| known == tag.name), "{name}: {tag:?}");
                    if !tag.is_closed && !VOID.split_whitespace().any(|void| void == tag.name) {
                        open.push(tag.name);
                    }
                }
            }
        }
        assert!(open.is_empty(), "{name}: {open:?}");
    }
}

#[test]
fn nothing_runs_and_nothing_is_fetched_but_the_sheet() {
    for (name, html) in all() {
        let tags = tags(&name, &html);
        let links: Vec<&Tag> = tags.iter().filter(|tag| tag.is("link")).collect();
        let (icons, sheets): (Vec<&Tag>, Vec<&Tag>) =
            links.into_iter().partition(|tag| tag.get("rel") == Some("icon"));
        // Feeds are named, and fetched by whoever follows them.
        let sheets = sheets.iter().filter(|tag| tag.get("rel") != Some("alternate"));
        let sheets: Vec<&str> = sheets.filter_map(|tag| tag.get("href")).collect();
        assert_eq!(sheets, [style::address()], "{name}");
        // The icon lies in the page itself.
        let is_inside =
            |tag: &&Tag| tag.get("href").is_some_and(|href| href.starts_with("data:image/svg+xml,"));
        assert!(icons.iter().all(is_inside), "{name}: {icons:?}");
        let others = tags.iter().filter(|tag| tag.get("rel") != Some("icon"));
        for (attribute, value) in others.flat_map(|tag| &tag.attributes) {
            assert!(
                attribute != "style" && attribute != "src" && !attribute.starts_with("on"),
                "{name}: {attribute}"
            );
            if matches!(attribute.as_str(), "href" | "action") {
                let is_here = value.is_empty() || value.starts_with(['#', '?']);
                assert!(is_here || address::local(value).is_some(), "{name}: {value}");
            }
        }
    }
}

#[test]
fn every_form_that_changes_something_has_the_token() {
    for (name, html) in all() {
        let frame_token = if name.ends_with("empty") { "" } else { "c5rf" };
        let (mut forms, mut tokens) = (0, 0);
        for tag in tags(&name, &html) {
            if tag.is("form") {
                assert_eq!(forms, tokens, "{name}: a form without a token before {tag:?}");
                forms += usize::from(tag.get("method") == Some("post"));
            }
            if tag.is("input") && tag.get("name") == Some("csrf") {
                assert!(
                    tag.get("type") == Some("hidden") && tag.get("value").unwrap().ends_with(frame_token)
                );
                tokens += 1;
            }
        }
        assert_eq!(forms, tokens, "{name}");
    }
}

/// The forms of a page: method and path, how it is encoded, and the names of its fields; one form a line.
fn forms(name: &str, html: &str) -> Vec<String> {
    let mut forms: Vec<String> = Vec::new();
    let mut is_in_form = false;
    for tag in tags(name, html) {
        if tag.is("form") {
            let method = tag.get("method").unwrap_or("get").to_uppercase();
            let encoding = if tag.get("enctype").is_some() { " multipart" } else { "" };
            forms.push(format!("{method} {}{encoding}:", tag.get("action").unwrap()));
        }
        is_in_form = (is_in_form || tag.is("form")) && !tag.is("/form");
        if let (true, Some(field), Some(form)) = (is_in_form, tag.get("name"), forms.last_mut()) {
            let field = format!(" {field}");
            if !(form.ends_with(&field) || form.contains(&format!("{field} "))) {
                form.push_str(&field);
            }
        }
    }
    forms
}

/// The forms are a promise to the server: what is sent where. A change here is a change there.
#[test]
fn forms_send_what_the_server_expects() {
    let words = Catalogue::english();
    let taste = Taste { text: |_| "x".to_owned(), many: 1 };
    let pages = facts::pages(taste, &words);
    let mut found: Vec<String> = pages.iter().flat_map(|(name, html)| forms(name, html)).collect();
    found.sort_unstable();
    found.dedup();
    let expected: Vec<&str> = include_str!("forms.txt").lines().collect();
    assert_eq!(found, expected, "write this into forms.txt:\n{}", found.join("\n"));
}

#[test]
fn every_field_has_a_label_and_every_id_is_there_once() {
    for (name, html) in all() {
        let tags = tags(&name, &html);
        let of = |attribute: &'static str| tags.iter().filter_map(move |tag| tag.get(attribute));
        let mut ids: Vec<&str> = of("id").collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}: {ids:?}");
        for id in of("for").chain(of("aria-describedby")) {
            assert!(ids.contains(&id), "{name}: nothing is called {id}");
        }
        let labelled: Vec<&str> = of("for").collect();
        let mut is_in_label = false;
        for tag in &tags {
            is_in_label = (is_in_label || tag.is("label")) && !tag.is("/label");
            let is_field = ["input", "select", "textarea"].contains(&tag.name.as_str());
            if is_field && tag.get("type") != Some("hidden") {
                let has_label = tag.get("id").is_some_and(|id| labelled.contains(&id));
                assert!(is_in_label || has_label, "{name}: {tag:?}");
            }
            if tag.is("progress") || tag.is("nav") || tag.is("svg") {
                assert!(tag.get("aria-label").is_some_and(|label| !label.is_empty()), "{name}: {tag:?}");
            }
        }
    }
}

#[test]
fn headings_go_down_step_by_step() {
    for (name, html) in all() {
        let levels: Vec<u32> = tags(&name, &html)
            .iter()
            .filter_map(|tag| tag.name.strip_prefix('h').and_then(|level| level.parse().ok()))
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{name}");
        // A figure says its value and its sentence before its heading, and the page its name before all.
        assert_eq!(levels.first(), Some(&1), "{name}: {levels:?}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{name}: {levels:?}");
    }
}

#[test]
fn invented_facts_are_marked_on_every_page() {
    let words = Catalogue::english();
    for (name, html) in facts::pages(Taste { text: plain, many: 1 }, &words) {
        let is_marked = html.contains("Nothing on it is real");
        assert_eq!(is_marked, name != "set_up", "{name}");
    }
}

#[test]
fn pages_are_kilobytes() {
    let words = Catalogue::english();
    for (name, html) in facts::pages(Taste { text: plain, many: 100 }, &words) {
        assert!(html.len() < 100_000, "{name}: {}", html.len());
    }
    assert!(style::SHEET.len() < 30_000, "{}", style::SHEET.len());
}

#[test]
fn hostile_texts_are_there_as_texts() {
    let words = Catalogue::english();
    for (name, html) in facts::pages(Taste { text: hostile, many: 3 }, &words) {
        let count = html.matches("&#60;script&#62;").count() + html.matches("&lt;script&gt;").count();
        assert!(count > 0 && !html.contains("<script"), "{name}");
    }
}

fn reader(roles: &[Role]) -> Frame {
    let reader = Reader { name: "王小明".to_owned(), roles: roles.to_vec(), ..Reader::default() };
    Frame { reader: Some(reader), path: "/batches/b-1".to_owned(), ..Frame::default() }
}

#[test]
fn the_navigation_has_what_the_reader_may_use() {
    let words = Catalogue::english();
    let check = |frame: Frame, present: &[&str], absent: &[&str]| {
        let html = GenomesPage { frame, ..GenomesPage::default() }.to_html(&words);
        for address in present {
            assert!(html.contains(address), "{address}");
        }
        for address in absent {
            assert!(!html.contains(address), "{address}");
        }
    };
    check(Frame::default(), &["href=\"/sign-in\""], &["href=\"/submit\"", "href=\"/batches\"", "/sign-out"]);
    check(reader(&[]), &["href=\"/batches\" aria-current=\"page\"", "/sign-out"], &["href=\"/submit\""]);
    check(reader(&[Role::Submit]), &["href=\"/submit\""], &["href=\"/sign-in\""]);
}

#[test]
fn a_release_is_said_in_one_sentence_and_confirmed_by_name() {
    let words = Catalogue::english();
    let mut page = BatchPage {
        frame: reader(&[Role::Release]),
        genomes_all: 214,
        audience: Audience::Everybody,
        terms: TermsName { code: "OPEN".to_owned(), title: String::new() },
        ..BatchPage::default()
    };
    assert!(!page.to_html(&words).contains("/release\""));
    page.allowed.release = true;
    let html = page.to_html(&words);
    assert!(html.contains("This makes 214 genomes visible to everybody under the terms OPEN."), "{html}");
    assert!(html.contains("name=\"confirmed\" value=\"yes\" required> I, 王小明, release it."), "{html}");
    page.genomes_all = 1;
    page.embargo = Some("2027-01-31".to_owned());
    page.audience = Audience::Named(vec!["KEMRI".to_owned(), "INRB".to_owned()]);
    let html = page.to_html(&words);
    let sentence = "This makes 1 genome visible to KEMRI, INRB under the terms OPEN, from 2027-01-31 on.";
    assert!(html.contains(sentence), "{html}");
}

#[test]
fn a_page_loads_itself_again_only_while_there_is_work() {
    let words = Catalogue::english();
    let refreshed = |refresh_s| BatchPage { refresh_s, ..BatchPage::default() }.to_html(&words);
    assert!(!refreshed(None).contains("http-equiv"));
    assert!(refreshed(Some(3)).contains("<meta http-equiv=\"refresh\" content=\"3\">"));
}

#[test]
fn a_withdrawn_genome_says_why_and_offers_no_sequence() {
    let words = Catalogue::english();
    let mut page = GenomePage { accession: "HG-1".to_owned(), version: 2, ..GenomePage::default() };
    let check = |page: &GenomePage, present: &str, absent: &str| {
        let html = page.to_html(&words);
        assert!(html.contains(present) && !html.contains(absent), "{html}");
    };
    check(&page, "href=\"/genomes/HG-1.2/sequence.fasta\"", "Do not use it");
    page.must_accept = true;
    page.terms.code = "PARTNERS".to_owned();
    check(
        &page,
        "/terms/PARTNERS/accept?next=%2Fgenomes%2FHG-1.2%2Fsequence.fasta",
        "href=\"/genomes/HG-1.2/sequence",
    );
    page.state = RecordState::Withdrawn { on: "2026-11-22".to_owned(), reason: "swapped".to_owned() };
    check(&page, "Withdrawn on 2026-11-22. Do not use it. The reason: swapped", "sequence.fasta");
}

#[test]
fn other_servers_are_named_and_not_linked() {
    let words = Catalogue::english();
    let record = Link { label: "elsewhere".to_owned(), address: "https://elsewhere.example/".to_owned() };
    let action = "//elsewhere.example/".to_owned();
    let html = WithdrawPage { record, action, ..WithdrawPage::default() }.to_html(&words);
    assert!(html.contains("<bdi>elsewhere</bdi>") && !html.contains("elsewhere.example"), "{html}");
}
