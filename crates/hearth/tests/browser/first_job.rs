//! The first job, by hand: genomes are brought, corrected, handed in, approved and released to a partner, who takes them.

use crate::driver::{Browser, Scripts, agent};
use crate::running::House;
use hearth_server::app::demo::PASSWORD;
use std::path::{Path, PathBuf};

/// Two genomes: the reference with one letter changed, and a stretch not read.
pub fn genomes(names: [&str; 2]) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/sars-cov-2/reference.fasta");
    let reference = std::fs::read(path).expect("the built-in reference");
    let lines = reference.split(|byte| *byte == b'\n').skip(1);
    let reference: Vec<u8> = lines.flat_map(<[u8]>::to_ascii_uppercase).collect();
    let mut fasta = Vec::new();
    for (name, place) in names.into_iter().zip([240, 3_036]) {
        let mut letters = reference.clone();
        letters[place] = if letters[place] == b'T' { b'C' } else { b'T' };
        letters[10_000..10_050].fill(b'N');
        fasta.extend(format!(">{name}\n").into_bytes());
        fasta.extend(letters);
        fasta.push(b'\n');
    }
    fasta
}

/// Files that the browser can read.
pub fn files(folder: &Path, names: [&str; 2], country: &str) -> [PathBuf; 2] {
    let [one, two] = names;
    let sheet = format!(
        "sample\tcollected\tcountry\tdivision\n{one}\t2026-03-26\t{country}\tNairobi\n{two}\t2026-04\tKenya\tMombasa\n"
    );
    let paths = [folder.join("run.fasta"), folder.join("run.tsv")];
    std::fs::write(&paths[0], genomes(names)).expect("written");
    std::fs::write(&paths[1], sheet).expect("written");
    paths
}

/// Brings files by the form as who is signed in, and waits for the analysis.
#[track_caller]
pub fn bring(browser: &Browser, title: &str, files: &[PathBuf; 2], terms: &str, partner: &str) {
    browser.go("/submit");
    browser.bring("#files", &[&files[0], &files[1]]);
    browser.write("#name", title);
    browser.choose("terms", terms);
    if !partner.is_empty() {
        browser.choose("partners", partner);
    }
    browser.click("main form button");
    // The page asks again by itself.
    browser.wait("the end of the analysis", || browser.has("#genomes table") && !browser.has("#progress"));
}

/// Whether the browser runs scripts of pages, asked with a page of its own.
fn runs_scripts(browser: &Browser) -> bool {
    browser.open_text("<title>off</title><script>document.title = 'on'</script>");
    browser.title() == "on"
}

fn the_first_job(scripts: Scripts) {
    let Some(house) = House::of_this_process() else { return };
    let browser = Browser::open(house, &house.demo, scripts);
    assert_eq!(runs_scripts(&browser), scripts == Scripts::On);
    let (title, names) = match scripts {
        Scripts::On => ("Run 50 with scripts", ["S-50-1", "S-50-2"]),
        Scripts::Off => ("Run 51 without scripts", ["S-51-1", "S-51-2"]),
    };
    let folder = tempfile::tempdir().expect("a folder");
    browser.sign_in("brook", PASSWORD);
    let files = files(folder.path(), names, "Kenia");
    bring(&browser, title, &files, "PARTNERS", "Example Ministry of Health");
    let path = browser.at();
    assert!(browser.text("#findings").contains("Kenia"), "{}", browser.text("#findings"));
    browser.press("Accept");
    browser.wait("the suggestion's end", || !browser.has("#progress") && !browser.has("#findings q"));
    browser.press("Submit for review");
    browser.wait("what was done", || browser.has(".flash.done"));
    browser.sign_out();

    browser.sign_in("amina", PASSWORD);
    assert!(browser.text("main").contains(title), "the front page says what waits: {}", browser.text("main"));
    browser.press(title);
    browser.wait("the batch that waits", || browser.at() == path);
    browser.press("Approve");
    browser.wait("a way to release", || browser.has("form.release"));
    browser.press("Release");
    assert!(browser.has("form.release"), "nothing is released before it is confirmed");
    browser.click("form.release input[type=checkbox]");
    browser.press("Release");
    browser.wait("what was done", || browser.has(".flash.done") && !browser.has("form.release"));
    browser.sign_out();

    browser.sign_in("chen", PASSWORD);
    browser.write("#q", names[0]);
    browser.click("main form[action='/search'] button");
    browser.click("main ul.rows a");
    browser.wait("the page of what was found", || browser.text("h1").contains(names[0]));
    take(&browser, names[0]);
    // Somebody else finds nothing.
    browser.sign_out();
    browser.sign_in("dragana", PASSWORD);
    browser.go(&format!("/genomes?text={}", names[0]));
    assert!(!browser.has("table.list"), "{}", browser.text("main"));
}

/// Takes the genome of the page that is open. Its terms are accepted first, unless they were before.
fn take(browser: &Browser, name: &str) {
    let genome = browser.at();
    let url = format!("{}{}/sequence.fasta", browser.base, genome.split('?').next().unwrap_or_default());
    let ask = || agent().get(&url).header("cookie", browser.cookies()).call().expect("an answer");
    let is_given = || ask().status() == 200;
    let was_accepted = is_given();
    browser.press("FASTA");
    if !was_accepted {
        browser.click("input[name=accepted]");
        browser.press("Accept and download");
    }
    browser.wait("that the acceptance is known", is_given);
    let text = ask().body_mut().read_to_string().expect("text");
    assert!(
        text.starts_with('>') && text.lines().next().is_some_and(|line| line.contains(name)),
        "{text:.80}"
    );
}

#[test]
fn the_first_job_with_scripts() {
    the_first_job(Scripts::On);
}

#[test]
fn the_first_job_without_scripts() {
    the_first_job(Scripts::Off);
}
