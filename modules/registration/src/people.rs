//! Who belongs to a patient and who pays: the page, and what it lists.

use crate::REGISTER;
use crate::cover::RELATIONS as HOLDERS;
use crate::relation::{RELATIONS, SEES};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Look, Names, Script};
use rihla_web::text::{Html, Voice, auto, listed, ltr};
use rihla_web::{BANNER, Banner, Desk, Page, Refusal, key, look};
use serde::Deserialize;

/// Entries of a list.
const SHOWN: &str = "50";
/// The longest of any field.
pub const LONGEST: usize = 120;

/// Checks that a form is sent by who began it, about the patient on whose page it was filled in.
pub fn same_page(desk: &Desk, author: &str, began: &str, patient: &str) -> Result<(), Refusal> {
    desk.same_author(author)?;
    if began == patient { Ok(()) } else { Err(Refusal::invalid("RH-REG-OTHER-PATIENT", "The form was filled in on another patient's page.")) }
}

/// A code with its words.
pub struct Said {
    pub code: String,
    pub words: String,
}

/// Somebody who belongs to the patient.
struct Relation {
    kind: String,
    name: Html,
    /// Their own record, where they have one.
    record: Option<String>,
    phone: Option<Html>,
    /// When an authority was told.
    told: String,
}

/// Who pays.
struct Paid {
    scheme: String,
    manager: String,
    number: Option<Html>,
    holder: String,
    when: String,
    over: bool,
}

#[derive(Template)]
#[template(path = "registration/people.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    patient: &'b str,
    relations: Vec<Relation>,
    paid: Vec<Paid>,
    kinds: Vec<Said>,
    schemes: Vec<Said>,
    holders: Vec<Said>,
    /// Ids for what the forms write, so that a form that is sent twice writes once.
    new_relation: String,
    new_cover: String,
    wrong: Vec<String>,
    minor_alone: bool,
    done: bool,
}

#[derive(Default, Deserialize)]
pub struct Came {
    #[serde(default)]
    done: String,
}

/// `GET /patients/{patient}/people`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(came): Query<Came>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    page(&desk, &patient, &[], !came.done.is_empty())
}

/// The page again; `wrong`: the keys of what is wrong with a form.
pub fn page(desk: &Desk, patient: &str, wrong: &[&'static str], done: bool) -> Result<Response, Refusal> {
    let voice = &desk.voice;
    let banner = Banner::load(desk, patient)?;
    let relations = relations(desk, &banner.id)?;
    let code = |list: &str, code: &str| Said { code: code.to_owned(), words: voice.t(&listed(list, code)) };
    let body = Body {
        voice,
        author: desk.person.mark(),
        patient: &banner.id,
        minor_alone: is_minor(desk, &banner.id)? && relations.iter().all(|one| one.record.is_none() && one.phone.is_none()),
        relations,
        paid: paid(desk, &banner.id)?,
        kinds: RELATIONS.iter().map(|(kind, _)| code(key!("registration-relation-*"), kind)).collect(),
        schemes: desk
            .house
            .pack()
            .cover
            .schemes
            .iter()
            .map(|scheme| Said { code: scheme.code.clone(), words: desk.named(&scheme.names).into_owned() })
            .collect(),
        holders: HOLDERS.iter().map(|kind| code(key!("registration-holder-*"), kind)).collect(),
        new_relation: desk.reserve("RelatedPerson", &banner.id)?,
        new_cover: desk.reserve("Coverage", &banner.id)?,
        wrong: wrong.iter().map(|key| voice.t(key)).collect(),
        done,
    };
    let live = BANNER.map(|part| (part, banner.id.clone())).to_vec();
    let mut response = desk.page(Page {
        title: voice.t("registration-around"),
        nav: "/patients",
        patient: Some(&banner),
        tab: Some("people"),
        live,
        body: body.render()?,
        ..Page::default()
    })?;
    if !wrong.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Whether the pack's law calls the patient a minor today.
/// Whether somebody else has to answer for a patient, by the pack's age.
pub fn is_minor(desk: &Desk, patient: &str) -> Result<bool, Refusal> {
    let stored = desk.read("Patient", patient)?;
    let birth = look(&stored, |patient| patient.text("birthDate").map(|birth| birth.into_owned())).flatten();
    let of_age = desk.house.pack().of_age;
    let (Some(birth), today) = (birth, desk.instant()) else { return Ok(false) };
    let year = |text: &str| text.get(..4).and_then(|year| year.parse::<i32>().ok());
    let (Some(born), Some(now)) = (year(&birth), year(&today)) else { return Ok(false) };
    // A year alone counts as its last day: whoever may be a minor is asked about.
    let passed = birth.get(4..10).is_some_and(|day| today.get(4..10).is_some_and(|now| day <= now));
    Ok(now - born - i32::from(!passed) < i32::from(of_age))
}

/// Somebody who may answer for the patient.
pub struct Relative {
    pub id: String,
    /// The tie and the name.
    pub words: String,
}

/// Who belongs to a patient, but authorities that were told of them.
pub fn relatives(desk: &Desk, patient: &str) -> Result<Vec<Relative>, Refusal> {
    let found = desk.search("RelatedPerson", &[("patient", patient), ("_count", SHOWN)])?;
    let read = |one: Value<'_>| {
        let codes: Vec<String> = one.all("relationship.coding.code").iter().filter_map(|code| code.as_str().map(|code| code.into_owned())).collect();
        let (kind, _) = RELATIONS.iter().find(|(kind, code)| *kind != crate::relation::AUTHORITY && codes.iter().any(|known| known == code))?;
        let named = Names::of(one).first(Script::of_lang(desk.voice.lang())).map(|name| name.formal());
        let name = named.or_else(|| one.text("name.text").map(|text| text.into_owned())).unwrap_or_default();
        Some(format!("{} · {name}", desk.voice.t(&listed(key!("registration-relation-*"), kind))))
    };
    let one = |stored: &rihla_store::Stored| look(stored, read).flatten().map(|words| Relative { id: stored.id.to_text(), words });
    Ok(found.matches.iter().filter_map(one).collect())
}

fn relations(desk: &Desk, patient: &str) -> Result<Vec<Relation>, Refusal> {
    let found = desk.search("RelatedPerson", &[("patient", patient), ("_count", SHOWN)])?;
    let read = |one: Value<'_>| {
        let codes: Vec<String> = one.all("relationship.coding.code").iter().filter_map(|code| code.as_str().map(|code| code.into_owned())).collect();
        let kind = RELATIONS.iter().find(|(_, code)| codes.iter().any(|known| known == code)).map(|(kind, _)| *kind);
        let names = Names::of(one);
        let name = names.first(Script::of_lang(desk.voice.lang())).map(|name| name.formal());
        let told = one.extensions("", crate::relation::TOLD).first().and_then(|told| told.text("valueDateTime")).map(|at| desk.voice.date_time(at.as_ref()));
        Relation {
            kind: kind.map(|kind| desk.voice.t(&listed(key!("registration-relation-*"), kind))).unwrap_or_default(),
            name: auto(name.or_else(|| one.text("name.text").map(|text| text.into_owned())).unwrap_or_default()),
            record: one.extensions("", SEES).first().and_then(|sees| sees.reference("valueReference.reference", "Patient").map(|id| id.into_owned())),
            phone: one.text("telecom.value").map(|phone| ltr(phone.into_owned())),
            told: told.unwrap_or_default(),
        }
    };
    Ok(found.matches.iter().filter_map(|stored| look(stored, read)).collect())
}

fn paid(desk: &Desk, patient: &str) -> Result<Vec<Paid>, Refusal> {
    let found = desk.search("Coverage", &[("beneficiary", &format!("Patient/{patient}")), ("_count", SHOWN)])?;
    let (voice, pack) = (&desk.voice, desk.house.pack());
    let today = desk.instant().get(..10).unwrap_or_default().to_owned();
    let read = |one: Value<'_>| {
        let code = one.text("type.coding.code").unwrap_or_default().into_owned();
        let scheme = pack.cover.scheme(&code);
        let (from, until) = (one.text("period.start"), one.text("period.end"));
        let day = |at: &Option<std::borrow::Cow<'_, str>>| at.as_ref().map(|at| voice.date(at.as_ref())).unwrap_or_else(|| "…".to_owned());
        Paid {
            scheme: scheme.map(|scheme| desk.named(&scheme.names).into_owned()).or_else(|| one.text("type.text").map(|text| text.into_owned())).unwrap_or(code),
            manager: scheme.and_then(|scheme| pack.cover.manager_on(scheme, today.parse().ok()?)).map(|manager| manager.short.clone()).unwrap_or_default(),
            number: one.text("subscriberId").map(|number| ltr(number.into_owned())),
            holder: HOLDERS
                .iter()
                .find(|holder| one.text("relationship.coding.code").as_deref() == Some(**holder))
                .map(|holder| voice.t(&listed(key!("registration-holder-*"), holder)))
                .unwrap_or_default(),
            when: format!("{} – {}", day(&from), day(&until)),
            over: until.as_ref().and_then(|at| at.get(..10)).is_some_and(|end| end < today.as_str()) || one.text("status").as_deref() == Some("cancelled"),
        }
    };
    Ok(found.matches.iter().filter_map(|stored| look(stored, read)).collect())
}
