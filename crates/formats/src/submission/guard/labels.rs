//! Words that label what identifies a patient, in the languages that sheets come in.
//!
//! A label is compared word by word, folded, with `camelCase` and `snake_case` taken apart. Refuses to look at
//! values, except whether there is one. Start at [`personal_label`].

use super::Personal;
use super::Personal::{Address, Birth, Email, IdentityNumber, MedicalRecord, Name, Phone};
use crate::submission::value::is_missing;
use hearth_base::language::folded;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Labels in English, French, Spanish, Portuguese, Russian, Arabic and Chinese. A label that contains one of
/// these, word for word, is that of a patient, unless it also has a word of [`AT_WORK`].
#[rustfmt::skip]
const LABELS: &[(Personal, &[&str])] = &[
    (Name, &[
        "patient name", "patients name", "name of patient", "name of the patient", "patientname", "surname", "last name", "lastname",
        "first name", "firstname", "forename", "given name", "family name", "middle name", "maiden name", "full name",
        "fullname", "patient initials", "mother name", "mothers name", "father name", "fathers name",
        "next of kin", "contact person", "subject name", "person name",
        "nom du patient", "nom patient", "nom de famille", "nom complet", "prenom", "prenoms", "nom et prenom", "nom de la mere", "nom du malade",
        "nombre del paciente", "nombre paciente", "nombre completo", "nombres", "nombres y apellidos", "apellido", "apellidos", "nombre y apellido", "nombre de la madre",
        "nome do paciente", "nome paciente", "nome completo", "sobrenome", "nome da mae", "apelido",
        "фамилия", "имя пациента", "отчество", "фио", "ф и о", "имя и фамилия", "пациент",
        "اسم المريض", "اسم المريضه", "الاسم الكامل", "اسم العائله", "اللقب", "الاسم الاول", "اسم الام", "الاسم الثلاثي", "الاسم الرباعي",
        "姓名", "联系人",
    ]),
    (Birth, &[
        "dob", "d o b", "date of birth", "birth date", "birthdate", "birthday", "birth day", "day of birth", "year and month of birth", "patient birth",
        "date de naissance", "date naissance", "ddn", "ne le", "nee le", "fecha de nacimiento", "fecha nacimiento", "nacimiento", "nacido",
        "data de nascimento", "data nascimento", "nascimento", "nascido", "дата рождения", "рождения", "день рождения",
        "تاريخ الميلاد", "تاريخ الولاده", "الميلاد", "出生", "生日",
    ]),
    (Address, &[
        "home address", "patient address", "street address", "house number", "residence address", "residential address",
        "adresse", "domicile", "direccion", "domicilio", "endereco", "morada", "logradouro", "адрес", "место жительства", "улица",
        "العنوان", "عنوان السكن", "عنوان", "地址", "住址",
    ]),
    (Phone, &[
        "phone", "telephone", "phone number", "mobile number", "cell phone", "cellphone", "telephone number", "whatsapp", "msisdn",
        "numero de telephone", "telefono", "celular", "telefone", "telemovel", "телефон", "номер телефона", "мобильный",
        "هاتف", "الهاتف", "رقم الهاتف", "جوال", "الجوال", "موبايل", "电话", "手机", "联系方式",
    ]),
    (Email, &[
        "email", "e mail", "mail address", "courriel", "correo", "correo electronico", "correio eletronico", "электронная почта", "эл почта", "почта",
        "البريد الالكتروني", "بريد الكتروني", "邮箱", "邮件",
    ]),
    (IdentityNumber, &[
        "passport", "passport number", "passport no", "passeport", "pasaporte", "passaporte", "паспорт", "номер паспорта", "جواز السفر", "رقم الجواز", "جواز", "护照",
        "national id", "nationalid", "national identity", "national identification", "identity card", "id card", "identity number", "identity no", "citizen id", "nin", "nid", "huduma", "aadhaar", "aadhar",
        "ssn", "social security", "social security number", "insurance number", "insurance id", "health insurance", "health card", "nhs number", "medicare number", "driver license", "drivers license", "driver licence", "driving licence", "driving license", "license plate", "licence plate",
        "carte d identite", "carte didentite", "numero didentite", "numero d identite", "cni", "securite sociale", "numero de securite sociale",
        "cedula", "cedula de identidad", "dni", "curp", "documento de identidad", "numero de identidad", "numero de documento", "seguro social", "nss",
        "cpf", "carteira de identidade", "bilhete de identidade", "cartao de cidadao", "cartao sus",
        "снилс", "инн", "полис", "номер полиса", "удостоверение личности", "номер удостоверения",
        "الرقم الوطني", "رقم الهويه", "الهويه", "بطاقه الهويه", "الرقم القومي", "رقم الاقامه", "身份证", "证件号", "社保号", "医保号",
    ]),
    (MedicalRecord, &[
        "mrn", "medical record", "medical record number", "medical record no", "hospital number", "hospital no", "hospital id", "inpatient number", "outpatient number", "admission number", "case note",         "patient id", "patientid", "patient number", "patient no", "patient code", "patient identifier", "patient file", "chart number", "health record",
        "numero de dossier", "numero dossier", "dossier medical", "dossier patient", "numero du patient", "numero patient", "identifiant patient", "id patient",
        "historia clinica", "numero de historia", "expediente", "numero de expediente", "numero de paciente", "id paciente", "id del paciente",
        "prontuario", "numero do prontuario", "numero do paciente", "id do paciente",
        "история болезни", "номер истории болезни", "медицинская карта", "номер карты", "номер пациента", "амбулаторная карта",
        "رقم الملف", "رقم الملف الطبي", "الملف الطبي", "رقم المريض", "病历号", "住院号", "门诊号", "病案号", "患者编号", "病人编号", "患者号", "就诊号",
    ]),
];

/// Words that label something of a patient only when they stand alone, or with words of [`FILLERS`] alone: a
/// mobile clinic, street food and Tel Aviv are no patients.
#[rustfmt::skip]
const ALONE: &[(Personal, &str)] = &[
    (Name, "guardian"), (Name, "initials"), (Address, "address"), (Address, "street"), (Address, "rue"),
    (Address, "calle"), (Phone, "mobile"), (Phone, "tel"), (Phone, "portable"), (MedicalRecord, "folder"),
];
const FILLERS: &[&str] =
    &["patient", "patients", "s", "case", "subject", "person", "home", "number", "no", "nr", "the", "of"];

/// Words of labels that speak of people and places at work, not of patients.
#[rustfmt::skip]
const AT_WORK: &[&str] = &[
    "lab", "labs", "laboratory", "laboratories", "laboratoire", "laboratorio", "лаборатория", "лаборатории", "المختبر", "مختبر",
    "institute", "institution", "institut", "instituto", "institucion", "instituicao", "organization", "organisation", "affiliation", "affiliations", "centre", "center", "facility", "department", "company", "clinic",
    "submitter", "submitting", "submission", "sender", "author", "authors", "auteur", "auteurs", "autor", "autores", "collector", "collected", "collecting",
    "sequenced", "sequencing", "sequencer", "curator", "investigator", "researcher", "scientist", "technician", "operator", "pi", "orig", "subm", "originating", "provider",
    "virus", "strain", "isolate", "file", "fasta", "species", "host", "gene", "protein", "primer", "software", "database",
];

/// The same in Chinese, which has no spaces: parts of words.
const AT_WORK_CHINESE: &[&str] = &["实验室", "采样", "采集", "单位", "机构", "送检", "作者", "提交"];

/// Labels as their words, by the first of them; longer ones first.
type ByWord = HashMap<String, Vec<(Vec<String>, Personal)>>;

fn labels() -> &'static ByWord {
    static LABELS_BY_WORD: OnceLock<ByWord> = OnceLock::new();
    LABELS_BY_WORD.get_or_init(|| {
        let mut by_word = ByWord::new();
        for (personal, labels) in LABELS {
            for label in *labels {
                let words: Vec<String> = folded(label).split(' ').map(str::to_owned).collect();
                let first = words.first().cloned().unwrap_or_default();
                by_word.entry(first).or_default().push((words, *personal));
            }
        }
        by_word
            .values_mut()
            .for_each(|labels| labels.sort_by_key(|(words, _)| std::cmp::Reverse(words.len())));
        by_word
    })
}

/// What a label, as the name of a column, announces of a patient.
pub fn personal_label(label: &str) -> Option<Personal> {
    let folded = folded(&parted(label));
    let words: Vec<&str> = folded.split(' ').collect();
    if is_at_work(&words) {
        return None;
    }
    let begins = |at: usize| {
        let rest = words.get(at..).unwrap_or_default();
        let candidates = rest.first().and_then(|first| labels().get(*first))?;
        let found = candidates.iter().find(|(label, _)| {
            rest.len() >= label.len() && label.iter().zip(rest).all(|(word, given)| word == given)
        });
        found.map(|(_, personal)| *personal)
    };
    let mut telling = words.iter().filter(|word| !FILLERS.contains(word));
    let alone = telling.next().filter(|_| telling.next().is_none());
    let alone =
        alone.and_then(|only| ALONE.iter().find(|(_, word)| word == only)).map(|(personal, _)| *personal);
    alone
        .or_else(|| (0..words.len()).find_map(begins))
        .or_else(|| if folded.is_ascii() { None } else { chinese(&folded) })
}

/// Chinese labels are found inside words, having no spaces around them.
fn chinese(folded: &str) -> Option<Personal> {
    let is_chinese = |label: &&&str| label.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let contains = |labels: &[&str]| labels.iter().filter(is_chinese).any(|label| folded.contains(*label));
    LABELS.iter().find(|(_, labels)| contains(labels)).map(|(personal, _)| *personal)
}

fn is_at_work(words: &[&str]) -> bool {
    let chinese = |word: &str| AT_WORK_CHINESE.iter().any(|part| word.contains(part));
    words.iter().any(|word| AT_WORK.contains(word) || (!word.is_ascii() && chinese(word)))
}

/// Whether a label speaks of people or places at work: their telephone and e-mail address may be given.
pub fn is_about_people_at_work(label: &str) -> bool {
    let folded = folded(&parted(label));
    let words: Vec<&str> = folded.split(' ').collect();
    is_at_work(&words)
}

/// `patientName` as `patient Name`; `DOB` stays as it is.
fn parted(label: &str) -> String {
    let mut out = String::with_capacity(label.len() + 4);
    let mut after_small = false;
    for c in label.chars() {
        if c.is_uppercase() && after_small {
            out.push(' ');
        }
        after_small = c.is_lowercase();
        out.push(c);
    }
    out
}

/// Between one labelled value and the next.
const ENDS_A_VALUE: [char; 9] = ['|', ';', ',', '[', ']', '(', ')', '\t', '='];
/// Words looked at before a `=` or `:`.
const LONGEST_LABEL_WORDS: usize = 5;
/// Such marks looked at in one text.
const MOST_MARKS: usize = 50;

/// What a text labels, as `dob=…` or `Patient name: …`, with something behind the label.
pub fn personal_by_label(text: &str) -> Option<Personal> {
    let bytes = text.as_bytes();
    let marks = bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, b'=' | b':'));
    marks.take(MOST_MARKS).find_map(|(mark, _)| {
        let (before, after) = (text.get(..mark)?, text.get(mark + 1..)?);
        let start = before.rfind(ENDS_A_VALUE).map_or(0, |at| at + 1);
        let end = after.find(ENDS_A_VALUE).unwrap_or(after.len());
        // The label is what stands last: "swab taken, then patient name: …".
        let mut label: Vec<&str> =
            before.get(start..)?.split_whitespace().rev().take(LONGEST_LABEL_WORDS).collect();
        label.reverse();
        (!is_missing(after.get(..end)?.trim())).then(|| personal_label(&label.join(" "))).flatten()
    })
}
