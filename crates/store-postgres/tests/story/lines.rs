//! Lines to the database: encrypted and proven, to the machine that can be written to, and to the one that was trusted.

#![allow(clippy::expect_used, reason = "tests")]

use crate::keeper::{Keeper, options};
use crate::story::site::{How, Site};
use rihla_kernel::ManualClock;
use rihla_store_postgres::open;
use rihla_test_postgres::{Own, Setup, skip};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// An authority, what it signed for `localhost` and for the node, and an authority that nobody knows.
const PAPERS: &str = r#"
cd "$1"
sign() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2" &&
  openssl x509 -req -in "$1.csr" -CA root.pem -CAkey root.key -CAcreateserial -out "$1.pem" -days 30 -extfile names; }
root() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" -days 30 -subj "/CN=$1"; }
printf 'subjectAltName=DNS:localhost\n' >names
root root && root stranger && sign server localhost && sign node rihla && chmod 600 server.key
[ "$(id -u)" != 0 ] || chown postgres server.key
"#;

struct Papers(PathBuf);

impl Papers {
    fn make() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = std::env::temp_dir().join(format!("rihla-papers-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        std::fs::create_dir_all(&folder).expect("a folder");
        let made = Command::new("sh").arg("-ec").arg(PAPERS).arg("sh").arg(&folder).output().expect("a shell");
        if !made.status.success() {
            skip("openssl (apt-get install openssl)");
        }
        Self(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn server(&self, lets_in: &str) -> Own {
        let file = |setting: &str, name: &str| format!("{setting}={}", self.file(name));
        let settings = vec!["ssl=on".into(), file("ssl_cert_file", "server.pem"), file("ssl_key_file", "server.key"), file("ssl_ca_file", "root.pem")];
        Setup { listens: true, lets_in: lets_in.into(), settings, ..Setup::default() }.start()
    }
}

impl Drop for Papers {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

fn address(server: &Own, host: &str, options: &str) -> String {
    server.address("rihla", "record").replace("127.0.0.1", host).replace("sslmode=disable", options)
}

/// The code of the refusal to open.
fn refusal(url: &str) -> &'static str {
    let how = How::new(&[], Arc::new(ManualClock::at(0)));
    open(url, options(&how)).map_or_else(|fault| fault.code, |_| "it opened")
}

#[tokio::test]
async fn a_line_is_encrypted_and_the_database_proves_its_name() {
    let papers = Papers::make();
    let server = papers.server("");
    server.make_database("record");
    let trusted = format!("sslrootcert={}", papers.file("root.pem"));
    assert_eq!(refusal(&address(&server, "localhost", &format!("sslrootcert={}", papers.file("stranger.pem")))), "RH-STORE-TLS");
    assert_eq!(refusal(&address(&server, "127.0.0.1", &trusted)), "RH-STORE-TLS", "the certificate names localhost");
    let site = Site::of(&[], |how| Keeper::opened(open(&address(&server, "localhost", &trusted), options(how)).expect("opens")));
    let made = site.create(r#"{"resourceType":"Patient","gender":"female"}"#).await;
    assert_eq!(site.search("Patient", "gender=female"), [made.id.to_text()]);
    let sessions = "SELECT count(*) FILTER (WHERE ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'rihla'";
    let counted = server.sql("record", sessions);
    let (encrypted, all) = counted.split_once('|').expect("two numbers");
    assert!(encrypted == all && all != "0", "{counted}");
}

#[test]
fn a_database_that_does_not_encrypt_is_not_spoken_with() {
    let papers = Papers::make();
    let server = Setup { listens: true, ..Setup::default() }.start();
    server.make_database("record");
    assert_eq!(refusal(&address(&server, "localhost", &format!("sslrootcert={}", papers.file("root.pem")))), "RH-STORE-TLS");
}

#[test]
fn a_database_that_asks_for_a_certificate_gets_the_nodes() {
    let papers = Papers::make();
    let server = papers.server("hostssl all all 127.0.0.1/32 cert\nlocal all all trust");
    server.make_database("record");
    let trusted = format!("sslrootcert={}", papers.file("root.pem"));
    assert_eq!(refusal(&address(&server, "localhost", &trusted)), "RH-STORE-LOGIN");
    let own = format!("{trusted}&sslcert={}&sslkey={}", papers.file("node.pem"), papers.file("node.key"));
    assert_eq!(refusal(&address(&server, "localhost", &own)), "it opened");
    let half = format!("{trusted}&sslcert={}", papers.file("node.pem"));
    assert_eq!(refusal(&address(&server, "localhost", &half)), "RH-STORE-URL");
}

/// A server that replays what another writes, and is only read.
fn make_standby(server: &mut Own) {
    server.kill();
    std::fs::write(Path::new(server.data()).join("standby.signal"), "").expect("written");
    server.restart();
}

#[tokio::test]
async fn of_two_machines_the_one_that_can_be_written_to_is_taken() {
    let mut former = Setup { listens: true, ..Setup::default() }.start();
    let mut latter = Setup { listens: true, ..Setup::default() }.start();
    former.make_database("record");
    latter.make_database("record");
    make_standby(&mut former);
    let of = |server: &Own| server.address("rihla", "record").split(['@', '/']).nth(3).expect("a machine").to_owned();
    let both = format!("postgres://rihla@{},{}/record?sslmode=disable", of(&former), of(&latter));
    assert_eq!(refusal(&former.address("rihla", "record")), "RH-STORE-NOT-WRITABLE");
    let site = Site::of(&[], |how| Keeper::opened(open(&both, options(how)).expect("opens")));
    let made = site.create(r#"{"resourceType":"Patient","gender":"male"}"#).await;
    assert_eq!(site.search("Patient", "gender=male"), [made.id.to_text()]);
    drop(site);
    make_standby(&mut latter);
    assert_eq!(refusal(&both), "RH-STORE-NOT-WRITABLE");
}

#[tokio::test]
async fn a_database_that_came_back_without_what_it_acknowledged_is_written_to_no_more() {
    let mut server = Setup::default().start();
    let url = server.make_database("record");
    let site = Site::of(&[], |how| Keeper::opened(open(&url, options(how)).expect("opens")));
    site.create(r#"{"resourceType":"Patient","gender":"male"}"#).await;
    // As a standby would have it that never heard of the last commit.
    server.sql("record", "UPDATE owner SET turn = turn - 1");
    server.kill();
    server.restart();
    for _ in 0..2 {
        let refused = site.create_if(r#"{"resourceType":"Patient","gender":"female"}"#, vec![]).await;
        assert_eq!(refused.expect_err("refused").code, "RH-STORE-BEHIND");
    }
    assert_eq!(server.sql("record", "SELECT count(*) FROM version"), "1");
}
