//! How far apart two spellings are, and how far apart a slip of the finger may set them.
//!
//! Refuses to fold its input; hand in what [`folded`](super::folded) gave. Start at [`distance_within`].

/// Letters beyond which nothing is compared: nobody mistypes a page.
const LONGEST_LETTERS: usize = 120;

/// How many slips a spelling of `letters` letters is allowed to be away: none below 5, then 1 for every 4, at
/// most 3. Short words are too near to other short words (Iran, Iraq).
pub fn distances_allowed(letters: usize) -> usize {
    if letters < 5 { 0 } else { (letters / 4).min(3) }
}

/// The number of letters to add, drop, replace or swap with their neighbour to come from `a` to `b` (optimal
/// string alignment), if it is at most `limit`.
pub fn distance_within(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit || a.len().max(b.len()) > LONGEST_LETTERS {
        return None;
    }
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut now = last.clone();
    for (i, &left) in a.iter().enumerate() {
        now[0] = i + 1;
        let mut smallest = now[0];
        for (j, &right) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(left != right);
            let mut best = replaced.min(last[j + 1] + 1).min(now[j] + 1);
            if i > 0 && j > 0 && left == b[j - 1] && a[i - 1] == right {
                best = best.min(before_last[j - 1] + 1);
            }
            now[j + 1] = best;
            smallest = smallest.min(best);
        }
        if smallest > limit {
            return None;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut now);
    }
    last.last().copied().filter(|&distance| distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slips_are_counted() {
        let check = |a: &str, b: &str, expected: usize| {
            assert_eq!(distance_within(a, b, 9), Some(expected), "{a} {b}");
            assert_eq!(distance_within(a, b, expected), Some(expected), "{a} {b}");
            assert!(expected == 0 || distance_within(a, b, expected - 1).is_none(), "{a} {b}");
        };
        check("kenya", "kenya", 0);
        check("kenya", "kenia", 1);
        check("nigeira", "nigeria", 1);
        check("", "abc", 3);
        check("austria", "australia", 2);
        check("肯尼亚", "肯尼", 1);
    }

    /// The definition, without the band and the early end.
    fn slow(a: &[char], b: &[char]) -> usize {
        let (m, n) = (a.len(), b.len());
        if m == 0 || n == 0 {
            return m.max(n);
        }
        let replaced = slow(&a[..m - 1], &b[..n - 1]) + usize::from(a[m - 1] != b[n - 1]);
        let best = replaced.min(slow(&a[..m - 1], b) + 1).min(slow(a, &b[..n - 1]) + 1);
        if m > 1 && n > 1 && a[m - 1] == b[n - 2] && a[m - 2] == b[n - 1] {
            return best.min(slow(&a[..m - 2], &b[..n - 2]) + 1);
        }
        best
    }

    proptest! {
        #[test]
        fn the_table_gives_what_the_definition_gives(a in "[abc]{0,5}", b in "[abc]{0,5}", limit in 0usize..6) {
            let (left, right): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let expected = Some(slow(&left, &right)).filter(|&distance| distance <= limit);
            prop_assert_eq!(distance_within(&a, &b, limit), expected);
        }
    }
}
