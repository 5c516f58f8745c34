//! The settings themselves: name, meaning, kind, and what holds when nothing is said.
//!
//! Units stand in the names. Refuses to act on any of them. Start at [`Server`].
#![allow(rustdoc::bare_urls, reason = "the same words stand in the example file, where an address is plain")]

use super::value::{Secret, Value};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Something that goes through all settings.
pub trait Visitor {
    /// One setting: its table, its name, what it means, its value.
    fn setting(
        &mut self,
        table: &'static str,
        name: &'static str,
        meaning: &[&'static str],
        value: &mut dyn Value,
    );
}

macro_rules! sections {
    ($(
        $(#[doc = $about:literal])+
        $section:ident $table:literal {
            $( $(#[doc = $meaning:literal])+ $name:ident: $kind:ty = $default:expr; )+
        }
    )+) => {$(
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $section {
            $( $(#[doc = $meaning])+ pub $name: $kind, )+
        }

        impl Default for $section {
            fn default() -> Self {
                Self { $( $name: $default, )+ }
            }
        }

        impl $section {
            pub(super) fn visit(&mut self, visitor: &mut dyn Visitor) {
                $( visitor.setting($table, stringify!($name), &[$($meaning),+], &mut self.$name); )+
            }
        }
    )+};
}

sections! {
    /// Where the server listens, and what it is called.
    Server "server" {
        /// The address that people reach, or that a proxy in front of it reaches.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        /// The address of /health, /ready and /metrics. Numbers there can tell what is not released: keep it to yourself.
        admin_listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 9090));
        /// The address that people type, such as https://hearth.example.org. With https, cookies are sent by TLS only.
        public_url: Option<String> = None;
        /// The name at the top of every page.
        site_name: String = "Hearth".to_owned();
        /// Whether a proxy in front says in X-Forwarded-For (its last address) who asks. Without a proxy, leave it false.
        is_behind_proxy: bool = false;
    }

    /// Where things are kept.
    Data "data" {
        /// The folder of the embedded database, of blobs, of what is being uploaded, and of the log's key.
        folder: PathBuf = PathBuf::new();
        /// A PostgreSQL database, postgres://USER:PASSWORD@HOST:PORT/NAME. Without it, a file in the folder.
        database_url: Secret = Secret::default();
        /// Connections to the database.
        database_connections: u64 = 8;
        /// A bucket for blobs. Without it, a folder in the folder.
        s3_bucket: Option<String> = None;
        /// The store's address; without it that of the region at Amazon.
        s3_endpoint: Option<String> = None;
        /// The region; stores of one's own mostly take any.
        s3_region: String = "us-east-1".to_owned();
        /// The name of the bucket's access key.
        s3_key_id: Option<String> = None;
        /// The access key's secret.
        s3_secret: Secret = Secret::default();
        /// A folder of FASTA files that everybody may ask for by refget, beside the references of the packs.
        refget_folder: PathBuf = PathBuf::new();
    }

    /// The log.
    Ledger "ledger" {
        /// The log's name, the first line of its signed heads. It can never be changed. Without it, the host of public_url.
        origin: Option<String> = None;
        /// The letters before the _ of accessions: 2 to 8 capital letters and digits, a letter first.
        accession_prefix: String = "HTH".to_owned();
        /// Seconds between signed heads.
        head_every_s: u64 = 10;
    }

    /// The work that is not done while somebody waits for a page: analyses.
    Work "work" {
        /// Whether `hearth serve` does it too. false leaves all of it to `hearth work` processes beside it.
        in_serve: bool = true;
    }

    /// Passwords, sessions, tokens, invitations.
    Accounts "accounts" {
        /// Least characters of a password.
        password_least_chars: u64 = 12;
        /// Passwords that are checked at the same moment; each takes 19 MiB of memory while it is.
        hashings_at_once: u64 = 2;
        /// Sign-ins that may wait for that; others are told to come back.
        hashings_waiting: u64 = 32;
        /// Wrong passwords from one address for one name before it has to wait, 1 second at first and then twice as long each time.
        attempts_free: u64 = 5;
        /// The longest such wait, in seconds.
        wait_most_s: u64 = 900;
        /// Minutes without a request after which a session ends.
        session_idle_minutes: u64 = 120;
        /// Hours after which a session ends in any case.
        session_most_hours: u64 = 12;
        /// Days that an API token may be valid at most.
        token_most_days: u64 = 365;
        /// API tokens of one person.
        tokens_most: u64 = 20;
        /// Hours that an invitation is valid.
        invitation_hours: u64 = 72;
    }

    /// How large things may be.
    Limits "limits" {
        /// Bytes of a form.
        form_bytes: u64 = 256 * 1024;
        /// Bytes of a request to the API that is no upload.
        api_bytes: u64 = 4 * 1024 * 1024;
        /// Bytes of an upload in one request.
        upload_bytes: u64 = 1024 * 1024 * 1024;
        /// Files of one batch.
        batch_files: u64 = 100;
        /// Genomes of one batch.
        batch_genomes: u64 = 100_000;
        /// Genomes that a release opens in one step; while a large batch is opened, others act between two steps.
        release_step_genomes: u64 = 2_000;
        /// Bytes of all files of one batch.
        batch_bytes: u64 = 8 * 1024 * 1024 * 1024;
        /// Uploads of one party that were begun and not yet used for a batch.
        party_uploads: u64 = 500;
        /// Bytes of all such uploads of one party.
        party_upload_bytes: u64 = 32 * 1024 * 1024 * 1024;
        /// Rows of a list on one page.
        page_rows: u64 = 100;
        /// Connections at the same moment.
        connections: u64 = 1024;
        /// Of these, connections of one address (IPv6: one network of 64 bits); this machine's own are not counted.
        connections_of_address: u64 = 128;
    }

    /// How long things may take.
    Times "times" {
        /// Seconds for the head of a request to arrive.
        header_s: u64 = 10;
        /// Seconds between two pieces of a request's body.
        body_idle_s: u64 = 20;
        /// Seconds for a page or an answer of the API.
        answer_s: u64 = 60;
        /// Seconds for an upload.
        upload_s: u64 = 3600;
        /// Hours that an upload may rest before it is forgotten.
        upload_keep_hours: u64 = 48;
        /// Seconds between two pieces of an answer that somebody takes slowly.
        take_idle_s: u64 = 60;
        /// Seconds to finish what is going on when the server is told to stop.
        stop_s: u64 = 20;
    }

    /// Saved searches, and how their owners are told what is new.
    Tell "tell" {
        /// Saved searches of one person.
        searches_most: u64 = 100;
        /// Whether webhooks may lead into the network of this server, and be http. For tests; leave it false where people
        /// who do not run the server save searches: they would reach what only the server reaches.
        webhooks_to_own_network: bool = false;
    }

    /// The mail that the server sends. Without a server, none is.
    Mail "mail" {
        /// The mail server (SMTP), such as mail.example.org.
        server: Option<String> = None;
        /// Its port.
        port: u64 = 587;
        /// starttls, tls from the first byte (port 465), or none: only for a server on this machine.
        security: String = "starttls".to_owned();
        /// Whom mail is from: hearth@example.org, or Hearth <hearth@example.org>.
        from: Option<String> = None;
        /// The user name at the mail server. Without it, no password is sent.
        user: Option<String> = None;
        /// The password there.
        password: Secret = Secret::default();
        /// A file whose first line is the password, in its place.
        password_file: Option<String> = None;
        /// Mails to one person on one day.
        a_day_most: u64 = 20;
        /// The hour of the day (universal time, 1 to 23) after which what is told once a day is sent.
        daily_hour: u64 = 6;
    }

    /// How often somebody may ask.
    Rates "rates" {
        /// Requests a minute from one address (IPv6: one network of 64 bits).
        address_per_minute: u64 = 1200;
        /// Requests that one address may send at once.
        address_burst: u64 = 400;
        /// Requests a minute from all people of one party.
        party_per_minute: u64 = 6000;
        /// Requests that one party may send at once.
        party_burst: u64 = 2000;
        /// Addresses and parties that are remembered.
        remembered: u64 = 20_000;
    }

    /// Programs of others that run in its pages.
    Viewers "viewers" {
        /// The folder of a built auspice, which has its index.html: trees are then shown at /trees. What lies in it runs in
        /// the pages of this server, with the rights of whoever looks at them: take it from where you trust it.
        auspice: PathBuf = PathBuf::new();
    }

    /// What the server writes down about itself, to its standard error.
    Log "log" {
        /// text or json.
        form: String = "text".to_owned();
        /// What is written: error, warn, info, debug; also by part, as in info,hearth_store=debug.
        level: String = "info".to_owned();
        /// A collector of traces that takes OpenTelemetry's OTLP over HTTP in JSON, such as http://127.0.0.1:4318. It hears
        /// routes, statements and times, and no values. Without it, there are no traces.
        traces_to: Option<String> = None;
    }

    /// Single sign-on by OpenID Connect.
    Oidc "oidc" {
        /// The issuer's address, as it stands in its tokens.
        issuer: Option<String> = None;
        /// The name of this server there.
        client_id: Option<String> = None;
        /// Its secret there.
        client_secret: Secret = Secret::default();
        /// What the button says after “Sign in with”.
        name: String = "single sign-on".to_owned();
        /// Whether somebody comes in whose verified mail address there is the user name of an account here that is not
        /// linked yet. Set it only if the issuer gives an address to nobody but its owner; otherwise invitations link.
        match_email: bool = false;
        /// Seconds that its clock and this machine's may differ.
        clock_skew_s: u64 = 120;
    }
}

impl Times {
    /// Seconds as a duration.
    pub fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }
}
