//! The server talks to nobody by itself. It is run in a network of its own whose every way out is counted.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::Place;
use std::process::Command;

/// A network with a way out that leads nowhere; what goes there is counted, names that are asked for too. `$1` is the program.
const STORY: &str = r#"
ip link set lo up
ip link add out type veth peer name far
for end in out far; do ip link set $end addrgenmode none; ip link set $end arp off up; done
ip addr add 192.0.2.1/24 dev out
ip route add default dev out
sent() { awk '$1 == "out:" { print $11 }' /proc/net/dev; }
before=$(sent)

"$1" demo-data --patients 12 made >/dev/null
"$1" import made --rejects rejects.ndjson >/dev/null
"$1" --world training account demo >/dev/null
"$1" serve --listen 127.0.0.1:18080 >said 2>&1 & server=$!
ask() { curl -sS --retry 50 --retry-connrefused --retry-delay 1 -o /dev/null "$@"; }
ask http://127.0.0.1:18080/sign-in
ask --data 'login=nurse&password=wrong' http://127.0.0.1:18080/sign-in
ask http://127.0.0.1:18080/fhir/metadata
ask 'http://127.0.0.1:18080/fhir/Patient?name=a'
ask -H 'content-type: application/fhir+json' --data '{"resourceType":"Patient","photo":[{"url":"http://198.51.100.7/photo"}],"contained":[{"resourceType":"Binary","id":"x","contentType":"text/plain"}]}' http://127.0.0.1:18080/fhir/Patient
"$1" verify >/dev/null; "$1" status >/dev/null
"$1" export given >/dev/null
kill $server; wait $server || true
echo "by itself: $(($(sent) - before))"

# What would be seen if it did.
ask --retry 0 --max-time 1 http://198.51.100.7/ 2>/dev/null || true
[ "$(sent)" -gt "$before" ] && echo 'counted'
"#;

#[test]
fn nothing_leaves_the_machine_unless_it_is_configured() {
    let place = Place::fresh();
    if place.is_database() {
        // A database is configured: that line is meant.
        return;
    }
    let mut command = Command::new("unshare");
    command.args(["--net", "--map-root-user", "bash", "-ec", STORY, "story", env!("CARGO_BIN_EXE_rihla")]);
    command.current_dir(place.folder()).env("RIHLA_STORE", place.url()).env("RIHLA_KEY_FILE", place.folder().join("key"));
    let out = command.output().expect("unshare (util-linux)");
    let (said, wrong) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    if wrong.contains("unshare failed") {
        eprintln!("skipped: this machine gives no network of one's own: {wrong}");
        return;
    }
    assert!(out.status.success(), "{said}{wrong}");
    assert_eq!(said.lines().collect::<Vec<_>>(), ["by itself: 0", "counted"], "{wrong}");
}
