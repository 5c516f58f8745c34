//! What a genome differs in from nodes of the tree: its nearest node, founders, searched nodes.

use super::groups::{Base, Genome};
use super::value::{self, Object};
use super::{Json, calls};
use crate::alphabet::nucleotide;
use crate::analysis::{Analysis, Place};
use crate::calls::Substitution;
use crate::coordinate::{CodonPos, RefPos, Span};
use crate::pack::auspice::DivergenceUnits;
use crate::rows::text::Buffer;
use crate::translation::Reading;
use crate::tree::{AaChange, AaState, NucState, ReferenceTree, RelativeMutations, RelativeNuc};

/// Divergence of a branch that has no mutation that counts but others: not zero, so that it is seen.
const DIVERGENCE_OF_OTHERS: f64 = 0.06;

/// A change of one coding sequence, whether it goes back to the reference's residue, and its labels.
type AaEntry<'a> = (&'a AaChange, bool, &'a [String]);

impl Json<'_> {
    /// Differences from the nearest node.
    pub(super) fn write_private(&self, object: &mut Object, analysis: &Analysis, genome: &Genome) {
        match &analysis.place {
            Some(place) => {
                self.nuc(object.field("privateNucMutations"), &place.private);
                self.aa(object.field("privateAaMutations"), &place.private, analysis, genome);
            }
            None => {
                let nothing = RelativeMutations::default();
                self.nuc(object.field("privateNucMutations"), &nothing);
                object.field("privateAaMutations").extend_from_slice(b"{}");
            }
        }
    }

    /// Differences from the founders of clade and lineages.
    pub(super) fn write_founders(&self, object: &mut Object, analysis: &Analysis, genome: &Genome) {
        let Some((tree, place)) = self.pack.tree().zip(analysis.place.as_ref()) else {
            object.field("cladeFounderInfo").extend_from_slice(b"null");
            object.field("cladeNodeAttrFounderInfo").extend_from_slice(b"{}");
            return;
        };
        let node = place.placement.node;
        let founder = |object: &mut Object, key: &str, value: Option<&str>, found: &RelativeMutations| {
            object.text("key", key);
            object.text("value", value.unwrap_or_default());
            object.count("nodeKey", found.node);
            object.text("nodeName", tree.node_name(found.node));
            self.nuc(object.field("nucMutations"), found);
            self.aa(object.field("aaMutations"), found, analysis, genome);
        };
        object.object_or_null("cladeFounderInfo", place.clade_founder.as_ref(), |object, found| {
            founder(object, "clade", tree.clade(node), found);
        });
        let attributes = &tree.file().meta.clade_node_attrs;
        value::object(object.field("cladeNodeAttrFounderInfo"), |object| {
            for &at in &self.attributes_by_name {
                if let Some(found) = place.attribute_founders.get(at).and_then(Option::as_ref) {
                    let name = &attributes[at].name;
                    value::object(object.field_named(name), |object| {
                        founder(object, name, tree.attribute(node, at), found);
                    });
                }
            }
        });
    }

    /// Differences from the nodes the pack searches for.
    pub(super) fn write_searched(&self, object: &mut Object, analysis: &Analysis, genome: &Genome) {
        let results = self.search_results(analysis.place.as_ref());
        let results = || results.iter();
        object.list("refNodeSearchResults", results(), |out, result| out.extend_from_slice(&result.whole));
        let mutations = |out: &mut Buffer, result: &super::searches::SearchResult, is_nuc: bool| {
            value::object(out, |object| {
                object.field("search").extend_from_slice(&result.whole);
                let Some((found, fields)) = &result.found else { return };
                value::object(object.field("result"), |object| {
                    object.fields_as_written(fields);
                    let out = object.field("muts");
                    if is_nuc { self.nuc(out, found) } else { self.aa(out, found, analysis, genome) }
                });
            });
        };
        object.list("relativeNucMutations", results(), |out, result| mutations(out, result, true));
        object.list("relativeAaMutations", results(), |out, result| mutations(out, result, false));
    }

    fn nuc(&self, out: &mut Buffer, found: &RelativeMutations) {
        let RelativeNuc { substitutions, deletions } = &found.nuc;
        let deleted = self.deleted_letters(found.node, deletions);
        let map = &self.pack.pathogen().labels;
        let labels = |change: &Substitution| map.of_nucleotide(change.position, change.to);
        let reversions = || substitutions.iter().filter(|sub| sub.is_reversion).map(|sub| &sub.change);
        let others = || substitutions.iter().filter(|sub| !sub.is_reversion).map(|sub| &sub.change);
        let labeled = || others().filter(|change| !labels(change).is_empty());
        let unlabeled = || others().filter(|change| labels(change).is_empty());
        value::object(out, |object| {
            let all = substitutions.iter().map(|sub| &sub.change);
            object.list("privateSubstitutions", all, calls::substitution);
            object.list("privateDeletions", deleted.iter().copied(), calls::deleted_letter);
            object.list("privateDeletionRanges", deletions.iter().copied(), calls::deleted_span);
            object.list("reversionSubstitutions", reversions(), calls::substitution);
            object.list("labeledSubstitutions", labeled(), |out, change| {
                with_labels(out, labels(change), |out| calls::substitution(out, change));
            });
            object.list("unlabeledSubstitutions", unlabeled(), calls::substitution);
            object.count("totalPrivateSubstitutions", substitutions.len());
            object.count("totalPrivateDeletions", deleted.len());
            object.count("totalReversionSubstitutions", reversions().count());
            object.count("totalLabeledSubstitutions", labeled().count());
            object.count("totalUnlabeledSubstitutions", unlabeled().count());
        });
    }

    /// The letters a node has where the genome has none.
    fn deleted_letters(&self, node: u32, deletions: &[Span<RefPos>]) -> Vec<(RefPos, u8)> {
        let Some(tree) = self.pack.tree().filter(|_| !deletions.is_empty()) else { return Vec::new() };
        let mut states = tree.nuc_states(node).peekable();
        let mut letters = Vec::new();
        for position in deletions.iter().flat_map(|span| span.positions()) {
            while states.next_if(|state| state.position < position).is_some() {}
            let state = states.peek().filter(|state| state.position == position);
            letters
                .push((position, state.map_or(self.pack.reference().letter(position), |state| state.letter)));
        }
        letters
    }

    fn aa(&self, out: &mut Buffer, found: &RelativeMutations, analysis: &Analysis, genome: &Genome) {
        let Some(tree) = self.pack.tree() else { return };
        let (mut substitutions, mut deletions) = (&found.aa.substitutions[..], &found.aa.deletions[..]);
        let mut nuc_states: Option<Vec<NucState>> = None;
        value::object(out, |object| {
            for reading in self.readings_by_name(analysis) {
                let own = substitutions.iter().take_while(|(change, _)| change.cds == reading.cds).count();
                let (own_substitutions, rest) = substitutions.split_at(own);
                substitutions = rest;
                let own = deletions.iter().take_while(|change| change.cds == reading.cds).count();
                let (own_deletions, rest) = deletions.split_at(own);
                deletions = rest;
                if own_substitutions.is_empty() && own_deletions.is_empty() {
                    object.fields_as_written(&self.unchanged_cdses[reading.cds]);
                    continue;
                }
                let nuc = nuc_states.get_or_insert_with(|| tree.nuc_states(found.node).collect());
                let aa: Vec<AaState> = tree.aa_states(found.node, reading.cds).collect();
                let block = AaBlock {
                    json: self,
                    reading,
                    substitutions: &self.labeled(own_substitutions),
                    deletions: own_deletions,
                };
                let out = self.cds_field(object, reading.cds);
                value::object(out, |object| block.write(object, Base { nuc, aa: &aa }, genome));
            }
        });
    }

    fn labeled<'a>(&'a self, substitutions: &'a [(AaChange, bool)]) -> Vec<AaEntry<'a>> {
        let map = &self.pack.pathogen().labels;
        let labels = |change: &AaChange, is_reversion: bool| -> &[String] {
            if is_reversion || map.amino_acid.is_empty() {
                return &[];
            }
            map.of_amino_acid(&self.pack.annotation().cdses[change.cds].name, change.position, change.to)
        };
        let entry = |&(ref change, is_reversion)| (change, is_reversion, labels(change, is_reversion));
        substitutions.iter().map(entry).collect()
    }

    /// The field of a coding sequence in which nothing differs, written once for all genomes.
    pub(super) fn unchanged_cds(&self, cds: usize) -> Buffer {
        let reading = Reading { cds, ..Reading::default() };
        let block = AaBlock { json: self, reading: &reading, substitutions: &[], deletions: &[] };
        let mut out = self.cds_key(cds).to_vec();
        out.push(b':');
        let genome = Genome { letters: &[], aligned: Span::default() };
        value::object(&mut out, |object| block.write(object, Base::default(), &genome));
        out
    }

    /// Divergence from the root: that of the nearest node and one for each private substitution that counts.
    pub(super) fn divergence(&self, tree: &ReferenceTree, place: &Place) -> f64 {
        let node = tree.file().nodes.get(place.placement.node as usize);
        let is_masked = |position| tree.file().meta.placement_mask.iter().any(|span| span.contains(position));
        let is_counted = |change: &Substitution| {
            nucleotide::is_acgt(change.from) && nucleotide::is_acgt(change.to) && !is_masked(change.position)
        };
        let private = &place.private.nuc.substitutions;
        let counted = private.iter().filter(|sub| is_counted(&sub.change)).count();
        let mut branch = counted as f64;
        if counted == 0 && !private.is_empty() {
            branch += DIVERGENCE_OF_OTHERS;
        }
        if self.divergence_units == DivergenceUnits::PerSite {
            branch /= f64::from(self.pack.reference().length_nt());
        }
        node.and_then(|node| node.div).unwrap_or(0.0) + branch
    }
}

/// Differences of one coding sequence from a node.
struct AaBlock<'a> {
    json: &'a Json<'a>,
    reading: &'a Reading,
    substitutions: &'a [AaEntry<'a>],
    deletions: &'a [AaChange],
}

impl AaBlock<'_> {
    fn write(&self, object: &mut Object, base: Base, genome: &Genome) {
        let json = self.json;
        let reversions = || self.substitutions.iter().filter(|(_, is_reversion, _)| *is_reversion);
        let others = || self.substitutions.iter().filter(|(_, is_reversion, _)| !is_reversion);
        let labeled = || others().filter(|(_, _, labels)| !labels.is_empty());
        let unlabeled = || others().filter(|(_, _, labels)| labels.is_empty());
        let substitution = |out: &mut Buffer, entry: &AaEntry| json.aa_substitution(out, entry.0);
        object.field("cdsName").extend_from_slice(json.cds_key(self.reading.cds));
        object.list("privateSubstitutions", self.substitutions, substitution);
        object.list("privateDeletions", self.deletions, |out, change| json.aa_deletion(out, change));
        let runs = self.deletions.chunk_by(|a, b| a.position.0 + 1 == b.position.0);
        object.list("privateDeletionRanges", runs, |out, run| {
            let begin = run[0].position.0;
            let span = Span::<CodonPos>::new(begin, begin + run.len() as u32);
            value::object(out, |object| object.span("range", span));
        });
        object.list("reversionSubstitutions", reversions(), substitution);
        object.list("labeledSubstitutions", labeled(), |out, entry| {
            with_labels(out, entry.2, |out| substitution(out, entry));
        });
        object.list("unlabeledSubstitutions", unlabeled(), substitution);
        object.count("totalPrivateSubstitutions", self.substitutions.len());
        object.count("totalPrivateDeletions", self.deletions.len());
        object.count("totalReversionSubstitutions", reversions().count());
        object.count("totalLabeledSubstitutions", labeled().count());
        object.count("totalUnlabeledSubstitutions", unlabeled().count());
        let substituted = self.substitutions.iter().map(|entry| entry.0.position);
        let mut changed: Vec<CodonPos> =
            substituted.chain(self.deletions.iter().map(|change| change.position)).collect();
        changed.sort_unstable();
        let out = object.field("aaChangesGroups");
        out.push(b'[');
        json.write_groups_of(out, self.reading, &changed, base, genome);
        out.push(b']');
    }
}

/// `{"substitution":{...},"labels":["20A"]}`
fn with_labels(out: &mut Buffer, labels: &[String], write: impl FnOnce(&mut Buffer)) {
    value::object(out, |object| {
        write(object.field("substitution"));
        object.list("labels", labels, |out, label| value::string(out, label));
    });
}
