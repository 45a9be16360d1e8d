//! `rihla schema`: what it prints makes the tables that the program uses, on one machine and spread over several.

use super::places::Places;
use super::story::{Story, open};
use rihla_store_postgres::citus::{CLASSES, Class};
use rihla_test_postgres::Database;
use std::collections::BTreeSet;
use std::process::Command;

fn printed(database: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_rihla")).args(["schema", "--for", database]).output().expect("runs");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("text")
}

fn run(places: &Places, database: &Database, sql: &str) {
    let file = places.path("statements.sql");
    std::fs::write(&file, sql).expect("written");
    database.server().run_file(database.name(), &file);
}

/// Tables and keys of the present schema.
const TABLES: &str = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace ORDER BY 1";
const KEYS_WITHOUT_SHARD: &str = "SELECT indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
     WHERE relnamespace = current_schema()::regnamespace AND (indisunique OR indisprimary OR indisexclusion) \
     AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname = 'shard' AND a.attnotnull)";
const TABLES_WITHOUT_KEY: &str = "SELECT relname FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace \
     AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND indisprimary)";

#[test]
fn every_key_holds_the_shard_and_every_table_has_one_class() {
    let (places, database) = (Places::new(), Database::fresh());
    let url = database.url();
    Story::told_in_short(&places, &url);
    assert_eq!((database.sql(KEYS_WITHOUT_SHARD), database.sql(TABLES_WITHOUT_KEY)), (String::new(), String::new()));
    let tables: BTreeSet<String> = database.sql(TABLES).lines().map(str::to_owned).collect();
    let named: BTreeSet<String> = CLASSES.iter().map(|(table, _)| (*table).to_string()).collect();
    assert_eq!((CLASSES.len(), &named), (tables.len(), &tables), "each once");
    // A foreign key or a sequence would tie machines together.
    assert_eq!(database.sql("SELECT count(*) FROM pg_constraint WHERE contype = 'f'"), "0");
    assert_eq!(database.sql("SELECT count(*) FROM pg_sequences"), "0");
    // The query finds a key that lacks it.
    database.sql("CREATE UNIQUE INDEX wrong ON mark (name)");
    assert_eq!(database.sql(KEYS_WITHOUT_SHARD), "wrong");
}

/// What a move does with each table.
const CARRIED: [&str; 9] = ["actor", "audit", "blob", "blob_use", "claim", "dictionary", "mark", "resource", "version"];
const WRITTEN_ALONG: [&str; 3] = ["blob_part", "directory", "superseded"];
const MADE_ANEW: [&str; 5] = ["audit_index", "owner", "schema_version", "search", "search_1"];

#[test]
fn a_move_leaves_no_table_behind() {
    for database in ["sqlite", "postgres"] {
        let printed = printed(database);
        let names = printed.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")).map(|rest| rest.trim_start_matches("IF NOT EXISTS "));
        let mut left: Vec<&str> = names.filter_map(|rest| rest.split([' ', '(']).next()).collect();
        assert!(left.len() > 10);
        left.retain(|table| ![&CARRIED[..], &WRITTEN_ALONG, &MADE_ANEW].concat().contains(table));
        assert_eq!(left, Vec::<&str>::new(), "say in crates/store-engine/src/carry what becomes of it");
    }
}

#[test]
fn what_is_printed_makes_a_store() {
    let (places, database) = (Places::new(), Database::fresh());
    run(&places, &database, &printed("postgres"));
    let by_hand = database.url();
    let story = Story::told_in_short(&places, &by_hand);
    let node = open(&places, &by_hand);
    story.verify(&node);
    node.close().expect("closes");
    let made = Database::fresh();
    open(&places, &made.url()).close().expect("closes");
    assert_eq!(database.sql(TABLES), made.sql(TABLES));
    assert!(printed("sqlite").contains("PRAGMA user_version = 3;"));
}

/// Stands in for the extension: notes what it is asked for, and refuses what it would refuse of names.
const STAND_IN: &str = "
CREATE SCHEMA noted; CREATE TABLE noted.call (at serial, what text, tab text);
CREATE FUNCTION create_distributed_table(t regclass, c text, colocate_with text DEFAULT 'default') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = t AND attname = c) THEN RAISE 'no such column'; END IF;
  IF colocate_with <> 'default' AND NOT EXISTS (SELECT 1 FROM noted.call WHERE tab = colocate_with AND what = 'Distributed') THEN RAISE 'not there yet'; END IF;
  INSERT INTO noted.call (what, tab) VALUES ('Distributed', t::text); END $$;
CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE sql AS $$ INSERT INTO noted.call (what, tab) VALUES ('Reference', t::text) $$;
CREATE FUNCTION citus_add_local_table_to_metadata(t regclass) RETURNS void LANGUAGE sql AS $$ INSERT INTO noted.call (what, tab) VALUES ('Local', t::text) $$;
";

#[test]
fn what_is_printed_for_citus_names_tables_and_columns_that_are_there() {
    let (places, database) = (Places::new(), Database::fresh());
    let statements = printed("citus").replace("CREATE EXTENSION IF NOT EXISTS citus;", STAND_IN);
    run(&places, &database, &statements);
    let noted = database.sql("SELECT tab || ' ' || what FROM noted.call ORDER BY at");
    let wanted: Vec<String> = CLASSES.iter().map(|(table, class)| format!("{table} {class:?}")).collect();
    assert_eq!(noted.lines().collect::<Vec<_>>(), wanted);
    assert!(CLASSES.iter().any(|(_, class)| *class == Class::Reference));
    // The program takes such a database for its own.
    open(&places, &database.url()).close().expect("closes");
}
