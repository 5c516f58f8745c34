//! How numbers are written for people. One place for all pages, so that another language changes one place.
//!
//! Start at [`whole`].

/// A whole number with commas between thousands: `12,345`.
pub fn whole(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share from 0 to 1 in per cent. Never rounded to all or nothing: `99.9 %` stays below 100. The space does not break.
pub fn percent(share: f64) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let rounded = (share * 100.0).round();
    let is_nearly_whole = share > 0.995 && share < 1.0;
    let is_nearly_nothing = share > 0.0 && share < 0.005;
    match () {
        () if is_nearly_whole => format!("{:.1}\u{a0}%", ((share * 1000.0).floor() / 10.0).min(99.9)),
        () if is_nearly_nothing => format!("{:.1}\u{a0}%", ((share * 1000.0).ceil() / 10.0).max(0.1)),
        () => format!("{rounded}\u{a0}%"),
    }
}

/// The same rounded down, so that a share below a limit is never shown as that limit.
pub fn percent_down(share: f64) -> String {
    let down = (share * 100.0 + 1e-9).floor() / 100.0;
    percent(if (0.01..=0.995).contains(&share) { down } else { share })
}

/// The share of `part` in `all`; 0 of nothing.
pub fn share(part: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

/// A size for people: `512 B`, `3.4 kB`, `12 MB`.
pub fn bytes(bytes: u64) -> String {
    let mut size = bytes as f64;
    let mut unit = "B";
    for larger in ["kB", "MB", "GB", "TB"] {
        if size < 999.5 {
            break;
        }
        (size, unit) = (size / 1000.0, larger);
    }
    if size < 9.95 && unit != "B" {
        format!("{size:.1}\u{a0}{unit}")
    } else {
        format!("{size:.0}\u{a0}{unit}")
    }
}

/// A text of at most so many characters, cut in the middle.
pub fn shortened(text: &str, most_chars: usize) -> String {
    let count = text.chars().count();
    if count <= most_chars {
        return text.to_owned();
    }
    let front = most_chars / 2;
    let back = most_chars.saturating_sub(front + 1);
    text.chars().take(front).chain(['…']).chain(text.chars().skip(count - back)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let check = |number, expected: &str| assert_eq!(whole(number), expected);
        check(0, "0");
        check(999, "999");
        check(1_000, "1,000");
        check(1_234_567, "1,234,567");
    }

    #[test]
    fn per_cent_never_hides_the_last_one() {
        let check = |value, expected: &str| assert_eq!(percent(value).replace('\u{a0}', " "), expected);
        check(0.0, "0 %");
        check(1.0, "100 %");
        check(0.454, "45 %");
        check(0.9999, "99.9 %");
        check(0.9959, "99.5 %");
        check(0.00001, "0.1 %");
        check(f64::NAN, "0 %");
        check(share(1, 0), "0 %");
        let check = |value, expected: &str| assert_eq!(percent_down(value).replace('\u{a0}', " "), expected);
        check(0.949, "94 %");
        check(0.95, "95 %");
        check(0.29, "29 %");
        check(0.999, "99.9 %");
        check(0.0, "0 %");
    }

    #[test]
    fn sizes_have_a_unit() {
        let check = |size, expected: &str| assert_eq!(bytes(size).replace('\u{a0}', " "), expected);
        check(0, "0 B");
        check(999, "999 B");
        check(1_000, "1.0 kB");
        check(9_949, "9.9 kB");
        check(9_950, "10 kB");
        check(999_999, "1.0 MB");
        check(12_345_678, "12 MB");
    }

    #[test]
    fn long_texts_are_cut_in_the_middle() {
        let check = |text: &str, expected: &str| assert_eq!(shortened(text, 7), expected);
        check("abcdefg", "abcdefg");
        check("abcdefgh", "abc…fgh");
        check("éééééééé", "ééé…ééé");
    }
}
