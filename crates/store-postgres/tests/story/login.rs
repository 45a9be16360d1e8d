//! Who is let in by the network, and what those are told who are not.

#![allow(clippy::expect_used, reason = "tests")]

use crate::keeper::{Keeper, options};
use crate::story::site::{How, Site};
use rihla_kernel::{FaultKind, ManualClock};
use rihla_store_postgres::open;
use rihla_test_postgres::{Own, Setup};
use std::sync::Arc;

const DOORS: &str = "local all rihla trust
host all modern 127.0.0.1/32 scram-sha-256
host all old 127.0.0.1/32 md5
host all plain 127.0.0.1/32 password
host all trusted 127.0.0.1/32 trust
host all shut 127.0.0.1/32 reject";

/// A password with what an address has to escape, and a letter that is written in two ways.
const PASSWORD: &str = "p@ss:/é ظ%";
const ESCAPED: &str = "p%40ss%3A%2F%C3%A9%20%D8%B8%25";

fn server() -> Own {
    let server = Setup { listens: true, lets_in: DOORS.into(), ..Setup::default() }.start();
    for (role, kind) in [("modern", "scram-sha-256"), ("old", "md5"), ("plain", "scram-sha-256"), ("trusted", "scram-sha-256"), ("shut", "scram-sha-256")] {
        server.sql("postgres", &format!("SET password_encryption = '{kind}'; CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'; SELECT 1"));
        server.sql("postgres", &format!("CREATE DATABASE {role} OWNER {role}"));
    }
    server
}

fn refusal(url: &str) -> &'static str {
    let fault = open(url, options(&How::new(&[], Arc::new(ManualClock::at(0))))).map(|_| ()).expect_err("refused");
    assert_eq!(fault.kind, FaultKind::Unavailable, "{fault}");
    assert!(!fault.text.contains(PASSWORD) && !fault.text.contains("modern"), "{fault}");
    fault.code
}

#[test]
fn those_who_know_the_password_are_let_in() {
    let server = server();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for role in ["modern", "old", "plain", "trusted"] {
        let login = if role == "trusted" { role.to_string() } else { format!("{role}:{ESCAPED}") };
        let url = server.address(&login, role);
        let opened = || Site::of(&[], |how| Keeper::opened(open(&url, options(how)).unwrap_or_else(|fault| panic!("{role}: {fault}"))));
        let site = opened();
        runtime.block_on(site.create_if(r#"{"resourceType":"Patient","gender":"female"}"#, vec![])).expect("written");
        assert_eq!(site.search("Patient", "gender=female").len(), 1, "{role}");
        assert_eq!(site.verify().faults, Vec::<String>::new());
        site.store.close().expect("closes");
        drop(site);
        assert_eq!(opened().search("Patient", "gender=female").len(), 1, "{role} again");
    }
}

#[test]
fn those_who_are_not_let_in_are_told_why() {
    let server = server();
    for role in ["modern", "old", "plain"] {
        assert_eq!(refusal(&server.address(&format!("{role}:wrong"), role)), "RH-STORE-LOGIN", "{role} with a wrong password");
        assert_eq!(refusal(&server.address(role, role)), "RH-STORE-LOGIN", "{role} without a password");
    }
    assert_eq!(refusal(&server.address("nobody:x", "modern")), "RH-STORE-LOGIN", "a role that does not exist");
    assert_eq!(refusal(&server.address(&format!("shut:{ESCAPED}"), "shut")), "RH-STORE-LOGIN", "a role that is shut out");
    assert_eq!(refusal(&server.address("trusted", "nowhere")), "RH-STORE-DATABASE");
    assert_eq!(refusal(&server.address("trusted", "modern")), "RH-STORE-NOT-WRITABLE", "somebody else's database");
    assert_eq!(refusal("postgres://trusted@127.0.0.1:1/trusted?sslmode=disable"), "RH-STORE-AWAY", "nobody listens there");
}

#[test]
fn a_password_that_was_changed_shuts_out_at_the_next_line() {
    let server = server();
    let site = Site::of(&[], |how| Keeper::opened(open(&server.address(&format!("modern:{ESCAPED}"), "modern"), options(how)).expect("opens")));
    assert_eq!(site.search("Patient", ""), Vec::<String>::new());
    server.sql("postgres", "ALTER ROLE modern PASSWORD 'another'; SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = 'modern'");
    let fault = site.scoped.search(&site.query("Patient", "")).map(|_| ()).expect_err("shut out");
    assert_eq!(fault.code, "RH-STORE-LOGIN");
    server.sql("postgres", &format!("ALTER ROLE modern PASSWORD '{PASSWORD}'"));
    assert_eq!(site.search("Patient", ""), Vec::<String>::new(), "the store goes on by itself");
}
