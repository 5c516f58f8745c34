//! A browser under remote control: the few commands of W3C WebDriver (and of chromedriver's own) that the tests need.
//!
//! Every command that fails ends the test with what the driver said. Start at [`Browser::open`].

use crate::running::{House, chromium};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// The name under which an element's reference is sent (W3C WebDriver, section 12.3).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Longer no page may take to show something.
const PATIENCE: Duration = Duration::from_secs(40);

const FLAGS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--window-size=1280,900",
];

/// Asks over HTTP, straight, and takes any status for an answer.
pub fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(120)));
    config.build().new_agent()
}

/// One browser with a profile of its own, closed when dropped.
pub struct Browser {
    agent: ureq::Agent,
    session: String,
    /// The server that it looks at, as `http://ADDRESS`.
    pub base: String,
}

/// Whether pages may run scripts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scripts {
    On,
    Off,
}

impl Browser {
    pub fn open(house: &House, base: &str, scripts: Scripts) -> Self {
        let mut preferences = json!({ "download.prompt_for_download": false });
        if scripts == Scripts::Off {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": FLAGS, "prefs": preferences, "binary": chromium() },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let agent = agent();
        let asked = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = send(&agent, "POST", &format!("{}/session", house.driver), &asked).expect("a browser");
        let id = answer["sessionId"].as_str().expect("a session's id");
        Self { agent, session: format!("{}/session/{id}", house.driver), base: base.to_owned() }
    }

    #[track_caller]
    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        let told = send(&self.agent, method, &format!("{}/{path}", self.session), body);
        told.unwrap_or_else(|error| {
            panic!("{method} {path} {}: {error}", body.to_string().get(..200).unwrap_or(""))
        })
    }

    /// Opens an address of the server.
    #[track_caller]
    pub fn go(&self, path: &str) {
        self.command("POST", "url", &json!({ "url": format!("{}{path}", self.base) }));
    }

    /// Opens a page that is given as text.
    pub fn open_text(&self, html: &str) {
        let url = format!("data:text/html;base64,{}", STANDARD.encode(html));
        self.command("POST", "url", &json!({ "url": url }));
    }

    /// The title of what is open.
    pub fn title(&self) -> String {
        self.command("GET", "title", &Value::Null).as_str().unwrap_or_default().to_owned()
    }

    /// Where it is: path and query.
    pub fn at(&self) -> String {
        let url = self.command("GET", "url", &Value::Null);
        url.as_str().unwrap_or_default().trim_start_matches(&self.base).to_owned()
    }

    fn found(&self, how: &str, what: &str) -> Option<String> {
        let asked = json!({ "using": how, "value": what });
        let answer = send(&self.agent, "POST", &format!("{}/element", self.session), &asked).ok()?;
        Some(answer[ELEMENT].as_str()?.to_owned())
    }

    /// Does something with the first element of a selector (CSS), or of a path (XPath) that begins with a slash. Pages
    /// come and go by themselves: one that is not there yet, or went just now, is looked for again.
    #[track_caller]
    fn act(&self, what: &str, method: &str, act: &str, body: &Value) -> Value {
        let how = if what.starts_with('/') { "xpath" } else { "css selector" };
        let started = Instant::now();
        loop {
            let told =
                self.found(how, what).ok_or_else(|| "it is not there".to_owned()).and_then(|element| {
                    send(&self.agent, method, &format!("{}/element/{element}/{act}", self.session), body)
                });
            let why = match told {
                Ok(value) => return value,
                Err(why) => why,
            };
            assert!(started.elapsed() < PATIENCE, "{act} of {what} at {}: {why}", self.at());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    pub fn has(&self, what: &str) -> bool {
        self.found(if what.starts_with('/') { "xpath" } else { "css selector" }, what).is_some()
    }

    /// The text of an element as it is seen.
    #[track_caller]
    pub fn text(&self, what: &str) -> String {
        let text = self.act(what, "GET", "text", &Value::Null);
        text.as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn click(&self, what: &str) {
        self.act(what, "POST", "click", &json!({}));
    }

    /// Clicks a button that sends a form, and waits for the page that answers: an address opened before it has come
    /// would be overtaken by it.
    #[track_caller]
    pub fn send(&self, button: &str) {
        self.run("window.sentFrom = true");
        self.click(button);
        let came = || self.run("return !window.sentFrom && document.readyState === 'complete'") == true;
        self.wait("the answer to a form", came);
    }

    /// Clicks the first button or link with this text.
    #[track_caller]
    pub fn press(&self, text: &str) {
        self.click(&format!("//*[self::button or self::a or self::summary][normalize-space()='{text}']"));
    }

    /// Types, or chooses files: one path a line.
    #[track_caller]
    pub fn write(&self, what: &str, text: &str) {
        self.act(what, "POST", "value", &json!({ "text": text }));
    }

    #[track_caller]
    pub fn bring(&self, what: &str, files: &[&Path]) {
        let lines: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
        self.write(what, &lines.join("\n"));
    }

    /// Chooses the option with this label.
    #[track_caller]
    pub fn choose(&self, select: &str, label: &str) {
        self.click(&format!("//select[@name='{select}']/option[contains(normalize-space(),'{label}')]"));
    }

    /// Presses a key, as code point of the WebDriver specification.
    pub fn key(&self, key: char) {
        let pressed = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": pressed }] });
        self.command("POST", "actions", &actions);
    }

    /// Runs a script and gives what it returns; one that returns a promise is waited for.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        self.command("POST", "execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// A command of the browser's own developer tools.
    #[track_caller]
    pub fn tool(&self, command: &str, parameters: Value) -> Value {
        self.command("POST", "goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// How wide the window is, in pixels of a style sheet.
    pub fn resize(&self, width: u32) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.tool("Emulation.setDeviceMetricsOverride", size);
    }

    /// For which medium (`screen`, `print`) and in which scheme (`light`, `dark`) pages are laid out.
    pub fn medium(&self, medium: &str, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.tool("Emulation.setEmulatedMedia", json!({ "media": medium, "features": features }));
    }

    /// What was written since it was asked last: `browser` is the console, `performance` the network.
    pub fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.command("POST", "se/log", &json!({ "type": kind }));
        entries.as_array().cloned().unwrap_or_default()
    }

    fn bytes(value: &Value) -> Vec<u8> {
        STANDARD.decode(value.as_str().unwrap_or_default()).expect("base64")
    }

    /// The whole page as a picture (PNG).
    pub fn picture(&self) -> Vec<u8> {
        let taken = self.tool("Page.captureScreenshot", json!({ "captureBeyondViewport": true }));
        Self::bytes(&taken["data"])
    }

    /// The page on paper (PDF).
    pub fn paper(&self) -> Vec<u8> {
        Self::bytes(&self.command("POST", "print", &json!({ "background": true })))
    }

    /// The cookies, as a request carries them.
    pub fn cookies(&self) -> String {
        let all = self.command("GET", "cookie", &Value::Null);
        let pair = |cookie: &Value| {
            format!("{}={}", cookie["name"].as_str().unwrap_or(""), cookie["value"].as_str().unwrap_or(""))
        };
        let pairs: Vec<String> = all.as_array().into_iter().flatten().map(pair).collect();
        pairs.join("; ")
    }

    /// Signs in by the form.
    #[track_caller]
    pub fn sign_in(&self, user: &str, password: &str) {
        self.go("/sign-in");
        self.write("#user", user);
        self.write("#password", password);
        self.click("main form button");
        self.wait("the name of who signed in", || self.has(".reader form"));
    }

    #[track_caller]
    pub fn sign_out(&self) {
        self.click(".reader form button");
        self.wait("a way to sign in", || self.has(".reader a[href='/sign-in']"));
    }

    #[track_caller]
    pub fn wait(&self, what: &str, is_there: impl Fn() -> bool) {
        let started = Instant::now();
        while !is_there() {
            assert!(started.elapsed() < PATIENCE, "{what} never came: {}\n{}", self.at(), self.text("body"));
            std::thread::sleep(Duration::from_millis(30));
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = send(&self.agent, "DELETE", &self.session, &Value::Null);
    }
}

/// One command. What the driver answered, or why it could not.
fn send(agent: &ureq::Agent, method: &str, url: &str, body: &Value) -> Result<Value, String> {
    let sent = match method {
        "GET" => agent.get(url).call(),
        "DELETE" => agent.delete(url).call(),
        _ => agent.post(url).header("content-type", "application/json").send(body.to_string()),
    };
    let mut answer = sent.map_err(|error| error.to_string())?;
    let status = answer.status().as_u16();
    let reader = answer.body_mut().with_config().limit(64 << 20);
    let text = reader.read_to_string().map_err(|error| error.to_string())?;
    let mut told: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
    let value = told["value"].take();
    if status == 200 { Ok(value) } else { Err(value["message"].as_str().unwrap_or(&text).to_owned()) }
}
