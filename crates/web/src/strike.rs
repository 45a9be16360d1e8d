//! Striking through what was entered in error: it stays in the record and in lists, says who struck it and why, and counts
//! no more.

use crate::desk::Desk;
use crate::record::look;
use crate::refuse::Refusal;
use crate::write::{Change, Marks, Members, quoted, written};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;

/// Why, when and by whom, on the resource itself.
const STRUCK: &str = "urn:rihla:extension:struck";
/// The longest reason.
const LONGEST: usize = 300;
/// Types whose doubt is said beside their course (<https://hl7.org/fhir/R4/condition.html#statuses>).
const VERIFIED: [(&str, &str); 2] = [
    ("AllergyIntolerance", "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"),
    ("Condition", "http://terminology.hl7.org/CodeSystem/condition-ver-status"),
];

/// What is said of something that was struck through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Struck {
    pub reason: String,
    /// An instant as FHIR writes it.
    pub at: String,
    pub by: String,
}

impl Struck {
    /// None: it was not struck here; what another system says is in error has no reason.
    pub fn of(value: Value<'_>) -> Option<Self> {
        let said = value.extensions("", STRUCK).into_iter().next()?;
        let part = |url: &str, path: &str| said.extensions("", url).first().and_then(|part| part.text(path)).unwrap_or_default().into_owned();
        Some(Self { reason: part("reason", "valueString"), at: part("at", "valueDateTime"), by: part("by", "valueReference.display") })
    }
}

/// Something of a patient's that is struck through.
#[derive(Clone, Copy, Debug)]
pub struct Striking<'s> {
    pub ty: &'static str,
    pub id: &'s str,
    /// As it was when it was read; what was changed since is refused.
    pub version: u32,
}

impl Desk {
    /// Strikes something of a patient's through, unless somebody changed it since `version` was read. What is struck
    /// already stays as it is.
    pub async fn strike(&self, ty: &str, id: &str, version: u32, why: &str, marks: Marks) -> Result<(), Refusal> {
        let said = self.striking(why)?;
        let stored = self.read(ty, id)?;
        if look(&stored, in_error) == Some(true) {
            return Ok(());
        }
        self.amend(ty, id, version, |root| struck(root, ty, said), marks).await
    }

    /// The same of several that belong together, in one commit with what takes their place: new resources, each with the id
    /// that its form was given.
    pub async fn strike_all(&self, all: &[Striking<'_>], instead: &[(String, String)], why: &str, marks: Marks) -> Result<(), Refusal> {
        self.strike_with(all, instead, Vec::new(), why, marks).await
    }

    /// The same, with what else changes by it.
    pub async fn strike_with(
        &self,
        all: &[Striking<'_>],
        instead: &[(String, String)],
        mut changed: Vec<Change>,
        why: &str,
        marks: Marks,
    ) -> Result<(), Refusal> {
        let said = self.striking(why)?;
        for one in all {
            let stored = self.read(one.ty, one.id)?;
            let members = look(&stored, |root| (!in_error(root)).then(|| struck(root, one.ty, said.clone()))).flatten();
            changed.extend(members.map(|members| Change { ty: one.ty, id: one.id.to_owned(), version: one.version, members }));
        }
        if changed.is_empty() && instead.is_empty() { Ok(()) } else { self.write_all(instead, changed, marks).await }
    }

    /// What the resource says of it: why, when and by whom.
    fn striking(&self, why: &str) -> Result<String, Refusal> {
        let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
        if why.is_empty() || why.chars().count() > LONGEST {
            return Err(Refusal::invalid("RH-WEB-STRIKE-REASON", "What is struck through has a reason of at most 300 letters."));
        }
        Ok(format!(
            r#"{{"url":"{STRUCK}","extension":[{{"url":"reason","valueString":{}}},{{"url":"at","valueDateTime":{}}},{{"url":"by","valueReference":{}}}]}}"#,
            quoted(&why),
            quoted(&self.instant()),
            self.author_reference()
        ))
    }
}

/// Whether somebody said that this was entered in error.
fn in_error(root: Value<'_>) -> bool {
    let verified = rihla_fhir::view::Concept::at(root, "verificationStatus").and_then(|status| status.any_code());
    root.text("status").as_deref() == Some("entered-in-error") || verified.as_deref() == Some("entered-in-error")
}

/// Its status, and who struck it.
fn struck(root: Value<'_>, ty: &str, said: String) -> Members {
    let mut all: Vec<String> = root.get("extension").map(|known| known.items().map(written).collect()).unwrap_or_default();
    all.push(said);
    let extension = ("extension", Some(format!("[{}]", all.join(","))));
    match VERIFIED.iter().find(|(known, _)| *known == ty) {
        // What was entered in error has no course (con-5, ait-2).
        Some((_, system)) => {
            let verified = format!(r#"{{"coding":[{{"system":"{system}","code":"entered-in-error"}}]}}"#);
            vec![extension, ("clinicalStatus", None), ("verificationStatus", Some(verified))]
        }
        None => vec![extension, ("status", Some(r#""entered-in-error""#.to_owned()))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::overlaid;
    use rihla_fhir::json::{Limits, parse};

    const SAID: &str = r#"{"url":"urn:rihla:extension:struck","extension":[{"url":"reason","valueString":"autre patient"},{"url":"at","valueDateTime":"2026-01-05T08:00:00Z"},{"url":"by","valueReference":{"display":"A. Alami"}}]}"#;

    fn after(ty: &str, json: &str) -> String {
        let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
        String::from_utf8(overlaid(doc.root(), &struck(doc.root(), ty, SAID.to_owned()))).expect("text")
    }

    #[test]
    fn what_was_there_stays_and_says_who_struck_it_and_why() {
        let text = after("Observation", r#"{"resourceType":"Observation","extension":[{"url":"u"}],"status":"final","valueString":"1.50"}"#);
        assert_eq!(text, format!(r#"{{"resourceType":"Observation","extension":[{{"url":"u"}},{SAID}],"status":"entered-in-error","valueString":"1.50"}}"#));
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let told = Struck { reason: "autre patient".into(), at: "2026-01-05T08:00:00Z".into(), by: "A. Alami".into() };
        assert_eq!((Struck::of(doc.root()), in_error(doc.root())), (Some(told), true));
    }

    #[test]
    fn an_allergy_in_error_has_no_course() {
        let text = after("AllergyIntolerance", r#"{"clinicalStatus":{"coding":[{"code":"active"}]},"verificationStatus":{"coding":[{"code":"confirmed"}]}}"#);
        assert!(!text.contains("clinicalStatus") && text.contains(r#""code":"entered-in-error""#), "{text}");
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        assert!(in_error(doc.root()));
    }
}
