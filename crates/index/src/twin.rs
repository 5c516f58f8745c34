//! The slow twin: rows as plain structs, sequences as letters, every question asked of every row.

use crate::alphabet::Alphabet;
use crate::ancestors::{Ancestor, AncestorId};
use crate::engine::Index;
use crate::filter::Filter;
use crate::groups::By;
use crate::pango::Aliases;
use crate::profile::Counted;
use crate::row::{
    AudienceId, Change, DataVersion, Disclosure, Field, FieldKind, Insertion, Opening, Reading, Reference,
    Row, RowId, Schema, Value,
};
use crate::visible::{Reader, Selection, Visible};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

mod descents;
mod distances;
mod newest;
mod order;
mod parts;
mod readings;
mod saved;

/// Longer than a block of unread letters.
const REFERENCE: &[u8] = b"ACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTG";

#[derive(Debug, Clone)]
struct Plain {
    row: Row,
    letters: Vec<u8>,
    ended: Option<DataVersion>,
}

fn schema() -> Schema {
    let reference =
        Reference { name: "main".into(), alphabet: Alphabet::Nucleotide, letters: REFERENCE.to_vec() };
    let field = |name: &str, kind| Field { name: name.into(), kind };
    Schema {
        sequences: vec![reference],
        fields: vec![
            field("country", FieldKind::Text),
            field("date", FieldKind::Date),
            field("node", FieldKind::Node),
        ],
        lineages: BTreeMap::from([("Ghana".to_owned(), BTreeSet::from(["Kenya".to_owned()]))]),
        aliases: Aliases::default(),
        nodes: NODES.map(str::to_owned).to_vec(),
    }
}

/// Names of the three nodes.
const NODES: [&str; 3] = ["one", "two", "three"];

/// Three nodes: one below the reference, one below it that takes a change back, one of its own, not read somewhere.
fn ancestors() -> Vec<Ancestor> {
    let node = |parent, changes: &[(u32, u8)]| Ancestor {
        parent: AncestorId(parent),
        changes: vec![changes.iter().map(|&(position, letter)| Change { position, letter }).collect()],
    };
    vec![
        node(0, &[(1, b'A'), (63, b'G'), (64, b'-')]),
        node(1, &[(1, b'C'), (2, b'T')]),
        node(0, &[(3, b'N'), (66, b'R')]),
    ]
}

fn sees(reader: &Reader, plain: &Plain) -> bool {
    let disclosure = &plain.row.disclosure;
    let is_in = |audience: &AudienceId| reader.audiences.contains(audience);
    let is_open =
        disclosure.opening.is_some_and(|opening| opening.at_ms <= reader.now_ms && is_in(&opening.to));
    (is_open || disclosure.audiences.iter().any(is_in))
        && plain.row.from <= reader.version
        && plain.ended.is_none_or(|ended| ended > reader.version)
}

/// When a reader was told last that something happened to a row.
fn changed_ms(reader: &Reader, plain: &Plain) -> Option<i64> {
    let stood = Plain { ended: None, ..plain.clone() };
    if !sees(reader, &stood) {
        return None;
    }
    let opening = plain
        .row
        .disclosure
        .opening
        .filter(|opening| opening.at_ms <= reader.now_ms && reader.audiences.contains(&opening.to));
    let ended = plain.ended.filter(|ended| *ended <= reader.version).map(|ended| 10 * ended.0 as i64);
    Some(plain.row.from_ms).max(ended).max(opening.map(|opening| opening.at_ms))
}

/// `maybe`: nothing, possible (true) or certain (false).
fn holds(plain: &Plain, filter: &Filter, maybe: Option<bool>) -> bool {
    let flip = maybe.map(|possible| !possible);
    let stands = |found, meant| Alphabet::Nucleotide.may_stand_for(found, meant);
    match filter {
        Filter::True => true,
        Filter::And(of) => of.iter().all(|one| holds(plain, one, maybe)),
        Filter::Or(of) => of.iter().any(|one| holds(plain, one, maybe)),
        Filter::Not(of) => !holds(plain, of, flip),
        Filter::Maybe(of) => holds(plain, of, Some(true)),
        Filter::NOf { count, exactly, of } => {
            let number = |maybe| of.iter().filter(|one| holds(plain, one, maybe)).count();
            number(maybe) >= *count && (!exactly || number(flip) <= *count)
        }
        Filter::Letter { position, letter, .. } => {
            let meant = letter.unwrap_or(REFERENCE[*position as usize]);
            let found = plain.letters[*position as usize];
            found == meant || (maybe == Some(true) && stands(found, meant))
        }
        Filter::Mutated { position, .. } => {
            let (found, own) = (plain.letters[*position as usize], REFERENCE[*position as usize]);
            if maybe == Some(true) { found != own } else { !stands(found, own) }
        }
        Filter::Known { position, .. } => b"ACGT-".contains(&plain.letters[*position as usize]),
        Filter::Insertion { after, pattern, .. } => {
            let text = regex::escape(&String::from_utf8_lossy(pattern)).replace("\\?", ".*");
            let regex = regex::Regex::new(&format!("^{text}$")).expect("a pattern");
            let insertions = &plain.row.readings[0].insertions;
            let fits = |letters: &[u8]| regex.is_match(&String::from_utf8_lossy(letters));
            insertions.iter().any(|one| one.after == *after && fits(&one.letters))
        }
        Filter::Text { text, .. } => plain.row.values[0] == Value::Text(text.clone()),
        Filter::AnyText { texts, .. } => {
            texts.iter().any(|text| plain.row.values[0] == Value::Text(text.clone()))
        }
        Filter::Begins { text, .. } => {
            matches!(&plain.row.values[0], Value::Text(own) if own.starts_with(text.as_str()))
        }
        Filter::Matches { pattern, .. } => {
            matches!(&plain.row.values[0], Value::Text(text) if pattern.is_match(text))
        }
        Filter::Below { lineage, .. } => match &plain.row.values[0] {
            Value::Text(text) => {
                text == lineage
                    || text.starts_with(&format!("{lineage}."))
                    || (lineage == "Ghana" && text == "Kenya")
            }
            _ => false,
        },
        Filter::Descends { node, .. } => descents::descends(plain, node),
        Filter::Between { range, .. } => {
            matches!(plain.row.values[1], Value::Number(n) if range.contains(&n))
        }
        Filter::IsNull { field } => plain.row.values[*field] == Value::Null,
    }
}

fn mutations(rows: &[&Plain]) -> Vec<Counted> {
    let mut found = Vec::new();
    for (position, &own) in REFERENCE.iter().enumerate() {
        let here: Vec<u8> = rows.iter().map(|plain| plain.letters[position]).collect();
        let coverage = here.iter().filter(|letter| b"ACGT-".contains(letter)).count() as u64;
        for &letter in b"-ACGT".iter().filter(|&&letter| letter != own) {
            let count = here.iter().filter(|&&other| other == letter).count() as u64;
            if count > 0 {
                found.push(Counted { position: position as u32, letter, count, coverage });
            }
        }
    }
    found
}

fn text_of(letter: u8) -> Value {
    Value::Text(char::from(letter).to_string())
}

fn grouped(rows: &[&Plain], values: impl Fn(&Plain) -> Vec<Value>) -> BTreeMap<Vec<Value>, u64> {
    let mut groups = BTreeMap::new();
    for plain in rows {
        *groups.entry(values(plain)).or_insert(0) += 1;
    }
    groups
}

fn reading(letters: &[u8]) -> Reading {
    let mut reading = Reading::default();
    for (position, (&letter, &own)) in (0u32..).zip(letters.iter().zip(REFERENCE)) {
        match reading.unread.last_mut() {
            Some(run) if letter == b'N' && run.end == position => run.end += 1,
            _ if letter == b'N' => reading.unread.push(position..position + 1),
            _ if letter != own => reading.changes.push(Change { position, letter }),
            _ => {}
        }
    }
    reading
}

fn disclosure() -> impl Strategy<Value = Disclosure> {
    let audience = || (0..3u32).prop_map(AudienceId);
    let opening = prop::option::of((0..6i64, audience()).prop_map(|(at_ms, to)| Opening { at_ms, to }));
    (prop::collection::vec(audience(), 0..3), opening)
        .prop_map(|(audiences, opening)| Disclosure { audiences, opening })
}

fn plain() -> impl Strategy<Value = Plain> {
    let edits = prop::collection::vec(
        (0..REFERENCE.len(), 1..20usize, prop::sample::select(b"ACGTRY-NN".to_vec())),
        0..8,
    );
    let country = prop::option::of(prop::sample::select(vec!["Kenya", "Ghana", "Ghana.1"]));
    let insertion = (0..3u32, prop::sample::select(vec!["A", "ACA", "ACCA", "T"]));
    let insertion = insertion.prop_map(|(after, letters)| Insertion { after, letters: letters.into() });
    let insertions = prop::collection::vec(insertion, 0..3);
    let rest = (prop::option::of(0..5i64), disclosure(), 0..4u64, prop::option::of(1..4u64));
    let ancestor = (0..4u32).prop_map(AncestorId);
    (edits, country, rest, (ancestor, insertions)).prop_map(
        |(edits, country, (date, disclosure, from, life), (ancestor, insertions))| {
            let mut letters = REFERENCE.to_vec();
            for (at, length, letter) in edits {
                let length = if letter == b'N' || letter == b'-' { length } else { 1 };
                letters.iter_mut().skip(at).take(length).for_each(|place| *place = letter);
            }
            let values = vec![
                country.map_or(Value::Null, |c| Value::Text(c.into())),
                date.map_or(Value::Null, Value::Number),
                ancestor
                    .0
                    .checked_sub(1)
                    .map_or(Value::Null, |node| Value::Text(NODES[node as usize].into())),
            ];
            let from = DataVersion(from);
            let reading = Reading { insertions, ..reading(&letters) };
            let row = Row {
                values,
                readings: vec![reading],
                ancestor,
                from,
                from_ms: 10 * from.0 as i64,
                disclosure,
            };
            Plain { row, letters, ended: life.map(|life| DataVersion(from.0 + life)) }
        },
    )
}

fn filter() -> impl Strategy<Value = Filter> {
    let position = prop_oneof![0..4u32, 62..67u32];
    let letter = prop::option::of(prop::sample::select(b"ACGTRN-".to_vec()));
    let leaf = prop_oneof![
        Just(Filter::True),
        (position.clone(), letter).prop_map(|(position, letter)| Filter::Letter {
            sequence: 0,
            position,
            letter
        }),
        position.clone().prop_map(|position| Filter::Mutated { sequence: 0, position }),
        position.prop_map(|position| Filter::Known { sequence: 0, position }),
        (0..3u32, prop::sample::select(vec!["?", "A?A", "ACA", "?C?C?", "A??"]))
            .prop_map(|(after, pattern)| Filter::Insertion { sequence: 0, after, pattern: pattern.into() }),
        Just(Filter::Text { field: 0, text: "Kenya".into() }),
        Just(Filter::AnyText { field: 0, texts: BTreeSet::from(["Kenya".into(), "Ghana.1".into()]) }),
        prop::sample::select(vec!["", "Ke", "Ghana.", "a"])
            .prop_map(|text| Filter::Begins { field: 0, text: text.into() }),
        Just(Filter::Matches { field: 0, pattern: regex::Regex::new("n.?a$").expect("a pattern") }),
        prop::sample::select(vec!["Ghana", "Kenya"])
            .prop_map(|lineage| Filter::Below { field: 0, lineage: lineage.into() }),
        (0..5i64).prop_map(|from| Filter::Between { field: 1, range: from..=3 }),
        prop::sample::select(vec!["one", "two", "three", "none"])
            .prop_map(|node| Filter::Descends { field: 2, node: node.into() }),
        (0..3usize).prop_map(|field| Filter::IsNull { field }),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let many = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            many.clone().prop_map(Filter::And),
            many.clone().prop_map(Filter::Or),
            inner.clone().prop_map(|of| Filter::Not(of.into())),
            inner.prop_map(|of| Filter::Maybe(of.into())),
            (0..5usize, any::<bool>(), many).prop_map(|(count, exactly, of)| Filter::NOf {
                count,
                exactly,
                of
            }),
        ]
    })
}

/// The rows that end, in order.
fn ends(rows: &[Plain]) -> Vec<(DataVersion, u32)> {
    let mut ends: Vec<_> = (0u32..).zip(rows).filter_map(|(row, plain)| Some((plain.ended?, row))).collect();
    ends.sort_unstable();
    ends
}

/// An index of rows, which end and then are disclosed anew.
fn index_of(rows: &mut [Plain], anew: Vec<(u32, Disclosure)>) -> Index {
    rows.sort_by_key(|plain| plain.row.from);
    let mut index = Index::new(schema(), &ancestors()).expect("a tree");
    for (number, plain) in rows.chunks(3).enumerate() {
        let together: Vec<Row> = plain.iter().map(|plain| plain.row.clone()).collect();
        assert_eq!(index.append_all(&together), Ok(RowId(3 * number as u32)));
    }
    for (ended, row) in ends(rows) {
        assert_eq!(index.end(RowId(row), ended, 10 * ended.0 as i64), Ok(()));
    }
    for (row, disclosure) in anew {
        let Some(plain) = rows.get_mut(row as usize) else { continue };
        assert_eq!(index.disclose(RowId(row), &disclosure), Ok(()));
        plain.row.disclosure = disclosure;
    }
    index
}

/// The letters of rows that are selected, asked one after the other.
fn letters_of(selection: &Selection, rows: u32) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for row in (0..rows).map(RowId) {
        let mut letters = Vec::new();
        if selection.letters(row, 0, &mut letters) {
            all.push(letters);
        }
    }
    all
}

proptest! {
    #[test]
    fn index_and_twin_agree(
        mut rows in prop::collection::vec(plain(), 0..30),
        wanted in filter(),
        more in filter(),
        ranges in prop::collection::vec((0..5i64, 0..5i64).prop_map(|(from, to)| from..=to), 0..4),
        audiences in prop::collection::vec((0..4u32).prop_map(AudienceId), 0..4),
        anew in prop::collection::vec((0..30u32, disclosure()), 0..4),
        now_ms in 0..6i64,
        version in (0..6u64).prop_map(DataVersion),
    ) {
        let mut index = index_of(&mut rows, anew);
        let reader = Reader { audiences, now_ms, version };
        let seeing = reader.clone();
        let visible = Visible::new(&index, &reader);
        prop_assert_eq!(visible.changed_ms(), rows.iter().filter_map(|plain| changed_ms(&reader, plain)).max());
        let selection = visible.select(&wanted).expect("a filter of the schema");
        let slow: Vec<&Plain> = rows.iter().filter(|plain| sees(&reader, plain) && holds(plain, &wanted, None)).collect();
        prop_assert_eq!(selection.count(), slow.len() as u64);
        let by = [By::Field(0), By::Field(1), By::Field(2)];
        prop_assert_eq!(selection.count_by(&by), Some(grouped(&slow, |plain| plain.row.values.clone())));
        parts::agree(&selection, &slow, &more, &ranges)?;
        let other = index.clone();
        prop_assert_eq!(selection.shared(&Visible::new(&other, &reader).select(&wanted).expect("the same")), 0);
        let all = visible.select(&Filter::True).expect("a filter");
        let others = visible.select(&Filter::Not(wanted.clone().into())).expect("a filter of the schema");
        prop_assert_eq!((selection.both(&all).count(), selection.both(&others).count()), (selection.count(), 0));
        let mut newest: Vec<RowId> = selection.rows().collect();
        newest.reverse();
        prop_assert_eq!(selection.newest(1, 2), newest.iter().skip(1).take(2).copied().collect::<Vec<_>>());
        order::agree(&selection, &rows)?;
        prop_assert_eq!(selection.mutations(0), Some(mutations(&slow)));
        let mut aligned = Vec::new();
        prop_assert!(selection.aligned(0, |_, letters| aligned.push(letters.to_vec())));
        prop_assert_eq!(&aligned, &slow.iter().map(|plain| plain.letters.clone()).collect::<Vec<_>>());
        let one_by_one = letters_of(&selection, rows.len() as u32);
        prop_assert_eq!(&one_by_one, &aligned);
        descents::agree(&selection, &rows)?;
        readings::agree(&selection, &slow, &aligned)?;
        // Saved and loaded with the same rights, it is the same.
        let saved = saved::all(&index);
        let loaded = saved::loaded(&saved, rows.len());
        saved::rights_agree(&saved, &rows, &ends(&rows))?;
        let again = Visible::new(&loaded, &seeing).select(&wanted).expect("a filter of the schema");
        prop_assert_eq!(again.count_by(&by), selection.count_by(&by));
        prop_assert_eq!(again.mutations(0), selection.mutations(0));
        let mut letters = Vec::new();
        prop_assert!(again.aligned(0, |_, some| letters.push(some.to_vec())));
        prop_assert_eq!(&letters, &aligned);
        // What is set aside is taken up again as long as no rights changed, and within the rights of then.
        let (aside, count) = (selection.set_aside(), selection.count());
        prop_assert_eq!(aside.again(&index).map(|again| again.count()), Some(count));
        let nobody = Reader { audiences: Vec::new(), ..reader };
        prop_assert_eq!(Visible::new(&index, &nobody).again(&aside).count(), 0);
        let first = selection.rows().next();
        if let Some(first) = first {
            prop_assert_eq!(index.disclose(first, &Disclosure::default()), Ok(()));
            prop_assert!(aside.again(&index).is_none());
            prop_assert_eq!(Visible::new(&index, &seeing).again(&aside).count(), count - 1);
        }
    }
}
