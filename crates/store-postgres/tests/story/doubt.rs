//! A line that breaks in the midst of a commit: the sender is told that it is not known what became of it, and the store
//! finds out before it writes anything else.

#![allow(clippy::expect_used, reason = "tests")]

use crate::keeper::{Keeper, options};
use crate::story::site::Site;
use rihla_kernel::{Fault, FaultKind};
use rihla_store_postgres::open;
use rihla_test_postgres::{Database, Proxy};
use std::time::Duration;

/// A store by a line that can be cut.
struct Far {
    site: Site,
    proxy: Proxy,
    database: Database,
}

impl Far {
    fn open() -> Self {
        let database = Database::fresh();
        let proxy = Proxy::to(&database.server().socket());
        let site = Site::of(&[], |how| {
            let mut options = options(how);
            options.patience = Duration::from_millis(300);
            Keeper::opened(open(&proxy.url(database.name()), options).expect("opens"))
        });
        Self { site, proxy, database }
    }

    fn create(&self, name: &str) -> Result<(), Fault> {
        let text = format!(r#"{{"resourceType":"Patient","identifier":[{{"system":"urn:n","value":"{name}"}}]}}"#);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(self.site.create_if(&text, vec![])).map(|_| ())
    }

    /// Has one written while `meanwhile` does something to the line, and gives the code of the refusal.
    fn create_while(&self, name: &str, meanwhile: impl FnOnce()) -> &'static str {
        std::thread::scope(|scope| {
            let writing = scope.spawn(|| self.create(name));
            meanwhile();
            let fault = writing.join().expect("ends well").expect_err("in doubt");
            assert_eq!(fault.kind, FaultKind::Unavailable);
            fault.code
        })
    }

    fn until(&self, sql: &str, wanted: impl Fn(&str) -> bool) -> String {
        // Another process: nothing tells when it is so. A question takes some milliseconds.
        (0..2_000).map(|_| self.database.sql(sql)).find(|found| wanted(found)).expect("it becomes so")
    }

    fn is_there(&self, name: &str) -> bool {
        let found = self.site.search("Patient", &format!("identifier=urn:n|{name}"));
        assert!(found.len() <= 1, "{found:?}");
        !found.is_empty()
    }

    /// The writer that waits for a lock of ours.
    fn blocked(&self) -> String {
        let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        self.until(sql, |found| !found.is_empty())
    }

    fn is_sound(&self) {
        let rows = self.database.sql("SELECT count(*) FROM version");
        assert_eq!(self.site.total("Patient", "").to_string(), rows, "memory and tables agree");
        assert_eq!(self.site.verify().faults, Vec::<String>::new());
    }
}

#[test]
fn a_commit_that_was_kept_is_found_after_its_answer_was_lost() {
    let far = Far::open();
    far.create("before").expect("kept");
    let turn = far.database.sql("SELECT turn FROM owner");
    let code = far.create_while("doubtful", || {
        far.proxy.hold_answers();
        far.until("SELECT turn FROM owner", |now| now != turn);
        far.proxy.cut();
    });
    assert_eq!(code, "RH-STORE-UNKNOWN");
    // While nobody knows, nothing else is written, and nothing is made up.
    assert_eq!(far.create("away").expect_err("no database").code, "RH-STORE-AWAY");
    assert_eq!(far.site.scoped.search(&far.site.query("Patient", "")).map(|_| ()).expect_err("no database").code, "RH-STORE-AWAY");
    far.proxy.pass();
    far.create("after").expect("the store goes on by itself");
    assert_eq!(["before", "doubtful", "away", "after"].map(|name| far.is_there(name)), [true, true, false, true]);
    far.is_sound();
}

#[test]
fn a_commit_that_was_lost_leaves_nothing() {
    let far = Far::open();
    far.create("before").expect("kept");
    let mut locks = far.database.server().session(far.database.name());
    locks.sql("BEGIN; LOCK TABLE owner IN ACCESS EXCLUSIVE MODE");
    let code = far.create_while("doubtful", || {
        let writer = far.blocked();
        far.proxy.cut();
        far.database.sql(&format!("SELECT pg_terminate_backend({writer}, 10000)"));
    });
    assert_eq!(code, "RH-STORE-UNKNOWN");
    locks.sql("ROLLBACK");
    far.proxy.pass();
    far.create("after").expect("the store goes on by itself");
    assert_eq!(["before", "doubtful", "after"].map(|name| far.is_there(name)), [true, false, true]);
    far.is_sound();
}

#[test]
fn a_commit_that_is_still_on_its_way_is_kept_whole_or_not_at_all() {
    let far = Far::open();
    far.create("before").expect("kept");
    let mut locks = far.database.server().session(far.database.name());
    locks.sql("BEGIN; LOCK TABLE owner IN ACCESS EXCLUSIVE MODE");
    let code = far.create_while("doubtful", || {
        far.blocked();
        far.proxy.cut();
    });
    assert_eq!(code, "RH-STORE-UNKNOWN");
    // Its session goes on as soon as it can, and races with the store that comes back.
    far.proxy.pass();
    locks.sql("ROLLBACK");
    far.create("after").expect("the store goes on by itself");
    far.is_there("doubtful");
    assert!(far.is_there("before") && far.is_there("after"));
    far.is_sound();
}

#[test]
fn a_line_that_broke_while_nobody_used_it_is_not_noticed() {
    let far = Far::open();
    far.create("before").expect("kept");
    assert!(far.is_there("before"));
    far.proxy.cut();
    far.proxy.pass();
    assert!(far.is_there("before"), "read on a new line");
    far.create("after").expect("written on a new line");
    assert!(far.is_there("after"));
    far.is_sound();
}
