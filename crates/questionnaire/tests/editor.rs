//! Questionnaires as the editor makes them. The ids are those of `spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use jiff::tz::TimeZone;
use proptest::prelude::*;
use rihla_fhir::json::{Edits, Limits, minify_into, parse};
use rihla_questionnaire::edit::{Aspect, Difference, Work, differences, kept};
use rihla_questionnaire::{Filling, Launch, Within, evaluate, items, observed, read};
use std::collections::BTreeMap;

fn typed(fields: &[(&str, &str)]) -> Work {
    Work::typed(&fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn smaller(text: &str) -> String {
    let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
    let mut out = Vec::new();
    minify_into(doc.root(), &Edits::default(), &mut out);
    String::from_utf8(out).expect("text")
}

/// The work over a questionnaire, as the editor opens it.
fn opened(text: &str) -> Work {
    Work::of(parse(text.as_bytes(), &Limits::default()).expect("json").root())
}

fn over(text: &str, work: &Work) -> String {
    work.json(Some(parse(text.as_bytes(), &Limits::default()).expect("json").root()), "urn:none")
}

/// A form with much that the editor does not show.
const RICH: &str = r#"{"resourceType":"Questionnaire","url":"urn:rich","version":"3","status":"active","language":"en","title":"Rich","_title":{"id":"t","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[{"url":"lang","valueCode":"fr"},{"url":"content","valueString":"Riche"}]},{"url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[{"url":"lang","valueCode":"de"},{"url":"content","valueString":"Reich"}]}]},"purpose":"why","extension":[{"url":"urn:own","valueCode":"x"}],"useContext":[{"code":{"system":"http://terminology.hl7.org/CodeSystem/usage-context-type","code":"venue"},"valueCodeableConcept":{"text":"ward"}}],"item":[
  {"linkId":"g","prefix":"A.","text":"Group","type":"group","extension":[{"url":"urn:layout","valueString":"two"}],"item":[
    {"linkId":"c","type":"choice","text":"Choice","initial":[{"valueCoding":{"code":"b"}}],"code":[{"system":"http://loinc.org","code":"1-1","display":"kept"},{"system":"urn:s","code":"two"}],"answerOption":[{"id":"o1","valueCoding":{"system":"urn:c","version":"2","code":"a","display":"A","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":1.50}]}},{"valueCoding":{"system":"urn:c","code":"b","display":"B"},"initialSelected":true},{"valueString":"other"}]},
    {"linkId":"n","type":"quantity","text":"Amount","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minValue","valueDecimal":1.0},{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption","valueCoding":{"code":"kg"}}],"enableWhen":[{"id":"w","question":"c","operator":"=","answerCoding":{"system":"urn:c","code":"a","display":"A"}}]}]},
  {"linkId":"f","type":"attachment","text":"File","definition":"urn:d"}]}"#;

/// QU-12
#[test]
fn what_is_not_changed_stays_as_it_was() {
    let before = smaller(RICH);
    let mut work = opened(&before);
    assert_eq!(over(&before, &work), before, "opened and saved: the same bytes");
    work.entries[1].words[2] = "Another choice".to_owned();
    let after = over(&before, &work);
    assert_eq!(after, before.replace(r#""text":"Choice""#, r#""text":"Another choice""#));
    work.title[0] = "Plus riche".to_owned();
    assert!(over(&before, &work).contains("Reich") && over(&before, &work).contains("Plus riche"), "translations of elsewhere stay");
    let said = kept(parse(before.as_bytes(), &Limits::default()).expect("json").root());
    assert_eq!(said[0], ["prefix", "layout"]);
    assert_eq!(said[1], ["initial", "code × 2", "initialSelected"]);
    assert_eq!(said[3], ["definition"]);
}

/// QU-12
#[test]
fn an_option_that_changes_keeps_what_else_it_says() {
    let before = smaller(RICH);
    let mut work = opened(&before);
    work.entries[1].options[0].points = "2".to_owned();
    work.entries[1].options.swap(0, 1);
    let after = over(&before, &work);
    let a = after.find(r#""code":"a""#).expect("a");
    assert!(after.find(r#""code":"b""#).expect("b") < a, "{after}");
    assert!(
        after.contains(r#""id":"o1""#) && after.contains(r#""version":"2""#) && after.contains(r#""valueDecimal":2}"#) && !after.contains("1.50"),
        "{after}"
    );
    assert!(after.contains(r#"{"valueString":"other"}"#) && after.contains("initialSelected"), "{after}");
}

/// A small score as its author types it.
fn score() -> Vec<(&'static str, &'static str)> {
    let mut fields = vec![("title.fr", "Chute"), ("title.ar", "السقوط"), ("user.nurse", "1")];
    fields.extend([("e0.link", "q1"), ("e0.kind", "choice"), ("e0.was", "choice"), ("e0.fr", "Équilibre"), ("e0.required", "1")]);
    fields.extend([("e0.o0.code", ""), ("e0.o0.fr", "Bon"), ("e0.o0.ar", "جيد"), ("e0.o0.points", "0")]);
    fields.extend([("e0.o1.code", ""), ("e0.o1.fr", "Mauvais"), ("e0.o1.points", "2,5"), ("e0.o2.code", ""), ("e0.o2.fr", "")]);
    fields.extend([("e1.link", "q2"), ("e1.kind", "choice"), ("e1.was", "choice"), ("e1.fr", "Marche")]);
    fields.extend([("e1.o0.code", "x"), ("e1.o0.fr", "Seul"), ("e1.o0.points", "1"), ("e1.o1.code", "y"), ("e1.o1.fr", "Aidé"), ("e1.o1.points", "3")]);
    fields.extend([("e2.link", "q3"), ("e2.kind", "decimal"), ("e2.was", "decimal"), ("e2.fr", "Total"), ("e2.by", "sum"), ("e2.s0", "q1"), ("e2.s1", "q2")]);
    fields.extend([("e2.system", "http://loinc.org"), ("e2.code", "59461-4"), ("e2.observed", "1")]);
    fields.extend([("e3.link", "q4"), ("e3.kind", "text"), ("e3.was", "text"), ("e3.fr", "Pourquoi"), ("e3.w0.q", "q1"), ("e3.w0.op", "="), ("e3.w0.a", "2")]);
    fields
}

/// QU-13
#[test]
fn a_score_that_was_typed_is_read_and_worked_out() {
    let work = typed(&score());
    assert_eq!(work.faults(), []);
    let json = work.json(None, "urn:rihla:form:1");
    let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
    let form = read(doc.root(), &Within).expect("a sound form");
    assert_eq!(Work::of(doc.root()).entries.iter().map(|entry| entry.summed.len()).sum::<usize>(), 2, "the sum is read back as one");
    let answer = |fields: &[(&str, &str)]| {
        let fields: BTreeMap<String, String> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let filling = Filling::typed(&form, &fields, &TimeZone::UTC);
        let done = evaluate(&form, &filling, &Launch::default());
        (items(&form, &done.parts), observed(&form, &done).len())
    };
    let (said, seen) = answer(&[("q0.0", "o1"), ("q1.0", "o1"), ("q3.0", "tapis")]);
    assert!(said.contains(r#""valueDecimal":5.5"#) && said.contains("tapis"), "{said}");
    assert_eq!(seen, 1);
    let (said, seen) = answer(&[("q0.0", "o0"), ("q3.0", "tapis")]);
    assert!(!said.contains("valueDecimal") && !said.contains("tapis"), "nothing is scored of what is missing: {said}");
    assert_eq!(seen, 0);
    assert_eq!(over(&json, &opened(&json)), json, "and it is written back as it was");
}

/// QU-13: a draft holds no field that is empty.
#[test]
fn what_was_typed_is_the_same_without_its_empty_fields() {
    let mut all = score();
    all.extend([("e0.o3.code", ""), ("e0.o3.fr", "Très mauvais"), ("e0.o3.points", "4")]);
    let kept: Vec<_> = all.iter().copied().filter(|(_, value)| !value.is_empty()).collect();
    assert_eq!(typed(&kept), typed(&all));
    assert_eq!(typed(&kept).entries[0].options.len(), 3);
}

/// QU-13
#[test]
fn what_can_be_no_part_of_a_form_is_told_with_its_question() {
    let mut fields = score();
    fields.extend([("e1.o1.points", "beaucoup"), ("e2.s1", "gone"), ("e3.observed", "1")]);
    let told: Vec<_> = typed(&fields).faults().into_iter().map(|fault| (fault.link, fault.code)).collect();
    assert_eq!(told, [("q2".to_owned(), "RH-FORMS-NUMBER"), ("q3".to_owned(), "RH-FORMS-SUM-UNKNOWN"), ("q4".to_owned(), "RH-FORMS-NO-CODE")]);
    assert_eq!(typed(&[("e0.link", "a"), ("e0.kind", "group"), ("e0.was", "group")]).faults()[0].code, "RH-FORMS-NO-TITLE");
}

fn links(work: &Work) -> Vec<(&str, usize)> {
    work.entries.iter().map(|entry| (entry.link.as_str(), entry.depth)).collect()
}

/// QU-14
#[test]
fn the_buttons_move_what_lies_together() {
    let mut work = opened(RICH);
    assert_eq!(links(&work), [("g", 0), ("c", 1), ("n", 1), ("f", 0)]);
    work.act("down:0");
    assert_eq!(links(&work), [("f", 0), ("g", 0), ("c", 1), ("n", 1)]);
    work.act("up:3");
    assert_eq!(links(&work), [("f", 0), ("g", 0), ("n", 1), ("c", 1)]);
    work.act("out:2");
    assert_eq!(links(&work), [("f", 0), ("g", 0), ("c", 1), ("n", 0)]);
    work.act("in:3");
    assert_eq!(links(&work), [("f", 0), ("g", 0), ("c", 1), ("n", 1)]);
    assert_eq!(work.act("copy:1"), Some(4));
    assert_eq!(links(&work)[4..], [("q1", 0), ("q2", 1), ("q3", 1)]);
    assert_eq!(work.entries[6].when[0].question, "q2", "what refers within what was copied goes on to do so");
    work.act("remove:1");
    assert_eq!(links(&work), [("f", 0), ("q1", 0), ("q2", 1), ("q3", 1)]);
    work.act("add:1");
    assert_eq!(links(&work)[4], ("q4", 1), "into the group");
    for act in ["up:0", "in:0", "out:0", "up:99", "nothing", "option-up:2.0", "remove:x", "copy:"] {
        let before = work.clone();
        work.act(act);
        assert_eq!(work, before, "{act}");
    }
}

/// QU-15
#[test]
fn what_changed_is_told_by_question() {
    let old = parse(RICH.as_bytes(), &Limits::default()).expect("json");
    let mut work = Work::of(old.root());
    work.entries[1].options.pop();
    work.entries[1].required = true;
    work.entries[2].min = "2".to_owned();
    work.title[0] = "Autre".to_owned();
    work.act("remove:3");
    work.act("add");
    let json = over(RICH, &work);
    let new = parse(json.as_bytes(), &Limits::default()).expect("json");
    let words = |text: &str| [String::new(), String::new(), text.to_owned()];
    assert_eq!(
        differences(old.root(), new.root()),
        [
            Difference::Title,
            Difference::Changed(words("Choice"), vec![Aspect::Required, Aspect::Options]),
            Difference::Changed(words("Amount"), vec![Aspect::Limits]),
            Difference::Added(Default::default()),
            Difference::Removed(words("File")),
        ]
    );
    assert_eq!(differences(old.root(), old.root()), []);
    let hidden = RICH.replace("A.", "B.");
    let hidden = parse(hidden.as_bytes(), &Limits::default()).expect("json");
    assert_eq!(differences(old.root(), hidden.root()), [Difference::Changed(words("Group"), vec![Aspect::Other])]);
}

proptest! {
    /// QU-12, QU-14: whatever is pressed, the form stays one that can be written and opened, and nobody is lost but who is removed.
    #[test]
    fn whatever_is_pressed_nothing_breaks(acts in prop::collection::vec((0usize..8, 0usize..9), 0..25)) {
        let mut work = opened(RICH);
        for (act, at) in acts {
            let name = ["add", "up", "down", "in", "out", "copy", "option-remove", "when-remove"][act];
            let before = work.entries.len();
            work.act(&if name.contains('-') { format!("{name}:{at}.0") } else { format!("{name}:{at}") });
            prop_assert!(work.entries.len() >= before);
        }
        let json = over(RICH, &work);
        let again = opened(&json);
        prop_assert_eq!(links(&work), links(&again));
        prop_assert_eq!(over(&json, &again), json);
    }

    /// QU-13: what is typed into any field is no more than text.
    #[test]
    fn whatever_is_typed_it_is_json(text in "\\PC{0,40}", at in 0usize..8) {
        let name = ["e0.fr", "e2.formula", "e3.w0.a", "e1.o1.code", "e2.code", "title.ar", "e1.o0.points", "e3.w0.q"][at];
        let mut fields = score();
        fields.push((name, &text));
        let json = typed(&fields).json(None, "urn:x");
        prop_assert!(parse(json.as_bytes(), &Limits::default()).is_ok(), "{}", json);
        let _ = opened(&json);
    }
}
