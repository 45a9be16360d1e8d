//! A result as the record has it: a DiagnosticReport on a request, with its Observations.

use crate::request::code_of;
use crate::whose::Whose;
use rihla_clinical::request::{Request, TOLD};
use rihla_clinical::{Object, quoted, reference};
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look, Quantity, Range};
use rihla_packs::{Analyte, Orderable};
use rihla_store::Stored;
use rihla_web::text::{Html, auto};
use rihla_web::{Refusal, look, written};

/// A correction of what was signed, as notes have it: why, when, by whom.
const CORRECTION: &str = "urn:rihla:extension:correction";
/// Results on one request that are read.
const MOST: &str = "50";
/// Codes of where a value lies.
const INTERPRETATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

/// A value that was reported.
#[derive(Clone, Debug)]
pub struct Measured {
    pub id: String,
    pub version: u32,
    pub loinc: String,
    pub words: Html,
    /// As it was typed.
    pub typed: String,
    pub value: Html,
    pub range: Html,
    /// A code of the interpretation; empty for none.
    pub flag: String,
    pub struck: bool,
}

/// A result. Instants are as FHIR writes them.
#[derive(Clone, Debug)]
pub struct Report {
    pub id: String,
    pub version: u32,
    pub status: String,
    pub text: Html,
    pub typed: String,
    pub at: String,
    pub by: Html,
    pub values: Vec<Measured>,
    /// Why, by whom and when it was corrected.
    pub corrections: Vec<(Html, Html, String)>,
    /// Another system sent it, and corrects it.
    pub told: bool,
}

impl Report {
    /// The results on a request, the newest first: a laboratory may report on one request in several parts.
    pub fn all(whose: &Whose, request: &Request) -> Result<Vec<Self>, Refusal> {
        if !whose.desk.shows("DiagnosticReport") {
            return Ok(Vec::new());
        }
        let on = format!("ServiceRequest/{}", request.id);
        let found = whose.desk.search("DiagnosticReport", &[("based-on", &on), ("_sort", "-_lastUpdated"), ("_count", MOST)])?;
        Ok(found.matches.iter().filter_map(|stored| Self::at(stored, whose)).collect())
    }

    /// The result that a Task is about.
    pub fn of_task(whose: &Whose, task: &Stored) -> Option<Self> {
        let id = look(task, |task| task.reference("focus.reference", "DiagnosticReport").map(|id| id.into_owned())).flatten()?;
        Self::at(&whose.desk.read("DiagnosticReport", &id).ok()?, whose)
    }

    fn at(stored: &Stored, whose: &Whose) -> Option<Self> {
        let ids: Vec<String> =
            look(stored, |report| report.all("result").iter().filter_map(|one| one.reference("reference", "Observation").map(|id| id.into_owned())).collect())
                .unwrap_or_default();
        let values = ids.iter().filter_map(|id| whose.desk.read("Observation", id).ok()).filter_map(|stored| measured(&stored, whose)).collect();
        look(stored, |report| Self::read(report, stored, values, whose))
    }

    fn read(report: Value<'_>, stored: &Stored, values: Vec<Measured>, whose: &Whose) -> Self {
        let own = |path: &str| report.text(path).unwrap_or_default().into_owned();
        let corrections = report.extensions("", CORRECTION).into_iter().map(|said| {
            let part = |url: &str, path: &str| said.extensions("", url).first().and_then(|part| part.text(path)).unwrap_or_default().into_owned();
            (auto(part("reason", "valueString")), auto(part("by", "valueReference.display")), whose.voice().date_time(part("at", "valueDateTime").as_str()))
        });
        Self {
            id: stored.id.to_text(),
            version: stored.vid,
            status: own("status"),
            text: auto(own("conclusion")),
            typed: own("conclusion"),
            at: whose.voice().date_time(own("issued").as_str()),
            by: auto(own("performer.display")),
            values,
            corrections: corrections.collect(),
            told: !report.extensions("", TOLD).is_empty(),
        }
    }

    pub fn is_preliminary(&self) -> bool {
        self.status == "preliminary"
    }

    pub fn value(&self, loinc: &str) -> Option<&Measured> {
        self.values.iter().find(|value| value.loinc == loinc)
    }
}

fn measured(stored: &Stored, whose: &Whose) -> Option<Measured> {
    look(stored, |value| {
        let quantity = Quantity::at(value, "valueQuantity").unwrap_or_default();
        let range = value.at("referenceRange").and_then(Range::of);
        Measured {
            id: stored.id.to_text(),
            version: stored.vid,
            loinc: Concept::at(value, "code").and_then(|code| code.code("http://loinc.org")).unwrap_or_default().into_owned(),
            words: auto(Concept::at(value, "code").and_then(|code| code.words(whose.voice().lang())).unwrap_or_default()),
            typed: format!("{}{}", quantity.comparator, quantity.value),
            value: shown(value, &quantity, whose),
            range: range.map(|range| whose.voice().range(&range)).unwrap_or_default(),
            flag: Concept::at(value, "interpretation").and_then(|said| said.any_code()).unwrap_or_default().into_owned(),
            struck: value.text("status").as_deref() == Some("entered-in-error"),
        }
    })
}

/// A value with its unit, or the words in which a laboratory says it.
fn shown(value: Value<'_>, quantity: &Quantity, whose: &Whose) -> Html {
    if !quantity.value.is_empty() {
        return whose.voice().quantity(quantity);
    }
    let words = Concept::at(value, "valueCodeableConcept").and_then(|said| said.words(whose.voice().lang())).map(|words| words.into_owned());
    auto(words.or_else(|| value.text("valueString").map(|words| words.into_owned())).unwrap_or_default())
}

/// Who reports, on what, when.
pub struct Filed<'f> {
    pub request: &'f Request,
    pub one: &'f Orderable,
    /// `preliminary`, `final` or `corrected`.
    pub status: &'f str,
    /// An instant as FHIR writes it.
    pub now: &'f str,
    /// When it was done: earlier, where it is entered afterwards.
    pub done: &'f str,
    /// A Reference as JSON.
    pub by: &'f str,
}

/// A number as it was typed: what stands before it, and its digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    pub comparator: &'static str,
    pub text: String,
    pub value: f64,
}

impl Number {
    /// `5,4`, `5.4` or `< 0,01`. None: it is no number.
    pub fn of(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (comparator, rest) = ["<=", ">=", "<", ">"].iter().find_map(|sign| Some((*sign, typed.strip_prefix(sign)?))).unwrap_or(("", typed));
        let text = rest.trim().replace(',', ".");
        let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
        let digits = |text: &str| !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let bare = whole.strip_prefix('-').unwrap_or(whole);
        let plain = bare.len() == 1 || !bare.starts_with('0');
        (digits(bare) && digits(part) && plain).then_some(())?;
        let value = text.parse().ok()?;
        Some(Self { comparator, text, value })
    }
}

/// Where a value lies: a code of its interpretation, and whether somebody has to be told at once by a limit that was
/// confirmed. What is only known to lie below or above something says nothing beyond that limit.
pub fn judged(analyte: &Analyte, number: &Number, pack: &rihla_packs::Requests, adult: bool) -> (&'static str, bool) {
    if let Some(crossed) = pack.crossed(&analyte.loinc, &analyte.unit, number.value).filter(|_| adult) {
        return crossed;
    }
    if analyte.low.as_ref().is_some_and(|low| number.value < low.value) {
        return ("L", false);
    }
    (if analyte.high.as_ref().is_some_and(|high| number.value > high.value) { "H" } else { "" }, false)
}

impl Filed<'_> {
    fn common(&self, out: &mut Object) {
        out.set("basedOn", format!("[{}]", reference(&format!("ServiceRequest/{}", self.request.id))));
        out.set("status", quoted(self.status));
        out.set("subject", reference(&format!("Patient/{}", self.request.patient)));
        if let Some(stay) = &self.request.stay {
            out.set("encounter", reference(&format!("Encounter/{stay}")));
        }
        out.set("effectiveDateTime", quoted(self.done));
        out.set("issued", quoted(self.now));
        out.set("performer", format!("[{}]", self.by));
    }

    pub fn observation(&self, analyte: &Analyte, number: &Number, flag: &str) -> String {
        let mut out = Object::default();
        out.set("resourceType", quoted("Observation"));
        self.common(&mut out);
        out.set("category", r#"[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}]"#.to_owned());
        out.set("code", rihla_web::concept("http://loinc.org", &analyte.loinc, &analyte.names));
        let unit = |value: &str| {
            let unit = if analyte.unit.is_empty() {
                String::new()
            } else {
                format!(r#","unit":{code},"system":"http://unitsofmeasure.org","code":{code}"#, code = quoted(&analyte.unit))
            };
            format!(r#""value":{value}{unit}"#)
        };
        let comparator = if number.comparator.is_empty() { String::new() } else { format!(r#","comparator":"{}""#, number.comparator) };
        out.set("valueQuantity", format!("{{{}{comparator}}}", unit(&number.text)));
        if !flag.is_empty() {
            out.set("interpretation", format!(r#"[{{"coding":[{{"system":"{INTERPRETATION}","code":"{flag}"}}]}}]"#));
        }
        let end = |name: &str, limit: &Option<rihla_packs::Limit>| limit.as_ref().map(|limit| format!(r#""{name}":{{{}}}"#, unit(&limit.text)));
        let ends: Vec<String> = [end("low", &analyte.low), end("high", &analyte.high)].into_iter().flatten().collect();
        if !ends.is_empty() {
            out.set("referenceRange", format!("[{{{}}}]", ends.join(",")));
        }
        out.text()
    }

    /// The report over Observations of those ids; `before`: extensions that it has already.
    pub fn report(&self, results: &[String], text: &str, before: &[String]) -> String {
        let mut out = Object::default();
        out.set("resourceType", quoted("DiagnosticReport"));
        out.set_list("extension", before);
        self.common(&mut out);
        out.set("code", code_of(self.one));
        out.set_list("result", &results.iter().map(|id| reference(&format!("Observation/{id}"))).collect::<Vec<_>>());
        if !text.is_empty() {
            out.set("conclusion", quoted(text));
        }
        out.text()
    }
}

/// The extensions of a report with one more correction.
pub fn corrected(stored: &Stored, why: &str, now: &str, by: &str) -> Vec<String> {
    let mut all: Vec<String> = look(stored, |report| report.all("extension").into_iter().map(written).collect()).unwrap_or_default();
    if !why.is_empty() {
        all.push(format!(
            r#"{{"url":"{CORRECTION}","extension":[{{"url":"reason","valueString":{}}},{{"url":"at","valueDateTime":{}}},{{"url":"by","valueReference":{by}}}]}}"#,
            quoted(why),
            quoted(now)
        ));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_as_people_write_them_and_nothing_else_is() {
        let number = |typed: &str| Number::of(typed).map(|number| (number.comparator, number.text));
        assert_eq!(number(" 5,40 "), Some(("", "5.40".into())));
        assert_eq!(number("<0,01"), Some(("<", "0.01".into())));
        assert_eq!(number("-2"), Some(("", "-2".into())));
        for wrong in ["", "5,", "cinq", "1e9", "05", "1 000", "5.4.1", "NaN"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }
}
