//! Making a form: a draft is typed, tried beside, and saved as the draft of the next version. An active form is never changed
//! in its place.

use crate::bench::{Bench, Pick, Row, Text, names, of_whole, texts};
use crate::faults::Told;
use crate::field::Line;
use crate::fill::{Fields, draft_of};
use crate::publish::is_meanwhile;
use crate::version::{self, Version};
use crate::{EDIT, FILL, preview};
use askama::Template;
use axum::extract::{Form as Sent, Path};
use axum::response::Response;
use rihla_fhir::json::{Limits, parse};
use rihla_kernel::{Fault, FaultKind};
use rihla_questionnaire::edit::{ENTRIES, Work, differences, kept, kept_of_form};
use rihla_store::Stored;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, DraftKey, Page, Refusal, go, look, percent, type_of};

/// What is edited.
struct Of {
    desk: Desk,
    /// The questionnaire that the page is of; none: a new form.
    there: Option<Version>,
}

/// What the page says above all.
#[derive(Default)]
struct Said {
    /// It was to be saved, and cannot be.
    judged: bool,
    draft: Option<String>,
    /// Somebody else wrote meanwhile: who, when, and what is another now.
    meanwhile: Option<Meanwhile>,
    focus: Option<usize>,
    invalid: bool,
}

struct Meanwhile {
    by: Html,
    at: String,
    changes: Vec<String>,
    /// The version that may be written over now that it was seen; 0: another draft stands in the way.
    over: u32,
    path: String,
}

/// The part that follows the typing: the questions, and the form as it will be filled in.
struct View {
    rows: Vec<Row>,
    whole: Vec<Told>,
    kept: Option<Html>,
    lines: Vec<Line>,
    unsettled: bool,
    faulty: bool,
    title: Html,
    full: bool,
}

#[derive(Template)]
#[template(path = "forms/work.html")]
struct Part<'p> {
    voice: &'p Voice,
    view: View,
}

#[derive(Template)]
#[template(path = "forms/edit.html")]
struct Body<'b> {
    voice: &'b Voice,
    view: View,
    heading: String,
    back: String,
    here: String,
    form: String,
    author: String,
    id: String,
    version: u32,
    titles: Vec<Text>,
    abouts: Vec<Text>,
    users: Vec<Pick>,
    judged: bool,
    invalid: bool,
    draft: Option<String>,
    meanwhile: Option<Meanwhile>,
    /// It becomes the next version of what is filled in now.
    next: bool,
    fresh: bool,
}

impl Of {
    fn new(desk: Desk, id: Option<&str>) -> Result<Self, Refusal> {
        desk.require(EDIT)?;
        let there = id.map(|id| Version::read(&desk, id)).transpose()?;
        let many = there.as_ref().and_then(|there| look(&there.stored, |root| kept(root).len())).unwrap_or(0);
        if many > ENTRIES {
            let says = "This form has more questions than the editor takes. Export it, change the file, and take it over again.";
            return Err(Fault::new(FaultKind::Unprocessable, "RH-FORMS-EDIT-MANY", says).into());
        }
        Ok(Self { desk, there })
    }

    /// Whether a draft is changed in its place; else a new one is made.
    fn in_place(&self) -> bool {
        self.there.as_ref().is_some_and(|there| there.is("draft"))
    }

    fn here(&self) -> String {
        self.there.as_ref().map_or_else(|| "/forms/new".to_owned(), |there| format!("/forms/{}/edit", percent(&there.sheet.id)))
    }

    fn form(&self) -> String {
        draft_of("edit", self.there.as_ref().map_or("new", |there| &there.sheet.id))
    }

    /// The version that the page was opened on: what it does not show is taken from there.
    fn base(&self, version: u32) -> Result<Option<Stored>, Refusal> {
        let Some(there) = &self.there else { return Ok(None) };
        if version == there.stored.vid || version == 0 {
            return Ok(Some(there.stored.clone()));
        }
        Ok(Some(self.desk.record.vread(type_of("Questionnaire")?, &there.sheet.id, version)?))
    }

    /// What was made from this page, under the id that the page was given.
    fn made(&self, name: &str) -> Option<Version> {
        Version::read(&self.desk, name).ok().filter(|_| !self.in_place())
    }

    /// Whether exactly this was saved from this page before.
    fn is_sent_twice(&self, work: &Work, version: u32, name: &str) -> Result<bool, Refusal> {
        let Some(made) = self.made(name) else { return Ok(false) };
        let json = self.json(work, self.base(version)?.as_ref(), name);
        let Ok(doc) = parse(json.as_bytes(), &Limits::default()) else { return Ok(false) };
        Ok(look(&made.stored, |root| differences(root, doc.root()).is_empty()).unwrap_or(false))
    }

    fn json(&self, work: &Work, base: Option<&Stored>, id: &str) -> String {
        let url = version::address(id);
        match base {
            Some(base) => look(base, |root| work.json(Some(root), &url)).unwrap_or_default(),
            None => work.json(None, &url),
        }
    }
}

/// `GET /forms/new`
pub async fn show_new(desk: Desk) -> Result<Response, Refusal> {
    open(Of::new(desk, None)?)
}

/// `GET /forms/{questionnaire}/edit`
pub async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, Refusal> {
    let of = Of::new(desk, Some(&id))?;
    // Who typed something here comes back to it, and is told of the other draft when it is saved.
    let typed = of.desk.draft(&DraftKey { form: &of.form(), patient: "", stay: "" })?.is_some();
    if let Some(there) = of.there.as_ref().filter(|there| !there.is("draft") && !typed)
        && let Some(draft) = version::draft_beside(&of.desk, &there.address(), "")?
    {
        return Ok(go(&format!("/forms/{}/edit", percent(&draft.sheet.id)), &[]));
    }
    open(of)
}

fn open(of: Of) -> Result<Response, Refusal> {
    let draft = of.desk.draft(&DraftKey { form: &of.form(), patient: "", stay: "" })?;
    let own = of.there.as_ref().map_or(0, |there| there.stored.vid);
    let (work, fields, version) = match &draft {
        // What was typed is of the version on which it was typed.
        Some(draft) => (Work::typed(draft.fields()), Some(draft.fields()), draft.field("version").parse().unwrap_or(own)),
        None => (of.there.as_ref().and_then(|there| look(&there.stored, Work::of)).unwrap_or_default(), None, own),
    };
    let said = Said { draft: draft.as_ref().map(|draft| of.desk.voice.time(draft.at)), ..Said::default() };
    page(&of, &work, fields, version, "", said)
}

/// `POST /forms/new/part`
pub async fn part_new(desk: Desk, Sent(fields): Sent<Fields>) -> Result<Response, Refusal> {
    part_of(Of::new(desk, None)?, &fields)
}

/// `POST /forms/{questionnaire}/edit/part`
pub async fn part(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Result<Response, Refusal> {
    part_of(Of::new(desk, Some(&id))?, &fields)
}

fn part_of(of: Of, fields: &Fields) -> Result<Response, Refusal> {
    of.desk.same_author(own(fields, "_author"))?;
    let base = of.base(own(fields, "version").parse().unwrap_or(0))?;
    let view = view(&of, &Work::typed(fields), base.as_ref(), Some(fields), None)?;
    let body = Part { voice: &of.desk.voice, view }.render()?;
    Ok(of.desk.part(body))
}

/// `POST /forms/new`
pub async fn save_new(desk: Desk, Sent(fields): Sent<Fields>) -> Result<Response, Refusal> {
    act(desk, None, &fields).await
}

/// `POST /forms/{questionnaire}/edit`
pub async fn save(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Result<Response, Refusal> {
    act(desk, Some(&id), &fields).await
}

fn own<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", String::as_str)
}

async fn act(desk: Desk, id: Option<&str>, fields: &Fields) -> Result<Response, Refusal> {
    let of = Of::new(desk.clone(), id)?;
    desk.same_author(own(fields, "_author"))?;
    let mut work = Work::typed(fields);
    let version = own(fields, "version").parse().unwrap_or(0);
    let name = own(fields, "_id");
    let (saves, over) = (own(fields, "act") == "save", own(fields, "act") == "over");
    if !saves && !over {
        // A button of the form that is tried changes the trial alone.
        let own = own(fields, "act");
        let focus = if own.starts_with("add:q") { None } else { work.act(own) };
        return page(&of, &work, Some(fields), version, name, Said { focus, ..Said::default() });
    }
    if !work.faults().is_empty() {
        return page(&of, &work, Some(fields), version, name, Said { judged: true, ..Said::default() });
    }
    if of.is_sent_twice(&work, version, name)? {
        return Ok(go(&format!("/forms/{}", percent(name)), &[]));
    }
    let seen = over.then(|| own(fields, "over").parse::<u32>().unwrap_or(0));
    if let Some(meanwhile) = meanwhile(&of, version, name, seen)? {
        return page(&of, &work, Some(fields), version, name, Said { meanwhile: Some(meanwhile), ..Said::default() });
    }
    match write(&of, &work, version, name).await {
        Err(refusal) if refusal.fault().is_some_and(is_meanwhile) => {
            let of = Of::new(desk, id)?;
            let meanwhile = meanwhile(&of, version, name, None)?;
            page(&of, &work, Some(fields), version, name, Said { meanwhile, ..Said::default() })
        }
        Err(refusal) if refusal.fault().is_some_and(|fault| fault.code == "RH-WEB-INVALID") => {
            page(&of, &work, Some(fields), version, name, Said { invalid: true, ..Said::default() })
        }
        decided => decided.map(|id| go(&format!("/forms/{}", percent(&id)), &[])),
    }
}

/// Who wrote since the page was opened, unless that was seen and is to be written over.
fn meanwhile(of: &Of, version: u32, name: &str, seen: Option<u32>) -> Result<Option<Meanwhile>, Refusal> {
    let voice = &of.desk.voice;
    let (other, over) = match &of.there {
        Some(there) if of.in_place() => {
            if version == there.stored.vid || seen == Some(there.stored.vid) {
                return Ok(None);
            }
            (there.clone(), there.stored.vid)
        }
        there => {
            // What was saved from this page already is a draft as much as another's.
            let beside = match (of.made(name), there) {
                (Some(made), _) => Some(made),
                (None, Some(there)) => version::draft_beside(&of.desk, &there.address(), name)?,
                (None, None) => None,
            };
            let Some(draft) = beside else { return Ok(None) };
            (draft, 0)
        }
    };
    let by = other.written.clone().unwrap_or_default();
    let base = of.base(version)?;
    let changes = base.as_ref().and_then(|base| crate::versions::changes(base, &other.stored, voice)).unwrap_or_default();
    let path = format!("/forms/{}", percent(&other.sheet.id));
    Ok(Some(Meanwhile { by: auto(by.by), at: voice.date_time(by.at.as_str()), changes, over, path }))
}

/// The id of the draft that was written.
async fn write(of: &Of, work: &Work, version: u32, name: &str) -> Result<String, Refusal> {
    let desk = &of.desk;
    let base = of.base(version)?;
    let (id, from) = match &of.there {
        Some(there) if of.in_place() => (there.sheet.id.as_str(), None),
        Some(there) => (name, Some(there.canonical())),
        None => (name, None),
    };
    // A form that had no address gets one of where it lies first.
    let json = of.json(work, base.as_ref(), of.there.as_ref().map_or(id, |there| &there.sheet.id));
    let doc = parse(json.as_bytes(), &Limits::default()).map_err(|_| Refusal::not_found())?;
    let json = version::as_draft(desk, doc.root(), &version::address(id), from.as_deref());
    let form = of.form();
    let marks = vec![desk.without_draft(&DraftKey { form: &form, patient: "", stay: "" })];
    match &of.there {
        Some(there) if of.in_place() => {
            desk.update("Questionnaire", id, there.stored.vid, |root, edits| edits.replace(root, json), marks).await?;
        }
        _ => desk.create_as(id, &json, marks).await?,
    }
    Ok(id.to_owned())
}

fn view(of: &Of, work: &Work, base: Option<&Stored>, fields: Option<&Fields>, focus: Option<usize>) -> Result<View, Refusal> {
    let voice = &of.desk.voice;
    let (kept, kept_whole) = base.and_then(|base| look(base, |root| (kept(root), kept_of_form(root)))).unwrap_or_default();
    let tried = preview::preview(&of.desk, of.json(work, base, "new").as_bytes(), fields)?;
    let mut faults = work.faults();
    // A new form is empty, which is no news.
    if work.entries.is_empty() && fields.is_none() {
        faults.clear();
    } else {
        faults.extend(tried.faults);
    }
    let bench = Bench { voice, work, kept: &kept, faults: &faults, focus };
    Ok(View {
        rows: bench.rows(),
        whole: of_whole(&faults, work, voice),
        kept: (!kept_whole.is_empty()).then(|| names(&kept_whole)),
        faulty: !faults.is_empty(),
        lines: tried.lines,
        unsettled: tried.unsettled,
        title: auto(work.said(voice.lang())),
        full: work.entries.len() >= ENTRIES,
    })
}

fn page(of: &Of, work: &Work, fields: Option<&Fields>, version: u32, name: &str, said: Said) -> Result<Response, Refusal> {
    let (desk, voice) = (&of.desk, &of.desk.voice);
    let base = of.base(version)?;
    let heading = match &of.there {
        None => voice.t("forms-new"),
        Some(there) => voice.ta("forms-edit-of", &[("title", there.sheet.words(voice.lang()))]),
    };
    let roles = desk.house.pack().roles.list.iter().filter(|role| role.permissions.iter().any(|own| own == FILL.0));
    let body = Body {
        voice,
        view: view(of, work, base.as_ref(), fields, said.focus)?,
        heading: heading.clone(),
        back: of.there.as_ref().map_or_else(|| "/forms".to_owned(), |there| format!("/forms/{}", percent(&there.sheet.id))),
        here: of.here(),
        form: of.form(),
        author: desk.person.mark(),
        id: if name.is_empty() { desk.record.reserve(type_of("Questionnaire")?, None)?.to_text() } else { name.to_owned() },
        version,
        titles: texts(voice, &work.title),
        abouts: texts(voice, &work.about),
        users: roles
            .map(|role| Pick { value: role.code.clone(), words: desk.named(&role.names).into_owned(), chosen: work.users.contains(&role.code) })
            .collect(),
        judged: said.judged,
        invalid: said.invalid,
        draft: said.draft,
        meanwhile: said.meanwhile,
        next: of.there.is_some() && !of.in_place(),
        fresh: of.there.is_none(),
    }
    .render()?;
    desk.page(Page { title: heading, nav: "/forms", body, ..Page::default() })
}
