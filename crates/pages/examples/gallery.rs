//! Every page of the server with invented facts, marked as simulated, written into a folder with an index:
//! `cargo run -p hearth-pages --example gallery -- FOLDER`.

#[path = "../tests/site/facts.rs"]
mod facts;

use facts::Taste;
use hearth_pages::messages::Catalogue;
use hearth_pages::site::style;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).map_or_else(|| PathBuf::from("gallery"), PathBuf::from);
    let words = Catalogue::english();
    let mut pages = facts::pages(Taste { text: str::to_owned, many: 12 }, &words);
    pages.extend(facts::empty(&words).into_iter().map(|(name, html)| (format!("empty_{name}"), html)));
    let mut index = String::new();
    for (name, html) in &pages {
        write(&folder, &format!("{name}.html"), html)?;
        write(&folder, &format!("rtl/{name}.html"), &html.replacen("dir=\"ltr\"", "dir=\"rtl\"", 1))?;
        index += &format!("<p><a href=\"{name}.html\">{name}</a> {} bytes</p>\n", html.len());
    }
    write(&folder, "index.html", &format!("<!doctype html>\n<title>Gallery</title>\n{index}"))?;
    write(&folder, "hearth.css", style::SHEET)
}

/// Writes a page that finds its style sheet beside it.
fn write(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
    let sheet = if name.contains('/') { "../hearth.css" } else { "hearth.css" };
    std::fs::write(path, text.replace(&style::address(), sheet))
}
