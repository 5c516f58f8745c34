//! A panel with the place of each oligo on a reference, ready to be held against genomes.
//!
//! Most genomes change few oligos: [`PanelOnReference::assess`] says what differs from [`PanelOnReference::usual`], what
//! a genome like the reference would get. Start there.

use super::binding::{self, Placement, Site, Strands};
use super::evidence::Evidence;
use super::melting::MeltingTemperature;
use super::oligo::{Assay, LENGTHS, Oligo, Panel, Role};
use super::pairing::Pairing;
use super::rules::{Rules, Verdict};
use super::wording::{self, is_inside, touches};
use crate::alphabet::{GAP, nucleotide};
use crate::annotation::Strand;
use crate::calls::Calls;
use crate::coordinate::{Position, RefPos, Span};

/// Letters beside a site in which an oligo may bind when the genome has gaps there.
const FLANK: u32 = 30;

/// Per cent of an insert that must be unread for its amplicon to count as dropped out.
const DROPPED_OUT_PERCENT: u64 = 80;

/// Longest window an oligo is laid along, in letters.
const LONGEST_WINDOW: usize = 2_000;

/// What is to be expected of one oligo on one genome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OligoFinding {
    /// The verdict.
    pub verdict: Verdict,
    /// What does not match.
    pub pairing: Pairing,
    /// Mismatches that the design does not have on the reference.
    pub new: u32,
    /// Why, as a sentence; empty where all is as designed.
    pub explanation: String,
}

/// What is to be expected of one assay on one genome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssayFinding {
    /// The verdict: of each role the best of its alternatives, and of these the worst.
    pub verdict: Verdict,
    /// In the order of the assay's oligos.
    pub oligos: Vec<OligoFinding>,
    /// Letters of the genome between the primers, themselves included; `None` if a primer binds nowhere.
    pub amplicon_nt: Option<u32>,
    /// Of the letters of the reference that only this assay's insert covers, how many the genome lacks.
    pub unread_nt: u32,
}

/// An assay with the places of its oligos.
#[derive(Clone, Debug)]
pub struct PlacedAssay {
    /// The assay.
    pub assay: Assay,
    /// Where its oligos bind, in order.
    pub placements: Vec<Placement>,
    /// On their perfect complements, where that can be computed.
    melting: Vec<Option<MeltingTemperature>>,
    /// What lies between its primers on the reference.
    pub amplicon: Option<Span<RefPos>>,
    /// What of its insert, between the primers, no other insert of the panel covers; all of it if that is nothing.
    pub insert: Vec<Span<RefPos>>,
    evidence: Vec<Evidence>,
    usual: AssayFinding,
}

/// A panel on a reference.
#[derive(Clone, Debug, Default)]
pub struct PanelOnReference {
    assays: Vec<PlacedAssay>,
    rules: Rules,
    /// Sites in order of their begin, with the number of their assay.
    sites: Vec<(Span<RefPos>, usize)>,
}

impl PanelOnReference {
    /// Finds every oligo of a panel on a reference.
    pub fn new(panel: Panel, reference: &[u8], rules: Rules, evidence: &[Evidence]) -> Self {
        let strands = Strands::new(reference);
        let assays =
            panel.assays.into_iter().map(|assay| PlacedAssay::new(assay, &strands, &rules, evidence));
        let mut assays: Vec<PlacedAssay> = assays.collect();
        set_inserts(&mut assays);
        let sites = assays.iter().enumerate().flat_map(|(number, assay)| {
            assay.placements.iter().filter_map(Placement::site).map(move |site| (site.span, number))
        });
        let mut sites: Vec<(Span<RefPos>, usize)> = sites.collect();
        sites.sort_unstable();
        Self { assays, rules, sites }
    }

    /// The assays.
    pub fn assays(&self) -> &[PlacedAssay] {
        &self.assays
    }

    /// What a genome that is like the reference gets.
    pub fn usual(&self, assay: usize) -> &AssayFinding {
        &self.assays[assay].usual
    }

    /// What differs from the usual on a genome: number of the assay and finding, in order.
    pub fn assess(&self, calls: &Calls, reference: &[u8]) -> Vec<(usize, AssayFinding)> {
        let touched = self.touched(calls, reference.len() as u32);
        touched
            .into_iter()
            .map(|number| (number, self.assays[number].assess(calls, reference, &self.rules)))
            .collect()
    }

    /// Assays under whose oligos or between whose primers something changed.
    fn touched(&self, calls: &Calls, length: u32) -> Vec<usize> {
        let mut touched = Vec::new();
        let mut add = |span: Span<RefPos>| {
            let longest = *LENGTHS.end() as u32;
            let first = self.sites.partition_point(|(site, _)| site.begin.0 + longest <= span.begin.0);
            let reached = self.sites[first..].iter().take_while(|(site, _)| site.begin < span.end);
            touched.extend(reached.filter(|(site, _)| touches(*site, span)).map(|&(_, number)| number));
        };
        calls.substitutions.iter().for_each(|sub| add(Span::new(sub.position.0, sub.position.0 + 1)));
        calls.missing.iter().chain(&calls.deletions).for_each(|&span| add(span));
        calls.ambiguous.iter().for_each(|run| add(run.span));
        let (begin, end) = (calls.aligned.begin.0, calls.aligned.end.0);
        [Span::new(0, begin), Span::new(end, length)].into_iter().for_each(&mut add);
        for insertion in calls.insertions.iter().filter(|insertion| insertion.after > 0) {
            add(Span::new(insertion.after - 1, insertion.after + 1));
        }
        for (number, assay) in self.assays.iter().enumerate() {
            let is_gapped = assay.amplicon.is_some_and(|amplicon| has_gap(calls, amplicon));
            if is_gapped || unread(calls, &assay.insert) > 0 {
                touched.push(number);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        touched
    }
}

impl PlacedAssay {
    /// Melting temperature of an oligo on a genome, where it can be computed.
    pub fn melting_of(&self, oligo: usize, pairing: &Pairing) -> Option<MeltingTemperature> {
        if pairing.mismatches.is_empty() {
            return self.melting[oligo].filter(|_| pairing.unread == 0);
        }
        let oligo = &self.assay.oligos[oligo];
        oligo.chemistry.filter(|_| pairing.unread == 0)?.melting(&oligo.letters, &pairing.mismatches)
    }

    fn new(assay: Assay, strands: &Strands, rules: &Rules, evidence: &[Evidence]) -> Self {
        let placements = binding::place(&assay, strands);
        let melting =
            assay.oligos.iter().map(|oligo| oligo.chemistry?.melting(&oligo.letters, &[])).collect();
        let of_role = |role| {
            let with_role = assay
                .oligos
                .iter()
                .zip(&placements)
                .find(|(oligo, placed)| oligo.role == role && placed.site().is_some());
            with_role.and_then(|(_, placed)| placed.site())
        };
        let primers = of_role(Role::Forward).zip(of_role(Role::Reverse));
        let amplicon = primers.and_then(|(forward, reverse)| binding::amplicon(forward, reverse));
        let evidence = evidence.iter().filter(|one| one.assay == assay.name).cloned().collect();
        let usual = AssayFinding {
            verdict: Verdict::NoPredictedEffect,
            oligos: Vec::new(),
            amplicon_nt: None,
            unread_nt: 0,
        };
        let insert = Vec::new();
        let mut placed = Self { assay, placements, melting, amplicon, insert, evidence, usual };
        let whole = Span::new(0, u32::MAX);
        placed.usual = placed.assess(&Calls { aligned: whole, ..Calls::default() }, strands.letters(), rules);
        placed
    }

    /// Letters of the insert that is looked at for drop-outs.
    pub fn insert_nt(&self) -> u32 {
        self.insert.iter().map(|span| span.len()).sum()
    }

    /// Whether an amplicon seems to have dropped out: nearly nothing of what only it covers was read.
    pub fn has_dropped_out(&self, finding: &AssayFinding) -> bool {
        let insert = self.insert_nt();
        insert > 0 && u64::from(finding.unread_nt) * 100 >= u64::from(insert) * DROPPED_OUT_PERCENT
    }

    /// The span between the innermost primers.
    fn between_primers(&self) -> Option<Span<RefPos>> {
        let amplicon = self.amplicon?;
        let each = self.assay.oligos.iter().zip(&self.placements);
        let primers = each.filter(|(oligo, _)| oligo.role != Role::Probe);
        let middle = u32::midpoint(amplicon.begin.0, amplicon.end.0);
        let (mut begin, mut end) = (amplicon.begin.0, amplicon.end.0);
        for site in primers.filter_map(|(_, placement)| placement.site()) {
            match site.span.begin.0 < middle {
                true => begin = begin.max(site.span.end.0),
                false => end = end.min(site.span.begin.0),
            }
        }
        (begin < end).then(|| Span::new(begin, end))
    }

    fn assess(&self, calls: &Calls, reference: &[u8], rules: &Rules) -> AssayFinding {
        let each = self.assay.oligos.iter().zip(&self.placements);
        let oligos: Vec<OligoFinding> = each
            .map(|(oligo, placement)| self.assess_oligo(oligo, placement, calls, reference, rules))
            .collect();
        let roles = Role::ALL.into_iter().filter_map(|role| self.of_role(role, &oligos));
        let verdict = roles.max().unwrap_or(Verdict::NotAssessable);
        let amplicon_nt = self.amplicon.map(|span| letters_in(calls, span));
        AssayFinding { verdict, amplicon_nt, unread_nt: unread(calls, &self.insert), oligos }
    }

    fn assess_oligo(
        &self,
        oligo: &Oligo,
        placement: &Placement,
        calls: &Calls,
        reference: &[u8],
        rules: &Rules,
    ) -> OligoFinding {
        let Some(site) = placement.site() else {
            let explanation = format!("the {} fits nowhere on the reference", oligo.role.phrase());
            return OligoFinding {
                verdict: Verdict::NotAssessable,
                pairing: Pairing::default(),
                new: 0,
                explanation,
            };
        };
        let pairing = pair(oligo, site, calls, reference);
        let predicted = rules.of_oligo(oligo.role, oligo.letters.len() as u32, &pairing);
        let measured = self.measured(oligo, site, &pairing, calls);
        OligoFinding {
            verdict: measured.map_or(predicted, |evidence| evidence.effect.verdict()),
            new: pairing.beyond(&site.design),
            explanation: wording::explain(oligo, site, &pairing, calls, measured),
            pairing,
        }
    }

    /// What was measured with exactly the mutations under an oligo.
    fn measured(&self, oligo: &Oligo, site: &Site, pairing: &Pairing, calls: &Calls) -> Option<&Evidence> {
        if pairing.unread > 0 || pairing.mismatches.iter().any(|mismatch| mismatch.is_gap()) {
            return None;
        }
        let mutations = wording::mismatching(oligo, site, calls);
        self.evidence.iter().find(|one| one.oligo == oligo.name && one.mutations == mutations)
    }

    /// Mutations to blame for a loss: number of the oligo and mutation. Of a role with alternatives only what the best
    /// of them suffers from, and nothing that alone was measured to do no harm.
    pub fn blamed(&self, finding: &AssayFinding, calls: &Calls) -> Vec<(usize, String)> {
        let mut blamed = Vec::new();
        for (at, _) in self.deciding(finding).filter(|(_, own)| own.verdict.is_loss() && own.new > 0) {
            if let Some(site) = self.placements[at].site() {
                let oligo = &self.assay.oligos[at];
                let mutations = wording::mutations(oligo, site, calls).into_iter();
                let is_harmless =
                    |mutation: &String| self.evidence.iter().any(|one| one.clears(oligo, mutation));
                let mutations = mutations.filter(|mutation| !is_harmless(mutation));
                blamed.extend(mutations.map(|mutation| (at, mutation)));
            }
        }
        blamed
    }

    /// The verdict of a role: that of the best of its oligos.
    fn of_role(&self, role: Role, findings: &[OligoFinding]) -> Option<Verdict> {
        let with_role = self.assay.oligos.iter().zip(findings).filter(|(oligo, _)| oligo.role == role);
        with_role.map(|(_, own)| own.verdict).min()
    }

    /// Oligos, by number, that decide the verdicts of their roles.
    pub fn deciding<'a>(
        &'a self,
        finding: &'a AssayFinding,
    ) -> impl Iterator<Item = (usize, &'a OligoFinding)> {
        finding.oligos.iter().enumerate().filter(|(at, own)| {
            self.of_role(self.assay.oligos[*at].role, &finding.oligos) == Some(own.verdict)
        })
    }

    /// Measurements that name no oligo of this assay.
    pub fn evidence_without_oligo(&self) -> impl Iterator<Item = &Evidence> {
        self.evidence.iter().filter(|one| self.assay.oligos.iter().all(|oligo| oligo.name != one.oligo))
    }
}

/// Sets what only each assay's insert covers.
fn set_inserts(assays: &mut [PlacedAssay]) {
    let inserts: Vec<Option<Span<RefPos>>> = assays.iter().map(PlacedAssay::between_primers).collect();
    for (number, placed) in assays.iter_mut().enumerate() {
        let Some(own) = inserts[number] else { continue };
        let others = inserts.iter().enumerate().filter(|(other, _)| *other != number);
        let others = others.filter_map(|(_, span)| *span).filter(|span| touches(*span, own));
        let mut others: Vec<Span<RefPos>> = others.collect();
        others.sort_unstable();
        let mut begin = own.begin.0;
        for other in others {
            if other.begin.0 > begin {
                placed.insert.push(Span::new(begin, other.begin.0.min(own.end.0)));
            }
            begin = begin.max(other.end.0);
        }
        if begin < own.end.0 {
            placed.insert.push(Span::new(begin, own.end.0));
        }
        if placed.insert.is_empty() {
            placed.insert.push(own);
        }
    }
}

/// How many letters of some spans a genome lacks: N, or beyond its ends.
fn unread(calls: &Calls, spans: &[Span<RefPos>]) -> u32 {
    let ends = [Span::new(0, calls.aligned.begin.0), Span::new(calls.aligned.end.0, u32::MAX)];
    let in_span = |span: &Span<RefPos>| {
        let first = calls.missing.partition_point(|missing| missing.end <= span.begin);
        let missing = calls.missing[first..].iter().take_while(|missing| missing.begin < span.end);
        missing.chain(&ends).map(|lacking| lacking.intersect(*span).len()).sum::<u32>()
    };
    spans.iter().map(in_span).sum()
}

fn has_gap(calls: &Calls, span: Span<RefPos>) -> bool {
    calls.deletions.iter().any(|&deletion| touches(deletion, span))
        || calls.insertions.iter().any(|insertion| is_inside(insertion.after, span))
}

/// Letters a genome has in a span of the reference.
fn letters_in(calls: &Calls, span: Span<RefPos>) -> u32 {
    let deleted: u32 = calls.deletions.iter().map(|deletion| deletion.intersect(span).len()).sum();
    let inserted = calls.insertions.iter().filter(|insertion| is_inside(insertion.after, span));
    span.len() - deleted + inserted.map(|insertion| insertion.letters.len() as u32).sum::<u32>()
}

/// Holds an oligo against a genome at its site.
fn pair(oligo: &Oligo, site: &Site, calls: &Calls, reference: &[u8]) -> Pairing {
    if !has_gap(calls, site.span) {
        return Pairing::of(&oligo.letters, &on_strand(letters(calls, reference, site.span), site.strand));
    }
    // Whole deletions lie inside the window, with letters on both sides.
    let gaps = calls.deletions.iter().filter(|deletion| touches(**deletion, site.span));
    let (begin, end) = gaps.fold((site.span.begin.0, site.span.end.0), |(begin, end), deletion| {
        (begin.min(deletion.begin.0), end.max(deletion.end.0))
    });
    let window = Span::new(begin.saturating_sub(FLANK), (end + FLANK).min(reference.len() as u32));
    let mut letters = letters(calls, reference, window);
    letters.truncate(LONGEST_WINDOW);
    Pairing::within(&oligo.letters, &on_strand(letters, site.strand))
}

fn on_strand(mut letters: Vec<u8>, strand: Strand) -> Vec<u8> {
    if strand == Strand::Reverse {
        nucleotide::reverse_complement(&mut letters);
    }
    letters
}

/// The letters of a genome in a span of the reference, with insertions and without deletions; N where it ends.
fn letters(calls: &Calls, reference: &[u8], span: Span<RefPos>) -> Vec<u8> {
    let mut letters = reference[span.indices()].to_vec();
    let within = |other: Span<RefPos>| {
        let shared = other.intersect(span);
        shared.begin.index().saturating_sub(span.begin.index())
            ..shared.end.index().saturating_sub(span.begin.index())
    };
    let ends = [Span::new(0, calls.aligned.begin.0), Span::new(calls.aligned.end.0, u32::MAX)];
    for &unread in calls.missing.iter().chain(&ends) {
        letters[within(unread)].fill(nucleotide::UNKNOWN);
    }
    for substitution in calls.substitutions.iter().filter(|sub| span.contains(sub.position)) {
        letters[substitution.position.index() - span.begin.index()] = substitution.to;
    }
    for run in &calls.ambiguous {
        letters[within(run.span)].fill(run.letter);
    }
    for &deletion in &calls.deletions {
        letters[within(deletion)].fill(GAP);
    }
    let mut insertions: Vec<_> = calls.insertions.iter().filter(|one| is_inside(one.after, span)).collect();
    insertions.sort_by_key(|insertion| std::cmp::Reverse(insertion.after));
    for insertion in insertions {
        let at = (insertion.after - span.begin.0) as usize;
        letters.splice(at..at, insertion.letters.iter().copied());
    }
    letters.retain(|&letter| letter != GAP);
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assay::table;
    use crate::calls::{Insertion, Substitution};

    const REFERENCE: &[u8] = b"TTGACGATCAGTACGGATTCAGCTAAGGCTTACGATCGGATATCCAGGACTTAGCCATGCAATCGGTCCATAGG";

    /// Forward from 6, probe from 30, reverse at the end.
    fn panel() -> PanelOnReference {
        let text = "assay\toligo\trole\tsequence\n\
                    A\tF\tforward\tGATCAGTACGGATTCAGC\n\
                    A\tP1\tprobe\tACGATCGGATATCCAGG\n\
                    A\tP2\tprobe\tACGATCGGATCTCCAGG\n\
                    A\tR\treverse\tTGGACCGATTGCATGG\n";
        let (panel, problems) = table::read(text);
        assert_eq!(problems, []);
        let (evidence, _) = Evidence::of_table(
            "assay\toligo\tmutations\teffect\tcitation\nA\tF\tC23T\tnone\tSomebody 2020\n",
        );
        PanelOnReference::new(panel, REFERENCE, Rules::default(), &evidence)
    }

    fn calls() -> Calls {
        Calls { aligned: Span::new(0, REFERENCE.len() as u32), ..Calls::default() }
    }

    fn substitution(position: u32, to: u8) -> Substitution {
        Substitution { position: RefPos(position - 1), from: REFERENCE[position as usize - 1], to }
    }

    fn check(calls: Calls, expected: &str) {
        let panel = panel();
        let changed = panel.assess(&calls, REFERENCE);
        let finding = changed.first().map_or(panel.usual(0), |(_, finding)| finding);
        let oligos = finding.oligos.iter().map(|oligo| {
            let OligoFinding { pairing, new, explanation, verdict } = oligo;
            format!("{}/{new} {}: {explanation}", pairing.mismatches.len(), verdict.words())
        });
        let shown: Vec<String> = oligos.collect();
        let amplicon = finding.amplicon_nt.map_or("none".to_owned(), |length| length.to_string());
        assert_eq!(format!("{} [{amplicon}]\n{}", finding.verdict.words(), shown.join("\n")), expected);
    }

    #[test]
    fn a_genome_like_the_reference_is_found_by_one_of_each_role() {
        check(
            calls(),
            "no predicted effect [65]\n\
             0/0 no predicted effect: \n\
             0/0 no predicted effect: \n\
             1/0 possible loss: 1 mismatch in the design of the probe\n\
             0/0 no predicted effect: ",
        );
    }

    #[test]
    fn mutations_are_told_by_the_bases_they_lie_under() {
        let substitutions = vec![substitution(6, b'A'), substitution(7, b'C'), substitution(42, b'C')];
        check(
            Calls { substitutions, ..calls() },
            "possible loss [65]\n\
             2/2 possible loss: 6–7 GA→AC under the first two bases of the forward primer\n\
             1/1 possible loss: 42 A→C under base 11 of 17 of the probe\n\
             0/0 no predicted effect: \n\
             0/0 no predicted effect: ",
        );
    }

    #[test]
    fn the_reverse_primer_is_read_from_its_own_end() {
        check(
            Calls { substitutions: vec![substitution(55, b'A')], ..calls() },
            "probable loss [65]\n\
             0/0 no predicted effect: \n\
             0/0 no predicted effect: \n\
             1/0 possible loss: 1 mismatch in the design of the probe\n\
             1/1 probable loss: 55 C→A under the last base (3′ end) of the reverse primer",
        );
    }

    #[test]
    fn what_was_measured_goes_before_the_rules() {
        check(
            Calls { substitutions: vec![substitution(23, b'T')], ..calls() },
            "no predicted effect [65]\n\
             1/1 no predicted effect: 23 C→T under the last base (3′ end) of the forward primer; measured: no effect \
             (Somebody 2020)\n\
             0/0 no predicted effect: \n\
             1/0 possible loss: 1 mismatch in the design of the probe\n\
             0/0 no predicted effect: ",
        );
    }

    #[test]
    fn gaps_and_letters_not_read_are_told() {
        check(
            Calls {
                deletions: vec![Span::new(11, 14)],
                insertions: vec![Insertion { after: 60, letters: b"A".to_vec() }],
                missing: vec![Span::new(30, 33)],
                ..calls()
            },
            "probable loss [63]\n\
             3/3 probable loss: 12–14 deleted under bases 7–9 of 18 of the forward primer\n\
             0/0 not assessable: 2 of 17 bases of the probe lie on letters that were not read\n\
             1/0 possible loss: 2 of 17 bases of the probe lie on letters that were not read\n\
             1/1 possible loss: 1 letter inserted after 60 under the reverse primer",
        );
    }

    #[test]
    fn a_genome_that_ends_before_an_oligo_cannot_be_assessed() {
        check(
            Calls { aligned: Span::new(0, 60), ..calls() },
            "not assessable [65]\n\
             0/0 no predicted effect: \n\
             0/0 no predicted effect: \n\
             1/0 possible loss: 1 mismatch in the design of the probe\n\
             0/0 not assessable: 10 of 16 bases of the reverse primer lie on letters that were not read",
        );
    }
}
