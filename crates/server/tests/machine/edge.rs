//! The server's edge, by a real process and a client that nobody here wrote: who is heard, how, and how often.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::Place;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// An authority, what it signed for the server (twice) and for a machine, and a machine of a stranger's.
const PAPERS: &str = r#"
sign() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2" &&
  openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -out "$1.pem" -days 30 -extfile names; }
root() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" -days 30 -subj "/CN=$1"; }
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >names
root root && root stranger && sign server localhost root && sign renewed renewed root && sign machine lab root && sign foreign lab stranger
"#;

struct Server {
    child: Child,
    place: Place,
    /// Scheme, host and port.
    base: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

impl Server {
    fn start(words: &[&str]) -> Self {
        let place = Place::fresh();
        let made = Command::new("sh").args(["-ec", PAPERS]).current_dir(place.folder()).output().expect("a shell");
        assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
        let mut command = Command::new(env!("CARGO_BIN_EXE_rihla"));
        command.current_dir(place.folder()).env_remove("RIHLA_STORE").args(["--store", &place.url(), "--key-file", "server.key.hex", "serve"]);
        let mut child = command.args(["--listen", "127.0.0.1:0"]).args(words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let said = BufReader::new(child.stdout.take().expect("its output")).lines().next().expect("a line").expect("text");
        let base = said.strip_prefix("listening on ").and_then(|line| line.strip_suffix("/fhir")).expect("where it listens").to_owned();
        Self { child, place, base }
    }

    /// What the client says: the status and the headers of each answer, or why there is none.
    fn curl(&self, words: &[&str]) -> String {
        let out = Command::new("curl").args(["-sS", "-o", "/dev/null", "-D", "-"]).args(words).current_dir(self.place.folder()).output().expect("curl");
        format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

#[test]
fn over_tls_browsers_are_told_to_stay_and_old_versions_and_plain_text_are_not_spoken() {
    let server = Server::start(&["--tls-cert", "server.pem", "--tls-key", "server.key"]);
    assert!(server.base.starts_with("https://"));
    let page = server.curl(&["--cacert", "root.pem", &server.at("/setup")]);
    assert!(page.contains("HTTP/1.1 200") && page.contains("strict-transport-security: max-age=63072000"), "{page}");
    let fhir = server.curl(&["--cacert", "root.pem", &server.at("/fhir/metadata")]);
    for header in ["strict-transport-security", "x-content-type-options: nosniff", "frame-ancestors 'none'", "referrer-policy: no-referrer"] {
        assert!(fhir.contains("HTTP/1.1 200") && fhir.contains(header), "{header}: {fhir}");
    }
    let preferred = server.curl(&["--cacert", "root.pem", "--data", "lang=ar", &server.at("/preferences")]);
    assert!(preferred.contains("set-cookie: __Host-rihla_lang=ar; Path=/; HttpOnly; SameSite=Strict; Secure"), "{preferred}");
    assert!(server.curl(&["--cacert", "stranger.pem", &server.at("/setup")]).contains("certificate"), "who does not know the authority goes away");
    let old = server.curl(&["--cacert", "root.pem", "--tlsv1.0", "--tls-max", "1.1", &server.at("/setup")]);
    assert!(!old.contains("HTTP/1.1"), "{old}");
    assert!(!server.curl(&[&server.at("/setup").replace("https", "http")]).contains("HTTP/1.1"));
}

#[test]
fn a_renewed_certificate_is_used_and_a_broken_one_is_not() {
    let server = Server::start(&["--tls-cert", "server.pem", "--tls-key", "server.key"]);
    let name = || {
        let said = server.curl(&["-v", "--cacert", "root.pem", &server.at("/setup")]);
        said.lines().find(|line| line.contains("subject:")).unwrap_or_else(|| panic!("{said}")).to_owned()
    };
    assert!(name().contains("CN=localhost"));
    let hang_up = || assert!(Command::new("kill").args(["-HUP", &server.child.id().to_string()]).status().expect("kill").success());
    let (folder, wait) = (server.place.folder(), |wanted: &str| (0..2_000).any(|_| name().contains(wanted)));
    fs::copy(folder.join("renewed.pem"), folder.join("server.pem")).expect("copied");
    hang_up();
    // The key does not belong to it yet: what was in use stays.
    assert!(name().contains("CN=localhost"));
    fs::copy(folder.join("renewed.key"), folder.join("server.key")).expect("copied");
    hang_up();
    assert!(wait("CN=renewed"));
}

#[test]
fn machines_show_a_certificate_and_are_served_the_interface_alone() {
    // A free port for the second line: nobody else asks for it between the two moments, or the server says so and the test fails.
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let machines = format!("127.0.0.1:{port}");
    let tls = ["--tls-cert", "server.pem", "--tls-key", "server.key"];
    let server = Server::start(&[&tls[..], &["--machines", &machines, "--machines-ca", "root.pem"]].concat());
    let ask = |papers: &[&str], path: &str| server.curl(&[&["--cacert", "root.pem"][..], papers, &[&format!("https://{machines}{path}")]].concat());
    let own = ["--cert", "machine.pem", "--key", "machine.key"];
    assert!(ask(&own, "/fhir/metadata").contains("HTTP/1.1 200"));
    assert!(ask(&own, "/sign-in").contains("HTTP/1.1 404"));
    for papers in [&[][..], &["--cert", "foreign.pem", "--key", "foreign.key"]] {
        let refused = ask(papers, "/fhir/metadata");
        assert!(!refused.contains("HTTP/1.1"), "{refused}");
    }
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let server = Server::start(&["--rate-address", "1"]);
    let url = server.at("/fhir/metadata");
    let said = server.curl(&vec![url.as_str(); 20].iter().flat_map(|url| ["-o", "/dev/null", url]).collect::<Vec<_>>());
    assert!(said.contains("HTTP/1.1 200") && said.contains("HTTP/1.1 429") && said.contains("retry-after: 1"), "{said}");
}

#[test]
fn what_would_be_heard_by_others_in_the_clear_does_not_start() {
    let place = Place::fresh();
    let refused = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rihla"));
        let out = command.current_dir(place.folder()).env_remove("RIHLA_STORE").args(["--store", &place.url(), "serve"]).args(words).output().expect("it runs");
        (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    let (code, said) = refused(&["--listen", "0.0.0.0:0"]);
    assert!(code == Some(2) && said.contains("without TLS this server listens to its own machine alone"), "{said}");
    let (code, said) = refused(&["--listen", "0.0.0.0:0", "--tls-cert", "none.pem", "--tls-key", "none.key"]);
    assert!(code == Some(2) && said.contains("--base https://NAME"), "{said}");
    let (code, said) = refused(&["--listen", "127.0.0.1:0", "--tls-cert", "none.pem", "--tls-key", "none.key"]);
    assert!(code == Some(2) && said.contains("none.key: cannot be used for TLS"), "{said}");
}
