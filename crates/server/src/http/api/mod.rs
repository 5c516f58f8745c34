//! The API for programs, under `/api/v1`: JSON in and out, problems as RFC 9457, a token or a session.
//!
//! Each address stands here with who may call it and what it takes and gives; routes and the OpenAPI document
//! ([`openapi`]) are both made of this one table, so that neither can say what the other does not. It calls the same use
//! cases as the pages. Refuses to decide anything. Start at [`table`]; what goes in and out is in [`shapes`].

mod batch_acts;
mod batches;
mod genome_acts;
mod genomes;
mod lists;
pub mod openapi;
mod operation;
mod read;
mod searches;
pub mod shapes;
mod uploads;

use super::routes::{Route, Sort, Who};
use axum::handler::Handler;
use hearth_base::role::Role;
use http::Method;
use operation::Operation;
use shapes::{
    ApproveBatch, Approved, Batch, BatchGenome, BatchQuery, Begun, ChangeSearch, Correct, Genome,
    GenomeQuery, GenomeRecord, HandIn, HandedIn, NewBatch, NewSearch, Page, Paging, Party, Reasoned, Release,
    Released, Revise, Revised, Revision, SavedSearch, SentBack, Terms, Upload, WhoAmI, Withdrawn,
};

/// What an upload's bytes come as (tus 1.0).
const OFFSET_STREAM: &str = "application/offset+octet-stream";
/// The media type of most answers.
const JSON: &str = "application/json";

/// An address, what answers, and what is said of it.
type Described = (Route, Operation);

fn described<H, T>(
    method: Method,
    path: &'static str,
    who: Who,
    handler: H,
    name: &'static str,
    summary: &'static str,
) -> Described
where
    H: Handler<T, super::Site>,
    T: 'static,
{
    (Route::new(Sort::Api, method, path, who, handler), Operation::new(name, summary))
}

macro_rules! operation {
    ($method:ident $path:literal $who:expr, $handler:expr, $name:literal, $summary:literal $(, .$call:ident$(::<$($kind:ty),+>)?($($value:expr),*))*) => {{
        let (route, operation) = described(Method::$method, $path, $who, $handler, $name, $summary);
        (route, operation$(.$call$(::<$($kind),+>)?($($value),*))*)
    }};
}

/// Every address of the API.
fn table() -> Vec<Described> {
    let mut all = of_lists();
    all.extend(of_uploads());
    all.extend(of_batches());
    all.extend(of_genomes());
    all.extend(of_searches());
    all
}

/// The routes alone.
pub(super) fn routes() -> Vec<Route> {
    table().into_iter().map(|(route, _)| route).collect()
}

fn of_lists() -> Vec<Described> {
    use Who::{Anybody, SignedIn};
    vec![
        operation!(GET "/api/v1/openapi.json" Anybody, openapi::show, "openapi", "This document",
            .gives_any(200, "The document", JSON)),
        operation!(GET "/api/v1/whoami" SignedIn, lists::whoami, "whoami", "Whom the token stands for, and what it may do",
            .gives::<WhoAmI>(200, "Who calls")),
        operation!(GET "/api/v1/terms" Anybody, lists::terms, "listTerms", "Terms of sharing",
            .gives::<Page<Terms>>(200, "All terms that are in force")),
        operation!(GET "/api/v1/parties" SignedIn, lists::parties, "listParties", "Parties that something can be shared with",
            .gives::<Page<Party>>(200, "All parties")),
    ]
}

fn of_uploads() -> Vec<Described> {
    let submit = Who::Role(Role::Submit);
    let all = vec![
        operation!(OPTIONS "/api/v1/uploads" Who::Anybody, uploads::options, "uploadOptions",
            "What this server knows of the tus protocol 1.0",
            .gives_nothing(204, "In the headers Tus-Version, Tus-Extension and Tus-Max-Size")),
        operation!(POST "/api/v1/uploads" submit, uploads::begin, "beginUpload",
            "Begin to upload a file (tus 1.0, creation)",
            .header("Upload-Length", "integer", true, "Bytes of the file"),
            .header("Upload-Metadata", "string", false, "Its name, as `filename` and the name in Base64"),
            .gives::<Upload>(201, "Begun; Location is the address to send its bytes to"), .fails(&[409, 412, 413])),
        operation!(GET "/api/v1/uploads/{id}" submit, uploads::show, "showUpload",
            "How far an upload is; HEAD gives the headers alone (tus 1.0)",
            .gives::<Upload>(200, "How far it is, in the header Upload-Offset too"), .fails(&[412])),
        operation!(PATCH "/api/v1/uploads/{id}" submit, uploads::take, "continueUpload",
            "Send bytes from a place on (tus 1.0)",
            .header("Upload-Offset", "integer", true, "The place of the first byte sent: where the upload is"),
            .takes_any(OFFSET_STREAM), .gives_nothing(204, "Taken; Upload-Offset says where it is now"),
            .fails(&[409, 412, 413, 415])),
        operation!(DELETE "/api/v1/uploads/{id}" submit, uploads::discard, "discardUpload",
            "Give an upload up (tus 1.0, termination)",
            .gives_nothing(204, "Forgotten"), .fails(&[409, 412])),
    ];
    uploading(all, Method::PATCH, "/api/v1/uploads/{id}")
}

/// The same, with one of them for large bodies that take their time.
fn uploading(all: Vec<Described>, method: Method, path: &str) -> Vec<Described> {
    let is_meant = |route: &Route| route.rule.method == method && route.rule.path == path;
    all.into_iter()
        .map(|(route, operation)| (if is_meant(&route) { route.upload() } else { route }, operation))
        .collect()
}

fn of_batches() -> Vec<Described> {
    use Who::SignedIn;
    let submit = Who::Role(Role::Submit);
    let all = vec![
        operation!(GET "/api/v1/batches" SignedIn, batches::list, "listBatches", "Batches of one's own party, the newest first",
            .asks::<BatchQuery>(), .gives::<Page<Batch>>(200, "Some of them, without their findings")),
        operation!(POST "/api/v1/batches" submit, batches::begin, "beginBatch",
            "Begin a batch of uploads, or of files in a form",
            .takes::<NewBatch>(), .takes_form(), .gives::<Begun>(201, "Begun; its analysis has been asked for"),
            .gives::<Begun>(200, "These uploads became this batch before"), .fails(&[404, 409, 413, 415])),
        operation!(GET "/api/v1/batches/{id}" SignedIn, batches::show, "showBatch",
            "How far a batch is, and what was found in it", .gives::<Batch>(200, "The batch")),
        operation!(GET "/api/v1/batches/{id}/genomes" SignedIn, batches::genomes, "listBatchGenomes",
            "The genomes of a batch, as they came",
            .asks::<Paging>(), .gives::<Page<BatchGenome>>(200, "Some of them")),
        operation!(POST "/api/v1/batches/{id}/corrections" submit, batch_acts::correct, "correctBatch",
            "Accept suggestions, or put values right; the batch is analysed again",
            .takes::<Correct>(), .gives::<Batch>(200, "The batch"), .fails(&[409])),
        operation!(POST "/api/v1/batches/{id}/hand-in" submit, batch_acts::hand_in, "handInBatch",
            "Hand a batch in, or again after it was sent back",
            .takes::<HandIn>(), .gives::<HandedIn>(200, "Its genomes have accessions"), .fails(&[409])),
        operation!(DELETE "/api/v1/batches/{id}" submit, batch_acts::discard, "discardBatch",
            "Throw a batch away that was not handed in", .gives_nothing(204, "Gone"), .fails(&[409])),
        operation!(POST "/api/v1/batches/{id}/approve" Who::Role(Role::Review), batch_acts::approve, "approveBatch",
            "Say that a batch is fit to be released",
            .takes::<ApproveBatch>(), .gives::<Approved>(200, "Approved"), .fails(&[409])),
        operation!(POST "/api/v1/batches/{id}/send-back" Who::Role(Role::Review), batch_acts::send_back, "sendBackBatch",
            "Send a batch back to who handed it in, with a reason",
            .takes::<Reasoned>(), .gives::<SentBack>(200, "Sent back"), .fails(&[409])),
        operation!(POST "/api/v1/batches/{id}/release" Who::Role(Role::Release), batch_acts::release, "releaseBatch",
            "Open the genomes of an approved batch to others",
            .takes::<Release>(), .gives::<Released>(200, "Released"), .fails(&[409])),
    ];
    uploading(all, Method::POST, "/api/v1/batches")
}

fn of_genomes() -> Vec<Described> {
    use Who::{Anybody, SignedIn};
    vec![
        operation!(GET "/api/v1/genomes" Anybody, genomes::list, "listGenomes",
            "Genomes that the caller may see, the newest first",
            .asks::<GenomeQuery>(), .gives::<Page<Genome>>(200, "Some of them")),
        operation!(GET "/api/v1/genomes/{accession}" Anybody, genomes::show, "showGenome",
            "One genome, in its newest version or that after the dot, with all versions",
            .gives::<GenomeRecord>(200, "The genome"), .fails(&[403, 410])),
        operation!(GET "/api/v1/genomes/{accession}/sequence" Anybody, genomes::sequence, "showSequence",
            "Its sequence, as FASTA", .gives_any(200, "The sequence", "text/x-fasta"), .fails(&[403, 410])),
        operation!(POST "/api/v1/genomes/{accession}/versions" SignedIn, genome_acts::revise, "reviseGenome",
            "Keep a new version: of the metadata, the sequence, or both",
            .takes::<Revise>(), .gives::<Revised>(201, "Kept; others see it when it is released"), .fails(&[403, 409, 410])),
        operation!(POST "/api/v1/genomes/{accession}/release" Who::Role(Role::Release), genome_acts::release, "releaseGenome",
            "Open the newest version to others",
            .takes::<Release>(), .gives::<Released>(200, "Released"), .fails(&[409, 410])),
        operation!(POST "/api/v1/genomes/{accession}/send-back" Who::Role(Role::Review), genome_acts::send_back, "sendBackGenome",
            "Send one genome back to who handed it in, with a reason",
            .takes::<Reasoned>(), .gives::<SentBack>(200, "Sent back"), .fails(&[409, 410])),
        operation!(POST "/api/v1/genomes/{accession}/withdraw" Who::Role(Role::Release), genome_acts::withdraw, "withdrawGenome",
            "Withdraw a genome, with a reason that others read",
            .takes::<Reasoned>(), .gives::<Withdrawn>(200, "Withdrawn"), .fails(&[409, 410])),
    ]
}

fn of_searches() -> Vec<Described> {
    use Who::SignedIn;
    vec![
        operation!(GET "/api/v1/searches" SignedIn, searches::list, "listSearches", "One's own saved searches, the oldest first",
            .gives::<Page<SavedSearch>>(200, "All of them"), .fails(&[403])),
        operation!(POST "/api/v1/searches" SignedIn, searches::save, "saveSearch", "Keep a question under a name",
            .takes::<NewSearch>(), .gives::<SavedSearch>(201, "Kept"), .fails(&[403, 404])),
        operation!(GET "/api/v1/searches/{id}" SignedIn, searches::show, "showSearch", "A saved search, with how much is new",
            .gives::<SavedSearch>(200, "The search"), .fails(&[403])),
        operation!(PATCH "/api/v1/searches/{id}" SignedIn, searches::change, "changeSearch", "Give it another name, or pause it",
            .takes::<ChangeSearch>(), .gives::<SavedSearch>(200, "The search"), .fails(&[403])),
        operation!(DELETE "/api/v1/searches/{id}" SignedIn, searches::forget, "forgetSearch", "Forget it",
            .gives_nothing(204, "Forgotten"), .fails(&[403])),
    ]
}

/// The state of a batch that an act was decided on, if the caller says it.
fn is_current(revision: Option<&Revision>, current: &str) -> bool {
    revision.is_none_or(|revision| revision.0 == current)
}
