//! A score by hand: any that the house has, kept with its items and with what it was taken from.

use crate::of::Of;
use crate::sets::{Set, last};
use crate::taken::{self, Wrong};
use crate::told::{Around, Told, is_active, named};
use crate::typed::{Typed, western};
use crate::value::Value;
use crate::written::Frame;
use crate::{READ, WRITE, scale};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_kernel::Instant;
use rihla_scores::{Given, Item, Number, Reading, Score, Scores, Values, reckon};
use rihla_web::text::Voice;
use rihla_web::{BANNER, Desk, DraftKey, Page, Refusal, go};
use std::collections::BTreeMap;

/// What stands before the code of an item.
const HEAD: &str = "item-";
/// What was measured so long ago is not taken over, in milliseconds.
const FRESH: i64 = 60 * 60 * 1000;
/// Observations that are read for what may be taken over.
const RECENT: &str = "60";
/// The form among drafts; the score stands in the place of a stay.
const FORM: &str = "signs.score";

/// A value of the record that an item may take.
struct Known {
    item: String,
    value: String,
    /// The Observation; empty for what is no measure, such as the age.
    from: String,
    words: String,
}

struct Field {
    id: String,
    label: String,
    unit: String,
    value: String,
    choices: Vec<(String, String)>,
    /// When what stands in it was measured.
    known: String,
    lacks: bool,
}

#[derive(Template)]
#[template(path = "signs/score.html")]
struct Body<'b> {
    voice: &'b Voice,
    patient: &'b str,
    name: String,
    title: String,
    about: String,
    source: &'b str,
    licence: &'b str,
    active: bool,
    writes: bool,
    author: String,
    here: String,
    back: String,
    id: String,
    score: &'b str,
    fields: Vec<Field>,
    /// Items that were filled from the record, with the Observation.
    froms: Vec<(&'b str, &'b str)>,
    taken: String,
    wrong: Vec<String>,
    draft: Option<String>,
    told: String,
}

/// `GET /patients/{patient}/scores/{score}`
pub async fn show(desk: Desk, Path((patient, score)): Path<(String, String)>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, READ)?;
    let score = find(&score)?;
    let draft = of.desk.draft(&key(of.id(), &score.id))?;
    let mut typed = Typed::default();
    let known = known(&of, score)?;
    match &draft {
        Some(draft) => {
            let names = score.items.iter().map(|item| format!("{HEAD}{}", item.code)).chain(["taken".to_owned()]);
            names.for_each(|name| typed.put(&name, draft.field(&name).to_owned()));
        }
        None => known.iter().for_each(|known| typed.put(&format!("{HEAD}{}", known.item), known.value.clone())),
    }
    let draft = draft.map(|draft| of.voice().time(draft.at));
    page(&of, score, &typed, &known, Vec::new(), draft)
}

/// `POST /patients/{patient}/scores/{score}/preview`
pub async fn preview(desk: Desk, Path((patient, score)): Path<(String, String)>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, WRITE)?;
    let (score, typed) = (find(&score)?, Typed::of(fields));
    if !is_active(&of.desk, score) {
        return Err(Refusal::not_found());
    }
    let around = Around::read(&of)?;
    let told = Told::of(&reading(&of, score, &typed, at(&of, &typed).unwrap_or(of.voice().now()), &around), of.voice(), &around);
    Ok(of.desk.part(told.render(of.voice())?))
}

/// `POST /patients/{patient}/scores/{score}`
pub async fn save(desk: Desk, Path((patient, score)): Path<(String, String)>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, WRITE)?;
    let (score, typed) = (find(&score)?, Typed::of(fields));
    of.own_form(typed.field("_patient"), typed.field("_author"))?;
    if !is_active(&of.desk, score) {
        return Err(Refusal::invalid("RH-SIGNS-SCORE-UNCONFIRMED", "Nobody of the hospital has confirmed this score: it is not reckoned."));
    }
    let (voice, known) = (of.voice(), known(&of, score)?);
    let mut wrong = Vec::new();
    let at = at(&of, &typed).unwrap_or_else(|fault| {
        let key = if fault == Wrong::Future { rihla_web::key!("signs-wrong-future") } else { rihla_web::key!("signs-wrong-time") };
        wrong.push(voice.t(key));
        voice.now()
    });
    let reading = reading(&of, score, &typed, at, &Around::read(&of)?);
    if reading.total().is_none() && typed.field("check").is_empty() {
        wrong.push(voice.t("signs-score-open"));
    }
    if !wrong.is_empty() || !typed.field("check").is_empty() {
        return page(&of, score, &typed, &known, wrong, None);
    }
    let is_taken =
        |known: &&Known| !known.from.is_empty() && typed.field(&format!("from-{}", known.item)) == known.from && said(&typed, &known.item) == known.value;
    let froms: Vec<String> = known.iter().filter(is_taken).map(|known| known.from.clone()).collect();
    let id = typed.field("_id");
    let frame = Frame { of: &of, set: id, at, stay: of.desk.running_stay(of.id())? };
    of.desk.create_as(id, &frame.score(&reading, &froms), vec![of.desk.without_draft(&key(of.id(), &score.id))]).await?;
    Ok(go(&of.path("signs"), &[]))
}

fn find(id: &str) -> Result<&'static Score, Refusal> {
    Scores::known().and_then(|scores| scores.score(id)).ok_or_else(Refusal::not_found)
}

fn key<'k>(patient: &'k str, score: &'k str) -> DraftKey<'k> {
    DraftKey { form: FORM, patient, stay: score }
}

fn at(of: &Of, typed: &Typed) -> Result<Instant, Wrong> {
    taken::read(typed.field("taken"), of.voice().now(), of.voice().zone())
}

/// What was typed for an item, with the point and the digits of FHIR.
fn said(typed: &Typed, item: &str) -> String {
    typed.field(&format!("{HEAD}{item}")).chars().filter(|letter| !letter.is_whitespace()).map(western).collect()
}

fn reading<'s>(of: &Of, score: &'s Score, typed: &Typed, at: Instant, around: &Around) -> Reading<'s> {
    let mut values = Values::new();
    for item in &score.items {
        let text = said(typed, &item.code);
        // A setting is not a field: who may set it does so elsewhere.
        let given = match (item.setting, item.scale().is_some(), text.is_empty()) {
            (true, ..) => (item.code == scale::ITEM && around.target).then(|| Given::Choice(scale::SECOND.to_owned())),
            (_, _, true) => None,
            (_, true, _) => Some(Number::parse(&text).map_or(Given::Choice(text), Given::Number)),
            (_, false, _) => Some(Given::Choice(text)),
        };
        values.extend(given.map(|given| (item.measure.clone(), given)));
    }
    reckon(score, &values, of.who.person(at, of.voice(), around.pregnant))
}

/// What the record knows of the items: measured within the hour, or the age.
fn known(of: &Of, score: &Score) -> Result<Vec<Known>, Refusal> {
    let voice = of.voice();
    let (sets, _) = last(&of.desk, of.id(), None, RECENT)?;
    let fresh: Vec<&Set> = sets.iter().filter(|set| !set.in_error && voice.now().0 - set.at.0 <= FRESH).collect();
    let mut out: Vec<Known> = Vec::new();
    for item in score.items.iter().filter(|item| !item.setting) {
        let found = fresh.iter().find_map(|set| Some((set, measured(of, set, item)?)));
        if let Some((set, (name, value))) = found {
            let from = set.from(&name).unwrap_or_default().to_owned();
            out.push(Known { item: item.code.clone(), value, from, words: voice.ta("signs-known", &[("at", voice.time(set.at))]) });
        } else if item.measure == "age"
            && let Some(years) = of.who.years(voice.now(), voice)
        {
            out.push(Known { item: item.code.clone(), value: years.to_string(), from: String::new(), words: String::new() });
        }
    }
    Ok(out)
}

/// What a set says of an item, with the name under which the set has it.
fn measured(of: &Of, set: &Set, item: &Item) -> Option<(String, String)> {
    if let Some(scored) = set.scored(&item.measure) {
        return Some((item.measure.clone(), scored.total.to_string()));
    }
    for (code, value) in &set.values {
        let sign = of.desk.house.pack().signs.sign(code)?;
        let mut given = Values::new();
        value.give(sign, &mut given);
        let text = match (given.get(&item.measure), value, &sign.kind) {
            (Some(Given::Choice(choice)), ..) => Some(choice.clone()),
            (Some(Given::Number(_)), Value::Number(text), _) => Some(text.clone()),
            (Some(Given::Number(_)), Value::Pair(texts), rihla_packs::SignKind::Pair(parts, _)) => {
                parts.iter().zip(texts).find(|(part, _)| part.code == item.measure).map(|(_, text)| text.clone())
            }
            _ => None,
        };
        if let Some(text) = text {
            return Some((code.clone(), text));
        }
    }
    None
}

fn page(of: &Of, score: &Score, typed: &Typed, known: &[Known], wrong: Vec<String>, draft: Option<String>) -> Result<Response, Refusal> {
    let (desk, voice) = (&of.desk, of.voice());
    let around = Around::read(of)?;
    let at = at(of, typed).unwrap_or(voice.now());
    let reading = reading(of, score, typed, at, &around);
    let active = is_active(desk, score);
    let writes = desk.person.may(WRITE.0) && active;
    let lacks: Vec<&str> = reading.lacking().filter(|_| !wrong.is_empty()).map(|(item, _)| item.code.as_str()).collect();
    let id = Some(typed.field("_id")).filter(|id| !id.is_empty()).map(str::to_owned);
    let title = named(&score.names, voice.lang()).to_owned();
    let body = Body {
        voice,
        patient: of.id(),
        name: of.banner.formal(),
        about: named(&score.about, voice.lang()).to_owned(),
        source: &score.source,
        licence: &score.licence,
        active,
        author: desk.person.mark(),
        here: of.path(&format!("scores/{}", score.id)),
        back: of.path("scores"),
        id: if writes { id.map_or_else(|| desk.reserve("Observation", of.id()), Ok)? } else { String::new() },
        score: &score.id,
        fields: score.items.iter().filter(|item| !item.setting).map(|item| field(voice, item, typed, known, &lacks)).collect(),
        froms: known.iter().filter(|known| !known.from.is_empty()).map(|known| (known.item.as_str(), known.from.as_str())).collect(),
        taken: Some(typed.field("taken")).filter(|text| !text.is_empty()).map_or_else(|| taken::field(voice.now(), voice.zone()), str::to_owned),
        told: if writes { Told::of(&reading, voice, &around).render(voice)? } else { String::new() },
        writes,
        wrong,
        draft,
        title: title.clone(),
    }
    .render()?;
    let live = BANNER.into_iter().map(|part| (part, of.id().to_owned())).collect();
    desk.page(Page { title, nav: "/patients", patient: Some(&of.banner), tab: Some("signs"), live, body, ..Page::default() })
}

fn field(voice: &Voice, item: &Item, typed: &Typed, known: &[Known], lacks: &[&str]) -> Field {
    let id = format!("{HEAD}{}", item.code);
    let value = typed.field(&id).to_owned();
    let own = known.iter().find(|known| known.item == item.code && known.value == value);
    Field {
        label: named(&item.names, voice.lang()).to_owned(),
        unit: item.scale().map(|scale| scale.unit.clone()).unwrap_or_default(),
        choices: item.choices().iter().map(|choice| (choice.code.clone(), named(&choice.names, voice.lang()).to_owned())).collect(),
        known: own.map(|known| known.words.clone()).unwrap_or_default(),
        lacks: lacks.contains(&item.code.as_str()),
        value,
        id,
    }
}
