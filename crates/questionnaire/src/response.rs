//! Answers as the items of a QuestionnaireResponse, and the Observations that come of them.

use crate::answer::Answer;
use crate::evaluate::{Evaluated, Part};
use crate::filling::{Filling, Key};
use crate::model::Form;
use crate::words::quoted;
use crate::{Launch, evaluate};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;

/// `item` of a response: what is asked and answered, and nothing else (<https://hl7.org/fhir/R4/questionnaireresponse.html>).
pub fn items(form: &Form, parts: &[Part]) -> String {
    let all: Vec<_> = parts.iter().filter(|part| part.says()).filter_map(|part| item(form, part)).collect();
    format!("[{}]", all.join(","))
}

fn item(form: &Form, part: &Part) -> Option<String> {
    let of = form.item(part.item)?;
    let text = if of.text.said.is_empty() { String::new() } else { format!(r#","text":{}"#, quoted(&of.text.said)) };
    let within = |parts: &[Part]| if parts.iter().any(Part::says) { format!(r#","item":{}"#, items(form, parts)) } else { String::new() };
    let answer = |reply: &crate::evaluate::Reply| Some(format!("{{{}{}}}", reply.answer.as_ref()?.member("value"), within(&reply.parts)));
    let answers: Vec<_> = part.replies.iter().filter_map(answer).collect();
    let answers = if answers.is_empty() { String::new() } else { format!(r#","answer":[{}]"#, answers.join(",")) };
    Some(format!(r#"{{"linkId":{}{text}{answers}{}}}"#, quoted(&of.link), within(&part.parts)))
}

/// What of an answer becomes an Observation: members of it, without who it is about and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    pub key: Key,
    /// `"code":…`
    pub code: String,
    /// `"valueQuantity":…`
    pub value: String,
}

/// The answers that are to become Observations (<http://hl7.org/fhir/uv/sdc/extraction.html#observation-based-extraction>), one
/// each.
pub fn observed(form: &Form, evaluated: &Evaluated) -> Vec<Observed> {
    let mut out = Vec::new();
    for part in evaluated.all() {
        let Some(item) = form.item(part.item).filter(|item| !item.extracted.is_empty()) else { continue };
        let codes: Vec<_> = item.extracted.iter().map(crate::Coding::json).collect();
        let text = if item.text.said.is_empty() { String::new() } else { format!(r#","text":{}"#, quoted(&item.text.said)) };
        for reply in &part.replies {
            let Some(value) = reply.answer.as_ref().and_then(|answer| value(item, answer)) else { continue };
            out.push(Observed { key: reply.key.clone(), code: format!(r#""code":{{"coding":[{}]{text}}}"#, codes.join(",")), value });
        }
    }
    out
}

/// `value[x]` of an Observation has other types than an answer.
fn value(item: &crate::model::Item, answer: &Answer) -> Option<String> {
    Some(match answer {
        Answer::Decimal(value) => {
            let unit = item.units.first().cloned().unwrap_or_default();
            Answer::Quantity(crate::Quantity { value: *value, unit }).member("value")
        }
        Answer::Date(text) => Answer::DateTime(text.clone()).member("value"),
        Answer::Uri(text) => Answer::Text(text.clone()).member("value"),
        Answer::Coding(coding) => format!(r#""valueCodeableConcept":{{"coding":[{}]}}"#, coding.json()),
        Answer::Reference(..) => return None,
        other => other.member("value"),
    })
}

/// What is wrong with a response to this form, in words with the linkId. Nothing: it is one that the form allows.
pub fn faults(form: &Form, response: Value<'_>, launch: &Launch) -> Vec<String> {
    let (filling, lost) = Filling::of_response(form, response);
    let evaluated = evaluate(form, &filling, launch);
    let mut out: Vec<String> = lost.into_iter().map(|link| format!("{link:?}: the form has no such item there, or not so many answers")).collect();
    let named = response.text("questionnaire").unwrap_or_default();
    if named != form.canonical() && named != form.url {
        out.push(format!("it answers {named}, not {}", form.canonical()));
    }
    let link = |key: &Key| form.item(key.item()).map(|item| item.link.clone()).unwrap_or_default();
    out.extend(evaluated.faults().into_iter().map(|(key, why)| format!("{:?}: {why:?}", link(&key))));
    let asked: std::collections::HashSet<Key> = evaluated.all().iter().flat_map(|part| part.replies.iter().map(|reply| reply.key.clone())).collect();
    out.extend(filling.said.keys().filter(|key| !asked.contains(*key)).map(|key| format!("{:?}: answered, and not asked", link(key))));
    let fits = |key: &Key, answer: &Answer| form.item(key.item()).is_some_and(|item| fits(item, answer));
    let unlike = filling.said.iter().filter(|(key, said)| matches!(said, crate::Said::Answer(answer) if !fits(key, answer)));
    out.extend(unlike.map(|(key, _)| format!("{:?}: an answer of another type", link(key))));
    out
}

fn fits(item: &crate::model::Item, answer: &Answer) -> bool {
    use crate::model::Kind;
    let offered = item.options.iter().any(|option| option.answer.same(answer));
    match item.kind {
        Kind::Choice => offered,
        Kind::OpenChoice => offered || matches!(answer, Answer::Text(_)),
        Kind::Boolean => matches!(answer, Answer::Boolean(_)),
        Kind::Decimal => matches!(answer, Answer::Decimal(_)),
        Kind::Integer => matches!(answer, Answer::Integer(_)),
        Kind::Date => matches!(answer, Answer::Date(_)),
        Kind::DateTime => matches!(answer, Answer::DateTime(_)),
        Kind::Time => matches!(answer, Answer::Time(_)),
        Kind::String | Kind::Text => matches!(answer, Answer::Text(_)),
        Kind::Url => matches!(answer, Answer::Uri(_)),
        Kind::Quantity => matches!(answer, Answer::Quantity(_)),
        Kind::Reference => matches!(answer, Answer::Reference(..)),
        Kind::Attachment | Kind::Group | Kind::Display => false,
    }
}
