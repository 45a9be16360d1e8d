//! Lines over TLS, by a client that nobody here wrote.

use crate::sender::{File, adt, inbound};
use rihla_testkit::{Folder, TestSite};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const PAPERS: &str = r#"
sign() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2" &&
  openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -out "$1.pem" -days 30 -extfile names; }
root() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" -days 30 -subj "/CN=$1"; }
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >names
root root && root stranger && sign server localhost root && sign machine lab root && sign foreign lab stranger
"#;

/// What comes back to a message, sent with a certificate or without; nothing if the line was not given.
fn ask(folder: &Path, address: &str, papers: &[&str]) -> String {
    let words = ["s_client", "-quiet", "-connect", address, "-CAfile", "root.pem", "-verify_return_error"];
    let mut client = Command::new("openssl");
    let client = client.current_dir(folder).args(words).args(papers).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut client = client.spawn().expect("openssl");
    let (mut to, mut from) = (client.stdin.take().expect("in"), client.stdout.take().expect("out"));
    // A client that was refused may be gone already.
    _ = to.write_all(&[&[0x0B], adt("A01", "T1", "1", "Tazi^Omar").as_bytes(), &[0x1C, 0x0D]].concat());
    let (mut bytes, mut one) = (Vec::new(), [0]);
    while !bytes.ends_with(&[0x1C, 0x0D]) && from.read(&mut one).is_ok_and(|read| read == 1) {
        bytes.push(one[0]);
    }
    drop(to);
    _ = client.kill();
    client.wait().expect("it ends");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_with_authorities_hears_those_alone_whom_they_vouch_for() {
    let folder = Folder::new();
    let made = Command::new("sh").args(["-ec", PAPERS]).current_dir(folder.path()).output().expect("a shell");
    assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
    let at = |name: &str| folder.path().join(name).display().to_string();
    let more = format!("certificate = \"{}\"\nkey = \"{}\"\nauthorities = \"{}\"\n", at("server.pem"), at("server.key"), at("root.pem"));
    let file = File::new(&format!("{}{more}", inbound("gam", "named")));
    let path = file.path();
    let site = TestSite::with(|serve| serve.channels = Some(path)).await;
    let address = site.console.all()[0].address.clone();
    let asked = tokio::task::spawn_blocking(move || {
        let known = ask(folder.path(), &address, &["-cert", "machine.pem", "-key", "machine.key"]);
        let foreign = ask(folder.path(), &address, &["-cert", "foreign.pem", "-key", "foreign.key"]);
        (known, foreign, ask(folder.path(), &address, &[]))
    });
    let (known, foreign, none) = asked.await.expect("asked");
    assert!(known.contains("MSA|AA|T1"), "{known}");
    assert_eq!((foreign.as_str(), none.as_str()), ("", ""));
    assert_eq!(site.console.all()[0].queue.counts().parked + site.console.all()[0].queue.counts().waiting, 1, "one message was taken");
    site.stop().await;
}
