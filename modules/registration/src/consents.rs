//! The page of what a patient was asked, with the photo; and what is sent from it.

use crate::REGISTER;
use crate::consent::{ASKED, Answer, Given, State, WAYS, over};
use crate::people::{LONGEST, Relative, Said, is_minor, relatives, same_page};
use crate::typed::Typed;
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use rihla_packs::{ConsentKind, KeptFrom};
use rihla_store::Stored;
use rihla_web::text::{Dated, Html, Moment, Voice, auto, listed};
use rihla_web::{BANNER, Banner, Change, Desk, Members, Page, Refusal, go, key, look};
use serde::Deserialize;

/// Answers of one patient that are read.
const SHOWN: &str = "200";

/// One answer, in words.
struct Line {
    id: String,
    state: String,
    /// When, by whom, how.
    about: Vec<Html>,
    words: String,
    given: bool,
}

/// One question with what was answered, the newest first.
struct Question {
    code: String,
    name: String,
    /// Under which the answer of this form is kept.
    id: String,
    lines: Vec<Line>,
}

impl Question {
    fn now(&self) -> Option<&Line> {
        self.lines.first()
    }

    fn before(&self) -> &[Line] {
        self.lines.get(1..).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "registration/consents.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    patient: &'b str,
    photo: bool,
    /// The patient refused it, and one is there.
    unwanted: bool,
    questions: Vec<Question>,
    /// What was given and may be withdrawn.
    given: Vec<(String, String)>,
    persons: Vec<(String, String)>,
    ways: Vec<Said>,
    today: String,
    minor: bool,
    wrong: Vec<String>,
    done: bool,
}

#[derive(Default, Deserialize)]
pub struct Came {
    #[serde(default)]
    done: String,
}

/// `GET /patients/{patient}/consents`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(came): Query<Came>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    page(&desk, &patient, &[], !came.done.is_empty())
}

/// The page again; `wrong`: the keys of what is wrong with a form.
pub fn page(desk: &Desk, patient: &str, wrong: &[&'static str], done: bool) -> Result<Response, Refusal> {
    let voice = &desk.voice;
    let banner = Banner::load(desk, patient)?;
    let (relatives, answers) = (relatives(desk, &banner.id)?, answers(desk, &banner.id)?);
    let own = format!("Patient/{}", banner.id);
    let mut persons = vec![(own, voice.t("registration-consent-self"))];
    persons.extend(relatives.iter().map(|one| (format!("RelatedPerson/{}", one.id), one.words.clone())));
    let mut questions = Vec::new();
    for kind in asked(desk) {
        let id = desk.reserve("Consent", &banner.id)?;
        let lines = answers.iter().filter(|(_, answer)| answer.code == kind.code).map(|(stored, answer)| line(desk, stored, answer, &persons)).collect();
        questions.push(Question { code: kind.code.clone(), name: desk.named(&kind.names).into_owned(), id, lines });
    }
    let body = Body {
        voice,
        author: desk.person.mark(),
        patient: &banner.id,
        photo: banner.photo,
        unwanted: banner.photo && refuses(desk, &answers, KeptFrom::Photo),
        given: questions.iter().filter_map(|one| one.now().filter(|now| now.given).map(|now| (now.id.clone(), one.name.clone()))).collect(),
        questions,
        persons,
        ways: WAYS.iter().map(|way| Said { code: (*way).to_owned(), words: voice.t(&listed(key!("registration-consent-way-*"), way)) }).collect(),
        today: today(desk).map(|day| day.strftime("%d/%m/%Y").to_string()).unwrap_or_default(),
        minor: is_minor(desk, &banner.id)?,
        wrong: wrong.iter().map(|key| voice.t(key)).collect(),
        done,
    };
    let live = BANNER.map(|part| (part, banner.id.clone())).to_vec();
    let page = Page {
        title: voice.t("registration-consents"),
        nav: "/patients",
        patient: Some(&banner),
        tab: Some("consents"),
        live,
        body: body.render()?,
        ..Page::default()
    };
    let mut response = desk.page(page)?;
    if !wrong.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn line(desk: &Desk, stored: &Stored, answer: &Answer, persons: &[(String, String)]) -> Line {
    let voice = &desk.voice;
    let state = match answer.state {
        State::Given => key!("registration-consent-given"),
        State::Refused => key!("registration-consent-refused"),
        State::Withdrawn => key!("registration-consent-withdrawn"),
        State::Over => key!("registration-consent-over"),
    };
    let by = persons.iter().find(|(reference, _)| *reference == answer.by).map(|(_, words)| words.clone()).unwrap_or_default();
    let way = if WAYS.contains(&answer.way.as_str()) { voice.t(&listed(key!("registration-consent-way-*"), &answer.way)) } else { String::new() };
    let witness = if answer.witness.is_empty() { String::new() } else { voice.ta("registration-consent-witnessed", &[("who", answer.witness.as_str())]) };
    let withdrawn = if answer.withdrawn.is_empty() {
        String::new()
    } else {
        voice.ta("registration-consent-since", &[("day", voice.date(answer.withdrawn.as_str()).as_str())])
    };
    let parts = [voice.date(answer.at.as_str()), by, way, witness, withdrawn];
    Line {
        id: stored.id.to_text(),
        state: voice.t(state),
        about: parts.into_iter().filter(|part| !part.is_empty()).map(auto).collect(),
        words: answer.words.clone(),
        given: answer.state == State::Given,
    }
}

pub fn today(desk: &Desk) -> Option<Date> {
    match desk.voice.now().moment(desk.voice.zone()) {
        Moment::Full(now) => Some(now.date()),
        _ => None,
    }
}

/// What is asked today.
pub fn asked(desk: &Desk) -> Vec<&ConsentKind> {
    today(desk).map(|day| desk.house.pack().consents.asked_on(day).collect()).unwrap_or_default()
}

/// The patient's answers, the newest first.
fn answers(desk: &Desk, patient: &str) -> Result<Vec<(Stored, Answer)>, Refusal> {
    let system = desk.house.pack().consent_system();
    let found = desk.search("Consent", &[("patient", patient), ("category", &format!("{ASKED}|asked")), ("_sort", "-_lastUpdated"), ("_count", SHOWN)])?;
    let read = |stored: Stored| look(&stored, |consent| Answer::read(consent, &system)).flatten().map(|answer| (stored, answer));
    let mut all: Vec<(Stored, Answer)> = found.matches.into_iter().filter_map(read).collect();
    // What holds stands before what does not, whenever either was touched last.
    all.sort_by_key(|(_, answer)| !answer.holds());
    Ok(all)
}

fn refuses(desk: &Desk, answers: &[(Stored, Answer)], what: KeptFrom) -> bool {
    let no = |state: State| matches!(state, State::Refused | State::Withdrawn);
    let newest = |kind: &ConsentKind| answers.iter().find(|(_, answer)| answer.code == kind.code).is_some_and(|(_, answer)| no(answer.state));
    desk.house.pack().consents.list.iter().any(|kind| kind.keeps_from == Some(what) && newest(kind))
}

/// Whether the patient refused, or took back, what something needs.
pub fn is_refused(desk: &Desk, patient: &str, what: KeptFrom) -> Result<bool, Refusal> {
    Ok(refuses(desk, &answers(desk, patient)?, what))
}

/// What both forms say besides the answers: by whom and when.
struct Sent<'s> {
    fields: &'s [(String, String)],
    by: String,
    at: String,
    wrong: Vec<&'static str>,
}

impl<'s> Sent<'s> {
    fn read(desk: &Desk, patient: &str, fields: &'s [(String, String)]) -> Result<Self, Refusal> {
        let mut sent = Self { fields, by: String::new(), at: String::new(), wrong: Vec::new() };
        same_page(desk, sent.field("_author"), sent.field("_patient"), patient)?;
        let known: Vec<Relative> = relatives(desk, patient)?;
        let by = sent.field("by").to_owned();
        let may = by == format!("Patient/{patient}") || known.iter().any(|one| by == format!("RelatedPerson/{}", one.id));
        sent.wrong.extend((!may).then_some(key!("registration-wrong-consent-by")));
        let typed = Typed { birth: sent.field("at").to_owned(), ..Typed::default() }.birth_date().filter(|day| day.len() == 10);
        let today = today(desk).map(|day| day.to_string()).unwrap_or_default();
        match typed {
            // Today is now, and a day before is that day.
            Some(day) if day == today => sent.at = desk.instant(),
            Some(day) if day < today => sent.at = day,
            _ => sent.wrong.push(key!("registration-wrong-consent-day")),
        }
        sent.by = by;
        Ok(sent)
    }

    fn field(&self, name: &str) -> &'s str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }
}

/// `POST /patients/{patient}/consents`: what was answered, of each question that was answered.
pub async fn answer(desk: Desk, Path(patient): Path<String>, Form(fields): Form<Vec<(String, String)>>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    let mut sent = Sent::read(&desk, &patient, &fields)?;
    let (way, witness) = (sent.field("way"), sent.field("witness"));
    sent.wrong.extend((!WAYS.contains(&way)).then_some(key!("registration-wrong-consent-way")));
    sent.wrong.extend((witness.chars().count() > LONGEST).then_some(key!("registration-wrong-long")));
    // What is said by word alone needs somebody who heard it.
    sent.wrong.extend((way == "word" && witness.is_empty()).then_some(key!("registration-wrong-consent-witness")));
    let said: Vec<(&ConsentKind, bool)> = asked(&desk)
        .into_iter()
        .filter_map(|kind| match sent.field(&format!("answer-{}", kind.code)) {
            "given" => Some((kind, true)),
            "refused" => Some((kind, false)),
            _ => None,
        })
        .collect();
    sent.wrong.extend(said.is_empty().then_some(key!("registration-wrong-consent-none")));
    if !sent.wrong.is_empty() {
        return page(&desk, &patient, &sent.wrong, false);
    }
    let (system, taken_by) = (desk.house.pack().consent_system(), desk.author_reference());
    let before = answers(&desk, &patient)?;
    let (mut new, mut shut, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for (kind, given) in &said {
        let id = sent.field(&format!("id-{}", kind.code));
        if before.iter().any(|(stored, _)| stored.id.to_text() == id) {
            continue;
        }
        let one = Given { id, patient: &patient, kind, system: &system, given: *given, at: &sent.at, by: &sent.by, way, witness, taken_by: &taken_by };
        // The desks may not shut a record: where the pack says that a refusal does, the node writes it.
        if kind.hides && !given { &mut shut } else { &mut new }.push((id.to_owned(), one.json()));
        let old = before.iter().filter(|(_, answer)| answer.code == kind.code && answer.holds());
        changed.extend(old.filter_map(|(stored, _)| Some(change(stored, look(stored, |consent| over(consent, None))?))));
    }
    desk.write_all(&new, changed, Vec::new()).await?;
    desk.create_by_node(&shut, Vec::new()).await?;
    Ok(go(&format!("/patients/{patient}/consents?done=1"), &[]))
}

fn change(stored: &Stored, members: Members) -> Change {
    Change { ty: "Consent", id: stored.id.to_text(), version: stored.vid, members }
}

/// `POST /patients/{patient}/consents/withdraw`: one that was given holds no more.
pub async fn withdraw(desk: Desk, Path(patient): Path<String>, Form(fields): Form<Vec<(String, String)>>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    let mut sent = Sent::read(&desk, &patient, &fields)?;
    let all = answers(&desk, &patient)?;
    let one = all.iter().find(|(stored, answer)| stored.id.to_text() == sent.field("consent") && answer.state == State::Given);
    sent.wrong.extend(one.is_none().then_some(key!("registration-wrong-consent-over")));
    let ahead = one.is_some_and(|(_, answer)| sent.at.get(..10) < answer.at.get(..10));
    sent.wrong.extend((ahead && !sent.at.is_empty()).then_some(key!("registration-wrong-consent-before")));
    let (Some((stored, _)), []) = (one, sent.wrong.as_slice()) else { return page(&desk, &patient, &sent.wrong, false) };
    let members = look(stored, |consent| over(consent, Some((&sent.at, &sent.by)))).unwrap_or_default();
    desk.write_all(&[], vec![change(stored, members)], Vec::new()).await?;
    Ok(go(&format!("/patients/{patient}/consents?done=1"), &[]))
}
