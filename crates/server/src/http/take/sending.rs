//! A file on its way out, whole or in part, with its tag and its length where that is known.
//!
//! What is written follows from the genomes, so a part is the same part whenever it is written. An answer that promised
//! how long it is breaks off where a genome is closed meanwhile; what it had is another file then. Start at [`answer`].

use super::chosen::Chosen;
use super::known::Place;
use super::range::{self, Range};
use crate::app::Problem;
use crate::http::Site;
use crate::http::lapis::taking::Taking;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::{Stream, stream};
use hearth_base::digest::Digest;
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName,
    HeaderValue,
};
use http::{HeaderMap, StatusCode};
use std::io;
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;

/// How many genomes are left out until their terms are accepted.
const LEFT_OUT: HeaderName = HeaderName::from_static("hearth-left-out");
/// So long a file is counted through before whoever asks for a part of it is told to come again.
const COUNTED_AT_ONCE: Duration = Duration::from_secs(8);
/// When to come again.
const WAIT_S: u64 = 1;

/// A file that is being written.
struct Sending {
    site: Site,
    tag: Digest,
    /// Whether it can be begun at any genome.
    has_places: bool,
    /// None at the end.
    taking: Option<Taking>,
    /// So many bytes were written, of the whole file.
    at: u64,
    /// What is sent of it.
    from: u64,
    until: u64,
    _room: OwnedSemaphorePermit,
}

impl Sending {
    /// Some bytes of a file. With a promise, it breaks off rather than to lack a genome.
    fn new(
        site: &Site,
        chosen: &Chosen,
        (from, until): (u64, u64),
        is_promised: bool,
    ) -> Result<Self, Problem> {
        let place =
            if chosen.format.is_each_alone { site.known.before(&chosen.tag, from) } else { Place::default() };
        let taking = chosen.taking().after(place.genomes);
        Ok(Self {
            site: site.clone(),
            tag: chosen.tag,
            has_places: chosen.format.is_each_alone,
            taking: Some(if is_promised { taking.exact() } else { taking }),
            at: place.bytes,
            from,
            until,
            _room: site.known.enter(chosen.selected.rows.len())?,
        })
    }

    /// The same, counted for those whose the genomes are.
    fn counted(self, chosen: &Chosen) -> Self {
        let taking = self.taking.map(|taking| taking.counted(chosen.format.counted));
        Self { taking, ..self }
    }

    /// Remembers how far the file is written.
    fn note(&mut self, taking: &Taking, bytes: usize, goes_on: bool) {
        self.at += bytes as u64;
        if !taking.is_as_selected() {
            return;
        }
        if !goes_on {
            self.site.known.ended(&self.tag, self.at);
        } else if self.has_places {
            self.site.known.passed(&self.tag, Place { bytes: self.at, genomes: taking.done() });
        }
    }

    /// The next bytes that are sent; nothing at the end.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while self.at < self.until {
            let Some(taking) = self.taking.take() else { break };
            let (taking, bytes, goes_on) = taking.next().await?;
            let begin = self.at;
            self.note(&taking, bytes.len(), goes_on);
            self.taking = goes_on.then_some(taking);
            let of_piece = |offset: u64| offset.saturating_sub(begin).min(bytes.len() as u64) as usize;
            let (from, until) = (of_piece(self.from), of_piece(self.until));
            if from < until {
                return Ok(Some(Bytes::from(bytes).slice(from..until)));
            }
        }
        Ok(None)
    }

    fn pieces(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        stream::try_unfold(self, async |mut sending| Ok(sending.next().await?.map(|bytes| (bytes, sending))))
    }
}

/// The answer to whoever takes a file.
///
/// # Errors
/// When the part they want is none, or there is no room or time for it now.
pub async fn answer(
    site: &Site,
    chosen: Chosen,
    headers: &HeaderMap,
    is_head: bool,
) -> Result<Response, Problem> {
    let tag = format!("\"{}\"", &chosen.tag.hex()[..32]);
    if range::is_another(headers, &tag) {
        let text = "the genomes changed since: take the file as it is now, from its beginning";
        return Err(Problem::Precondition(text.to_owned()));
    }
    if range::is_had(headers, &tag) {
        return Ok(described(&chosen, &tag, StatusCode::NOT_MODIFIED, Body::empty()));
    }
    let Some(wanted) = Range::asked(headers, &tag).filter(|_| !is_head) else {
        return whole(site, &chosen, &tag, is_head);
    };
    let length = length(site, &chosen).await?;
    let Some((from, until)) = wanted.of(length) else {
        let mut response = described(&chosen, &tag, StatusCode::RANGE_NOT_SATISFIABLE, Body::empty());
        insert(&mut response, CONTENT_RANGE, &format!("bytes */{length}"));
        return Ok(response);
    };
    let body = Body::from_stream(Sending::new(site, &chosen, (from, until), true)?.counted(&chosen).pieces());
    let mut response = described(&chosen, &tag, StatusCode::PARTIAL_CONTENT, body);
    insert(&mut response, CONTENT_RANGE, &format!("bytes {from}-{}/{length}", until - 1));
    insert(&mut response, CONTENT_LENGTH, &(until - from).to_string());
    Ok(response)
}

fn whole(site: &Site, chosen: &Chosen, tag: &str, is_head: bool) -> Result<Response, Problem> {
    let length = site.known.length(&chosen.tag);
    let body = if is_head {
        Body::empty()
    } else {
        let sending = Sending::new(site, chosen, (0, length.unwrap_or(u64::MAX)), length.is_some())?;
        Body::from_stream(sending.counted(chosen).pieces())
    };
    let mut response = described(chosen, tag, StatusCode::OK, body);
    if let Some(length) = length {
        insert(&mut response, CONTENT_LENGTH, &length.to_string());
    }
    Ok(response)
}

/// How long a file is: it is counted through where nobody took all of it yet, a while at a time.
async fn length(site: &Site, chosen: &Chosen) -> Result<u64, Problem> {
    let began = Instant::now();
    if let Some(length) = site.known.length(&chosen.tag) {
        return Ok(length);
    }
    let mut counting = Sending::new(site, chosen, (u64::MAX - 1, u64::MAX), true)?;
    while let (None, Some(taking)) = (site.known.length(&chosen.tag), counting.taking.take()) {
        let failed =
            |error: io::Error| Problem::Unavailable { text: format!("{error}: try again"), wait_s: WAIT_S };
        let (taking, bytes, goes_on) = taking.next().await.map_err(failed)?;
        counting.note(&taking, bytes.len(), goes_on);
        counting.taking = goes_on.then_some(taking);
        if began.elapsed() > COUNTED_AT_ONCE && counting.has_places && goes_on {
            let text = "how long this file is has to be counted first, which is not done yet: ask again";
            return Err(Problem::Unavailable { text: text.to_owned(), wait_s: WAIT_S });
        }
    }
    let gone = || Problem::Unavailable {
        text: "the genomes changed meanwhile: ask again".to_owned(),
        wait_s: WAIT_S,
    };
    site.known.length(&chosen.tag).ok_or_else(gone)
}

/// An answer with what every file says of itself.
fn described(chosen: &Chosen, tag: &str, status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    insert(&mut response, ETAG, tag);
    insert(&mut response, ACCEPT_RANGES, "bytes");
    insert(&mut response, CONTENT_TYPE, chosen.packing.media().unwrap_or(chosen.format.media));
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "-_.".contains(*letter);
    let name: String = chosen.name.chars().filter(is_plain).take(120).collect();
    let (extension, packed) = (chosen.format.extension, chosen.packing.extension());
    insert(
        &mut response,
        CONTENT_DISPOSITION,
        &format!("attachment; filename=\"{name}.{extension}{packed}\""),
    );
    if chosen.left_out > 0 {
        insert(&mut response, LEFT_OUT, &chosen.left_out.to_string());
    }
    response
}

fn insert(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
