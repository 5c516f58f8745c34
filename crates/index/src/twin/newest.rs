//! What a reader was shown last, the slow way: every row is asked since when it is seen, and all are sorted.

use super::*;

/// Since when a reader sees a row that they see.
fn since_ms(reader: &Reader, plain: &Plain) -> i64 {
    let disclosure = &plain.row.disclosure;
    let is_direct = disclosure.audiences.iter().any(|audience| reader.audiences.contains(audience));
    match disclosure.opening {
        Some(opening) if !is_direct => plain.row.from_ms.max(opening.at_ms),
        _ => plain.row.from_ms,
    }
}

proptest! {
    #[test]
    fn what_was_shown_last_comes_first(
        mut rows in prop::collection::vec(plain(), 0..30),
        wanted in filter(),
        audiences in prop::collection::vec((0..4u32).prop_map(AudienceId), 0..4),
        anew in prop::collection::vec((0..30u32, disclosure()), 0..6),
        // Moments of openings lie among those of rows, which are tens.
        scale in prop::sample::select(vec![1i64, 7]),
        now_ms in 0..40i64,
        version in (0..6u64).prop_map(DataVersion),
        count in 0..12usize,
    ) {
        let scaled = |disclosure: &mut Disclosure| {
            disclosure.opening.iter_mut().for_each(|opening| opening.at_ms *= scale);
        };
        rows.iter_mut().for_each(|plain| scaled(&mut plain.row.disclosure));
        let anew = anew.into_iter().map(|(row, mut disclosure)| { scaled(&mut disclosure); (row, disclosure) });
        let index = index_of(&mut rows, anew.collect());
        let reader = Reader { audiences, now_ms, version };
        let visible = Visible::new(&index, &reader);
        let selection = visible.select(&wanted).expect("a filter of the schema");
        let seen = |plain: &Plain| sees(&reader, plain) && holds(plain, &wanted, None);
        let numbered = (0u32..).zip(&rows).filter(|(_, plain)| seen(plain));
        let mut slow: Vec<(RowId, i64)> = numbered.map(|(row, plain)| (RowId(row), since_ms(&reader, plain))).collect();
        slow.sort_by_key(|(row, at_ms)| std::cmp::Reverse((*at_ms, row.0)));
        slow.truncate(count);
        prop_assert_eq!(visible.newest(&selection, count), slow);
        let other = index.clone();
        let foreign = Visible::new(&other, &reader).select(&wanted).expect("the same");
        prop_assert!(visible.newest(&foreign, count).is_empty());
    }

    #[test]
    fn what_came_and_went_is_what_one_moment_has_and_the_other_not(
        mut rows in prop::collection::vec(plain(), 0..30),
        wanted in filter(),
        audiences in prop::collection::vec((0..4u32).prop_map(AudienceId), 0..4),
        moments in [(0..6i64, 0..6u64), (0..6i64, 0..6u64)],
    ) {
        let index = index_of(&mut rows, Vec::new());
        let readers = moments.map(|(now_ms, version)| {
            Reader { audiences: audiences.clone(), now_ms, version: DataVersion(version) }
        });
        let [then, now] = &readers;
        let selected = |reader| Visible::new(&index, reader).select(&wanted).expect("a filter of the schema");
        let came: Vec<RowId> = selected(now).but(&selected(then)).rows().collect();
        let seen = |reader: &Reader, plain: &Plain| sees(reader, plain) && holds(plain, &wanted, None);
        let numbered = (0u32..).zip(&rows).filter(|(_, plain)| seen(now, plain) && !seen(then, plain));
        prop_assert_eq!(came, numbered.map(|(row, _)| RowId(row)).collect::<Vec<_>>());
        let opens = |plain: &Plain| {
            let opening = plain.row.disclosure.opening;
            opening.is_some_and(|opening| opening.at_ms > then.now_ms && opening.at_ms <= now.now_ms)
        };
        let is_opened = index.is_opened_between(then.now_ms, now.now_ms);
        prop_assert_eq!(is_opened, rows.iter().any(opens));
    }
}
