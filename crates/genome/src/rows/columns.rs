//! The columns of a pack's table: names, order, which groups they belong to.
//!
//! Names and order are those of Nextclade 3.21 (`nextclade.tsv`), with the columns a pack's attributes,
//! phenotypes, motifs and reference nodes add; ours come last. Start at [`Columns::of_pack`].

use crate::pack::Pack;

/// Which node mutations are given relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparedWith {
    /// The founder of the clade.
    CladeFounder,
    /// The founder of the group by a clade-like attribute.
    AttributeFounder(usize),
    /// The node of one of the pack's searches.
    Searched(usize),
}

/// What is given of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparedPart {
    /// Name of the node.
    NodeName,
    /// Nucleotide substitutions.
    Substitutions,
    /// Nucleotide deletions.
    Deletions,
    /// Amino-acid substitutions.
    AaSubstitutions,
    /// Amino-acid deletions.
    AaDeletions,
}

/// Which private mutations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivateKind {
    /// Back to the reference.
    Reversions,
    /// With a label.
    Labeled,
    /// Without.
    Unlabeled,
    /// All.
    All,
}

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident $group:ident $name:literal),* $(,)?) => {
        /// One column.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Column {
            $($(#[$doc])* #[doc = $name] $variant,)*
            /// A clade-like attribute of the nearest node.
            Attribute(usize),
            /// A phenotype score.
            Phenotype(usize),
            /// Matches of a motif.
            Motif(usize),
            /// Mutations relative to another node.
            Compared(ComparedWith, ComparedPart),
        }

        /// The columns every table may have, in order, with the groups people select them by.
        const FIXED: &[(Column, Group, &str)] = &[$((Column::$variant, Group::$group, $name)),*];
    };
}

/// Groups of columns that can be selected together; names as the peer's flag takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// `general`
    General,
    /// `ref-muts`
    RefMuts,
    /// `priv-muts`
    PrivMuts,
    /// `priv-aa-muts`
    PrivAaMuts,
    /// `clade-founder-muts`
    CladeFounderMuts,
    /// `rel-muts`
    RelMuts,
    /// `errs-warns`
    ErrsWarns,
    /// `qc`
    Qc,
    /// `primers`
    Primers,
    /// `dynamic`
    Dynamic,
    /// `hearth`: the columns no other program has.
    Hearth,
}

impl Group {
    const NAMES: [(&'static str, Self); 11] = [
        ("general", Self::General),
        ("ref-muts", Self::RefMuts),
        ("priv-muts", Self::PrivMuts),
        ("priv-aa-muts", Self::PrivAaMuts),
        ("clade-founder-muts", Self::CladeFounderMuts),
        ("rel-muts", Self::RelMuts),
        ("errs-warns", Self::ErrsWarns),
        ("qc", Self::Qc),
        ("primers", Self::Primers),
        ("dynamic", Self::Dynamic),
        ("hearth", Self::Hearth),
    ];
}

columns! {
    Index General "index",
    SeqName General "seqName",
    Clade General "clade",
    QcOverallScore General "qc.overallScore",
    QcOverallStatus General "qc.overallStatus",
    TotalSubstitutions General "totalSubstitutions",
    TotalDeletions General "totalDeletions",
    TotalInsertions General "totalInsertions",
    TotalFrameShifts General "totalFrameShifts",
    TotalMissing General "totalMissing",
    TotalNonAcgtns General "totalNonACGTNs",
    TotalAaSubstitutions General "totalAminoacidSubstitutions",
    TotalAaDeletions General "totalAminoacidDeletions",
    TotalAaInsertions General "totalAminoacidInsertions",
    TotalUnknownAa General "totalUnknownAa",
    AlignmentScore General "alignmentScore",
    AlignmentStart General "alignmentStart",
    AlignmentEnd General "alignmentEnd",
    Coverage General "coverage",
    CdsCoverage General "cdsCoverage",
    IsReverseComplement General "isReverseComplement",
    Substitutions RefMuts "substitutions",
    Deletions RefMuts "deletions",
    Insertions RefMuts "insertions",
    FrameShifts RefMuts "frameShifts",
    AaSubstitutions RefMuts "aaSubstitutions",
    AaDeletions RefMuts "aaDeletions",
    AaInsertions RefMuts "aaInsertions",
    PrivateReversions PrivMuts "privateNucMutations.reversionSubstitutions",
    PrivateLabeled PrivMuts "privateNucMutations.labeledSubstitutions",
    PrivateUnlabeled PrivMuts "privateNucMutations.unlabeledSubstitutions",
    TotalPrivateReversions PrivMuts "privateNucMutations.totalReversionSubstitutions",
    TotalPrivateLabeled PrivMuts "privateNucMutations.totalLabeledSubstitutions",
    TotalPrivateUnlabeled PrivMuts "privateNucMutations.totalUnlabeledSubstitutions",
    TotalPrivate PrivMuts "privateNucMutations.totalPrivateSubstitutions",
    PrivateAaReversions PrivAaMuts "privateAaMutations.reversionSubstitutions",
    PrivateAaLabeled PrivAaMuts "privateAaMutations.labeledSubstitutions",
    PrivateAaUnlabeled PrivAaMuts "privateAaMutations.unlabeledSubstitutions",
    TotalPrivateAaReversions PrivAaMuts "privateAaMutations.totalReversionSubstitutions",
    TotalPrivateAaLabeled PrivAaMuts "privateAaMutations.totalLabeledSubstitutions",
    TotalPrivateAaUnlabeled PrivAaMuts "privateAaMutations.totalUnlabeledSubstitutions",
    TotalPrivateAa PrivAaMuts "privateAaMutations.totalPrivateSubstitutions",
    Missing Qc "missing",
    UnknownAaRanges Qc "unknownAaRanges",
    NonAcgtns Qc "nonACGTNs",
    MissingDataThreshold Qc "qc.missingData.missingDataThreshold",
    MissingDataScore Qc "qc.missingData.score",
    MissingDataStatus Qc "qc.missingData.status",
    MissingDataTotal Qc "qc.missingData.totalMissing",
    MixedSitesThreshold Qc "qc.mixedSites.mixedSitesThreshold",
    MixedSitesScore Qc "qc.mixedSites.score",
    MixedSitesStatus Qc "qc.mixedSites.status",
    MixedSitesTotal Qc "qc.mixedSites.totalMixedSites",
    PrivateMutationsCutoff Qc "qc.privateMutations.cutoff",
    PrivateMutationsExcess Qc "qc.privateMutations.excess",
    PrivateMutationsScore Qc "qc.privateMutations.score",
    PrivateMutationsStatus Qc "qc.privateMutations.status",
    PrivateMutationsTotal Qc "qc.privateMutations.total",
    SnpClusters Qc "qc.snpClusters.clusteredSNPs",
    SnpClustersScore Qc "qc.snpClusters.score",
    SnpClustersStatus Qc "qc.snpClusters.status",
    SnpClustersTotal Qc "qc.snpClusters.totalSNPs",
    QcFrameShifts Qc "qc.frameShifts.frameShifts",
    QcFrameShiftsTotal Qc "qc.frameShifts.totalFrameShifts",
    QcFrameShiftsIgnored Qc "qc.frameShifts.frameShiftsIgnored",
    QcFrameShiftsIgnoredTotal Qc "qc.frameShifts.totalFrameShiftsIgnored",
    QcFrameShiftsScore Qc "qc.frameShifts.score",
    QcFrameShiftsStatus Qc "qc.frameShifts.status",
    QcStopCodons Qc "qc.stopCodons.stopCodons",
    QcStopCodonsTotal Qc "qc.stopCodons.totalStopCodons",
    QcStopCodonsScore Qc "qc.stopCodons.score",
    QcStopCodonsStatus Qc "qc.stopCodons.status",
    TotalPcrPrimerChanges Primers "totalPcrPrimerChanges",
    PcrPrimerChanges Primers "pcrPrimerChanges",
    FailedCdses ErrsWarns "failedCdses",
    Warnings ErrsWarns "warnings",
    Errors ErrsWarns "errors",
    NearestNodeName Hearth "nearestNodeName",
    PlacementDistance Hearth "placementDistance",
    EquallyNearNodes Hearth "equallyNearNodes",
    PlacementConfidence Hearth "placementConfidence",
    StructureScore Hearth "structure.score",
    StructureStatus Hearth "structure.status",
    StructureFindings Hearth "structure.findings",
    LeftParent Hearth "structure.leftParent",
    RightParent Hearth "structure.rightParent",
    Breakpoint Hearth "structure.breakpoint",
}

/// The columns of one table.
#[derive(Clone, Debug)]
pub struct Columns {
    columns: Vec<(Column, String)>,
}

/// A column or group that no table has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no column or group of columns called '{name}'; groups are {groups}; \
     'hearth analyse --help' says more"
)]
pub struct UnknownColumn {
    name: String,
    groups: String,
}

impl Columns {
    /// The columns of a pack's table. `selection` names groups and single columns; empty means all.
    ///
    /// # Errors
    /// If the selection names something unknown.
    pub fn of_pack(pack: &Pack, selection: &[String]) -> Result<Self, UnknownColumn> {
        let selection = Selection::new(selection)?;
        let fixed = FIXED.iter().filter(|(_, group, name)| selection.has(*group, name));
        let mut columns: Vec<_> = fixed.map(|&(column, _, name)| (column, name.to_owned())).collect();
        let after = |columns: &[(Column, String)], wanted| {
            columns.iter().position(|(column, _)| *column == wanted).map_or(columns.len(), |at| at + 1)
        };
        if selection.has_group(Group::Dynamic) {
            let at = after(&columns, Column::Clade);
            columns.splice(at..at, dynamic(pack));
        }
        let at = after(&columns, Column::Missing);
        let founders = if selection.has_group(Group::CladeFounderMuts) { founders(pack) } else { Vec::new() };
        let searched = if selection.has_group(Group::RelMuts) { searched(pack) } else { Vec::new() };
        columns.splice(at..at, founders.into_iter().chain(searched));
        Ok(Self { columns })
    }

    /// Whether [`Self::of_pack`] will take a selection, before any pack is at hand.
    ///
    /// # Errors
    /// If the selection names something unknown.
    pub fn check(selection: &[String]) -> Result<(), UnknownColumn> {
        Selection::new(selection).map(|_| ())
    }

    /// Names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(_, name)| name.as_str())
    }

    /// Columns, in order.
    pub fn iter(&self) -> impl Iterator<Item = Column> + '_ {
        self.columns.iter().map(|&(column, _)| column)
    }
}

/// What a person asked for.
struct Selection<'a> {
    names: &'a [String],
    groups: Vec<Group>,
}

impl<'a> Selection<'a> {
    fn new(names: &'a [String]) -> Result<Self, UnknownColumn> {
        let mut groups = Vec::new();
        for name in names {
            if let Some((_, group)) = Group::NAMES.iter().find(|(known, _)| known == name) {
                groups.push(*group);
            } else if name != "all" && !FIXED.iter().any(|(.., known)| known == name) {
                let known = Group::NAMES.map(|(known, _)| known).join(", ");
                return Err(UnknownColumn { name: name.clone(), groups: format!("all, {known}") });
            }
        }
        Ok(Self { names, groups })
    }

    fn is_all(&self) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| name == "all")
    }

    fn has_group(&self, group: Group) -> bool {
        self.is_all() || self.groups.contains(&group)
    }

    fn has(&self, group: Group, name: &str) -> bool {
        let overall = matches!(name, "qc.overallScore" | "qc.overallStatus");
        self.has_group(group)
            || self.names.iter().any(|wanted| wanted == name)
            || overall && self.has_group(Group::Qc)
    }
}

/// Attributes, phenotypes and motifs, each in reverse order, as the field's tables have them.
fn dynamic(pack: &Pack) -> Vec<(Column, String)> {
    let attributes = pack.tree().map_or(&[][..], |tree| &tree.file().meta.clade_node_attrs);
    let pathogen = pack.pathogen();
    let mut columns = Vec::new();
    columns.extend(attributes.iter().enumerate().rev().map(|(i, a)| (Column::Attribute(i), a.name.clone())));
    columns.extend(
        pathogen.phenotypes.iter().enumerate().rev().map(|(i, p)| (Column::Phenotype(i), p.name.clone())),
    );
    columns.extend(pathogen.motifs.iter().enumerate().rev().map(|(i, m)| (Column::Motif(i), m.name.clone())));
    columns
}

fn compared(kind: &str, name: &str, with: ComparedWith) -> [(Column, String); 5] {
    [
        (ComparedPart::NodeName, "nodeName"),
        (ComparedPart::Substitutions, "substitutions"),
        (ComparedPart::Deletions, "deletions"),
        (ComparedPart::AaSubstitutions, "aaSubstitutions"),
        (ComparedPart::AaDeletions, "aaDeletions"),
    ]
    .map(|(part, label)| (Column::Compared(with, part), format!("{kind}['{name}'].{label}")))
}

fn founders(pack: &Pack) -> Vec<(Column, String)> {
    let mut columns = compared("founderMuts", "clade", ComparedWith::CladeFounder).to_vec();
    let attributes = pack.tree().map_or(&[][..], |tree| &tree.file().meta.clade_node_attrs);
    for (at, attribute) in attributes.iter().enumerate().filter(|(_, a)| !a.skip_as_reference) {
        columns.extend(compared("founderMuts", &attribute.name, ComparedWith::AttributeFounder(at)));
    }
    columns
}

fn searched(pack: &Pack) -> Vec<(Column, String)> {
    let searches = pack.tree().map_or(&[][..], |tree| &tree.file().meta.ref_nodes.search);
    let named = searches.iter().enumerate().flat_map(|(at, search)| {
        let name = search.display_name.as_ref().unwrap_or(&search.name);
        compared("relativeMutations", name, ComparedWith::Searched(at))
    });
    named.collect()
}
