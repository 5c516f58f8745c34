//! Where there is nothing, or something is wrong, a page says what to do; and the keyboard alone is enough to come in.
//!
//! Start at [`tells_what_to_do`].

use crate::driver::{Browser, Scripts};
use crate::looks::Look;
use crate::running::House;
use hearth_server::app::demo::PASSWORD;

/// The Tab key (W3C WebDriver, section 17.4.2).
const TAB: char = '\u{E004}';

/// A page without content has a sentence in its place.
fn tells_what_to_do(browser: &Browser, path: &str) {
    let told = browser
        .run("return [...document.querySelectorAll('main .empty')].map((one) => one.textContent.trim())");
    let told: Vec<&str> = told.as_array().into_iter().flatten().filter_map(|text| text.as_str()).collect();
    assert!(!told.is_empty(), "{path} says nothing: {}", browser.text("main"));
    for sentence in told {
        assert!(sentence.contains('.') && sentence.split(' ').count() > 2, "{path}: {sentence}");
    }
}

#[test]
fn an_empty_server_says_what_to_do() {
    let Some(house) = House::of_this_process() else { return };
    let browser = Browser::open(house, &house.empty, Scripts::On);
    let mut look = Look::with(&browser);
    for path in ["/", "/ask/sars-cov-2", "/genomes", "/documents", "/aid", "/ledger"] {
        look.at(path, &format!("empty {path}"));
        tells_what_to_do(&browser, path);
    }
    look.at(&house.empty_link, "empty set-up");
    browser.resize(1280);
    for (field, text) in [
        ("party", "Reference laboratory"),
        ("person", "Ada"),
        ("user", "ada"),
        ("password", "a few good words"),
        ("repeated", "a few good words"),
    ] {
        if browser.has(&format!("input[name={field}]")) {
            browser.write(&format!("input[name={field}]"), text);
        }
    }
    if browser.has("select[name=country]") {
        browser.choose("country", "Kenya");
    }
    browser.click("main form button");
    browser.wait("a session", || browser.has(".reader form"));
    for path in ["/", "/genomes", "/searches", "/batches", "/documents", "/aid"] {
        look.at(path, &format!("new {path}"));
        tells_what_to_do(&browser, path);
    }
    look.end();
}

/// A page that says no: a heading, a sentence, and a way on.
fn says_no(look: &mut Look<'_>, browser: &Browser, status: u64, what: &str) {
    let told = browser.run("return performance.getEntriesByType('navigation')[0].responseStatus");
    assert_eq!(told, status, "{what}");
    assert_eq!(browser.run("return document.querySelectorAll('h1').length"), 1, "{what}");
    assert!(browser.text("main").contains('.'), "{what}: {}", browser.text("main"));
    assert!(browser.has("main a[href], main form button"), "{what}: no way on");
    look.stands(what);
    browser.resize(1280);
}

#[test]
fn who_is_refused_is_told_why_and_where_to_go() {
    let Some(house) = House::of_this_process() else { return };
    let browser = Browser::open(house, &house.demo, Scripts::On);
    let mut look = Look::with(&browser);
    for path in ["/no-such-page", "/genomes/HTH_000000000", "/documents/no-such-document"] {
        browser.go(path);
        says_no(&mut look, &browser, 404, &format!("404 {path}"));
    }
    browser.go("/sign-in");
    browser.write("#user", "amina");
    browser.write("#password", "not her password");
    browser.click("main form button");
    browser.wait("a refusal", || browser.has(".flash.problem"));
    let told = browser.run("return performance.getEntriesByType('navigation')[0].responseStatus");
    says_no(
        &mut look,
        &browser,
        told.as_u64().filter(|status| *status >= 400).unwrap_or(400),
        "a wrong password",
    );
    browser.sign_in("brook", PASSWORD);
    browser.go("/people/new");
    says_no(&mut look, &browser, 403, "403");
    browser.sign_out();
    // What the browser itself would refuse is sent all the same.
    browser.sign_in("amina", PASSWORD);
    browser.go("/documents");
    browser.run("document.querySelectorAll('[required]').forEach((one) => one.removeAttribute('required'))");
    browser.click("form[action='/documents'] button");
    browser.wait("a refusal", || browser.has(".flash.problem"));
    says_no(&mut look, &browser, 422, "a form without a title");
    look.end();
}

#[test]
fn the_keyboard_alone_comes_in() {
    let Some(house) = House::of_this_process() else { return };
    let browser = Browser::open(house, &house.demo, Scripts::On);
    browser.go("/sign-in");
    let mut come_to = Vec::new();
    for _ in 0..24 {
        browser.key(TAB);
        let is_seen = "const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
            return one === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 10 && box.top >= 0);";
        let name = browser.run(
            "const one = document.activeElement; return one.id || one.className || one.textContent.trim()",
        );
        let name = name.as_str().unwrap_or_default().to_owned();
        assert_eq!(browser.run(is_seen), true, "the focus is not seen on {name}");
        come_to.push(name);
    }
    assert_eq!(come_to[0], "skip", "{come_to:?}");
    let place = |wanted: &str| come_to.iter().position(|name| name == wanted);
    let order = [place("user"), place("password"), come_to.iter().rposition(|name| name == "Sign in")];
    assert!(order.is_sorted() && order.iter().all(Option::is_some), "{come_to:?}");
}
