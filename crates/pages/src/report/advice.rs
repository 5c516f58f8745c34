//! What was found in a genome, in words, and what to do about it.
//!
//! The kinds of findings stand in the order in which they matter ([`Reason`]); the advice is that of the first two.
//! Start at [`advice`].

use super::{Finding, GenomeLine, Parents, Rearrangement, Reason, Status};
use crate::messages::{Catalogue, Key, Value};
use crate::number;

/// Places named in one sentence.
const MOST_PLACES: usize = 4;

/// Share from which a genome is no use without the rest of it.
const MUCH_UNREAD: f64 = 0.3;

impl Finding {
    /// Its kind.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Failed(_) => Reason::Failed,
            Self::Joined(_) => Reason::Joined,
            Self::Mixture(_) => Reason::Mixture,
            Self::Unread(_) => Reason::Unread,
            Self::Rearranged(_) => Reason::Rearranged,
            Self::FrameShift(_) => Reason::FrameShift,
            Self::Stop(_) => Reason::Stop,
            Self::Mixed(_) => Reason::Mixed,
            Self::Crowded(_) => Reason::Crowded,
            Self::Private(_) => Reason::Private,
            Self::Assays(_) => Reason::Assay,
            Self::Note(_) => Reason::Note,
        }
    }

    /// What was found, as words in a list.
    fn found(&self, words: &Catalogue) -> String {
        let tell = |key, name, value| words.tell(key, &[(name, value)]);
        match self {
            Self::Failed(sentence) | Self::Note(sentence) => sentence.clone(),
            Self::Joined(letters) => tell(Key::FoundJoined, "count", Value::Count(*letters)),
            Self::Mixture(parents) => mixture(parents, words),
            Self::Rearranged(what) => rearranged(*what, words),
            Self::Unread(share) => tell(Key::FoundUnread, "share", Value::Text(&number::percent(*share))),
            Self::FrameShift(places) => tell(Key::FoundFrameShift, "places", Value::Text(&listed(places))),
            Self::Stop(places) => tell(Key::FoundStop, "places", Value::Text(&listed(places))),
            Self::Mixed(count) => tell(Key::FoundMixed, "count", Value::Count(*count)),
            Self::Crowded(places) => tell(Key::FoundCrowded, "places", Value::Text(&listed(&crowds(places)))),
            Self::Private(count) => tell(Key::FoundPrivate, "count", Value::Count(*count)),
            Self::Assays(names) => tell(Key::FoundAssays, "assays", Value::Text(&listed(names))),
        }
    }

    /// What to do about it; nothing about a note.
    fn to_do(&self, words: &Catalogue) -> Option<String> {
        let tell = |key, name, value| words.tell(key, &[(name, value)]);
        Some(match self {
            Self::Failed(_) => words.say(Key::DoFailed),
            Self::Joined(_) => words.say(Key::DoJoined),
            Self::Mixture(_) => words.say(Key::DoMixture),
            Self::Unread(share) => {
                let key = if *share >= MUCH_UNREAD { Key::DoUnread } else { Key::DoUnreadSome };
                tell(key, "share", Value::Text(&number::percent(*share)))
            }
            Self::Rearranged(_) => words.say(Key::DoRearranged),
            Self::FrameShift(places) => tell(Key::DoFrameShift, "places", Value::Text(&sequences(places))),
            Self::Stop(places) => tell(Key::DoStop, "places", Value::Text(&sequences(places))),
            Self::Mixed(count) => tell(Key::DoMixed, "count", Value::Count(*count)),
            Self::Crowded(places) => tell(Key::DoCrowded, "places", Value::Text(&listed(&crowds(places)))),
            Self::Private(count) => tell(Key::DoPrivate, "count", Value::Count(*count)),
            Self::Assays(names) => tell(Key::DoAssays, "assays", Value::Text(&listed(names))),
            Self::Note(_) => return None,
        })
    }
}

impl GenomeLine {
    /// How much it needs somebody's eyes: 0 not at all, 5 most.
    pub fn urgency(&self) -> u8 {
        let reasons = || self.findings.iter().map(Finding::reason).filter(|reason| *reason != Reason::Note);
        match self.status {
            Status::Failed => 5,
            Status::Bad => 4,
            Status::Mediocre => 3,
            _ if reasons().any(|reason| reason != Reason::Assay) => 2,
            _ => u8::from(reasons().next().is_some()),
        }
    }
}

/// What was found and what to do, each as one text.
pub fn advice(line: &GenomeLine, words: &Catalogue) -> (String, String) {
    let mut findings: Vec<&Finding> = line.findings.iter().collect();
    findings.sort_by_key(|finding| finding.reason());
    let found: Vec<String> = findings.iter().map(|finding| finding.found(words)).collect();
    let mut to_do: Vec<String> = findings.iter().filter_map(|finding| finding.to_do(words)).collect();
    to_do.truncate(2);
    if to_do.is_empty() {
        to_do.push(words.say(match line.status {
            Status::Bad | Status::Failed => Key::DoBad,
            Status::Mediocre => Key::DoMediocre,
            Status::Good | Status::Unjudged => Key::DoUse,
        }));
    }
    (found.join("; "), to_do.join(" "))
}

/// The words for a kind of finding, behind a number of genomes.
pub fn reason_words(reason: Reason) -> Key {
    match reason {
        Reason::Failed => Key::ReasonFailed,
        Reason::Joined => Key::ReasonJoined,
        Reason::Mixture => Key::ReasonMixture,
        Reason::Unread => Key::ReasonUnread,
        Reason::Rearranged => Key::ReasonRearranged,
        Reason::FrameShift => Key::ReasonFrameShift,
        Reason::Stop => Key::ReasonStop,
        Reason::Mixed => Key::ReasonMixed,
        Reason::Crowded => Key::ReasonCrowded,
        Reason::Private => Key::ReasonPrivate,
        Reason::Assay => Key::ReasonAssay,
        Reason::Note => Key::ReasonNote,
    }
}

fn mixture(parents: &Parents, words: &Catalogue) -> String {
    let (first, last) = parents.breakpoint;
    let place = if first == last { first.to_string() } else { format!("{first}–{last}") };
    let given = [("left", &parents.left), ("right", &parents.right), ("place", &place)];
    words.tell(Key::FoundMixture, &given.map(|(name, text)| (name, Value::Text(text))))
}

fn rearranged(what: Rearrangement, words: &Catalogue) -> String {
    let tell = |key, count: u32, place: String| {
        words.tell(key, &[("count", Value::Count(count.into())), ("place", Value::Text(&place))])
    };
    match what {
        Rearrangement::Inserted(letters) => tell(Key::FoundInserted, letters, String::new()),
        Rearrangement::Deleted(first, last) => {
            tell(Key::FoundDeleted, last.saturating_sub(first) + 1, format!("{first}–{last}"))
        }
        Rearrangement::Copied(after, letters) => tell(Key::FoundCopied, letters, after.to_string()),
        Rearrangement::Inverted(after, letters) => tell(Key::FoundInverted, letters, after.to_string()),
    }
}

fn listed(places: &[String]) -> String {
    let shown = places.iter().take(MOST_PLACES).map(String::as_str).collect::<Vec<_>>().join(", ");
    if places.len() > MOST_PLACES { format!("{shown} …") } else { shown }
}

/// Coding sequences of places such as `ORF8:27`, each once.
fn sequences(places: &[String]) -> String {
    let mut names: Vec<String> = Vec::new();
    for place in places {
        let name = place.rsplit_once(':').map_or(place.as_str(), |(name, _)| name);
        if names.iter().all(|known| known != name) {
            names.push(name.to_owned());
        }
    }
    listed(&names)
}

fn crowds(places: &[(u32, u32, u32)]) -> Vec<String> {
    places.iter().map(|(first, last, _)| format!("{first}–{last}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_genome_is_told_what_to_do_in_plain_words() {
        let words = Catalogue::english();
        let check = |status, findings: &[Finding], urgency, expected_found: &str, expected: &str| {
            let line = GenomeLine { status, findings: findings.to_vec(), ..GenomeLine::default() };
            let (found, to_do) = advice(&line, &words);
            let plain = |text: &str| text.replace('\u{a0}', " ");
            assert_eq!(
                (plain(&found), plain(&to_do), line.urgency()),
                (expected_found.to_owned(), expected.to_owned(), urgency)
            );
        };
        let places = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<String>>();
        check(Status::Good, &[], 0, "", "Use it.");
        check(Status::Unjudged, &[Finding::Note("turned".to_owned())], 0, "turned", "Use it.");
        check(
            Status::Bad,
            &[Finding::Unread(0.45)],
            4,
            "45 % not read",
            "Sequence it again: 45 % was not read.",
        );
        check(
            Status::Mediocre,
            &[Finding::Unread(0.12)],
            3,
            "12 % not read",
            "Sequence it again if you can: 12 % was not read.",
        );
        check(
            Status::Mediocre,
            &[
                Finding::Stop(places(&["ORF8:27"])),
                Finding::FrameShift(places(&["ORF8:34-50", "ORF8:60", "S:3-9"])),
            ],
            3,
            "frame shift in ORF8:34-50, ORF8:60, S:3-9; premature stop in ORF8:27",
            "Look at the frame shift in ORF8, S before you submit it. Look at the premature stop in ORF8 before you \
             submit it.",
        );
        check(
            Status::Good,
            &[Finding::Assays(places(&["N1", "N2"]))],
            1,
            "N1, N2 may not detect it",
            "Confirm with another target: N1, N2 may not detect it.",
        );
        check(
            Status::Good,
            &[Finding::Mixed(1)],
            2,
            "1 mixed letter",
            "Look for contamination: 1 letter is mixed.",
        );
        check(
            Status::Good,
            &[Finding::Mixed(2)],
            2,
            "2 mixed letters",
            "Look for contamination: 2 letters are mixed.",
        );
        check(
            Status::Failed,
            &[Finding::Failed("the sequence is empty".to_owned())],
            5,
            "the sequence is empty",
            "Correct it or sequence it again: it was not analysed.",
        );
        check(Status::Bad, &[], 4, "", "Do not rely on it: its quality is bad.");
    }

    #[test]
    fn what_is_not_one_whole_genome_is_told_in_numbers() {
        let words = Catalogue::english();
        let check = |finding: Finding, expected: &str| assert_eq!(finding.found(&words), expected);
        let breakpoint = (19_956, 20_055);
        check(
            Finding::Mixture(Parents { left: "20I".to_owned(), right: "24A".to_owned(), breakpoint }),
            "suspected mixture, recombinant or assembly artefact: like 20I before and 24A after a breakpoint in \
             19956–20055",
        );
        check(Finding::Joined(29_903), "several genomes joined: 29,903 letters beyond one");
        let check = |what, expected| check(Finding::Rearranged(what), expected);
        check(Rearrangement::Inserted(1_200), "1,200 letters inserted");
        check(Rearrangement::Deleted(9_001, 19_000), "10,000 letters deleted in one piece (9001–19000)");
        check(Rearrangement::Copied(12_000, 60), "60 letters after 12000 are a copy of another part");
        check(Rearrangement::Inverted(12_000, 80), "80 letters after 12000 are from the opposite strand");
    }
}
