//! Numbers with a fraction as whole ones of the same order, and back.
//!
//! The bits of a number of IEEE 754 (binary64, section 3.4) have its order if those of negative ones are turned around.
//! So one kind of column holds both. Start at [`code_of`].

/// The whole number that stands for another one: the greater the one, the greater the other. 0 and -0 are the same.
pub fn code_of(number: f64) -> i64 {
    let bits = (number + 0.0).to_bits() as i64;
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// What a whole number stands for.
pub fn float_of(code: i64) -> f64 {
    let bits = if code < 0 { code ^ i64::MAX } else { code };
    f64::from_bits(bits as u64)
}

/// The whole number that stands for a written one; `None` where it is none, or infinite.
pub fn written(text: &str) -> Option<i64> {
    let number: f64 = text.trim().parse().ok()?;
    number.is_finite().then(|| code_of(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read() {
        let check = |text: &str, expected: Option<f64>| {
            assert_eq!(written(text).map(float_of), expected, "{text}");
        };
        check("0.95", Some(0.95));
        check(" -2.5 ", Some(-2.5));
        check("-0", Some(0.0));
        check("1e3", Some(1_000.0));
        check("inf", None);
        check("NaN", None);
        check("", None);
    }

    proptest! {
        #[test]
        fn the_order_stays(one in -1e12_f64..1e12, other in -1e12_f64..1e12) {
            prop_assert_eq!(code_of(one).cmp(&code_of(other)), one.total_cmp(&other));
            prop_assert_eq!(float_of(code_of(one)), one);
        }
    }
}
