//! The walk: every route that is read, with every object's names filled in, by every reader, in a world of canaries. What
//! a reader may not see shows in no answer, and every answer is the one that they would get if it had never been.
//!
//! A route with a new part in its path fails here until [`filled`] knows what to put there.

pub mod world;

use crate::client::Answer;
use hearth_server::http::routes::rules;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use world::{DAY_MS, HOWS, READERS, World};

/// Parts of a path that name nothing.
pub const UNKNOWN_ID: &str = "00000000000000000000000000";

/// The addresses of a route, with what belongs to the world and with what names nothing.
fn filled(world: &World, path: &str) -> Vec<String> {
    let with = |part: &str, values: &[String]| -> Vec<String> {
        values.iter().map(|value| path.replace(part, value)).collect()
    };
    let ids = || world.ids.iter().cloned().chain([UNKNOWN_ID.to_owned()]);
    let parts: Vec<&str> = path.split('/').filter(|part| part.starts_with('{')).collect();
    match parts[..] {
        [] => vec![path.to_owned()],
        ["{id}"] => with("{id}", &ids().collect::<Vec<_>>()),
        ["{id}", "{file}"] => {
            let own = world.files.iter().map(|[work, _, file]| (work.as_str(), file.as_str()));
            // A file under the document of another, and under none.
            let others = world.files.iter().rev().zip(&world.files).map(|(one, two)| (&*one[0], &*two[2]));
            let none = world.files.iter().map(|[.., file]| (UNKNOWN_ID, file.as_str()));
            let all = own.chain(others).chain(none).chain([(UNKNOWN_ID, UNKNOWN_ID)]);
            all.map(|(work, file)| path.replace("{id}", work).replace("{file}", file)).collect()
        }
        ["{accession}"] => {
            let versions = world.accessions.iter().flat_map(|one| [one.clone(), format!("{one}.1")]);
            with("{accession}", &versions.chain(["HTH_0000000".to_owned()]).collect::<Vec<_>>())
        }
        ["{pathogen}"] => with("{pathogen}", &[world::PATHOGEN, "none"].map(str::to_owned)),
        ["{pathogen}", "{gene}"] => vec![path.replace("{pathogen}", world::PATHOGEN).replace("{gene}", "S")],
        // Its one segment has no address of its own; those of others are walked in questions_of_segments.
        ["{pathogen}", "{segment}"] => {
            vec![path.replace("{pathogen}", world::PATHOGEN).replace("{segment}", "main")]
        }
        ["{pathogen}", "{column}"] => {
            let columns = ["clade", "country"].map(|column| path.replace("{column}", column));
            columns.iter().map(|path| path.replace("{pathogen}", world::PATHOGEN)).collect()
        }
        ["{code}"] => with("{code}", &["OPEN", "PRIVATE", "NONE"].map(str::to_owned)),
        // Collections are everybody's; sequences of genomes are walked in questions_of_refget.
        ["{digest}"] => with("{digest}", &[UNKNOWN_ID.to_owned()]),
        ["{digest}", "{other}"] => vec![path.replace("{digest}", UNKNOWN_ID).replace("{other}", UNKNOWN_ID)],
        ["{attribute}"] => with("{attribute}", &["names", "nothing"].map(str::to_owned)),
        ["{attribute}", "{digest}"] => {
            vec![path.replace("{attribute}", "names").replace("{digest}", UNKNOWN_ID)]
        }
        ["{token}"] => with("{token}", &["A".repeat(43)]),
        ["{*path}"] => with("{*path}", &["0/000", "entries/000"].map(str::to_owned)),
        _ => panic!("say here what stands in {path}"),
    }
}

/// By what genomes are counted.
const GROUPED: [&str; 4] =
    ["country,date", "sampleName", "originatingLab,dateReleased", "date.isoWeek,[12005],[12050]"];

/// Questions whose answers have numbers beside values: of one field alone, and of all others.
const ASKED: [&str; 3] = ["country=Ghana", "advancedQuery=!1000", "simulated=true&dateFrom=2020"];

/// Questions that stand in another question's part.
const TREES: [&str; 3] = ["/trees/sars-cov-2", "/sars-cov-2/country=Kenya", "/sars-cov-2&type=root-sequence"];

/// The datasets of trees.
fn trees() -> impl Iterator<Item = String> {
    TREES.into_iter().map(|prefix| format!("/charon/getDataset?prefix={prefix}"))
}

/// Every format of files, and a part of one.
const TAKEN: [&str; 12] = [
    "format=fasta",
    "format=aligned",
    "format=translated&genes=S",
    "format=tsv",
    "format=ndjson",
    "format=vcf",
    "format=gff3",
    "format=genbank",
    "format=ena",
    "format=tsv&orderBy=country&limit=3",
    "format=vcf&country=Ghana",
    "fastaHeaderTemplate=%7BsampleName%7D%20%7BoriginatingLab%7D%20%7Bauthors%7D",
];

fn taken() -> impl Iterator<Item = String> {
    TAKEN.into_iter().map(|question| format!("/take/{}?{question}", world::PATHOGEN))
}

/// The public log shows how many entries there are, to everybody (LEDGER.md 13); nothing else is left out.
fn is_public_log(path: &str) -> bool {
    path.starts_with("/log/")
}

/// Every address that is read.
pub fn addresses(world: &World) -> Vec<String> {
    let read = rules().into_iter().filter(|rule| rule.method == http::Method::GET);
    read.flat_map(|rule| filled(world, rule.path))
        .chain(trees())
        .chain(taken())
        .filter(|path| !is_public_log(path))
        .collect()
}

struct Reader {
    login: &'static str,
    /// The header by which they say who they are.
    carried: Option<(&'static str, String)>,
}

/// Whose tokens read too, what these may do, and whose eyes they have.
const TOKENS: [(&str, &[&str], &str); 4] = [
    ("owner", &["read"], "owner"),
    ("member", &["read"], "member"),
    ("stranger", &["read", "submit", "release", "curate"], "stranger"),
    // A token that may not read sees what nobody in particular sees.
    ("owner", &["submit", "review", "release", "curate"], ""),
];

async fn readers(world: &World) -> Vec<Reader> {
    let mut readers = Vec::new();
    for login in READERS {
        let carried = match login {
            "" => None,
            _ => Some(("Cookie", format!("hearth={}", world.server.session_of(login).await))),
        };
        readers.push(Reader { login, carried });
    }
    for (login, scopes, sees) in TOKENS {
        let token = format!("Bearer {}", world.server.token_of(login, scopes).await);
        let reader = Reader { login: sees, carried: Some(("Authorization", token)) };
        // That it was used is written down in passing, and the account's page says so.
        ask(world, &reader, "/account").await;
        readers.push(reader);
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    readers
}

async fn ask(world: &World, reader: &Reader, path: &str) -> Answer {
    let headers: Vec<(&str, &str)> =
        reader.carried.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = world.server.get(path, &headers).await;
    assert!(answer.status != 0 && answer.status < 500, "{path} by {:?}: {answer:?}", reader.login);
    answer
}

/// What differs between answers that say the same: how long a file is, is known when it was written once.
const PASSING: [&str; 4] = ["x-request-id", "date", "content-length", "transfer-encoding"];

/// All of an answer but what is new in each: the request's number, the proof of a form, the head of the log.
pub fn told(answer: &Answer) -> String {
    let mut text = format!("{}\n", answer.status);
    for (name, value) in answer.headers.iter().filter(|(name, _)| !PASSING.contains(&&**name)) {
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push_str(&answer.body);
    let number = answer.header("x-request-id");
    if !number.is_empty() {
        text = text.replace(number, "NUMBER");
    }
    text = without(&text, "name=\"csrf\" value=\"", "\"");
    text = without(&text, "<section class=\"card\" id=\"head\">", "</section>");
    without(&text, "\"log\": {", "}")
}

fn without(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(from) {
        out.push_str(before);
        out.push_str(from);
        let (_, after) = after.split_once(to).expect("an end");
        rest = after;
        out.push_str(to);
    }
    out + rest
}

/// What a reader is shown without any name in the address: lists, counts, selections, forms.
async fn lists(world: &World, reader: &Reader) -> BTreeMap<String, String> {
    let mut shown = BTreeMap::new();
    let read = rules().into_iter().filter(|rule| rule.method == http::Method::GET);
    let paths = read.map(|rule| rule.path.replace("{pathogen}", world::PATHOGEN));
    let grouped =
        GROUPED.map(|fields| format!("/lapis/{}/sample/aggregated?fields={fields}", world::PATHOGEN));
    let asked = ASKED.map(|question| format!("/ask/{}?{question}", world::PATHOGEN));
    let more = grouped.into_iter().chain(asked).chain(trees()).chain(taken());
    for path in paths.chain(more).filter(|path| !path.contains('{') && !is_public_log(path)) {
        // Totals over everything are everybody's (figures are numbers only).
        if path != "/figures" {
            let said = told(&ask(world, reader, &path).await);
            shown.insert(path, said);
        }
    }
    shown
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_of_what_is_not_theirs() {
    let mut world = World::new().await;
    let readers = readers(&world).await;
    let mut wrong = Vec::new();
    // One way after the other: whoever may not see what is added finds every list as it was.
    for how in HOWS {
        let blind: Vec<&Reader> = readers.iter().filter(|reader| !world::meets(reader.login, how)).collect();
        let mut before = Vec::new();
        for reader in &blind {
            before.push(lists(&world, reader).await);
        }
        world.add(how).await;
        for (reader, before) in blind.iter().zip(before) {
            for (path, shown) in lists(&world, reader).await {
                if shown != before[&path] {
                    let (was, is) = first_difference(&before[&path], &shown);
                    wrong.push(format!("{path} tells {:?} of {how:?}: {was} / {is}", reader.login));
                }
            }
        }
    }
    world.publish().await;
    walk(&world, &readers, false, &mut wrong).await;
    search(&world, &readers, &mut wrong).await;
    assert!(wrong.is_empty(), "{} leaks\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));

    world.server.turn_clock(DAY_MS + 1);
    walk(&world, &self::readers(&world).await, true, &mut wrong).await;
    assert!(wrong.is_empty(), "tomorrow: {} leaks\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

fn first_difference(one: &str, other: &str) -> (String, String) {
    let at = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let piece = |text: &str| {
        let bytes = &text.as_bytes()[at.saturating_sub(20).min(text.len())..(at + 80).min(text.len())];
        String::from_utf8_lossy(bytes).replace('\n', " ")
    };
    (piece(one), piece(other))
}

/// Every address by every reader: no canary of others, and the answer of what is not there.
async fn walk(world: &World, readers: &[Reader], is_tomorrow: bool, wrong: &mut Vec<String>) {
    let all = addresses(world);
    let mut seen = BTreeMap::<(&str, bool), usize>::new();
    for reader in readers {
        let mut unknown: BTreeMap<String, String> = BTreeMap::new();
        for path in all.iter().rev() {
            let answer = ask(world, reader, path).await;
            let text = format!("{:?}\n{}", answer.headers, answer.body);
            // Letters are written in lines.
            let joined = text.replace('\n', "");
            let said = told(&answer);
            let hidden = |canary: &&world::Canary| !canary.is_for(reader.login, is_tomorrow);
            for canary in &world.canaries {
                let is_there = text.contains(&canary.word) || joined.contains(&canary.word);
                *seen.entry((reader.login, canary.is_inside)).or_default() += usize::from(is_there);
                if is_there && hidden(&canary) && !path.contains(&canary.word) {
                    wrong.push(format!("{path} tells {:?} {canary:?}", reader.login));
                }
            }
            // What is not for these eyes answers as what is not there.
            let named = world.canaries.iter().find(|canary| path.contains(&canary.word) && hidden(canary));
            let is_unknown = path.contains(UNKNOWN_ID) || path.contains("HTH_0000000");
            let mut form = path.clone();
            let mut said = said;
            for name in world.ids.iter().chain(&world.accessions) {
                if form.contains(name.as_str()) {
                    form = form.replace(name.as_str(), "NAME");
                    said = said.replace(name.as_str(), "NAME");
                }
            }
            for name in [UNKNOWN_ID, "HTH_0000000"] {
                form = form.replace(name, "NAME");
                said = said.replace(name, "NAME");
            }
            form = form.replace("NAME.1", "NAME");
            said = said.replace("NAME.1", "NAME");
            if is_unknown {
                unknown.insert(form, said);
            } else if named.is_some()
                && let Some(expected) = unknown.get(&form)
                && *expected != said
            {
                let (is, other) = first_difference(&said, expected);
                wrong.push(format!(
                    "{path} answers {:?} otherwise than unknown: {is} / {other}",
                    reader.login
                ));
            }
        }
    }
    // The canaries are alive: the owner meets them, inside and outside.
    for is_inside in [false, true] {
        assert!(seen[&("owner", is_inside)] > world.canaries.len() / 8, "{seen:?}");
    }
}

/// Filters and searches by what others may not see find what those find that name nothing.
async fn search(world: &World, readers: &[Reader], wrong: &mut Vec<String>) {
    let plain: Vec<&str> = rules()
        .into_iter()
        .filter(|rule| {
            let is_list = rule.path.starts_with("/genomes") || rule.path == "/search";
            rule.method == http::Method::GET && is_list && !rule.path.contains('{')
        })
        .map(|rule| rule.path)
        .collect();
    for reader in readers {
        for path in &plain {
            let names: &[&str] = match *path {
                "/search" => &["q"],
                _ => &["text", "lineage", "batch", "pathogen"],
            };
            for name in names {
                let mut expected: BTreeMap<usize, String> = BTreeMap::new();
                let hidden = world.canaries.iter().filter(|canary| !canary.is_for(reader.login, false));
                for canary in hidden {
                    let length = canary.word.len();
                    if *name != "q" && (*name == "batch") != (length == 26) {
                        continue;
                    }
                    let none = if length == 26 { UNKNOWN_ID.to_owned() } else { "Y".repeat(length) };
                    if let Entry::Vacant(new) = expected.entry(length) {
                        let answer = ask(world, reader, &format!("{path}?{name}={none}")).await;
                        new.insert(told(&answer).replace(&none, "WORD"));
                    }
                    let answer = ask(world, reader, &format!("{path}?{name}={}", canary.word)).await;
                    let said = told(&answer).replace(&canary.word, "WORD");
                    if said != expected[&length] {
                        let (is, other) = first_difference(&said, &expected[&length]);
                        let login = reader.login;
                        wrong.push(format!("{path}?{name} tells {login:?} {canary:?}: {is} / {other}"));
                    }
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_under_terms_leads_to_their_acceptance_and_back() {
    let mut world = World::new().await;
    world.add(world::How::Partners).await;
    let server = &world.server;
    let [work, _, file] = &world.files[0];
    let path = format!("/documents/{work}/files/{file}");
    let session = server.session_of("member").await;
    let sent = server.get_as(&session, &path).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let encoded = hearth_pages::site::address::encoded(&path);
    let accept = format!("/terms/PARTNERS/accept?next={encoded}");
    assert_eq!(sent.header("location"), accept);
    assert_eq!(server.get_as(&session, &accept).await.status, 200);
    let fields = [("accepted", "yes"), ("next", path.as_str())];
    let back = server.post_as(&session, "/terms/PARTNERS/accept", &fields).await;
    assert_eq!((back.status, back.header("location")), (303, path.as_str()));
    let taken = server.get_as(&session, &path).await;
    let inside = world.canaries.iter().find(|canary| canary.is_inside && canary.word.len() < 40);
    assert_eq!((taken.status, taken.body.as_str()), (200, &*inside.expect("one").word));
    // Whoever may not see it is not led anywhere.
    let stranger = server.session_of("stranger").await;
    assert_eq!(server.get_as(&stranger, &path).await.status, 404);
}
