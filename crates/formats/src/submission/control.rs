//! Whether a batch's negative control is empty.
//!
//! A negative control has gone through extraction, amplification and sequencing with nothing put in. What comes
//! out of it came from elsewhere, and may be in the samples beside it too. Refuses to look at reads: it sees the
//! consensus that was handed in. Start at [`control_verdict`].

use super::row::ControlKind;

/// The sequence of one control, as counted by whoever analysed it.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlRecord {
    /// The submitter's name for it.
    pub sample: String,
    /// What control it is.
    pub kind: ControlKind,
    /// Letters of the sequence.
    pub length_nt: u64,
    /// Letters of it that are A, C, G, T or U.
    pub known_nt: u64,
    /// Length of the reference of the pathogen that the batch is of.
    pub reference_nt: u64,
    /// Share of the reference that was covered, 0 to 1, if it was aligned.
    pub covered: Option<f64>,
}

/// From where on a control is not empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ControlThresholds {
    /// A negative control with no more than this many known letters is empty whatever the reference's length.
    pub letters_nt: u64,
    /// Up to this share of the reference, a negative control shows traces.
    pub traces: f64,
    /// A positive control has at least this share of the reference.
    pub positive: f64,
}

/// Reasons, as far as there are any; a laboratory that has measured its own runs should set its own:
///
/// - 200 letters: half an amplicon of the usual tiling schemes (about 400 letters, ARTIC nCoV-2019). No amplicon
///   has come through whole; primers that stick together leave less.
/// - 10 % of the reference: chosen, not measured. Up to it single amplicons came through, which weak samples of the
///   same run (high Ct) may have caught too, and which strong ones outnumber; beyond it most of a genome was there.
/// - 50 % for a positive control: a strong sample loses half of its genome when one of two pools failed.
impl Default for ControlThresholds {
    fn default() -> Self {
        Self { letters_nt: 200, traces: 0.10, positive: 0.50 }
    }
}

/// What a control says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControlState {
    /// As it should be.
    Good,
    /// A negative control with a little in it.
    Traces,
    /// A negative control with a genome in it, or a positive one without.
    Failed,
}

/// What the controls of a batch say together.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlVerdict {
    /// The worst of all controls; none where the batch has none.
    pub state: Option<ControlState>,
    /// Whether there is a negative control, and it is empty.
    pub negative_is_empty: Option<bool>,
    /// Each control in the order given, with the share of the reference that it has.
    pub controls: Vec<(String, ControlState, f64)>,
    /// In words.
    pub message: String,
}

/// Judges the controls of a batch. Run controls are not judged: only the laboratory knows what they should hold.
pub fn control_verdict(records: &[ControlRecord], thresholds: &ControlThresholds) -> ControlVerdict {
    let judged = records.iter().filter_map(|record| {
        let share = share(record);
        let state = match record.kind {
            ControlKind::Run => return None,
            ControlKind::Positive if share >= thresholds.positive => ControlState::Good,
            ControlKind::Positive => ControlState::Failed,
            ControlKind::Negative if record.known_nt <= thresholds.letters_nt => ControlState::Good,
            ControlKind::Negative if share <= thresholds.traces => ControlState::Traces,
            ControlKind::Negative => ControlState::Failed,
        };
        Some((record, state, share))
    });
    let judged: Vec<(&ControlRecord, ControlState, f64)> = judged.collect();
    let worst_of = |kind: ControlKind| {
        let of_kind = judged.iter().filter(|(record, ..)| record.kind == kind);
        of_kind.max_by(|a, b| a.1.cmp(&b.1).then(a.2.total_cmp(&b.2)))
    };
    let negative = worst_of(ControlKind::Negative);
    let message = match (negative, worst_of(ControlKind::Positive)) {
        (Some((record, ControlState::Failed, share)), _) => format!(
            "The negative control {} is not empty: it has {} known letters, {:.0} % of the reference. Do not release \
             this batch before its samples have been looked at; the contamination may be in them too.",
            record.sample,
            record.known_nt,
            share * 100.0
        ),
        (Some((record, ControlState::Traces, share)), _) => format!(
            "The negative control {} has traces in it: {} known letters, {:.1} % of the reference. Look at the samples \
             with high Ct values before releasing them.",
            record.sample,
            record.known_nt,
            share * 100.0
        ),
        (_, Some((record, ControlState::Failed, share))) => format!(
            "The positive control {} has only {:.0} % of the reference: the run may have failed.",
            record.sample,
            share * 100.0
        ),
        (Some(_), _) => "The negative control is empty.".to_owned(),
        (None, _) => {
            "The batch names no negative control: nobody can tell whether the run was clean.".to_owned()
        }
    };
    ControlVerdict {
        state: judged.iter().map(|(_, state, _)| *state).max(),
        negative_is_empty: negative.map(|(_, state, _)| *state == ControlState::Good),
        controls: judged
            .iter()
            .map(|(record, state, share)| (record.sample.clone(), *state, *share))
            .collect(),
        message,
    }
}

/// How much of the reference a record has: as aligned, else by its known letters.
fn share(record: &ControlRecord) -> f64 {
    let by_letters = record.known_nt as f64 / record.reference_nt.max(1) as f64;
    record.covered.filter(|share| share.is_finite()).unwrap_or(by_letters).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(kind: ControlKind, known_nt: u64, covered: Option<f64>) -> ControlRecord {
        ControlRecord {
            sample: "NC1".into(),
            kind,
            length_nt: 29_903,
            known_nt,
            reference_nt: 29_903,
            covered,
        }
    }

    fn check(records: &[ControlRecord], state: Option<ControlState>, empty: Option<bool>, says: &str) {
        let verdict = control_verdict(records, &ControlThresholds::default());
        assert_eq!((verdict.state, verdict.negative_is_empty), (state, empty));
        assert!(verdict.message.contains(says), "{}", verdict.message);
    }

    #[test]
    fn a_negative_control_is_empty_has_traces_or_fails() {
        use ControlKind::Negative;
        check(&[control(Negative, 0, None)], Some(ControlState::Good), Some(true), "is empty");
        check(&[control(Negative, 200, None)], Some(ControlState::Good), Some(true), "is empty");
        check(&[control(Negative, 400, None)], Some(ControlState::Traces), Some(false), "traces in it: 400");
        check(&[control(Negative, 2_990, None)], Some(ControlState::Traces), Some(false), "10.0 %");
        check(
            &[control(Negative, 12_000, None)],
            Some(ControlState::Failed),
            Some(false),
            "40 % of the reference",
        );
        // Letters that are not the pathogen's.
        check(&[control(Negative, 12_000, Some(0.02))], Some(ControlState::Traces), Some(false), "traces");
    }

    #[test]
    fn the_worst_control_speaks() {
        use ControlKind::{Negative, Positive, Run};
        let records =
            [control(Negative, 0, None), control(Negative, 20_000, None), control(Positive, 29_000, None)];
        check(&records, Some(ControlState::Failed), Some(false), "not empty");
        let records = [control(Negative, 0, None), control(Positive, 9_000, None)];
        check(&records, Some(ControlState::Failed), Some(true), "positive control NC1 has only 30 %");
        check(&[control(Run, 29_000, None)], None, None, "names no negative control");
        check(&[], None, None, "names no negative control");
        check(&[control(Negative, 500, Some(f64::NAN))], Some(ControlState::Traces), Some(false), "1.7 %");
    }
}
