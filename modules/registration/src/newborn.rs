//! A newborn: a record of its own, from the first minute, that says whose child it is.

use crate::REGISTER;
use crate::people::{LONGEST, same_page};
use crate::register::with_number;
use crate::relation::Related;
use crate::typed::{STATE, is_arabic};
use askama::Template;
use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_web::text::{Dated, Moment, Voice};
use rihla_web::{Banner, Desk, Page, Refusal, go, key, look, quoted, written};
use serde::Deserialize;

/// The moment of a birth (<http://hl7.org/fhir/StructureDefinition/patient-birthTime>).
const BIRTH_TIME: &str = "http://hl7.org/fhir/StructureDefinition/patient-birthTime";
/// Children of one birth at most.
const MANY: u8 = 9;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Born {
    #[serde(rename = "_author")]
    author: String,
    #[serde(rename = "_patient")]
    patient: String,
    #[serde(rename = "_id")]
    id: String,
    /// The id of what says who the mother is.
    mother: String,
    sex: String,
    /// In the zone of the site: `2026-11-22T04:05`.
    at: String,
    /// Which child of how many; empty: the only one.
    order: String,
    given: String,
    given_ar: String,
}

#[derive(Template)]
#[template(path = "registration/newborn.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    patient: &'b str,
    born: &'b Born,
    /// The latest that may be typed.
    now: String,
    wrong: Vec<String>,
}

/// `GET /patients/{patient}/newborn`: the patient is the mother.
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    page(&desk, &patient, &Born::default(), &[])
}

fn page(desk: &Desk, mother: &str, born: &Born, wrong: &[&'static str]) -> Result<Response, Refusal> {
    let banner = Banner::load(desk, mother)?;
    let mut born = born.clone();
    if born.id.is_empty() {
        born.id = desk.reserve_patient()?;
        born.mother = desk.reserve("RelatedPerson", &born.id)?;
    }
    let now = match desk.voice.now().moment(desk.voice.zone()) {
        Moment::Full(now) => now.strftime("%Y-%m-%dT%H:%M").to_string(),
        _ => String::new(),
    };
    let wrong_words = wrong.iter().map(|key| desk.voice.t(key)).collect();
    let body = Body { voice: &desk.voice, author: desk.person.mark(), patient: &banner.id, born: &born, now, wrong: wrong_words }.render()?;
    let mut response = desk.page(Page {
        title: desk.voice.t("registration-newborn"),
        nav: "/patients",
        patient: Some(&banner),
        tab: Some("people"),
        body,
        ..Page::default()
    })?;
    if !wrong.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// `POST /patients/{patient}/newborn`
pub async fn create(desk: Desk, Path(mother): Path<String>, Form(born): Form<Born>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    same_page(&desk, &born.author, &born.patient, &mother)?;
    let at = moment(&desk, &born.at);
    let order = born.order.trim();
    let number = order.parse::<u8>().ok().filter(|nth| (1..=MANY).contains(nth));
    let mut wrong = Vec::new();
    wrong.extend((!matches!(born.sex.as_str(), "female" | "male" | "unknown")).then_some(key!("registration-wrong-sex")));
    wrong.extend(at.is_none().then_some(key!("registration-wrong-born")));
    wrong.extend((number.is_none() && !order.is_empty()).then_some(key!("registration-wrong-order")));
    wrong.extend((born.given.chars().count() > LONGEST || born.given_ar.chars().count() > LONGEST).then_some(key!("registration-wrong-long")));
    let (Some(at), []) = (at, wrong.as_slice()) else { return page(&desk, &mother, &born, &wrong) };
    let stored = desk.read("Patient", &mother)?;
    let about = look(&stored, Mother::read).ok_or_else(Refusal::not_found)?;
    let related =
        Related { id: &born.mother, patient: &born.id, code: "MTH", name: &about.name, phone: &about.phone, told: None, record: Some(&mother) }.json();
    with_number(&desk, &|own| vec![(born.id.clone(), about.child(&born, &at, number, own, &desk)), (born.mother.clone(), related.clone())]).await?;
    // The way from the mother to her child, as other systems look for it; the child's own record names her in any case.
    desk.is_also(&mother, &born.mother).await?;
    desk.note_recent(&born.id).await?;
    Ok(go(&format!("/patients/{}", born.id), &[]))
}

/// The moment of the birth as FHIR writes it, and its day; none if it is no moment, or lies ahead.
fn moment(desk: &Desk, typed: &str) -> Option<(String, String)> {
    let typed = typed.trim();
    let whole = if typed.len() == "2026-01-15T08:00".len() { format!("{typed}:00") } else { typed.to_owned() };
    match whole.as_str().moment(desk.voice.zone()) {
        Moment::Full(at) if at.timestamp().as_millisecond() <= desk.voice.now().0 => {
            Some((at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(), at.strftime("%Y-%m-%d").to_string()))
        }
        _ => None,
    }
}

/// What a child's record takes from its mother's.
struct Mother {
    /// Her first name, as JSON.
    name: String,
    families: Vec<(String, bool)>,
    given: Option<String>,
    phone: String,
}

impl Mother {
    fn read(patient: Value<'_>) -> Self {
        let names = patient.all("name");
        let phones = patient.all("telecom").into_iter().filter(|line| line.text("system").as_deref() == Some("phone"));
        Self {
            name: names.first().map(|name| written(*name)).unwrap_or_else(|| "{}".to_owned()),
            families: names.iter().filter_map(|name| name.text("family")).map(|family| (family.to_string(), is_arabic(&family))).collect(),
            given: names.iter().find_map(|name| name.text("given")).map(|given| given.into_owned()),
            phone: phones.filter_map(|line| line.text("value")).map(|phone| phone.into_owned()).next().unwrap_or_default(),
        }
    }

    /// The child's Patient. Until it has a name of its own it bears its mother's family name.
    fn child(&self, born: &Born, (at, day): &(String, String), nth: Option<u8>, (system, number): (&str, &str), desk: &Desk) -> String {
        let voice = desk.voice.in_lang(desk.house.lang());
        let typed = [(&born.given, false), (&born.given_ar, true)];
        let name = |given: &[String], arabic: bool, usage: &str| {
            let family =
                self.families.iter().find(|(_, of)| *of == arabic).or(self.families.first()).map(|(family, _)| format!(r#""family":{},"#, quoted(family)));
            format!(r#"{{"use":"{usage}",{}"given":[{}]}}"#, family.unwrap_or_default(), given.join(","))
        };
        let parts = |given: &str| given.split_whitespace().map(quoted).collect::<Vec<_>>();
        let said = typed.iter().filter(|(given, _)| !given.trim().is_empty());
        let mut names: Vec<String> = said.map(|(given, arabic)| name(&parts(given), *arabic, "official")).collect();
        if names.is_empty() {
            let word = voice.t("registration-newborn-given");
            names.push(name(&[quoted(&nth.map_or_else(|| word.clone(), |nth| format!("{word} {nth}")))], false, "temp"));
        }
        let mut members = vec![
            r#""resourceType":"Patient""#.to_owned(),
            format!(r#""id":{}"#, quoted(&born.id)),
            format!(r#""extension":[{{"url":"{STATE}","valueCode":"provisional"}}]"#),
            format!(r#""identifier":[{{"use":"usual","system":{},"value":{}}}]"#, quoted(system), quoted(number)),
            r#""active":true"#.to_owned(),
            format!(r#""name":[{}]"#, names.join(",")),
        ];
        members.extend((!self.phone.is_empty()).then(|| format!(r#""telecom":[{{"system":"phone","value":{}}}]"#, quoted(&self.phone))));
        members.push(format!(r#""gender":"{}","birthDate":"{day}","_birthDate":{{"extension":[{{"url":"{BIRTH_TIME}","valueDateTime":"{at}"}}]}}"#, born.sex));
        members.extend(nth.map(|nth| format!(r#""multipleBirthInteger":{nth}"#)));
        members.extend(self.given.as_ref().map(|given| {
            let coding = r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"MTH"}"#;
            format!(r#""contact":[{{"relationship":[{{"coding":[{coding}]}}],"name":{{"given":[{}]}}}}]"#, quoted(given))
        }));
        format!("{{{}}}", members.join(","))
    }
}
