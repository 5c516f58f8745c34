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
use crate::app::index::schema::MAIN;
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
    /// As they were handed in.
    Unaligned,
}

/// Which endpoint is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    AlignedNucleotides,
    UnalignedNucleotides,
    AminoAcids,
    /// Of one gene, by its name.
    Gene(String),
}

impl Wanted {
    fn file(&self) -> &'static str {
        match self {
            Self::AlignedNucleotides => "alignedNucleotideSequences",
            Self::UnalignedNucleotides => "unalignedNucleotideSequences",
            Self::AminoAcids | Self::Gene(_) => "alignedAminoAcidSequences",
        }
    }

    fn alphabet(&self) -> Alphabet {
        match self {
            Self::AlignedNucleotides | Self::UnalignedNucleotides => Alphabet::Nucleotide,
            Self::AminoAcids | Self::Gene(_) => Alphabet::AminoAcid,
        }
    }

    /// Which letters are asked for, and whether each genome has one sequence of them at most.
    fn of(&self, schema: &Schema, asked: &Asked) -> Result<(Letters, bool), Fault> {
        let gene = |name: &str| {
            let genes = schema.sequences.iter().enumerate();
            let mut genes = genes.filter(|(_, reference)| reference.alphabet == Alphabet::AminoAcid);
            let found = genes.find(|(_, reference)| reference.name.eq_ignore_ascii_case(name));
            found.map(|(number, _)| number).ok_or_else(|| Fault::bad(format!("Unknown gene: {name:.60}")))
        };
        let segments = asked.texts("segments")?;
        if let Some(other) = segments.iter().find(|name| !name.eq_ignore_ascii_case(MAIN)) {
            return Err(Fault::bad(format!("Unknown nucleotide sequence: {other:.60}")));
        }
        match self {
            Self::UnalignedNucleotides => Ok((Letters::Unaligned, true)),
            Self::AlignedNucleotides => Ok((Letters::Aligned(vec![0]), true)),
            Self::Gene(name) => Ok((Letters::Aligned(vec![gene(name)?]), true)),
            Self::AminoAcids => {
                let mut genes = Vec::new();
                for name in asked.texts("genes")? {
                    let number = gene(name)?;
                    if !genes.contains(&number) {
                        genes.push(number);
                    }
                }
                if genes.is_empty() {
                    genes.extend(1..schema.sequences.len());
                }
                Ok((Letters::Aligned(genes), false))
            }
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
    answered(Wanted::AlignedNucleotides, site, caller, pathogen, request).await
}

/// The genome as it was handed in.
pub async fn unaligned_nucleotides(
    State(site): State<Site>,
    caller: Caller,
    Path(pathogen): Path<String>,
    request: Request<Body>,
) -> Response {
    answered(Wanted::UnalignedNucleotides, site, caller, pathogen, request).await
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
        Wanted::AlignedNucleotides.of(held.index.schema(), asked)?;
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
        Letters::Unaligned => Box::new(UnalignedSequences { writer }),
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
