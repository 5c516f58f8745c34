//! A client of pages and forms: one request a connection, and an error is an answer that never came.

use crate::kills::strike_after;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A boundary that no file of ours holds.
const BOUNDARY: &str = "survival-0123456789";

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// What kills a program while it is at an act: after so many, and so long after it was sent.
pub struct Fuse {
    pub acts: u64,
    pub id: u32,
    pub wait: Duration,
}

/// Somebody at a browser.
#[derive(Clone)]
pub struct Client {
    pub address: SocketAddr,
    session: Option<String>,
    csrf: String,
    fuse: Arc<Mutex<Option<Fuse>>>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, session: None, csrf: String::new(), fuse: Arc::default() }
    }

    /// The same person at another server of the installation, or at one that was started again.
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// Lays a fuse.
    pub fn lay(&self, fuse: Fuse) {
        *self.fuse.lock().expect("whole") = Some(fuse);
    }

    /// Burns the fuse one act further.
    fn burn(&self) {
        let mut laid = self.fuse.lock().expect("whole");
        match laid.as_mut() {
            Some(fuse) if fuse.acts > 0 => fuse.acts -= 1,
            Some(fuse) => {
                strike_after(fuse.id, fuse.wait);
                *laid = None;
            }
            None => {}
        }
    }

    /// Takes the session that an answer set, and the proof that forms need.
    pub fn take_session(&mut self, answer: &Answer) -> io::Result<()> {
        let cookie = answer.header("set-cookie").and_then(|text| text.split(';').next());
        self.session = cookie.map(str::to_owned);
        let page = self.get("/account")?.text();
        let value = page.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split('"').next());
        self.csrf = value.ok_or_else(|| io::Error::other("the page has no form"))?.to_owned();
        Ok(())
    }

    pub fn sign_in(&mut self, user: &str, password: &str) -> io::Result<Answer> {
        let page = self.get("/sign-in")?.text();
        let csrf = page.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split('"').next());
        let csrf = csrf.unwrap_or_default().to_owned();
        let answer = self.form_with("/sign-in", &csrf, &[("user", user), ("password", password)])?;
        if answer.status == 303 {
            self.take_session(&answer)?;
        }
        Ok(answer)
    }

    pub fn get(&self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, "", b"")
    }

    /// Sends a form of a page.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        self.form_with(path, &self.csrf, fields)
    }

    fn form_with(&self, path: &str, csrf: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let encoded = hearth_pages::site::address::encoded;
        let mut body = format!("csrf={}", encoded(csrf));
        for (name, value) in fields {
            body.push_str(&format!("&{}={}", encoded(name), encoded(value)));
        }
        self.send("POST", path, "application/x-www-form-urlencoded", body.as_bytes())
    }

    /// Sends a form with files: field, file's name, content.
    pub fn files(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> io::Result<Answer> {
        let mut body = Vec::new();
        let fields = [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied());
        for (name, value) in fields {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend(head.into_bytes());
            body.extend_from_slice(value.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        for (name, file, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.into_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.send("POST", path, &format!("multipart/form-data; boundary={BOUNDARY}"), &body)
    }

    fn send(&self, method: &str, path: &str, media: &str, body: &[u8]) -> io::Result<Answer> {
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        if let Some(session) = &self.session {
            head.push_str(&format!("Cookie: {session}\r\n"));
        }
        if method != "GET" {
            self.burn();
            let length = body.len();
            head.push_str(&format!(
                "Origin: http://{}\r\nContent-Type: {media}\r\nContent-Length: {length}\r\n",
                self.address
            ));
        }
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        // A server that refuses may answer before it took everything.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        parse(&bytes).ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "half an answer"))
    }
}

/// An answer that came whole; anything less is none.
fn parse(bytes: &[u8]) -> Option<Answer> {
    let at = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = bytes[at + 4..].to_vec();
    let mut answer = Answer { status, head, body };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunked(&answer.body)?;
    } else if let Some(length) = answer.header("content-length") {
        (length.parse() == Ok(answer.body.len())).then_some(())?;
    }
    Some(answer)
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let at = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..at]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(at + 2..at + 2 + size)?);
        rest = rest.get(at + 4 + size..)?;
    }
}
