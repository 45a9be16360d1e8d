//! Over a real socket: what comes is answered in its mode, what is too much is refused, what is not answered is sent again.

#![allow(clippy::indexing_slicing, clippy::expect_used, clippy::panic, reason = "tests")]

mod house;

use house::{House, adt};
use rihla_exchange::intake::{Intake, Rules};
use rihla_exchange::line::{Client, ClientLimits, Courier, NoAnswer, Plain, Sent, ServerLimits, TlsTo, Wrap, serve};
use rihla_exchange::queue::{Direction, NewLetter, Queue, QueueLimits, State};
use rihla_exchange::reconcile::Trust;
use rihla_exchange::work::BackOff;
use rihla_hl7v2::ack::AckCode;
use rihla_hl7v2::{Charset, Limits, mllp};
use rihla_identity::MemoryVault;
use rihla_kernel::ManualClock;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

struct Running {
    house: House,
    address: String,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    async fn start(wrap: Arc<dyn Wrap>, limits: ServerLimits) -> Self {
        let house = House::new(Trust::Live { keeps_patients: true });
        let rules = Rules {
            charset: Charset::Utf8,
            limits: Limits { bytes: limits.frame, segments: 1_000 },
            kinds: vec!["ADT".into(), "ORU".into()],
            processing: vec!["P".into()],
        };
        let intake = Intake { queue: house.queue.clone(), settings: house.settings(), rules, clock: house.clock.clone() };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("address").to_string();
        let (stop, heard) = watch::channel(false);
        let task = tokio::spawn(serve(listener, wrap, Arc::new(intake), limits, heard));
        Self { house, address, stop, task }
    }

    async fn plain() -> Self {
        Self::start(Arc::new(Plain), ServerLimits { frame: 2_000, ..ServerLimits::default() }).await
    }

    fn client(&self) -> Client {
        Client::new(&self.address, Arc::new(Plain), ClientLimits::default(), Charset::Utf8)
    }

    async fn end(self) {
        self.stop.send(true).expect("heard");
        self.task.await.expect("ended");
    }
}

/// Sends bytes and reads frames until the other side closes or `wanted` came.
async fn converse(address: &str, bytes: &[u8], wanted: usize) -> Vec<String> {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(bytes).await.expect("sent");
    let mut line = mllp::Deframer::new(100_000);
    let mut found = Vec::new();
    let mut buffer = [0; 4096];
    while found.len() < wanted {
        let size = stream.read(&mut buffer).await.expect("read");
        let mut rest = &buffer[..size];
        while let Some(event) = line.next(&mut rest) {
            if let mllp::Event::Frame(content) = event {
                found.push(String::from_utf8(content).expect("text"));
            }
        }
        if size == 0 {
            break;
        }
    }
    found
}

fn codes(answers: &[String]) -> Vec<String> {
    answers.iter().map(|it| it.split("\rMSA|").nth(1).unwrap_or("").split('|').next().unwrap_or("").trim_end().to_owned()).collect()
}

#[tokio::test]
async fn a_message_is_answered_when_it_is_kept() {
    let running = Running::plain().await;
    let mut client = running.client();
    for (number, name) in [("1", "Alaoui^Salma"), ("2", "علوي^سلمى")] {
        let answer = client.send(adt("A01", number, number, name, "19540203").as_bytes(), number).await.expect("answered");
        assert_eq!((answer.code, answer.control_id.as_str()), (AckCode::Accept, number));
    }
    assert_eq!(running.house.queue.counts().waiting, 2);
    running.end().await;
}

#[tokio::test]
async fn enhanced_mode_says_that_it_is_kept_if_it_is_asked() {
    let running = Running::plain().await;
    let enhanced = |id: &str, accept: &str| adt("A01", id, id, "A^B", "1990").replacen("|P|2.5\r", &format!("|P|2.5|||{accept}|AL\r"), 1);
    let mut client = running.client();
    assert_eq!(client.send(enhanced("1", "AL").as_bytes(), "1").await.expect("answered").code, AckCode::CommitAccept);
    // Who wants to hear of errors alone hears nothing of what is kept, and of what is wrong at once.
    let wrong = enhanced("3", "ER").replace("S-3", "");
    let answers = converse(&running.address, &[mllp::frame(enhanced("2", "ER").as_bytes()), mllp::frame(wrong.as_bytes())].concat(), 1).await;
    assert_eq!(codes(&answers), ["CE"]);
    assert!(answers[0].contains("|PV1^1^19|101^Required field missing^HL70357|E|RH-EX-MISSING|"), "{}", answers[0]);
    assert_eq!(running.house.queue.counts().waiting, 2);
    running.end().await;
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_a_reason_and_not_kept() {
    let running = Running::plain().await;
    let good = adt("A01", "1", "1", "A^B", "1990");
    let cases = [
        (good.replace("ADT^A01", "MFN^M02"), "AR", "200"),
        (good.replace("ADT^A01", "ADT^A99"), "AR", "201"),
        (good.replace("|P|2.5", "|T|2.5"), "AR", "202"),
        (good.replace("|1|P|", "||P|"), "AE", "101"),
        (good.replace("PID|1", "PID!1"), "AR", "100"),
        (good.replace("|P|2.5", "|P|2.5||||||BIG5"), "AR", "103"),
        ("GET / HTTP/1.1".to_owned(), "AR", "100"),
    ];
    for (message, code, condition) in cases {
        let answers = converse(&running.address, &mllp::frame(message.as_bytes()), 1).await;
        assert_eq!(codes(&answers), [code], "{message}");
        assert!(answers[0].contains(&format!("|{condition}^")), "{}", answers[0]);
    }
    assert_eq!(running.house.queue.counts().waiting, 0);
    running.end().await;
}

#[tokio::test]
async fn junk_and_what_is_too_large_harm_nobody() {
    let running = Running::plain().await;
    let good = adt("A01", "1", "1", "A^B", "1990");
    let noisy = [b"\x00junk\r\n".to_vec(), b"\x0Bbroken off".to_vec(), mllp::frame(good.as_bytes())].concat();
    assert_eq!(codes(&converse(&running.address, &noisy, 1).await), ["AA"]);
    let long = good.replace("A^B", &"x".repeat(5_000));
    let large = [mllp::frame(long.as_bytes()), mllp::frame(good.as_bytes())].concat();
    let answers = converse(&running.address, &large, 2).await;
    assert_eq!(codes(&answers), ["AR"], "the connection is closed after it");
    assert!(answers[0].contains("RH-V2-TOO-LARGE") && answers[0].contains("\rMSA|AR|1|"), "{}", answers[0]);
    running.end().await;
}

#[tokio::test]
async fn who_says_nothing_is_let_go_and_gives_their_place_to_another() {
    let limits = ServerLimits { connections: 1, idle: Duration::from_millis(200), piece: Duration::from_millis(200), frame: 2_000 };
    let running = Running::start(Arc::new(Plain), limits).await;
    let mut silent = TcpStream::connect(&running.address).await.expect("connected");
    silent.write_all(b"\x0Bhalf a mess").await.expect("sent");
    let answers = converse(&running.address, &mllp::frame(adt("A01", "1", "1", "A^B", "1990").as_bytes()), 1).await;
    assert_eq!(codes(&answers), ["AA"]);
    assert_eq!(silent.read(&mut [0; 16]).await.expect("closed"), 0);
    running.end().await;
}

fn outbox() -> (Arc<Queue>, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(1_770_000_000_000));
    let queue = Queue::open(Arc::new(MemoryVault::default()), clock.clone(), Direction::Out, "labo", QueueLimits::default()).expect("opens");
    (Arc::new(queue), clock)
}

async fn put(queue: &Arc<Queue>, id: &str) {
    let content = adt("A01", id, id, "A^B", "1990").into_bytes();
    queue.accept(NewLetter { content, control_id: id.into(), sender: "RIHLA".into(), lanes: vec![1], ..NewLetter::default() }).await.expect("kept");
}

#[tokio::test]
async fn what_goes_out_goes_in_order_and_again_until_it_is_answered() {
    let (queue, clock) = outbox();
    let back_off = BackOff { first: 500, most: 4_000 };
    put(&queue, "1").await;
    put(&queue, "2").await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = nobody.local_addr().expect("address");
    drop(nobody);
    let client = Client::new(address.to_string(), Arc::new(Plain), ClientLimits::default(), Charset::Utf8);
    let mut courier = Courier::new(queue.clone(), client, back_off, 2);
    for wait in [500, 1_000, 2_000, 4_000, 4_000] {
        assert!(matches!(courier.step().await.expect("step"), Sent::Again(_, found, _) if found == wait));
        assert_eq!(courier.step().await.expect("step"), Sent::Idle, "the second one waits behind the first");
        clock.advance(wait);
    }

    // The receiver is back. It takes the first without an answer and closes, and answers when it comes again.
    let receiver = TcpListener::bind(address).await.expect("the same port");
    let heard = tokio::spawn(async move {
        let mut heard = Vec::new();
        for (turn, code) in ["", "AA", "AR", "AE"].iter().enumerate() {
            let (mut stream, _) = receiver.accept().await.expect("connected");
            let mut buffer = vec![0; 4096];
            let size = stream.read(&mut buffer).await.expect("read");
            let id = String::from_utf8_lossy(&buffer[..size]).split('|').nth(9).expect("id").to_owned();
            if turn > 0 {
                let answer = format!("MSH|^~\\&|L|C|R|C|2026||ACK|x|P|2.5\rMSA|{code}|{id}\rERR||PID^1^3|204^Unknown key^HL70357|E||||no such patient\r");
                stream.write_all(&mllp::frame(answer.as_bytes())).await.expect("answered");
            }
            heard.push(id);
        }
        heard
    });
    assert!(matches!(courier.step().await.expect("step"), Sent::Again(_, 4_000, why) if why.contains("ended before the answer")));
    clock.advance(4_000);
    let Sent::Taken(first) = courier.step().await.expect("step") else { panic!("taken") };
    assert!(matches!(courier.step().await.expect("step"), Sent::Again(..)), "the connection was closed by the receiver after its answer");
    clock.advance(4_000);
    assert!(matches!(courier.step().await.expect("step"), Sent::Again(..)), "rejected for now");
    clock.advance(4_000);
    loop {
        match courier.step().await.expect("step") {
            Sent::Refused(second) => {
                let letter = queue.letter(second).expect("read").expect("kept");
                assert_eq!((letter.state, letter.code.as_str(), letter.why.as_str()), (State::Dead, "AE", "no such patient"));
                break;
            }
            Sent::Again(..) => clock.advance(4_000),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(queue.letter(first).expect("read").expect("kept").state, State::Done);
    assert_eq!(heard.await.expect("heard"), ["1", "1", "2", "2"]);
}

#[tokio::test]
async fn an_answer_to_another_message_is_not_taken_for_this_one() {
    let receiver = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = receiver.local_addr().expect("address").to_string();
    tokio::spawn(async move {
        let (mut stream, _) = receiver.accept().await.expect("connected");
        let answer = |id: &str, code: &str| mllp::frame(format!("MSH|^~\\&|L|C|R|C|2026||ACK|x|P|2.5\rMSA|{code}|{id}\r").as_bytes());
        stream.write_all(&[answer("0", "AE"), answer("1", "AA")].concat()).await.expect("answered");
        assert!(stream.read(&mut [0; 4096]).await.expect("read") > 0);
        std::future::pending::<()>().await;
    });
    let limits = ClientLimits { answer: Duration::from_millis(300), ..ClientLimits::default() };
    let mut client = Client::new(&address, Arc::new(Plain), limits, Charset::Utf8);
    assert_eq!(client.send(b"MSH|^~\\&|", "1").await.expect("answered").code, AckCode::Accept);
    assert!(matches!(client.send(b"MSH|^~\\&|", "2").await.expect_err("silence"), NoAnswer::Late { .. }));
}

/// A certificate of our own for `localhost`, and those who believe it.
fn tls() -> Option<(tokio_rustls::TlsAcceptor, tokio_rustls::TlsConnector)> {
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig, crypto::ring};
    let folder = std::env::temp_dir().join(format!("rihla-exchange-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("folder");
    let words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-days", "30"];
    let more = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"];
    let made = std::process::Command::new("openssl").args(words).args(more).current_dir(&folder).output();
    if !made.is_ok_and(|it| it.status.success()) {
        println!("skipped: no openssl");
        return None;
    }
    let certificate = CertificateDer::from_pem_file(folder.join("c.pem")).expect("certificate");
    let key = PrivateKeyDer::from_pem_file(folder.join("k.pem")).expect("key");
    let _ = std::fs::remove_dir_all(&folder);
    let provider = Arc::new(ring::default_provider());
    let server = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().expect("versions");
    let server = server.with_no_client_auth().with_single_cert(vec![certificate.clone()], key).expect("server");
    let mut roots = RootCertStore::empty();
    roots.add(certificate).expect("root");
    let client = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let client = client.with_root_certificates(roots).with_no_client_auth();
    Some((Arc::new(server).into(), Arc::new(client).into()))
}

#[tokio::test]
async fn the_line_may_be_encrypted_and_then_takes_nothing_that_is_not() {
    let Some((acceptor, connector)) = tls() else { return };
    let running = Running::start(Arc::new(acceptor), ServerLimits { piece: Duration::from_millis(500), ..ServerLimits::default() }).await;
    let wrap = TlsTo { connector, name: "localhost".try_into().expect("name") };
    let mut client = Client::new(&running.address, Arc::new(wrap), ClientLimits::default(), Charset::Utf8);
    let answer = client.send(adt("A01", "1", "1", "A^B", "1990").as_bytes(), "1").await.expect("answered");
    assert_eq!(answer.code, AckCode::Accept);
    let mut plain = running.client();
    assert!(plain.send(adt("A01", "2", "2", "A^B", "1990").as_bytes(), "2").await.is_err());
    assert_eq!(running.house.queue.counts().waiting, 1);
    drop(client);
    running.end().await;
}
