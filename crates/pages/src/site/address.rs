//! The addresses of all pages and of what their forms are sent to, in one place.
//!
//! Every link and every form of the pages goes through here, so that a route is changed in one file. What comes from
//! outside is percent-encoded. Refuses to link to other servers: [`local`]. Start at [`below`].
//!
//! Pages: `/`, `/search`, `/ask`, `/ask/PATHOGEN`, `/searches`, `/searches/ID`,
//! `/mail/TOKEN`, `/unsubscribe/TOKEN`, `/sign-in`, `/set-up/TOKEN`, `/invitations/TOKEN`, `/account`, `/account/password`, `/submit`,
//! `/batches`, `/batches/ID`, `/genomes`, `/genomes/ACCESSION`, `/genomes/ACCESSION.VERSION`,
//! `/genomes/ACCESSION/compare?left=1&right=2`, `/genomes/ACCESSION/revise`, `/genomes/ACCESSION/withdraw`,
//! `/genomes/ACCESSION/send-back`, `/parties`,
//! `/parties/ID`, `/people/new?party=ID`, `/terms`, `/terms/CODE/accept?next=PATH`, `/documents`, `/documents/ID`,
//! `/aid`, `/figures`, `/ledger`, `/ledger/ID`. Downloads: `/genomes.fasta`, `/genomes.tsv`, `/genomes.json` with the
//! filters of the list, `/genomes/ACCESSION.VERSION/sequence.fasta`, `…/metadata.json`, `…/receipt`,
//! `/ledger/ID/receipt`, `/submit/template.tsv`, `/submit/template.xlsx`, and the sheet at [`super::style::PATH`].
//! What forms send where stands in `tests/site/forms.txt`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a part of a path (RFC 3986, section 2.3).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A part of a path, or a value after `?`.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// A path that begins with `room` (written as it is) and goes on with a part from outside: `below("/genomes", "a/b")`.
pub fn below(room: &str, part: &str) -> String {
    format!("{room}/{}", encoded(part))
}

/// An address, if it is a path of this server.
pub fn local(address: &str) -> Option<&str> {
    let is_path = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\");
    let is_plain = !address.chars().any(|letter| letter.is_control() || letter == '\\');
    (is_path && is_plain).then_some(address)
}

/// The page of a genome: accession with or without version.
pub fn genome(accession: &str) -> String {
    below("/genomes", accession)
}

/// What belongs to a genome: `sequence.fasta`, `metadata.json`, `receipt`, `compare`, `revise`, `send-back`, `withdraw`.
pub fn of_genome(accession: &str, part: &str) -> String {
    genome(accession) + "/" + part
}

/// The page of a batch.
pub fn batch(id: &str) -> String {
    below("/batches", id)
}

/// Where an act on a batch is sent: `submit`, `approve`, `send-back`, `release`, `discard`, `accept`.
pub fn of_batch(id: &str, act: &str) -> String {
    batch(id) + "/" + act
}

/// The page of a party.
pub fn party(id: &str) -> String {
    below("/parties", id)
}

/// The page of a document.
pub fn document(id: &str) -> String {
    below("/documents", id)
}

/// The page of an entry of the ledger, by its random id.
pub fn entry(id: &str) -> String {
    below("/ledger", id)
}

/// The page on which terms are accepted, with where to go afterwards.
pub fn accept(code: &str, next: &str) -> String {
    format!("{}/accept?next={}", below("/terms", code), encoded(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_cannot_leave_its_part_of_a_path() {
        let check = |part: &str, expected: &str| assert_eq!(genome(part), format!("/genomes/{expected}"));
        check("HX-1.2", "HX-1.2");
        check("a/b?c#d", "a%2Fb%3Fc%23d");
        check("<\"&'>", "%3C%22%26%27%3E");
        check("نص", "%D9%86%D8%B5");
        assert_eq!(of_batch("a b", "release"), "/batches/a%20b/release");
        assert_eq!(accept("OPEN", "/a?b"), "/terms/OPEN/accept?next=%2Fa%3Fb");
    }

    #[test]
    fn only_paths_of_this_server_are_linked() {
        for address in ["/", "/genomes?x=1", "/a//b"] {
            assert_eq!(local(address), Some(address));
        }
        for address in
            ["", "genomes", "//evil.example", "/\\evil", "https://evil.example", "javascript:1", "/a\nb"]
        {
            assert_eq!(local(address), None, "{address}");
        }
    }
}
