//! Asks a server: as its first person, as their program, and as a stranger. Start at [`Client::set_up`].

use super::PAGE_REPEATS;
use super::served::Server;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::time::{Duration, Instant};
use ureq::Agent;

const PASSWORD: &str = "a long sentence for a benchmark";
const FORM: &str = "application/x-www-form-urlencoded";
/// The longest answer.
const ANSWER_MAX_BYTES: u64 = 256 << 20;

/// Who asks.
pub struct Client {
    agent: Agent,
    url: String,
    cookie: String,
    /// A program's token, which may do everything.
    pub token: String,
}

impl Client {
    /// A stranger, or whoever has a token.
    pub fn new(server: &Server, token: String) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(900)));
        let agent = config.build().new_agent();
        Self { agent, url: server.url(), cookie: String::new(), token }
    }

    /// Sets a server up and makes a token.
    pub fn set_up(server: &Server) -> Result<Self> {
        let mut client = Self::new(server, String::new());
        let path = server.set_up_path().context("where to set it up")?;
        let fields = format!(
            "party=Laboratory&country=KE&person=Officer&user=officer&password={0}&repeated={0}",
            PASSWORD.replace(' ', "+")
        );
        client.form(&path, &fields)?;
        client.token = client.make_token("bench")?;
        Ok(client)
    }

    /// Makes a token that may do everything: an act that writes.
    pub fn make_token(&mut self, name: &str) -> Result<String> {
        let scopes = ["read", "submit", "review", "release"].map(|scope| format!("&scope={scope}")).concat();
        let page = self.form_on("/account", "/account/tokens", &format!("name={name}&days=1{scopes}"))?;
        let token = page.split("class=\"secret\">").nth(1).and_then(|rest| rest.split('<').next());
        Ok(token.context("no token is shown")?.to_owned())
    }

    /// How many genomes a stranger can see, as the list's page says.
    pub fn visible(&self) -> Result<u64> {
        let (status, page) = self.stranger("/genomes")?;
        ensure!(status == 200, "the list: {status}");
        let told = page.split_once("<p class=\"facts\"><span>").map(|(_, rest)| rest);
        let digits = told.map(|text| text.chars().take_while(|one| one.is_ascii_digit() || *one == ','));
        let digits: String = digits.into_iter().flatten().filter(char::is_ascii_digit).collect();
        Ok(digits.parse().unwrap_or(0))
    }

    /// Sends a form that its own page shows.
    fn form(&mut self, path: &str, fields: &str) -> Result<String> {
        self.form_on(path, path, fields)
    }

    fn form_on(&mut self, page: &str, path: &str, fields: &str) -> Result<String> {
        let (_, shown) = self.page(page, true)?;
        let proof = shown.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let fields = format!("csrf={}&{fields}", proof.unwrap_or_default());
        let request = self.agent.post(format!("{}{path}", self.url)).header("Content-Type", FORM);
        let mut answer = request.header("Origin", &self.url).header("Cookie", &self.cookie).send(fields)?;
        let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let cookies: Vec<String> =
            cookies.filter_map(|value| value.split(';').next()).map(str::to_owned).collect();
        if !cookies.is_empty() {
            self.cookie = cookies.join("; ");
        }
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_string()?;
        ensure!(status < 400, "{path}: {status}\n{body}");
        Ok(body)
    }

    fn page(&self, path: &str, is_own: bool) -> Result<(u16, String)> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if is_own && !self.cookie.is_empty() {
            request = request.header("Cookie", &self.cookie);
        }
        let mut answer = request.call()?;
        let body = answer.body_mut().with_config().limit(ANSWER_MAX_BYTES).read_to_string()?;
        Ok((answer.status().as_u16(), body))
    }

    /// A page as somebody sees it who does not sign in.
    pub fn stranger(&self, path: &str) -> Result<(u16, String)> {
        self.page(path, false)
    }

    /// The median of some answers to one question, in milliseconds.
    pub fn median_ms(&self, path: &str, is_own: bool) -> Result<f64> {
        let mut times = Vec::new();
        for _ in 0..PAGE_REPEATS {
            let began = Instant::now();
            let (status, _) = self.page(path, is_own)?;
            ensure!(status == 200, "{path}: {status}");
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        Ok(times[times.len() / 2])
    }

    /// Asks the API.
    pub fn json(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value> {
        let url = format!("{}{path}", self.url);
        let bearer = format!("Bearer {}", self.token);
        let mut answer = match method {
            "GET" => self.agent.get(url).header("Authorization", &bearer).call()?,
            _ => {
                let request = self.agent.post(url).header("Authorization", &bearer);
                request
                    .header("Content-Type", "application/json")
                    .send(body.unwrap_or_default().to_string())?
            }
        };
        let (status, text) = (answer.status().as_u16(), answer.body_mut().read_to_string()?);
        ensure!(status < 400, "{path}: {status} {text}");
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }
}
