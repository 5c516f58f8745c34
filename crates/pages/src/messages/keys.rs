//! The keys of all messages, with what each needs.
//!
//! In the order of the catalogue. A new message is a line here and one in each file of `messages/`. Start at [`Key`].

macro_rules! keys {
    ($( $name:ident = $id:literal [$( $argument:literal ),*]; )+) => {
        /// The name of a message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum Key { $( $name, )+ }

        impl Key {
            /// Every key.
            pub const ALL: &'static [Self] = &[$( Self::$name, )+];

            /// Its name in the catalogue.
            pub fn id(self) -> &'static str {
                match self { $( Self::$name => $id, )+ }
            }

            /// What its sentence needs.
            pub fn arguments(self) -> &'static [&'static str] {
                match self { $( Self::$name => &[$( $argument ),*], )+ }
            }
        }
    };
}

keys! {
    Title = "title" ["pathogen"]; TitleUnmatched = "title-unmatched" [];
    FactGenomes = "fact-genomes" ["count"]; FactPack = "fact-pack" ["name"];
    FactPackVersion = "fact-pack-version" ["name", "version"]; Prediction = "prediction" [];
    Demonstration = "demonstration" []; HeadlineNothing = "headline-nothing" [];
    HeadlineGood = "headline-good" ["all", "count"];
    HeadlineAttention = "headline-attention" ["all", "count"]; HeadlineAssays = "headline-assays" ["count"];
    Contents = "contents" []; PartGlance = "part-glance" []; PartTime = "part-time" [];
    PartMutations = "part-mutations" []; PartCoverage = "part-coverage" []; PartAssays = "part-assays" [];
    PartClusters = "part-clusters" []; PartGenomes = "part-genomes" []; Numbers = "numbers" [];
    Others = "others" []; CardQuality = "card-quality" []; QualityDrawing = "quality-drawing" [];
    StatusGood = "status-good" []; StatusMediocre = "status-mediocre" []; StatusBad = "status-bad" [];
    StatusUnjudged = "status-unjudged" []; StatusFailed = "status-failed" []; CardClades = "card-clades" [];
    CladesDrawing = "clades-drawing" []; CladesNoTree = "clades-no-tree" []; CladesNone = "clades-none" [];
    CladesFiner = "clades-finer" ["name", "lineages", "more"]; CardAssays = "card-assays" [];
    AssaysNone = "assays-none" []; AssaysNoGenomes = "assays-no-genomes" [];
    AssaysSafe = "assays-safe" ["count"]; AssaysMore = "assays-more" ["count"];
    AssaysConfirm = "assays-confirm" [];
    ShareWithInterval = "share-with-interval" ["share", "part", "all", "low", "high"];
    Blamed = "blamed" ["mutation", "count"]; BlamedSince = "blamed-since" ["mutation", "count", "month"];
    ToBlame = "to-blame" ["mutations"]; CardAttention = "card-attention" [];
    AttentionAbout = "attention-about" ["count", "all"]; ReasonFailed = "reason-failed" [];
    ReasonJoined = "reason-joined" []; ReasonMixture = "reason-mixture" []; ReasonUnread = "reason-unread" [];
    ReasonRearranged = "reason-rearranged" []; ReasonFrameShift = "reason-frame-shift" [];
    ReasonStop = "reason-stop" []; ReasonMixed = "reason-mixed" []; ReasonCrowded = "reason-crowded" [];
    ReasonPrivate = "reason-private" []; ReasonAssay = "reason-assay" []; ReasonNote = "reason-note" [];
    MonthsDrawing = "months-drawing" []; YearsDrawing = "years-drawing" [];
    MonthsWithout = "months-without" ["count"]; YearsLeftOut = "years-left-out" ["count"];
    TimeHow = "time-how" []; MutationsDrawing = "mutations-drawing" [];
    MutationsAbout = "mutations-about" ["count"]; LegendMutation = "legend-mutation" [];
    LegendDanger = "legend-danger" []; LegendSafe = "legend-safe" []; CoverageDrawing = "coverage-drawing" [];
    CoverageWell = "coverage-well" []; CoverageLow = "coverage-low" ["stretches"];
    GridDrawing = "grid-drawing" []; GridAll = "grid-all" []; GridLegend = "grid-legend" [];
    GridLeftOut = "grid-left-out" ["count"]; GridCaution = "grid-caution" [];
    PairsSafe = "pairs-safe" ["pairs", "more"]; DroppedOut = "dropped-out" ["amplicons", "more"];
    PairsBest = "pairs-best" ["pair", "missed", "all"]; NotAssessable = "not-assessable" [];
    ClustersAbout = "clusters-about" ["count", "threshold", "more", "shown"];
    BatchDrawing = "batch-drawing" []; ClusterDrawing = "cluster-drawing" ["number", "count"];
    ClusterDistances = "cluster-distances" ["most", "range", "least"];
    LeafShared = "leaf-shared" ["name", "count"]; ClustersCaution = "clusters-caution" [];
    NearestIs = "nearest-is" ["where", "name", "distance"]; LinesUrgent = "lines-urgent" ["count"];
    LinesOther = "lines-other" ["count"]; LineUnnamed = "line-unnamed" []; LinesAssays = "lines-assays" [];
    LinesLeftOut = "lines-left-out" ["shown", "count"]; HeadName = "head-name" [];
    HeadClade = "head-clade" []; HeadStatus = "head-status" []; HeadRead = "head-read" [];
    HeadFound = "head-found" []; HeadToDo = "head-to-do" []; HeadGenomes = "head-genomes" [];
    HeadPercent = "head-percent" []; HeadTime = "head-time" []; HeadMutation = "head-mutation" [];
    HeadAminoAcid = "head-amino-acid" []; HeadPercentRead = "head-percent-read" [];
    HeadPositions = "head-positions" []; HeadShareRead = "head-share-read" []; HeadGenes = "head-genes" [];
    HeadAssay = "head-assay" []; HeadShare = "head-share" []; HeadBlamed = "head-blamed" [];
    HeadDroppedOut = "head-dropped-out" []; FoundJoined = "found-joined" ["count"];
    FoundMixture = "found-mixture" ["left", "right", "place"]; FoundInserted = "found-inserted" ["count"];
    FoundDeleted = "found-deleted" ["count", "place"]; FoundCopied = "found-copied" ["count", "place"];
    FoundInverted = "found-inverted" ["count", "place"]; FoundUnread = "found-unread" ["share"];
    FoundFrameShift = "found-frame-shift" ["places"]; FoundStop = "found-stop" ["places"];
    FoundMixed = "found-mixed" ["count"]; FoundCrowded = "found-crowded" ["places"];
    FoundPrivate = "found-private" ["count"]; FoundAssays = "found-assays" ["assays"]; DoUse = "do-use" [];
    DoFailed = "do-failed" []; DoJoined = "do-joined" []; DoMixture = "do-mixture" [];
    DoUnread = "do-unread" ["share"]; DoUnreadSome = "do-unread-some" ["share"];
    DoRearranged = "do-rearranged" []; DoFrameShift = "do-frame-shift" ["places"];
    DoStop = "do-stop" ["places"]; DoMixed = "do-mixed" ["count"]; DoCrowded = "do-crowded" ["places"];
    DoPrivate = "do-private" ["count"]; DoAssays = "do-assays" ["assays"]; DoBad = "do-bad" [];
    DoMediocre = "do-mediocre" []; RoleSubmit = "role-submit" []; RoleReview = "role-review" [];
    RoleRelease = "role-release" []; RoleCurate = "role-curate" []; RoleAdminister = "role-administer" [];
    ActSubmitted = "act-submitted" []; ActAnalysed = "act-analysed" []; ActApproved = "act-approved" [];
    ActSentBack = "act-sent-back" []; ActReleased = "act-released" []; ActRevised = "act-revised" [];
    ActWithdrawn = "act-withdrawn" []; ActShared = "act-shared" []; ActConfirmed = "act-confirmed" [];
    ActAdded = "act-added" []; ActChanged = "act-changed" []; ActRemoved = "act-removed" [];
    ActAccepted = "act-accepted" []; ActAttested = "act-attested" []; ActSent = "act-sent" [];
    ActArrived = "act-arrived" []; ActErased = "act-erased" []; ActRotated = "act-rotated" [];
    KindGenome = "kind-genome" []; KindBatch = "kind-batch" []; KindAnalysis = "kind-analysis" [];
    KindDocument = "kind-document" []; KindShipment = "kind-shipment" []; KindFigure = "kind-figure" [];
    KindParty = "kind-party" []; KindPerson = "kind-person" []; KindTerms = "kind-terms" [];
    KindShare = "kind-share" []; KindReceipt = "kind-receipt" []; KindLedgerKey = "kind-ledger-key" [];
    AudienceOwn = "audience-own" []; AudienceEverybody = "audience-everybody" [];
    AudienceNamed = "audience-named" ["names"]; BatchReceiving = "batch-receiving" [];
    BatchAnalysing = "batch-analysing" []; BatchDraft = "batch-draft" [];
    BatchInReview = "batch-in-review" []; BatchSentBack = "batch-sent-back" [];
    BatchApproved = "batch-approved" []; BatchReleased = "batch-released" [];
    BatchWithdrawn = "batch-withdrawn" []; BatchFailed = "batch-failed" []; EditionDraft = "edition-draft" [];
    EditionCurrent = "edition-current" []; EditionSuperseded = "edition-superseded" [];
    EditionWithdrawn = "edition-withdrawn" []; MovedPlanned = "moved-planned" [];
    MovedApproved = "moved-approved" []; MovedSent = "moved-sent" []; MovedInTransit = "moved-in-transit" [];
    MovedDelivered = "moved-delivered" []; MovedCancelled = "moved-cancelled" []; Error400 = "error400" [];
    Error400Text = "error400-text" []; Error400Advice = "error400-advice" []; Error403 = "error403" [];
    Error403Text = "error403-text" []; Error403Advice = "error403-advice" []; Error404 = "error404" [];
    Error404Text = "error404-text" []; Error404Advice = "error404-advice" []; Error409 = "error409" [];
    Error409Text = "error409-text" []; Error409Advice = "error409-advice" []; Error413 = "error413" [];
    Error413Text = "error413-text" []; Error413Advice = "error413-advice" []; Error429 = "error429" [];
    Error429Text = "error429-text" []; Error429Advice = "error429-advice" []; Error500 = "error500" [];
    Error500Text = "error500-text" []; Error500Advice = "error500-advice" []; Error503 = "error503" [];
    Error503Text = "error503-text" []; Error503Advice = "error503-advice" [];
}
