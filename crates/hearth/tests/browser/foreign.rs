//! Clients of others, unchanged, before our server: auspice draws our trees, and GenSpectrum's components our counts.
//!
//! `clients.sh` in this folder fetches them; where they are absent the tests say so, or fail where HEARTH_REQUIRE is set.
//! The components stand in a page of another site, as dashboards do. Start at [`auspice_draws_what_is_released`].

use crate::driver::{Browser, Scripts};
use crate::running::{House, client};
use hearth_store::testing;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

/// How many tips the dataset has from which the page is drawn.
const TIPS: &str = r#"
const count = (node) => (node.children ?? []).reduce((sum, child) => sum + count(child), node.children ? 0 : 1);
return fetch(`/charon/getDataset?prefix=${location.pathname}`).then((answer) => answer.json())
  .then((dataset) => count(dataset.tree));
"#;
/// How many tips are drawn.
const DRAWN: &str = "return document.querySelectorAll('#MainTree .tip').length";

/// A client's folder, or a word on why there is none.
fn installed(name: &str) -> Option<std::path::PathBuf> {
    let folder = client(name);
    if folder.is_none() {
        testing::skip(&format!("{name} is not there: run clients.sh in crates/hearth/tests/browser"));
    }
    folder
}

fn keep_picture(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("HEARTH_PICTURES") {
        let path = Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(path, browser.picture()).expect("a picture is kept");
    }
}

/// What the page complained of, but for its icon, which the viewer's build has none of, and for drawings that are laid
/// out anew while it is drawn.
fn complaints(browser: &Browser) -> Vec<String> {
    let all = browser.log("browser");
    let severe = all.iter().filter(|entry| entry["level"] == "SEVERE");
    let told = severe.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned());
    let is_its_own =
        |message: &String| message.contains("/favicon.png") || message.contains("attribute width");
    told.filter(|message| !is_its_own(message)).collect()
}

/// Whether a text stands in the page, in drawings too.
fn says(browser: &Browser, text: &str) -> bool {
    browser.run(&format!("return document.body.textContent.includes({})", Value::from(text))) == true
}

#[test]
fn auspice_draws_what_is_released() {
    let (Some(house), Some(_)) = (House::of_this_process(), installed("auspice")) else { return };
    let browser = Browser::open(house, &house.demo, Scripts::On);
    browser.resize(1400);
    for (path, name) in [
        ("/trees/sars-cov-2", "auspice, all"),
        ("/trees/sars-cov-2/country=Kenya/advancedQuery=!(1A~20~7C~202A)", "auspice, Kenya"),
    ] {
        browser.go(path);
        browser.wait("a tree", || browser.run(DRAWN).as_u64() > Some(5));
        let expected = browser.run(TIPS);
        assert!(expected.as_u64() > Some(5), "{path}: {expected}");
        browser.wait("all tips", || browser.run(DRAWN) == expected);
        assert!(browser.at().starts_with(path), "it stays where it was: {}", browser.at());
        browser.wait("mutations along the genome", || browser.has("#d3entropy rect"));
        keep_picture(&browser, name);
        assert_eq!(complaints(&browser), Vec::<String>::new(), "{path}");
    }
    // Letters are known from the mutations that the dataset tells.
    browser.go("/trees/sars-cov-2?c=gt-S_501");
    browser.wait("a legend of letters", || says(&browser, "Genotype at S site 501"));
    // Nothing named: a list of what there is.
    browser.go("/trees");
    browser.wait("the trees that there are", || says(&browser, "sars-cov-2"));
}

/// A page of another site that has the components, on the path `/`, and the components' script.
fn dashboard(lapis: &str) -> String {
    format!(
        r#"<!doctype html><meta charset="utf-8"><title>A dashboard</title>
<script type="module" src="/dashboard-components.js"></script>
<gs-app lapis="{lapis}">
<gs-aggregate fields='["country"]' views='["table"]' lapisFilter='{{}}' width="100%" height="300px" pageSize="10"></gs-aggregate>
<gs-mutations sequenceType="amino acid" views='["table"]' lapisFilter='{{}}' width="100%" height="300px" pageSize="1000"></gs-mutations>
<gs-prevalence-over-time numeratorFilters='[{{"displayName":"spike 614G","lapisFilter":{{"aminoAcidMutations":["S:614G"]}}}}]'
 denominatorFilter='{{}}' granularity="month" views='["table"]' lapisDateField="date" width="100%" height="300px" pageSize="5"></gs-prevalence-over-time>
<gs-mutations-over-time lapisFilter='{{"dateFrom":"2026-01-01"}}' sequenceType="nucleotide" views='["grid"]' granularity="month"
 lapisDateField="date" width="100%" height="400px" initialMeanProportionInterval='{{"min":0.01,"max":1}}'></gs-mutations-over-time>
<gs-lineage-filter lapisField="clade" lapisFilter='{{}}' placeholderText="clade" width="50%"></gs-lineage-filter>
</gs-app>"#
    )
}

/// Answers for ever, on another port, which is another site.
fn another_site(page: String, script: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A browser that goes away is no matter.
            let _ = answer(&stream, &page, &script);
        }
    });
    format!("http://{address}")
}

fn answer(stream: &TcpStream, page: &str, script: &[u8]) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (media, body) = match first.split(' ').nth(1) {
        Some("/dashboard-components.js") => ("text/javascript", script),
        _ => ("text/html", page.as_bytes()),
    };
    let mut stream = stream;
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nConnection: close\r\n")?;
    write!(stream, "Content-Length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)
}

/// What a component shows.
fn shown(browser: &Browser, component: &str) -> String {
    let script = format!("return document.querySelector('{component}')?.shadowRoot?.textContent ?? ''");
    browser.run(&script).as_str().unwrap_or_default().to_owned()
}

#[test]
fn dashboards_of_another_site_draw_our_counts() {
    let (Some(house), Some(folder)) = (House::of_this_process(), installed("dashboards")) else { return };
    let script = std::fs::read(folder.join("dashboard-components.js")).expect("the script");
    let site = another_site(dashboard(&format!("{}/lapis/sars-cov-2", house.demo)), script);
    let browser = Browser::open(house, &site, Scripts::On);
    browser.resize(1280);
    browser.go("/");
    let ours = |what: &str| -> Value {
        let url = format!("{}/lapis/sars-cov-2/sample/{what}", house.demo);
        let answer = crate::driver::agent().get(&url).call();
        let text = answer.and_then(|mut answer| answer.body_mut().read_to_string()).expect("an answer");
        serde_json::from_str::<Value>(&text).expect("JSON")["data"].take()
    };
    let countries = ours("aggregated?fields=country&orderBy=country");
    let first = countries.as_array().and_then(|rows| rows.iter().find_map(|row| row["country"].as_str()));
    let first = first.expect("a country").to_owned();
    let month = ours("aggregated?fields=date&orderBy=date");
    let month = month.as_array().and_then(|rows| rows.iter().find_map(|row| row["date"].as_str()));
    let month = month.expect("a day")[..7].to_owned();
    for (component, what) in [
        ("gs-aggregate", first.as_str()),
        ("gs-mutations", "S:D614G"),
        ("gs-prevalence-over-time", month.as_str()),
        ("gs-mutations-over-time", "C241T"),
    ] {
        browser.wait(&format!("{what} in {component}"), || shown(&browser, component).contains(what));
    }
    let open = "const field = document.querySelector('gs-lineage-filter').shadowRoot.querySelector('input'); \
                field?.focus(); field?.click(); return Boolean(field)";
    browser.wait("the filter of lineages", || browser.run(open) == true);
    let clade = ours("aggregated?fields=clade&orderBy=clade");
    let clade = clade.as_array().and_then(|rows| rows.iter().find_map(|row| row["clade"].as_str()));
    let clade = clade.expect("a clade").to_owned();
    browser.wait(&format!("{clade} in the filter"), || shown(&browser, "gs-lineage-filter").contains(&clade));
    keep_picture(&browser, "dashboard");
    assert_eq!(complaints(&browser), Vec::<String>::new());
}
