//! What a reader of a result should know before relying on it.

use crate::analysis::Analysis;
use crate::pack::Pack;

/// A sentence about one genome that was analysed all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The coding sequence it is about, as index into the annotation's; `None` for the whole genome.
    pub cds: Option<usize>,
    /// The sentence.
    pub sentence: String,
}

impl Warning {
    /// What can be said of an analysis alone: coding sequences that were not read, and turned sequences.
    pub fn of(analysis: &Analysis, pack: &Pack) -> Vec<Self> {
        let cdses = pack.annotation().cdses.iter().enumerate();
        let unread = cdses.filter(|&(cds, _)| analysis.readings.get(cds).is_none_or(Option::is_none));
        let mut warnings: Vec<Self> = unread
            .map(|(cds, description)| Self {
                cds: Some(cds),
                sentence: format!("coding sequence {} was not sequenced", description.name),
            })
            .collect();
        if analysis.is_reverse_complement {
            let sentence =
                "the sequence is the reverse complement of the reference; it was turned".to_owned();
            warnings.push(Self { cds: None, sentence });
        }
        warnings
    }
}
