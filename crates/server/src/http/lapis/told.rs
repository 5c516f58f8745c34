//! An answer as it goes out: JSON in its envelope, CSV or TSV, with the headers that every answer has.
//!
//! Refuses to know what is answered. Start at [`told`].

use super::asked::Asked;
use super::cells::{self, Rows, Style};
use super::details::{Chosen, Details};
use super::fault::{Fault, Shape};
use super::packing::Packing;
use super::select::{Bench, Ground};
use super::taking::{Free, Selected, Taking};
use crate::app::trees::newick;
use crate::http::{Caller, Site};
use axum::body::Body;
use axum::response::Response;
use hearth_base::time::UtcTime;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName,
    HeaderValue, RETRY_AFTER,
};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;

const DATA_VERSION: HeaderName = HeaderName::from_static("lapis-data-version");

/// What is answered.
pub enum Told {
    /// Rows with columns, for any format.
    Table {
        /// The name of a file of it.
        name: &'static str,
        /// In the order of the text formats.
        columns: Vec<String>,
        /// As many cells as columns.
        rows: Box<dyn Rows>,
    },
    /// Rows of genomes, as many as there are, for any format.
    Genomes(Chosen),
    /// JSON in its envelope, and in no other format.
    Data(Value),
    /// JSON without an envelope.
    Bare(Value),
    /// A tree.
    Newick {
        /// The name of a file of it.
        name: &'static str,
        /// It.
        text: String,
    },
    /// A text of a kind of its own.
    Text {
        /// Its media type.
        media: &'static str,
        /// It.
        text: String,
    },
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An object for each row.
    Json,
    /// RFC 4180.
    Csv {
        /// Whether the names of columns stand above.
        has_header: bool,
    },
    /// IANA text/tab-separated-values.
    Tsv {
        /// Whether tabs and line ends in cells are written out.
        is_escaped: bool,
    },
}

impl Format {
    /// What a question asks for.
    ///
    /// # Errors
    /// When a table is not written so.
    pub fn of(asked: &Asked) -> Result<Self, Fault> {
        let named = asked.text("dataFormat")?.map(str::to_ascii_lowercase);
        match named.as_deref() {
            Some("json") => return Ok(Self::Json),
            Some("csv") => return Ok(Self::Csv { has_header: true }),
            Some("csv-without-headers") => return Ok(Self::Csv { has_header: false }),
            Some("tsv") => return Ok(Self::Tsv { is_escaped: false }),
            Some("tsv-escaped") => return Ok(Self::Tsv { is_escaped: true }),
            Some(other) => {
                let text = format!("this cannot be written as {other:?}: ask for JSON, CSV or TSV");
                return Err(Fault::of(StatusCode::NOT_ACCEPTABLE, text));
            }
            None => {}
        }
        let accept = asked.accept.to_ascii_lowercase().replace(' ', "");
        Ok(match () {
            () if accept.contains("text/csv;headers=false") => Self::Csv { has_header: false },
            () if accept.contains("text/csv") => Self::Csv { has_header: true },
            () if accept.contains("tab-separated-values;escaped=true") => Self::Tsv { is_escaped: true },
            () if accept.contains("tab-separated-values") => Self::Tsv { is_escaped: false },
            () => Self::Json,
        })
    }

    fn media(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv { has_header: true } => "text/csv;charset=UTF-8",
            Self::Csv { has_header: false } => "text/plain;charset=UTF-8",
            Self::Tsv { .. } => "text/tab-separated-values;charset=UTF-8",
        }
    }

    /// How its lines look, where it has lines.
    pub fn style(self) -> Option<Style> {
        Some(match self {
            Self::Json => return None,
            Self::Csv { has_header } => Style { has_header, cell: |text| quoted(text, ','), between: "," },
            Self::Tsv { is_escaped: true } => Style { has_header: true, cell: escaped, between: "\t" },
            Self::Tsv { .. } => Style { has_header: true, cell: |text| quoted(text, '\t'), between: "\t" },
        })
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv { .. } => "csv",
            Self::Tsv { .. } => "tsv",
        }
    }
}

/// The answer to a question.
///
/// # Errors
/// When it is asked for in a form that it cannot have.
pub fn told(bench: Bench, asked: &Asked, told: Told) -> Result<Response, Fault> {
    let info = || info(&bench.site, bench.pathogen().name(), &asked.host, &bench.request, bench.version);
    let json = |value: Value| sent(StatusCode::OK, "application/json", bench.version, value.to_string());
    let (name, columns, rows) = match told {
        Told::Bare(value) => return Ok(json(value)),
        Told::Text { media, text } => return Ok(sent(StatusCode::OK, media, bench.version, text)),
        Told::Newick { name, text } => {
            let packing = Packing::of(asked)?;
            let media = packing.media().unwrap_or(newick::MEDIA);
            let mut response = sent(StatusCode::OK, media, bench.version, packing.packed(text.into_bytes()));
            named(&mut response, asked, name, "nwk")?;
            return Ok(response);
        }
        Told::Data(data) => return Ok(json(json!({ "data": data, "info": info() }))),
        Told::Genomes(chosen) => return streamed(bench, asked, chosen),
        Told::Table { name, columns, rows } => (name, columns, rows),
    };
    let (format, is_file) = (Format::of(asked)?, asked.flag("downloadAsFile")?);
    let text = match format {
        Format::Json if !is_file => {
            let mut text = String::from("{\"data\":");
            cells::objects(&columns, &*rows, &mut text);
            text + &format!(",\"info\":{}}}", info())
        }
        format => plain(format, &columns, &*rows),
    };
    let packing = Packing::of(asked)?;
    let media = packing.media().unwrap_or(format.media());
    let mut response = sent(StatusCode::OK, media, bench.version, packing.packed(text.into_bytes()));
    named(&mut response, asked, name, format.extension())?;
    Ok(response)
}

/// Rows that are written while they are read.
fn streamed(bench: Bench, asked: &Asked, chosen: Chosen) -> Result<Response, Fault> {
    let (format, packing) = (Format::of(asked)?, Packing::of(asked)?);
    let info = info(&bench.site, bench.pathogen().name(), &asked.host, &bench.request, bench.version);
    let info = (!asked.flag("downloadAsFile")?).then_some(info);
    let (version, writing) = (bench.version, Details::new(&chosen, format.style(), info.as_ref()));
    let selected = Selected { rows: chosen.rows.into(), aside: chosen.aside, free: Free::of_all() };
    let taking = Taking::new(Arc::new(bench), selected, Box::new(writing), packing);
    let media = packing.media().unwrap_or(format.media());
    let mut response = sent(StatusCode::OK, media, version, Body::from_stream(taking.pieces()));
    named(&mut response, asked, "details", format.extension())?;
    Ok(response)
}

/// An answer without an envelope, for whoever asked without HTTP.
///
/// # Errors
/// When it is asked for in a form that it cannot have.
pub fn loose(ground: &Ground, asked: &Asked, told: Told) -> Result<String, Fault> {
    Ok(match told {
        Told::Table { columns, rows, .. } => plain(Format::of(asked)?, &columns, &*rows),
        Told::Data(value) | Told::Bare(value) => value.to_string(),
        Told::Newick { text, .. } | Told::Text { text, .. } => text,
        Told::Genomes(chosen) => chosen.text(ground, Format::of(asked)?.style()),
    })
}

/// A table in a format, without an envelope.
fn plain(format: Format, columns: &[String], rows: &dyn Rows) -> String {
    let objects = || {
        let mut text = String::new();
        cells::objects(columns, rows, &mut text);
        text
    };
    format.style().map_or_else(objects, |style| cells::lines(columns, rows, style))
}

/// Names the file, if it is asked for as one.
pub fn named(response: &mut Response, asked: &Asked, name: &str, extension: &str) -> Result<(), Fault> {
    if !asked.flag("downloadAsFile")? {
        return Ok(());
    }
    let base = asked.text("downloadFileBasename")?.unwrap_or(name);
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "-_. ".contains(*letter);
    let plain: String = base.chars().filter(is_plain).take(120).collect();
    let file = format!("attachment; filename=\"{plain}.{extension}{}\"", Packing::of(asked)?.extension());
    if let Ok(value) = HeaderValue::from_str(&file) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    Ok(())
}

/// Why there is no answer, at the path of a pathogen.
pub fn fault(site: &Site, caller: &Caller, path: &str, fault: &Fault) -> Response {
    let version = UtcTime::from_unix_ms(0);
    let title = fault.status.canonical_reason().unwrap_or_default();
    let mut error =
        json!({ "title": title, "status": fault.status.as_u16(), "detail": fault.detail, "instance": path });
    let (media, body) = match fault.shape {
        Shape::Bare => ("application/problem+json", error),
        Shape::Enveloped => {
            error["type"] = Value::from("about:blank");
            let pathogen = path.split('/').nth(2).unwrap_or_default();
            let info = info(site, pathogen, "", caller.request(), version);
            ("application/json", json!({ "error": error, "info": info }))
        }
    };
    let mut response = sent(fault.status, media, version, body.to_string());
    if let Some(wait_s) = fault.wait_s {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait_s));
    }
    response
}

/// What an answer says of itself.
pub fn info(site: &Site, pathogen: &str, host: &str, request: &str, version: UtcTime) -> Value {
    let now = site.app.now().to_string();
    let now = now.trim_end_matches('Z');
    json!({
        "dataVersion": number_of(version),
        "requestId": request,
        "requestInfo": format!("{pathogen} on {host} at {now}"),
        "reportTo": site.app.config.public_url(),
        "lapisVersion": concat!("2 (Hearth ", env!("CARGO_PKG_VERSION"), ")"),
        "siloVersion": concat!("Hearth ", env!("CARGO_PKG_VERSION")),
    })
}

/// A version of the data as the API numbers them: seconds since 1970-01-01, ten digits.
fn number_of(version: UtcTime) -> String {
    format!("{:010}", version.unix_ms().max(0) / 1_000)
}

/// An answer with the headers that every answer has.
pub fn sent(status: StatusCode, media: &'static str, version: UtcTime, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    open_to_all(headers);
    if let Ok(number) = HeaderValue::from_str(&number_of(version)) {
        headers.insert(DATA_VERSION, number);
    }
    response
}

/// What a browser is told that asks before it asks (Fetch, section 3.2.2).
pub async fn permission() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    open_to_all(headers);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, OPTIONS"));
    // The star does not stand for the header that shows a token.
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*, Authorization"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    response
}

/// Pages from anywhere may read it.
fn open_to_all(headers: &mut HeaderMap) {
    let exposed = HeaderValue::from_static("Lapis-Data-Version, X-Request-ID, Retry-After, Hearth-Left-Out");
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
}

/// In quotation marks where it has to be (RFC 4180).
fn quoted(text: &str, between: char) -> String {
    if text.contains([between, '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// With tabs and line ends written out (IANA text/tab-separated-values).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}
