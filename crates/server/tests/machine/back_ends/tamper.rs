//! The audit chain on both back ends: whatever is edited, taken out, moved or cut off is named; what is looked for is found.

use super::moved;
use super::places::Places;
use super::story::{Story, open};
use proptest::prelude::*;
use rihla_fhir::r4::tables;
use rihla_identity::Keys;
use rihla_kernel::{Actor, ActorKind, Origin, Purpose};
use rihla_server::audit::{AuditExport, AuditVerify, HeadsKept, export, newest_head, verify};
use rihla_server::node::Node;
use rihla_store::Event;
use rihla_store::query::Handling;
use rihla_store::scope::AccessScope;
use rihla_store::trail::{BLOCK, EventKind, SeenWhat, TrailQuestion};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::fs;

fn reader(node: &Node, at: u32) -> rihla_store::Scoped {
    let actor = Actor::new(ActorKind::Person, &format!("Account/{}", at % 3));
    node.store.scoped(actor, Purpose::Treatment).from(Origin::new("screens", &format!("station-{}", at % 2), "10.0.0.1"))
}

/// Has what was noted chained.
fn chained(node: &Node) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(node.for_task("chain").commit(vec![], vec![], vec![])).expect("chained");
}

/// Reads and searches of `links` links, with a head signed after each `heads`.
fn told(places: &Places, url: &str, links: u32, heads: u32) -> Story {
    let story = Story::told_in_short(places, url);
    let node = open(places, url);
    let sealer = Keys::new(&[5; 32]).expect("keys").sealer("audit heads").expect("a sealer");
    let mut kept = HeadsKept::open(&node, &sealer, Some(&places.path("heads.txt"))).expect("opens").expect("a signer");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let observations = tables().resource_type("Observation").expect("a type");
    for at in 0..links {
        places.clock.advance(700);
        let reader = reader(&node, at);
        if at % 2 == 0 {
            reader.read(tables().resource_type("Patient").expect("a type"), "autre").expect("read");
        } else {
            let (query, _) = reader.query(&[observations], &[("subject".into(), format!("Patient/{}", story.patient()))], Handling::Strict).expect("a query");
            assert!(!reader.search(&query).expect("found").matches.is_empty());
        }
        chained(&node);
        if at % heads == heads - 1 {
            runtime.block_on(kept.sign()).expect("signed");
        }
    }
    node.close().expect("closes");
    story
}

/// What `rihla audit verify` says, and whether it was content.
fn said(places: &Places, url: &str, outside: bool) -> (bool, String) {
    let heads = if outside { vec![places.path("heads.txt")] } else { vec![] };
    let order = AuditVerify::read(None, &[], &heads).expect("an order");
    let mut said = String::new();
    let code = verify(&places.options(url), &order, &mut |line| said.extend([line, "\n"])).expect("looks");
    (code == 0, said)
}

/// Changes tables behind everybody's back; `audit` is written without a shard on the one and with on the other.
fn behind(places: &Places, url: &str, sqlite: &str, postgres: &str) {
    match url.strip_prefix("sqlite:") {
        Some(folder) => Connection::open(std::path::Path::new(folder).join("record.db")).expect("opens").execute_batch(sqlite).expect("runs"),
        None => places.behind(url, postgres),
    }
}

/// A change, for SQLite and for PostgreSQL, and what is said of it.
type Tampering = (&'static str, String, String, &'static str);

fn same(what: &'static str, sql: &str, said: &'static str) -> Tampering {
    (what, sql.into(), sql.into(), said)
}

fn tamperings() -> Vec<Tampering> {
    let swap = "UPDATE audit SET seq = -seq WHERE seq IN (40, 41); UPDATE audit SET seq = 81 + seq WHERE seq < 0";
    vec![
        (
            "an entry edited",
            "UPDATE audit SET entries = CAST(entries || x'00' AS BLOB) WHERE seq = 40".into(),
            r"UPDATE audit SET entries = entries || '\x00' WHERE seq = 40".into(),
            "the chain is broken at link 40",
        ),
        same("a link taken out", "DELETE FROM audit WHERE seq = 40", "link 40 is missing; link 41 comes instead"),
        same("two links exchanged", swap, "the chain is broken at link 40"),
        same("the end cut off", "DELETE FROM audit WHERE seq > 70", "and the chain ends at link 70: it was cut off"),
        (
            "an actor renamed",
            "UPDATE actor SET id = 'Account/9' WHERE id = 'Account/1'".into(),
            "UPDATE actor SET id = 'Account/9' WHERE id = 'Account/1'".into(),
            "and the tables say another name",
        ),
        (
            "an origin renamed",
            "UPDATE actor SET id = 'home' || actor WHERE kind = 3".into(),
            "UPDATE actor SET id = ('home' || actor)::bytea WHERE kind = 3".into(),
            "and the tables say another name",
        ),
        same("a patient exchanged", "UPDATE resource SET id = 'celui-ci' WHERE id = 'autre'", "and the tables say another name"),
        (
            "a head edited",
            "UPDATE mark SET value = CAST(substr(CAST(value AS TEXT), 1, 15) || '0000' || substr(CAST(value AS TEXT), 20) AS BLOB) \
             WHERE name = 'audit:head:000000000002'"
                .into(),
            "UPDATE mark SET value = overlay(value PLACING '0000'::bytea FROM 16) WHERE name = 'audit:head:000000000002'".into(),
            "head 2 is not signed by the key that it names",
        ),
        same("a head taken out", "DELETE FROM mark WHERE name = 'audit:head:000000000002'", "head 3 does not follow the head before it"),
    ]
}

#[test]
fn a6_every_tampering_is_named_on_both_back_ends() {
    for postgres in [false, true] {
        for (what, on_sqlite, on_postgres, expected) in tamperings() {
            let places = Places::new();
            let url = if postgres { places.postgres() } else { places.sqlite("store") };
            told(&places, &url, 60, 20);
            let (clean, before) = said(&places, &url, true);
            assert!(clean, "{what}: {before}");
            behind(&places, &url, &on_sqlite, &on_postgres);
            let (clean, after) = said(&places, &url, false);
            let first = after.lines().find(|line| line.starts_with("FAULT")).unwrap_or_default();
            assert!(!clean && first.contains(expected), "{what}: {after}");
        }
    }
}

#[test]
fn a6_an_end_that_was_cut_off_with_its_heads_is_known_outside() {
    let places = Places::new();
    for url in [places.sqlite("store"), places.postgres()] {
        fs::remove_file(places.path("heads.txt")).ok();
        told(&places, &url, 60, 20);
        let cut = "DELETE FROM mark WHERE name = 'audit:head:000000000003'; DELETE FROM audit WHERE seq > (SELECT max(seq) - 15 FROM audit)";
        behind(&places, &url, cut, cut);
        assert!(said(&places, &url, false).0, "what is in the store alone does not tell");
        let (clean, text) = said(&places, &url, true);
        assert!(!clean && text.contains("head 3 is known outside") && text.contains("it was cut off"), "{text}");
    }
}

#[test]
fn a5_heads_are_held_against_the_key_that_is_trusted_and_an_export_is_proved_elsewhere() {
    let places = Places::new();
    let url = places.sqlite("store");
    told(&places, &url, 12, 6);
    let mut line = String::new();
    newest_head(&places.options(&url), &mut |said| line = said.into()).expect("a head");
    let key = line.split(' ').nth(7).expect("a key").to_owned();
    let checked = |order: &AuditVerify| {
        let mut said = String::new();
        (verify(&places.options(&url), order, &mut |line| said.extend([line, "\n"])).expect("looks"), said)
    };
    let trusting = |key: &str| AuditVerify::read(None, &[key.into()], &[]).expect("an order");
    assert_eq!(checked(&trusting(&key)).0, 0);
    let (code, text) = checked(&trusting(&"ab".repeat(32)));
    assert!(code == 4 && text.contains("signed by another key"), "{text}");

    let node = open(&places, &url);
    let dir = places.path("export");
    let order = AuditExport { dir: dir.clone(), patient: Some("autre".into()), ..AuditExport::default() };
    export(&node, &order, &mut |_| {}).expect("exports");
    node.close().expect("closes");
    let events = fs::read_to_string(dir.join("AuditEvent.ndjson")).expect("written");
    assert!(events.lines().count() > 6 && events.lines().all(|line| line.contains("Patient/autre")), "{events}");
    let of_export = AuditVerify { dir: Some(dir.clone()), ..trusting(&key) };
    assert_eq!(checked(&of_export).0, 0, "{}", checked(&of_export).1);
    let links = fs::read_to_string(dir.join("links.ndjson")).expect("written");
    let cut: Vec<&str> = links.lines().take(20).collect();
    fs::write(dir.join("links.ndjson"), cut.join("\n")).expect("cut");
    assert!(checked(&of_export).1.contains("it was cut off"));
}

#[test]
fn a1_a2_an_entry_says_whose_from_where_and_whether_it_was_refused() {
    let places = Places::new();
    for url in [places.sqlite("store"), places.postgres()] {
        let story = told(&places, &url, 2, 99);
        let node = open(&places, &url);
        let nothing = AccessScope::everything().only_patients([]);
        let curious = node.store.scoped_to(Actor::new(ActorKind::Person, "Account/c"), Purpose::Treatment, nothing);
        assert!(curious.read(tables().resource_type("Patient").expect("a type"), "autre").is_err());
        assert!(curious.read(tables().resource_type("Patient").expect("a type"), "nobody").is_err());
        node.store.note_event(&Event {
            patient: Some("autre"),
            detail: "why",
            ..Event::of(EventKind::BrokenGlass, Actor::new(ActorKind::Person, "Account/c"))
        });
        chained(&node);
        let entries = node.store.trail(&TrailQuestion::all(4)).expect("found").entries;
        let lines: Vec<String> = entries
            .iter()
            .map(|seen| {
                let patients: Vec<String> = seen.patients().map(|id| if id.to_text() == story.patient() { "his".into() } else { id.to_text() }).collect();
                let what = match &seen.what {
                    SeenWhat::Access { action, thing, .. } => format!("{action:?} {}", thing.as_ref().map_or(String::new(), |id| id.to_text())),
                    SeenWhat::Event { kind, detail, .. } => format!("{} {detail}", kind.code()),
                };
                format!("{} {what} {patients:?} {} {:?}", seen.actor.id(), if seen.denied { "denied" } else { "shown" }, seen.origin.station())
            })
            .collect();
        assert_eq!(
            lines,
            [
                r#"Account/c broken-glass why ["autre"] shown None"#,
                r#"Account/c Read autre ["autre"] denied None"#,
                r#"Account/1 Execute  ["his"] shown Some("station-1")"#,
                r#"Account/0 Read autre ["autre"] shown Some("station-0")"#,
            ]
        );
        node.close().expect("closes");
    }
}

/// Every answer of the finder, page by page.
fn paged(node: &Node, question: &TrailQuestion) -> Vec<(i64, u32)> {
    let (mut out, mut question) = (Vec::new(), question.clone());
    loop {
        let page = node.store.trail(&question).expect("found");
        out.extend(page.entries.iter().map(|seen| (seen.place.link, seen.place.entry)));
        match page.next {
            Some(next) => question.before = Some(next),
            None => return out,
        }
    }
}

#[test]
fn a7_what_is_found_is_what_a_scan_finds_also_after_a_rebuild_and_a_move() {
    let places = Places::new();
    let (first, database) = (places.sqlite("first"), places.postgres());
    let story = told(&places, &first, BLOCK as u32 * 2 + 20, 40);
    let agree = |node: &Node| {
        let all = node.store.trail(&TrailQuestion::all(100_000)).expect("found").entries;
        let patients: BTreeSet<String> = all.iter().flat_map(|seen| seen.patients().map(|id| id.to_text())).collect();
        assert!(patients.contains(story.patient()) && patients.contains("autre"));
        let middle = all.get(all.len() / 2).expect("many").at;
        for patient in [None, Some(story.patient()), Some("autre")] {
            for actor in [None, Some("Account/0"), Some("Account/2"), Some("Account/9")] {
                for (from, to) in [(None, None), (Some(middle), None), (None, Some(middle))] {
                    let key =
                        patient.map(|id| node.store.key_for_platform(tables().resource_type("Patient").expect("a type"), id).expect("looks").expect("there"));
                    let actor = actor.map(|name| Actor::new(ActorKind::Person, name));
                    let question = TrailQuestion { patient: key, actor: actor.clone(), from, to, before: None, limit: 7 };
                    let wanted = all.iter().filter(|seen| {
                        patient.is_none_or(|id| seen.patients().any(|other| other.to_text() == id))
                            && actor.as_ref().is_none_or(|actor| seen.actor == *actor)
                            && from.is_none_or(|from| seen.at >= from)
                            && to.is_none_or(|to| seen.at < to)
                    });
                    let wanted: Vec<(i64, u32)> = wanted.map(|seen| (seen.place.link, seen.place.entry)).collect();
                    assert_eq!(paged(node, &question), wanted, "{patient:?} {actor:?} {from:?} {to:?}");
                }
            }
        }
        story.verify(node);
    };
    let node = open(&places, &first);
    agree(&node);
    node.backend.rebuild(node.store.indexer(), &mut |_| {}).expect("rebuilds");
    agree(&node);
    node.close().expect("closes");
    let said_of_move = moved(&places, &first, &database).expect("moves");
    assert!(said_of_move.contains("audit entries checked"), "{said_of_move}");
    let node = open(&places, &database);
    agree(&node);
    node.close().expect("closes");
    assert!(said(&places, &database, true).0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Any byte of any link, on SQLite; the statements above show that PostgreSQL's rows are read the same way.
    #[test]
    fn a6_any_byte_of_any_link_that_is_changed_is_found(link in 1i64..70, at in 0usize..200, with in 1u8..=255, hash in any::<bool>()) {
        let places = Places::new();
        let url = places.sqlite("store");
        told(&places, &url, 40, 40);
        let conn = Connection::open(places.path("store").join("record.db")).expect("opens");
        let column = if hash { "hash" } else { "entries" };
        let mut bytes: Vec<u8> = conn.query_row(&format!("SELECT {column} FROM audit WHERE seq = ?1"), [link], |row| row.get(0)).expect("there");
        let place = at % bytes.len();
        bytes[place] ^= with;
        conn.execute(&format!("UPDATE audit SET {column} = ?1 WHERE seq = ?2"), (bytes, link)).expect("changed");
        drop(conn);
        let (clean, text) = said(&places, &url, false);
        let first = text.lines().find(|line| line.starts_with("FAULT")).unwrap_or_default();
        prop_assert!(!clean && first.contains(&format!("link {link}")), "{}", text);
    }
}
