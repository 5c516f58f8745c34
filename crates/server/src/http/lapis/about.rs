//! What an instance says of itself: version, fields, reference.
//!
//! Start at [`database_config`].

use super::asked::Asked;
use super::fault::Fault;
use super::select::Bench;
use super::told::{Told, info as information};
use super::yaml;
use crate::app::index::fields::{FIELDS, PRIMARY_KEY};
use hearth_index::alphabet::Alphabet;
use hearth_index::row::FieldKind;
use serde_json::{Value, json};

/// The version of the data.
///
/// # Errors
/// Never.
pub fn info(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    let name = bench.pathogen().name();
    Ok(Told::Bare(information(&bench.site, name, &asked.host, &bench.request, bench.version)))
}

/// The fields.
///
/// # Errors
/// Never.
pub fn database_config(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    let fields = FIELDS.iter().map(|field| {
        let sort = match field.kind {
            FieldKind::Text | FieldKind::Lineage | FieldKind::Node => "string",
            FieldKind::Int => "int",
            FieldKind::Float => "float",
            FieldKind::Date => "date",
            FieldKind::Boolean => "boolean",
        };
        let mut told = json!({ "name": field.name, "type": sort });
        if field.kind == FieldKind::Lineage {
            told["generateLineageIndex"] = Value::from(field.name);
        }
        if field.kind == FieldKind::Node {
            told["isPhyloTreeField"] = Value::from(true);
        }
        told
    });
    let metadata: Vec<Value> = fields.collect();
    let schema = json!({
        "instanceName": bench.pathogen().name(),
        "opennessLevel": "OPEN",
        "metadata": metadata,
        "primaryKey": PRIMARY_KEY,
        "features": [{ "name": "generalizedAdvancedQuery" }],
    });
    let config = json!({ "schema": schema });
    if yaml::is_asked(asked) {
        return Ok(Told::Text { media: yaml::MEDIA, text: yaml::written(&config) });
    }
    Ok(Told::Bare(config))
}

/// The reference and its peptides.
///
/// # Errors
/// When there is no index.
pub fn reference_genome(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    bench.with(asked, |held, _| {
        let of = |alphabet| {
            let sequences = &held.index.schema().sequences;
            let these = sequences.iter().filter(|reference| reference.alphabet == alphabet);
            let told = these
                .map(|one| json!({ "name": one.name, "sequence": String::from_utf8_lossy(&one.letters) }));
            told.collect::<Vec<Value>>()
        };
        let (nucleotides, genes) = (of(Alphabet::Nucleotide), of(Alphabet::AminoAcid));
        Ok(Told::Bare(json!({ "nucleotideSequences": nucleotides, "genes": genes })))
    })
}
