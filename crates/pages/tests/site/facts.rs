//! Every page of the server filled with invented facts, for tests and for the gallery. Start at [`pages`].

// All of this is test code.
#![allow(clippy::too_many_lines)]

use hearth_pages::messages::Catalogue;
use hearth_pages::report::{Gene, Status};
use hearth_pages::site::account::{AccountPage, Invitation, PasswordPage, Token};
use hearth_pages::site::aid::{AidPage, Goods, Moved, Movement, Shipment};
use hearth_pages::site::ask::{
    Answer, AskPage, AskWhichPage, Asked, Call, Facet, Frequent, Input, Line, Times, Unit,
};
use hearth_pages::site::batch::{
    Allowed, BatchGenome, BatchPage, Control, ControlVerdict, FieldFinding, Same, Seen, Stop,
};
use hearth_pages::site::documents::{
    DocumentPage, DocumentsPage, Edition, EditionShare, EditionState, Origin, Rendition, Work,
};
use hearth_pages::site::entrance::{SetUpPage, SignInPage, SignInProblem};
use hearth_pages::site::error::ErrorPage;
use hearth_pages::site::figures::{Figure, FigureKind, FiguresPage};
use hearth_pages::site::frame::{Flash, FlashKind, Frame, Reader, Role};
use hearth_pages::site::front;
use hearth_pages::site::front::{FrontPage, Incoming, PathogenCount, Release, WorkItem};
use hearth_pages::site::genome::{
    AssayLine, AssayVerdict, Changed, Credit, GenomePage, Neighbour, Placement, RecordState, Version,
};
use hearth_pages::site::genomes::{Filters, Found, GenomeLine, GenomesPage, Hit, SearchPage};
use hearth_pages::site::ledger::{EntryLine, EntryPage, Head, LedgerPage};
use hearth_pages::site::offer::Offer;
use hearth_pages::site::parties::{
    Group, Member, Organisation, PartiesPage, PartyPage, Person, PersonPage, Share, Sort,
};
use hearth_pages::site::parts::{
    Act, Audience, Choice, Event, FieldProblem, FilterLink, Kind, Link, Paging, TermsName, Verified,
};
use hearth_pages::site::searches::{
    Change, ConfirmPage, Happened, MailState, Matter, Saved, SavedPage, SearchesPage, Told, Try,
};
use hearth_pages::site::submission::{BatchLine, BatchState, BatchesPage, SubmitPage};
use hearth_pages::site::terms::{AcceptPage, Reach, Terms, TermsPage};
use hearth_pages::site::versions::{
    ComparePage, FieldChange, MetadataField, RevisePage, SendBackPage, WithdrawPage,
};
use hearth_pages::svg::record::{Segment, Substitution};
use hearth_pages::svg::tiles::{Block, Tile};

/// How pages are filled.
#[derive(Clone, Copy)]
pub struct Taste {
    /// What becomes of each invented text: itself, or something hostile.
    pub text: fn(&str) -> String,
    /// How many lines lists have.
    pub many: usize,
}

/// Every page with nothing in it, by name.
pub fn empty(words: &Catalogue) -> Vec<(&'static str, String)> {
    vec![
        ("front", FrontPage::default().to_html(words)),
        ("search", SearchPage::default().to_html(words)),
        ("sign_in", SignInPage::default().to_html(words)),
        ("set_up", SetUpPage::default().to_html(words)),
        ("set_up_spent", SetUpPage { is_spent: true, ..SetUpPage::default() }.to_html(words)),
        ("password", PasswordPage::default().to_html(words)),
        ("account", AccountPage::default().to_html(words)),
        ("searches", SearchesPage::default().to_html(words)),
        ("saved", SavedPage::default().to_html(words)),
        ("confirm", ConfirmPage::default().to_html(words)),
        ("submit", SubmitPage::default().to_html(words)),
        ("batches", BatchesPage::default().to_html(words)),
        ("batch", BatchPage::default().to_html(words)),
        ("genomes", GenomesPage::default().to_html(words)),
        ("ask_which", AskWhichPage::default().to_html(words)),
        ("ask_wrong", AskPage::default().to_html(words)),
        ("ask", AskPage { answer: Some(Answer::default()), ..AskPage::default() }.to_html(words)),
        ("genome", GenomePage::default().to_html(words)),
        ("compare", ComparePage::default().to_html(words)),
        ("revise", RevisePage::default().to_html(words)),
        ("withdraw", WithdrawPage::default().to_html(words)),
        ("send_back", SendBackPage::default().to_html(words)),
        ("parties", PartiesPage::default().to_html(words)),
        ("party", PartyPage::default().to_html(words)),
        ("person", PersonPage::default().to_html(words)),
        ("terms", TermsPage::default().to_html(words)),
        ("accept", AcceptPage::default().to_html(words)),
        ("documents", DocumentsPage::default().to_html(words)),
        ("document", DocumentPage::default().to_html(words)),
        ("aid", AidPage::default().to_html(words)),
        ("figures", FiguresPage::default().to_html(words)),
        ("ledger", LedgerPage::default().to_html(words)),
        ("entry", EntryPage::default().to_html(words)),
        ("error", ErrorPage::default().to_html(words)),
    ]
}

/// Every page with everything in it, by name.
pub fn pages(taste: Taste, words: &Catalogue) -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, html: String| pages.push((name.to_owned(), html));
    add("front", taste.front().to_html(words));
    add(
        "front_visitor",
        FrontPage { work: None, to_confirm: Vec::new(), frame: taste.visitor("/"), ..taste.front() }
            .to_html(words),
    );
    add("search", taste.search().to_html(words));
    add("sign_in", taste.sign_in().to_html(words));
    add("set_up", taste.set_up().to_html(words));
    add("password", taste.password().to_html(words));
    add("invitation", taste.invitation(false).to_html(words));
    add("invitation_spent", taste.invitation(true).to_html(words));
    add("account", taste.account().to_html(words));
    add("searches", taste.searches().to_html(words));
    add("saved", taste.saved().to_html(words));
    add("saved_stopped", taste.saved_stopped().to_html(words));
    for (name, matter) in
        [("unsubscribe", Matter::NoMoreMail), ("verify", Matter::Address(taste.t("wanjiru@example.org")))]
    {
        for is_done in [false, true] {
            let (frame, matter) = (taste.frame("/"), matter.clone());
            let action = format!("/{name}/x");
            let page = ConfirmPage { frame, matter, action, is_done };
            add(&format!("{name}_{is_done}"), page.to_html(words));
        }
    }
    add("submit", taste.submit().to_html(words));
    add("batches", taste.batches().to_html(words));
    add("batch", taste.batch().to_html(words));
    add("batch_working", taste.batch_working().to_html(words));
    add("batch_release", taste.batch_release().to_html(words));
    add("genomes", taste.genomes().to_html(words));
    add("ask_which", taste.ask_which().to_html(words));
    add("ask", taste.ask().to_html(words));
    add("ask_wrong", taste.ask_wrong().to_html(words));
    add("genome", taste.genome().to_html(words));
    add("genome_withdrawn", taste.genome_withdrawn().to_html(words));
    add("compare", taste.compare().to_html(words));
    add("revise", taste.revise().to_html(words));
    add("withdraw", taste.withdraw().to_html(words));
    add("send_back", taste.send_back().to_html(words));
    add("parties", taste.parties().to_html(words));
    add("party", taste.party(true).to_html(words));
    add("party_organisation", taste.party(false).to_html(words));
    add("person", taste.person().to_html(words));
    add("terms", taste.terms().to_html(words));
    add("accept", taste.accept().to_html(words));
    add("documents", taste.documents().to_html(words));
    add("document", taste.document().to_html(words));
    add("aid", taste.aid().to_html(words));
    add("figures", taste.figures().to_html(words));
    add("ledger", taste.ledger().to_html(words));
    add("entry", taste.entry().to_html(words));
    for status in [400, 403, 404, 409, 413, 429, 500, 503] {
        let page = ErrorPage {
            frame: taste.visitor("/nowhere"),
            status,
            request: taste.t("7f3a-0192"),
            wait_s: (status == 429).then_some(20),
            ..ErrorPage::default()
        };
        add(&format!("error_{status}"), page.to_html(words));
    }
    pages
}

impl Taste {
    fn t(self, text: &str) -> String {
        (self.text)(text)
    }

    fn list(self, texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| self.t(text)).collect()
    }

    /// Something for each of many lines.
    fn lines<T>(self, make: impl Fn(usize) -> T) -> Vec<T> {
        (0..self.many).map(make).collect()
    }

    fn visitor(self, path: &str) -> Frame {
        Frame {
            site: self.t("Institut National de Recherche Biomédicale"),
            csrf: self.t("c5rf"),
            path: path.to_owned(),
            is_demonstration: true,
            ..Frame::default()
        }
    }

    fn frame(self, path: &str) -> Frame {
        let reader = Reader {
            name: self.t("Dr Wanjiru Kamau"),
            party: self.t("Kenya Medical Research Institute"),
            party_id: self.t("kemri"),
            roles: Role::ALL.to_vec(),
        };
        Frame { reader: Some(reader), ..self.visitor(path) }
    }

    fn flashed(self, path: &str, kind: FlashKind, text: &str) -> Frame {
        Frame { flash: Some(Flash { kind, text: self.t(text) }), ..self.frame(path) }
    }

    fn link(self, label: &str, address: &str) -> Link {
        Link { label: self.t(label), address: address.to_owned() }
    }

    fn choices(self, labels: &[&str]) -> Vec<Choice> {
        let choice = |(at, label): (usize, &&str)| Choice {
            value: self.t(label),
            label: self.t(label),
            is_chosen: at == 1,
        };
        labels.iter().enumerate().map(choice).collect()
    }

    fn filters(self, labels: &[(&str, u64)]) -> Vec<FilterLink> {
        let filter = |(at, (label, count)): (usize, &(&str, u64))| FilterLink {
            label: self.t(label),
            count: Some(*count),
            address: format!("/genomes?filter={at}"),
            is_set: at == 0,
        };
        labels.iter().enumerate().map(filter).collect()
    }

    fn paging(self, all: u64) -> Paging {
        Paging {
            first: 101,
            shown: self.many as u64,
            all,
            previous: Some("/genomes?after=0".to_owned()),
            next: Some("/genomes?after=200".to_owned()),
        }
    }

    fn problems(self) -> Vec<FieldProblem> {
        vec![
            FieldProblem {
                field: self.t("Embargo until"),
                text: self.t("The terms OPEN allow no embargo. Choose EMBARGO, or leave the date empty."),
            },
            FieldProblem { field: String::new(), text: self.t("Send the files again.") },
        ]
    }

    fn events(self) -> Vec<Event> {
        let event = |at: &str, act, person: &str, reason: &str| Event {
            at: at.to_owned(),
            act,
            person: self.t(person),
            party: self.t("INRB"),
            reason: if reason.is_empty() { String::new() } else { self.t(reason) },
            entry: Some("q7m2".to_owned()),
        };
        vec![
            event("2026-11-22 03:00 UTC", Act::Released, "د. أمينة بن يوسف", ""),
            event("2026-11-21 17:40 UTC", Act::Approved, "王小明", ""),
            event(
                "2026-11-21 09:12 UTC",
                Act::SentBack,
                "王小明",
                "Collection dates of ward 3 are a year off; please look at the log book.",
            ),
            event("2026-11-20 22:05 UTC", Act::Submitted, "Dr Wanjiru Kamau", ""),
        ]
    }

    fn front(self) -> FrontPage {
        let item = |name: &str, genomes, analysed, findings| WorkItem {
            id: self.t("b-7"),
            name: self.t(name),
            genomes,
            analysed,
            findings,
            since: "2026-11-20".to_owned(),
        };
        let pathogen = |id: &str, name: &str, genomes| PathogenCount {
            id: self.t(id),
            name: self.t(name),
            genomes,
            newest: Some("2026-11-20".to_owned()),
        };
        let release = |kind, label: &str, address: &str, genomes, audience| Release {
            kind,
            link: self.link(label, address),
            genomes,
            party: self.t("Uganda Virus Research Institute"),
            on: "2026-11-20".to_owned(),
            audience,
        };
        FrontPage {
            frame: self.flashed("/", FlashKind::Done, "Receipt confirmed: Treatment plan, edition 6."),
            pathogens: vec![
                pathogen("sars-cov-2", "SARS-CoV-2", 12_840),
                pathogen("mpox", "Mpox clade I", 1_204),
                pathogen("lassa", "Lassa virus", 1),
            ],
            documents: 14,
            shipments: 1,
            releases: vec![
                release(
                    Kind::Batch,
                    "Run 2026-11-18, ward 3",
                    "/batches/b-6",
                    Some(214),
                    Audience::Everybody,
                ),
                release(
                    Kind::Document,
                    "خطة العلاج، الطبعة السابعة",
                    "/documents/d-1",
                    None,
                    Audience::Named(self.list(&["Africa CDC partners", "中国疾病预防控制中心"])),
                ),
                release(Kind::Shipment, "Tests for Goma", "/aid#s-1", None, Audience::Own),
            ],
            work: Some(front::Work {
                drafts: vec![item("Run 2026-11-22", 96, 41, 3)],
                to_review: vec![item("Goma, week 47", 1, 1, 0)],
                to_release: vec![item("Kinshasa, week 46", 214, 214, 0)],
            }),
            to_confirm: vec![Incoming {
                share: self.t("sh-9"),
                kind: Kind::Document,
                link: self.link("Treatment plan, edition 7", "/documents/d-1"),
                from: self.t("WHO Regional Office for Africa"),
                sent: "2026-11-21".to_owned(),
            }],
        }
    }

    fn search(self) -> SearchPage {
        let found = |kind, label: &str, about: &str| Found {
            kind,
            hits: vec![Hit { link: self.link(label, "/genomes/HG0001.1"), about: self.t(about) }],
            is_more: true,
            all: "/genomes?text=goma".to_owned(),
        };
        SearchPage {
            frame: self.frame("/search"),
            query: self.t("goma \"ward 3\""),
            found: vec![
                found(Kind::Genome, "HG-0K3M7.1", "hMpxV/DRC/INRB-0412/2026 · Goma · 2026-11"),
                found(Kind::Document, "خطة العلاج", "الطبعة السابعة، في الصفحة ٣"),
                found(Kind::Party, "北京市疾病预防控制中心", "China"),
            ],
        }
    }

    fn sign_in(self) -> SignInPage {
        SignInPage {
            frame: self.visitor("/sign-in"),
            user: self.t("wanjiru"),
            next: self.t("/batches"),
            single_sign_on: Some(self.link("the ministry's account", "/sign-in/oidc")),
            problem: Some(SignInProblem::TooMany(30)),
        }
    }

    fn set_up(self) -> SetUpPage {
        SetUpPage {
            frame: Frame { is_demonstration: false, ..self.visitor("/set-up/x") },
            token: self.t("x/y"),
            is_spent: false,
            party: self.t("INRB"),
            countries: self.choices(&["Burundi", "Congo, Democratic Republic of the", "Kenya"]),
            person: self.t("王小明"),
            user: self.t("xiaoming"),
            least_chars: 12,
            problems: self.problems(),
        }
    }

    fn password(self) -> PasswordPage {
        PasswordPage {
            frame: self.frame("/account/password"),
            user: self.t("wanjiru"),
            least_chars: 12,
            is_forced: true,
            invitation: None,
            single_sign_on: None,
            problems: self.problems(),
        }
    }

    fn invitation(self, is_spent: bool) -> PasswordPage {
        let invitation = Invitation {
            token: self.t("8x1Lq"),
            person: self.t("王小明"),
            user: self.t("xiaoming"),
            is_spent,
        };
        let frame = self.visitor("/invitations/x");
        let single_sign_on = Some(self.link("the ministry's account", "/sign-in/oidc?invitation=8x1Lq"));
        PasswordPage {
            frame,
            is_forced: false,
            invitation: Some(invitation),
            single_sign_on,
            ..self.password()
        }
    }

    fn account(self) -> AccountPage {
        let token = |name: &str, used, is_expired| Token {
            id: self.t("t-1"),
            name: self.t(name),
            scopes: self.list(&["submit", "download"]),
            made: "2026-09-01".to_owned(),
            expires: "2026-12-01".to_owned(),
            used,
            is_expired,
        };
        AccountPage {
            frame: self.frame("/account"),
            user: self.t("wanjiru"),
            has_password: true,
            tokens: vec![
                token("sequencer in room 4", Some("2026-11-22".to_owned()), false),
                token("old script", None, true),
            ],
            made: Some(self.t("hearth_5Zk1vQn0RrW8m3yT7cXbLd2uJ9sAeGh4")),
            scopes: self.choices(&["submit", "read", "download"]),
            most_days: 365,
            problems: self.problems(),
        }
    }

    fn search_saved(self) -> Saved {
        Saved {
            id: self.t("s-1"),
            name: self.t("Kenya, spike 501"),
            page: "/ask/mpox?country=Kenya".to_owned(),
            question: self.t("country=Kenya&advancedQuery=S:501Y"),
            subject: self.t("Mpox clade I"),
            created: "2026-11-01".to_owned(),
            looked: "2026-11-20".to_owned(),
            new: Some(12),
            is_paused: true,
            has_feed: true,
            has_webhook: true,
            has_mail: true,
            is_stopped: true,
        }
    }

    fn mail_state(self) -> MailState {
        MailState { is_sent: true, address: self.t("wanjiru@example.org"), is_verified: true }
    }

    fn searches(self) -> SearchesPage {
        SearchesPage {
            frame: self.frame("/searches"),
            searches: self.lines(|_| self.search_saved()),
            mail: self.mail_state(),
            problems: self.problems(),
        }
    }

    fn told(self, stopped: &str) -> Told {
        let attempt = |at: usize| Try {
            at: "2026-11-20 10:00".to_owned(),
            things: 3,
            is_done: at.is_multiple_of(2),
            outcome: self.t("it answered 200 OK"),
        };
        Told {
            address: self.t("https://hooks.example.org/hearth"),
            is_daily: false,
            stopped: self.t(stopped),
            again: "2026-11-20 10:05".to_owned(),
            tries: self.lines(attempt).into_iter().take(20).collect(),
        }
    }

    fn saved(self) -> SavedPage {
        let changes = [Change::New, Change::Revised, Change::Withdrawn, Change::Left];
        let happened = |at: usize| Happened {
            change: changes[at % 4],
            name: self.t("HG-0K3M1.1"),
            address: "/genomes/HG-0K3M1.1".to_owned(),
        };
        SavedPage {
            frame: self.frame("/searches/s-1"),
            search: self.search_saved(),
            unaskable: String::new(),
            news: self.lines(happened).into_iter().take(100).collect(),
            feeds: Some((
                self.t("https://x/feeds/8x1Lq/feed.atom"),
                self.t("https://x/feeds/8x1Lq/feed.json"),
            )),
            secret: Some(self.t("whsec_8x1Lq")),
            webhook: Some(self.told("")),
            mail: Some(self.told("")),
            mail_state: self.mail_state(),
            problems: self.problems(),
        }
    }

    fn saved_stopped(self) -> SavedPage {
        let told = self.told("it answered 410 Gone");
        let unaskable = self.t("there is no lineage of this name");
        SavedPage { unaskable, webhook: Some(told), mail: None, ..self.saved() }
    }

    fn submit(self) -> SubmitPage {
        SubmitPage {
            frame: self.frame("/submit"),
            pathogens: self.choices(&["Mpox", "SARS-CoV-2", "Lassa virus"]),
            parties: self.choices(&["INRB", "KEMRI"]),
            terms: self.choices(&["OPEN: open to everybody", "EMBARGO: open after a date", "PARTNERS"]),
            partners: self.choices(&["Africa CDC partners", "UVRI"]),
            name: self.t("Run 2026-11-22"),
            embargo: "2027-01-31".to_owned(),
            most_megabytes: 2_048,
            most_genomes: 100_000,
            problems: self.problems(),
        }
    }

    fn batches(self) -> BatchesPage {
        let states = [
            BatchState::Analysing,
            BatchState::Receiving,
            BatchState::Draft,
            BatchState::InReview,
            BatchState::SentBack,
            BatchState::Approved,
            BatchState::Released,
            BatchState::Withdrawn,
            BatchState::Failed,
        ];
        let batch = |at: usize| BatchLine {
            id: self.t(&format!("b-{at}")),
            name: self.t(["Run 2026-11-22", "Goma, week 47", "دفعة مستشفى الخرطوم"][at % 3]),
            party: self.t("Institut National de Recherche Biomédicale"),
            pathogen: if at % 4 == 3 { String::new() } else { self.t("Mpox clade I") },
            made: "2026-11-22".to_owned(),
            genomes: 96 * at as u64 + 1,
            analysed: 41,
            findings: at as u64 % 3,
            stops: at as u64 % 2,
            state: states[at % states.len()],
        };
        BatchesPage {
            frame: self.frame("/batches"),
            states: self.filters(&[("waits for release", 2), ("draft", 1), ("released", 14)]),
            batches: self.lines(batch),
            paging: self.paging(10_000),
        }
    }

    fn batch(self) -> BatchPage {
        let statuses = [Status::Bad, Status::Mediocre, Status::Failed, Status::Good, Status::Unjudged];
        let genome = |at: usize| BatchGenome {
            name: self.t(&format!("hMpxV/DRC/INRB-{:04}/2026", at + 400)),
            address: (at % 4 != 2).then(|| format!("/genomes/HG-{at}.1")),
            accession: (at % 4 != 2).then(|| self.t(&format!("HG-0K3M{at}.1"))),
            status: statuses[at % 5],
            is_waiting: at % 7 == 6,
            lineage: self.t("Ib · I.2"),
            coverage: Some(0.93),
            remarks: if at.is_multiple_of(2) {
                self.list(&["7 % not read", "frame shift in OPG002"])
            } else {
                Vec::new()
            },
            findings: at as u64 % 3,
            seen: match at % 5 {
                0 => {
                    vec![Seen {
                        what: Same::Sequence,
                        links: vec![self.link("HG-0K3A1.1", "/genomes/HG-0K3A1.1")],
                    }]
                }
                1 => vec![
                    Seen { what: Same::Sample, links: vec![self.link("HG-0K3A2.2", "/genomes/HG-0K3A2.2")] },
                    Seen { what: Same::Name, links: vec![self.link("HG-0K3A2.2", "/genomes/HG-0K3A2.2")] },
                ],
                _ => Vec::new(),
            },
        };
        let finding =
            |field: &str, given: &str, text: &str, suggestion: Option<&str>, others, must| FieldFinding {
                id: self.t("f-1"),
                record: self.t("INRB-0412"),
                field: self.t(field),
                given: self.t(given),
                text: self.t(text),
                suggestion: suggestion.map(|suggestion| self.t(suggestion)),
                others,
                must,
            };
        let control = |name: &str, verdict, read| Control { name: self.t(name), verdict, read };
        BatchPage {
            frame: self.flashed("/batches/b-1", FlashKind::Caution, "The files are in. 3 fields need a look."),
            id: self.t("b/1"),
            opened: Some(50),
            revision: self.t("r-3"),
            name: self.t("Run 2026-11-22"),
            state: BatchState::Draft,
            person: self.t("Dr Wanjiru Kamau"),
            party: self.t("Institut National de Recherche Biomédicale"),
            made: "2026-11-22 03:00 UTC".to_owned(),
            pathogen: self.t("Mpox clade I"),
            is_pathogen_found: true,
            terms: TermsName { code: self.t("OPEN"), title: self.t("Open to everybody") },
            embargo: Some("2027-01-31".to_owned()),
            audience: Audience::Everybody,
            files: self.list(&["run-1122.fasta.gz", "عينات.xlsx"]),
            genomes_all: 214,
            analysed: 214,
            left_s: None,
            refresh_s: None,
            stops: vec![Stop {
                place: self.t("samples.xlsx, column Patient name"),
                text: self.t("These look like names of patients. Take the column out and send the table again; nothing of it was stored."),
            }],
            controls: vec![
                control("NTC-1", ControlVerdict::NotEmpty, 0.31),
                control("NTC-2", ControlVerdict::Empty, 0.0),
                control("PC-1", ControlVerdict::Read, 0.99),
                control("PC-2", ControlVerdict::NotRead, 0.4),
            ],
            statuses: self.filters(&[("bad", 3), ("mediocre", 11), ("good", 200)]),
            genomes: self.lines(genome),
            paging: self.paging(214),
            findings: vec![
                finding("Country", "Congo (Kinshasa)", "Is not a name of ISO 3166.", Some("Congo, Democratic Republic of the"), 37, false),
                finding("Collection date", "31/02/2026", "There is no such day. Give the month alone if the day is not known.", None, 0, true),
                finding("Laboratory", "I.N.R.B", "Is spelt in other ways too.", Some("Institut National de Recherche Biomédicale"), 1, false),
            ],
            findings_left_out: 12,
            has_suggestions: true,
            allowed: Allowed { submit: true, approve: true, send_back: true, release: false, correct: true, discard: true },
            history: self.events(),
        }
    }

    fn batch_working(self) -> BatchPage {
        BatchPage {
            frame: self.frame("/batches/b-1"),
            state: BatchState::Analysing,
            analysed: 41,
            left_s: Some(12),
            refresh_s: Some(3),
            stops: Vec::new(),
            controls: Vec::new(),
            findings: Vec::new(),
            findings_left_out: 0,
            has_suggestions: false,
            allowed: Allowed::default(),
            ..self.batch()
        }
    }

    fn batch_release(self) -> BatchPage {
        BatchPage {
            frame: self.frame("/batches/b-1"),
            state: BatchState::Approved,
            stops: Vec::new(),
            embargo: None,
            controls: vec![Control { name: self.t("NTC-1"), ..Control::default() }],
            findings: Vec::new(),
            findings_left_out: 0,
            has_suggestions: false,
            allowed: Allowed { release: true, send_back: true, ..Allowed::default() },
            ..self.batch()
        }
    }

    fn genomes(self) -> GenomesPage {
        let statuses = [Status::Good, Status::Mediocre, Status::Bad, Status::Unjudged];
        let genome = |at: usize| GenomeLine {
            accession: self.t(&format!("HG-0K3M{at}.1")),
            name: self.t(&format!("hMpxV/DRC/INRB-{:04}/2026", at + 400)),
            pathogen: self.t("Mpox clade I"),
            place: self.t(["Congo, Democratic Republic of the, Goma", "السودان", "中国, 北京"][at % 3]),
            collected: ["2026-11-02", "2026-11", "2026"][at % 3].to_owned(),
            lineage: self.t("Ib · I.2"),
            status: statuses[at % 4],
            party: self.t("INRB"),
            terms: self.t("OPEN"),
            is_withdrawn: at % 9 == 4,
            is_restricted: at % 9 == 2,
        };
        GenomesPage {
            frame: self.frame("/genomes"),
            filters: Filters {
                lineage: self.t("Ib"),
                below: Some(self.list(&["Ib.1", "Ib.2"])),
                from: self.t("2026-05"),
                to: String::new(),
                text: self.t("goma"),
                as_of: self.t("2026-11-01"),
                is_any: true,
            },
            pathogens: self.choices(&["Lassa virus", "Mpox clade I", "SARS-CoV-2"]),
            countries: self.choices(&["Burundi", "Congo, Democratic Republic of the", "Kenya"]),
            lineages: self.filters(&[("Ib", 1_204), ("Ia", 240), ("IIb", 12)]),
            by_country: self.filters(&[("Congo, Democratic Republic of the", 1_000), ("Burundi", 204)]),
            genomes: self.lines(genome),
            paging: self.paging(12_840),
            query: "pathogen=mpox&lineage=Ib".to_owned(),
        }
    }

    fn asked(self, id: &str, name: &str) -> Asked {
        Asked { id: self.t(id), name: self.t(name), genomes: 12_840 }
    }

    fn ask_which(self) -> AskWhichPage {
        let pathogens = vec![self.asked("mpox", "Mpox clade I"), self.asked("lassa", "Lassa virus")];
        AskWhichPage { frame: self.visitor("/ask"), pathogens }
    }

    fn ask(self) -> AskPage {
        let input = |name: &str, values: &[&str]| Input {
            name: name.to_owned(),
            values: self.list(values),
            is_unknown: Some(name == "host"),
            problem: String::new(),
        };
        AskPage {
            frame: self.frame("/ask/mpox"),
            pathogen: self.asked("mpox", "Mpox clade I"),
            has_others: true,
            query: input("advancedQuery", &["OPG001:E39K & !1000"]),
            fields: vec![input("country", &["السودان", "Burundi"]), input("host", &[])],
            days: vec![input("dateFrom", &["2026-05"]), input("dateTo", &[])],
            simulated: self.choices(&["true", "false"]),
            problems: Vec::new(),
            question: self.t("advancedQuery=OPG001%3AE39K"),
            is_any: true,
            following: 12,
            answer: Some(self.answer()),
        }
    }

    fn answer(self) -> Answer {
        let tile = |at: usize| Tile {
            code: self.t("CD"),
            name: self.t("Congo"),
            count: 7u64.pow(at as u32 % 7) - 1,
        };
        let line = |at: usize| Line {
            accession: self.t(&format!("HG-0K3M{at}.1")),
            name: self.t("hMpxV/DRC/INRB-0412/2026"),
            place: self.t("中国, 北京"),
            collected: "2026-11".to_owned(),
            lineage: self.t("Ib · I.2"),
            lab: self.t("Institut National de Recherche Biomédicale"),
            released: "2026-11-20".to_owned(),
            is_simulated: at.is_multiple_of(2),
        };
        let frequent = |at: usize| Frequent {
            code: self.t(&format!("OPG001:E{at}K")),
            count: 100 - at as u64 % 100,
            coverage: 120,
            address: "/ask/mpox?advancedQuery=x".to_owned(),
        };
        let links = self.filters(&[("Congo, Democratic Republic of the", 1_000), ("Burundi", 204)]);
        Answer {
            files: vec![
                Offer { format: "fasta", bytes: 29_920, most: None },
                Offer { format: "vcf", bytes: 4_000, most: Some(10_000) },
            ],
            count: 1_204,
            simulated: 4,
            facets: vec![
                Facet { name: "country".to_owned(), links: links.clone(), more: 3 },
                Facet { name: "clade".to_owned(), links, more: 0 },
            ],
            map: vec![vec![Block { name: self.t("Middle Africa"), tiles: self.lines(tile) }]],
            placeless: 2,
            times: Times {
                unit: Unit::Month,
                counts: vec![("2026-10".to_owned(), 700), ("2026-11".to_owned(), 500)],
                earlier: 1,
                unknown: 3,
            },
            // The server shows no more than these.
            nucleotides: self.lines(frequent).into_iter().take(15).collect(),
            amino_acids: self.lines(frequent).into_iter().take(15).collect(),
            genomes: self.lines(line).into_iter().take(50).collect(),
            paging: self.paging(1_204),
            call: Call {
                origin: "https://hearth.example.org".to_owned(),
                query: "country=Burundi".to_owned(),
                tree: "/trees/sars-cov-2/country=Burundi".to_owned(),
            },
        }
    }

    fn ask_wrong(self) -> AskPage {
        let query = Input {
            name: "advancedQuery".to_owned(),
            values: self.list(&["OPG001:E39K & ("]),
            is_unknown: None,
            problem: self.t("At the end: a condition is expected here."),
        };
        AskPage { query, problems: self.problems(), answer: None, ..self.ask() }
    }

    fn segment(self, name: &str, length_nt: u32) -> Segment {
        let at = |share: f64| (f64::from(length_nt) * share) as u32;
        let gene = |name: &str, from, to, is_forward| Gene {
            name: self.t(name),
            begin_nt: at(from),
            end_nt: at(to),
            is_forward,
        };
        let substitution = |number: u32| Substitution {
            at_nt: at(f64::from(number * 37 % 100) / 100.0),
            label: self.t(&if number.is_multiple_of(3) {
                format!("S:D{number}G")
            } else {
                format!("C{number}T")
            }),
            changes_protein: number.is_multiple_of(3),
        };
        Segment {
            name: if name.is_empty() { String::new() } else { self.t(name) },
            length_nt,
            genes: vec![
                gene("ORF1a", 0.01, 0.45, true),
                gene("ORF1b", 0.45, 0.72, true),
                gene("S", 0.722, 0.85, true),
                gene("N", 0.945, 0.988, false),
            ],
            substitutions: (1..40).map(substitution).collect(),
            deletions: vec![(at(0.38), at(0.383)), (at(0.725), at(0.727))],
            insertions: vec![(at(0.74), "GAGCCAGAA".to_owned())],
            missing: vec![(0, at(0.004)), (at(0.55), at(0.562)), (at(0.99), length_nt)],
        }
    }

    fn genome(self) -> GenomePage {
        let pair = |label: &str, value: &str| (self.t(label), self.t(value));
        let assay =
            |name: &str, verdict, why: &str| AssayLine { name: self.t(name), verdict, why: self.t(why) };
        let version = |version, changed: Vec<Changed>, reason: &str| Version {
            version,
            at: "2026-11-22 03:00 UTC".to_owned(),
            person: self.t("د. أمينة بن يوسف"),
            reason: self.t(reason),
            changed,
        };
        GenomePage {
            frame: self.frame("/genomes/HG-0K3M7.2"),
            accession: self.t("HG-0K3M7"),
            version: 2,
            newest: 3,
            name: self.t("hCoV-19/Kenya/KEMRI-0412/2026"),
            state: RecordState::Embargoed("2027-01-31".to_owned()),
            pathogen: self.t("SARS-CoV-2"),
            audience: Audience::Named(self.list(&["Africa CDC partners"])),
            is_simulated: true,
            facts: vec![
                pair("collected", "2026-11-02"),
                pair("place", "Nairobi, Kenya"),
                pair("host", "human"),
                pair("length", "29,801"),
            ],
            segments: vec![self.segment("", 29_903)],
            status: Status::Mediocre,
            quality: self.list(&[
                "7 % was not read: sequence it again if you can.",
                "Mutations crowd at 22,578–22,599: look at the reads there.",
            ]),
            lineage: Placement {
                clade: self.t("24A"),
                finer: vec![pair("Pango", "JN.1.11.1")],
                nearest: self.t("Kenya/KEMRI-0398/2026"),
                distance_nt: 2,
                private: self.list(&["C241T", "S:F456L"]),
            },
            assays: vec![
                assay("CDC-N1", AssayVerdict::NoPredictedEffect, ""),
                assay(
                    "Charité E",
                    AssayVerdict::PossibleLoss,
                    "C26299T under the probe, 9 letters from its 3' end",
                ),
                assay(
                    "China-CDC ORF1ab",
                    AssayVerdict::ProbableLoss,
                    "deletion of 9 under the forward primer",
                ),
                assay("Hong Kong N", AssayVerdict::NotAssessable, "the amplicon was not read"),
            ],
            neighbours: vec![
                Neighbour {
                    link: self.link("HG-0K3A1.1", "/genomes/HG-0K3A1.1"),
                    distance_nt: 0,
                    about: self.t("Nairobi · 2026-11-01"),
                },
                Neighbour {
                    link: self.link("HG-0K3A9.1", "/genomes/HG-0K3A9.1"),
                    distance_nt: 3,
                    about: self.t("Kampala · 2026-10"),
                },
            ],
            nucleotides: self.list(&["C241T", "A23403G", "del:21765-21770"]),
            amino_acids: self.list(&["S:D614G", "S:F456L", "N:R203K"]),
            metadata: vec![
                pair("Country", "Kenya"),
                pair("Place", "Nairobi"),
                pair("Collection date", "2026-11-02"),
                pair("Host", "human"),
                pair("Laboratory", "مختبر الصحة العامة المركزي"),
                pair(
                    "Remark",
                    "=HYPERLINK(1) a very long remark without any blank_____________________________________________________________",
                ),
            ],
            versions: vec![
                version(3, vec![Changed::Metadata, Changed::Sequence], "Read again with new primers."),
                version(2, vec![Changed::Metadata], "Date of collection corrected."),
                version(1, Vec::new(), ""),
            ],
            history: self.events(),
            credit: Credit {
                authors: self.list(&["W. Kamau", "王小明", "أمينة بن يوسف"]),
                originating: self.t("Kenyatta National Hospital"),
                sequencing: self.t("KEMRI"),
                submitting: self.t("KEMRI"),
            },
            terms: TermsName { code: self.t("PARTNERS"), title: self.t("Named partners only") },
            must_accept: true,
            citation: self.t("KEMRI (2026): hCoV-19/Kenya/KEMRI-0412/2026, HG-0K3M7.2. Hearth of INRB."),
            analysed_with: self.list(&["pack sars-cov-2 2026-11-01", "Hearth 0.1.0"]),
            verified: Some(Verified {
                entry: self.t("q7m2"),
                number: Some(12_345),
                head_size: 20_001,
                head_root: self.t("pFh2G6XxW0hYlD8n5uQm3c1R9sTz7Kj4VbAaEeIiOo8="),
            }),
            may_revise: true,
            may_withdraw: true,
            may_send_back: true,
        }
    }

    fn genome_withdrawn(self) -> GenomePage {
        GenomePage {
            version: 3,
            state: RecordState::Withdrawn {
                on: "2026-11-22".to_owned(),
                reason: self.t("Two samples were swapped on the plate."),
            },
            pathogen: self.t("Lassa virus"),
            segments: vec![self.segment("L", 7_279), self.segment("S", 3_402)],
            ..self.genome()
        }
    }

    fn compare(self) -> ComparePage {
        let genome = self.genome();
        let change = |field: &str, left: &str, right: &str| FieldChange {
            field: self.t(field),
            left: if left.is_empty() { String::new() } else { self.t(left) },
            right: if right.is_empty() { String::new() } else { self.t(right) },
        };
        ComparePage {
            frame: self.frame("/genomes/HG-0K3M7/compare"),
            accession: self.t("HG-0K3M7"),
            left: genome.versions[1].clone(),
            right: genome.versions[0].clone(),
            versions: vec![1, 2, 3],
            fields: vec![
                change("Collection date", "2025-11-02", "2026-11-02"),
                change("Place", "", "نيروبي"),
                change("Remark", "a remark", ""),
            ],
            same: 11,
            is_sequence_changed: true,
            gained: self.list(&["C241T", "S:F456L"]),
            lost: self.list(&["A23403G"]),
            read_nt: (1_204, 3),
        }
    }

    fn revise(self) -> RevisePage {
        let field = |id: &str, label: &str, value: &str, hint: &str, is_needed| MetadataField {
            id: self.t(id),
            label: self.t(label),
            value: self.t(value),
            hint: if hint.is_empty() { String::new() } else { self.t(hint) },
            is_needed,
        };
        RevisePage {
            frame: self.frame("/genomes/HG-0K3M7/revise"),
            accession: self.t("HG-0K3M7"),
            version: 3,
            fields: vec![
                field("country", "Country", "Kenya", "a name or code of ISO 3166", true),
                field("date", "Collection date", "2026-11-02", "2026, 2026-11 or 2026-11-02", true),
                field("place", "Place", "نيروبي", "", false),
            ],
            reason: self.t("Date corrected."),
            problems: self.problems(),
        }
    }

    fn send_back(self) -> SendBackPage {
        SendBackPage {
            frame: self.frame("/genomes/x/send-back"),
            accession: "HG-0K3M7".to_owned(),
            reason: self.t("The date is wrong."),
            problems: self.problems(),
        }
    }

    fn withdraw(self) -> WithdrawPage {
        WithdrawPage {
            frame: self.frame("/genomes/HG-0K3M7/withdraw"),
            record: self.link("HG-0K3M7", "/genomes/HG-0K3M7"),
            action: "/genomes/HG-0K3M7/withdraw".to_owned(),
            receivers: 4,
            reason: self.t("Samples swapped."),
            problems: self.problems(),
        }
    }

    fn parties(self) -> PartiesPage {
        let names = [
            "Institut National de Recherche Biomédicale",
            "المعهد القومي للصحة العامة",
            "中国疾病预防控制中心",
        ];
        let organisation = |at: usize| Organisation {
            id: self.t(&format!("p-{at}")),
            name: self.t(names[at % 3]),
            sort: Sort::ALL[at % 3],
            country: self.t(["Congo, Democratic Republic of the", "السودان", "中国"][at % 3]),
            genomes: 1_204,
            is_host: at == 0,
        };
        PartiesPage {
            frame: self.frame("/parties"),
            organisations: self.lines(organisation),
            paging: self.paging(180),
            groups: vec![Group { id: self.t("g-1"), name: self.t("Africa CDC partners"), members: 55 }],
            may_add: true,
            countries: self.choices(&["Burundi", "Kenya"]),
            problems: self.problems(),
        }
    }

    fn party(self, is_group: bool) -> PartyPage {
        let member = |name: &str, until: Option<&str>| Member {
            id: self.t("p-1"),
            name: self.t(name),
            since: "2026-01-01".to_owned(),
            until: until.map(str::to_owned),
        };
        let person = |name: &str, is_closed: bool| Person {
            id: self.t("u-1"),
            name: self.t(name),
            user: self.t("user"),
            roles: vec![Role::Submit, Role::Release],
            seen: (!is_closed).then(|| "2026-11-22".to_owned()),
            is_closed,
        };
        let share = |kind, label: &str, confirmed: Option<&str>| Share {
            id: self.t("sh-1"),
            kind,
            link: self.link(label, "/documents/d-1"),
            other: self.t("WHO Regional Office for Africa"),
            sent: "2026-11-21".to_owned(),
            confirmed: confirmed.map(str::to_owned),
            may_confirm: true,
        };
        PartyPage {
            frame: self.frame("/parties/p-1"),
            id: self.t("p-1"),
            name: self.t(if is_group {
                "Africa CDC partners"
            } else {
                "المعهد القومي للصحة العامة"
            }),
            country: self.t("السودان"),
            sort: if is_group { Sort::Group } else { Sort::International },
            members: vec![member("KEMRI", None), member("中国疾病预防控制中心", Some("2026-06-30"))],
            groups: vec![member("Africa CDC partners", None)],
            people: Some(vec![person("Dr Wanjiru Kamau", false), person("王小明", true)]),
            received: vec![share(Kind::Document, "Treatment plan, edition 7", None)],
            given: vec![share(Kind::Batch, "Run 2026-11-18", Some("2026-11-22"))],
            may_change: true,
            candidates: self.choices(&["UVRI", "NICD"]),
            problems: self.problems(),
        }
    }

    fn person(self) -> PersonPage {
        PersonPage {
            frame: self.frame("/people/new"),
            parties: self.choices(&["INRB", "KEMRI"]),
            name: self.t("王小明"),
            user: self.t("xiaoming"),
            roles: vec![Role::Submit],
            invitation: Some(self.t("/set-up/8x1Lq")),
            problems: self.problems(),
        }
    }

    fn one_terms(self, code: &str, title: &str, reach: Reach) -> Terms {
        Terms {
            code: self.t(code),
            title: self.t(title),
            reach,
            may_embargo: reach != Reach::Own,
            must_accept: reach == Reach::Partners,
            is_bound: reach == Reach::Partners,
            text: self.t("You may use these records to protect public health.\nName the authors and the laboratories. Before you publish on unpublished records, ask their owners."),
            records: 1_204,
        }
    }

    fn terms(self) -> TermsPage {
        TermsPage {
            frame: self.frame("/terms"),
            terms: vec![
                self.one_terms("OPEN", "Open to everybody", Reach::Everybody),
                self.one_terms("PARTNERS", "Named partners only", Reach::Partners),
                self.one_terms("PRIVATE", "خاص", Reach::Own),
            ],
            may_add: true,
            given: self.one_terms("OTHER", "Others", Reach::Partners),
            problems: self.problems(),
        }
    }

    fn accept(self) -> AcceptPage {
        AcceptPage {
            frame: self.frame("/terms/PARTNERS/accept"),
            terms: self.one_terms("PARTNERS", "Named partners only", Reach::Partners),
            next: self.t("/genomes.fasta?lineage=Ib"),
            records: 214,
            parties: self.list(&["KEMRI", "中国疾病预防控制中心", "المعهد القومي للصحة العامة"]),
        }
    }

    fn documents(self) -> DocumentsPage {
        let states =
            [EditionState::Current, EditionState::Draft, EditionState::Withdrawn, EditionState::Superseded];
        let work = |at: usize| Work {
            id: self.t(&format!("d-{at}")),
            title: self.t(["Treatment plan", "خطة العلاج", "诊疗方案"][at % 3]),
            edition: self.t("7"),
            on: "2026-11-20".to_owned(),
            state: states[at % 4],
            languages: self.list(&["en", "fr", "ar"]),
            party: self.t("WHO Regional Office for Africa"),
        };
        DocumentsPage {
            frame: self.frame("/documents"),
            works: self.lines(work),
            paging: self.paging(10_000),
            may_add: true,
            subjects: self.choices(&["technical documents", "treatment"]),
            problems: self.problems(),
        }
    }

    fn document(self) -> DocumentPage {
        let file = |language: &str, tag: &str, origin| Rendition {
            language: self.t(language),
            tag: tag.to_owned(),
            file: self.t("treatment-plan-7.pdf"),
            address: "/blobs/abc".to_owned(),
            bytes: 1_204_000,
            origin,
        };
        let share = |party: &str, country: &str, confirmed: Option<&str>| EditionShare {
            id: self.t("sh-1"),
            party: self.t(party),
            country: self.t(country),
            channel: self.t("Hearth"),
            sent: "2026-11-21".to_owned(),
            confirmed: confirmed.map(str::to_owned),
            may_confirm: confirmed.is_none(),
        };
        let edition = |name: &str, state, changed: &str| Edition {
            id: self.t("e-7"),
            name: self.t(name),
            on: "2026-11-20".to_owned(),
            state,
            changed: self.t(changed),
            renditions: vec![
                file("English", "en", Origin::Original),
                file("العربية", "ar", Origin::Translation),
                file("中文", "zh", Origin::Machine),
            ],
            shares: vec![
                share("KEMRI", "Kenya", Some("2026-11-22")),
                share("المعهد القومي للصحة العامة", "السودان", None),
            ],
            withdrawn: None,
        };
        DocumentPage {
            frame: self.frame("/documents/d-1"),
            id: self.t("d-1"),
            title: self.t("Treatment plan"),
            party: self.t("WHO Regional Office for Africa"),
            subjects: self.list(&["technical-documents"]),
            editions: vec![
                edition("7", EditionState::Current, "Dose for children under 3 kg is halved (section 4)."),
                Edition {
                    renditions: Vec::new(),
                    shares: Vec::new(),
                    ..edition("6", EditionState::Superseded, "First edition after the meeting.")
                },
                Edition {
                    withdrawn: Some(("2026-11-22".to_owned(), self.t("The dose was wrong."))),
                    ..edition("5", EditionState::Withdrawn, "")
                },
            ],
            may_change: true,
            candidates: self.choices(&["Africa CDC partners", "UVRI", "NICD"]),
            terms: self.choices(&["OPEN: Open", "PARTNERS: Partners only"]),
            languages: self.choices(&["English", "Français", "العربية"]),
            problems: self.problems(),
        }
    }

    fn aid(self) -> AidPage {
        let movement = |state, on: &str, note: &str| Movement {
            state,
            on: on.to_owned(),
            note: if note.is_empty() { String::new() } else { self.t(note) },
        };
        let goods =
            |item: &str, quantity, unit: &str| Goods { item: self.t(item), quantity, unit: self.t(unit) };
        let shipment = |batch: &str, confirmed: Option<(&str, &str)>| Shipment {
            id: self.t(batch),
            batch: if confirmed.is_some() { String::new() } else { self.t(batch) },
            tracking: self.t("EX-7"),
            from: self.t("WHO Regional Office for Africa"),
            to: self.t("المعهد القومي للصحة العامة"),
            country: self.t("السودان"),
            lines: vec![goods("GeneXpert mpox cartridges", 12_000, "tests"), goods("咽拭子", 500, "boxes")],
            movements: vec![
                movement(Moved::Planned, "2026-11-01", ""),
                movement(Moved::Approved, "2026-11-03", ""),
                movement(Moved::Sent, "2026-11-08", "Nairobi, ET 308"),
                movement(Moved::Delivered, "2026-11-12", "Port Sudan"),
            ],
            may_move: vec![Moved::Sent, Moved::InTransit, Moved::Cancelled],
            may_confirm: confirmed.is_none(),
            confirmed: confirmed.map(|(on, person)| (on.to_owned(), self.t(person))),
        };
        AidPage {
            frame: self.frame("/aid"),
            shipments: vec![
                shipment("Tests for Port Sudan", None),
                shipment("Swabs for Goma", Some(("2026-11-14", "د. أمينة بن يوسف"))),
            ],
            paging: self.paging(10_000),
            may_add: true,
            recipients: self.choices(&["INRB", "UVRI"]),
            problems: self.problems(),
        }
    }

    fn figures(self) -> FiguresPage {
        let figure = |id: &str, sentence: &str, value: Option<&str>, unit: &str, kind, is_simulated| {
            Figure {
            id: self.t(id),
            sentence: self.t(sentence),
            value: value.map(|value| self.t(value)),
            unit: self.t(unit),
            qualifier: self.t("at least"),
            kind,
            definition: self.t("Countries of which at least one party confirmed the receipt of any edition, each counted once."),
            happened_by: "2026-11-20".to_owned(),
            known_by: "2026-11-22".to_owned(),
            is_simulated,
        }
        };
        FiguresPage {
            frame: self.frame("/figures"),
            figures: vec![
                figure(
                    "K1",
                    "The treatment plan was shared with 36 countries.",
                    Some("36"),
                    "countries",
                    FigureKind::Counted {
                        entries: 41,
                        simulated: 40,
                        list: Some(self.link("the entries", "/ledger?figure=K1")),
                    },
                    true,
                ),
                figure(
                    "K2",
                    "Tests were given to partners.",
                    Some("1,200,000"),
                    "tests",
                    FigureKind::Attested {
                        by: self.t("Ministry of Health"),
                        on: "2026-11-01".to_owned(),
                        source: self.t("Situation report 14"),
                        entry: Some("q7m2".to_owned()),
                    },
                    false,
                ),
                figure("K3", "Nothing is known of it yet.", None, "", FigureKind::default(), false),
            ],
            happened_by: "2026-11-20".to_owned(),
            known_by: "2026-11-22".to_owned(),
            problem: self.t("The second date must not be before the first."),
        }
    }

    fn head(self) -> Head {
        Head {
            origin: self.t("hearth.inrb.example/log"),
            size: 20_001,
            root: self.t("pFh2G6XxW0hYlD8n5uQm3c1R9sTz7Kj4VbAaEeIiOo8="),
            signed: "2026-11-22 03:00 UTC".to_owned(),
            key: self.t("hearth.inrb.example/log+7a1c03d2+AY7Gk0mS1vQhZ2l5kXcWbR8n4uPq3d6fT9yJ0aE="),
        }
    }

    fn entry_line(self, at: usize) -> EntryLine {
        let acts = [
            (Kind::Genome, Act::Released),
            (Kind::Batch, Act::Submitted),
            (Kind::Document, Act::Shared),
            (Kind::Receipt, Act::Confirmed),
            (Kind::Figure, Act::Attested),
            (Kind::Person, Act::Erased),
            (Kind::LedgerKey, Act::Rotated),
            (Kind::Analysis, Act::Analysed),
            (Kind::Shipment, Act::Arrived),
            (Kind::Terms, Act::Changed),
            (Kind::Party, Act::Added),
            (Kind::Share, Act::Removed),
        ];
        let (kind, act) = acts[at % acts.len()];
        EntryLine {
            id: self.t(&format!("q7m{at}")),
            number: (at % 4 != 3).then_some(12_345 - at as u64 % 1_000),
            recorded: "2026-11-22 03:00 UTC".to_owned(),
            happened: (at % 3 == 1).then(|| "2026-11-20".to_owned()),
            kind,
            act,
            record: self.link(["HG-0K3M7.2", "خطة العلاج", "Run 2026-11-18"][at % 3], "/genomes/HG-0K3M7.2"),
            party: self.t("KEMRI"),
            person: self.t("Dr Wanjiru Kamau"),
            audience: [
                Audience::Everybody,
                Audience::Own,
                Audience::Named(self.list(&["Africa CDC partners"])),
            ][at % 3]
                .clone(),
            is_verified: !at.is_multiple_of(5),
        }
    }

    fn ledger(self) -> LedgerPage {
        LedgerPage {
            frame: self.frame("/ledger"),
            head: Some(self.head()),
            kinds: self.filters(&[("genome", 12_840), ("document", 14), ("receipt", 3)]),
            entries: self.lines(|at| self.entry_line(at)),
            paging: self.paging(20_001),
        }
    }

    fn entry(self) -> EntryPage {
        EntryPage {
            frame: self.frame("/ledger/q7m1"),
            line: self.entry_line(1),
            body: Some(
                self.t(
                    "{\n  \"act\": \"release\",\n  \"genomes\": [\"HG-0K3M7.2\"],\n  \"terms\": \"OPEN\"\n}",
                ),
            ),
            leaf: self.t("m3yT7cXbLd2uJ9sAeGh45Zk1vQn0RrW8pFh2G6XxW0g="),
            proof: self.list(&[
                "pFh2G6XxW0hYlD8n5uQm3c1R9sTz7Kj4VbAaEeIiOo8=",
                "AY7Gk0mS1vQhZ2l5kXcWbR8n4uPq3d6fT9yJ0aEx3c=",
            ]),
            head: Some(self.head()),
            blobs: self.list(&["sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]),
            has_receipt: true,
        }
    }
}
