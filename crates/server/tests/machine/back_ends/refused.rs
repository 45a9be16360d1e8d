//! What a move refuses, and the way back.

use super::places::Places;
use super::story::{self, Story, export, open};
use super::{moved, story::refused};
use rihla_server::failure::exit;
use rihla_server::moving::reopen;
use rihla_store_engine::carry::Said;

#[test]
fn nothing_is_moved_onto_what_is_there_or_from_what_is_not() {
    let places = Places::new();
    let (from, to) = (places.sqlite("from"), places.postgres());
    let missing = moved(&places, &from, &to).expect_err("nothing there");
    assert!(missing.line.contains("RH-MOVE-NOTHING"), "{missing}");
    assert!(!places.path("from").exists(), "a mistyped source leaves nothing behind");
    let empty = moved(&places, &to, &from).expect_err("an empty database is no store");
    assert!(empty.line.contains("RH-MOVE-NOTHING"), "{empty}");

    Story::told_in_short(&places, &from);
    assert_eq!(moved(&places, &from, &from).expect_err("the same").exit, exit::USAGE);
    for other in [places.sqlite("other"), places.postgres()] {
        open(&places, &other).close().expect("closes");
        let used = moved(&places, &from, &other).expect_err("used");
        assert!(used.line.contains("RH-MOVE-USED"), "{used}");
        open(&places, &other).close().expect("still opens");
    }
    for held in [from.clone(), to.clone()] {
        let node = open(&places, &held);
        let in_use = moved(&places, &from, &to).expect_err("in use");
        assert_eq!(in_use.exit, exit::IN_USE, "{in_use}");
        node.close().expect("closes");
    }
}

#[test]
fn an_unfinished_target_belongs_to_one_state_of_one_source() {
    let places = Places::new();
    let (from, other, to) = (places.sqlite("from"), places.sqlite("other"), places.postgres());
    let story = Story::told_in_short(&places, &from);
    Story::told_in_short(&places, &other);
    let mut steps = 0;
    let order = rihla_server::moving::MoveOrder { from: from.clone(), to: to.clone() };
    let killed = rihla_server::moving::carry_all(&places.means(Default::default()), &order, &mut |_| {}, &mut |_| {
        steps += 1;
        if steps == 3 { Err(rihla_kernel::Fault::new(rihla_kernel::FaultKind::Internal, "KILLED", "")) } else { Ok(()) }
    });
    assert!(killed.is_err());
    let strange = moved(&places, &other, &to).expect_err("of another store");
    assert!(strange.line.contains("RH-MOVE-OTHER"), "{strange}");
    let node = open(&places, &from);
    story.write(&node, 1, r#"{"resourceType":"Patient"}"#, None);
    node.close().expect("closes");
    let changed = moved(&places, &from, &to).expect_err("written to since");
    assert!(changed.line.contains("RH-MOVE-OTHER"), "{changed}");
}

#[test]
fn a_source_that_was_moved_is_no_second_truth_until_it_is_taken_back() {
    let places = Places::new();
    for (from, to) in [(places.sqlite("from"), places.postgres()), (places.postgres(), places.sqlite("to"))] {
        Story::told_in_short(&places, &from);
        moved(&places, &from, &to).expect("moves");
        let said = refused(&places, &from);
        assert!(said.contains("RH-STORE-MOVED") && said.contains(&to), "{said}");
        let again = moved(&places, &from, &places.sqlite("third")).expect_err("gone already");
        assert!(again.line.contains("RH-STORE-MOVED"), "{again}");
        let exported = export(&places, &to, "at the target");
        assert_eq!(reopen(&places.options(""), &from).expect("taken back"), 0);
        assert_eq!(export(&places, &from, "at the source"), exported);
        assert_eq!(story::open(&places, &from).close().map_err(|failure| failure.line), Ok(()));
        assert!(reopen(&places.options(""), &from).is_err(), "there is nothing to take back any more");
        std::fs::remove_dir_all(places.path("third")).expect("the empty target of a refused move");
        std::fs::remove_dir_all(places.path("at the target")).expect("removed");
        std::fs::remove_dir_all(places.path("at the source")).expect("removed");
    }
}

#[test]
fn a_target_that_differs_in_anything_is_no_target() {
    let differences = [
        ("UPDATE version SET site = site + 1 WHERE row = 3", "RH-MOVE-DIFFERS"),
        (r"UPDATE version SET body = body || '\x00' WHERE row = 3", "RH-MOVE-DIFFERS"),
        (r"UPDATE audit SET entries = entries || '\x00' WHERE seq = 2", "RH-MOVE-DIFFERS"),
        ("DELETE FROM claim", "RH-MOVE-DIFFERS"),
        (r"UPDATE mark SET value = '\x01' WHERE name = 'session:x'", "RH-MOVE-DIFFERS"),
        ("DELETE FROM blob_use", "RH-MOVE-DIFFERS"),
        ("UPDATE blob_part SET bytes = set_byte(bytes, 5, get_byte(bytes, 5) # 1) WHERE number = 1", "RH-STORE-BLOB-DAMAGED"),
        // Not carried but written along, and so found by the check.
        ("DELETE FROM superseded WHERE row = 4", "not sound"),
    ];
    let places = Places::new();
    let from = places.sqlite("from");
    Story::told_in_short(&places, &from);
    for (sql, code) in differences {
        let to = places.postgres();
        let mut changed = false;
        let order = rihla_server::moving::MoveOrder { from: from.clone(), to: to.clone() };
        let refused = rihla_server::moving::carry_all(&places.means(Default::default()), &order, &mut |_| {}, &mut |said| {
            if !changed && matches!(said, Said::Compared(..)) {
                changed = true;
                places.behind(&to, sql);
            }
            Ok(())
        });
        let refused = refused.expect_err(sql);
        assert!(changed && refused.line.contains(code), "{sql}: {refused}");
        assert!(story::refused(&places, &to).contains("RH-STORE-MOVING"));
        open(&places, &from).close().expect("the source goes on being the record");
    }
}
