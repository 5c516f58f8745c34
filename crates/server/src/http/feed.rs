//! Feeds of what was found, as Atom (RFC 4287) and as JSON Feed 1.1: plain values in, text out.
//!
//! Texts from outside stay texts; what XML cannot hold is left out. Refuses to know what is told and to whom. Start at
//! [`Feed::atom`] and [`Feed::json`].

use hearth_base::time::UtcTime;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A feed.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// Its name for ever, a URI.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Whose server it is.
    pub author: String,
    /// Its own address.
    pub own: String,
    /// The page that shows the same.
    pub page: String,
    /// When it changed last.
    pub updated: UtcTime,
    /// The newest first.
    pub entries: Vec<Entry>,
}

/// One of what a feed tells.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Its name for ever, a URI.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// In plain words.
    pub summary: String,
    /// Its page.
    pub page: String,
    /// Since when it can be seen.
    pub updated: UtcTime,
    /// By which feed readers sort.
    pub tags: Vec<String>,
}

/// The media type of [`Feed::atom`].
pub const ATOM: &str = "application/atom+xml; charset=utf-8";
/// The media type of [`Feed::json`].
pub const JSON: &str = "application/feed+json; charset=utf-8";

impl Feed {
    /// As Atom.
    pub fn atom(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n",
        );
        element(&mut out, "id", &self.id);
        element(&mut out, "title", &self.title);
        element(&mut out, "subtitle", &self.about);
        element(&mut out, "updated", &self.updated.to_string());
        let _ = writeln!(out, "<author><name>{}</name></author>", escaped(&self.author));
        let _ = writeln!(
            out,
            "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>",
            escaped(&self.own)
        );
        let _ =
            writeln!(out, "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", escaped(&self.page));
        for entry in &self.entries {
            out.push_str("<entry>\n");
            element(&mut out, "id", &entry.id);
            element(&mut out, "title", &entry.title);
            element(&mut out, "updated", &entry.updated.to_string());
            let _ = writeln!(
                out,
                "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>",
                escaped(&entry.page)
            );
            for tag in &entry.tags {
                let _ = writeln!(out, "<category term=\"{}\"/>", escaped(tag));
            }
            let _ = writeln!(out, "<summary type=\"text\">{}</summary>\n</entry>", escaped(&entry.summary));
        }
        out.push_str("</feed>\n");
        out
    }

    /// As JSON Feed.
    pub fn json(&self) -> String {
        let items: Vec<Value> = self.entries.iter().map(Entry::json).collect();
        let feed = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "description": self.about,
            "home_page_url": self.page,
            "feed_url": self.own,
            "authors": [{ "name": self.author }],
            "items": items,
        });
        feed.to_string()
    }
}

impl Entry {
    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "url": self.page,
            "title": self.title,
            "content_text": self.summary,
            "date_published": self.updated.to_string(),
            "date_modified": self.updated.to_string(),
            "tags": self.tags,
        })
    }
}

fn element(out: &mut String, name: &str, text: &str) {
    let _ = writeln!(out, "<{name}>{}</{name}>", escaped(text));
}

/// A text as XML 1.0 has it, between tags and in quotation marks.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0, section 2.2: no other control characters, and not these two.
            '\t' | '\n' => out.push(letter),
            '\u{fffe}' | '\u{ffff}' => {}
            letter if letter < ' ' => {}
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_from_outside_stay_texts() {
        let check = |text: &str, expected: &str| assert_eq!(escaped(text), expected);
        check("a<b>&\"c\"", "a&lt;b&gt;&amp;&quot;c&quot;");
        check("]]>", "]]&gt;");
        check("a\u{1}b\u{ffff}c\r\n", "abc\n");
        check("é 病毒 عينة", "é 病毒 عينة");
        let entry = Entry { title: "</title><script>".to_owned(), ..Entry::default() };
        let feed = Feed { entries: vec![entry], ..Feed::default() };
        assert!(feed.atom().contains("<title>&lt;/title&gt;&lt;script&gt;</title>"), "{}", feed.atom());
        let told: Value = serde_json::from_str(&feed.json()).expect("JSON");
        assert_eq!(told["items"][0]["title"], "</title><script>");
    }
}
