//! What a new module's folder holds.

/// Paths below the folder, with their texts.
pub fn files(name: &str) -> Vec<(String, String)> {
    let fill = |text: &str| text.replace("NAME", name).replace("TITLE", &title(name));
    let mut files = vec![("Cargo.toml".to_owned(), fill(MANIFEST)), ("spec.md".to_owned(), fill(SPEC)), ("src/lib.rs".to_owned(), fill(LIB))];
    files.push(("askama.toml".to_owned(), ASKAMA.to_owned()));
    files.push((format!("templates/{name}/page.html"), fill(PAGE)));
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
rihla-web.workspace = true
askama.workspace = true
axum.workspace = true
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

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use rihla_kernel::{Module, Permission};
use rihla_web::text::{Catalogue, Voice};
use rihla_web::{Desk, House, Nav, Page, Refusal, Screens};

/// Seeing its pages. A role has it once the pack says so.
pub const READ: Permission = Permission("NAME.read");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "NAME", permissions: &[READ] };

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "NAME",
        texts: [include_str!("../locales/fr/NAME.ftl"), include_str!("../locales/ar/NAME.ftl"), include_str!("../locales/en/NAME.ftl")],
    },
    nav: &[Nav { path: "/NAME", label: rihla_web::key!("NAME-title"), icon: "list", permission: READ }],
    routes,
    tabs: &[],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new().route("/NAME", get(show))
}

#[derive(Template)]
#[template(path = "NAME/page.html")]
struct Body<'b> {
    voice: &'b Voice,
}

async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(READ)?;
    let body = Body { voice: &desk.voice }.render()?;
    desk.page(Page { title: desk.voice.t("NAME-title"), nav: "/NAME", body, ..Page::default() })
}
"#;

const PAGE: &str = "<h1>{{ voice.t(\"NAME-title\") }}</h1>\n";

const ASKAMA: &str = "[general]\ndirs = [\"templates\", \"../../crates/web/templates\"]\n";

const WORDS: &str = "NAME-title = TITLE\n";
