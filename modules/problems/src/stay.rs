//! The stay of which a problem is a diagnosis.

use crate::whose::Whose;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_web::{Change, Refusal, look, quoted, written};

/// Uses of a diagnosis (<https://terminology.hl7.org/CodeSystem-diagnosis-role.html>): the main one of the stay, and others.
const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/diagnosis-role";
const PRINCIPAL: &str = "DD";
const ASSOCIATED: &str = "CM";

/// The change that makes a Condition a diagnosis of a stay.
pub fn with_diagnosis(whose: &Whose, stay: &str, condition: &str, principal: bool) -> Result<Change, Refusal> {
    let stored = whose.desk.read("Encounter", stay)?;
    let list = look(&stored, |encounter| diagnoses(encounter, condition, principal)).ok_or_else(Refusal::not_found)?;
    Ok(Change { ty: "Encounter", id: stay.to_owned(), version: stored.vid, members: vec![("diagnosis", Some(list))] })
}

fn diagnoses(encounter: Value<'_>, condition: &str, principal: bool) -> String {
    let known = encounter.get("diagnosis").into_iter().flat_map(|list| list.each());
    let mut all: Vec<String> = known.map(|one| if principal { demoted(one) } else { written(one) }).collect();
    let code = if principal { PRINCIPAL } else { ASSOCIATED };
    let rank = if principal { r#","rank":1"# } else { "" };
    all.push(format!(
        r#"{{"condition":{{"reference":{}}},"use":{{"coding":[{{"system":"{SYSTEM}","code":"{code}"}}]}}{rank}}}"#,
        quoted(&format!("Condition/{condition}"))
    ));
    format!("[{}]", all.join(","))
}

/// There is one principal diagnosis: what was it before is an associated one.
fn demoted(one: Value<'_>) -> String {
    if one.text("use.coding.code").as_deref() != Some(PRINCIPAL) {
        return written(one);
    }
    let members = one.members().filter(|member| !member.is("rank")).map(|member| {
        let name = member.key();
        let value = if name == "use" { format!(r#"{{"coding":[{{"system":"{SYSTEM}","code":"{ASSOCIATED}"}}]}}"#) } else { written(member.value) };
        format!("{}:{value}", quoted(&name))
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    /// PROB-3
    #[test]
    fn a_stay_has_one_principal_diagnosis() {
        let read = |text: &str, principal| diagnoses(parse(text.as_bytes(), &Limits::default()).expect("json").root(), "new", principal);
        let first = read("{}", true);
        assert!(first.contains(r#""code":"DD""#) && first.contains(r#""rank":1"#), "{first}");
        let second = read(&format!(r#"{{"diagnosis":{}}}"#, first.replace("Condition/new", "Condition/old")), true);
        assert_eq!(second.matches(r#""code":"DD""#).count(), 1, "{second}");
        assert_eq!(second.matches("rank").count(), 1);
        let old = second.find("Condition/old").expect("the one before");
        assert!(
            second[old..].starts_with(r#"Condition/old"},"use":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/diagnosis-role","code":"CM"}]}}"#),
            "{second}"
        );
        let third = read(&format!(r#"{{"diagnosis":{first}}}"#), false);
        assert_eq!(
            (third.matches(r#""code":"DD""#).count(), third.matches(r#""code":"CM""#).count()),
            (1, 1),
            "an associated one changes nothing of the other"
        );
    }
}
