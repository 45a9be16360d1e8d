//! The program itself, killed in the middle.

use crate::sender::{File, adt, inbound};
use rihla_exchange::queue::{Direction, Find, Queue, QueueLimits};
use rihla_identity::RecordVault;
use rihla_kernel::ManualClock;
use rihla_server::node::{Node, Options};
use rihla_testkit::Place;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// A server; a test that fails leaves none behind.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn command(place: &Place, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rihla"));
    command.current_dir(place.folder()).env_remove("RIHLA_STORE").args(["--store", &place.url(), "--key-file", "server.key"]).args(words);
    command
}

/// Starts a server; the address of its channel.
fn serve(place: &Place, file: &File) -> (Server, String) {
    let path = file.path();
    let words = ["serve", "--listen", "127.0.0.1:0", "--world", "training", "--channels", path.to_str().expect("a path")];
    let mut server = Server(command(place, &words).stdout(Stdio::piped()).spawn().expect("the server starts"));
    for line in BufReader::new(server.0.stdout.take().expect("its output")).lines() {
        if let Some(address) = line.expect("a line").strip_prefix("channel in gam ") {
            return (server, address.to_owned());
        }
    }
    panic!("the channel was not said")
}

fn send(line: &mut TcpStream, text: &str) -> String {
    line.write_all(&[&[0x0B], text.as_bytes(), &[0x1C, 0x0D]].concat()).expect("sent");
    let (mut bytes, mut one) = (Vec::new(), [0]);
    while !bytes.ends_with(&[0x1C, 0x0D]) {
        line.read_exact(&mut one).expect("an answer");
        bytes.push(one[0]);
    }
    String::from_utf8(bytes).expect("text")
}

#[test]
fn whoever_was_told_that_a_message_is_kept_finds_it_after_the_server_was_killed() {
    let (place, file) = (Place::fresh(), File::new(&inbound("gam", "named")));
    let mut kept = Vec::new();
    for round in 0..3 {
        let (mut server, address) = serve(&place, &file);
        let mut line = TcpStream::connect(address).expect("the line is open");
        for number in 0..10 {
            let control_id = format!("R{round}N{number}");
            let answer = send(&mut line, &adt("A01", &control_id, &format!("7{round}{number}"), "Tazi^Omar"));
            assert!(answer.contains(&format!("MSA|AA|{control_id}")), "{answer}");
            kept.push(control_id);
        }
        server.0.kill().expect("killed");
        server.0.wait().expect("gone");
    }
    let options = Options { url: place.url(), pack: None, site: None, audit: true, keys: Default::default() };
    let node = Node::open(&options).expect("the store opens");
    let clock = Arc::new(ManualClock::at(1_768_464_000_000));
    let queue = Queue::open(Arc::new(RecordVault::new(node.store.clone())), clock, Direction::In, "gam", QueueLimits::default()).expect("the queue");
    for control_id in &kept {
        let find = Find { control_id: control_id.clone(), ..Find::default() };
        assert_eq!(queue.find(&find, 2).expect("the journal is read").0.len(), 1, "{control_id} once");
    }
    let counts = queue.counts();
    assert_eq!(counts.waiting + counts.parked + counts.dead, kept.len(), "nobody knows these numbers: all wait for a person");
}

#[test]
fn a_file_that_is_wrong_is_refused_with_its_line() {
    let (place, file) = (Place::fresh(), File::new(&inbound("gam", "named").replace("127.0.0.1:0", "0.0.0.0:0")));
    let path = file.path();
    let output = command(&place, &["serve", "--listen", "127.0.0.1:0", "--channels", path.to_str().expect("a path")]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("line 2: this line leaves the machine in the clear") && said.contains("clear = true"), "{said}");
}
