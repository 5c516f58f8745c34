//! The guard at the door: what may identify a patient does not come in.
//!
//! Looks at the names of columns, at cells and at FASTA headers. It finds what is labelled (a column `dob`, a
//! header `|mrn=4711|`) and what has a shape of its own (an e-mail address, a telephone number, an identity number
//! with a check digit). Refuses to find a name without a label: `Jane Doe` in a column of remarks looks like any
//! two words, so the first page of the manual asks people not to write it there. What is found is never repeated
//! in a finding, because findings are shown and logged. Start at [`personal_in_header`].

mod labels;
mod shapes;
#[cfg(test)]
mod tests;

pub(super) use labels::{is_about_people_at_work, personal_label};
pub(super) use shapes::personal_shape;

/// What was found that may identify a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Personal {
    /// A person's name.
    Name,
    /// A date of birth.
    Birth,
    /// An address.
    Address,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A number of a passport, an identity card, an insurance.
    IdentityNumber,
    /// A number of a patient or a medical record.
    MedicalRecord,
}

impl Personal {
    /// What it is, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "a person's name",
            Self::Birth => "a date of birth",
            Self::Address => "an address",
            Self::Phone => "a telephone number",
            Self::Email => "an e-mail address",
            Self::IdentityNumber => "an identity number",
            Self::MedicalRecord => "the number of a patient or of a medical record",
        }
    }

    /// What to do about it in a column of that kind.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Birth => "Remove it; if the age matters, write completed years into a column host_age.",
            Self::Address => "Remove it; write the country, the division and at most the town.",
            Self::MedicalRecord => {
                "Remove it, or replace it by a code that only your laboratory can trace, and name the column sample."
            }
            Self::Name | Self::Phone | Self::Email | Self::IdentityNumber => "Remove it.",
        }
    }
}

/// What in one FASTA header, with or without its `>`, may identify a patient.
///
/// Names as laboratories give them pass: `hCoV-19/Kenya/K-1234/2024`, accession numbers, dates of collection.
pub fn personal_in_header(header: &str) -> Option<Personal> {
    personal_in_text(header.trim_start_matches('>'))
}

/// What in a text may identify a patient: by a shape, or by a label with something behind it.
pub(super) fn personal_in_text(text: &str) -> Option<Personal> {
    personal_shape(text).or_else(|| labels::personal_by_label(text))
}
