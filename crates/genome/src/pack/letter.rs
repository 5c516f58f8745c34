//! Which letters a mutation in a pack may carry, and how its position is written.

/// An upper-case IUPAC nucleotide or `-`.
pub(super) fn is_nucleotide(letter: u8) -> bool {
    matches!(
        letter,
        b'A' | b'C'
            | b'G'
            | b'T'
            | b'R'
            | b'Y'
            | b'S'
            | b'W'
            | b'K'
            | b'M'
            | b'B'
            | b'D'
            | b'H'
            | b'V'
            | b'N'
            | b'-'
    )
}

/// An upper-case amino acid letter, `*` or `-`.
pub(super) fn is_amino_acid(letter: u8) -> bool {
    letter.is_ascii_uppercase() || letter == b'*' || letter == b'-'
}

/// A 1-based position as 0-based; `None` if it is 0, above 2,147,483,647 (so that sums stay in range), or not
/// all digits.
pub(super) fn position(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 10 {
        return None;
    }
    let value = digits.iter().try_fold(0u64, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + u64::from(digit - b'0'))
    })?;
    u32::try_from(value.checked_sub(1)?).ok().filter(|&position| position < i32::MAX.unsigned_abs())
}
