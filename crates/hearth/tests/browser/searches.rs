//! A question is kept from its page, looked at, told by a feed, and forgotten; with a mouse, on wide and narrow screens.

use crate::driver::{Browser, Scripts};
use crate::looks::Look;
use crate::running::House;
use hearth_server::app::demo::PASSWORD;

#[test]
fn a_question_is_kept_told_and_forgotten() {
    let Some(house) = House::of_this_process() else { return };
    let browser = Browser::open(house, &house.demo, Scripts::On);
    browser.sign_in("amina", PASSWORD);
    let _ = (browser.log("browser"), browser.log("performance"));
    let mut look = Look::with(&browser);
    browser.go("/ask/sars-cov-2?country=Kenya");
    browser.resize(1280);
    browser.write("#keep-name", "Kenya, 病毒 and a name that is longer than most screens are wide");
    browser.send("#keep form button");
    browser.wait("a saved search", || browser.has("#webhook"));
    let path = browser.run("return location.pathname");
    let path = path.as_str().expect("a path").to_owned();
    look.at(&path, "a saved search");
    look.at("/searches", "saved searches");
    browser.resize(1280);
    browser.go(&path);
    browser.send("#feed form button");
    browser.wait("the address of a feed", || browser.has("code.secret"));
    assert!(browser.text("main").contains("/feed.atom"));
    browser.write("#address", "https://127.0.0.1/");
    browser.send("#webhook form.form button");
    browser.wait("a reason", || browser.text("main").contains("own network"));
    // The browser writes down that this was not taken, which is right.
    let _ = (browser.log("browser"), browser.log("performance"));
    browser.go(&path);
    browser.send("#change > form:last-of-type button");
    browser.wait("the list", || browser.has(".empty"));
    look.end();
}
