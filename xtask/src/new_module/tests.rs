use super::*;
use crate::tidy;
use std::io::Write;
use std::process::{Command, Stdio};

const LIST: &str = "//! The one list.\n\nuse rihla_web::Screens;\n\npub static MODULES: &[&Screens] = &[];\n";
const SERVER: &str =
    "[package]\nname = \"rihla-server\"\nlicense.workspace = true\n\n[dependencies]\nclap.workspace = true\n\n[dev-dependencies]\nproptest.workspace = true\n";

/// A small copy of the places that a new module touches; gone when dropped.
struct House(std::path::PathBuf);

impl House {
    fn new(test: &str) -> Self {
        let root = std::env::temp_dir().join(format!("rihla-new-module-{test}-{}", std::process::id()));
        fs::create_dir_all(root.join("crates/server/src")).expect("folder");
        fs::write(root.join(WORKSPACE), "[workspace]\nmembers = [\"crates/*\"]\n").expect("file");
        fs::write(root.join(SERVER_MANIFEST), SERVER).expect("file");
        fs::write(root.join(MODULE_LIST), LIST).expect("file");
        Self(root)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).expect(path)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_new_module_is_named_in_each_place_once() {
    let house = House::new("named");
    create(&house.0, "bed-board").expect("first");
    create(&house.0, "wards").expect("second");
    assert_eq!(house.text(WORKSPACE), "[workspace]\nmembers = [\"modules/*\", \"crates/*\"]\n");
    let server = "clap.workspace = true\nrihla-bed-board = { path = \"../../modules/bed-board\" }\nrihla-wards = { path = \"../../modules/wards\" }\n\n[dev-dependencies]";
    assert!(house.text(SERVER_MANIFEST).contains(server));
    assert!(house.text(MODULE_LIST).ends_with("pub static MODULES: &[&Screens] = &[&rihla_bed_board::SCREENS, &rihla_wards::SCREENS];\n"));
    assert!(create(&house.0, "wards").is_err());
}

#[test]
fn a_long_list_takes_a_line_for_each() {
    let text = LIST.replace("&[];", "&[\n    &rihla_emergency_department::SCREENS,\n    &rihla_operating_theatre::SCREENS,\n];");
    let edited = edits::module_list(&text, "laboratory").expect("list");
    assert!(edited.ends_with("&[\n    &rihla_emergency_department::SCREENS,\n    &rihla_operating_theatre::SCREENS,\n    &rihla_laboratory::SCREENS,\n];\n"));
}

#[test]
fn what_stands_in_the_way_is_named_and_nothing_is_written() {
    let house = House::new("refused");
    fs::remove_file(house.0.join(MODULE_LIST)).expect("removed");
    assert!(create(&house.0, "wards").expect_err("no list").starts_with(MODULE_LIST));
    assert!(!house.0.join("modules").exists());
    for name in ["", "Wards", "1st", "a--b", "a-", "../x", "a_b", "abcdefghijklmnopqrstuvwxyz-1234567"] {
        assert!(create(&house.0, name).is_err(), "{name}");
    }
}

#[test]
fn what_is_written_is_tidy_and_is_rust_in_house_style() {
    let files: Vec<(String, String)> = templates::files("bed-board").into_iter().map(|(path, text)| (format!("modules/bed-board/{path}"), text)).collect();
    assert_eq!(tidy::breaches_of(&files), Vec::<String>::new());
    let manifest: toml::Table = files[0].1.parse().expect("manifest");
    assert_eq!(manifest["package"]["name"].as_str(), Some("rihla-bed-board"));
    let config = crate::root().join("rustfmt.toml");
    let mut rustfmt = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "--config-path"])
        .arg(config)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt");
    rustfmt.stdin.take().expect("stdin").write_all(files[2].1.as_bytes()).expect("written");
    let output = rustfmt.wait_with_output().expect("finished");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
