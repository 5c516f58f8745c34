//! What laboratories measured: mutations under an oligo and what they did to the assay, with the publication.
//!
//! Measured goes before predicted, where exactly the measured mutations lie under the oligo. Start at
//! [`Evidence::of_table`].

use super::oligo::Oligo;
use super::rules::Verdict;
use super::table::{Line, TableProblem, each_line};
use super::wording;
use crate::calls::Substitution;
use crate::coordinate::RefPos;
use std::str::FromStr;

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasuredEffect {
    /// The assay worked as well.
    NoEffect,
    /// It was less sensitive.
    Reduced,
    /// It found nothing.
    Lost,
}

impl MeasuredEffect {
    /// The verdict that follows.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::NoEffect => Verdict::NoPredictedEffect,
            Self::Reduced => Verdict::PossibleLoss,
            Self::Lost => Verdict::ProbableLoss,
        }
    }

    /// The words of sentences.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoEffect => "no effect",
            Self::Reduced => "less sensitive",
            Self::Lost => "not detected",
        }
    }
}

impl FromStr for MeasuredEffect {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "none" => Ok(Self::NoEffect),
            "reduced" => Ok(Self::Reduced),
            "lost" => Ok(Self::Lost),
            _ => Err(()),
        }
    }
}

/// One measurement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The assay.
    pub assay: String,
    /// The oligo under which the mutations lie.
    pub oligo: String,
    /// All mutations under the oligo, in order of position.
    pub mutations: Vec<Substitution>,
    /// What they did.
    pub effect: MeasuredEffect,
    /// The publication.
    pub citation: String,
}

impl Evidence {
    /// Whether it says that a mutation alone does no harm under an oligo.
    pub fn clears(&self, oligo: &Oligo, mutation: &str) -> bool {
        let is_alone = matches!(&self.mutations[..], [alone] if wording::mutation(alone) == mutation);
        self.oligo == oligo.name && is_alone && self.effect == MeasuredEffect::NoEffect
    }

    /// Reads a table with the columns `assay`, `oligo`, `mutations` (`C28311T`, several with commas), `effect` (`none`,
    /// `reduced`, `lost`) and `citation`, and what is wrong with it.
    pub fn of_table(text: &str) -> (Vec<Self>, Vec<TableProblem>) {
        let mut evidence = Vec::new();
        let problems = each_line(text, &["assay", "oligo", "mutations", "effect", "citation"], |line| {
            evidence.push(Self::of_line(line)?);
            Ok(())
        });
        (evidence, problems)
    }

    fn of_line(line: &Line) -> Result<Self, TableProblem> {
        let written = line.needed("mutations")?;
        let mutations = written.split(',').map(|mutation| substitution(mutation.trim()));
        let mut mutations = mutations.collect::<Option<Vec<_>>>().ok_or_else(|| {
            line.problem("mutations", format!("'{written}' is not like C28311T, several with commas between"))
        })?;
        mutations.sort_unstable();
        let effect = line.needed("effect")?;
        Ok(Self {
            assay: line.needed("assay")?.to_owned(),
            oligo: line.needed("oligo")?.to_owned(),
            mutations,
            effect: effect
                .parse()
                .map_err(|()| line.problem("effect", format!("'{effect}' is not none, reduced or lost")))?,
            citation: line.needed("citation")?.to_owned(),
        })
    }
}

/// `C28311T`.
fn substitution(text: &str) -> Option<Substitution> {
    let is_base = |letter: &u8| b"ACGT".contains(letter);
    let (&from, rest) = text.as_bytes().split_first()?;
    let (&to, digits) = rest.split_last()?;
    let position: u32 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let position = RefPos(position.checked_sub(1)?);
    [from, to].iter().all(is_base).then_some(Substitution { position, from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurements_are_read_and_bad_lines_told() {
        let check = |lines: &str, expected: &str| {
            let text = format!("assay\toligo\tmutations\teffect\tcitation\n{lines}");
            let (evidence, problems) = Evidence::of_table(&text);
            let found = evidence.iter().map(|one| {
                let Evidence { assay, oligo, mutations, effect, .. } = one;
                let mutations: Vec<String> = mutations
                    .iter()
                    .map(|m| format!("{}{}{}", char::from(m.from), m.position, char::from(m.to)))
                    .collect();
                format!("{assay}/{oligo} {}: {}", mutations.join("+"), effect.words())
            });
            let shown: Vec<String> = found.chain(problems.iter().map(ToString::to_string)).collect();
            assert_eq!(shown.join(" | "), expected);
        };
        check("N1\tP\tC28312T, C28311T\tnone\tdoi\n", "N1/P C28311T+C28312T: no effect");
        check(
            "N1\tP\t28311\tnone\tdoi\n",
            "line 2, column mutations: '28311' is not like C28311T, several with commas between",
        );
        check("N1\tP\tC28311T\tfine\tdoi\n", "line 2, column effect: 'fine' is not none, reduced or lost");
        check("N1\tP\tC28311T\tnone\t\n", "line 2, column citation: is empty");
    }
}
