//! Sequences of whatever a question selects: aligned, as they were handed in, or translated.
//!
//! They leave piece by piece ([`super::taking`]). What stands under terms that the caller did not accept is left out,
//! and a header says how many. Start at [`Wanted::of`].

use super::asked::{self, Asked};
use super::fault::Fault;
use super::of_metadata::in_order;
use super::order::Order;
use super::packing::Packing;
use super::record::{Form, Header, Writer};
use super::select::{Bench, Ground};
use super::taking::{Free, Selected, Taking};
use super::told;
use super::writing::{AlignedSequences, UnalignedSequences, Writing};
use crate::app::index::fields::{FIELDS, FieldRule};
use crate::app::pathogens::MAIN;
use crate::http::{Caller, Site};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use hearth_index::alphabet::Alphabet;
use hearth_index::row::{RowId, Schema};
use hearth_store::usage::Way;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many genomes are left out until their terms are accepted.
const LEFT_OUT: HeaderName = HeaderName::from_static("hearth-left-out");

/// Which letters of each genome.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Letters {
    /// Of these sequences of the index.
    Aligned(Vec<usize>),
    /// Of these segments, as they were handed in.
    Unaligned(Vec<usize>),
}

/// Which endpoint is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// Of one segment, by its name, or of all.
    AlignedNucleotides(Option<String>),
    /// Of one segment, by its name, or of all.
    UnalignedNucleotides(Option<String>),
    AminoAcids,
    /// Of one gene, by its name.
    Gene(String),
}

impl Wanted {
    fn file(&self) -> &'static str {
        match self {
            Self::AlignedNucleotides(_) => "alignedNucleotideSequences",
            Self::UnalignedNucleotides(_) => "unalignedNucleotideSequences",
            Self::AminoAcids | Self::Gene(_) => "alignedAminoAcidSequences",
        }
    }

    fn alphabet(&self) -> Alphabet {
        match self {
            Self::AlignedNucleotides(_) | Self::UnalignedNucleotides(_) => Alphabet::Nucleotide,
            Self::AminoAcids | Self::Gene(_) => Alphabet::AminoAcid,
        }
    }

    /// Which letters are asked for, and whether each genome has one sequence of them at most.
    fn of(&self, schema: &Schema, asked: &Asked) -> Result<(Letters, bool), Fault> {
        let all = segments(schema, asked)?;
        let is_one = schema.only_segment().is_some();
        match self {
            Self::UnalignedNucleotides(None) => Ok((Letters::Unaligned(all), is_one)),
            Self::AlignedNucleotides(None) => Ok((Letters::Aligned(all), is_one)),
            Self::UnalignedNucleotides(Some(name)) => {
                Ok((Letters::Unaligned(vec![one_segment(schema, name)?]), true))
            }
            Self::AlignedNucleotides(Some(name)) => {
                Ok((Letters::Aligned(vec![one_segment(schema, name)?]), true))
            }
            Self::Gene(name) => Ok((Letters::Aligned(vec![gene(schema, name)?]), true)),
            Self::AminoAcids => Ok((Letters::Aligned(genes(schema, asked)?), false)),
        }
    }
}

fn gene(schema: &Schema, name: &str) -> Result<usize, Fault> {
    let found = schema.named(Alphabet::AminoAcid, name);
    found.ok_or_else(|| Fault::bad(format!("Unknown gene: {name:.60}")))
}

/// The segment of an address, which only pathogens of several have.
fn one_segment(schema: &Schema, name: &str) -> Result<usize, Fault> {
    if schema.only_segment().is_some() {
        let text =
            "this pathogen has one segment: ask for its sequences without a name at the end of the address";
        return Err(Fault::of(StatusCode::NOT_FOUND, text.to_owned()));
    }
    segment(schema, name)
}

fn segment(schema: &Schema, name: &str) -> Result<usize, Fault> {
    let main = || schema.only_segment().filter(|_| name.eq_ignore_ascii_case(MAIN));
    let found = schema.named(Alphabet::Nucleotide, name).or_else(main);
    found.ok_or_else(|| Fault::bad(format!("Unknown nucleotide sequence: {name:.60}")))
}

/// The segments that a question names, each once; all of them where it names none.
///
/// # Errors
/// When one is none.
pub fn segments(schema: &Schema, asked: &Asked) -> Result<Vec<usize>, Fault> {
    let mut found = Vec::new();
    for name in asked.texts("segments")? {
        let number = segment(schema, name)?;
        if !found.contains(&number) {
            found.push(number);
        }
    }
    if found.is_empty() {
        found.extend(schema.segments().map(|(number, _)| number));
    }
    Ok(found)
}

/// The genes that a question names, each once; all of them where it names none.
///
/// # Errors
/// When one is none.
pub fn genes(schema: &Schema, asked: &Asked) -> Result<Vec<usize>, Fault> {
    let mut found = Vec::new();
    for name in asked.texts("genes")? {
        let number = gene(schema, name)?;
        if !found.contains(&number) {
            found.push(number);
        }
    }
    if found.is_empty() {
        found.extend(schema.genes().map(|(number, _)| number));
    }
    Ok(found)
}

/// The segment by which genomes are compared with each other: the only one, or the one that a question names.
///
/// # Errors
/// When there are several and it does not name one of them.
pub fn segment_compared(schema: &Schema, asked: &Asked) -> Result<usize, Fault> {
    if let Some(only) = schema.only_segment() {
        return Ok(only);
    }
    match asked.texts("segments")?.as_slice() {
        [name] => segment(schema, name),
        _ => {
            let names: Vec<&str> = schema.segments().map(|(_, one)| one.name.as_str()).collect();
            let text = "genomes of several segments are compared by one of them: name it in the key segments";
            Err(Fault::bad(format!("{text}, one of {}", names.join(", "))))
        }
    }
}

/// The genome in the coordinates of the reference.
pub async fn aligned_nucleotides(
    State(site): State<Site>,
    caller: Caller,
    Path(pathogen): Path<String>,
    request: Request<Body>,
) -> Response {
    answered(Wanted::AlignedNucleotides(None), site, caller, pathogen, request).await
}

/// The genome as it was handed in.
pub async fn unaligned_nucleotides(
    State(site): State<Site>,
    caller: Caller,
    Path(pathogen): Path<String>,
    request: Request<Body>,
) -> Response {
    answered(Wanted::UnalignedNucleotides(None), site, caller, pathogen, request).await
}

/// One segment in the coordinates of its reference.
pub async fn aligned_segment(
    State(site): State<Site>,
    caller: Caller,
    Path((pathogen, segment)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    answered(Wanted::AlignedNucleotides(Some(segment)), site, caller, pathogen, request).await
}

/// One segment as it was handed in.
pub async fn unaligned_segment(
    State(site): State<Site>,
    caller: Caller,
    Path((pathogen, segment)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    answered(Wanted::UnalignedNucleotides(Some(segment)), site, caller, pathogen, request).await
}

/// Translated coding sequences.
pub async fn amino_acids(
    State(site): State<Site>,
    caller: Caller,
    Path(pathogen): Path<String>,
    request: Request<Body>,
) -> Response {
    answered(Wanted::AminoAcids, site, caller, pathogen, request).await
}

/// One translated coding sequence.
pub async fn amino_acids_of_gene(
    State(site): State<Site>,
    caller: Caller,
    Path((pathogen, gene)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    answered(Wanted::Gene(gene), site, caller, pathogen, request).await
}

async fn answered(
    wanted: Wanted,
    site: Site,
    caller: Caller,
    pathogen: String,
    request: Request<Body>,
) -> Response {
    let path = request.uri().path().to_owned();
    match begun(wanted, &site, &caller, &pathogen, request).await {
        Ok(response) => response,
        Err(fault) => told::fault(&site, &caller, &path, &fault),
    }
}

async fn begun(
    wanted: Wanted,
    site: &Site,
    caller: &Caller,
    pathogen: &str,
    request: Request<Body>,
) -> Result<Response, Fault> {
    let asked = asked::read(request, asked::Form::Keys, BTreeMap::new()).await?;
    let bench = Bench::of(site, caller, pathogen)?.of_moment(&asked)?;
    let free = Free::of(&bench, caller).await?;
    let work = tokio::task::spawn_blocking(move || selected(&wanted, bench, &asked, free));
    work.await.unwrap_or_else(|error| {
        tracing::error!(error = %error, "sequences could not be selected");
        Err(Fault::failed())
    })
}

/// The rows that a question about aligned nucleotides selects, in its order.
///
/// # Errors
/// When something in the question is wrong.
pub fn ordered(ground: &Ground, asked: &Asked) -> Result<(Vec<RowId>, Alphabet), Fault> {
    let fields: Vec<(usize, &FieldRule)> = FIELDS.iter().enumerate().collect();
    let names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    let order = Order::read(asked, &names, &[])?;
    let rows = ground.with(asked, |held, selection| {
        segments(held.index.schema(), asked)?;
        Ok(in_order(&order, &fields, selection))
    })?;
    Ok((rows, Alphabet::Nucleotide))
}

/// What is selected, in order, as an answer that is written while it is read.
fn selected(wanted: &Wanted, bench: Bench, asked: &Asked, free: Free) -> Result<Response, Fault> {
    let (form, packing) = (Form::of(asked)?, Packing::of(asked)?);
    let fields: Vec<(usize, &FieldRule)> = FIELDS.iter().enumerate().collect();
    let names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    let order = Order::read(asked, &names, &[])?;
    let (rows, aside, left_out, letters, is_one) = bench.with(asked, |held, selection| {
        let (letters, is_one) = wanted.of(held.index.schema(), asked)?;
        let may = free.part_of(held, selection);
        let left_out = selection.count() - may.count();
        Ok((in_order(&order, &fields, &may), may.set_aside(), left_out, letters, is_one))
    })?;
    let header = Header::read(asked, form, wanted.alphabet(), is_one)?;
    let (version, writer) = (bench.version, Writer::new(form, header));
    let writing: Box<dyn Writing> = match letters {
        Letters::Aligned(sequences) => Box::new(AlignedSequences { sequences, writer }),
        Letters::Unaligned(segments) => Box::new(UnalignedSequences { segments, writer }),
    };
    let selected = Selected { rows: rows.into(), aside, free };
    let taking = Taking::new(Arc::new(bench), selected, writing, packing).counted(Way::Taken);
    let body = Body::from_stream(taking.pieces());
    let mut response = told::sent(StatusCode::OK, packing.media().unwrap_or(form.media()), version, body);
    told::named(&mut response, asked, wanted.file(), form.extension())?;
    if left_out > 0 {
        response.headers_mut().insert(LEFT_OUT, HeaderValue::from(left_out));
    }
    Ok(response)
}
