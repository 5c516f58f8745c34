//! Mail to owners of saved searches, against a mail server that speaks SMTP: addresses are verified, mails say how to end
//! them, and there are not too many.

use crate::searches::between;
use crate::walk::world::{How, PATHOGEN, World};
use hearth_server::app::index::follow;
use hearth_server::app::searches::teller::Teller;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

/// A mail server that takes everything.
struct MailServer {
    address: SocketAddr,
    mails: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mails = Arc::new(Mutex::new(Vec::new()));
        let own = Arc::clone(&mails);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = Arc::clone(&own);
                tokio::spawn(async move {
                    let (read, mut write) = stream.into_split();
                    let mut lines = BufReader::new(read).lines();
                    let mut say = async |text: &str| write.write_all(text.as_bytes()).await;
                    let _ = say("220 mail.example ESMTP\r\n").await;
                    while let Ok(Some(line)) = lines.next_line().await {
                        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
                        let answer = match word.as_str() {
                            "EHLO" => "250-mail.example\r\n250 8BITMIME\r\n",
                            "DATA" => {
                                let _ = say("354 go on\r\n").await;
                                let mut mail = String::new();
                                while let Ok(Some(line)) = lines.next_line().await {
                                    if line == "." {
                                        break;
                                    }
                                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                                    mail.push('\n');
                                }
                                own.lock().expect("whole").push(mail);
                                "250 taken\r\n"
                            }
                            "QUIT" => "221 bye\r\n",
                            _ => "250 fine\r\n",
                        };
                        let _ = say(answer).await;
                    }
                });
            }
        });
        Self { address, mails }
    }

    /// The mails that came since it was asked last, lines joined that were broken for the way.
    fn take(&self) -> Vec<String> {
        let mails = std::mem::take(&mut *self.mails.lock().expect("whole"));
        mails.into_iter().map(|mail| mail.replace("=\n", "").replace("=3D", "=")).collect()
    }
}

async fn round(world: &World) -> u64 {
    follow::catch_up(&world.server.app).await.expect("followed");
    let teller = Teller::new(world.server.app.clone()).expect("random");
    teller.round().await.expect("a round")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_goes_to_verified_addresses_and_ends_with_one_request() {
    let mails = MailServer::start().await;
    let mut world = World::with(|config| {
        config.mail.server = Some("127.0.0.1".to_owned());
        config.mail.port = mails.address.port().into();
        config.mail.security = "none".to_owned();
        config.mail.from = Some("Hearth <hearth@example.org>".to_owned());
        config.mail.a_day_most = 2;
    })
    .await;
    let session = world.server.session_of("stranger").await;
    let fields = [("pathogen", PATHOGEN), ("name", "Überall: Kenya\u{a0}病毒")];
    let search = world.server.post_as(&session, "/searches", &fields).await.header("location").to_owned();
    let (by_mail, once) = (format!("{search}/mail"), [("pace", "once")]);
    assert_eq!(world.server.post_as(&session, &by_mail, &once).await.status, 422, "no address yet");
    for wrong in ["ada", "ada@", "a b@example.org", "ada@example.org\r\nBcc: all@example.org"] {
        let answer = world.server.post_as(&session, "/searches/address", &[("mail", wrong)]).await;
        assert_eq!(answer.status, 422, "{wrong}");
    }
    let offered = world.server.post_as(&session, "/searches/address", &[("mail", "ada@example.org")]).await;
    assert_eq!(offered.status, 303, "{}", offered.body);
    let mail = mails.take().remove(0);
    assert!(mail.contains("To: ada@example.org") && !mail.contains("List-Unsubscribe"), "{mail}");
    let link = format!("/mail/{}", between(&mail, "/mail/", "\n").trim());
    // A program that opens links verifies nothing.
    let asked = world.server.get(&link, &[]).await;
    assert!(asked.status == 200 && asked.body.contains("ada@example.org"), "{}", asked.body);
    assert_eq!(world.server.post_as(&session, &by_mail, &once).await.status, 422, "not verified yet");
    let csrf = asked.csrf().to_owned();
    assert_eq!(world.server.post(&link, &[], &[("csrf", &csrf)]).await.status, 200);
    assert_eq!(world.server.get(&link, &[]).await.status, 410, "a link is used once");
    assert_eq!(world.server.post_as(&session, &by_mail, &once).await.status, 303);

    world.add(How::Partners).await;
    assert_eq!((round(&world).await, mails.take().len()), (0, 0), "it is not theirs to see");
    world.add(How::Open).await;
    assert_eq!(round(&world).await, 1);
    let mail = mails.take().remove(0);
    assert!(mail.contains(&format!("{}.1", world.accessions[1])), "{mail}");
    assert!(
        !world
            .canaries
            .iter()
            .any(|canary| mail.contains(&canary.word) && canary.word != world.accessions[1])
    );
    assert!(mail.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{mail}");
    assert!(mail.contains("Auto-Submitted: auto-generated") && mail.contains("Message-ID: <msg_"), "{mail}");
    world.add(How::Open).await;
    assert_eq!((round(&world).await, mails.take().len()), (1, 1));
    world.add(How::Open).await;
    assert_eq!((round(&world).await, mails.take().len()), (0, 0), "two a day are enough");
    world.server.turn_clock(2 * 86_400_000);
    assert_eq!((round(&world).await, mails.take().len()), (1, 1), "the next day it is told");

    // As a mail program does it: one request, without a cookie, from nowhere.
    let path = between(&mail, "List-Unsubscribe: <", ">").replace(['\n', ' '], "");
    let path = format!("/unsubscribe/{}", between(&path, "/unsubscribe/", ">"));
    assert_eq!(world.server.get(&path, &[]).await.status, 200);
    world.add(How::Open).await;
    let ended = world
        .server
        .post(&path, &[("Origin", "https://mail.example")], &[("List-Unsubscribe", "One-Click")])
        .await;
    assert_eq!(ended.status, 200, "{}", ended.body);
    assert_eq!((round(&world).await, mails.take().len()), (0, 0));
    assert_eq!(world.server.post(&path, &[], &[]).await.status, 200, "twice is no mistake");
}
