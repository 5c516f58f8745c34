//! `hearth query`: the language of the field's own API, asked of a server or of files.
//!
//! A question becomes the same keys for both; files are answered by the code that answers at a server. Refuses to know how
//! a question is answered. Start at [`QueryFlags::run`].

mod files;
mod server;
mod table;

use anyhow::{Result, bail};
use clap::Args;
use serde_json::{Map, Value};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

const AFTER_HELP: &str = "\
Questions are written as at /ask and in advancedQuery of the API: 'S:501Y & !S:484K', '[2-of: S:501Y, S:484K,
A23403G]', 'country=Kenya & 614G'. What can be asked stands in docs/manual/questions.md, this command in
docs/manual/query.md.

Examples:
  hearth query genomes.fasta 'S:501Y' --details
  hearth query genomes.fasta --metadata samples.tsv --fields country,lineage
  hearth query https://hearth.example --pathogen sars-cov-2 --where country=Kenya --mutations
  hearth query https://lapis.example/open/v2 --where pangoLineage='BA.2*' --fields date --format csv";

/// Ask about genomes: how many there are by what, their mutations, letters, nearest ones
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct QueryFlags {
    /// Address of a server (Hearth's, or of any LAPIS), or a FASTA file, packed or not
    pub source: String,
    /// Which genomes, in the language of questions; without it, all
    pub question: Option<String>,
    /// Fields to count by or to show, with commas
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub fields: Vec<String>,
    /// Only genomes with a value of a field, as country=Kenya or dateFrom=2021-01-01; may be given several times
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    pub filters: Vec<String>,
    #[command(flatten)]
    kind: Kind,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_parser = ["table", "json", "csv", "tsv"], default_value = "table")]
    pub format: String,
    /// Order by these fields, with commas
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub order_by: Vec<String>,
    /// At most so many rows
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Mutations that at least this share of the genomes has [default of the API: 0.05]
    #[arg(long, value_name = "SHARE")]
    pub min_proportion: Option<f64>,
    /// At Hearth: the data of a past day or time, as 2026-05-01
    #[arg(long, value_name = "MOMENT")]
    pub as_of: Option<String>,
    /// Which pathogen, where a server has several
    #[arg(long, value_name = "NAME")]
    pub pathogen: Option<String>,
    /// File with an API token, for what is not public
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Files: what is known of the samples (TSV, CSV, XLSX)
    #[arg(long, value_name = "FILE")]
    pub metadata: Option<PathBuf>,
    /// Files: pathogen pack, a name, a folder or a zip file [default: the built-in one]
    #[arg(long, value_name = "PACK")]
    pub pack: Option<String>,
}

/// What is asked; how many there are, if nothing is said.
#[derive(Args, Clone, Debug, Default)]
#[group(multiple = false)]
struct Kind {
    /// How many genomes there are, for each combination of the fields
    #[arg(long)]
    aggregated: bool,
    /// The fields of each genome
    #[arg(long)]
    details: bool,
    /// How often each nucleotide mutation was found
    #[arg(long)]
    mutations: bool,
    /// How often each amino-acid mutation was found
    #[arg(long)]
    amino_acid_mutations: bool,
    /// How often each insertion was found
    #[arg(long)]
    insertions: bool,
    /// The genomes in the coordinates of the reference
    #[arg(long)]
    fasta: bool,
    /// The genomes nearest to one of them: its accession, or its name in a file
    #[arg(long, value_name = "GENOME")]
    nearest: Option<String>,
    /// Groups of genomes linked by so few differences
    #[arg(long, value_name = "DISTANCE")]
    clusters: Option<u32>,
}

impl Kind {
    /// The last part of the API's address.
    fn address(&self) -> &'static str {
        match self {
            Self { details: true, .. } => "details",
            Self { mutations: true, .. } => "nucleotideMutations",
            Self { amino_acid_mutations: true, .. } => "aminoAcidMutations",
            Self { insertions: true, .. } => "nucleotideInsertions",
            Self { fasta: true, .. } => "alignedNucleotideSequences",
            Self { nearest: Some(_), .. } => "nearest",
            Self { clusters: Some(_), .. } => "clusters",
            _ => "aggregated",
        }
    }
}

impl QueryFlags {
    /// Runs `hearth query`.
    ///
    /// # Errors
    /// When the question is wrong, a file cannot be read, or a server cannot be reached.
    pub fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        let (what, keys) = (self.kind.address(), self.keys()?);
        let is_address = ["http://", "https://"].iter().any(|scheme| self.source.starts_with(scheme));
        let mut answer = Vec::new();
        if is_address {
            if self.metadata.is_some() || self.pack.is_some() {
                bail!("--metadata and --pack are for files: leave them out for a server");
            }
            answer = server::ask(self, what, &keys)?;
        } else {
            if self.token_file.is_some() || self.pathogen.is_some() || self.as_of.is_some() {
                bail!("--token-file, --pathogen and --as-of are for servers: leave them out for files");
            }
            let genomes = files::read(self)?;
            if self.kind.fasta {
                genomes.answer(what, &keys, out)?;
                return Ok(ExitCode::SUCCESS);
            }
            genomes.answer(what, &keys, &mut answer)?;
        }
        if self.format == "table" && !self.kind.fasta {
            answer = table::written(&answer)?.into_bytes();
        } else if self.format == "json" && !self.kind.fasta {
            answer.push(b'\n');
        }
        out.write_all(&answer)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The question as keys of the API.
    fn keys(&self) -> Result<Map<String, Value>> {
        let mut keys = Map::new();
        for filter in &self.filters {
            let Some((field, value)) = filter.split_once('=') else {
                bail!("--where takes a field and a value, as country=Kenya, and not {filter:?}");
            };
            let values = keys.entry(field.trim()).or_insert_with(|| Value::Array(Vec::new()));
            if let Some(values) = values.as_array_mut() {
                values.push(value.into());
            }
        }
        let format = if self.kind.fasta { "fasta" } else { self.format.as_str() };
        let format = if format == "table" { "json" } else { format };
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                keys.insert(key.to_owned(), value);
            }
        };
        let list = |all: &Vec<String>| (!all.is_empty()).then(|| Value::from(all.clone()));
        put("dataFormat", Some(format.into()));
        put("advancedQuery", self.question.clone().map(Value::from));
        put("fields", list(&self.fields));
        put("orderBy", list(&self.order_by));
        // Of neighbours there are so many as are asked for.
        let most = if self.kind.nearest.is_some() { "most" } else { "limit" };
        put(most, self.limit.map(Value::from));
        put("minProportion", self.min_proportion.map(Value::from));
        put("asOf", self.as_of.clone().map(Value::from));
        put("of", self.kind.nearest.clone().map(Value::from));
        put("distance", self.kind.clusters.map(Value::from));
        Ok(keys)
    }
}
