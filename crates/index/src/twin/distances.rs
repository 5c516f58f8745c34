//! Nearest genomes and clusters the slow way: letters compared one by one, all pairs.

use super::*;
use crate::clusters::ClusterError;
use crate::engine::AppendError;
use crate::nearest::{MAX_NEIGHBOURS, NearestError, Neighbour};

/// Distance to a neighbour and number of positions compared, if the neighbour is known well enough.
fn compare(own: &[u8], neighbour: &[u8]) -> Option<(u32, u32)> {
    let is_known = |letter: u8| b"ACGT".contains(&letter);
    let both = || own.iter().zip(neighbour).filter(|(a, b)| is_known(**a) && is_known(**b));
    let (compared, known) = (both().count(), own.iter().filter(|letter| is_known(**letter)).count());
    let covers = compared * 2 >= own.len() && compared * 4 >= known * 3;
    covers.then(|| (both().filter(|(a, b)| a != b).count() as u32, compared as u32))
}

/// All neighbours of a genome among the rows that a reader selects, the nearest first.
fn neighbours(own: &[u8], left_out: Option<usize>, rows: &[Plain], among: &[usize]) -> Vec<Neighbour> {
    let others = among.iter().filter(|row| left_out != Some(**row));
    let mut found: Vec<Neighbour> = others
        .filter_map(|row| {
            let (distance, compared) = compare(own, &rows[*row].letters)?;
            Some(Neighbour { row: RowId(*row as u32), distance, compared })
        })
        .collect();
    found.sort_by_key(|neighbour| (neighbour.distance, neighbour.row));
    found
}

/// Clusters by walking along links.
fn clusters(rows: &[Plain], among: &[usize], distance: u32) -> Vec<Vec<RowId>> {
    let links = |one: usize, other: usize| {
        let [one, other] = [one, other].map(|row| rows[row].letters.as_slice());
        let found = compare(one, other).and(compare(other, one));
        found.is_some_and(|(found, _)| found <= distance)
    };
    let (mut found, mut is_seen) = (Vec::new(), BTreeSet::new());
    for &start in among {
        let (mut members, mut open) = (BTreeSet::new(), vec![start]);
        while let Some(row) = open.pop() {
            if is_seen.insert(row) {
                members.insert(RowId(row as u32));
                open.extend(among.iter().filter(|other| links(row, **other)));
            }
        }
        found.extend((members.len() > 1).then(|| members.into_iter().collect::<Vec<_>>()));
    }
    found.sort_by_key(|members| std::cmp::Reverse(members.len()));
    found
}

/// A row that differs from others also where nodes of the tree change letters.
fn relative() -> impl Strategy<Value = Plain> {
    let at = prop::sample::select(vec![1usize, 2, 3, 63, 64, 66]);
    let edits = prop::collection::vec((at, prop::sample::select(b"ACGTRN-".to_vec())), 0..6);
    (plain(), edits).prop_map(|(mut plain, edits)| {
        edits.into_iter().for_each(|(at, letter)| plain.letters[at] = letter);
        plain.row.readings = vec![reading(&plain.letters)];
        plain
    })
}

proptest! {
    #[test]
    fn nearest_genomes_are_those_of_the_twin(
        mut rows in prop::collection::vec(relative(), 0..30),
        stranger in relative(),
        (from, wanted) in (filter(), filter()),
        audiences in prop::collection::vec((0..4u32).prop_map(AudienceId), 0..4),
        anew in prop::collection::vec((0..30u32, disclosure()), 0..4),
        now_ms in 0..6i64,
        version in (0..6u64).prop_map(DataVersion),
        (most, limit) in (0..8usize, 0..12u32),
    ) {
        let index = index_of(&mut rows, anew);
        let reader = Reader { audiences, now_ms, version };
        let visible = Visible::new(&index, &reader);
        let among = |filter| -> Vec<usize> {
            let chosen = |row: &usize| sees(&reader, &rows[*row]) && holds(&rows[*row], filter, None);
            (0..rows.len()).filter(chosen).collect()
        };
        let genomes = visible.select(&from).expect("a filter of the schema");
        let selection = visible.select(&wanted).expect("a filter of the schema");
        let mut asked = vec![(genomes.sought_reading(0, &stranger.row.readings[0]), &stranger.letters, None)];
        for (row, plain) in rows.iter().enumerate() {
            let sought = genomes.sought(0, RowId(row as u32));
            prop_assert_eq!(sought.is_some(), among(&from).contains(&row));
            asked.extend(sought.map(|sought| (Some(sought), &plain.letters, Some(row))));
        }
        for (sought, letters, row) in asked {
            let sought = sought.expect("a reading that fits");
            let slow = neighbours(letters, row, &rows, &among(&wanted));
            prop_assert_eq!(sought.is_comparable(), compare(letters, letters).is_some());
            prop_assert_eq!(selection.nearest(&sought, MAX_NEIGHBOURS), Ok(slow.clone()));
            let nearest = slow.iter().copied().take(most).collect();
            prop_assert_eq!(selection.nearest(&sought, most), Ok(nearest));
            let near = selection.near(&sought, limit).expect("the same index");
            let slow: Vec<_> = slow.iter().copied().filter(|neighbour| neighbour.distance <= limit).collect();
            prop_assert_eq!(near.nearest(&sought, MAX_NEIGHBOURS), Ok(slow));
        }
    }
}

proptest! {
    #[test]
    fn clusters_are_those_of_the_twin(
        mut rows in prop::collection::vec(relative(), 0..40),
        wanted in filter(),
        audiences in prop::collection::vec((0..4u32).prop_map(AudienceId), 0..4),
        anew in prop::collection::vec((0..30u32, disclosure()), 0..4),
        now_ms in 0..6i64,
        version in (0..6u64).prop_map(DataVersion),
        distance in 0..6u32,
    ) {
        let index = index_of(&mut rows, anew);
        let reader = Reader { audiences, now_ms, version };
        let selection = Visible::new(&index, &reader).select(&wanted).expect("a filter of the schema");
        let chosen = |row: &usize| sees(&reader, &rows[*row]) && holds(&rows[*row], &wanted, None);
        let among: Vec<usize> = (0..rows.len()).filter(chosen).collect();
        prop_assert_eq!(selection.clusters(0, distance), Ok(clusters(&rows, &among, distance)));
        prop_assert_eq!(selection.clusters(1, distance), Err(ClusterError::Unknown));
        let apart = selection.apart(0).expect("few");
        prop_assert_eq!(apart.clusters(distance, &|| true), Ok(clusters(&rows, &among, distance)));
    }
}

#[test]
fn too_much_at_once_is_refused() {
    let row = Row {
        values: vec![Value::Null; 3],
        readings: vec![Reading::default()],
        ancestor: AncestorId(0),
        from: DataVersion(0),
        from_ms: 0,
        disclosure: Disclosure { audiences: vec![AudienceId(0)], opening: None },
    };
    let plain = Plain { row, letters: REFERENCE.to_vec(), ended: None };
    let index = index_of(&mut vec![plain; 3], Vec::new());
    let reader = Reader { audiences: vec![AudienceId(0)], now_ms: 0, version: DataVersion(0) };
    let all = Visible::new(&index, &reader).select(&Filter::True).expect("a filter");
    let check = |most, expected| assert_eq!(all.clusters_of_most(0, 0, most), expected);
    // The first is compared with both others; those are linked then.
    check((3, 2), Ok(vec![vec![RowId(0), RowId(1), RowId(2)]]));
    check((3, 1), Err(ClusterError::Near));
    check((2, 2), Err(ClusterError::Many(3)));
}

#[test]
fn of_rows_appended_together_all_come_or_none() {
    let mut index = index_of(&mut [], Vec::new());
    let row = |version, readings| Row {
        values: vec![Value::Null; 3],
        readings,
        ancestor: AncestorId(0),
        from: DataVersion(version),
        from_ms: 0,
        disclosure: Disclosure::default(),
    };
    let good = || vec![Reading::default()];
    let mut check = |rows: &[Row], expected, length| {
        assert_eq!(index.append_all(rows), expected);
        assert_eq!(index.len(), length);
    };
    check(
        &[row(1, good()), row(1, vec![])],
        Err(AppendError::Arity { what: "sequences", found: 0, expected: 1 }),
        0,
    );
    check(&[row(2, good()), row(1, good())], Err(AppendError::Order { found: 1, newest: 2 }), 0);
    check(&[], Ok(RowId(0)), 0);
    check(&[row(1, good()), row(2, good())], Ok(RowId(0)), 2);
    check(&[row(2, good())], Ok(RowId(2)), 3);
}

#[test]
fn neighbours_that_cannot_be_given_are_refused() {
    let index = index_of(&mut [], Vec::new());
    let reader = Reader { audiences: Vec::new(), now_ms: 0, version: DataVersion(0) };
    let none = Visible::new(&index, &reader).select(&Filter::True).expect("a filter");
    let sought = none.sought_reading(0, &Reading::default()).expect("the reference");
    let check = |most, expected| assert_eq!(none.nearest(&sought, most), expected);
    check(MAX_NEIGHBOURS, Ok(Vec::new()));
    check(MAX_NEIGHBOURS + 1, Err(NearestError::Many(MAX_NEIGHBOURS + 1)));
    let unfit = Reading { unread: std::iter::once(0..1_000).collect(), ..Reading::default() };
    assert!(none.sought_reading(0, &unfit).is_none());
    assert!(none.sought_reading(1, &Reading::default()).is_none());
    let reference = Reference { letters: b"ACGT".to_vec(), ..schema().sequences[0].clone() };
    let other = Index::new(Schema { sequences: vec![reference], ..schema() }, &[]).expect("a tree");
    let other = Visible::new(&other, &reader).select(&Filter::True).expect("a filter");
    assert_eq!(other.nearest(&sought, 1), Err(NearestError::Other));
    assert_eq!(other.near(&sought, 1).err(), Some(NearestError::Other));
}
