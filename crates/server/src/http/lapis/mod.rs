//! The field's own API, LAPIS v2, for each pathogen at `/lapis/{pathogen}`: what dashboards and scripts written for it
//! ask, answered from the index.
//!
//! Any page of the world may ask, so sessions are not heeded here: who wants to see what is not public shows a token.
//! What a reader may see is decided below, in the index. What is answered stands in docs/manual/questions.md, why in docs/decisions/0016. Refuses to know
//! bitmaps. Start at [`routes`]; a question is read by [`asked`], what it selects by [`select`], an answer written by
//! [`told`].

mod about;
pub(super) mod asked;
mod cells;
mod clusters;
pub(super) mod columns;
mod details;
pub(super) mod fault;
mod growth;
mod lineages;
pub mod loose;
pub(super) mod moment;
mod nearest;
mod of_letters;
pub(super) mod of_metadata;
mod of_nodes;
pub(super) mod order;
mod over_time;
pub(super) mod packing;
mod parsed;
pub(super) mod record;
pub(super) mod select;
pub(super) mod sequences;
pub(super) mod taking;
mod told;
pub(super) mod writing;
mod yaml;

use super::routes::{Route, Sort, Who};
use crate::http::{Caller, Site};
use asked::{Asked, Form};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::handler::Handler;
use axum::response::Response;
use fault::Fault;
use http::{Method, StatusCode};
use select::Bench;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Answers a question from what somebody may see of a pathogen.
type Answer = fn(&Bench, &Asked) -> Result<told::Told, Fault>;

/// The most bytes that a question has.
const QUESTION_MAX_BYTES: usize = 1 << 20;

/// What is asked by keys, by GET and POST.
const SAMPLES: &[(&str, Answer)] = &[
    ("/lapis/{pathogen}/sample/aggregated", |bench, asked| of_metadata::aggregated(bench, asked)),
    ("/lapis/{pathogen}/sample/details", |bench, asked| of_metadata::details(bench, asked)),
    ("/lapis/{pathogen}/sample/nucleotideMutations", |bench, asked| {
        of_letters::nucleotide_mutations(bench, asked)
    }),
    ("/lapis/{pathogen}/sample/aminoAcidMutations", |bench, asked| {
        of_letters::amino_acid_mutations(bench, asked)
    }),
    ("/lapis/{pathogen}/sample/nucleotideInsertions", |bench, asked| {
        of_letters::nucleotide_insertions(bench, asked)
    }),
    ("/lapis/{pathogen}/sample/aminoAcidInsertions", |bench, asked| {
        of_letters::amino_acid_insertions(bench, asked)
    }),
    ("/lapis/{pathogen}/sample/nearest", |bench, asked| nearest::nearest(bench, asked)),
    ("/lapis/{pathogen}/sample/clusters", |bench, asked| clusters::clusters(bench, asked)),
    ("/lapis/{pathogen}/sample/mostRecentCommonAncestor", of_nodes::common_ancestor),
    ("/lapis/{pathogen}/sample/phyloSubtree", of_nodes::subtree),
    ("/lapis/{pathogen}/sample/info", about::info),
    ("/lapis/{pathogen}/sample/databaseConfig", about::database_config),
    ("/lapis/{pathogen}/sample/referenceGenome", about::reference_genome),
    ("/lapis/{pathogen}/sample/lineageDefinition/{column}", lineages::definition),
];
/// What is asked by a JSON document.
const DOCUMENTS: &[(&str, Answer)] = &[
    ("/lapis/{pathogen}/component/nucleotideMutationsOverTime", over_time::nucleotide_mutations),
    ("/lapis/{pathogen}/component/aminoAcidMutationsOverTime", over_time::amino_acid_mutations),
    ("/lapis/{pathogen}/component/queriesOverTime", over_time::queries),
    ("/lapis/{pathogen}/query/parse", parsed::parse),
];

/// Where sequences are.
const SEQUENCES: [&str; 6] = [
    "/lapis/{pathogen}/sample/alignedNucleotideSequences",
    "/lapis/{pathogen}/sample/alignedNucleotideSequences/{segment}",
    "/lapis/{pathogen}/sample/unalignedNucleotideSequences",
    "/lapis/{pathogen}/sample/unalignedNucleotideSequences/{segment}",
    "/lapis/{pathogen}/sample/alignedAminoAcidSequences",
    "/lapis/{pathogen}/sample/alignedAminoAcidSequences/{gene}",
];

/// The model of growth, at the path that dashboards ask another server for.
const GROWTH: &str = "/lapis/{pathogen}/api/v2/computed/model/chen2021Fitness";

/// Every address.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    let mut add = |path, methods: &[Method], form, answer: Answer| {
        let handler =
            move |state, caller, parts, request| questioned(answer, form, state, caller, parts, request);
        routes.extend(methods.iter().map(|method| question(method, path, handler)));
        routes.push(question(&Method::OPTIONS, path, told::permission));
    };
    for (path, answer) in SAMPLES {
        add(path, &[Method::GET, Method::POST], Form::Keys, *answer);
    }
    for (path, answer) in DOCUMENTS {
        add(path, &[Method::POST], Form::Document, *answer);
    }
    for method in [Method::GET, Method::POST] {
        let [aligned, aligned_one, unaligned, unaligned_one, amino_acids, of_gene] = SEQUENCES;
        routes.push(question(&method, aligned, sequences::aligned_nucleotides));
        routes.push(question(&method, aligned_one, sequences::aligned_segment));
        routes.push(question(&method, unaligned, sequences::unaligned_nucleotides));
        routes.push(question(&method, unaligned_one, sequences::unaligned_segment));
        routes.push(question(&method, amino_acids, sequences::amino_acids));
        routes.push(question(&method, of_gene, sequences::amino_acids_of_gene));
    }
    routes.push(question(&Method::POST, GROWTH, growth::fitness));
    for path in SEQUENCES.into_iter().chain([GROWTH]) {
        routes.push(question(&Method::OPTIONS, path, told::permission));
    }
    routes
}

fn question<H: Handler<T, Site>, T: 'static>(method: &Method, path: &'static str, handler: H) -> Route {
    Route::new(Sort::Question, method.clone(), path, Who::Anybody, handler)
}

async fn questioned(
    answer: Answer,
    form: Form,
    State(site): State<Site>,
    caller: Caller,
    Path(parts): Path<BTreeMap<String, String>>,
    request: Request<Body>,
) -> Response {
    let pathogen = parts.get("pathogen").cloned().unwrap_or_default();
    let path = request.uri().path().to_owned();
    let asked = match asked::read(request, form, parts).await {
        Ok(asked) => asked,
        Err(fault) => return told::fault(&site, &caller, &path, &fault),
    };
    let own = (site.clone(), caller.clone());
    // Gone with this call, also when the client goes away.
    let waits = Arc::new(());
    let awaited = Arc::downgrade(&waits);
    let work = tokio::task::spawn_blocking(move || {
        let (site, caller) = own;
        let mut bench = Bench::of(&site, &caller, &pathogen)?.of_moment(&asked)?;
        bench.ground.awaited = Some(awaited);
        let told = answer(&bench, &asked)?;
        told::told(bench, &asked, told)
    });
    match work.await {
        Ok(Ok(response)) => response,
        Ok(Err(fault)) => told::fault(&site, &caller, &path, &fault),
        Err(error) => {
            tracing::error!(request = caller.request(), error = %error, "a question failed");
            told::fault(&site, &caller, &path, &Fault::failed())
        }
    }
}

/// A problem that no answer above knows of: an address that is none, a method, too much or too slow.
pub(super) fn problem(
    site: &Site,
    caller: &Caller,
    path: &str,
    (status, detail): (StatusCode, String),
) -> Response {
    told::fault(site, caller, path, &Fault::of(status, detail))
}
