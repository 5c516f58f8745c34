//! On paper a page says what it says, and nothing that can only be clicked.
//!
//! Start at [`prints`].

use crate::driver::{Browser, Scripts};
use crate::looks::Look;
use crate::running::House;
use hearth_server::app::demo::PASSWORD;
use std::process::Command;

/// The width of a sheet of A4 between its margins, in pixels of a style sheet.
const SHEET_PX: u32 = 703;

const STILL_SHOWN: &str = "return [...document.querySelectorAll('nav, form, button, .reader, footer, .skip, summary')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 1).map((one) => one.outerHTML.slice(0, 80))";

fn prints(look: &mut Look<'_>, browser: &Browser, what: &str, must: &[&str]) {
    browser.resize(SHEET_PX);
    browser.medium("print", "light");
    let shown = browser.run(STILL_SHOWN);
    assert_eq!(shown, serde_json::json!([]), "{what} on paper");
    for part in must {
        assert!(browser.text("main").contains(part), "{part} on paper: {}", browser.text("main"));
    }
    look.width(&format!("{what} on paper"));
    let paper = browser.paper();
    assert!(paper.starts_with(b"%PDF") && paper.len() > 10_000, "{} bytes", paper.len());
    if let Some(path) = look.kept(&format!("{what}.pdf")) {
        std::fs::write(&path, paper).expect("written");
        // A picture of it, where that program is.
        let _ = Command::new("pdftoppm").args(["-png", "-r", "60"]).arg(&path).arg(&path).status();
    }
    browser.medium("screen", "light");
}

#[test]
fn a_genome_and_a_batch_are_printed() {
    let Some(house) = House::of_this_process() else { return };
    let browser = Browser::open(house, &house.demo, Scripts::On);
    browser.sign_in("amina", PASSWORD);
    let mut look = Look::with(&browser);
    browser.go("/genomes");
    browser.click("table.list th a");
    prints(&mut look, &browser, "a genome", &["Assays", "Credit and terms"]);
    browser.resize(1280);
    browser.go("/batches");
    browser.press("Run 43, approved");
    prints(&mut look, &browser, "a batch", &["Genomes", "simulated-"]);
    look.end();
}
