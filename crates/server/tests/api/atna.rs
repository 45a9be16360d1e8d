//! Entries sent to an audit repository: all of them, in order, also those made while it was away; and to nobody else.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use rihla_kernel::{Actor, ActorKind};
use rihla_server::audit::{Repository, Sender, Unsent};
use rihla_server::node::{Node, Options};
use rihla_store::Event;
use rihla_store::trail::EventKind;
use rihla_test_postgres::skip;
use rihla_testkit::Folder;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio::runtime::Runtime;

const PAPERS: &str = r#"set -e
printf 'subjectAltName=DNS:localhost\n' > names
for one in root other; do openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $one.key -out $one.pem -days 30 -subj "/CN=$one"; done
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj /CN=localhost
openssl x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -out server.pem -days 30 -extfile names
"#;

fn papers(folder: &Path) -> Arc<ServerConfig> {
    let made = Command::new("sh").arg("-c").arg(PAPERS).current_dir(folder).output().expect("a shell");
    if !made.status.success() {
        skip("openssl (apt-get install openssl)");
    }
    let chain: Vec<_> = CertificateDer::pem_file_iter(folder.join("server.pem")).expect("pem").collect::<Result<_, _>>().expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider())).with_safe_default_protocol_versions();
    Arc::new(config.expect("versions").with_no_client_auth().with_single_cert(chain, key).expect("a pair"))
}

/// What one sender said until it went away, as the identities of its frames.
fn heard(listener: &TcpListener, config: &Arc<ServerConfig>) -> Vec<String> {
    let stream: TcpStream = listener.accept().expect("somebody").0;
    let mut line = StreamOwned::new(ServerConnection::new(config.clone()).expect("a connection"), stream);
    let mut bytes = Vec::new();
    // The sender ends without a farewell.
    _ = line.read_to_end(&mut bytes);
    let (mut text, mut out) = (String::from_utf8(bytes).expect("text"), Vec::new());
    while let Some((length, rest)) = text.split_once(' ') {
        let (frame, rest) = rest.split_at(length.parse().expect("a length"));
        out.push(frame.split(' ').nth(4).expect("an identity").to_owned());
        text = rest.to_owned();
    }
    out
}

fn node(folder: &Path) -> Node {
    Node::open(&Options { url: format!("sqlite:{}", folder.join("store").display()), pack: None, site: None, audit: true, keys: Default::default() })
        .expect("opens")
}

fn tell(node: &Node, runtime: &Runtime, times: usize) {
    for _ in 0..times {
        node.store.note_event(&Event::of(EventKind::SignIn, Actor::new(ActorKind::Person, "Account/a")));
        runtime.block_on(node.for_task("chain").commit(vec![], vec![], vec![])).expect("chained");
    }
}

#[test]
fn what_a_repository_misses_goes_when_it_is_back_and_nothing_goes_to_another() {
    let folder = Folder::new();
    let config = papers(folder.path());
    let runtime = Runtime::new().expect("a runtime");
    let node = node(folder.path());
    tell(&node, &runtime, 3);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("localhost:{}", listener.local_addr().expect("an address").port());
    let trusting = |authority: &str| Repository { address: address.clone(), authority: folder.path().join(authority), certificate: None, key: None };
    // What was before it was named stays here.
    let mut sender = Sender::open(&node, &trusting("root.pem")).expect("opens");
    assert!(!sender.send_some(runtime.handle()).expect("nothing to send"));
    tell(&node, &runtime, 2);

    // Somebody else stands there.
    let mut other = Sender::open(&node, &trusting("other.pem")).expect("opens");
    other.send_some(runtime.handle()).map(|_| ()).expect("its chain ends here");
    tell(&node, &runtime, 1);
    std::thread::scope(|scope| {
        let there = scope.spawn(|| heard(&listener, &config));
        assert!(matches!(other.send_some(runtime.handle()), Err(Unsent::Away(_))));
        assert_eq!(there.join().expect("heard"), Vec::<String>::new());
    });

    // Away, then back: in one go, in order, once.
    let expected: Vec<String> = (4..=6).map(|link| format!("{link}-0")).collect();
    std::thread::scope(|scope| {
        let there = scope.spawn(|| heard(&listener, &config));
        sender.send_some(runtime.handle()).expect("sent");
        drop(sender);
        assert_eq!(there.join().expect("heard"), expected);
    });
    // After a restart it goes on where it was.
    tell(&node, &runtime, 1);
    std::thread::scope(|scope| {
        let there = scope.spawn(|| heard(&listener, &config));
        let mut again = Sender::open(&node, &trusting("root.pem")).expect("opens");
        again.send_some(runtime.handle()).expect("sent");
        drop(again);
        // Link 7 names the task that keeps the place, and says nothing else.
        assert_eq!(there.join().expect("heard"), ["8-0"]);
    });
    node.close().expect("closes");
}
