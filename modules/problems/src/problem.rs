//! A new problem, past illness or diagnosis of the stay.

use crate::WRITE;
use crate::find::{Choice, Choices, OFFERED};
use crate::since::since;
use crate::stay::with_diagnosis;
use crate::whose::{DIAGNOSES, NOTE, Whose, line};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::{Html as Answer, IntoResponse, Response};
use rihla_web::text::{Voice, listed};
use rihla_web::{Desk, Draft, DraftKey, Refusal, go, quoted};
use serde::Deserialize;
use std::collections::BTreeMap;

const FORM: &str = "problems.problem";
/// How a problem stands, how sure it is and how bad: codes of <https://hl7.org/fhir/R4/condition.html>.
const STATES: [&str; 2] = ["active", "resolved"];
const SURE: [&str; 3] = ["confirmed", "provisional", "differential"];
/// SNOMED CT codes of severity are in the free set of the International Patient Summary.
const SEVERITIES: [(&str, &str); 3] = [("mild", "255604002"), ("moderate", "6736007"), ("severe", "24484000")];
/// What a problem is in the stay.
const USES: [&str; 2] = ["principal", "associated"];
/// The longest name of a problem.
const LONGEST: usize = 200;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    what: String,
    /// A code of the list of diagnoses; empty for none.
    code: String,
    state: String,
    sure: String,
    since: String,
    severity: String,
    /// What it is in the stay; empty: a problem, and no diagnosis of the stay.
    stay: String,
    note: String,
    #[serde(rename = "_id")]
    id: String,
    #[serde(rename = "_patient")]
    patient: String,
    #[serde(rename = "_author")]
    author: String,
}

impl Typed {
    fn of_draft(draft: &Draft) -> Self {
        let field = |name: &str| draft.field(name).to_owned();
        Self {
            what: field("what"),
            code: field("code"),
            state: field("state"),
            sure: field("sure"),
            since: field("since"),
            severity: field("severity"),
            stay: field("stay"),
            note: field("note"),
            ..Self::default()
        }
    }
}

/// A code with its words, and whether it is chosen.
type Offer = (&'static str, String, bool);

#[derive(Template)]
#[template(path = "problems/problem.html")]
struct Body<'b> {
    voice: &'b Voice,
    here: String,
    back: String,
    patient: &'b str,
    author: String,
    id: String,
    name: String,
    typed: &'b Typed,
    choices: String,
    states: Vec<Offer>,
    sure: Vec<Offer>,
    severities: Vec<Offer>,
    uses: Vec<Offer>,
    /// There is a stay of which it can be a diagnosis.
    stays: bool,
    faults: BTreeMap<&'static str, String>,
    draft: Option<String>,
    longest: usize,
    note: usize,
}

fn key(patient: &str) -> DraftKey<'_> {
    DraftKey { form: FORM, patient, stay: "" }
}

/// `GET /patients/{patient}/problems/new`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, &patient, WRITE)?;
    let draft = whose.desk.draft(&key(whose.id()))?;
    let typed = draft.as_ref().map(Typed::of_draft).unwrap_or_default();
    form(&whose, &typed, BTreeMap::new(), draft.map(|draft| whose.voice().time(draft.at)))
}

/// `POST /patients/{patient}/problems/codes`: the codes that answer to what was typed.
pub async fn codes(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let whose = Whose::sent(desk, &patient, WRITE, &typed.patient, &typed.author)?;
    if whose.desk.wants_part() {
        return Ok(Answer(choices(&whose, &typed)?.render()?).into_response());
    }
    form(&whose, &typed, BTreeMap::new(), None)
}

/// `POST /patients/{patient}/problems/new`
pub async fn save(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let whose = Whose::sent(desk, &patient, WRITE, &typed.patient, &typed.author)?;
    let mut faults = BTreeMap::new();
    let what = line(&typed.what);
    if (what.is_empty() && typed.code.is_empty()) || what.chars().count() > LONGEST {
        faults.insert("what", whose.voice().t("problems-wrong-what"));
    }
    let begun = since(&typed.since, whose.voice().now(), whose.voice().zone()).map_err(|key| faults.insert("since", whose.voice().t(key))).ok().flatten();
    if typed.note.trim().chars().count() > NOTE {
        faults.insert("note", whose.voice().t("problems-wrong-note"));
    }
    let concept = concept(&whose, &typed, &what)?;
    if concept.is_none() {
        faults.insert("code", whose.voice().t("problems-wrong-code"));
    }
    let (Some(concept), true) = (concept, faults.is_empty()) else { return form(&whose, &typed, faults, None) };
    let stay = if USES.contains(&typed.stay.as_str()) { whose.desk.running_stay(whose.id())? } else { None };
    let json = condition(&whose, &typed, &concept, begun.as_deref(), stay.as_deref());
    let changed = match &stay {
        Some(stay) => vec![with_diagnosis(&whose, stay, &typed.id, typed.stay == "principal")?],
        None => Vec::new(),
    };
    whose.desk.write_all(&[(typed.id.clone(), json)], changed, vec![whose.desk.without_draft(&key(whose.id()))]).await?;
    Ok(go(&whose.path("problems"), &[]))
}

/// The code of the list with its words, or the words alone. None: the code is not on the list.
fn concept(whose: &Whose, typed: &Typed, what: &str) -> Result<Option<String>, Refusal> {
    if typed.code.is_empty() {
        return Ok(Some(format!(r#"{{"text":{}}}"#, quoted(what))));
    }
    let Some(list) = whose.desk.concepts(DIAGNOSES)? else { return Ok(None) };
    let Some(found) = list.of_code(&typed.code) else { return Ok(None) };
    let names = rihla_kernel::Lang::ALL.map(|lang| (lang.tag().to_owned(), found.words(lang).to_owned())).into();
    let coded = rihla_web::concept(DIAGNOSES, &found.code, &names);
    // What the physician wrote is what is read; the code and its own words stand beside it.
    let own = format!(r#""text":{}"#, quoted(what));
    let same = rihla_kernel::Lang::ALL.iter().any(|lang| found.words(*lang) == what);
    Ok(Some(if what.is_empty() || same {
        coded
    } else {
        format!(
            r#"{{"coding":[{{"system":"{DIAGNOSES}","code":{},"display":{}}}],{own}}}"#,
            quoted(&found.code),
            quoted(found.words(rihla_kernel::Lang::French))
        )
    }))
}

fn condition(whose: &Whose, typed: &Typed, concept: &str, begun: Option<&str>, stay: Option<&str>) -> String {
    let chosen = |list: &[&'static str], said: &str| list.iter().find(|code| **code == said).or(list.first()).copied().unwrap_or_default();
    let severity = SEVERITIES.iter().find(|(code, _)| *code == typed.severity);
    let severity =
        severity.map(|(text, code)| format!(r#","severity":{{"coding":[{{"system":"http://snomed.info/sct","code":"{code}","display":"{text}"}}]}}"#));
    let category = if stay.is_some() { "encounter-diagnosis" } else { "problem-list-item" };
    let encounter = stay.map(|stay| format!(r#","encounter":{{"reference":{}}}"#, quoted(&format!("Encounter/{stay}"))));
    let onset = begun.map(|begun| format!(r#","onsetDateTime":{}"#, quoted(begun)));
    let note = Some(typed.note.trim()).filter(|note| !note.is_empty()).map(|note| format!(r#","note":[{{"text":{}}}]"#, quoted(note)));
    format!(
        r#"{{"resourceType":"Condition","clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"{}"}}]}},"verificationStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"{}"}}]}},"category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"{category}"}}]}}]{},"code":{concept},"subject":{{"reference":{}}}{}{},"recordedDate":{},"recorder":{author},"asserter":{author}{}}}"#,
        chosen(&STATES, &typed.state),
        chosen(&SURE, &typed.sure),
        severity.unwrap_or_default(),
        quoted(&format!("Patient/{}", whose.id())),
        encounter.unwrap_or_default(),
        onset.unwrap_or_default(),
        quoted(&whose.desk.instant()),
        note.unwrap_or_default(),
        author = whose.desk.author_reference(),
    )
}

fn choices<'w>(whose: &'w Whose, typed: &Typed) -> Result<Choices<'w>, Refusal> {
    let (voice, lang) = (whose.voice(), whose.voice().lang());
    let list = whose.desk.concepts(DIAGNOSES)?;
    let (mut choices, mut more) = (Vec::new(), false);
    let none = match &list {
        None => Some(voice.t("problems-no-list")),
        Some(list) => {
            let (found, cut) = list.find(&typed.what, OFFERED);
            more = cut;
            let kept = list.of_code(&typed.code).filter(|kept| !found.iter().any(|one| one.code == kept.code));
            choices = kept.into_iter().chain(found).map(|one| Choice::new(&one.code, one.words(lang), &one.code, one.code == typed.code)).collect();
            (choices.is_empty() && !typed.what.trim().is_empty()).then(|| voice.t("problems-no-code"))
        }
    };
    Ok(Choices { voice, name: "code", legend: voice.t("problems-code"), choices, more, none })
}

fn form(whose: &Whose, typed: &Typed, faults: BTreeMap<&'static str, String>, draft: Option<String>) -> Result<Response, Refusal> {
    let voice = whose.voice();
    let options = |list: &str, codes: &[&'static str], said: &str| -> Vec<Offer> {
        codes.iter().map(|code| (*code, voice.t(&listed(list, code)), *code == said)).collect()
    };
    let body = Body {
        voice,
        here: whose.path("problems/new"),
        back: whose.path("problems"),
        patient: whose.id(),
        author: whose.desk.person.mark(),
        id: if typed.id.is_empty() { whose.desk.reserve("Condition", whose.id())? } else { typed.id.clone() },
        name: whose.banner.formal(),
        typed,
        choices: choices(whose, typed)?.render()?,
        states: options(rihla_web::key!("problems-state-*"), &STATES, &typed.state),
        sure: options(rihla_web::key!("problems-sure-*"), &SURE, &typed.sure),
        severities: options(rihla_web::key!("problems-severity-*"), &SEVERITIES.map(|(code, _)| code), &typed.severity),
        uses: options(rihla_web::key!("problems-use-*"), &USES, &typed.stay),
        stays: whose.desk.running_stay(whose.id())?.is_some(),
        faults,
        draft,
        longest: LONGEST,
        note: NOTE,
    };
    whose.page(voice.t("problems-new"), body.render()?)
}
