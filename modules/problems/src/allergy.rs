//! A new allergy or intolerance.

use crate::ALLERGIES;
use crate::find::{Choice, Choices, OFFERED};
use crate::none_known::no_longer;
use crate::one::holds;
use crate::since::since;
use crate::whose::{AGENT, NOTE, REACTION, Whose, line};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::{Html as Answer, IntoResponse, Response};
use rihla_fhir::json::Value;
use rihla_fhir::view::Concept;
use rihla_packs::Agent;
use rihla_terminology::Index;
use rihla_web::text::{Voice, listed};
use rihla_web::{Desk, Draft, DraftKey, Refusal, concept, go, look, quoted, read_on};
use serde::Deserialize;
use std::collections::BTreeMap;

const FORM: &str = "problems.allergy";
/// Codes of <https://hl7.org/fhir/R4/allergyintolerance.html>.
const KINDS: [&str; 4] = ["medication", "food", "environment", "biologic"];
const TYPES: [&str; 2] = ["allergy", "intolerance"];
const SEVERITIES: [&str; 3] = ["mild", "moderate", "severe"];
const SURE: [&str; 2] = ["confirmed", "unconfirmed"];
/// The longest name of an agent.
const LONGEST: usize = 120;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    what: String,
    /// A code of the pack's agents; empty: as it was written.
    agent: String,
    kind: String,
    #[serde(rename = "type")]
    ty: String,
    reaction: String,
    severity: String,
    sure: String,
    since: String,
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
            agent: field("agent"),
            kind: field("kind"),
            ty: field("type"),
            reaction: field("reaction"),
            severity: field("severity"),
            sure: field("sure"),
            since: field("since"),
            note: field("note"),
            ..Self::default()
        }
    }
}

/// A code with its words, and whether it is chosen.
type Offer = (String, String, bool);

#[derive(Template)]
#[template(path = "problems/allergy.html")]
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
    kinds: Vec<Offer>,
    types: Vec<Offer>,
    reactions: Vec<Offer>,
    severities: Vec<Offer>,
    sure: Vec<Offer>,
    faults: BTreeMap<&'static str, String>,
    draft: Option<String>,
    longest: usize,
    note: usize,
}

fn key(patient: &str) -> DraftKey<'_> {
    DraftKey { form: FORM, patient, stay: "" }
}

/// `GET /patients/{patient}/allergies/new`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, &patient, ALLERGIES)?;
    let draft = whose.desk.draft(&key(whose.id()))?;
    let typed = draft.as_ref().map(Typed::of_draft).unwrap_or_default();
    form(&whose, &typed, BTreeMap::new(), draft.map(|draft| whose.voice().time(draft.at)))
}

/// `POST /patients/{patient}/allergies/agents`: the agents of the pack that answer to what was typed.
pub async fn agents(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let whose = Whose::sent(desk, &patient, ALLERGIES, &typed.patient, &typed.author)?;
    if whose.desk.wants_part() {
        return Ok(Answer(choices(&whose, &typed)?.render()?).into_response());
    }
    form(&whose, &typed, BTreeMap::new(), None)
}

/// `POST /patients/{patient}/allergies/new`
pub async fn save(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let whose = Whose::sent(desk, &patient, ALLERGIES, &typed.patient, &typed.author)?;
    let voice = whose.voice();
    let mut faults = BTreeMap::new();
    let what = line(&typed.what);
    let allergens = &whose.desk.house.pack().allergens;
    let agent = allergens.agent(&typed.agent);
    if (what.is_empty() && agent.is_none()) || what.chars().count() > LONGEST {
        faults.insert("what", voice.t("problems-wrong-agent"));
    }
    if agent.is_none() && !KINDS.contains(&typed.kind.as_str()) {
        faults.insert("kind", voice.t("problems-wrong-kind"));
    }
    if allergens.reaction(&typed.reaction).is_none() {
        faults.insert("reaction", voice.t("problems-wrong-reaction"));
    }
    let begun = since(&typed.since, voice.now(), voice.zone()).map_err(|key| faults.insert("since", voice.t(key))).ok().flatten();
    if typed.note.trim().chars().count() > NOTE {
        faults.insert("note", voice.t("problems-wrong-note"));
    }
    if !faults.is_empty() {
        return form(&whose, &typed, faults, None);
    }
    let json = allergy(&whose, &typed, agent, &what, begun.as_deref());
    let over = no_longer(&whose)?;
    whose.desk.write_all(&[(typed.id.clone(), json)], over, vec![whose.desk.without_draft(&key(whose.id()))]).await?;
    Ok(go(&whose.path("problems"), &[]))
}

fn allergy(whose: &Whose, typed: &Typed, agent: Option<&Agent>, what: &str, begun: Option<&str>) -> String {
    let chosen = |list: &[&'static str], said: &str| list.iter().find(|code| **code == said).or(list.first()).copied().unwrap_or_default();
    let code = agent.map_or_else(|| format!(r#"{{"text":{}}}"#, quoted(what)), |agent| concept(AGENT, &agent.code, &agent.names));
    let kind = agent.map_or_else(|| chosen(&KINDS, &typed.kind), |agent| agent.kind.as_str());
    let reaction = whose.desk.house.pack().allergens.reaction(&typed.reaction);
    let manifestation = reaction.map(|reaction| concept(REACTION, &reaction.code, &reaction.names)).unwrap_or_default();
    let severity = if SEVERITIES.contains(&typed.severity.as_str()) { format!(r#","severity":"{}""#, typed.severity) } else { String::new() };
    // A severe reaction once is a high risk the next time.
    let risk = match typed.severity.as_str() {
        "severe" => r#","criticality":"high""#,
        "mild" => r#","criticality":"low""#,
        _ => r#","criticality":"unable-to-assess""#,
    };
    let onset = begun.map(|begun| format!(r#","onsetDateTime":{}"#, quoted(begun))).unwrap_or_default();
    // What was written and is not the agent's own name is told beside it.
    let said = Some(what).filter(|what| agent.is_some_and(|agent| !what.is_empty() && !agent.names.values().any(|name| name == what)));
    let note: Vec<String> = [said.unwrap_or_default(), typed.note.trim()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(|text| format!(r#"{{"text":{}}}"#, quoted(text)))
        .collect();
    let note = if note.is_empty() { String::new() } else { format!(r#","note":[{}]"#, note.join(",")) };
    format!(
        r#"{{"resourceType":"AllergyIntolerance","clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}}]}},"verificationStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"{}"}}]}},"type":"{}","category":["{kind}"]{risk},"code":{code},"patient":{{"reference":{}}}{onset},"recordedDate":{},"recorder":{author}{note},"reaction":[{{"manifestation":[{manifestation}]{severity}}}]}}"#,
        chosen(&SURE, &typed.sure),
        chosen(&TYPES, &typed.ty),
        quoted(&format!("Patient/{}", whose.id())),
        quoted(&whose.desk.instant()),
        author = whose.desk.author_reference(),
    )
}

/// The agents of the pack to which an allergy is there already.
fn known(whose: &Whose) -> Result<Vec<String>, Refusal> {
    let (found, _) = read_on(&whose.desk, "AllergyIntolerance", whose.id())?;
    let agent = |one: Value<'_>| Concept::at(one, "code").filter(|_| holds(one)).and_then(|code| code.code(AGENT)).map(|code| code.into_owned());
    Ok(found.iter().filter_map(|stored| look(stored, agent).flatten()).collect())
}

fn choices<'w>(whose: &'w Whose, typed: &Typed) -> Result<Choices<'w>, Refusal> {
    let voice = whose.voice();
    let agents = &whose.desk.house.pack().allergens.agents;
    let index = Index::of(agents.iter().map(|agent| agent.names.values().collect()));
    let (found, more) = index.find(&typed.what, OFFERED);
    let found: Vec<&Agent> = found.into_iter().filter_map(|at| agents.get(at)).collect();
    let kept = agents.iter().find(|agent| agent.code == typed.agent).filter(|kept| !found.iter().any(|one| one.code == kept.code));
    let known = known(whose)?;
    let choice = |agent: &Agent| {
        let mark = if known.contains(&agent.code) { format!(" · {}", voice.t("problems-known")) } else { String::new() };
        Choice::new(&agent.code, &format!("{}{mark}", whose.desk.named(&agent.names)), "", agent.code == typed.agent)
    };
    let choices: Vec<Choice> = kept.into_iter().chain(found).map(choice).collect();
    let none = (choices.is_empty() && !typed.what.trim().is_empty()).then(|| voice.t("problems-no-agent"));
    Ok(Choices { voice, name: "agent", legend: voice.t("problems-agent-listed"), choices, more, none })
}

fn form(whose: &Whose, typed: &Typed, faults: BTreeMap<&'static str, String>, draft: Option<String>) -> Result<Response, Refusal> {
    let voice = whose.voice();
    let options = |list: &str, codes: &[&'static str], said: &str| -> Vec<Offer> {
        codes.iter().map(|code| ((*code).to_owned(), voice.t(&listed(list, code)), *code == said)).collect()
    };
    let reactions = whose.desk.house.pack().allergens.reactions.iter();
    let body = Body {
        voice,
        here: whose.path("allergies/new"),
        back: whose.path("problems"),
        patient: whose.id(),
        author: whose.desk.person.mark(),
        id: if typed.id.is_empty() { whose.desk.reserve("AllergyIntolerance", whose.id())? } else { typed.id.clone() },
        name: whose.banner.formal(),
        typed,
        choices: choices(whose, typed)?.render()?,
        kinds: options(rihla_web::key!("problems-kind-*"), &KINDS, &typed.kind),
        types: options(rihla_web::key!("problems-type-*"), &TYPES, &typed.ty),
        reactions: reactions.map(|one| (one.code.clone(), whose.desk.named(&one.names).into_owned(), one.code == typed.reaction)).collect(),
        severities: options(rihla_web::key!("problems-severity-*"), &SEVERITIES, &typed.severity),
        sure: options(rihla_web::key!("problems-allergy-sure-*"), &SURE, &typed.sure),
        faults,
        draft,
        longest: LONGEST,
        note: NOTE,
    };
    whose.page(voice.t("problems-allergy-new"), body.render()?)
}
