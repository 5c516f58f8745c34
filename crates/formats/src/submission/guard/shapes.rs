//! Texts that have the shape of what identifies a person, whatever column they stand in.
//!
//! Each shape is narrow, because what laboratories call samples looks like anything: telephone numbers must have
//! their country's code, brackets or a word in front; identity numbers must have a right check digit. Start at
//! [`personal_shape`].

use super::Personal;
use regex::{Regex, RegexSet};
use std::sync::OnceLock;

/// In the order of [`KINDS`].
const SHAPES: [&str; 7] = [
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}",
    // With the country's code, as ITU-T E.123 writes it: +254 700 123 456.
    r"(?:^|[^0-9A-Za-z+./_-])\+[1-9](?:[ ().-]{0,2}[0-9]){7,14}(?:[^0-9A-Za-z]|$)",
    r"\([2-9][0-9]{2}\) ?[0-9]{3}[-. ][0-9]{4}(?:[^0-9]|$)",
    // A slash behind the number makes it a virus's name: a laboratory may be called GSM, as in GSM-1000000/2024.
    r"(?:^|[^A-Za-z])(?i-u:tel|phone|telephone|telefono|telefone|mobile no|gsm|whatsapp)[ .:=#_-]{0,3}[0-9][0-9 ().-]{5,16}[0-9](?:[^0-9/-]|$)|(?:[Тт]ел|[Тт]елефон|电话|手机|هاتف|جوال)[ .:=：]{0,3}\+?[0-9][0-9 ().-]{5,16}[0-9]",
    r"(?:^|[^A-Za-z])(?i-u:dob|d\.o\.b\.?|born(?: on)?|birth ?date|date of birth|birthday|nacid[oa](?: el)?|nascid[oa](?: em)?|fecha de nacimiento|date de naissance|data de nascimento)[ .:=_-]{0,3}(?:[0-9]{1,4}[-/. ][0-9]{1,2}|[0-9]{1,2} ?[A-Za-z]{3}|[0-9]{8})|(?:[^A-Za-z][Nn]ée? le|рожд|出生|生日|ميلاد|الولادة)[^0-9]{0,12}[0-9]{2,4}",
    // Resident identity number of China (GB 11643): area, birth date, order, check digit.
    r"(?:^|[^0-9A-Za-z])([1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx])(?:[^0-9A-Za-z]|$)",
    // Taxpayer's number of Brazil (CPF), the identity number in use there.
    r"(?:^|[^0-9A-Za-z.])([0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2})(?:[^0-9]|$)",
];

const KINDS: [Personal; SHAPES.len()] = [
    Personal::Email,
    Personal::Phone,
    Personal::Phone,
    Personal::Phone,
    Personal::Birth,
    Personal::IdentityNumber,
    Personal::IdentityNumber,
];

struct Patterns {
    set: RegexSet,
    each: Vec<Regex>,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let each = SHAPES.iter().map(|shape| Regex::new(shape).expect("the shapes are tested")).collect();
        Patterns { set: RegexSet::new(SHAPES).expect("the shapes are tested"), each }
    })
}

/// What in a text has the shape of something that identifies a person.
pub fn personal_shape(text: &str) -> Option<Personal> {
    // Every shape has a digit in it or an @.
    if !text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'@') {
        return None;
    }
    let patterns = patterns();
    patterns.set.matches(text).into_iter().find_map(|index| {
        let regex = patterns.each.get(index)?;
        let holds = regex.captures_iter(text).any(|found| {
            let whole = found.get(1).or_else(|| found.get(0)).map_or("", |matched| matched.as_str());
            match index {
                1 => !is_decimal(whole),
                3 => !is_date(whole),
                5 => checks_as_chinese_identity(whole),
                6 => checks_as_cpf(whole),
                _ => true,
            }
        });
        holds.then(|| KINDS[index])
    })
}

/// `+36.8219046` is a longitude.
fn is_decimal(text: &str) -> bool {
    let number = text.trim_matches(|c: char| !c.is_ascii_digit());
    number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && number.bytes().filter(|byte| *byte == b'.').count() == 1
        && number.find('.').is_some_and(|point| point <= 3)
}

/// `tel 2024-05-03`, whatever it means, is a date.
fn is_date(text: &str) -> bool {
    let start = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    text.get(start..start + 10).is_some_and(|date| date.parse::<jiff::civil::Date>().is_ok())
}

/// GB 11643, which is ISO 7064 MOD 11-2.
fn checks_as_chinese_identity(text: &str) -> bool {
    let value = |byte: u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { 10 };
    let sum = text.bytes().fold(0, |sum, byte| (sum * 2 + value(byte)) % 11);
    text.len() == 18 && sum == 1
}

/// Two check digits, each from the weighted sum of the digits before it.
fn checks_as_cpf(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let check = |length: u32| {
        let weights = (2..=length + 1).rev();
        let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
        (sum * 10 % 11) % 10
    };
    matches!(digits.as_slice(), [.., first, second] if digits.len() == 11 && *first == check(9) && *second == check(10))
        && digits.windows(2).any(|pair| pair[0] != pair[1])
}
