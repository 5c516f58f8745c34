//! Names of lineages as Pango gives them: short ones that stand for long ones, and recombinants with several parents.
//!
//! `BA.2` is short for `B.1.1.529.2`, and `XBB` came of `BJ.1` and `BM.1.1.1`; a table says so (`alias_key.json` of
//! pango-designation). Rules of names: Rambaut et al. 2020, "A dynamic nomenclature proposal for SARS-CoV-2 lineages".
//! Refuses to know trees, and which lineages there are. Start at [`Aliases::new`].

use std::collections::{BTreeMap, BTreeSet};

/// Lineages that stand one above the other at most: a table that goes round in circles ends here.
const DEEPEST: usize = 200;

/// What the first part of a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// For itself.
    Itself,
    /// For a longer name.
    For(String),
    /// For a recombinant of these, a star behind those of which a descendant is meant.
    Recombinant(Vec<String>),
}

/// A table of aliases. The empty one knows only that `B.1.1` is below `B.1`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases {
    stands: BTreeMap<String, Stands>,
    /// By what they stand for, the longest name.
    aliases: BTreeMap<String, String>,
}

impl Aliases {
    /// A table of what first parts of names stand for.
    pub fn new(table: impl IntoIterator<Item = (String, Stands)>) -> Self {
        let mut own = Self { stands: table.into_iter().collect(), aliases: BTreeMap::new() };
        let longer = |(alias, stands): (&String, &Stands)| match stands {
            Stands::For(of) => Some((own.long(of), alias.clone())),
            Stands::Itself | Stands::Recombinant(_) => None,
        };
        own.aliases = own.stands.iter().filter_map(longer).collect();
        own
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.stands.is_empty()
    }

    /// The longest name of a lineage: `B.1.1.529.2` for `BA.2`.
    pub fn long(&self, name: &str) -> String {
        let mut name = name.to_owned();
        for _ in 0..DEEPEST {
            let (first, rest) = name.split_at(name.find('.').unwrap_or(name.len()));
            match self.stands.get(first) {
                Some(Stands::For(longer)) if !longer.is_empty() => name = format!("{longer}{rest}"),
                _ => break,
            }
        }
        name
    }

    /// The short name of a lineage, as it is used: `BA.2` for `B.1.1.529.2`. No more than three numbers stand behind a
    /// first part that has an alias.
    pub fn short(&self, name: &str) -> String {
        let long = self.long(name);
        let parts: Vec<&str> = long.split('.').collect();
        for end in (1..parts.len()).rev() {
            let (front, rest) = parts.split_at(end);
            if let Some(alias) = self.aliases.get(&front.join(".")) {
                return format!("{alias}.{}", rest.join("."));
            }
        }
        long
    }

    /// All lineages that a lineage descends from, by their long names: those that its own name says, and, of a recombinant,
    /// those that all of its parents descend from or are.
    pub fn above(&self, name: &str) -> BTreeSet<String> {
        self.above_within(name, DEEPEST)
    }

    fn above_within(&self, name: &str, deepest: usize) -> BTreeSet<String> {
        let mut long = self.long(name);
        let mut found = BTreeSet::new();
        while let Some(end) = long.rfind('.') {
            long.truncate(end);
            found.insert(long.clone());
        }
        let Some((Stands::Recombinant(parents), left)) = self.stands.get(&long).zip(deepest.checked_sub(1))
        else {
            return found;
        };
        let of_parent = |parent: &String| {
            let parent = parent.trim_end_matches('*').trim_end_matches('.');
            let mut all = self.above_within(parent, left / 2);
            all.insert(self.long(parent));
            all
        };
        let common = parents.iter().map(of_parent).reduce(|one, other| &one & &other);
        found.extend(common.unwrap_or_default());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ancestors::AncestorId;
    use crate::engine::Index;
    use crate::filter::Filter;
    use crate::row::{AudienceId, DataVersion, Disclosure, Field, FieldKind, Row, Schema, Value};
    use crate::visible::{Reader, Visible};

    fn aliases() -> Aliases {
        let alias = |short: &str, long: &str| (short.to_owned(), Stands::For(long.to_owned()));
        let both = |of: &[&str]| Stands::Recombinant(of.iter().map(|one| (*one).to_owned()).collect());
        Aliases::new([
            ("A".to_owned(), Stands::Itself),
            ("B".to_owned(), Stands::Itself),
            alias("BA", "B.1.1.529"),
            alias("BJ", "B.1.1.529.2.10.1"),
            alias("BM", "B.1.1.529.2.75.3"),
            alias("EG", "XBB.1.9.2"),
            ("XBB".to_owned(), both(&["BJ.1", "BM.1.1.1*"])),
            ("XA".to_owned(), both(&["A.1", "B.1"])),
            // No table of the field has a circle.
            alias("ZA", "ZB.1"),
            alias("ZB", "ZA.1"),
            ("XZ".to_owned(), both(&["XZ.1", "XZ.2"])),
        ])
    }

    #[test]
    fn names_are_long_and_short() {
        let check = |short: &str, long: &str| {
            let aliases = aliases();
            assert_eq!((aliases.long(short), aliases.short(long)), (long.to_owned(), short.to_owned()));
        };
        check("BA.2", "B.1.1.529.2");
        check("BM.1.1.1", "B.1.1.529.2.75.3.1.1.1");
        check("BA.2.75.2", "B.1.1.529.2.75.2");
        check("EG.5.1", "XBB.1.9.2.5.1");
        check("B.1.1.529", "B.1.1.529");
        check("XBB", "XBB");
        check("24A", "24A");
    }

    #[test]
    fn lineages_stand_above_others() {
        let check = |name: &str, above: &[&str], not_above: &[&str]| {
            let found = aliases().above(name);
            assert!(above.iter().all(|one| found.contains(*one)), "{name}: {found:?}");
            assert!(not_above.iter().all(|one| !found.contains(*one)), "{name}: {found:?}");
        };
        check("BA.2.75", &["B.1.1.529.2", "B.1.1.529", "B"], &["B.1.1.529.2.75"]);
        check("BM.1.1.1", &["B.1.1.529.2.75.3.1.1", "B.1.1.529.2", "B"], &["BM.1"]);
        check("XBB.1.5", &["XBB.1", "XBB", "B.1.1.529.2", "B"], &["B.1.1.529.2.75", "B.1.1.529.2.10.1"]);
        check("EG.5", &["XBB.1.9.2", "XBB", "B.1.1.529.2"], &["A"]);
        check("XA.1", &["XA"], &["A", "B", "A.1", "B.1"]);
        check("24A", &[], &["24A"]);
    }

    #[test]
    fn tables_that_go_in_circles_end() {
        assert!(!aliases().above("ZA.1").is_empty());
        assert!(aliases().above("XZ.3").contains("XZ"));
    }

    #[test]
    fn queries_take_any_name() {
        let lineages = [("BA.2", &["BA.2.75", "XBB.1"][..]), ("XBB", &["XBB.1"])];
        let schema = Schema {
            fields: vec![Field { name: "lineage".into(), kind: FieldKind::Lineage }],
            lineages: lineages
                .map(|(above, below)| (above.into(), below.iter().map(|one| (*one).into()).collect()))
                .into(),
            aliases: aliases(),
            ..Schema::default()
        };
        let mut index = Index::new(schema, &[]).expect("no tree");
        for name in ["BA.2", "BA.2.75", "XBB.1", "B.1"] {
            let row = Row {
                values: vec![Value::Text(name.into())],
                readings: Vec::new(),
                ancestor: AncestorId::default(),
                from: DataVersion(1),
                from_ms: 0,
                disclosure: Disclosure { audiences: vec![AudienceId(0)], opening: None },
            };
            index.append(&row).expect("appended");
        }
        let reader = Reader { audiences: vec![AudienceId(0)], now_ms: 0, version: DataVersion(9) };
        let visible = Visible::new(&index, &reader);
        let check = |filter: Filter, expected: &[u32]| {
            let rows: Vec<u32> = visible.select(&filter).expect("a filter").rows().map(|row| row.0).collect();
            assert_eq!(rows, expected, "{filter:?}");
        };
        let below = |lineage: &str| Filter::Below { field: 0, lineage: lineage.into() };
        check(below("BA.2"), &[0, 1, 2]);
        check(below("B.1.1.529.2"), &[0, 1, 2]);
        check(below("XBB"), &[2]);
        let any = |texts: &[&str]| Filter::AnyText {
            field: 0,
            texts: texts.iter().map(|one| (*one).into()).collect(),
        };
        check(any(&["B.1.1.529.2.75", "B.1"]), &[1, 3]);
        check(any(&["B.1.1.529"]), &[]);
    }
}
