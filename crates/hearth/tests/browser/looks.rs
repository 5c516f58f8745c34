//! How a page is looked at: its own rules, those of axe-core, and how it stands in windows of several widths.
//!
//! Findings are sentences; a test fails with all of them at once. Start at [`Look::at`].

use crate::driver::Browser;
use hearth_store::testing;
use serde_json::Value;
use std::path::{Path, PathBuf};

const WHOLE: &str = include_str!("whole.js");
const WIDTHS_AND_CUTS: &str = include_str!("look.js");
/// Width and direction of windows.
pub const WINDOWS: [(u32, &str); 6] =
    [(360, "ltr"), (768, "ltr"), (1280, "ltr"), (1280, "rtl"), (768, "rtl"), (360, "rtl")];

const RUN_AXE: &str = r#"
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
return axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }).then((result) =>
  result.violations.flatMap((one) => one.nodes.slice(0, 4).map((node) =>
    `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary.replace(/\s+/g, " ").slice(0, 300)}`)));
"#;

/// What pages are looked at with, and what was found.
pub struct Look<'a> {
    browser: &'a Browser,
    axe: Option<String>,
    pictures: Option<PathBuf>,
    pub found: Vec<String>,
}

fn axe() -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let script = std::fs::read_to_string(folder.join("node_modules/axe-core/axe.min.js"));
    if script.is_err() {
        testing::skip("axe-core is not installed: `npm ci` in crates/hearth/tests/browser");
    }
    script.ok()
}

impl<'a> Look<'a> {
    pub fn with(browser: &'a Browser) -> Self {
        let pictures = std::env::var_os("HEARTH_PICTURES").map(PathBuf::from);
        Self { browser, axe: axe(), pictures, found: Vec::new() }
    }

    fn note(&mut self, what: &str, told: &Value) {
        for sentence in told.as_array().into_iter().flatten() {
            let sentence = sentence.as_str().unwrap_or_default();
            self.found.push(format!("{what}: {sentence}"));
        }
    }

    /// Looks at a page in every way. `what` names it in findings and pictures.
    pub fn at(&mut self, path: &str, what: &str) {
        self.browser.resize(1280);
        self.browser.medium("screen", "light");
        self.browser.go(path);
        self.here(what);
    }

    /// The same, for the page that is open.
    pub fn here(&mut self, what: &str) {
        self.browser.resize(1280);
        self.browser.medium("screen", "light");
        let told = self.browser.run(WHOLE);
        self.note(what, &told);
        self.network(what);
        self.accessible(what, "light");
        self.picture(what, "light");
        self.windows(what);
        self.browser.resize(390);
        self.browser.medium("screen", "dark");
        self.accessible(what, "dark");
        self.picture(what, "dark");
    }

    fn accessible(&mut self, what: &str, scheme: &str) {
        let Some(axe) = &self.axe else { return };
        if self.browser.run("return typeof axe") == "undefined" {
            self.browser.run(axe);
        }
        let told = self.browser.run(RUN_AXE);
        self.note(&format!("{what}, {scheme}"), &told);
    }

    /// Whether it stands in every window without being cut.
    pub fn windows(&mut self, what: &str) {
        for (width, direction) in WINDOWS {
            self.browser.resize(width);
            self.browser.run(&format!("document.documentElement.dir = '{direction}'"));
            self.width(&format!("{what}, {width} {direction}"));
            if width == 768 && direction == "rtl" {
                self.picture(what, direction);
            }
        }
        self.browser.run("document.documentElement.dir = 'ltr'");
    }

    /// Nothing was asked of anybody else, nothing failed, and the console is empty.
    fn network(&mut self, what: &str) {
        for entry in self.browser.log("browser") {
            if !["WARNING", "SEVERE"].contains(&entry["level"].as_str().unwrap_or("")) {
                continue;
            }
            self.found.push(format!("{what}: the console says {}", entry["message"]));
        }
        for entry in self.browser.log("performance") {
            let message: Value =
                serde_json::from_str(entry["message"].as_str().unwrap_or("")).unwrap_or_default();
            let (method, told) = (&message["message"]["method"], &message["message"]["params"]);
            let url = told["request"]["url"].as_str().unwrap_or_default();
            if method == "Network.requestWillBeSent"
                && !url.starts_with(&self.browser.base)
                && !url.starts_with("data:")
            {
                self.found.push(format!("{what}: asks {url}"));
            }
            let status = told["response"]["status"].as_u64().unwrap_or(0);
            if method == "Network.responseReceived" && status >= 400 {
                self.found.push(format!("{what}: {status} from {}", told["response"]["url"]));
            }
            if method == "Network.loadingFailed" && told["canceled"] != true {
                self.found.push(format!("{what}: a request failed, {}", told["errorText"]));
            }
        }
    }

    /// Whether it stands in this window.
    pub fn width(&mut self, what: &str) {
        let told = self.browser.run(WIDTHS_AND_CUTS);
        self.note(what, &told);
    }

    /// The rules that hold for every page, whatever it answers.
    pub fn stands(&mut self, what: &str) {
        self.browser.resize(1280);
        self.browser.medium("screen", "light");
        self.accessible(what, "light");
        self.picture(what, "light");
        self.windows(what);
        self.browser.resize(390);
        self.picture(what, "narrow");
    }

    /// Where something is kept to be looked at, if that is wanted.
    pub fn kept(&self, name: &str) -> Option<PathBuf> {
        let folder = self.pictures.as_ref()?;
        std::fs::create_dir_all(folder).expect("a folder for pictures");
        let plain = |letter: char| if letter.is_alphanumeric() || letter == '.' { letter } else { '_' };
        Some(folder.join(name.chars().map(plain).collect::<String>()))
    }

    /// Keeps a picture, if pictures are wanted.
    pub fn picture(&self, what: &str, how: &str) {
        if let Some(path) = self.kept(&format!("{what}.{how}.png")) {
            std::fs::write(path, self.browser.picture()).expect("written");
        }
    }

    /// Fails with everything that was found.
    #[track_caller]
    pub fn end(self) {
        let count = self.found.len();
        assert!(count == 0, "{count} findings:\n{}", self.found.join("\n"));
    }
}
