//! Mutations as the tree writes them: `C241T`, `A28271-`, `*27S`.

use super::{AaMutation, NucMutation};
use crate::coordinate::{CodonPos, RefPos};
use crate::pack::letter;

impl NucMutation {
    /// Reads `C241T`; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (from, position, to) = split(text, letter::is_nucleotide)?;
        Some(Self { from, position: RefPos(position), to })
    }
}

impl AaMutation {
    /// Reads `D614G`; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (from, position, to) = split(text, letter::is_amino_acid)?;
        Some(Self { from, position: CodonPos(position), to })
    }
}

fn split(text: &str, is_letter: fn(u8) -> bool) -> Option<(u8, u32, u8)> {
    let &[from, ref digits @ .., to] = text.as_bytes() else { return None };
    let position = letter::position(digits)?;
    (is_letter(from) && is_letter(to)).then_some((from, position, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutations_are_two_letters_round_a_position() {
        let check = |text: &str, expected: Option<(u8, u32, u8)>| {
            let found = NucMutation::parse(text).map(|m| (m.from, m.position.0, m.to));
            assert_eq!(found, expected, "{text}");
        };
        check("C241T", Some((b'C', 240, b'T')));
        check("A28271-", Some((b'A', 28270, b'-')));
        check("-5N", Some((b'-', 4, b'N')));
        check("C0T", None);
        check("C241", None);
        check("c241T", None);
        check("C241TT", None);
        check("E241T", None);
        check("C2147483647T", Some((b'C', 2_147_483_646, b'T')));
        check("C2147483648T", None);
        check("C99999999999999999999T", None);
        check("CT", None);
        check("", None);
        assert_eq!(AaMutation::parse("*27S").map(|m| (m.from, m.to)), Some((b'*', b'S')));
    }
}
