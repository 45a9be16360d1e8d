//! One paper on the screen, as it will be printed; or the form in which somebody says what it asks for.

use crate::certificate::{self, Certificate};
use crate::compose::{DOTS, Word, unkept};
use crate::facts::Facts;
use crate::form::{Field, Typed};
use crate::of::{Of, Way, languages};
use crate::print::Stamp;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::view::{HumanName, Script};
use rihla_packs::PaperSize;
use rihla_web::text::{Html, Voice, auto, listed, ltr};
use rihla_web::{BANNER, Desk, Draft, Page, Refusal, percent};
use serde::Deserialize;

/// Numbers of a patient that stand on a paper.
const NUMBERS: usize = 3;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    stay: String,
    lang: String,
    document: String,
    /// When the print was recorded to which the browser was led, in milliseconds.
    printed: Option<i64>,
}

/// A line of a paper: what it says of whom or what.
type Line = (String, Html);

/// A paper, all in its own language.
#[derive(Template)]
#[template(path = "papers/sheet.html")]
struct Sheet {
    voice: Voice,
    size: &'static str,
    group: String,
    site: String,
    title: String,
    /// The patient's name in the script of the paper, and in the other.
    name: Html,
    other: Html,
    who: Vec<Line>,
    facts: Vec<Line>,
    paragraphs: Vec<Html>,
    signatures: Vec<String>,
    confirmed: bool,
    /// Which copy it is, where it is not the first print.
    duplicate: Option<String>,
    /// When it was printed and by whom; none: it is a preview.
    printed: Option<(String, Html)>,
    /// Who certified what is printed, and when.
    certified: Option<(String, Html)>,
    /// It was taken back: when, and why.
    struck: Option<(String, Html)>,
}

#[derive(Template)]
#[template(path = "papers/paper.html")]
struct Body<'b> {
    voice: &'b Voice,
    back: String,
    title: String,
    /// The other languages in which it can be had, with the address.
    languages: Vec<Way>,
    act: String,
    stay: &'b str,
    document: &'b str,
    lang: &'static str,
    author: String,
    /// This page is a print that was recorded.
    recorded: bool,
    /// Who looks may take it back: where to, and the patient whose page it is.
    strike: Option<(String, &'b str)>,
    sheet: String,
}

#[derive(Template)]
#[template(path = "papers/form.html")]
struct FormBody<'b> {
    voice: &'b Voice,
    back: String,
    title: String,
    languages: Vec<Way>,
    of: &'b Of,
    here: String,
    name: String,
    author: String,
    id: String,
    fields: Vec<Field>,
    wrong: bool,
    draft: Option<String>,
    sheet: String,
}

/// `GET /patients/{patient}/papers/{paper}?stay=…&lang=…`
pub async fn show(desk: Desk, Path((patient, paper)): Path<(String, String)>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let mut of = Of::open(desk, &patient, &paper, &asked.stay, &asked.lang)?;
    if !of.paper.is_certificate() {
        of.suits()?;
        let stamp = stamp(&of, of.stay(), asked.printed)?;
        let facts = Facts::read(&of.desk, &patient, of.told.as_ref(), of.lang)?;
        let text = certificate::text(&of, &facts, |_| Word::Unknown);
        let sheet = sheet(&of, &facts, &text, None, stamp.as_ref());
        return whole(&of, &asked, stamp.is_some(), false, sheet.render()?);
    }
    if asked.document.is_empty() {
        of.suits()?;
        let draft = of.desk.draft(&certificate::key(&of))?;
        let typed = draft.as_ref().map(|draft| Typed::with_draft(&of.paper, |field| draft.field(field).to_owned())).unwrap_or_default();
        return form(&of, &typed, &[], draft.as_ref());
    }
    let found = certificate::read(&of, &asked.document)?;
    // What was certified is printed in the language in which it was.
    of.lang = found.lang;
    let stamp = stamp(&of, &found.id, asked.printed)?;
    let facts = Facts::read(&of.desk, &patient, of.told.as_ref(), of.lang)?;
    let sheet = sheet(&of, &facts, &found.text, Some(&found), stamp.as_ref());
    whole(&of, &asked, stamp.is_some(), found.struck.is_none() && found.is_of(&of.desk), sheet.render()?)
}

fn stamp(of: &Of, about: &str, printed: Option<i64>) -> Result<Option<Stamp>, Refusal> {
    let all = of.desk.printed(&of.banner.id)?;
    Ok(Stamp::of(&all, &of.paper.code, about, printed, of.desk.voice.now()))
}

fn whole(of: &Of, asked: &Asked, recorded: bool, strikes: bool, sheet: String) -> Result<Response, Refusal> {
    let body = Body {
        voice: &of.desk.voice,
        back: back(of),
        title: of.title(),
        languages: if asked.document.is_empty() { others(of) } else { Vec::new() },
        act: format!("/patients/{}/papers/{}/print", percent(&of.banner.id), of.paper.code),
        stay: of.stay(),
        document: &asked.document,
        lang: of.lang.tag(),
        author: of.desk.person.mark(),
        recorded,
        strike: strikes.then(|| (format!("/patients/{}/papers/{}/strike", percent(&of.banner.id), of.paper.code), of.banner.id.as_str())),
        sheet,
    }
    .render()?;
    page(of, body)
}

/// The form of a certificate, with what is wrong with it, and the paper below as it will be.
pub fn form(of: &Of, typed: &Typed, faults: &[(String, &'static str)], draft: Option<&Draft>) -> Result<Response, Refusal> {
    let facts = Facts::read(&of.desk, &of.banner.id, of.told.as_ref(), of.lang)?;
    let text = certificate::text(of, &facts, |ask| Word::Said(format!("[{}]", facts.desk.named(&ask.names))));
    let sheet = sheet(of, &facts, &text, None, None).render()?;
    let body = FormBody {
        voice: &of.desk.voice,
        back: back(of),
        title: of.title(),
        languages: others(of),
        of,
        here: of.path(of.lang, ""),
        name: of.banner.formal(),
        author: of.desk.person.mark(),
        id: of.desk.reserve("DocumentReference", &of.banner.id)?,
        fields: typed.fields(&of.desk, &of.paper, faults),
        wrong: !faults.is_empty(),
        draft: draft.map(|draft| of.desk.voice.time(draft.at)),
        sheet,
    }
    .render()?;
    page(of, body)
}

fn page(of: &Of, body: String) -> Result<Response, Refusal> {
    let live = BANNER.into_iter().map(|part| (part, of.banner.id.clone())).collect();
    of.desk.page(Page { title: of.title(), nav: "/patients", patient: Some(&of.banner), tab: Some("papers"), live, body, ..Page::default() })
}

fn back(of: &Of) -> String {
    format!("/patients/{}/papers", percent(&of.banner.id))
}

fn others(of: &Of) -> Vec<Way> {
    languages(&of.paper).filter(|lang| *lang != of.lang).map(|lang| Way::new(&of.desk, lang, of.path(lang, ""))).collect()
}

fn sheet(of: &Of, facts: &Facts<'_>, text: &str, certified: Option<&Certificate>, stamp: Option<&Stamp>) -> Sheet {
    let (desk, voice) = (&facts.desk, facts.voice());
    let (title, paragraphs) = unkept(text);
    let script = Script::of_lang(voice.lang());
    let name = |name: Option<&HumanName>| name.map(|name| auto(name.formal())).unwrap_or_default();
    let line = |fact: &String| (voice.t(&listed(rihla_web::key!("papers-fact-*"), fact)), auto(facts.value(fact).unwrap_or_else(|| DOTS.to_owned())));
    Sheet {
        size: if of.paper.size == PaperSize::A5 { "a5" } else { "a4" },
        group: desk.named(&desk.house.pack().group.names).into_owned(),
        site: facts.site().unwrap_or_default(),
        title: title.to_owned(),
        name: name(facts.person.names.first(script)),
        other: name(facts.person.names.second(script)),
        who: who(facts),
        facts: of.paper.facts.iter().map(line).collect(),
        paragraphs: paragraphs.into_iter().map(auto).collect(),
        signatures: of.paper.signatures.iter().map(|names| desk.named(names).into_owned()).collect(),
        confirmed: of.paper.provenance.validator.is_some(),
        duplicate: stamp.map(Stamp::duplicate).filter(|number| *number > 0).map(|number| number.to_string()),
        printed: stamp.map(|stamp| (voice.date_time(stamp.print.at), auto(&stamp.print.by))),
        certified: certified.map(|one| (voice.date_time(one.date.as_str()), auto(&one.author))),
        struck: certified.and_then(|one| one.struck.as_ref()).map(|(at, why)| (voice.date_time(at.as_str()), auto(why))),
        voice: voice.clone(),
    }
}

/// Sex, birth and numbers, each as it is known.
fn who(facts: &Facts<'_>) -> Vec<Line> {
    let voice = facts.voice();
    let fact = |name: &str| facts.value(name).unwrap_or_else(|| DOTS.to_owned());
    let mut who = vec![(voice.t("papers-fact-sex"), auto(fact("sex"))), (voice.t("papers-fact-born"), auto(fact("born")))];
    who.extend(facts.person.numbers.iter().take(NUMBERS).map(|number| (number.kind.clone(), ltr(&number.value))));
    who
}
