//! The options of a question: its own, or those of a value set that names each concept.

use crate::answer::{Answer, Coding};
use crate::fault::Fault;
use crate::model::{Choice, OPTIONS};
use crate::number::Number;
use crate::words::Words;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_kernel::Lang;

pub(crate) const ORDINAL: [&str; 2] = ["http://hl7.org/fhir/StructureDefinition/ordinalValue", "http://hl7.org/fhir/StructureDefinition/itemWeight"];

/// Options of value sets that stand outside the questionnaire, by their canonical addresses.
pub trait ValueSets {
    /// None: there is none of that address. `Err`: it cannot be used, and why.
    fn options(&self, url: &str) -> Option<Result<Vec<Choice>, String>>;
}

/// No value set but those within.
pub struct Within;

impl ValueSets for Within {
    fn options(&self, _: &str) -> Option<Result<Vec<Choice>, String>> {
        None
    }
}

/// `answerOption`, or what `answerValueSet` names.
pub fn read(root: Value<'_>, item: Value<'_>, link: &str, sets: &impl ValueSets) -> Result<Vec<Choice>, Fault> {
    let own: Vec<Value<'_>> = item.all("answerOption");
    if own.len() > OPTIONS {
        return Err(Fault::new(link, "RH-FORMS-OPTIONS-MANY", format!("a question has at most {OPTIONS} options, and this one has {}", own.len())));
    }
    if !own.is_empty() {
        return own.into_iter().map(|option| choice(option, link)).collect();
    }
    let Some(url) = item.text("answerValueSet") else { return Ok(Vec::new()) };
    let found = match url.strip_prefix('#') {
        Some(id) => {
            let set =
                root.all("contained").into_iter().find(|one| one.text("id").as_deref() == Some(id) && one.text("resourceType").as_deref() == Some("ValueSet"));
            set.map(enumerated)
        }
        None => sets.options(&url),
    };
    match found {
        None => Err(Fault::new(link, "RH-FORMS-SET-UNKNOWN", format!("the value set {url} is neither in the questionnaire nor in the record"))),
        Some(Err(why)) => Err(Fault::new(link, "RH-FORMS-SET-UNFIT", format!("the value set {url} cannot be offered: {why}"))),
        Some(Ok(options)) => Ok(options),
    }
}

fn choice(option: Value<'_>, link: &str) -> Result<Choice, Fault> {
    let answer = Answer::at(option, "value").ok_or_else(|| Fault::new(link, "RH-FORMS-OPTION", "an option has no value that can be read"))?;
    let initial = option.get("initialSelected").and_then(|value| value.as_bool()).unwrap_or(false);
    Ok(Choice { answer, worth: worth(option), initial })
}

/// The score stands on the option, or on its coding.
fn worth(option: Value<'_>) -> Option<Number> {
    let of = |at: &str| ORDINAL.iter().find_map(|url| option.extensions(at, url).into_iter().next());
    let found = of("").or_else(|| of("valueCoding"))?;
    Number::parse(found.get("valueDecimal")?.number_source()?)
}

/// The concepts that a ValueSet names one by one: its expansion, or its includes without filters.
pub fn enumerated(set: Value<'_>) -> Result<Vec<Choice>, String> {
    let mut out = Vec::new();
    if !set.all("expansion.contains").is_empty() {
        let mut waiting = set.all("expansion.contains");
        waiting.reverse();
        while let Some(one) = waiting.pop() {
            if one.text("code").is_some() && one.text("abstract").as_deref() != Some("true") {
                push(&mut out, one, &one.text("system").unwrap_or_default())?;
            }
            let mut parts = one.all("contains");
            parts.reverse();
            waiting.append(&mut parts);
        }
        return Ok(out);
    }
    for include in set.all("compose.include") {
        if !include.all("filter").is_empty() || !include.all("valueSet").is_empty() {
            return Err("it chooses by a filter or by another set, and does not name its concepts".to_owned());
        }
        let system = include.text("system").unwrap_or_default().into_owned();
        let concepts = include.all("concept");
        if concepts.is_empty() {
            return Err(format!("it takes all of {system}, and does not name its concepts"));
        }
        for concept in concepts {
            push(&mut out, concept, &system)?;
        }
    }
    if !set.all("compose.exclude").is_empty() {
        return Err("it leaves concepts out".to_owned());
    }
    if out.is_empty() { Err("it names no concept".to_owned()) } else { Ok(out) }
}

fn push(out: &mut Vec<Choice>, concept: Value<'_>, system: &str) -> Result<(), String> {
    if out.len() >= OPTIONS {
        return Err(format!("it has more than {OPTIONS} concepts"));
    }
    let mut display = Words::at(concept, "display");
    for designation in concept.all("designation") {
        let lang = designation.text("language").and_then(|tag| Lang::from_tag(&tag));
        if let (Some(lang), Some(said)) = (lang, designation.text("value")) {
            display.others.entry(lang).or_insert_with(|| said.into_owned());
        }
    }
    let code = concept.text("code").unwrap_or_default().into_owned();
    let worth = ORDINAL.iter().find_map(|url| concept.extensions("", url).first().and_then(|found| Number::parse(found.get("valueDecimal")?.number_source()?)));
    out.push(Choice { answer: Answer::Coding(Coding { system: system.to_owned(), code, display }), worth, initial: false });
    Ok(())
}
