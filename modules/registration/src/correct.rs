//! Correcting who somebody is: what was heard wrongly, what was learned later, a paper that was brought.
//!
//! What is not changed on the page stays as it is, by the letter. A validated identity's names, date and sex are changed by
//! two officers: one asks, another one sends the same.

use crate::check::{Said, wrong};
use crate::people::same_page;
use crate::typed::{ABOUT, NO_PHONE, PAPER, STATE, Typed, address, is_arabic, names};
use crate::{IDENTITY, REGISTER};
use askama::Template;
use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_packs::Issuer;
use rihla_web::text::Voice;
use rihla_web::{Banner, Desk, Page, Refusal, go, key, look, quoted, written};
use serde::Deserialize;

/// Characters of a reason.
const REASON: std::ops::RangeInclusive<usize> = 5..=300;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Corrected {
    #[serde(flatten)]
    typed: Typed,
    #[serde(rename = "_patient")]
    patient: String,
    version: String,
    why: String,
}

#[derive(Template)]
#[template(path = "registration/correct.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    patient: &'b str,
    version: u32,
    typed: &'b Typed,
    why: &'b str,
    wrong: Vec<(&'static str, String)>,
    papers: Vec<(&'b str, String)>,
    state: String,
    /// The identity is validated: two officers change its traits.
    two: bool,
    /// A correction was asked for: by this officer themselves, or by another.
    asked: Option<bool>,
}

impl Body<'_> {
    /// Why there is no telephone, in words.
    fn reasons(&self) -> Vec<(&'static str, String)> {
        crate::register::NO_PHONE.iter().map(|(code, key)| (*code, self.voice.t(key))).collect()
    }
}

/// A record as the page holds it.
struct Kept {
    version: u32,
    typed: Typed,
    state: String,
    names: Vec<String>,
    telecom: Vec<String>,
    addresses: Vec<String>,
    contacts: Vec<String>,
    extensions: Vec<String>,
}

impl Kept {
    fn of(desk: &Desk, patient: &str) -> Result<Self, Refusal> {
        let stored = desk.read("Patient", patient)?;
        look(&stored, |value| Self::read(value, stored.vid)).ok_or_else(Refusal::not_found)
    }

    fn read(patient: Value<'_>, version: u32) -> Self {
        let all = |name: &str| patient.all(name).into_iter().map(written).collect::<Vec<_>>();
        let text = |path: &str| patient.text(path).unwrap_or_default().into_owned();
        let said = |url: &str, value: &str| patient.extensions("", url).first().and_then(|one| one.text(value)).unwrap_or_default().into_owned();
        let given = |name: &Value<'_>| name.all("given").iter().filter_map(|given| given.as_str()).collect::<Vec<_>>().join(" ");
        let named = |of: bool| {
            let whole = |name: &Value<'_>| format!("{}{}", name.text("family").unwrap_or_default(), given(name));
            patient
                .all("name")
                .into_iter()
                .filter(|name| name.text("use").as_deref() != Some("temp"))
                .find(|name| !whole(name).is_empty() && is_arabic(&whole(name)) == of)
        };
        let part = |of: bool| named(of).map(|name| (name.text("family").unwrap_or_default().into_owned(), given(&name))).unwrap_or_default();
        let parent = |role: &str| {
            let bears = |one: &Value<'_>| one.all("relationship.coding.code").iter().any(|code| code.as_str().as_deref() == Some(role));
            patient
                .all("contact")
                .into_iter()
                .find(bears)
                .map(|one| one.all("name.given").iter().filter_map(|given| given.as_str()).collect::<Vec<_>>().join(" "))
                .unwrap_or_default()
        };
        let ((family, given), (family_ar, given_ar)) = (part(false), part(true));
        let phone = patient.all("telecom").into_iter().find(|line| line.text("system").as_deref() == Some("phone"));
        let typed = Typed {
            family,
            given,
            family_ar,
            given_ar,
            sex: text("gender"),
            birth: text("birthDate").split('-').rev().collect::<Vec<_>>().join("/"),
            about: patient.extensions("birthDate", ABOUT).first().and_then(|one| one.text("valueInteger")).unwrap_or_default().into_owned(),
            father: parent("FTH"),
            mother: parent("MTH"),
            phone: phone.and_then(|line| line.text("value")).unwrap_or_default().into_owned(),
            no_phone: said(NO_PHONE, "valueCode"),
            line: patient.all("address.line").first().and_then(|line| line.as_str()).unwrap_or_default().into_owned(),
            city: text("address.city"),
            paper: said(PAPER, "valueCode"),
            ..Typed::default()
        };
        let own = |one: &Value<'_>| one.text("url").is_some_and(|url| [STATE, PAPER, NO_PHONE].contains(&url.as_ref()));
        Self {
            version,
            typed,
            state: said(STATE, "valueCode"),
            names: all("name"),
            telecom: all("telecom"),
            addresses: all("address"),
            contacts: all("contact"),
            extensions: patient.all("extension").into_iter().filter(|one| !own(one)).map(written).collect(),
        }
    }

    fn is_validated(&self) -> bool {
        matches!(self.state.as_str(), "validated" | "qualified")
    }

    /// The members of the Patient that the page changes, each as it will be.
    fn changed(&self, typed: &Typed) -> Vec<(&'static str, Option<String>)> {
        let before = &self.typed;
        let list = |items: &[String]| if items.is_empty() { None } else { Some(format!("[{}]", items.join(","))) };
        let mut out = Vec::new();
        if [&before.family, &before.given, &before.family_ar, &before.given_ar] != [&typed.family, &typed.given, &typed.family_ar, &typed.given_ar] {
            // What is neither what somebody is called now nor a stand-in stays: a name before marriage, a nickname.
            let others =
                self.names.iter().filter(|name| [r#""use":"old""#, r#""use":"maiden""#, r#""use":"nickname""#].iter().any(|usage| name.contains(usage)));
            out.push(("name", list(&names(typed, None).into_iter().chain(others.cloned()).collect::<Vec<_>>())));
        }
        if (&before.birth, &before.about) != (&typed.birth, &typed.about) && typed.birth_date() != before.birth_date().filter(|_| before.about == typed.about) {
            out.push(("birthDate", typed.birth_date().map(|date| quoted(&date))));
            out.push(("_birthDate", typed.about().map(|about| format!(r#"{{"extension":[{{"url":"{ABOUT}","valueInteger":{about}}}]}}"#))));
        }
        if before.sex != typed.sex {
            out.push(("gender", Some(quoted(&typed.sex))));
        }
        if before.phone != typed.phone {
            let own = Some(typed.phone.trim()).filter(|phone| !phone.is_empty()).map(|phone| format!(r#"{{"system":"phone","value":{}}}"#, quoted(phone)));
            let old = quoted(&before.phone);
            let rest = self.telecom.iter().filter(|line| before.phone.is_empty() || !line.contains(&old));
            out.push(("telecom", list(&own.into_iter().chain(rest.cloned()).collect::<Vec<_>>())));
        }
        if (&before.line, &before.city) != (&typed.line, &typed.city) {
            out.push(("address", list(&address(typed).into_iter().chain(self.addresses.iter().skip(1).cloned()).collect::<Vec<_>>())));
        }
        if (&before.father, &before.mother) != (&typed.father, &typed.mother) {
            let rest = self.contacts.iter().filter(|one| !one.contains(r#""FTH""#) && !one.contains(r#""MTH""#));
            out.push(("contact", list(&crate::typed::parents(typed).into_iter().chain(rest.cloned()).collect::<Vec<_>>())));
        }
        let code = |url: &str, code: &str| format!(r#"{{"url":"{url}","valueCode":{}}}"#, quoted(code));
        let state = if self.is_validated() && self.state == "qualified" { "qualified" } else { typed.state() };
        if state != self.state || before.paper != typed.paper || before.no_phone != typed.no_phone || before.phone != typed.phone {
            let mut extensions = vec![code(STATE, state)];
            extensions.extend((!typed.paper.is_empty()).then(|| code(PAPER, &typed.paper)));
            extensions.extend((typed.phone.trim().is_empty() && !typed.no_phone.is_empty()).then(|| code(NO_PHONE, &typed.no_phone)));
            out.push(("extension", list(&extensions.into_iter().chain(self.extensions.iter().cloned()).collect::<Vec<_>>())));
        }
        out
    }
}

/// The traits by which somebody is told from others.
fn strict(typed: &Typed) -> String {
    let birth = typed.birth_date().unwrap_or_default();
    [&typed.family, &typed.given, &typed.family_ar, &typed.given_ar, &birth, &typed.about, &typed.sex].map(|part| part.trim().replace('\t', " ")).join("\t")
}

/// The traits of a record as a message of another system says them, in the form in which a correction waits for an officer.
/// What the message does not say stays; none if it says nothing else than the record.
pub fn asked_traits(patient: Value<'_>, told: Value<'_>) -> Option<String> {
    let (kept, said) = (Kept::read(patient, 0).typed, Kept::read(told, 0).typed);
    let or = |said: &str, kept: &str| if said.trim().is_empty() { kept.to_owned() } else { said.to_owned() };
    let whole = |family: &str, given: &str, own: (&str, &str)| {
        if family.is_empty() { (own.0.to_owned(), own.1.to_owned()) } else { (family.to_owned(), or(given, own.1)) }
    };
    let (family, given) = whole(&said.family, &said.given, (&kept.family, &kept.given));
    let (family_ar, given_ar) = whole(&said.family_ar, &said.given_ar, (&kept.family_ar, &kept.given_ar));
    let birth = or(&said.birth, &kept.birth);
    let about = if said.birth.is_empty() || said.birth == kept.birth { kept.about.clone() } else { said.about.clone() };
    let asked = Typed { family, given, family_ar, given_ar, birth, about, sex: or(&said.sex, &kept.sex), ..kept.clone() };
    let traits = strict(&asked);
    (traits != strict(&kept)).then_some(traits)
}

/// The form with the traits that somebody asked for.
fn with_traits(typed: &Typed, what: &str) -> Typed {
    let mut parts = what.split('\t').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    Typed { family: next(), given: next(), family_ar: next(), given_ar: next(), birth: next(), about: next(), sex: next(), ..typed.clone() }
}

/// `GET /patients/{patient}/correct`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    let kept = Kept::of(&desk, &patient)?;
    let asked = desk.asked_correction(&patient)?.filter(|(by, _)| desk.person.may(IDENTITY.0) && by != desk.person.actor().id());
    let typed = asked.map_or_else(|| kept.typed.clone(), |(_, what)| with_traits(&kept.typed, &what));
    page(&desk, &patient, &kept, &typed, "", Vec::new())
}

fn page(desk: &Desk, patient: &str, kept: &Kept, typed: &Typed, why: &str, faults: Vec<Said>) -> Result<Response, Refusal> {
    let (voice, pack) = (&desk.voice, desk.house.pack());
    let banner = Banner::load(desk, patient)?;
    let refused = !faults.is_empty();
    let asked = desk.asked_correction(patient)?;
    let papers =
        pack.identifiers.iter().filter(|system| system.issuer == Issuer::State).map(|system| (system.id.as_str(), desk.named(&system.names).into_owned()));
    let body = Body {
        voice,
        author: desk.person.mark(),
        patient: &banner.id,
        version: kept.version,
        typed,
        why,
        wrong: faults.into_iter().map(|(field, key)| (field, voice.t(key))).collect(),
        papers: papers.collect(),
        state: voice.t(crate::person::state_key(&kept.state)),
        two: kept.is_validated(),
        asked: asked.map(|(by, _)| by == desk.person.actor().id()),
    };
    let mut response = desk.page(Page {
        title: voice.t("registration-correct"),
        nav: "/patients",
        patient: Some(&banner),
        tab: Some("correct"),
        body: body.render()?,
        ..Page::default()
    })?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// `POST /patients/{patient}/correct`
pub async fn correct(desk: Desk, Path(patient): Path<String>, Form(sent): Form<Corrected>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    same_page(&desk, &sent.typed.author, &sent.patient, &patient)?;
    let kept = Kept::of(&desk, &patient)?;
    let mut typed = sent.typed.clone();
    // Somebody whom nobody knows yet stays so until there is a name.
    let nameless = |typed: &Typed| [&typed.family, &typed.given, &typed.family_ar, &typed.given_ar].iter().all(|part| part.trim().is_empty());
    typed.unknown = if nameless(&typed) && nameless(&kept.typed) { "1".to_owned() } else { String::new() };
    let typed = &typed;
    let mut faults = wrong(typed, desk.instant().get(..10).unwrap_or_default());
    faults.extend((!REASON.contains(&sent.why.trim().chars().count())).then_some(("why", key!("registration-wrong-why"))));
    faults.extend((sent.version != kept.version.to_string()).then_some(("why", key!("registration-wrong-version"))));
    let traits = strict(typed);
    let two = kept.is_validated() && traits != strict(&kept.typed);
    faults.extend((two && !desk.person.may(IDENTITY.0)).then_some(("family", key!("registration-wrong-officer"))));
    if !faults.is_empty() {
        return page(&desk, &patient, &kept, typed, &sent.why, faults);
    }
    let own = desk.person.actor().id().to_owned();
    let agreed = desk.asked_correction(&patient)?.is_some_and(|(by, what)| by != own && what == traits);
    if two && !agreed {
        desk.ask_correction(&patient, &traits).await?;
        return Ok(go(&format!("/patients/{patient}/correct"), &[]));
    }
    let changed = kept.changed(typed);
    if !changed.is_empty() {
        desk.correct_patient(&patient, kept.version, &changed, sent.why.trim(), two).await?;
    }
    Ok(go(&format!("/patients/{patient}"), &[]))
}
