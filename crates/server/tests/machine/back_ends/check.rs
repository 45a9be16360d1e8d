//! `rihla check-store`: what is fit is said so, and what is not is found, named and makes the exit code.

use rihla_test_postgres::{Database, Setup};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// The exit code, and the names of the rules that are not kept, by how badly.
fn check(url: &str) -> (i32, Vec<String>, Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_rihla")).args(["check-store", url]).output().expect("runs");
    let said = String::from_utf8(output.stdout).expect("text");
    let names = |level: &str| -> Vec<String> {
        let lines = said
            .lines()
            .filter_map(|line| line.strip_prefix(level)?.strip_prefix(' '))
            .map(|rest| rest.trim_start().split("  ").next().unwrap_or("").to_string());
        lines.collect()
    };
    assert!(said.lines().last().is_some_and(|line| line.contains(" ok, ")), "{said}{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code().expect("an exit code"), names("not fit"), names("warning"))
}

/// What depends on the machine that the tests run on.
const MACHINE: [&str; 7] = ["file system", "shared_buffers", "free space", "round trip", "commit", "flush", "container layer"];

fn of_house(names: Vec<String>) -> Vec<String> {
    names.into_iter().filter(|name| !MACHINE.contains(&name.as_str())).collect()
}

#[test]
fn a_database_is_judged_setting_by_setting() {
    // That of all other tests: fast, unsafe, entered as a superuser.
    let (code, unfit, warned) = check(&Database::fresh().url());
    assert_eq!((code, of_house(unfit)), (4, vec!["fsync".to_string(), "full_page_writes".to_string()]));
    assert_eq!(of_house(warned), ["wal_level", "data_checksums", "archive_mode", "user"]);

    let server = Setup { durable: true, ..Setup::default() }.start();
    let database = "judged";
    let url = server.make_database(database).replace("rihla@", "keeper@");
    server.sql("postgres", &format!("CREATE USER keeper; ALTER DATABASE {database} OWNER TO keeper"));
    let (code, unfit, warned) = check(&url);
    assert_eq!((of_house(unfit), of_house(warned)), (vec![], vec!["data_checksums".to_string(), "archive_mode".to_string()]));
    assert!(code == 6 || code == 4, "{code}");
    let changes = [
        ("ALTER ROLE keeper SET synchronous_commit = off", "ALTER ROLE keeper RESET synchronous_commit", "synchronous_commit"),
        ("ALTER ROLE keeper SET default_transaction_read_only = on", "ALTER ROLE keeper RESET default_transaction_read_only", "takes writes"),
        ("ALTER ROLE keeper CONNECTION LIMIT 5", "ALTER ROLE keeper CONNECTION LIMIT -1", "connections left"),
        ("ALTER ROLE keeper SET statement_timeout = 9000", "ALTER ROLE keeper RESET statement_timeout", "time limits"),
        ("ALTER SYSTEM SET full_page_writes = off", "ALTER SYSTEM RESET full_page_writes", "full_page_writes"),
        ("ALTER SYSTEM SET autovacuum = off", "ALTER SYSTEM RESET autovacuum", "autovacuum"),
    ];
    for (change, back, name) in changes {
        let told = |sql: &str| {
            server.sql(database, sql);
            // The settings of the whole server reach a session that begins after the server has read them.
            server.sql(database, "SELECT pg_reload_conf()");
        };
        told(change);
        let found = (0..200).find_map(|_| {
            let (_, unfit, warned) = check(&url);
            unfit.iter().chain(&warned).any(|found| found == name).then_some(())
        });
        assert!(found.is_some(), "{change} is not noticed");
        told(back);
    }
    server.sql(database, "ALTER SCHEMA public OWNER TO rihla; REVOKE CREATE ON SCHEMA public FROM keeper, public");
    server.sql(database, &format!("REVOKE TEMP ON DATABASE {database} FROM public; ALTER DATABASE {database} OWNER TO rihla"));
    let (code, unfit, _) = check(&url);
    assert_eq!((code, of_house(unfit)), (4, vec!["may make tables".to_string(), "temporary tables".to_string()]));
}

#[test]
fn a_folder_is_judged_by_its_rights() {
    let folder = rihla_testkit::Folder::new();
    let url = format!("sqlite:{}", folder.path().display());
    let rights = |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("set");
    let record = folder.path().join("record.db");
    fs::write(&record, "").expect("written");
    let cases = [
        (0o700, 0o600, vec![], vec![]),
        (0o755, 0o644, vec![], vec!["rights of the folder".to_string()]),
        (0o700, 0o666, vec!["rights of the record".to_string()], vec![]),
    ];
    for (of_folder, of_record, unfit, warned) in cases {
        rights(folder.path(), of_folder);
        rights(&record, of_record);
        let (_, found, hints) = check(&url);
        assert_eq!((of_house(found), of_house(hints)), (unfit, warned));
    }
    let left: Vec<_> = fs::read_dir(folder.path()).expect("there").map(|entry| entry.expect("a file").file_name()).collect();
    assert_eq!(left, ["record.db"], "nothing is left behind");
}
