//! The command bar: find a patient, a page, an act. Modules answer for what is theirs.

use crate::desk::Desk;
use crate::page::Page;
use crate::refuse::Refusal;
use crate::text::Html;
use askama::Template;
use axum::extract::Form;
use axum::response::Response;
use rihla_fhirpath::normalize;
use serde::Deserialize;

/// One answer of the command bar.
#[derive(Clone, Debug)]
pub struct Command {
    pub icon: &'static str,
    pub label: Html,
    pub detail: Html,
    pub path: String,
}

/// Answers that one module may give.
pub const ANSWERS: usize = 8;

#[derive(Template)]
#[template(path = "web/commands.html")]
struct Answers<'a> {
    voice: crate::text::Voice,
    asked: bool,
    /// What these are the answers to.
    q: &'a str,
    commands: Vec<Command>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

/// `POST /commands`: names of people are typed here, and have no place in an address.
pub(crate) async fn answer(desk: Desk, Form(asked): Form<Asked>) -> Result<Response, Refusal> {
    let query = asked.q.trim();
    let mut commands = pages(&desk, query);
    for screens in desk.house.screens() {
        if let (Some(answer), false) = (screens.commands, query.is_empty()) {
            commands.extend(answer(&desk, query)?.into_iter().take(ANSWERS));
        }
    }
    let body = Answers { voice: desk.voice.clone(), asked: !query.is_empty(), q: query, commands }.render()?;
    if desk.wants_part() {
        return Ok(desk.part(body));
    }
    desk.page(Page {
        title: desk.voice.t("web-commands"),
        body: format!(r#"<h1>{}</h1><div class="commands-page">{body}</div>"#, Html::text(desk.voice.t("web-commands"))),
        ..Page::default()
    })
}

/// Pages of the rail whose words hold what was typed.
fn pages(desk: &Desk, query: &str) -> Vec<Command> {
    let wanted = normalize(query);
    let entries = desk.house.screens().iter().flat_map(|screens| screens.nav).chain(crate::people::NAV).chain(crate::audit::NAV);
    let mine = entries.filter(|entry| desk.person.may(entry.permission.0));
    let command = |entry: &crate::screens::Nav| {
        let label = desk.voice.t(entry.label);
        let fits = normalize(&label).split(' ').any(|word| word.starts_with(wanted.as_ref()));
        fits.then(|| Command { icon: entry.icon, label: Html::text(&label), detail: Html::text(""), path: entry.path.to_owned() })
    };
    mine.filter_map(command).collect()
}
