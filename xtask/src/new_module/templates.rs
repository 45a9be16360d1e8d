//! What a new module's folder holds.

/// Paths below the folder, with their texts.
pub fn files(name: &str) -> Vec<(String, String)> {
    let fill = |text: &str| text.replace("NAME", name).replace("TITLE", &title(name));
    let mut files = vec![("Cargo.toml".to_owned(), fill(MANIFEST)), ("spec.md".to_owned(), fill(SPEC)), ("src/lib.rs".to_owned(), fill(LIB))];
    files.extend(["fr", "ar", "en"].map(|language| (format!("locales/{language}/{name}.ftl"), fill(WORDS))));
    files
}

/// `bed-board` is shown as `Bed board` until its words are written.
fn title(name: &str) -> String {
    let spaced = name.replace('-', " ");
    let mut characters = spaced.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

const MANIFEST: &str = r#"[package]
name = "rihla-NAME"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lints]
workspace = true

[dependencies]
rihla-kernel.workspace = true
"#;

const SPEC: &str = r"# TITLE

Written in the words of those who use it. A criterion has an id, and a test carries the same id.

## Who uses it

| who | where | for what |
|---|---|---|

## What it reads and writes

| FHIR resource | read | written | why |
|---|---|---|---|

## Permissions

| permission | allows |
|---|---|
| `NAME.read` | seeing its pages |

## Acceptance criteria

| id | given, when, then |
|---|---|
";

const LIB: &str = r#"//! TITLE: see `spec.md` for who uses it and what it has to do.

use rihla_kernel::{Module, Permission};

/// Seeing its pages.
pub const READ: Permission = Permission("NAME.read");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "NAME", permissions: &[READ] };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("NAME.")));
    }

    #[test]
    fn every_language_has_the_same_words() {
        let keys = |text: &'static str| text.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect::<Vec<_>>();
        let french = keys(include_str!("../locales/fr/NAME.ftl"));
        assert_eq!(keys(include_str!("../locales/ar/NAME.ftl")), french);
        assert_eq!(keys(include_str!("../locales/en/NAME.ftl")), french);
    }
}
"#;

const WORDS: &str = "title = TITLE\n";
